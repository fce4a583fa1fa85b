"""The report: what it says adds up, and nothing from a lead file is alive in it."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser

import lookalike
from enrich.errors import TableError
from lookalike.cli import cli
from lookalike.report import render, summarize, write_report

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    '<!--<a href="javascript:alert(1)">',
    "\u202eevil\x00\x1b[31m",
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
    leads = deals.drop(columns="outcome")
    leads.loc[5, "size"] = np.nan
    return model, leads, model.score(leads)


def test_the_bars_of_a_card_add_up_to_the_score(scored):
    report = summarize(*scored)
    assert len(report.cards) == 12
    for card in report.cards:
        assert sum(bar.contribution for bar in card.bars) == pytest.approx(card.row["score"], abs=1e-6)
        assert card.total == pytest.approx(card.row["score"], abs=1e-6)
        for bar in card.bars:
            assert -1e-9 <= bar.left <= bar.left + bar.width <= 100 + 1e-9
            assert (bar.kind == "against") == (bar.contribution < 0) or bar.kind == "base"


def test_the_best_leads_come_first_and_rows_without_a_score_are_counted(scored):
    report = summarize(*scored)
    assert [row["rank"] for row in report.rows] == sorted(row["rank"] for row in report.rows)
    assert (report.leads, report.unscored, len(report.rows)) == (60, 1, 59)


def live_parts(page):
    """Everything in a page that could run, load or lead anywhere."""
    tree = LexborHTMLParser(page)
    found = [node.tag for node in tree.css("script, img, iframe, object, embed, link, a, form, base, audio")]
    for node in tree.css("*"):
        found += [name for name in node.attributes if name.startswith("on") or name in ("href", "src")]
    return found


def test_nothing_from_a_lead_file_is_alive(scored):
    page = render(summarize(*scored))
    assert live_parts(page) == []
    shown = LexborHTMLParser(page).body.text()
    assert "<script>alert(1)</script>" in shown
    assert "{{ 7 * 7 }}" in shown


def test_the_naughty_strings_are_shown_and_dead(material):
    names = json.loads((material("suites/blns") / "blns.json").read_text(encoding="utf-8"))
    deals = deals_named([name or "blank" for name in names])
    model = lookalike.fit(deals, outcome="outcome", won="won", embedding="plain", quiet=True)
    leads = deals.drop(columns="outcome")
    page = render(summarize(model, leads, model.score(leads)))
    assert live_parts(page) == []


def test_the_page_allows_nothing_foreign_and_needs_nothing(scored):
    page = render(summarize(*scored))
    tree = LexborHTMLParser(page)
    policy = tree.css_first("meta[http-equiv]").attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert not re.search(r"url\(|@import|https?://", page)


def test_what_is_known_of_the_quality_is_shown(scored):
    judged = pd.DataFrame([{"features": "CRM", "auc": 0.512, "lift": 1.3}])
    assert "0.512" in render(summarize(*scored, judged=judged))
    assert "AUC" not in render(summarize(*scored))


def test_what_commands_found_is_told_oldest_first_and_dead(scored):
    found = {
        command: {"command": command, "made_at": f"2026-0{month}-01T00:00:00+00:00", "headline": headline}
        for command, month, headline in (("audit", 3, HOSTILE[0]), ("backtest", 2, "AUC .7"))
    }
    page = LexborHTMLParser(render(summarize(*scored, results=found)))
    lines = [line.text(strip=True) for line in page.css("ul.found li")]
    assert lines == ["AUC .7(backtest, 2026-02-01)", f"{HOSTILE[0]}(audit, 2026-03-01)"]


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
    done = CliRunner().invoke(cli, ["report", *paths[:2], "-o", paths[2]], catch_exceptions=False)
    assert done.exit_code == 0
    assert "There is signal" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_leads_without_an_id_have_cards_too(scored):
    model, leads, _ = scored
    nameless = leads.drop(columns="id")
    report = summarize(model, nameless, model.score(nameless))
    assert [card.row["lead_id"] for card in report.cards] == [row["lead_id"] for row in report.rows[:12]]
    for card in report.cards:
        assert card.total == pytest.approx(card.row["score"], abs=1e-6)


def test_no_leads_make_a_report_too(scored):
    model, leads, _ = scored
    page = render(summarize(model, leads.iloc[:0], model.score(leads.iloc[:0])))
    assert "0 leads scored" in page


def test_a_report_is_a_file_or_a_message(scored, tmp_path):
    write_report(*scored, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(TableError, match="cannot be written"):
        write_report(*scored, tmp_path / "nowhere" / "report.html")
