"""What settles who gets which arm, kept in a file: whoever has it gets the same arms again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from enrich.errors import SettingsError
from lookalike.experiment.anytime import PLANNED
from lookalike.experiment.shares import checked

FORMAT = 1


@dataclass(frozen=True)
class Plan:
    """The settings of an assignment.

    Attributes
    ----------
    salt : str
        What is hashed with each id. Two experiments with one salt put the same leads together again; so
        each has its own.
    shares : dict of str to float
        Of the arms, the control first; they come to one.
    holdout : float
        Share of the leads that nobody treats, taken out before.
    holdout_salt : str
        Salt of the holdout: the same for several experiments where the same leads are to be held out of all.
    edges : list of float
        Scores that part the leads into strata, settled on the leads there were first.
    planned : int
        Leads of all arms the experiment is planned for; settles what holds under peeking.
    """

    salt: str
    shares: dict[str, float]
    holdout: float = 0.0
    holdout_salt: str = ""
    edges: list[float] = field(default_factory=list)
    planned: int = PLANNED

    def __post_init__(self) -> None:
        if not self.salt.strip():
            raise SettingsError("the salt is blank; give each experiment its own, such as its name")
        if not 0 <= self.holdout < 1:
            raise SettingsError(f"the holdout {self.holdout:g} is no share; give one from 0 to below 1")
        if self.planned < 1:
            raise SettingsError(f"{self.planned} leads are no plan; give a number above nought")
        object.__setattr__(self, "shares", checked(self.shares))
        object.__setattr__(self, "holdout_salt", self.holdout_salt or self.salt)

    @property
    def control(self) -> str:
        """The arm others are compared with."""
        return next(iter(self.shares))

    def to_dict(self) -> dict[str, Any]:
        """Give the attributes."""
        return asdict(self)

    def write(self, path: str | Path) -> None:
        """Write the plan as JSON.

        Raises
        ------
        SettingsError
            If the file cannot be written.
        """
        text = json.dumps({"format": FORMAT} | self.to_dict(), ensure_ascii=False, indent=1)
        try:
            Path(path).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{path}: the plan cannot be written ({error.strerror})") from error

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """Read a plan.

        Raises
        ------
        SettingsError
            If there is none, or it is damaged.
        """
        try:
            found = json.loads(Path(path).read_text(encoding="utf-8"))
            if found.pop("format") != FORMAT:
                raise SettingsError(f"{path}: the plan is of another version; assign again")
            return cls(**{part.name: found[part.name] for part in fields(cls)})
        except OSError as error:
            raise SettingsError(f"{path}: no plan can be read there ({error.strerror})") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(f"{path}: this is no plan ({error!r}); assign writes them") from error
