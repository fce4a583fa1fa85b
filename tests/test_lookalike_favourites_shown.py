"""Won deals alone: no rate of won deals is shown, as the others are companies that nobody approached."""

from functools import cache
from html import unescape

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser
from test_lookalike_universe import companies, favourites

import lookalike
from lookalike import results
from lookalike.cli import cli
from lookalike.report import render, summarize
from lookalike.rows import lead_rows


@cache
def fitted():
    return lookalike.fit(favourites(25), universe=companies(), quiet=True)


@cache
def leads():
    table = companies(60, seed=3)
    return table.assign(lead_id=[f"L-{i:02}" for i in range(len(table))])


def test_a_profile_of_favourites_has_no_win_rate():
    profile = fitted().profile()
    assert np.isnan(fitted().win_rate)
    assert np.isnan(profile.win_rate)
    assert profile.personas["win_rate"].isna().all()
    for table in (profile.personas, profile.apart, profile.stability):
        assert set(table["outcome"]) == {"won", "unlabelled"}
    jsonschema.validate(profile.to_dict(), results.schema("profile"))
    card = profile._repr_html_()
    assert "companies of the universe" in card
    assert "past deals were won" not in card


def test_the_command_says_what_favourites_are_told_from(tmp_path):
    fitted().save(tmp_path / "model")
    done = CliRunner().invoke(cli, ["profile", str(tmp_path / "model")])
    assert done.exit_code == 0, done.output
    assert "only won deals are known" in done.output
    assert "companies of the universe: " in done.output
    assert "past deals were won" not in done.output
    assert "never became" not in done.output


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [
        ("en", "companies they are told from", ["past deals were won", "more likely than usual", "win rate"]),
        ("ru", "компаний, от которых их отличают", ["из всех прошлых сделок", "вероятнее обычного"]),
    ],
)
def test_the_report_counts_favourites_and_companies(language, said, unsaid):
    tree = LexborHTMLParser(render(summarize(fitted(), leads()), language=language))
    shown = " ".join(
        unescape(node.text(separator=" ")) for node in tree.css(f"main .l-{language}") if node.text()
    )
    assert said in shown
    assert [words for words in unsaid if words in shown] == []


def test_reasons_speak_of_likeness_not_of_customers_won():
    model = fitted()
    for lead in leads()["lead_id"].head(3):
        told = model.reasons(leads(), lead)
        assert "like your customers" in told[-1]
        assert "become customers" not in " ".join(told)


def test_leads_less_likely_than_most_stand_in_no_row():
    model = fitted()
    chance = model.score(leads()).set_index("lead_id")["probability"]
    laid = lead_rows(model, leads())
    assert len(laid)
    assert laid["probability"].min() >= chance.median()
