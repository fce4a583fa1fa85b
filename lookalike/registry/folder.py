"""The registry: copying models in, deciding which is in use, and loading it checked."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from enrich.errors import ModelError
from lookalike.model import LookalikeModel
from lookalike.registry import journal
from lookalike.registry.digests import check, digests
from lookalike.registry.evidence import is_kept, keep
from lookalike.registry.record import Action, Decision, Record, Version
from lookalike.storage import load

VERSIONS, EVIDENCE = "versions", "evidence"


@dataclass
class Registry:
    """Versions of a model in a folder.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)

    @property
    def record(self) -> Record:
        """What is known now, read afresh.

        Raises
        ------
        ModelError
            If there is no registry, or it is damaged.
        """
        return journal.read(self.folder)

    def path(self, version: int | None = None) -> Path:
        """Give the folder of a version, of the champion if absent, without checking what is in it."""
        return self.folder / VERSIONS / self._version(self.record, version).name

    def load(self, version: int | None = None) -> LookalikeModel:
        """Load a version, the champion if absent.

        Raises
        ------
        ModelError
            If there is none, or its files are not those that were added.
        """
        return load(self.checked(version))

    def checked(self, version: int | None = None) -> Path:
        """Give the folder of a version whose files are those that were added; errors as in :meth:`load`."""
        found = self._version(self.record, version)
        folder = self.folder / VERSIONS / found.name
        check(folder, found.files)
        return folder

    def verify(self) -> list[str]:
        """Check every version and every piece of evidence; gives what is wrong, a line each."""
        record, wrong = self.record, []
        for version in record.versions:
            try:
                check(self.folder / VERSIONS / version.name, version.files)
            except ModelError as error:
                wrong.append(str(error))
        for decision in record.decisions:
            if decision.evidence is not None:
                path = self.folder / EVIDENCE / decision.evidence["file"]
                if not is_kept(path, decision.evidence):
                    wrong.append(f"{path}: is not what justified decision {decision.number}; restore it")
        return wrong

    def add(
        self, model: str | Path, why: str, *, backtest: str | Path | None = None, who: str | None = None
    ) -> Version:
        """Copy a model in as a challenger; makes the registry if there is none.

        Parameters
        ----------
        model : path
            Folder that ``fit`` wrote.
        why : str
            What it is for, or what is new.
        backtest : path, optional
            Result of a command that speaks for it, as ``--json`` writes it.
        who : str, optional
            The user of the system if absent.

        Raises
        ------
        ModelError
            If the model cannot be loaded or copied, the evidence is no result, or nothing is said in `why`.
        """
        folder = Path(model)
        loaded = load(folder)
        with self._changing(new=True) as record:
            number = len(record.versions) + 1
            place = self.folder / VERSIONS / f"{number:04}"
            part = Path(mkdtemp(prefix=".", suffix=".part", dir=self.folder / VERSIONS))
            try:
                shutil.copytree(folder, part, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)
                version = _version(number, loaded, digests(part))
                if version.files != digests(folder):
                    raise ModelError(f"{folder}: changed while it was copied; add it again")
                decision = self._decision(record, "add", number, why, who, backtest)
                part.chmod(0o755)
                shutil.rmtree(place, ignore_errors=True)  # decided on by nobody: an add was interrupted
                os.replace(part, place)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            journal.write(self.folder, Record((*record.versions, version), (*record.decisions, decision)))
        return version

    def promote(
        self, version: int, why: str, *, backtest: str | Path | None = None, who: str | None = None
    ) -> Version:
        """Make a version the champion; parameters and errors as in :meth:`add`.

        Raises
        ------
        ModelError
            If it is the champion already, or its files are not those that were added.
        """
        with self._changing() as record:
            found = self._version(record, version)
            if record.champion == version:
                raise ModelError(f"{self.folder}: version {version} is the champion already")
            self.checked(version)
            self._decide(record, "promote", version, why, who, backtest)
        return found

    def revert(self, why: str, *, backtest: str | Path | None = None, who: str | None = None) -> Version:
        """Go back to the champion before this one; parameters and errors as in :meth:`promote`."""
        with self._changing() as record:
            if len(record.champions) < 2:
                raise ModelError(
                    f"{self.folder}: there was no champion before; promote another version instead"
                )
            found = self._version(record, record.champions[-2])
            self.checked(found.number)
            self._decide(record, "revert", found.number, why, who, backtest)
        return found

    def _version(self, record: Record, version: int | None) -> Version:
        number = record.champion if version is None else version
        if number is None:
            raise ModelError(
                f"{self.folder}: no version is the champion yet; choose one with `registry promote`"
            )
        if not 1 <= number <= len(record.versions):
            raise ModelError(f"{self.folder}: there is no version {number}, only 1 to {len(record.versions)}")
        return record.versions[number - 1]

    @contextmanager
    def _changing(self, *, new: bool = False) -> Iterator[Record]:
        try:
            if new and not (self.folder / journal.STATE).exists():
                self._make()
            _ = self.record  # so that where there is none, that is what is said
            with journal.locked(self.folder):
                for left in (self.folder / VERSIONS).glob(".*.part"):
                    shutil.rmtree(left, ignore_errors=True)  # by an add that was interrupted
                yield journal.read(self.folder)
        except OSError as error:
            raise ModelError(
                f"{self.folder}: cannot be written ({error.strerror}); nothing was decided"
            ) from error

    def _make(self) -> None:
        if self.folder.is_dir() and {path.name for path in self.folder.iterdir()} - _BEGUN:
            raise ModelError(f"{self.folder}: is no registry and not empty; name a new folder")
        for name in (VERSIONS, EVIDENCE):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        with journal.locked(self.folder):
            if not (self.folder / journal.STATE).exists():
                journal.write(self.folder, Record())

    def _decide(
        self,
        record: Record,
        action: Action,
        version: int,
        why: str,
        who: str | None,
        backtest: str | Path | None,
    ) -> None:
        decision = self._decision(record, action, version, why, who, backtest)
        journal.write(self.folder, Record(record.versions, (*record.decisions, decision)))

    def _decision(
        self,
        record: Record,
        action: Action,
        version: int,
        why: str,
        who: str | None,
        backtest: str | Path | None,
    ) -> Decision:
        if not why.strip():
            raise ModelError("--why is empty; say in a few words what the decision rests on")
        number = len(record.decisions) + 1
        evidence = (
            None if backtest is None else keep(Path(backtest), self.folder / EVIDENCE / f"{number:04}.json")
        )
        when = datetime.now(UTC).isoformat(timespec="seconds")
        return Decision(number, action, version, record.champion, who or _user(), when, why.strip(), evidence)


_BEGUN = {VERSIONS, EVIDENCE, journal.LOCK, journal.LOG, f".{journal.STATE}.part"}


def _version(number: int, model: LookalikeModel, files: dict[str, str]) -> Version:
    held_out = None if model.reference is None else model.reference.held_out
    won = int(model.deals["won"].sum())
    auc = None if held_out is None else held_out.auc
    return Version(number, files, model.embedding_name, len(model.deals), won, auc, model.ece)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a user
        return "unknown"


def resolved(folder: Path) -> Path:
    """Give the folder to load a model from: a registry's champion, a version of one, or the folder itself.

    Raises
    ------
    ModelError
        If it belongs to a registry, and is damaged or not what was added.
    """
    found = place_of(folder)
    return folder if found is None else found[0].checked(found[1])


def place_of(folder: Path) -> tuple[Registry, int | None] | None:
    """Give the registry that a folder is, or is a version of, and the number of that version."""
    if (folder / journal.STATE).is_file():
        return Registry(folder), None
    version, above = folder.resolve(), folder.resolve().parent
    if above.name == VERSIONS and (above.parent / journal.STATE).is_file() and version.name.isdigit():
        return Registry(above.parent), int(version.name)
    return None
