"""Reasons: short sentences that are true of the lead, in English and Russian, safe in a terminal."""

import pandas as pd
import pytest
from click.testing import CliRunner
from lookalike_deals import deals, fitted, leads

import lookalike
from enrich.errors import ColumnError, SettingsError
from enrich.extract.job_titles import _words
from enrich.extract.offers import _SIGNS
from enrich.extract.technology_rules import rules
from enrich.facts import State
from enrich.mailbox import Mailbox
from enrich.tables import read_table, write_table
from lookalike.batch import score_file
from lookalike.cli import cli
from lookalike.reasons import Phrasebook, Reasons
from lookalike.reasons.phrasebook import clean
from lookalike.reasons.reasons import traits_of


def test_reasons_name_deals_of_the_side_and_what_they_share():
    model, table = fitted("forest"), leads()
    scores, base = model.score(table), deals()["stage"].eq("won").mean()
    outcome = dict(zip(deals()["company"], deals()["stage"], strict=True))
    for lead, p in zip(scores["lead_id"], scores["probability"], strict=True):
        first = model.reasons(table, lead)[0]
        named = [name for name in outcome if f"{name}," in first or f"{name} and" in first]
        assert 1 <= len(named) <= 2
        assert {outcome[name] for name in named} == {"won" if p >= base else "lost"}
        assert first.endswith(".")


def test_shared_traits_said_are_the_leads_own():
    model, table = fitted("forest"), leads()
    said = 0
    for row in table.to_dict("records"):
        first = model.reasons(table, row["id"])[0]
        for tool in ("HubSpot", "Shopify", "SAP"):
            if f"uses {tool}" in first:
                assert tool in row["tools"]
                said += 1
        for country in ("Germany", "France", "Россия"):
            if f"from {country}" in first:
                assert row["country"] == country
                said += 1
    assert said > 2


def test_the_last_sentence_is_the_chance_beside_that_of_all_deals():
    model = fitted("linear")
    table = leads()
    p = model.score(table)["probability"][0]
    last = model.reasons(table, "L000")[-1]
    assert last == Phrasebook("en").chance(p, deals()["stage"].eq("won").mean())


@pytest.mark.parametrize(
    ("share", "english", "russian"),
    [
        (0.31, "About 3 in 10", "примерно 3 из 10"),
        (0.04, "About 4 in 100", "примерно 4 из 100"),
        (0.001, "About fewer than 1 in 100", "примерно меньше 1 из 100"),
        (0.97, "About more than 9 in 10", "примерно больше 9 из 10"),
    ],
)
def test_chances_are_said_as_so_many_in_ten(share, english, russian):
    found = Phrasebook("en").chance(share, 0.2), Phrasebook("ru").chance(share, 0.2)
    assert found[0].startswith(english.replace("About fewer", "Fewer").replace("About more", "More"))
    assert russian.replace("примерно меньше", "меньше").replace("примерно больше", "больше") in found[1]


def test_names_in_russian_stand_after_a_generic_noun():
    book = Phrasebook("ru")
    assert book.like("won", ["Акме"]) == "Похожа на компанию «Акме», сделку с которой вы выиграли"
    assert book.like("lost", ["Акме", "ООО «Борей»"]) == (
        "Похожа на компании «Акме» и ООО «Борей», сделки с которыми вы проиграли"
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("11–50", "человек"),
        ("1", "человек"),
        ("22", "человека"),
        ("12", "человек"),
        ("31–34", "человека"),
        ("1-10", "человек"),
    ],
)
def test_people_agree_with_their_number(value, said):
    assert Phrasebook("ru").fact("employees", [value]) == f"{value} {said}"


def test_behaviour_is_said_on_the_side_where_it_makes_sense():
    book = Phrasebook("en")
    assert book.fact("events: visit /pricing", ["0.8"]) == "visited /pricing of late"
    assert book.fact("events: visit /pricing", ["0"], against=True) == "has not visited /pricing of late"
    assert book.fact("events: visit /pricing", ["0"]) == ""
    assert book.fact("events: days since last", ["3650"], against=True) == "not active of late"
    assert book.also("events: visit /pricing", ["0–0.8"], exact=False) == ""


def test_what_cannot_be_said_aloud_is_not():
    book = Phrasebook("ru")
    assert book.fact("company_phones_why", ["absent"]) == ""
    assert book.fact("owner", ["N. Abel"]) == ""
    assert book.fact("city", [""]) == ""


def test_every_phrase_speaks_both_languages():
    from lookalike.reasons.phrasebook import _book

    book = _book()
    assert set(book["en"]) == set(book["ru"])
    for phrase in book["phrase"]:
        assert ("en" in phrase) == ("ru" in phrase)
        assert ("en_not" in phrase) == ("ru_not" in phrase)


def test_every_value_of_enrichment_has_a_russian_word():
    russian = Phrasebook("ru")
    values = {
        "company_technology_categories": {rule.category for rule in rules()},
        "company_offers": set(_SIGNS),
        "company_role_families": {name for name, _ in _words().families},
        "mailbox": {one.value for one in Mailbox},
        "company_state": {one.value for one in State},
        "company_phones_why": {one.value for one in State},
    }
    assert {column: set(russian.values_of(column)) for column in values} == values


def test_values_are_called_by_their_words_in_reasons_and_traits():
    russian, english = Phrasebook("ru"), Phrasebook("en")
    roles = "company_role_families", ["sales", "logistics"]
    assert russian.fact(*roles) == "ищет людей: продажи, логистика"
    assert english.fact(*roles) == "hires for sales, logistics"
    assert russian.trait("company_offers", ": careers") == "что есть на сайте: вакансии"


def test_a_column_of_somebody_else_keeps_its_values():
    assert Phrasebook("ru").fact("Offers", ["careers"]) == "на сайте есть: careers"


def test_values_with_the_mark_in_them_stay_whole():
    found = traits_of("trade: a; b; size 5", ["trade", "size"])
    assert [trait.values for trait in found] == [("a; b",), ("5",)]


def test_an_unknown_language_is_named():
    with pytest.raises(SettingsError, match="'de' is no language of reasons; choose en or ru"):
        fitted("linear").reasons(leads(), "L000", language="de")


def test_a_lead_without_a_score_has_no_reasons():
    table = leads(2)
    table.loc[1, table.columns != "id"] = None
    with pytest.raises(ColumnError, match="lead 'L001' has no score"):
        fitted("linear").reasons(table, "L001")


def test_hostile_names_reach_no_terminal(tmp_path):
    evil = "Evil\x1b]0;owned\x07\u202e\nLtd"
    assert clean(evil) == "Evil ]0;owned Ltd"
    table = deals().assign(company=evil)
    lookalike.fit(table, outcome="stage", won="won", value="worth", embedding="linear", quiet=True).save(
        tmp_path / "m"
    )
    write_table(leads(3), tmp_path / "leads.csv")
    command = ["explain", str(tmp_path / "m"), str(tmp_path / "leads.csv"), "--id", "L000", "--reasons"]
    told = CliRunner().invoke(cli, [*command, "--language", "ru"]).output
    assert "Evil ]0;owned Ltd" in told
    assert not any(mark in told for mark in "\x1b\x07\u202e")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_score_table_has_them_as_a_column(tmp_path, language, monkeypatch):
    monkeypatch.setattr("lookalike.batch.BATCH_ROWS", 3)
    model, table = fitted("forest"), leads(7)
    table["id"] = "same"  # reasons go by row, not by id
    table.loc[2, table.columns != "id"] = None
    write_table(table, tmp_path / "leads.parquet")
    score_file(
        model, tmp_path / "leads.parquet", tmp_path / "s.csv", also=[Reasons(model, language)], quiet=True
    )
    scores = pd.read_csv(tmp_path / "s.csv", keep_default_na=False)
    assert scores["reasons"].eq("").tolist() == [False, False, True, False, False, False, False]
    alone = leads(7)
    read = read_table(tmp_path / "s.csv").frame
    assert read["reasons"][5] == " ".join(model.reasons(alone, "L005", language=language))


def test_a_scorecard_is_told_apart(tmp_path):
    (tmp_path / "r.toml").write_text('[[criterion]]\ncolumn = "tools"\nrules = [{ has = "SAP", points = 1 }]')
    write_table(leads(2), tmp_path / "leads.csv")
    for command in (
        ["explain", "--id", "L000", "--reasons"],
        ["score", "-o", str(tmp_path / "s.csv"), "--grades"],
    ):
        words = [command[0], str(tmp_path / "r.toml"), str(tmp_path / "leads.csv"), *command[1:]]
        assert "needs a model" in CliRunner().invoke(cli, words).output
