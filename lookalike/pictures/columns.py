"""Which columns move: the population stability index of each, and the won rate beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from enrich.errors import ModelError
from lookalike.audit.findings import Audit
from lookalike.audit.stability import won_rate_over_time
from lookalike.monitor.moved import PSI_ALARM, PSI_WATCH
from lookalike.monitor.run import Monitored
from lookalike.pictures.picture import Picture
from lookalike.pictures.rates import draw_rates
from lookalike.pictures.style import (
    AGAINST,
    LABEL,
    MUTED,
    OTHER,
    WIDTH,
    Sheet,
    axis_names,
    drawn,
    ticks,
    write,
)
from lookalike.pictures.wording import Wording
from lookalike.reasons.phrasebook import Phrasebook

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel

#: Columns that are drawn.
COLUMNS = 12
#: A bar is cut off here; its number says how far it would go.
CUT_OFF = 1.0
_ROW = 24.0


@dataclass(frozen=True)
class _Found:
    """What there is to draw: column, psi, by_chance, unseen, moved; and the won rate over time."""

    columns: pd.DataFrame
    of: str
    rates: pd.DataFrame | None
    dated: bool


def drift(
    found: LookalikeModel | Audit | Monitored, *, language: str = "en", width: float = WIDTH
) -> Picture:
    """Draw how far columns moved (PSI), the most moved first, and the won rate over time where it is known.

    Parameters
    ----------
    found : LookalikeModel, Audit or Monitored
        A model or an audit compares later deals with earlier ones, monitoring new leads with the deals.
    language : {"en", "ru"}
    width : float
        In px.

    Raises
    ------
    ModelError
        If nothing was compared, as deals have no time.
    """
    say, book = Wording(language), Phrasebook(language)
    here = _found(found)
    table = here.columns.head(COLUMNS)
    moved = int(here.columns["moved"].sum())
    name = f"drift_{here.of}" if moved else f"drift_{here.of}_none"
    title = say(name, n=say.number(moved), columns=say.number(len(here.columns)))
    below = 190.0 if here.rates is not None and len(here.rates) else 0.0
    with drawn():
        sheet = Sheet(title, say("drift_note"), width=width, height=_ROW * max(len(table), 1) + 64 + below)
        names, aside = min(0.34 * width, 220.0), min(0.26 * width, 150.0)
        axes = sheet.axes(left=names + 12, right=aside, top=20, bottom=38 + below)
        rows = np.arange(len(table), dtype=float)
        psi = table["psi"].to_numpy(dtype=float)
        end = float(min(CUT_OFF, max([0.3, *(1.12 * psi[np.isfinite(psi)])])))
        colours = [AGAINST if one else OTHER for one in table["moved"]]
        axes.barh(rows, np.clip(psi, 0, end), height=0.6, color=colours, linewidth=0)
        chance = table["by_chance"].to_numpy(dtype=float)
        axes.vlines(chance, rows - 0.3, rows + 0.3, color=MUTED, linewidth=1.4)
        axes.set(xlim=(0, end), ylim=(max(len(table), 1) - 0.4, -0.6))
        for row, one in enumerate(table.to_dict("records")):
            write(
                axes,
                0,
                row,
                book.name(str(one["column"])),
                within="row",
                px=(-(names + 12), 0),
                size=LABEL,
                width=names,
                weight="bold" if one["moved"] else "normal",
            )
            beyond = max(one["psi"], one["by_chance"] if one["by_chance"] < end else 0.0, 0.0)
            write(axes, min(beyond, end), row, say.number(one["psi"], 2), px=(6, 0), colour=MUTED)
            if one["unseen"] >= 0.005:
                unseen = say("unseen", share=say.percent(one["unseen"]))
                write(
                    axes,
                    1,
                    row,
                    unseen,
                    within="row",
                    px=(aside - 4, 0),
                    ha="right",
                    colour=MUTED,
                    width=aside,
                )
        axes.spines["left"].set_visible(True)
        for place, word in ((PSI_WATCH, say("psi_watch")), (PSI_ALARM, say("psi_alarm"))):
            axes.axvline(place, color=MUTED, linewidth=0.9, dashes=(3, 3))
            write(axes, place, -0.6, word, px=(0, 9), ha="center", colour=MUTED)
        places = [0, 0.1, 0.25, *([0.5, 0.75, 1.0] if end > 0.5 else [0.5] if end >= 0.5 else [])]
        ticks(axes, "x", places, lambda place: say.number(place, 2))
        ticks(axes, "y")
        axis_names(axes, say("psi_x"))
        if below and here.rates is not None:
            lower = sheet.axes(left=44, right=70, top=sheet.room - below + 26, bottom=44)
            draw_rates(lower, here.rates, say, dated=here.dated, width=sheet.inner_width(lower))
        return Picture(sheet)


def _found(found: LookalikeModel | Audit | Monitored) -> _Found:
    if isinstance(found, Monitored):
        used = found.columns[found.columns["used"].to_numpy(dtype=bool)]
        beyond = (used["psi"] - used["psi_by_chance"]).to_numpy(dtype=float)
        table = pd.DataFrame(
            {
                "column": used["column"],
                "psi": used["psi"],
                "by_chance": used["psi_by_chance"],
                "unseen": used["unseen_now"].fillna(0.0),
                "moved": (beyond >= PSI_WATCH) & (used["q_shift"].to_numpy(dtype=float) < 0.05),
            }
        )
        return _Found(_in_order(table), "leads", None, dated=False)
    if found.drift is None or (isinstance(found, Audit) and not len(found.drift)):
        raise ModelError("nothing tells how columns move: the deals have no time; name its column in time=")
    table = found.drift.rename(columns={"moved_on": "moved"}).assign(by_chance=np.nan)
    if isinstance(found, Audit):
        return _Found(_in_order(table), "deals", found.won_rate, found.dated)
    deals = found.deals
    timed = deals["time"].notna().to_numpy() & (found.hidden is None)
    rates = None
    if timed.all() and len(deals):
        rates = won_rate_over_time(deals["time"].to_numpy(dtype=float), deals["won"].to_numpy(dtype=bool))
    return _Found(_in_order(table), "deals", rates, not found.schema.time_is_number)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    known = table[table["psi"].notna()].astype({"moved": bool})
    return known.sort_values(["moved", "psi"], ascending=False, kind="stable", ignore_index=True)
