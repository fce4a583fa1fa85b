"""Favourites among the leads: scored, and not shown as if they were found."""

import pandas as pd
import pytest
from lookalike_deals import deals, fitted
from test_lookalike_universe import companies, favourites

import lookalike
from lookalike.own_customers import own_customers
from lookalike.report import summarize
from lookalike.rows import lead_rows


@pytest.mark.parametrize("told", [{"id": "domain"}, {"name": "name"}])
def test_favourites_are_not_found_again(told):
    won, rest = favourites(25), companies(100, seed=3)
    model = lookalike.fit(won, universe=companies(), quiet=True, **told)
    leads = pd.concat([won, rest], ignore_index=True)
    everyone = lead_rows(model, leads, rows=50, per_row=200)
    assert not everyone["name"].isin(won["name"]).any()
    assert everyone["name"].isin(rest["name"]).sum() > 20
    report = summarize(model, leads)
    assert report.ranked.customers == 25
    assert not report.ranked.table["company"].isin(won["domain" if "id" in told else "name"]).any()
    assert report.ranked.table["rank"].tolist() == list(range(1, 101))
    assert not report.ranked.errors
    assert ("limit_customers", {"n": 25}) in report.trust.limits
    assert model.score(leads)["score"].notna().all()


def test_a_lead_with_the_number_of_a_favourite_is_a_lead():
    won, leads = (
        table.drop(columns=["name", "domain"]) for table in (favourites(25), companies(100, seed=3))
    )
    won, leads = (table.assign(id=range(len(table))) for table in (won, leads))
    model = lookalike.fit(won, universe=companies(), quiet=True)
    assert not own_customers(model, leads).any()


def test_another_deal_with_a_customer_is_a_lead():
    assert not own_customers(fitted("linear"), deals()).any()
