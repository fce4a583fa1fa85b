"""The made-up world: its truth, and what its files may and may not give away."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zlib
from datetime import datetime
from pathlib import Path

import idna
import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from lookalike.demo.sample import FILES, write_sample
from lookalike.demo.world import SEED, World, build, fit

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="module")
def world() -> World:
    return build()


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, str]]]:
    read = {}
    for name in ("deals", "leads", "leads_outcomes", "events"):
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            read[name] = list(csv.DictReader(stream))
    return read


def _content(path: Path) -> bytes:
    """The bytes of a file; what is inside where another zlib may have packed the same differently."""
    packed = path.read_bytes()
    if path.suffix != ".gz" or "ng" not in zlib.ZLIB_RUNTIME_VERSION:
        return packed
    text = b""
    while packed:
        member = zlib.decompressobj(wbits=31)
        text += member.decompress(packed)
        packed = member.unused_data
    return text


def test_regeneration_gives_the_embedded_sample_byte_for_byte(tmp_path):
    write_sample(tmp_path / "new")
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(FILES)
    for name in FILES:
        assert _content(tmp_path / "new" / name) == _content(DATA / name), name


def test_another_process_with_another_hash_seed_writes_the_same(tmp_path):
    program = "import sys, pathlib, lookalike.demo.sample as s; s.write_sample(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Almaty", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env=environment)
    for name in FILES:
        assert _content(tmp_path / name) == _content(DATA / name), name


def test_only_its_own_files_are_touched(tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.demo.sample.responses", lambda seed, company: [])
    (tmp_path / "README.md").write_text("mine")
    write_sample(tmp_path, seed=5)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_another_seed_gives_another_world_of_the_same_size(world):
    other = build(SEED + 1)
    assert (len(other.companies), len(other.deals), len(other.leads)) == (860, 600, 300)
    assert other.companies[0].name != world.companies[0].name or other.deals[0] != world.deals[0]
    assert build() == world


def test_counts_and_identifiers(tables):
    assert {name: len(rows) for name, rows in tables.items()} == {
        "deals": 600,
        "leads": 300,
        "leads_outcomes": 300,
        "events": 5000,
    }
    ids = [row["id"] for row in tables["deals"] + tables["leads"]]
    assert len(set(ids)) == len(ids) == 900
    assert [row["lead_id"] for row in tables["leads_outcomes"]] == [row["id"] for row in tables["leads"]]
    assert {row["lead_id"] for row in tables["events"]} <= set(ids)


def test_leads_have_no_outcome_and_come_after_every_deal(tables):
    assert not {"outcome", "value", "closed_at", "stage"} & set(tables["leads"][0])
    assert set(tables["deals"][0]) - set(tables["leads"][0]) == {"outcome", "value", "closed_at"}
    last_deal = max(row["created_at"] for row in tables["deals"])
    assert min(row["created_at"] for row in tables["leads"]) > last_deal
    assert all(row["closed_at"] > row["created_at"][:10] for row in tables["deals"])
    assert max(row["closed_at"] for row in tables["deals"]) <= "2026-06-30"


def test_won_rate_is_a_quarter_and_drifts_upwards(tables):
    won = np.array([row["outcome"] == "won" for row in tables["deals"]])
    assert 0.2 < won.mean() < 0.3
    assert won[:200].mean() + 0.03 < won[-200:].mean()


def test_names_domains_and_numbers_belong_to_nobody(world):
    assert len({company.name for company in world.companies}) == 860
    domains = [idna.encode(company.domain, uts46=True).decode() for company in world.companies]
    assert len(set(domains)) == 860
    assert all(domain.endswith(".example") for domain in domains)
    assert sum(domain.startswith("xn--") for domain in domains) > 20


def test_private_addresses_are_of_forms_their_providers_refuse(tables):
    seen = 0
    for row in tables["deals"] + tables["leads"]:
        mailbox, _, provider = row["email"].lower().partition("@")
        if provider == "gmail.com":
            assert "-" in mailbox
        if provider in ("mail.ru", "yandex.ru"):
            assert len(mailbox) > 31
        seen += provider in ("gmail.com", "mail.ru", "yandex.ru")
    assert seen > 30


def test_the_crm_is_as_dirty_as_they_are(tables):
    rows = tables["deals"] + tables["leads"]
    share = {column: np.mean([not row[column] for row in rows]) for column in tables["leads"][0]}
    assert share["email"] < 0.05
    assert all(0.03 < share[column] < 0.7 for column in ("contact", "country", "industry", "website", "note"))
    assert any(row["industry"] == "Select" for row in rows)
    assert any(row["company"] != row["company"].strip() for row in rows)
    assert any(row["email"] and "@" not in row["email"] for row in rows)


def test_fit_is_what_websites_show(world):
    def mean(*segments: str) -> float:
        return float(np.mean([fit(company) for company in world.companies if company.segment in segments]))

    assert mean("brand", "parts", "distributor", "logistics") > 0.2
    assert mean("agency", "consultancy", "school", "restaurant", "freelancer") < -1.9
    shopify = [c for c in world.companies if c.segment == "brand" and c.platform == "Shopify"]
    with_klaviyo = [fit(c) for c in shopify if "Klaviyo" in c.tools]
    assert np.mean(with_klaviyo) > np.mean([fit(c) for c in shopify if "Klaviyo" not in c.tools]) + 0.5


def test_fit_and_intent_are_independent_and_decide_the_outcome(world):
    everyone = world.deals + world.leads
    causes = np.array([[one.fit, one.intent] for one in everyone])
    won = np.array([one.won for one in everyone])
    assert abs(np.corrcoef(causes.T)[0, 1]) < 0.1
    model = LogisticRegression().fit(causes[:600], won[:600])
    assert roc_auc_score(won[600:], model.decision_function(causes[600:])) > 0.9


def _auc(rows: list[dict[str, float | str]], won: np.ndarray) -> float:
    """Train on the deals, test on the leads."""
    model = make_pipeline(DictVectorizer(), MaxAbsScaler(), LogisticRegression(C=0.3, max_iter=500))
    model.fit(rows[:600], won[:600])
    return float(roc_auc_score(won[600:], model.decision_function(rows[600:])))


def test_crm_is_weak_sites_are_strong_and_behaviour_adds(world, tables):
    rows = tables["deals"] + tables["leads"]
    outcomes = [row["outcome"] for row in tables["deals"] + tables["leads_outcomes"]]
    won = np.array([outcome == "won" for outcome in outcomes])
    crm = [
        {
            c: row[c].strip().lower()
            for c in ("country", "industry", "employees", "lead_source", "owner", "job_title")
        }
        for row in rows
    ]
    sites = []
    for one in world.deals + world.leads:
        company = one.company
        shown = {"segment": company.segment, "platform": company.platform, "shop": float(company.shop)}
        shown |= {"logistics": float("logistics" in company.hiring)} | dict.fromkeys(company.tools, 1.0)
        sites.append(shown)
    before, ever = _behaviour(tables, rows, known_only=True), _behaviour(tables, rows, known_only=False)

    assert 0.45 < _auc(crm, won) < 0.62
    site_auc = _auc(sites, won)
    both_auc = _auc([a | b for a, b in zip(sites, before, strict=True)], won)
    leaking_auc = _auc([a | b for a, b in zip(sites, ever, strict=True)], won)
    assert site_auc > 0.75
    assert both_auc > site_auc + 0.04
    assert leaking_auc > both_auc + 0.01, "later events are a trap only if they tell the outcome"


def _behaviour(tables, rows, *, known_only: bool) -> list[dict[str, float]]:
    opened = {row["id"]: datetime.fromisoformat(row["created_at"]) for row in rows}
    counts: dict[str, dict[str, float]] = {row["id"]: {} for row in rows}
    for event in tables["events"]:
        if known_only and datetime.fromisoformat(event["at"]) >= opened[event["lead_id"]]:
            continue
        of_one = counts[event["lead_id"]]
        page = event["url"].removeprefix("https://www.parcelwright.example")
        for key in (event["type"], page):
            of_one[key] = of_one.get(key, 0.0) + 1.0
        of_one["seconds"] = of_one.get("seconds", 0.0) + float(event["duration"] or 0)
    return [counts[row["id"]] for row in rows]


def test_most_events_come_before_the_opening_and_some_after(tables):
    opened = {row["id"]: row["created_at"] for row in tables["deals"] + tables["leads"]}
    after = np.mean([event["at"] >= opened[event["lead_id"]] for event in tables["events"]])
    assert 0.05 < after < 0.2
    assert max(event["at"] for event in tables["events"]) < "2026-07-01"
    assert {event["type"] for event in tables["events"]} == {
        "open", "click", "visit", "form", "download", "webinar", "call", "unsubscribe",
    }  # fmt: skip


def test_value_of_won_deals_depends_on_the_segment(world):
    values = pd.DataFrame(
        [(d.company.segment, d.value) for d in world.deals if d.won], columns=["segment", "value"]
    )
    typical = values.groupby("segment")["value"].median()
    assert typical["logistics"] > 1.5 * typical["brand"]
