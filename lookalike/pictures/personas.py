"""A map of personas: past deals, won and lost, and new leads among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lookalike.embed.base import Floats
from lookalike.evenly import evenly
from lookalike.landscape import Landscape, landscape
from lookalike.pictures.legible import width_of
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import AGAINST, FOR, INK, MUTED, SMALL, THIRD, WIDTH, Sheet, drawn, ticks, write
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel

#: Points of a kind that are drawn, spread evenly over all; the map is the same, the file stays small.
POINTS = 1_500
#: Share of the deals at each end of an axis that the map may leave out: outliers.
OUTSIDE = 0.004
#: Personas that are named.
NAMED = 10
#: Won deals are told to lie together if so many times as many are won beside them as anywhere.
TOGETHER = 1.15


def persona_map(
    model: LookalikeModel,
    leads: pd.DataFrame | None = None,
    *,
    language: str = "en",
    width: float = WIDTH,
) -> Picture:
    """Draw past deals on a map of the model's space, personas named after their real deals.

    Parameters
    ----------
    model : LookalikeModel
    leads : DataFrame of shape (n_leads, n_columns), optional
        New leads to draw over it.
    language : {"en", "ru"}
    width : float
        In px.

    Raises
    ------
    ColumnError
        If a column the model was trained on is missing from the leads.
    """
    placed = None if leads is None else model.place(leads)
    return draw_map(model, landscape(model, placed), language=language, width=width)


def draw_map(
    model: LookalikeModel, found: Landscape, *, language: str = "en", width: float = WIDTH
) -> Picture:
    """Draw a map that is laid out already; parameters as of :func:`persona_map`."""
    say = Wording(language)
    won = model.deals["won"].to_numpy(dtype=bool)
    customers = int(model.deals.loc[won, "group"].nunique())
    together = found.won_beside_won > TOGETHER * found.won_rate
    # Companies that nobody approached are no deals, so that no share of them was lost.
    told = model.hidden is None and np.isfinite(found.won_beside_won)
    name = "map_plain" if not told else "map_together" if together else "map_mixed"
    title = say(
        name,
        n=say.number(customers),
        beside=say.percent(found.won_beside_won),
        all=say.percent(found.won_rate),
    )
    note = say("map_note", kept=say.percent(found.kept))
    other, _ = model.outcome_words
    with drawn():
        sheet = Sheet(title, note, width=width, height=min(440.0, 0.8 * width) + 30)
        room = min(0.34 * width, 190.0)
        axes = sheet.axes(left=2, right=room, top=26, bottom=4)
        _frame(axes, found.deals)
        _points(axes, found.deals[~won], AGAINST, 4.5, 0.55)
        _points(axes, found.deals[won], FOR, 5.5, 0.8)
        _points(axes, found.leads, THIRD, 4.5, 0.9)
        names = [(FOR, say("map_won", n=say.number(int(won.sum()))))]
        names.append((AGAINST, say(f"map_{other}", n=say.number(int((~won).sum())))))
        if len(found.leads):
            names.append((THIRD, say("map_leads", n=say.number(len(found.leads)))))
        _key(axes, names)
        _name_medoids(axes, model, found.deals, say, room)
        ticks(axes, "x")
        ticks(axes, "y")
        for spine in axes.spines.values():
            spine.set_visible(True)
            spine.set_alpha(0.35)
        return Picture(sheet)


def _frame(axes: Axes, points: Floats) -> None:
    for side, limit in ((0, axes.set_xlim), (1, axes.set_ylim)):
        low, high = np.quantile(points[:, side], [OUTSIDE, 1 - OUTSIDE])
        room = 0.06 * (high - low) or 1.0
        limit(low - room, high + room)


def _points(axes: Axes, points: Floats, colour: str, size: float, alpha: float) -> None:
    """Draw points as one path of dots: a tenth of the bytes of as many markers, and sharp at any size."""
    if len(points) > POINTS:
        points = points[evenly(len(points), POINTS)]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
    points = points[inside]
    if not len(points):
        return
    ends = points + np.array([(right - left) * 2e-5, 0.0])
    path = Path(
        np.stack([points, ends], axis=1).reshape(-1, 2), np.tile([Path.MOVETO, Path.LINETO], len(points))
    )
    dots = PathPatch(path, fill=False, edgecolor=colour, linewidth=size, alpha=alpha, capstyle="round")
    axes.add_patch(dots)


def _key(axes: Axes, names: list[tuple[str, str]]) -> None:
    start = 4.0
    for colour, name in names:
        axes.figure.add_artist(_dot(axes, start, colour))
        write(axes, 0, 1, name, within="axes", px=(start + 9, 12), size=SMALL)
        start += 9 + width_of(name, SMALL) + 22


def _dot(axes: Axes, start: float, colour: str) -> PathPatch:
    figure = axes.figure
    box = axes.get_position()
    x = box.x0 * figure.bbox.width + start
    y = box.y1 * figure.bbox.height + 12
    path = Path([(x, y), (x + 0.02, y)], [Path.MOVETO, Path.LINETO])
    return PathPatch(path, fill=False, edgecolor=colour, linewidth=8, capstyle="round", transform=None)


def _name_medoids(axes: Axes, model: LookalikeModel, points: Floats, say: Wording, room: float) -> None:
    """Ring the deal that each persona is named after, and write its name beside the map, in their order."""
    medoids = np.flatnonzero(model.deals["medoid"].to_numpy(dtype=bool))
    sizes = model.deals["group"].value_counts()
    bottom, top = axes.get_ylim()
    shares = (points[medoids, 1] - bottom) / (top - bottom)
    order = np.argsort(-shares, kind="stable")[:NAMED]
    places = _apart(shares[order], 38.0 / (axes.get_position().height * axes.figure.bbox.height))
    for deal, place in zip(medoids[order], places, strict=True):
        row = model.deals.iloc[deal]
        x, y = points[deal]
        axes.annotate(
            "",
            (1.02, place),
            (x, y),
            xycoords="axes fraction",
            textcoords="data",
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.8, "shrinkA": 7, "shrinkB": 0},
        )
        ring: dict[str, Any] = {"markeredgecolor": INK, "markeredgewidth": 1.6}
        axes.plot([x], [y], "o", markersize=12, color=FOR if row["won"] else AGAINST, **ring)
        outcome = say("outcome_won" if row["won"] else f"outcome_{model.outcome_words[0]}")
        beside = f"{outcome}, {say.deals(int(sizes[row['group']]))}"
        write(axes, 1, place, row["name"], within="axes", px=(14, 7), weight="bold", size=12, width=room - 18)
        write(axes, 1, place, beside, within="axes", px=(14, -8), colour=MUTED, width=room - 18)


def _apart(places: Floats, least: float) -> Floats:
    """Move descending places, shares of a height, so far that none is nearer to the next than `least`."""
    found = np.clip(places, 0.04, 0.97)
    for i in range(1, len(found)):
        found[i] = min(found[i], found[i - 1] - least)
    if len(found) and found[-1] < 0.04:
        found[-1] = 0.04
        for i in range(len(found) - 2, -1, -1):
            found[i] = max(found[i], found[i + 1] + least)
    return found
