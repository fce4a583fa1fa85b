"""Leads among the deals: favourites are not shown as if found, the background is not named against itself."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import deals, fitted
from test_lookalike_universe import companies, favourites

import lookalike
from lookalike.evidence import evidence
from lookalike.own_deals import own_background, own_customers
from lookalike.report import summarize
from lookalike.rows import lead_rows
from lookalike.universe.same_company import Key, same_company, same_pairs


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


@cache
def of_background(**told):
    """A model, and companies of its background as leads."""
    return lookalike.fit(favourites(25), universe=companies(), quiet=True, **told), companies().iloc[:40]


@pytest.mark.parametrize(("part", "column", "shown"), [("id", "domain", "deal_id"), ("name", "name", "name")])
def test_a_lead_of_the_background_is_not_named_as_evidence_on_itself(part, column, shown):
    model, leads = of_background(**{part: column})
    ids = leads[column].tolist()
    named = evidence(model, leads, ids, None, 5)
    assert set(named["outcome"]) == {"won", "unlabelled"}
    assert not (named[shown] == named["lead_id"]).any()
    sides = named.groupby(["lead_id", "side"])
    assert sides.ngroups == 2 * len(leads)
    assert sides["place"].apply(lambda places: places.tolist() == [1, 2, 3, 4, 5]).all()
    against = named[named["side"] == "against"].groupby("lead_id")["contribution"].apply(np.array)
    for lead, row in zip(ids, model.embedding.contributions(model.embed(leads)), strict=True):
        others = np.sort(row[model.deals[shown].to_numpy() != lead])
        np.testing.assert_allclose(against[lead], others[:5], rtol=1e-6)


def test_what_a_lead_says_of_itself_stays_in_the_sum():
    model, leads = of_background(id="domain")
    for domain in leads["domain"].head(10):
        explained = model.explain(leads, domain)
        assert domain in set(model.deals["deal_id"])
        assert domain not in set(explained.named["deal_id"])
        assert len(explained.named) == 10
        np.testing.assert_allclose(explained.total, explained.score, atol=1e-6)
        assert len(explained.named) + explained.rest["deals"].sum() == len(model.deals)


def test_a_favourite_is_named_and_so_is_a_lost_deal_like_the_lead():
    model, leads = of_background(id="domain")
    every = np.arange(len(model.deals))
    assert not own_background(model, favourites(25), every).any()
    assert own_background(model, leads, every).sum(axis=1).tolist() == [1] * len(leads)
    assert not own_background(fitted("linear"), deals(), np.arange(3)).any()


SAME: list[tuple[Key, Key, bool]] = [
    (("a.example", "A"), ("a.example", "B"), True),
    (("a.example", "A"), ("b.example", "A"), False),
    (("a.example", "A"), ("", "A"), True),
    (("", "A"), ("b.example", "A"), True),
    (("", "A"), ("", "A"), True),
    (("", ""), ("", ""), False),
    (("", "A"), ("", "B"), False),
    (("a.example", ""), ("b.example", ""), False),
    (("a.example", ""), ("", ""), False),
]


@pytest.mark.parametrize(("lead", "deal", "same"), SAME)
def test_one_rule_tells_the_same_company(lead, deal, same):
    other = ("other.example", "Other")
    leads, others = [other, lead], [deal, other]
    assert same_company([lead], [deal]).tolist() == [same]
    assert same_pairs(leads, others, np.array([0, 1])).tolist() == [[False, True], [same, False]]
    assert same_pairs(leads, others, np.array([[1], [0]])).tolist() == [[True], [same]]
