"""Results in a notebook: cards that say what was found, from hostile texts too."""

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals, fitted, leads
from test_lookalike_experiment_outcomes import deals as deals_in_arms
from test_lookalike_pictures import IN_TABLES, an_experiment, decided

from enrich.display.card import Card, Cell, Lines, Table, Tile, number, text
from lookalike import LookalikeModel
from lookalike.audit.findings import Audit
from lookalike.audit.findings import Finding as AuditFinding
from lookalike.audit.run import audit
from lookalike.backtest.run import backtest
from lookalike.decide import Precision, Profit
from lookalike.evaluate.signal import Signal
from lookalike.experiment import Analysis, DealColumns, outcomes, size_conversion, size_revenue
from lookalike.hidden import HiddenPositives
from lookalike.monitor.run import monitor
from lookalike.pictures import waterfall
from lookalike.schema import Schema
from lookalike.scorecard import Scorecard
from lookalike.scorecard.fit import judged_scorecard
from lookalike.scorecard.rules import Criterion, Rule

#: What a card is made of; nothing else may come out of it, whatever goes in.
TAGS = {
    *("div", "style", "bdi", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "span", "i", "b", "a"),
}
ATTRIBUTES = {"class", "style", "href", "rel"}


class Seen(HTMLParser):
    """What a browser would see: tags, attributes and text outside the style."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words, self.open = set(), [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def read(html):
    """Check a card and give what it says."""
    seen = Seen(html)
    assert not seen.open
    assert seen.tags <= TAGS, seen.tags - TAGS
    for name, value in seen.attributes:
        assert name in ATTRIBUTES, name
        if name == "href":
            assert re.match("https?://", value)
        if name == "style":
            assert re.fullmatch(r"[\w.:;%-]*", value), value
    assert len(html.encode()) < 30_000
    assert html.count("<style>") == 1
    return seen.text


@pytest.fixture(scope="module")
def model():
    return fitted("forest")


@pytest.fixture(scope="module")
def judged():
    roles = {name: value for name, value in ROLES.items() if name != "value"}
    return backtest(deals(), **roles, drop=["worth"], embedding="linear", folds=3, draws=60, quiet=True)


@pytest.fixture(scope="module")
def scorecard():
    return judged_scorecard(deals(), outcome="stage", won="won", drop=["worth"], quiet=True)


def shown(model, **changes):
    """The model with other attributes, its own left alone."""
    made = replace(model)
    made.__dict__.update({**model.__dict__, **changes})
    return made


@pytest.mark.parametrize("embedding", ["linear", "forest", "stack"])
def test_a_model_says_what_it_learned_from_and_how_far_to_trust_it(embedding):
    model = fitted(embedding)
    said = read(model._repr_html_())
    assert f"{len(model.deals)} past deals, {int(model.deals['won'].sum())} of them won" in said
    assert model.signal.verdict in said
    assert f"{model.signal.auc:.3f}" in said
    medoids = model.deals[model.deals["medoid"] & model.deals["won"]]
    assert all(name in said for name in medoids["name"])


def test_a_model_without_signal_warns(model):
    said = read(shown(model, signal=replace(model.signal, verdict="no usable signal"))._repr_html_())
    assert "lottery" in said


@pytest.mark.parametrize(("favourites", "told"), [(40, "5.0%"), (12, "cannot be told")])
def test_a_share_of_hidden_look_alikes_is_shown_where_it_can_be_told(model, favourites, told):
    found = HiddenPositives(0.05, 0.1, 0.5, favourites, 1_000)
    text = read(shown(model, hidden=found)._repr_html_())
    assert told in text
    assert ("5.0%" in text) == (favourites == 40)


def test_a_model_that_is_not_fitted_or_not_described_is_shown_too(model):
    assert "Not fitted" in read(LookalikeModel(model.schema)._repr_html_())
    assert repr(LookalikeModel(Schema("stage", "won"))) == "<LookalikeModel, not fitted>"
    bare = model.deals[["deal_id", "name", "won", "time", "value", "days"]]
    assert "past deals" in read(
        shown(model, deals=bare, signal=None, reference=None, drift=None)._repr_html_()
    )


def test_text_of_a_model_is_one_line(model):
    assert (
        repr(model)
        == f"<LookalikeModel: forest, 160 past deals, {int(model.deals['won'].sum())} of them won>"
    )


def test_a_profile_shows_each_persona_with_what_sets_it_apart(model):
    profile = model.profile()
    said = read(profile._repr_html_())
    for row in profile.personas.head(8).to_dict("records"):
        assert row["name"] in said
        assert all(words[:100] in said for words in profile.words(row["persona"])[:1])


def test_an_explanation_shows_the_exact_sum(model):
    found = model.explain(leads(), "L003")
    said = read(found._repr_html_())
    assert f"{found.probability:.0%}" in said
    assert f"= {found.total:+.3f}".replace("-", "−") in said
    assert all(name in said for name in found.named["name"])


@pytest.mark.parametrize(
    ("chance", "told"), [(1 - 1e-12, ">99%"), (0.996, ">99%"), (0.994, "99%"), (0.004, "<1%"), (1e-12, "<1%")]
)
def test_no_chance_is_told_as_certain(model, chance, told):
    found = replace(model.explain(leads(), "L003"), probability=chance)
    said = read(found._repr_html_())
    assert f"Lead L003: {told} chance" in said
    assert "100%" not in said
    assert f"probability {told}," in found.headline
    assert f"Lead L003: {told} chance" in waterfall(found).title
    russian = {">99%": "более 99 %", "<1%": "менее 1 %", "99%": "вероятность 99 %"}[told]
    assert russian in waterfall(found, language="ru").title


def test_points_and_a_scorecard_show_their_rules(scorecard):
    card = scorecard.card
    said = read(card._repr_html_())
    for criterion in card.criteria:
        assert criterion.label in said
        assert all(rule.words in said for rule in criterion.rules[:8])
    assert f"{scorecard.auc:.3f}" in read(scorecard._repr_html_())
    points = card.explain(leads(), "L003")
    assert f"{points.score:.0f} points" in read(points._repr_html_())
    edited = replace(card, start=card.start + 7)
    assert "changed since" in read(edited._repr_html_())


def test_an_audit_shows_findings_with_remedies():
    found = audit(deals(), **ROLES, permutations=99, quiet=True)
    assert isinstance(found, Audit)
    said = read(found._repr_html_())
    assert found.verdict in said
    assert found.findings[0].remedy[:60] in said


def test_a_backtest_shows_what_to_do_beside_intervals(judged):
    said = read(judged._repr_html_())
    assert all(line[:200] in said for line in judged.story.to_do)
    auc = judged.figure("auc")
    assert f"{auc['low']:.3f} to {auc['high']:.3f}" in said
    assert "logistic" in said


@pytest.mark.parametrize("rule", [Precision(0.8), Precision(0.999), Profit(30)], ids=str)
def test_a_decision_shows_whether_its_aim_is_reached(rule):
    found = decided(rule)
    said = read(found._repr_html_())
    assert found.status in said
    assert found.why in said


def test_monitoring_shows_the_worst_first(model):
    found = monitor(model, leads(60).assign(employees=9_999_999))
    said = read(found._repr_html_())
    assert str(found.severity) in said
    assert found.findings[0].remedy[:60] in said


def test_an_experiment_shows_its_differences():
    found = an_experiment()
    assert isinstance(found, Analysis)
    said = read(found._repr_html_())
    assert "as planned" in said
    assert "B against A" in said
    wrong = replace(found, split=replace(found.split, alarm=True), warnings=["arms were lost"])
    assert "arms were lost" in read(wrong._repr_html_())


@cache
def became():
    """What became of deals in arms, with costs and a notice of what was left out."""
    table = deals_in_arms(faster=8)
    table.loc[:2, "opened"] = "never"
    columns = DealColumns("opened", "closed", "stage", "won", "arm", "worth")
    return outcomes(table, columns, costs={"A": 90_000.0, "B": 120_000.0})


def test_outcomes_show_groups_and_differences_with_their_intervals():
    found = became()
    said = read(found._repr_html_())
    assert "3 left out" in said
    assert "B against A" in said
    for row in found.groups.to_dict("records"):
        assert f"{100 * row['won_share_low']:.1f} to {100 * row['won_share_high']:.1f}" in said
        assert f"{row['cost_of_acquisition']:,.0f}" in said
    days = found.comparisons.set_index("measure").loc["days"]
    assert f"{days['difference']:+.1f}".replace("-", "−") in said
    assert "at random" in said
    changed = outcomes(deals_in_arms(), DealColumns("opened", "closed", "stage", "won"), change="2025-07-01")
    said = read(changed._repr_html_())
    assert "What casts doubt" in said
    assert "no experiment" in said
    assert "revenue" not in said


def test_a_size_shows_leads_and_what_other_numbers_find():
    found = size_conversion(0.1, 0.02, weekly=300, correlation=0.5)
    said = read(found._repr_html_())
    assert f"{found.leads:,}" in said
    assert f"{found.weeks:.1f}" in said
    assert f"{found.leads_with_covariate:,}" in said
    assert all(f"{row['leads']:,}" in said for row in found.curve.head(12).to_dict("records"))
    assert "points" in said
    bare = read(size_revenue(20.0, 80.0, 5.0)._repr_html_())
    assert "weeks" not in bare
    assert "points" not in bare
    assert "too few" in read(size_conversion(0.1, leads=8)._repr_html_())


def test_a_signal_shows_its_interval_and_its_blocks(model):
    found = model.signal
    said = read(found._repr_html_())
    assert said.startswith(f"Signal {found.verdict.capitalize()}: AUC")
    assert f"{found.low:.3f} to {found.high:.3f}, chance is .500" in said
    assert all(f"{block['auc']:.3f}" in said for block in found.blocks)
    nothing = Signal("cannot be told", None, None, None, None, 99, 0, 0, False, [])
    assert "no deal could be held out" in read(nothing._repr_html_())


@cache
def experimented():
    """An experiment, analyzed once."""
    return an_experiment()


_MONITORED = []


def monitored(model):
    """New leads compared with the deals, once."""
    if not _MONITORED:
        _MONITORED.append(monitor(model, leads()))
    return _MONITORED[0]


def hostile_results(model, judged, name):
    """Results in which every text from outside is hostile."""
    found = model.explain(leads(), "L003")
    yield replace(
        found,
        lead_id=name,
        named=found.named.assign(name=name, shared=name),
        rest=found.rest.assign(persona=name),
        columns=found.columns.assign(column=name, value=name),
    )
    yield shown(
        model,
        deals=model.deals.assign(name=name, persona=name),
        embedding_name=name,
        drift=model.drift.assign(column=name, moved_on=True),
    )
    profile = model.profile()
    yield replace(
        profile, personas=profile.personas.assign(name=name), apart=profile.apart.assign(feature=name)
    )
    yield Scorecard((Criterion(name, (Rule(3, has=(name,)), Rule(1, contains=(name,))), 0, name),), name=name)
    yield replace(judged, windows=judged.windows.assign(origin=name))
    found = monitored(model)
    yield replace(found, findings=[replace(one, column=name, evidence=name) for one in found.findings])
    experiment = experimented()
    yield replace(
        experiment,
        comparisons=[replace(one, treatment=name, control=name) for one in experiment.comparisons],
        notes=[name],
        warnings=[name],
        split=replace(experiment.split, observed={name: 3}),
    )
    found = became()
    yield replace(
        found,
        as_of=name,
        groups=found.groups.assign(group=name),
        comparisons=found.comparisons.assign(group=name, base=name),
        warnings=[name],
        notes=[name],
    )
    yield replace(size_conversion(0.1, 0.02), arms={name: 3}, notes=[name])


@pytest.mark.parametrize("name", IN_TABLES)
def test_hostile_texts_stay_text(model, judged, name):
    for found in hostile_results(model, judged, name):
        read(found._repr_html_())


def test_hostile_findings_of_an_audit_stay_text():
    clean = audit(deals(), **ROLES, permutations=99, quiet=True)
    for name in IN_TABLES:
        finding = AuditFinding("leakage", name, "leak", name, name)
        read(replace(clean, findings=[finding] * 40)._repr_html_())


def test_the_public_lists_of_naughty_strings_stay_text(material):
    strings = json.loads((material("suites/blns") / "blns.json").read_text(encoding="utf-8"))
    for start in range(0, len(strings), 60):
        some = strings[start : start + 60]
        rows = [[text(one), number(1.0, note="x"), text(one, url=one)] for one in some]
        card = Card(
            some[0], some[-1], [Tile(some[0], some[1])], [Table(some[0], ("", "", ""), rows), Lines("", some)]
        )
        seen = Seen(card.html())
        assert seen.tags <= TAGS
        assert {name for name, _ in seen.attributes} <= ATTRIBUTES


def test_a_link_leads_to_the_web_or_nowhere():
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://a b",
        "file:///etc/passwd",
    ):
        assert "<a " not in Card("k", "h", (), [Table("", [""], [[Cell("x", url=url)]])]).html()
    assert (
        'href="https://a.example/'
        in Card("k", "h", (), [Table("", [""], [[Cell("x", url="https://a.example/")]])]).html()
    )


def test_a_number_that_is_none_is_drawn_as_nothing():
    row = [number(None), number(np.nan), number(np.inf), Cell("", bar=float("nan"))]
    assert "nan" not in Card("k", "h", (), [Table("", [""] * 4, [row])]).html()


def test_a_company_shows_its_facts_with_their_sources():
    from enrich.company_facts import CompanyFacts

    facts = CompanyFacts(
        {
            "domain": "acme.example",
            "field": ["company_name", "company_phones", "company_phones"],
            "value": ["Acme <b>", "+44 1", "+44 2"],
            "url": ["https://acme.example/", "https://www.acme.example/contact", "javascript:alert(1)"],
            "extractor": "x",
            "observed_at": pd.Timestamp("2026-01-31"),
            "confidence": 0.9,
            "chosen": [True, True, False],
        }
    )
    said = read(facts._repr_html_())
    assert "Acme <b> (acme.example)" in said
    assert "/contact" in said
    assert "2026-01-31" in said
    assert "+44 2" not in said
    assert type(facts[facts["chosen"]]) is pd.DataFrame
    assert "Nothing was found" in read(facts.head(0).pipe(CompanyFacts)._repr_html_())
