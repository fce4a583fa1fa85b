"""What a registry knows: versions and decisions, and what follows from the decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

FORMAT = 1

Action = Literal["add", "promote", "revert"]


@dataclass(frozen=True)
class Version:
    """A model that was copied in.

    Attributes
    ----------
    number : int
        From 1.
    files : dict of str to str
        SHA-256 of each file, by its path within the version.
    embedding : str
    deals, won : int
        What it was fitted on.
    auc : float, optional
        On deals held out at fit.
    ece : float, optional
        Expected calibration error there.
    """

    number: int
    files: dict[str, str]
    embedding: str
    deals: int
    won: int
    auc: float | None = None
    ece: float | None = None

    @property
    def name(self) -> str:
        """Its folder's name: ``0001``."""
        return f"{self.number:04}"


@dataclass(frozen=True)
class Decision:
    """Something done to a registry.

    Attributes
    ----------
    number : int
        From 1.
    action : {"add", "promote", "revert"}
    version : int
        Added, or champion from now on.
    champion : int, optional
        Before.
    who : str
    when : str
        ISO 8601, UTC.
    why : str
    evidence : dict, optional
        file (in ``evidence/``), sha256, command, headline and made_at of the result that justified it.
    """

    number: int
    action: Action
    version: int
    champion: int | None
    who: str
    when: str
    why: str
    evidence: dict[str, str] | None = None


@dataclass(frozen=True)
class Record:
    """Everything that a registry's folder says.

    Attributes
    ----------
    versions : tuple of Version
    decisions : tuple of Decision
    """

    versions: tuple[Version, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def champions(self) -> list[int]:
        """The champion, last, and those it followed, which reverting goes back to."""
        followed: list[int] = []
        for decision in self.decisions:
            if decision.action == "promote":
                followed.append(decision.version)
            elif decision.action == "revert":
                followed.pop()
        return followed

    @property
    def champion(self) -> int | None:
        """The version in use."""
        return self.champions[-1] if self.champions else None

    @property
    def challengers(self) -> list[int]:
        """Versions that were never champion."""
        tried = {decision.version for decision in self.decisions if decision.action == "promote"}
        return [version.number for version in self.versions if version.number not in tried]

    def part(self, version: int) -> str:
        """Name the part that a version plays: champion, challenger or former champion."""
        if version == self.champion:
            return "champion"
        return "challenger" if version in self.challengers else "former champion"

    def to_dict(self) -> dict[str, Any]:
        """Give everything as JSON-ready values."""
        return {
            "format": FORMAT,
            "champion": self.champion,
            "versions": [asdict(version) for version in self.versions],
            "decisions": [asdict(decision) for decision in self.decisions],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Record:
        """Make a record from :meth:`to_dict`.

        Raises
        ------
        ValueError, KeyError, TypeError
            If it is none, or does not agree with itself.
        """
        if kept["format"] != FORMAT:
            raise ValueError(f"format {kept['format']}, which is not {FORMAT}")
        record = cls(
            tuple(Version(**version) for version in kept["versions"]),
            tuple(Decision(**decision) for decision in kept["decisions"]),
        )
        _check_numbers([version.number for version in record.versions])
        _check_numbers([decision.number for decision in record.decisions])
        if record.champion != kept["champion"]:
            raise ValueError(f"champion {kept['champion']}, where its decisions lead to {record.champion}")
        return record


def _check_numbers(numbers: Sequence[int]) -> None:
    if list(numbers) != list(range(1, len(numbers) + 1)):
        raise ValueError("numbers that do not follow each other")
