"""What a registry holds, as a result of the commands that change or show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from lookalike.registry.record import Record


@dataclass(frozen=True)
class State:
    """What a registry holds, as the commands that change or show it answer.

    Attributes
    ----------
    registry : str
        Its folder.
    record : Record
    done : str
        What was just done; empty if it was only looked at.
    wrong : tuple of str, optional
        Files that are not what was added, where they were checked.
    """

    command: ClassVar[str] = "registry"

    registry: str
    record: Record
    done: str = ""
    wrong: tuple[str, ...] | None = None

    @property
    def headline(self) -> str:
        """One sentence for people."""
        champion = self.record.champion
        in_use = "no champion yet" if champion is None else f"version {champion} is the champion"
        state = f"{len(self.record.versions)} versions, {in_use}"
        if self.wrong is not None:
            state += (
                f"; {len(self.wrong)} files are not what was added" if self.wrong else "; every file is whole"
            )
        return f"{self.done}; {state}" if self.done else state

    def to_dict(self) -> dict[str, Any]:
        """Give everything: versions with the part they play, and decisions."""
        versions = [{**asdict(v), "part": self.record.part(v.number)} for v in self.record.versions]
        return {
            "registry": self.registry,
            "done": self.done,
            "champion": self.record.champion,
            "challengers": self.record.challengers,
            "versions": versions,
            "decisions": [asdict(decision) for decision in self.record.decisions],
            "wrong": None if self.wrong is None else list(self.wrong),
        }
