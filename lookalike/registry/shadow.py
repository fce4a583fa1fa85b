"""Shadow scoring: what challengers would have said of leads that the champion scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import pandas as pd

from enrich.errors import ColumnError, ModelError
from lookalike.events import read_events
from lookalike.monitor.matured import matured
from lookalike.monitor.scores import score_leads
from lookalike.registry.challenge import Challenge, compare
from lookalike.registry.folder import Registry
from lookalike.schema import with_text_names


@dataclass(frozen=True)
class Shadowed:
    """What challengers would have said.

    Attributes
    ----------
    champion : int
        Version.
    leads : int
    challenges : list of Challenge
    """

    command: ClassVar[str] = "shadow"

    champion: int
    leads: int
    challenges: list[Challenge]

    @property
    def headline(self) -> str:
        """One sentence for people."""
        said = [f"version {one.version}: {one.because}" for one in self.challenges]
        return f"beside champion {self.champion} on {self.leads} leads: {'; '.join(said)}"

    def to_dict(self) -> dict[str, Any]:
        """Give everything found but the leads."""
        rows = [{k: v for k, v in vars(one).items() if k != "leads"} for one in self.challenges]
        return {"champion": self.champion, "leads": self.leads, "challengers": rows}


def shadow(
    registry: Registry,
    leads: pd.DataFrame,
    *,
    versions: Sequence[int] = (),
    events: pd.DataFrame | None = None,
    outcomes: pd.DataFrame | None = None,
    matured_after: float | None = None,
    as_of: date | None = None,
    won: str | None = None,
    random_state: int = 0,
    quiet: bool = True,
) -> Shadowed:
    """Score leads by the champion and by challengers.

    Parameters
    ----------
    registry : Registry
    leads : DataFrame of shape (n_leads, n_columns)
    versions : sequence of int
        Challengers; all that were never champion if empty.
    events : DataFrame, optional
        Behaviour of the leads.
    outcomes : DataFrame, optional
        An id and an outcome for each lead that ended.
    matured_after, as_of, won
        See :func:`lookalike.monitor.matured.matured`; as the champion knows cycle and outcomes.
    random_state : int
        Seed of the bootstrap.
    quiet : bool
        Show no progress.

    Raises
    ------
    ModelError
        If there is no champion or no challenger, or a version is not what was added.
    """
    record = registry.record
    champion = registry.load()
    number = record.champion
    numbers = list(dict.fromkeys(versions)) or record.challengers
    if number is None or not numbers:
        raise ModelError(f"{registry.folder}: there is no challenger; add one with `registry add`")
    if number in numbers:
        raise ModelError(f"{registry.folder}: version {number} is the champion; name another in --challenger")
    leads = with_text_names(leads).reset_index(drop=True)
    log = None if events is None else read_events(events)
    first = score_leads(champion, leads, log, quiet=quiet)
    ripe = None
    if outcomes is not None:
        ripe = matured(champion, leads, outcomes, after_days=matured_after, as_of=as_of, won=won)
    challenges = []
    for version in numbers:
        model = registry.load(version)
        try:
            second = score_leads(model, leads, log, quiet=quiet)
        except ColumnError as error:
            challenges.append(Challenge(version, "cannot score", f"cannot score these leads: {error}"))
        else:
            challenges.append(compare(version, first, second, ripe, random_state))
    return Shadowed(number, len(leads), challenges)
