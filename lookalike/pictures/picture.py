"""A picture of something that was found."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from enrich.errors import TableError
from lookalike.pictures.style import Sheet, drawn
from lookalike.pictures.svg import as_document, as_svg

#: Dots an inch of a PNG: twice those of the screen.
_DPI = 144


class Picture:
    """A figure with the sentence it shows.

    In a notebook it shows itself as SVG.

    Attributes
    ----------
    figure : Figure
        Matplotlib's; change it as you like, what is shown and saved changes too.
    title : str
        What was found.
    note : str
        What else must be known to read it.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.figure: Figure = sheet.figure
        self.title, self.note = sheet.title, sheet.note

    def svg(self, name: str | None = None) -> str:
        """Give an SVG element to put into a page.

        It has no script, no style sheet and no reference to anything outside; its ink is the page's. The same
        picture gives the same text.

        Parameters
        ----------
        name : str, optional
            What its ids begin with, where one page shows the same picture twice.
        """
        with _quietly():
            return as_svg(self.figure, " ".join(filter(None, (self.title, self.note))), name)

    def save(self, path: str | Path) -> None:
        """Write it into a file, ``.svg``, ``.png`` or ``.pdf``.

        Raises
        ------
        TableError
            If the file cannot be written, or its name ends otherwise.
        """
        out = Path(path)
        kind = out.suffix.lower().removeprefix(".")
        if kind not in ("svg", "png", "pdf"):
            raise TableError(f"{out}: a picture is written as .svg, .png or .pdf; choose one of these names")
        try:
            if kind == "svg":
                out.write_text(as_document(self.svg()) + "\n", encoding="utf-8")
                return
            with _quietly():
                metadata: dict[str, Any] = {"CreationDate": None} if kind == "pdf" else {"Software": None}
                self.figure.savefig(out, dpi=_DPI, facecolor="white", format=kind, metadata=metadata)
        except OSError as error:
            raise TableError(f"{out}: cannot be written ({error.strerror}); choose another place") from error

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": as_document(self.svg()), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Picture: {self.title}>"


@contextmanager
def _quietly() -> Iterator[None]:
    """Draw in our style; a letter that the font lacks is no news, as the reader's browser has it."""
    with drawn(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
