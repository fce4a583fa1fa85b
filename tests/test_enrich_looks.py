"""Looking again: when a look is old, or a retry is asked for; what was known stays until more is found."""

import pandas as pd
import pytest
from test_enrich_cli import call
from web_serving import Reply, Web

import enrich
from enrich import Settings, State
from enrich.journal import Journal
from enrich.sources.live import LiveWeb

QUICK = Settings(pause_seconds=0.0, deadline_seconds=1.0, max_attempts_per_page=1)


@pytest.fixture
def web(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = "<title>Acme</title><a href=/contact>Contact</a><a href=/about>About</a>"
    one = Web(
        {
            "acme.example": {"/": home, "/contact": "<p>a@acme.example", "/about": "<p>b@acme.example"},
            "busy.example": {"/": Reply("wait", 429)},
        }
    )
    yield one
    one.close()


def run(web, **options):
    frame = pd.DataFrame({"domain": ["acme.example", "busy.example"]})
    live = [LiveWeb(QUICK, web.reach())]
    web.asked.clear()
    return enrich.run(frame, live=live, journal="journal", settings=QUICK, quiet=True, **options)


def age(days):
    """Let the looks in the journal be older."""
    with Journal("journal") as journal, journal.transaction() as connection:
        for table, column in (("look", "looked_at"), ("page", "observed_at")):
            older = f"strftime('%Y-%m-%dT%H:%M:%fZ', {column}, '-{days} days')"
            connection.execute(f"UPDATE {table} SET {column} = {older}")


def test_only_what_is_older_is_looked_at_again(web):
    run(web)
    run(web, refresh_days=30)
    assert web.asked == []
    age(31)
    with Journal("journal") as journal, journal.transaction() as connection:
        connection.execute("UPDATE look SET looked_at = '9999' WHERE domain = 'busy.example'")
    run(web, refresh_days=30)
    assert {asked.host for asked in web.asked} == {"acme.example"}
    run(web, refresh_days=30)
    assert web.asked == []


def test_a_refresh_replaces_all_that_was_found(web):
    assert run(web)["company_emails"][0] == "a@acme.example; b@acme.example"
    web.sites["acme.example"] |= {
        "/": "<title>Acme</title><a href=/contact>Contact</a>",
        "/contact": "<p>c@acme.example",
    }
    age(31)
    table = run(web, refresh_days=30)
    assert (table["company_emails"][0], table["company_pages"][0]) == ("c@acme.example", 2)


def test_a_refresh_that_finds_nothing_leaves_what_was_known(web):
    before = run(web)
    web.sites["acme.example"]["/"] = Reply("down", 500)
    age(31)
    after = run(web, refresh_days=30)
    assert web.asked
    assert after["company_emails"][0] == before["company_emails"][0]
    assert (after["company_state"][0], after["company_pages"][0]) == ("found", 3)


def test_a_retry_asks_those_again_whose_looks_ended_so(web):
    assert run(web)["company_state"].tolist() == ["found", "rate-limited"]
    run(web, retry=[State.TIMED_OUT])
    assert web.asked == []
    web.sites["busy.example"]["/"] = "<title>Busy</title>"
    table = run(web, retry=[State.RATE_LIMITED])
    assert {asked.host for asked in web.asked} == {"busy.example"}
    assert table["company_state"].tolist() == ["found", "found"]
    run(web, retry=[State.RATE_LIMITED])
    assert web.asked == []


def test_a_retry_counts_pages_beside_the_home_page(web):
    web.sites["acme.example"]["/about"] = Reply("wait", 429)
    table = run(web)
    assert (table["company_state"][0], table["company_phones_why"][0]) == ("found", "rate-limited")
    web.sites["acme.example"]["/about"] = "<p>b@acme.example"
    table = run(web, retry=[State.RATE_LIMITED])
    assert {asked.host for asked in web.asked} == {"acme.example", "busy.example"}
    assert table["company_phones_why"][0] == "absent"


def test_the_retry_command_asks_what_the_journal_has_looks_of(web, tmp_path, capsys, monkeypatch):
    leads = tmp_path / "leads.csv"
    leads.write_text("domain\nacme.example\nbusy.example\n")
    monkeypatch.setitem(
        enrich.sources.internet._SOURCES, "web", lambda settings: LiveWeb(settings, web.reach())
    )
    (tmp_path / "enrich.toml").write_text("pause_seconds = 0\nmax_attempts_per_page = 1\n")
    common = (str(leads), "-o", "out.csv", "--config", "enrich.toml")
    assert call("run", *common, "--web") == 0
    web.sites["busy.example"]["/"] = "<title>Busy</title>"
    assert call("retry", *common, "--state", "timeout") == 0
    assert pd.read_csv("out.csv")["company_state"].tolist() == ["found", "rate-limited"]
    assert call("retry", *common, "--state", "rate limited") == 0
    assert pd.read_csv("out.csv")["company_state"].tolist() == ["found", "found"]
    capsys.readouterr()
    assert call("retry", *common, "--state", "tired") == 2
    assert "'tired' is no state; there are 'found', 'absent'" in capsys.readouterr().err
