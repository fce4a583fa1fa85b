"""One quiet style for every picture, and the sheet that they are drawn on.

A px of a picture is a px of the page: figures have 72 dots an inch, and sizes are in px throughout. Colours
can be told apart by the colour-blind (Okabe and Ito 2008, "Color universal design") and stand out by 3 to 1
from white and from near black. Ink is the page's own in an SVG; see :mod:`lookalike.pictures.svg`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from enrich.legible import plain
from lookalike.pictures.legible import shortened, wrapped

#: What is written, what is written beside it, and lines that guide the eye.
INK, MUTED, RULE = "#21262d", "#5c646f", "#d0d5db"
#: Won and what speaks for; lost and what speaks against; what is only compared with.
FOR, AGAINST, OTHER = "#2480c2", "#d55e00", "#868d97"
#: A third thing, such as new leads.
THIRD = "#009e73"

#: Sizes of letters, in px.
TITLE, LABEL, SMALL = 15.0, 12.0, 11.0
#: Width of a picture, in px.
WIDTH = 640.0
_LINE = 1.35
#: Letters of a title or a note at most.
_SAID = 600

RC: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": False,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "figure.dpi": 72,
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": LABEL,
    "grid.color": RULE,
    "lines.linewidth": 2.0,
    "path.simplify": False,
    "savefig.bbox": None,
    "savefig.dpi": "figure",
    "savefig.facecolor": "auto",
    "svg.fonttype": "none",
    "svg.hashsalt": "lookalike",
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.color": MUTED,
    "ytick.labelsize": SMALL,
}


@contextmanager
def drawn() -> Iterator[None]:
    """Draw in this style, whatever the notebook's own; nothing outside changes."""
    with mpl.rc_context(cast(Any, RC)):
        yield


class Sheet:
    """A figure with a title that says what was found.

    Parameters
    ----------
    title : str
    note : str
        What else must be known to read it, below the title.
    width : float
        Of the figure, in px.
    height : float
        Of what is drawn below title and note, in px.
    """

    def __init__(self, title: str, note: str = "", *, width: float = WIDTH, height: float = 300.0) -> None:
        self.title, self.note, self.width = plain(title, _SAID), plain(note, _SAID), width
        lines = [(line, TITLE, "bold", INK) for line in wrapped(title, width, TITLE, "bold")]
        lines += [(line, LABEL, "normal", MUTED) for line in (wrapped(note, width, LABEL) if note else [])]
        head = sum(size * _LINE for _, size, _, _ in lines) + 10
        self.height = head + height
        self.figure = Figure(figsize=(width / 72, self.height / 72), dpi=72)
        top = 0.0
        for line, size, weight, colour in lines:
            self._words(self.figure, 0, 1 - (top + size) / self.height, line, size, weight, colour)
            top += size * _LINE
        self._head = head
        #: Height below title and note, in px.
        self.room = height

    def axes(self, *, left: float = 44, right: float = 12, top: float = 8, bottom: float = 40) -> Axes:
        """Add axes with margins in px, without a frame."""
        box = (
            left / self.width,
            bottom / self.height,
            (self.width - left - right) / self.width,
            (self.room - top - bottom) / self.height,
        )
        made = self.figure.add_axes(box)
        made.spines[["top", "right", "left"]].set_visible(False)
        made.tick_params(length=0, pad=6)
        return made

    def inner_width(self, axes: Axes) -> float:
        """Give how wide axes are, in px."""
        return float(axes.get_position().width * self.width)

    @staticmethod
    def _words(
        owner: Any, x: float, y: float, text: str, size: float, weight: str, colour: str, **how: Any
    ) -> Any:
        return owner.text(x, y, text, fontsize=size, fontweight=weight, color=colour, parse_math=False, **how)


def write(
    axes: Axes,
    x: float,
    y: float,
    text: object,
    *,
    width: float = WIDTH,
    size: float = SMALL,
    colour: str = INK,
    weight: Literal["normal", "bold"] = "normal",
    ha: str = "left",
    va: str = "center",
    px: tuple[float, float] = (0.0, 0.0),
    within: Literal["data", "axes", "row"] = "data",
) -> None:
    """Write a text beside a point of the axes.

    Parameters
    ----------
    axes : Axes
    x, y : float
        The point: in the axes' units, in shares of them, or (row) x in shares and y in units.
    text : object
        Drawn as it is, in one line, without mathematics, cut off where it would be too wide.
    width : float
        In px.
    size, colour, weight, ha, va
        As in matplotlib.
    px : (float, float)
        How far from the point.
    within : {"data", "axes", "row"}
    """
    where: dict[str, Any] = {"data": "data", "axes": "axes fraction", "row": ("axes fraction", "data")}
    axes.annotate(
        shortened(text, width, size, weight),
        (x, y),
        px,
        xycoords=where[within],
        textcoords="offset pixels",
        fontsize=size,
        fontweight=weight,
        color=colour,
        ha=ha,
        va=va,
        parse_math=False,
        annotation_clip=False,
    )


def ticks(
    axes: Axes, side: Literal["x", "y"], places: Sequence[float] = (), say: Callable[[float], str] = str
) -> None:
    """Put labels of our own at an axis: `say` gives that of a place; none where there is no place."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    told = {float(place): say(place) for place in places}
    axis.set_major_locator(FixedLocator(list(told)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: told.get(float(value), "")))


def rules(axes: Axes, side: Literal["x", "y"]) -> None:
    """Guide the eye from an axis' labels."""
    axes.grid(True, axis=side, color=RULE, linewidth=0.8)


def axis_names(axes: Axes, x: str = "", y: str = "") -> None:
    """Name the axes: below on the right, and above on the left where nobody must turn their head."""
    if x:
        write(axes, 1, 0, x, within="axes", px=(0, -33), ha="right", colour=MUTED)
    if y:
        write(axes, 0, 1, y, within="axes", px=(-36, 12), colour=MUTED)
