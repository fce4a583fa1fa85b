"""Won deals too few to tell chances: nothing invents them, and what needs none works as ever."""

import copy
import json
from dataclasses import replace
from functools import cache
from html import unescape

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser
from test_lookalike_universe import companies, favourites

import lookalike
from enrich.errors import ModelError
from lookalike import results
from lookalike.cli import cli
from lookalike.grades import Grades, grade
from lookalike.monitor.matured import matured
from lookalike.monitor.run import monitor
from lookalike.pictures import monitored, waterfall
from lookalike.registry.challenge import compare
from lookalike.report import render, summarize

FEW = 8
#: What stands where somebody forgot that a number may be missing.
FORGOTTEN = ("nan", "none%", "null")


@cache
def fitted():
    won = favourites(FEW)
    return lookalike.fit(
        won.assign(worth=np.arange(FEW) * 1_000.0 + 500), universe=companies(), value="worth", quiet=True
    )


@cache
def leads():
    table = companies(60, seed=3)
    return table.assign(lead_id=[f"L-{i:02}" for i in range(len(table))])


@cache
def ended():
    is_won = leads()["domain"].str.startswith("haulage")
    return pd.DataFrame({"lead_id": leads()["lead_id"], "stage": np.where(is_won, "won", "lost")})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the model, the leads and what became of them."""
    made = tmp_path_factory.mktemp("few")
    fitted().save(made / "model")
    leads().to_csv(made / "leads.csv", index=False)
    ended().to_csv(made / "ended.csv", index=False)
    return made


def run(*words):
    done = CliRunner().invoke(cli, list(map(str, words)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def words_of(html):
    return unescape(LexborHTMLParser(html).text(separator=" ")).casefold()


def nothing_forgotten(text):
    return not any(word in text.casefold().replace(";", " ").split() for word in FORGOTTEN)


# Scores


def test_no_probability_is_told_and_all_else_stands():
    scores = fitted().score(leads())
    assert scores["probability"].isna().all()
    assert scores["expected_value"].isna().all()
    told = scores.drop(columns=["probability", "expected_value"])
    assert told.notna().all().all()
    assert told["because"].ne("").all()
    assert told["rank"].tolist() == told["score"].rank(ascending=False).astype(int).tolist()
    best = leads()["domain"][told["rank"].le(10)]
    assert best.str.startswith("haulage").mean() > 0.8


@pytest.mark.parametrize(("known", "told"), [(19, False), (20, True)])
def test_twenty_won_deals_are_enough(known, told):
    model = copy.copy(fitted())
    model.hidden = replace(model.hidden, favourites=known)
    assert (model.too_few is None) is told
    assert model.score(leads())["probability"].notna().all() == told


def test_a_stored_model_knows_it_too(folder):
    again = lookalike.load(folder / "model")
    assert again.too_few is not None
    pd.testing.assert_frame_equal(again.score(leads()), fitted().score(leads()))


def test_grades_go_by_the_score_and_need_no_probability():
    scores = fitted().score(leads())["score"]
    rules = Grades(tuple(scores.quantile([0.75, 0.5, 0.25])))
    grades = grade(fitted(), leads(), grades=rules)["fit_grade"]
    assert set(grades[scores.rank(pct=True) > 0.8]) == {"A"}
    assert set(grades) == set("ABCD")


def test_the_command_leaves_the_cells_empty_and_says_why(folder):
    out = folder / "scores.csv"
    done = run("score", folder / "model", folder / "leads.csv", "-o", out, "--quiet")
    assert done.exit_code == 0
    told = run("score", folder / "model", folder / "leads.csv", "-o", out, "--scores-only")
    assert f"probability is blank: {FEW} won deals are too few to tell chances, at least 20" in told.output
    cells = pd.read_csv(out, dtype="str", keep_default_na=False)
    assert set(cells["probability"]) == {""}
    assert cells["score"].ne("").all()


# Why


@pytest.mark.parametrize("language", ["en", "ru"])
def test_reasons_say_nothing_of_a_chance(language):
    sure = copy.copy(fitted())
    sure.hidden = replace(sure.hidden, favourites=20)
    few, enough = (model.reasons(leads(), "L-01", language=language) for model in (fitted(), sure))
    assert few == enough[:-1]


@pytest.mark.parametrize(
    ("command", "words"),
    [("explain", ["--id", "L-01"]), ("similar", ["--to", "L-01"]), ("rows", [])],
)
def test_answers_have_null_and_tables_a_dash(folder, command, words):
    asked = [command, folder / "model", folder / "leads.csv", *words]
    answer = json.loads(run(*asked, "--json", "-").stdout)
    jsonschema.validate(answer["result"], results.schema(command))
    assert '"probability": null' in json.dumps(answer)
    shown = run(*asked).output
    assert "–" in shown
    assert nothing_forgotten(shown)


def test_a_card_and_a_picture_tell_the_score_in_place_of_the_chance():
    found = fitted().explain(leads(), "L-01")
    card = words_of(found._repr_html_())
    assert "chance" not in card
    assert f"score +{found.score:.3f}" in card
    assert nothing_forgotten(card)
    for language, word in (("en", "score"), ("ru", "оценка")):
        title = waterfall(found, language=language).title
        assert word in title
        assert "–" not in title


# What arranges leads


def test_rows_hold_the_better_half_of_the_leads():
    found = fitted().rows(leads(), rows=10, per_row=10)
    assert len(found) > 10
    assert found["probability"].isna().all()
    place = fitted().score(leads()).set_index(leads()["lead_id"])["score"].rank(pct=True)
    assert place[found["lead_id"]].min() >= 0.5
    assert place[found["lead_id"].head(5)].mean() > 0.85


def test_a_threshold_by_the_model_is_refused_with_what_helps(folder):
    with pytest.raises(ModelError, match=rf"{FEW} won deals .* at least 20 .* rank by score"):
        run("threshold", folder / "model", "--capacity", 10)


def test_a_threshold_by_a_table_of_these_scores_goes_by_score(folder):
    fitted().score(leads()).to_csv(folder / "known.csv", index=False)
    asked = ["--outcomes", folder / "ended.csv", "--outcome", "stage", "--won", "won"]
    done = run("threshold", folder / "known.csv", *asked, "--precision", 0.5, "--value", 100, "--json", "-")
    assert json.loads(done.stdout)["result"]["score"] == "score"


# Afterwards


def test_monitoring_judges_the_ranking_alone(folder):
    found = monitor(fitted(), leads(), outcomes=ended(), won="won")
    kept = found.kept
    assert kept.auc > 0.8
    assert not kept.misses
    assert np.isnan([kept.expected, kept.ece, kept.p_in_the_large, kept.p_spiegelhalter]).all()
    assert kept.reliability.empty
    said = " ".join(one.evidence for one in found.findings)
    assert "17 of 60 matured leads were won; AUC" in said
    assert "probabilit" not in said
    card = words_of(found._repr_html_())
    assert "promised" not in card
    assert nothing_forgotten(card)
    for language in ("en", "ru"):
        picture = monitored(found, language=language).svg("kept")
        assert "NaN" not in picture
        assert ">nan" not in picture
    asked = ["monitor", folder / "model", folder / "leads.csv", "--outcomes", folder / "ended.csv"]
    answer = json.loads(run(*asked, "--won", "won", "--json", "-").stdout)
    jsonschema.validate(answer["result"], results.schema("monitor"))
    assert answer["result"]["outcomes"]["expected"] is None
    assert answer["result"]["scores"]["probability"] is None


def test_a_challenger_without_probabilities_is_compared_by_rank():
    own = fitted().score(leads())
    other = own.assign(probability=0.5)
    ripe = matured(fitted(), leads(), ended(), won="won")
    found = compare(2, other, own, ripe)
    assert found.verdict == "undecided"
    assert found.auc == found.champion_auc > 0.8
    assert np.isnan(found.brier)
    assert found.champion_brier == pytest.approx(0.25)


# The report


@pytest.fixture(scope="module")
def page():
    return render(summarize(fitted(), leads(), top=20))


def test_a_report_says_why_it_tells_no_chances(page):
    shown = LexborHTMLParser(page)
    data = json.loads(shown.css_first("#report-data").text(deep=True))
    assert data["leads"]["probability"] == [None] * len(leads())
    assert data["rows"]
    hero = shown.css_first(".hero")
    for language, said in (("en", "cannot be told from 8 won deals; at least 20"), ("ru", "назвать нельзя")):
        assert said in hero.css_first(f"p.big .l-{language}").text()
    assert "likely" not in hero.css_first(".stats").text()
    assert "only 8 favourites were known" in shown.css_first("[data-limits]").text()
    for element in shown.css("script, style, svg"):
        element.decompose()
    assert nothing_forgotten(shown.body.text(separator=" "))
