"""The report in Russian: where all that a file holds is Russian, no English word is left anywhere.

The deals, leads and events are made up without a Latin letter, so whatever English a reader's browser shows
is the report's own; nothing of the page is left out but what it marks as English or as code.
"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from command_calling import call
from playwright.sync_api import expect

from enrich.extract.registry import FIELDS
from lookalike import results
from lookalike.monitor.finding import CHECKS
from lookalike.reasons import Phrasebook
from lookalike.report.found import told_anew

#: Names that Russian writes in Latin letters too, and the method that the footer names.
LATIN = r"AUC|LightGBM|PSI|CSV|PDF|CRM|JavaScript|lookalike|linear|LinkedIn|SPF|DMARC|DNS|CMS"
#: Every text a reader can see or hear of an open page, in whatever element, but not what is marked as another
#: language's or as code.
SAID = """() => {
  const found = [];
  const own = (element) => element.closest("[lang]").lang === "ru" && !element.closest("code, pre");
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (element.closest("script, style") || !own(element) || !node.data.trim()) continue;
    if (element.tagName === "OPTION" || element.checkVisibility()) found.push(node.data.trim());
  }
  for (const name of ["aria-label", "title"])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (own(element) && element.checkVisibility()) found.push(element.getAttribute(name));
  return found;
}"""


def made_up(n, seed, *, ended):
    """Deals or leads without a Latin letter, with columns as enrichment names them."""
    rng = np.random.default_rng(seed)
    staff = rng.integers(2, 400, n)
    moment = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(n) * 2, unit="D")
    good = (staff > 150) + 0.4 * rng.normal(size=n) > 0.5
    table = pd.DataFrame(
        {
            "номер": [f"{'Д' if ended else 'Л'}-{i:03}" for i in range(n)],
            "компания": [f"Завод {i}" for i in range(n)],
            "открыта": moment.strftime("%Y-%m-%d"),
            "сотрудники": staff,
            "company_country": rng.choice(["Россия", "Сербия", "Чили"], n),
            "company_technologies": np.where(good, "Битрикс; Тильда", rng.choice(["Тильда", "Аспро"], n)),
            "company_technology_categories": np.where(good, "cms; web server", "site builder"),
            "company_offers": rng.choice(["careers; shop", "free trial; demo; pricing", "quote"], n),
            "company_role_families": rng.choice(["sales", "production; logistics"], n),
            "mailbox": rng.choice(["company", "role", "free"], n),
            "company_founded": pd.Series(rng.integers(1990, 2020, n)).astype(str) + "-05-04",
            "company_price_from": rng.integers(1, 90, n),
            "company_pages": rng.integers(0, 5, n),
            "company_phones": [None if i % 3 else "+7 495 000-00-00" for i in range(n)],
            "company_phones_why": ["blocked" if i % 3 else None for i in range(n)],
            "company_description": np.where(good, "Делаем станки и прессы", "Печём хлеб каждый день"),
        }
    )
    return table.assign(итог=np.where(good, "выиграна", "проиграна")) if ended else table


def done_by(table, seed):
    """What those of a table did before their moment."""
    rng = np.random.default_rng(seed)
    who = table.sample(400, replace=True, random_state=seed)
    at = pd.to_datetime(who["открыта"]) - pd.to_timedelta(rng.integers(1, 40, len(who)), unit="D")
    kinds = ["visit", "form", "download", "webinar", "call", "open", "click", "unsubscribe"]
    return pd.DataFrame(
        {
            "lead_id": who["номер"],
            "at": at.dt.strftime("%Y-%m-%d"),
            "type": rng.choice(kinds, len(who)),
            "url": "https://site.example/цены",
        }
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model with whatever commands can keep with it; the leads are beside it."""
    folder = tmp_path_factory.mktemp("russian")
    deals, leads = made_up(240, 1, ended=True), made_up(60, 2, ended=False)
    leads["сотрудники"] += 5_000
    events = pd.concat([done_by(deals, 3), done_by(leads, 4)])
    for name, table in (("deals", deals), ("leads", leads), ("events", events)):
        table.to_csv(folder / f"{name}.csv", index=False)
    model, behaviour = folder / "model", ("--events", folder / "events.csv")
    named = ("--id", "номер", "--name", "компания", "--time", "открыта")
    roles = ("--outcome", "итог", "--won", "выиграна", *named)
    about, kept = (folder / "deals.csv", *roles), ("--keep", model, "--quiet")
    fitted = ("--embedding", "linear", *behaviour)
    assert call("lookalike", "fit", *about, "-o", model, *fitted, "--quiet") == 0
    assert call("lookalike", "audit", *about, "--permutations", "199", *kept) == 0
    tested = ("--folds", "2", "--draws", "30", "--no-random")
    assert call("lookalike", "backtest", *about, "-o", folder / "b", *fitted, *tested, *kept) == 0
    assert call("lookalike", "monitor", model, folder / "leads.csv", *behaviour, *kept) == 0
    assert call("lookalike", "threshold", model, "--precision", "0.6", *kept) == 0
    assert call("lookalike", "scorecard", *about, "-o", folder / "card.toml", *kept) == 0
    assert call("lookalike", "score", model, folder / "leads.csv", "-o", folder / "s.csv", *kept) == 0
    assert call("lookalike", "experiment", "size", "--rate", "0.1", "--difference", "0.02", *kept) == 0
    return model


@pytest.fixture
def page(model, window):
    out = model.parent / "report.html"
    if not out.exists():
        events = ("--events", model.parent / "events.csv")
        leads = model.parent / "leads.csv"
        told = ("--language", "ru", "--top", "12", "--quiet")
        assert call("lookalike", "report", model, leads, "-o", out, *events, *told) == 0
    return window.open(out)


@pytest.mark.parametrize("view", ["overview", "lead"])
def test_no_english_word_is_left(page, view):
    if view == "lead":
        page.locator("[data-card] a[href^='#lead-']").first.press("Enter")
        expect(page.locator("[data-lead] [data-waterfall] small").first).to_be_visible()
    said = page.evaluate(SAID)
    assert len(said) > 100
    assert [text for text in said if re.search(r"[A-Za-z]{2,}", re.sub(LATIN, "", text))] == []
    # A decimal point between digits is English too; dates have two of them, versions and codes none here.
    assert [text for text in said if re.search(r"(?<![\d.])\d+\.\d+(?![\d.])", text)] == []
    assert [text for text in said if re.search(r"\d%", text)] == []


def test_an_english_word_would_be_seen(page):
    page.evaluate("document.querySelector('[data-persona] bdi').append(' as often')")
    assert any("as often" in text for text in page.evaluate(SAID))


def test_only_what_cannot_be_said_anew_stays_english_and_says_so(page):
    lines = page.locator("[data-found] li")
    stayed = {
        line.locator("code").text_content() for line in lines.all() if "по-английски" in line.inner_text()
    }
    assert stayed == {"experiment-size"}
    assert lines.filter(has_text="по-английски").locator("[lang=en]:visible").count() == 1
    assert lines.count() == 8


def russian(number, digits):
    return f"{number:,.{digits}f}".replace(",", " ").replace(".", ",")


def test_what_was_found_is_told_with_its_own_numbers(model):
    found = {command: one["result"] for command, one in results.kept(model).items()}
    told = {command: told_anew("ru", command, result) for command, result in found.items()}
    assert {command for command, said in told.items() if said is None} == {"experiment-size"}
    assert not [command for command, result in found.items() if told_anew("en", command, result)]
    assert f"({found['fit']['deals']}), из них выиграно {found['fit']['won']};" in told["fit"]
    signal = found["audit"]["signal"]
    span = f"(от {russian(signal['low'], 3)} до {russian(signal['high'], 3)})"
    assert f"AUC {russian(signal['auc'], 3)} {span}" in told["audit"]
    auc = next(one for one in found["backtest"]["figures"] if one["figure"] == "auc" and not one["fold"])
    assert (
        f"AUC {russian(auc['value'], 2)}; сделок проверено: {found['backtest']['tested']}" in told["backtest"]
    )
    cut = found["threshold"]["sure"] or found["threshold"]["cut"]
    assert f"{cut['contacts']} из {found['threshold']['leads']} лидов" in told["threshold"]
    alarms = sum(one["severity"] == "alarm" for one in found["monitor"]["findings"])
    assert f"тревог — {alarms}," in told["monitor"]
    assert f"{found['score']['leads']} из 60" in told["score"]
    assert f"AUC {russian(found['scorecard']['auc'], 3)} на" in told["scorecard"]


def variants(found):
    """Results as kept, changed to whatever else a command may find."""
    signal = found["audit"]["signal"]
    for verdict in ("signal", "no usable signal", "cannot be told"):
        yield "fit", {"signal": {**signal, "verdict": verdict}}
    yield "fit", {"signal": {**signal, "auc": None}}
    yield "fit", {"signal": None}
    grave = [("leak", f"столбец {i}") for i in range(7)] + [("suspect", "company_founded")]
    findings = [{"check": "leakage", "severity": how, "column": column} for how, column in grave]
    yield "audit", {"findings": findings, "signal_with_leaks": {**signal, "auc": 0.9876}}
    for auc, low in ((0.52, 0.51), (0.6, 0.4), (0.9, 0.8)):
        figures = [{**one, "value": auc, "low": low, "high": 0.99} for one in found["backtest"]["figures"]]
        yield "backtest", {"figures": figures}
    rules = {"capacity": {"calls": 50}, "profit": {"cost": 30}, "recall": {"share": 0.8}}
    for rule in ({"kind": kind, **number} for kind, number in rules.items()):
        for status in ("reached", "only by luck", "not reached"):
            yield "threshold", {"rule": rule, "status": status}
    yield "threshold", {"cut": None, "sure": None}
    for score in ("score", "probability", "expected_value", "points", "баллы"):
        yield "threshold", {"score": score}
    for check in CHECKS:
        yield "monitor", {"findings": [{"severity": "watch", "check": check, "column": ""}]}
    yield "monitor", {"findings": [{"severity": "ok", "check": "rows", "column": ""}]}
    yield "score", {"grades": {"A1": 12, "D4": 3}}
    yield "scorecard", {"auc": None}
    yield "scorecard", {"criteria": []}


def test_whatever_a_command_may_find_is_told_in_russian(model):
    found = {command: one["result"] for command, one in results.kept(model).items()}
    said = {told_anew("ru", command, {**found[command], **other}) for command, other in variants(found)}
    assert len(said) == len(list(variants(found)))
    assert not [one for one in said if one is None or re.search(r"[A-Za-z]{2,}|[{}]", re.sub(LATIN, "", one))]
    with_leaks = "столбец 4 и ещё 2 (с ними AUC 0,988); возможно, знают исход: год основания."
    assert sum(one.endswith(with_leaks) for one in said) == 1


#: Commands whose results are told anew.
ANEW = ("fit", "audit", "backtest", "threshold", "monitor", "score", "scorecard")


@pytest.mark.parametrize("result", [None, {}, [], {"signal": 3}, {"rule": {}}, "text"])
@pytest.mark.parametrize(
    "command", ["fit", "audit", "backtest", "threshold", "monitor", "score", "scorecard"]
)
def test_what_another_version_kept_is_left_to_its_own_sentence(command, result):
    assert told_anew("ru", command, result) is None


def test_every_field_of_enrichment_has_a_russian_name():
    book = Phrasebook("ru")
    same = {field for field in FIELDS if book.name(field) == field}
    assert same == set(), "give it a name in lookalike/reasons/phrases.toml"
    assert all(Phrasebook("en").name(field) == field for field in FIELDS)


def test_the_page_s_names_are_those_of_the_book(page):
    data = json.loads(page.locator("#report-data").text_content())
    assert data["names"]["en"] == {}
    assert data["names"]["ru"]["company_technologies"] == "технологии"
    assert data["values"]["en"] == {}
    assert data["values"]["ru"]["company_offers"]["careers"] == "вакансии"
    assert "company_country" not in data["values"]["ru"]
