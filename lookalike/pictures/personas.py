"""A map of personas: past deals, won and lost, and new leads among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lookalike.embed.base import Floats
from lookalike.landscape import landscape
from lookalike.pictures.legible import shortened, width_of
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import AGAINST, FOR, INK, MUTED, SMALL, THIRD, WIDTH, Sheet, drawn, ticks, write
from lookalike.pictures.wording import Wording

if TYPE_CHECKING:
    from lookalike.model import LookalikeModel

#: Points of a kind that are drawn, spread evenly over all; the map is the same, the file stays small.
POINTS = 1_500
#: Share of the deals at each end of an axis that the map may leave out: outliers.
OUTSIDE = 0.004
_LABEL = 190.0


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
    say = Wording(language)
    found = landscape(model, leads)
    won = model.deals["won"].to_numpy(dtype=bool)
    customers = int(model.deals.loc[won, "group"].nunique())
    gathered = np.isfinite(found.won_beside_won)
    title = say(
        "map_title" if gathered else "map_plain",
        n=say.number(customers),
        beside=say.percent(found.won_beside_won),
        all=say.percent(found.won_rate),
    )
    note = say("map_note", kept=say.percent(found.kept))
    other = "lost" if model.hidden is None else "unlabelled"
    with drawn():
        sheet = Sheet(title, note, width=width, height=min(460.0, 0.78 * width) + 24)
        axes = sheet.axes(left=2, right=2, top=26, bottom=4)
        _frame(axes, found.deals)
        _points(axes, found.deals[~won], AGAINST, 4.5, 0.55)
        _points(axes, found.deals[won], FOR, 5.5, 0.8)
        _points(axes, found.leads, THIRD, 4.5, 0.9)
        names = [(FOR, say("map_won", n=say.number(int(won.sum()))))]
        names.append((AGAINST, say(f"map_{other}", n=say.number(int((~won).sum())))))
        if len(found.leads):
            names.append((THIRD, say("map_leads", n=say.number(len(found.leads)))))
        _key(axes, names)
        _name_medoids(sheet, axes, model, found.deals, say)
        ticks(axes, "x", [], [])
        ticks(axes, "y", [], [])
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
        points = points[np.linspace(0, len(points) - 1, POINTS).astype(np.int64)]
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > bottom) & (points[:, 1] < top)
    points = points[inside]
    if not len(points):
        return
    ends = points + [(right - left) * 2e-5, 0.0]
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


def _name_medoids(sheet: Sheet, axes: Axes, model: LookalikeModel, points: Floats, say: Wording) -> None:
    """Ring the deal that each persona is named after, and write its name where no other name is."""
    medoids = np.flatnonzero(model.deals["medoid"].to_numpy(dtype=bool))
    sizes = model.deals["group"].value_counts()
    axes.figure.draw_without_rendering()
    scale = axes.transData
    taken: list[tuple[float, float, float, float]] = []
    for deal in medoids:
        row = model.deals.iloc[deal]
        colour = FOR if row["won"] else AGAINST
        x, y = points[deal]
        axes.plot(
            [x], [y], "o", markersize=13, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.6
        )
        axes.plot([x], [y], "o", markersize=7, color=colour)
        name = shortened(row["name"], _LABEL, 12, "bold")
        deals = say("bin_deals", n=say.number(int(sizes[row["group"]])))
        wide = max(width_of(name, 12, "bold"), width_of(deals, SMALL))
        px, py = scale.transform((x, y))
        left = px + 14 + wide > sheet.width - 6
        start = px - 14 - wide if left else px + 14
        shift = _free(start, py, wide, taken)
        taken.append((start, py + shift, wide, 28.0))
        how = {"ha": "right" if left else "left", "width": _LABEL}
        side = -14 if left else 14
        write(axes, x, y, name, px=(side, shift + 7), weight="bold", size=12, **how)
        write(axes, x, y, deals, px=(side, shift - 7), colour=MUTED, **how)


def _free(x: float, y: float, wide: float, taken: list[tuple[float, float, float, float]]) -> float:
    """Give how far up or down a label must go to stand clear of the others."""
    for shift in (0, 30, -30, 60, -60, 90, -90, 120, -120):
        if not any(
            x < other + length and other < x + wide and abs(y + shift - height) < tall
            for other, height, length, tall in taken
        ):
            return float(shift)
    return 0.0
