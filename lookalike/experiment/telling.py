"""Results in sentences that a growth lead reads once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookalike.experiment.mismatch import Mismatch

if TYPE_CHECKING:
    from lookalike.experiment.comparison import Comparison

#: How each measure of outcomes is called, and by which factor and format it is shown.
MEASURES: dict[str, tuple[str, float, str]] = {
    "won_share": ("won within {horizon:.0f} days, %", 100, ",.1f"),
    "days": ("days to a decision, of at most {horizon:.0f}", 1, ",.1f"),
    "revenue": ("revenue a deal within {horizon:.0f} days", 1, ",.0f"),
    "cost_of_acquisition": ("cost of a won deal", 1, ",.0f"),
}


def told_mismatch(split: Mismatch) -> str:
    """Say whether the split is as planned; ends with a blank, for what follows."""
    if not split.alarm:
        return "The split is as planned. "
    counts = ", ".join(
        f"{name} {count:,} where {split.expected[name]:,.0f} were meant"
        for name, count in split.observed.items()
    )
    return (
        f"The split is NOT as planned ({counts}; {told_p(split.p_value)}): something other than chance "
        "decided who is in the table, so find out what before you trust any of this. "
    )


def told_comparison(one: Comparison) -> str:
    """Say what differs, by how much, and what follows."""
    found = one.told
    means = f"{told_mean(one, one.mean)} against {told_mean(one, one.control_mean)}"
    if one.adjusted is not None:
        means = f"adjusted for what was known before; as observed {means}"
    interval = f"95% {told_gap(one, found.low)} to {told_gap(one, found.high)}, {told_p(one.holm_p)}"
    if not one.beyond_chance:
        more = 3 * (one.leads + one.control_leads)
        return (
            f"there is no difference in {one.measure} beyond chance between {one.treatment} and "
            f"{one.control}: {told_gap(one, found.difference, sign=True)}{_unit(one)} ({means}; {interval}); "
            f"so many leads show {told_gap(one, one.resolution)}{_unit(one)} in four of five experiments, "
            f"{more:,} more leads half of it"
        )
    more_less = "more" if found.difference > 0 else "less"
    verb = "converts" if one.measure == "conversion" else "brings"
    a_lead = "" if one.measure == "conversion" else " a lead"
    surely = (
        f"which holds whenever one looked ({told_p(one.anytime.p_value)})"
        if one.anytime.beyond_chance
        else f"which holds if this look was the only one planned; under peeking it is not proven yet "
        f"({told_p(one.anytime.p_value)})"
    )
    return (
        f"{one.treatment} {verb} {told_gap(one, abs(found.difference))}{_unit(one)} {more_less}{a_lead} than "
        f"{one.control} ({means}; {interval}), {surely}"
    )


def told_gap(one: Comparison, value: float, *, sign: bool = False) -> str:
    """Give a difference in points of a conversion rate, or in money."""
    number = 100 * value if one.measure == "conversion" else value
    text = f"{number:+,.1f}" if sign else f"{number:,.1f}"
    return text.replace("-", "−")


def told_mean(one: Comparison, value: float) -> str:
    """Give a conversion rate as per cent, revenue as a number."""
    return f"{value:.1%}" if one.measure == "conversion" else f"{value:,.1f}"


def p_cell(value: float) -> str:
    """Give a p-value for a column of them, the smallest as a bound.

    >>> p_cell(0.0312), p_cell(0.00001), p_cell(1.0)
    ('0.031', '< 0.0001', '1')
    """
    if value < 0.0001:
        return "< 0.0001"
    return (f"{value:.4f}" if value < 0.001 else f"{value:.3f}").rstrip("0").rstrip(".")


def told_p(value: float) -> str:
    """Give a p-value for a sentence.

    >>> told_p(0.0312), told_p(0.00001)
    ('p = 0.031', 'p < 0.0001')
    """
    cell = p_cell(value)
    return f"p {cell}" if cell.startswith("<") else f"p = {cell}"


def _unit(one: Comparison) -> str:
    return " points" if one.measure == "conversion" else ""
