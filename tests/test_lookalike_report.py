"""The report: what it says adds up, both languages are complete, and nothing from a lead file is alive."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

import lookalike
from enrich.errors import ColumnError, TableError
from lookalike.cli import cli
from lookalike.report import render, summarize, write_report
from lookalike.report.lead_pages import add_up
from lookalike.report.payload import inert
from lookalike.report.words import words

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    '<!--<a href="javascript:alert(1)">',
    "\u202eevil\x00\x1b[31m\u2028",
]


def deals_named(names):
    rng = np.random.default_rng(0)
    size = rng.normal(size=len(names))
    won = np.where(size + 0.3 * rng.normal(size=len(names)) > 0, "won", "lost")
    return pd.DataFrame({"id": range(len(names)), "company": names, "size": size, "outcome": won})


@pytest.fixture(scope="module")
def scored():
    names = [HOSTILE[i % len(HOSTILE)] if i < 28 else f"Company {i}" for i in range(60)]
    deals = deals_named(names)
    model = lookalike.fit(deals, outcome="outcome", won="won", embedding="linear", quiet=True)
    leads = deals.drop(columns="outcome").assign(
        website=[f"company{i}.example" if i % 2 else HOSTILE[0] for i in range(60)],
        company_domain=[f"company{i}.example" for i in range(60)],
        company_phones=[None if i % 3 else "+49 30 1" for i in range(60)],
        company_phones_why=["blocked" if i % 3 else None for i in range(60)],
        country=["DE", "NL", HOSTILE[1]] * 20,
    )
    leads.loc[5, "size"] = np.nan
    return model, leads, model.score(leads)


@pytest.fixture(scope="module")
def report(scored):
    return summarize(*scored, top=20)


@pytest.fixture(scope="module")
def page(report):
    return render(report)


def data_of(page, which="report-data"):
    return json.loads(LexborHTMLParser(page).css_first(f"#{which}").text(deep=True))


def test_the_steps_of_a_lead_add_up_to_its_score_and_so_do_the_numbers_shown(report, page):
    shown = data_of(page)
    assert len(report.pages) == len(shown["pages"]) == 20
    for lead, told, score in zip(report.pages, shown["pages"], shown["leads"]["score"], strict=False):
        assert sum(step.exact for step in lead.steps) == pytest.approx(lead.score, abs=1e-6)
        amounts = [step[4] for step in told["steps"]]
        assert round(sum(amounts), 3) == told["total"]
        assert told["total"] == pytest.approx(score, abs=0.0011)
        for step in lead.steps:
            assert abs(step.contribution - step.exact) <= 0.001 + 1e-9


def test_no_chance_is_told_as_certain(report):
    sure = replace(report.ranked, table=report.ranked.table.assign(probability=1 - 1e-12))
    page = replace(report.pages[0], probability=1 - 1e-12)
    html = render(replace(report, ranked=sure, pages=[page, *report.pages[1:]]))
    assert max(data_of(html)["leads"]["probability"]) < 1
    hero = LexborHTMLParser(html).css_first("p.big")
    assert "is >99%;" in hero.css_first(".l-en").text()
    assert "более 99\xa0%;" in hero.css_first(".l-ru").text()


def test_rounding_keeps_sums():
    rng = np.random.default_rng(0)
    for parts in rng.normal(size=(50, 9)):
        shown, total = add_up(parts, 2)
        assert round(sum(shown), 2) == total == round(sum(parts), 2)


def test_the_best_leads_come_first_and_rows_without_a_score_are_counted(report):
    table = report.ranked.table
    assert table["rank"].is_monotonic_increasing
    assert report.leads == 60 == len(table) + len(report.ranked.errors)
    assert [lead.lead_id for lead in report.pages] == table["lead_id"].tolist()[:20]


def test_a_report_scores_leads_itself_as_the_model_does(scored, report):
    model, leads, _ = scored
    own = summarize(model, leads, top=3)
    pd.testing.assert_frame_equal(own.ranked.table, report.ranked.table)


def test_a_lead_stands_in_one_row_that_names_a_won_deal(scored, report):
    won = scored[0].deals.loc[scored[0].deals["won"], "name"].tolist()
    leads = [lead for row in report.rows for lead, _ in row.leads]
    assert leads
    assert len(leads) == len(set(leads))
    assert all(0 <= lead < 20 for lead in leads)
    assert any(row.name in won for row in report.rows)


def test_what_is_missing_says_why(report):
    for lead in report.pages:
        facts = {fact.column for fact in lead.known.facts}
        assert ("company_phones" in facts) != ("company_phones" in lead.known.missing.get("blocked", []))


def test_facts_have_their_sources_where_they_are_given(scored):
    model, leads, scores = scored
    facts = pd.DataFrame(
        {
            "domain": leads["company_domain"].repeat(2),
            "field": "company_phones",
            "url": ["https://acme.example/imprint", "javascript:alert(1)"] * len(leads),
            "observed_at": "2026-03-30T09:00:00Z",
        }
    )
    found = summarize(model, leads, scores, facts=facts, top=20)
    sources = [f.sources for lead in found.pages for f in lead.known.facts if f.column == "company_phones"]
    assert sources
    for (source,) in sources:
        assert (source.url, source.day) == ("https://acme.example/imprint", "2026-03-30")
    with pytest.raises(ColumnError, match="enrich facts"):
        summarize(model, leads, scores, facts=facts.drop(columns="url"), top=1)


def test_only_web_addresses_become_sites(report):
    sites = {lead.known.site for lead in report.pages}
    assert all(site.startswith("https://company") for site in sites)


def live_parts(page):
    """Everything in a page that could run, load or lead anywhere, but the page's own."""
    tree = LexborHTMLParser(page)
    found = [node.tag for node in tree.css("img, iframe, object, embed, link, base, audio, style + style")]
    found += ["script"] * (len(tree.css("script:not([type])")) - 1)
    for node in tree.css("*"):
        attributes = node.attributes
        found += [name for name in attributes if name.startswith("on") or name in ("src", "style", "action")]
        target = attributes.get("href") or attributes.get("xlink:href") or "#"
        found += [target] * (not target.startswith("#"))
    return found


def test_nothing_from_a_lead_file_is_alive(page):
    assert live_parts(page) == []
    assert "<script>alert(1)</script>" in data_of(page)["leads"]["company"]
    assert "{{ 7 * 7 }}{% raw %}" in data_of(page)["leads"]["company"]


def test_the_naughty_strings_are_shown_and_dead(material):
    names = json.loads((material("suites/blns") / "blns.json").read_text(encoding="utf-8"))
    deals = deals_named([name or "blank" for name in names])
    model = lookalike.fit(deals, outcome="outcome", won="won", embedding="plain", quiet=True)
    leads = deals.drop(columns="outcome")
    assert live_parts(render(summarize(model, leads, model.score(leads), top=30))) == []


@pytest.mark.parametrize("text", [*HOSTILE, "]]>", "\u2029", "<!--", "&lt;"])
def test_inert_data_is_the_same_data(text):
    made = inert({"a": text})
    assert not set(made) & set("<>&\u2028\u2029")
    assert json.loads(made) == {"a": text}


def test_the_page_allows_itself_and_nothing_else(page):
    tree = LexborHTMLParser(page)
    policy = dict(
        part.strip().split(" ", 1)
        for part in tree.css_first("meta[http-equiv]").attributes["content"].split(";")
    )

    def digest(found):
        text = found.text(deep=True)
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert policy.pop("img-src") == "data:"
    assert policy.pop("script-src") == digest(tree.css_first("script:not([type])"))
    assert policy.pop("style-src") == digest(tree.css_first("style"))
    assert policy == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


def test_the_script_puts_data_into_the_page_as_text_alone(page):
    script = LexborHTMLParser(page).css_first("script:not([type])").text(deep=True)
    assert not re.search(
        r"(inner|outer)HTML|insertAdjacent|document\.write|eval\(|Function\(|fetch\(", script
    )
    style = LexborHTMLParser(page).css_first("style").text(deep=True)
    assert not re.search(r"url\(|@import", style)


def test_both_languages_say_everything():
    english, russian = words()["en"], words()["ru"]
    assert list(english) == list(russian)
    for name, text in english.items():
        parts = re.findall(r"\{\w+\}", text)
        assert sorted(parts) == sorted(re.findall(r"\{\w+\}", russian[name])), name
        assert re.search("[а-яА-Я]", russian[name]) or name == "auc", name


def test_the_page_can_say_whatever_it_asks_for(page):
    script = LexborHTMLParser(page).css_first("script:not([type])").text(deep=True)
    asked = set(re.findall(r'say\("(\w+)"[,)]', script))
    asked |= {node.attributes["data-label"] for node in LexborHTMLParser(page).css("[data-label]")}
    assert len(asked) > 30
    assert asked <= set(data_of(page, "report-words")["en"])


def test_a_page_opens_in_the_language_asked_for(report):
    assert LexborHTMLParser(render(report, "ru")).css_first("html").attributes["lang"] == "ru"


def test_ids_are_used_once_and_headings_do_not_skip(page):
    tree = LexborHTMLParser(page)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_is_known_of_the_quality_is_shown(scored, page):
    judged = pd.DataFrame([{"features": "CRM", "auc": 0.512, "lift": 1.3}])
    assert "0.512" in LexborHTMLParser(render(summarize(*scored, judged=judged, top=1))).body.text()
    assert "CRM" not in LexborHTMLParser(page).css_first("[data-trust]").text()


def test_what_commands_found_is_told_oldest_first_and_dead(scored):
    found = {
        command: {"command": command, "made_at": f"2026-0{month}-01T00:00:00+00:00", "headline": headline}
        for command, month, headline in (("audit", 3, HOSTILE[0]), ("backtest", 2, "AUC .7"))
    }
    html = render(summarize(*scored, results=found, top=1))
    for hidden, note in (("en", " (только по-английски)"), ("ru", "")):
        page = LexborHTMLParser(html)
        for other in page.css(f"[data-found] .l-{hidden}"):
            other.decompose()
        lines = [" ".join(line.text().split()) for line in page.css("[data-found] li")]
        assert lines == [f"AUC .7{note} (backtest, 2026-02-01)", f"{HOSTILE[0]}{note} (audit, 2026-03-01)"]
        assert {line.attributes["lang"] for line in page.css("[data-found] li > span:first-child")} == {"en"}


def test_the_command_tells_what_is_kept_with_the_model(scored, tmp_path):
    model, leads, _ = scored
    model.save(tmp_path / "model")
    (tmp_path / "model" / "results").mkdir()
    (tmp_path / "model" / "results" / "audit.json").write_text(
        json.dumps(
            {"command": "audit", "made_at": "2026-01-01T00:00:00+00:00", "headline": "There is signal"}
        )
    )
    leads.to_csv(tmp_path / "leads.csv", index=False)
    paths = [str(tmp_path / name) for name in ("model", "leads.csv", "report.html")]
    asked = ["report", *paths[:2], "-o", paths[2], "--top", "5"]
    assert CliRunner().invoke(cli, asked, catch_exceptions=False).exit_code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "There is signal" in page
    assert len(data_of(page)["pages"]) == 5


def test_leads_without_an_id_have_pages_too(scored):
    model, leads, _ = scored
    report = summarize(model, leads.drop(columns="id"), top=5)
    assert [page.lead_id for page in report.pages] == report.ranked.table["lead_id"].tolist()[:5]


def test_no_leads_make_a_report_too(scored):
    model, leads, _ = scored
    page = render(summarize(model, leads.iloc[:0]))
    assert "No lead could be scored" in page


def test_a_report_is_a_file_or_a_message(scored, tmp_path):
    write_report(*scored, tmp_path / "report.html", top=1)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(TableError, match="cannot be written"):
        write_report(*scored, tmp_path / "nowhere" / "report.html", top=1)
