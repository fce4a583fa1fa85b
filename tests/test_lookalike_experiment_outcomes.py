"""What became of deals: open ones honoured, groups compared within one horizon."""

import numpy as np
import pandas as pd
import pytest

from enrich.errors import ColumnError, SettingsError
from lookalike.experiment import DealColumns, outcomes
from lookalike.experiment.group_measures import group_row, measured, spent

COLUMNS = DealColumns("opened", "closed", "stage", "won", revenue="worth")


def deals(count=800, faster=0, seed=5, until=365):
    """Deals of a year, in arms; those of B are decided `faster` days sooner. Open ones have no close."""
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, until, count), unit="D")
    arm = rng.choice(["A", "B"], count)
    days = np.maximum(1, rng.gamma(4, 12, count).round() - faster * (arm == "B"))
    closed = opened + pd.to_timedelta(days, unit="D")
    won = rng.random(count) < 0.3
    made = {"id": np.arange(count), "arm": arm, "opened": opened.strftime("%d.%m.%Y")}
    made |= {"closed": closed.strftime("%d.%m.%Y"), "stage": np.where(won, "won", "lost")}
    table = pd.DataFrame(made | {"worth": np.where(won, rng.integers(100, 900, count), 0).astype("str")})
    still = closed > pd.Timestamp("2025-12-31")
    table.loc[still, "closed"] = None
    table.loc[still, "stage"] = "in talks"
    return table


def row(found, measure):
    return found.comparisons.set_index("measure").loc[measure]


def by_arm(table, **settings):
    return outcomes(table, DealColumns("opened", "closed", "stage", "won", "arm", "worth"), **settings)


def test_faster_decisions_are_found():
    found = by_arm(deals(faster=10), as_of="2025-12-31")
    days = row(found, "days")
    assert days["low"] < -10 < days["high"]
    assert days["high"] < 0
    assert found.logrank_p < 0.001
    assert "its decisions took" in found.headline


def test_young_deals_do_not_look_lost():
    """Half of the deals after the change are open; counted as lost, they would halve the share won."""
    table = deals(count=3_000)
    found = outcomes(table, COLUMNS, change="2025-10-15", as_of="2025-12-31")
    groups = found.groups.set_index("group")
    assert groups.loc["after", "open"] > 100
    won = row(found, "won_share")
    assert won["low"] < 0 < won["high"]
    naive = groups["won"] / groups["deals"]
    assert naive["after"] < 0.75 * naive["before"]


def test_what_comes_after_the_cut_off_is_not_known():
    table = deals(until=250)
    found = by_arm(table, as_of="2025-06-30")
    assert found.as_of == "2025-06-30"
    later = (pd.to_datetime(table["opened"], dayfirst=True) > "2025-06-30").sum()
    assert found.left_out.set_index("error")["rows"].to_dict() == {"opened after 2025-06-30": later}
    assert found.groups["open"].sum() > 0
    assert found.groups["won"].sum() < (table["stage"] == "won").sum()


def test_before_and_after_is_no_experiment():
    found = outcomes(deals(), COLUMNS, change="2025-07-01")
    assert found.before_after
    assert found.groups["group"].tolist() == ["before", "after"]
    assert "no experiment" in found.headline
    assert "no experiment" not in by_arm(deals()).headline


def test_a_won_deal_costs_what_was_spent_over_those_won():
    table = deals(until=200)
    found = by_arm(table, costs={"A": 10_000, "B": 5_000}, horizon=100)
    groups = found.groups.set_index("group")
    assert groups.loc["A", "cost"] == pytest.approx(10_000)
    assert groups.loc["A", "cost_of_acquisition"] == pytest.approx(
        10_000 / groups.loc["A", "deals"] / groups.loc["A", "won_share"]
    )
    assert row(found, "cost_of_acquisition")["high"] < 0
    assert (groups["cost_of_acquisition_low"] > 0).all()


def test_the_interval_of_a_cost_covers_the_true_one():
    """Deals cost 50 on average, three in ten are won in the end, and some are open still."""
    rng, held = np.random.default_rng(8), 0
    for _ in range(300):
        decided, watched = rng.exponential(20, 300), rng.uniform(30, 150, 300)
        closed = decided <= watched
        part = pd.DataFrame({"group": "A", "days": np.minimum(decided, watched), "watched": watched})
        part = part.assign(closed=closed, won=closed & (rng.random(300) < 0.3), revenue=0.0)
        part = part.assign(cost=rng.exponential(50, 300))
        spending = spent({"A": part}, None, by_row=True)["A"]
        row = group_row("A", part, measured(part, 140, spending), spending, 140)
        truth = 50 / (0.3 * (1 - np.exp(-140 / 20)))
        held += row["cost_of_acquisition_low"] < truth < row["cost_of_acquisition_high"]
    assert held / 300 == pytest.approx(0.95, abs=0.038)  # three Monte Carlo errors


def test_revenue_is_that_of_deals_watched_for_the_horizon():
    table = deals(until=200)
    found = by_arm(table, horizon=60)
    opened, closed = (pd.to_datetime(table[name], dayfirst=True) for name in ("opened", "closed"))
    end = max(opened.max(), closed.max())
    mature = (table["arm"] == "A") & (opened + pd.Timedelta(60, "D") <= end)
    worth = table["worth"].astype(float).where((closed - opened).dt.days <= 60, 0)
    assert found.groups.set_index("group").loc["A", "revenue"] == pytest.approx(worth[mature].mean())


def test_shares_by_day_come_to_one_at_the_start():
    curves = by_arm(deals()).curves
    assert (curves.loc[curves["day"] == 0, "open"] == 1).all()
    assert (curves["open"].between(0, 1) & curves["won"].between(0, 1)).all()


def test_rows_that_cannot_be_used_are_named():
    table = deals()
    table.loc[0, "opened"] = None
    table.loc[1, "opened"] = "soon"
    table.loc[2, ["opened", "closed"]] = ["05.05.2025", "01.05.2025"]
    table.loc[3, ["closed", "stage"]] = [None, "won"]
    table.loc[4, ["opened", "closed", "stage"]] = ["05.05.2025", "09.05.2025", None]
    table.loc[5, ["opened", "closed", "stage", "worth"]] = ["05.05.2025", "09.05.2025", "won", None]
    table.loc[6, "arm"] = None
    found = by_arm(table)
    assert found.errors[:7] == [
        "no 'opened'",
        "'opened' is no date",
        "closed before it was opened",
        "won without 'closed'",
        "closed without 'stage'",
        "won without 'worth'",
        "no 'arm'",
    ]
    assert found.groups["deals"].sum() == 793


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"horizon": 5_000}, "too long"),
        ({"costs": {"Z": 1}}, "'Z'"),
        ({"as_of": "some day"}, "--as-of"),
        ({"change": "2025-06-01"}, "--arm"),
    ],
)
def test_settings_that_make_no_sense_are_named(settings, problem):
    with pytest.raises(SettingsError, match=problem):
        by_arm(deals(), **settings)


def test_groups_that_are_missing_are_named():
    with pytest.raises(ColumnError, match="--control 'Z'"):
        by_arm(deals(), control="Z")
    with pytest.raises(ColumnError, match="two groups"):
        outcomes(deals(), COLUMNS, change="2030-01-01")
