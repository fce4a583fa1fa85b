"""Pictures: what they say, that they are safe to put inline, and that they are always the same."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from lookalike_deals import ROLES, deals, fitted, leads
from matplotlib.figure import Figure

from enrich.errors import ModelError, SettingsError, TableError
from lookalike import pictures
from lookalike.audit import audit
from lookalike.backtest.run import backtest
from lookalike.decide import Capacity, Precision, Profit, Recall, decide
from lookalike.experiment import Columns, analyze
from lookalike.landscape import landscape
from lookalike.monitor.run import monitor
from lookalike.pictures.picture import Picture
from lookalike.pictures.style import Sheet, drawn
from lookalike.pictures.svg import ATTRIBUTES, ELEMENTS
from lookalike.pictures.wording import _book
from lookalike.scorecard import fit_scorecard

#: What a lead file or a page may hold.
NAUGHTY = [
    "$x^2$ and \\frac{1}{2}",
    "$unclosed",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#0; %s {name} {0}",
    "two\nlines\r\nand\ttabs",
    "\x00\x07\x1b[31m\u202eevil\u200b\ufeff",
    "مرحبا بالعالم",
    "שלום",
    "日本語の会社",
    "Z\u0321\u035b\u0359a\u0330\u0312l\u0348\u0357" + "\u0301" * 50,
    "\U0001f469\u200d\U0001f680 👾",
    "\ud800 alone",
    "url(#p0) #p0",
    "x" * 10_000,
    "",
]
#: A lone surrogate cannot stand in a table's text column.
IN_TABLES = [name for name in NAUGHTY if "\ud800" not in name]


@pytest.fixture(scope="module")
def model():
    return fitted("forest")


@pytest.fixture(scope="module")
def judged():
    roles = {name: value for name, value in ROLES.items() if name != "value"}
    return backtest(deals(), **roles, drop=["worth"], embedding="linear", folds=3, draws=60, quiet=True)


@pytest.fixture(scope="module")
def audited():
    return audit(deals(), **ROLES, permutations=99, quiet=True)


@pytest.fixture(scope="module")
def monitoring(model):
    outcomes = pd.DataFrame({"id": leads(60)["id"], "outcome": deals(60, seed=1)["stage"]})
    return monitor(model, leads(60), outcomes=outcomes, won="won")


def decided(rule):
    rng = np.random.default_rng(0)
    chance = rng.random(400)
    return decide(chance, rng.random(400) < chance, rule, value=100.0, resamples=60)


def an_experiment(effect=0.1, arms=("A", "B")):
    rng = np.random.default_rng(1)
    arm = rng.choice(arms, 2_000)
    score = rng.random(2_000)
    won = rng.random(2_000) < 0.1 + 0.2 * score + effect * (arm == arms[-1])
    table = pd.DataFrame({"arm": arm, "score": score, "won": won.astype(int), "worth": won * 50.0})
    return analyze(table, Columns(outcome="won", revenue="worth", score="score"))


@pytest.fixture(scope="module")
def every(model, judged, audited, monitoring):
    """One picture of each kind, as a function of the language."""
    card = fit_scorecard(deals(), outcome="stage", won="won", drop=["worth"], quiet=True)
    made = {
        "gain": (pictures.gain, judged),
        "reliability": (pictures.reliability, judged),
        "windows": (pictures.windows, judged),
        "persona_map": (pictures.persona_map, model),
        "waterfall": (pictures.waterfall, model.explain(leads(), "L003")),
        "points": (pictures.waterfall, card.explain(leads(), "L003")),
        "drift of a model": (pictures.drift, model),
        "drift of an audit": (pictures.drift, audited),
        "drift of leads": (pictures.drift, monitoring),
        "won_rate": (pictures.won_rate, audited),
        "capacity": (pictures.decision, decided(Capacity(50))),
        "profit": (pictures.decision, decided(Profit(30))),
        "precision": (pictures.decision, decided(Precision(0.8))),
        "out of reach": (pictures.decision, decided(Precision(0.999))),
        "recall": (pictures.decision, decided(Recall(0.9))),
        "monitored": (pictures.monitored, monitoring),
        "effects": (pictures.effects, an_experiment()),
    }
    return {
        name: (lambda language, f=f, one=one: f(one, language=language)) for name, (f, one) in made.items()
    }


KINDS = [
    *("gain", "reliability", "windows", "persona_map", "waterfall", "points", "drift of a model"),
    *("drift of an audit", "drift of leads", "won_rate", "capacity", "profit", "precision", "out of reach"),
    *("recall", "monitored", "effects"),
]


def assert_safe(svg):
    """Only what is allowed, nothing that runs, loads, links or styles; well-formed; ids of its own."""
    root = ElementTree.fromstring(svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one.startswith(root.get("id")) for one in ids)
    for element in root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in ELEMENTS
        for key, value in element.attrib.items():
            assert key in ATTRIBUTES | {"role", "aria-label", "font-family"}, key
            if key in ("href", "clip-path"):
                assert value.removeprefix("url(").removesuffix(")").removeprefix("#") in ids
    markup = re.sub(r">[^<]*<", "><", re.sub(r'"[^"]*"', '""', svg))
    assert not re.search(r"script|onload|onerror|style|http(?!://www.w3.org/2000/svg)|xlink", markup)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_picture_is_safe_small_and_named(every, kind, language):
    picture = every[kind](language)
    svg = picture.svg()
    assert_safe(svg)
    assert len(svg.encode()) < 200_000
    assert isinstance(picture.figure, Figure)
    assert picture.title in ElementTree.fromstring(svg).get("aria-label")
    assert "currentColor" in svg
    assert "#21262d" not in svg
    assert bool(re.search("[а-я]", picture.title)) == (language == "ru")


@pytest.mark.parametrize("kind", ["gain", "persona_map", "waterfall"])
def test_the_same_picture_gives_the_same_bytes(every, kind):
    assert every[kind]("en").svg() == every[kind]("en").svg()


def test_every_kind_is_tried(every):
    assert set(every) == set(KINDS)


def test_pictures_on_one_page_have_ids_of_their_own(every):
    some = ("gain", "reliability", "windows", "waterfall", "effects")
    names = [re.findall(r'id="([^"]+)"', every[kind]("en").svg()) for kind in some]
    assert len({one for some in names for one in some}) == sum(map(len, names))
    twice = every["gain"]("en")
    assert not set(re.findall(r'id="([^"]+)"', twice.svg("a"))) & set(
        re.findall(r'id="([^"]+)"', twice.svg("b"))
    )


def renamed(model, names):
    """The model with other names of deals and of columns that moved."""
    cycled = [names[place % len(names)] for place in range(len(model.deals))]
    made = replace(model)
    made.__dict__.update(model.__dict__)
    made.deals = model.deals.assign(name=cycled)
    made.drift = model.drift.assign(column=cycled[: len(model.drift)])
    return made


def explained(model, names):
    """One lead explained by deals and personas with other names."""
    found = model.explain(leads(), "L003")
    named = pd.concat([found.named] * len(names), ignore_index=True).head(len(names)).assign(name=names)
    rest = pd.concat([found.rest] * len(names), ignore_index=True).head(len(names))
    return replace(found, named=named, rest=rest.assign(persona=[f"won like {name}" for name in names]))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_hostile_names_of_deals_are_plain_text(model, language):
    assert_safe(pictures.waterfall(explained(model, IN_TABLES), language=language).svg())


def test_hostile_names_of_columns_are_plain_text(model):
    for start in range(0, len(IN_TABLES), 9):
        assert_safe(pictures.drift(renamed(model, IN_TABLES[start : start + 9])).svg())


def test_hostile_names_of_personas_are_plain_text(model):
    hostile = renamed(model, IN_TABLES)
    hostile.deals = hostile.deals.assign(medoid=np.arange(len(hostile.deals)) < 10)
    assert_safe(pictures.persona_map(hostile).svg())


def test_hostile_names_of_arms_are_plain_text():
    found = an_experiment()
    comparisons = [replace(found.comparisons[0], treatment=name, control=name) for name in NAUGHTY]
    assert_safe(pictures.effects(replace(found, comparisons=comparisons)).svg())


@pytest.mark.parametrize("name", NAUGHTY)
def test_a_hostile_title_is_plain_text(model, name):
    with drawn():
        picture = Picture(Sheet(name, name, height=20))
    assert_safe(picture.svg())
    assert "\n" not in picture.title


def test_the_public_lists_of_naughty_strings_are_plain_text(material, model):
    strings = json.loads((material("suites/blns") / "blns.json").read_text(encoding="utf-8"))
    for start in range(0, len(strings), 130):
        some = strings[start : start + 130]
        svg = pictures.waterfall(explained(model, some)).svg()
        assert_safe(svg)
        assert "alert(" not in re.sub(r"<text[^>]*>[^<]*</text>", "", svg.partition(">")[2])


def test_a_dollar_is_a_dollar_whatever_the_notebook_has_set(model):
    found = model.explain(leads(), "L003")
    with mpl.rc_context({"text.parse_math": True, "font.size": 30, "svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        svg = pictures.waterfall(replace(found, named=found.named.assign(name="$a$ & <b>"))).svg()
        assert dict(mpl.rcParams) == before
    assert "$a$ &amp; &lt;b&gt;" in svg


def test_a_long_name_is_cut_where_it_would_leave_its_place(model):
    found = model.explain(leads(), "L003")
    svg = pictures.waterfall(replace(found, named=found.named.assign(name="W" * 10_000))).svg()
    assert max(len(words) for words in re.findall(r">([^<]*)</text>", svg)) < 200


def test_a_waterfall_has_every_part_of_the_sum(model):
    found = model.explain(leads(), "L003")
    words = re.findall(r">([^<]*)</text>", pictures.waterfall(found).svg())
    assert set(found.named["name"]) <= set(words)
    assert sum(word.endswith("others") for word in words) == len(found.rest)
    assert f"{found.total:+.2f}".replace("-", "−")[:4] in " ".join(words)


def test_gain_says_what_the_top_of_the_list_holds(judged):
    curves = judged.curves[(judged.curves["curve"] == "gain") & (judged.curves["method"] == "model")]
    own = curves[curves["split"] == judged.split].set_index("x")["y"]
    assert f"{own.loc[0.2]:.0%}" in pictures.gain(judged).title + pictures.gain(judged).note


def test_a_ranking_no_better_than_chance_is_not_praised(judged):
    flat = judged.curves.assign(y=judged.curves["x"], low=judged.curves["x"] - 0.1)
    assert "no more" in pictures.gain(replace(judged, curves=flat)).title
    poor = judged.figures.assign(value=0.5, low=0.4, high=0.6)
    assert "no better than chance" in pictures.windows(replace(judged, figures=poor)).title


def test_a_flattering_random_split_is_said(judged):
    figures = judged.figures.copy()
    random = figures["split"] == "random"
    figures.loc[~random, ["value", "low", "high"]] = [0.62, 0.58, 0.66]
    figures.loc[random, ["value", "low", "high"]] = [0.8, 0.76, 0.84]
    assert pictures.windows(replace(judged, figures=figures)).title.startswith(
        "A random split promises AUC 0.80"
    )


def test_probabilities_that_are_too_low_are_said(judged):
    curves = judged.curves.copy()
    bins = curves["curve"] == "reliability"
    curves.loc[bins, "y"] = (2 * curves.loc[bins, "x"]).clip(upper=1)
    assert "too low" in pictures.reliability(replace(judged, curves=curves)).title


def test_a_decision_by_luck_is_not_told_as_profit():
    rng = np.random.default_rng(0)
    found = decide(rng.random(80), rng.random(80) < 0.3, Profit(20), value=100.0, resamples=100)
    assert found.status == "only by luck"
    assert "surely" in pictures.decision(found).title


def test_a_split_that_is_wrong_is_told_before_the_effect():
    found = an_experiment()
    wrong = replace(found, split=replace(found.split, alarm=True))
    assert "not as planned" in pictures.effects(wrong).title


def test_without_outcomes_monitoring_draws_the_columns(model):
    assert "PSI" in pictures.monitored(monitor(model, leads())).note


def test_deals_without_time_have_no_drift_to_draw(model):
    timeless = replace(model)
    timeless.__dict__.update({**model.__dict__, "drift": None})
    with pytest.raises(ModelError, match="time="):
        pictures.drift(timeless)


@pytest.mark.parametrize("embedding", ["linear", "forest", "stack"])
def test_a_map_places_leads_among_the_deals_of_every_anatomy(embedding):
    model = fitted(embedding)
    found = landscape(model, model.place(leads()))
    assert found.deals.shape == (len(model.deals), 2)
    assert found.leads.shape == (len(leads()), 2)
    assert 0 < found.kept <= 1 + 1e-9
    # A past deal that comes again as a lead stands where it stood; texts, which trees forget, aside.
    again = landscape(model, model.place(deals().drop(columns=["stage", "worth"])))
    assert np.allclose(again.leads, again.deals, atol=1e-3)
    assert_safe(pictures.persona_map(model, leads()).svg())


def test_a_map_of_many_deals_stays_small(model):
    many = replace(model)
    times = 60
    many.__dict__.update(model.__dict__)
    many.deals = pd.concat([model.deals] * times, ignore_index=True)
    many.deals.loc[len(model.deals) :, "medoid"] = False
    many.features = replace(model.features, values=np.tile(model.features.values, (times, 1)))
    assert len(pictures.persona_map(many, leads()).svg()) < 200_000


def test_a_picture_is_shown_and_saved(every, tmp_path):
    picture = every["gain"]("en")
    shown = picture._repr_mimebundle_()
    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert "prefers-color-scheme" in shown["image/svg+xml"]
    for suffix in ("svg", "png", "pdf"):
        picture.save(tmp_path / f"gain.{suffix}")
        assert (tmp_path / f"gain.{suffix}").stat().st_size > 1_000
    with pytest.raises(TableError, match="png"):
        picture.save(tmp_path / "gain.bmp")
    with pytest.raises(TableError, match="cannot be written"):
        picture.save(tmp_path / "nowhere" / "gain.svg")


def test_drawing_warns_of_no_missing_letter(model, recwarn):
    found = model.explain(leads(), "L003")
    pictures.waterfall(replace(found, named=found.named.assign(name="日本語 \U0001f469"))).svg()
    assert not recwarn.list


def test_another_language_is_refused(judged):
    with pytest.raises(SettingsError, match="'de'"):
        pictures.gain(judged, language="de")


def test_both_languages_say_the_same_things():
    english, russian = _book()["en"], _book()["ru"]
    assert set(english) == set(russian)
    for name, words in english.items():
        assert set(re.findall(r"{(\w+)}", words)) >= set(re.findall(r"{(\w+)}", russian[name])), name
