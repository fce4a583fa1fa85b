"""The errors a user can put right, drawn once for both packages.

::

    WorkbenchError      one line: the value, the place, the remedy; commands exit with status 2
    ├── TableError      a table cannot be read or written
    ├── ColumnError     a column is missing, or holds nothing that can be used
    ├── SettingsError   a configuration file or option makes no sense
    ├── JournalError    a journal cannot be opened, or is not one
    └── ModelError      a model folder cannot be read, or does not fit the data (raised by lookalike)

A bad *row* is not an error of this kind: it is reported in that row's ``error`` column and the
batch goes on.
"""


class WorkbenchError(Exception):
    """Base of everything the user can put right; the message names value, place and remedy."""


class TableError(WorkbenchError):
    """A table cannot be read or written."""


class ColumnError(WorkbenchError):
    """A column is missing, or holds nothing that can be used."""


class SettingsError(WorkbenchError):
    """A configuration file or an option makes no sense."""


class JournalError(WorkbenchError):
    """A journal cannot be opened, or the file is not a journal."""


class ModelError(WorkbenchError):
    """A model folder cannot be read, or does not fit the data given."""


def first_line(error: Exception) -> str:
    r"""Give the first line of what an error says, or its class where it says nothing.

    >>> first_line(ValueError("no header\nin line 1")), first_line(KeyError())
    ('no header', 'KeyError')
    """
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
