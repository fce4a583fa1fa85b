"""How far to trust a report: the verdict, what was measured, what commands found, what is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lookalike import pictures
from lookalike.evaluate.signal import NO_SIGNAL, UNTOLD
from lookalike.hidden import ENOUGH
from lookalike.model import LookalikeModel
from lookalike.pictures import Picture
from lookalike.reasons import LANGUAGES
from lookalike.reasons.phrasebook import clean
from lookalike.report.found import told_anew
from lookalike.report.lead_pages import LeadPage
from lookalike.report.promises import promises
from lookalike.report.ranked import Ranked

#: A sentence by its name in ``words.toml``, and what fills it in.
Said = tuple[str, dict[str, Any]]
#: Width of a picture in the page, in px.
WIDTH = 560.0


@dataclass(frozen=True)
class Shown:
    """A picture: what it is called, and what draws it in a language."""

    name: str
    draw: Callable[[str], Picture]

    def svg(self, language: str) -> str:
        """Draw it, as an SVG element."""
        return self.draw(language).svg(f"{self.name}-{language}")


@dataclass(frozen=True)
class Trust:
    """How far to trust a report.

    Attributes
    ----------
    verdict : Said
        In one sentence.
    tone : {"good", "bad", "unsure"}
    found : list of dict
        What commands found about the model, the newest last: command, made_at (a date), headline (by
        language; always in English, which commands write).
    judged : list of dict
        features, auc, lift; empty where no outcomes are known.
    pictures : list of Shown
    limits : list of Said
        What the model does not know.
    """

    verdict: Said
    tone: str
    found: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    pictures: list[Shown]
    limits: list[Said]


def trust(
    model: LookalikeModel,
    ranked: Ranked,
    pages: Sequence[LeadPage],
    judged: pd.DataFrame | None,
    results: Mapping[str, Mapping[str, Any]],
) -> Trust:
    """Work out how far to trust the scores of leads."""
    verdict, tone = _verdict(model)
    found = [
        {
            "command": clean(command),
            "made_at": clean(str(one["made_at"]))[:10],
            "headline": _headline(command, one),
        }
        for command, one in sorted(results.items(), key=lambda item: str(item[1]["made_at"]))
    ]
    rows = [] if judged is None else judged.to_dict("records")
    return Trust(
        verdict=verdict,
        tone=tone,
        found=found,
        judged=[{str(key): value for key, value in row.items()} for row in rows],
        pictures=_pictures(model, results),
        limits=_limits(model, ranked, pages),
    )


def too_few(model: LookalikeModel) -> dict[str, int] | None:
    """Give how many favourites a model knows and how many are enough, where it cannot tell chances."""
    few = model.too_few
    return None if few is None else {"favourites": few.favourites, "enough": ENOUGH}


def _headline(command: str, kept: Mapping[str, Any]) -> dict[str, str]:
    anew = {language: told_anew(language, command, kept.get("result")) for language in LANGUAGES}
    return {"en": clean(str(kept["headline"])), **{one: said for one, said in anew.items() if said}}


def _verdict(model: LookalikeModel) -> tuple[Said, str]:
    signal = model.signal
    if signal is None:
        return ("verdict_untested", {}), "unsure"
    if signal.auc is None or signal.verdict == UNTOLD:
        return ("verdict_untold", {"deals": signal.deals}), "unsure"
    pairs = {"auc": signal.auc, "low": signal.low, "high": signal.high, "deals": signal.deals}
    if signal.verdict == NO_SIGNAL:
        return ("verdict_nothing", pairs), "bad"
    return ("verdict_signal", pairs), "good"


def _pictures(model: LookalikeModel, results: Mapping[str, Mapping[str, Any]]) -> list[Shown]:
    made = []
    kept: Any = promises(model, results)
    if kept is not None:
        made.append(Shown("gain", lambda one: pictures.gain(kept, language=one, width=WIDTH)))
        made.append(Shown("reliability", lambda one: pictures.reliability(kept, language=one, width=WIDTH)))
    if model.drift is not None:  # deals without a time do not move
        made.append(Shown("drift", lambda one: pictures.drift(model, language=one, width=WIDTH)))
    return made


def _limits(model: LookalikeModel, ranked: Ranked, pages: Sequence[LeadPage]) -> list[Said]:
    said: list[Said] = []
    if pages:
        share = float(np.median([page.coverage for page in pages]))
        said.append(("limit_coverage", {"share": share}))
    time = model.deals["time"].to_numpy(dtype=float)
    if not model.schema.time_is_number and np.isfinite(time).any():
        last = pd.Timestamp(0) + pd.Timedelta(days=float(np.nanmax(time)))
        said.append(("limit_time", {"day": last.date().isoformat()}))
    if not model.schema.time:
        said.append(("limit_no_time", {}))
    if model.behaviour is None:
        said.append(("limit_no_events", {}))
    elif ranked.log is None:
        said.append(("limit_events_missing", {}))
    if model.drift is not None and model.drift["moved_on"].any():
        moved = model.drift.loc[model.drift["moved_on"].astype(bool), "column"].head(4)
        said.append(("limit_drift", {"columns": [clean(str(column)) for column in moved]}))
    if model.hidden is not None:
        few = too_few(model)
        said.append(("limit_hidden", {}) if few is None else ("limit_few", few))
    if ranked.customers:
        said.append(("limit_customers", {"n": ranked.customers}))
    blind = sorted({why for page in pages for why in page.known.missing if why not in ("blank", "absent")})
    if blind:
        said.append(("limit_missing", {"n": sum(bool(set(p.known.missing) & set(blind)) for p in pages)}))
    if ranked.errors:
        said.append(("limit_unscored", {"n": len(ranked.errors)}))
    return [*said, ("limit_cause", {})]
