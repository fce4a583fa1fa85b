"""Fit on past deals, score leads: one row a lead, numbers that mean what they say."""

import warnings

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import EVERY_EMBEDDING, ROLES, VALUED_COLUMNS, deals, fitted, leads

import lookalike
from enrich.errors import ColumnError
from lookalike.evaluate.choice import HEDGED
from lookalike.evaluate.metrics import auc
from lookalike.evidence import EVIDENCE_COLUMNS, evidence
from lookalike.model import NEIGHBOURS

EVERY = [*EVERY_EMBEDDING, "auto"]


@pytest.fixture(params=EVERY)
def model(request):
    return fitted(request.param)


# -- scores


def test_one_row_a_lead_in_their_order(model):
    scores = model.score(leads())
    assert list(scores.columns) == VALUED_COLUMNS
    assert scores["lead_id"].tolist() == leads()["id"].tolist()
    assert (scores["error"] == "").all()
    assert scores.notna().all(axis=None)


def test_numbers_keep_their_bounds(model):
    scores = model.score(leads())
    assert scores["probability"].between(0, 1, inclusive="neither").all()
    assert scores["likeness"].between(0, 1).all()
    assert scores["coverage"].between(0, 1).all()


def test_a_higher_score_is_a_higher_rank_and_no_lower_probability(model):
    scores = model.score(leads()).sort_values("score", ascending=False)
    assert scores["rank"].tolist() == scores["score"].rank(ascending=False, method="min").tolist()
    assert (scores["probability"].diff().dropna() <= 1e-12).all()


@pytest.mark.parametrize("name", ["linear", "forest", "boosted", "auto"])
def test_scores_tell_later_won_deals_from_lost(name):
    later = deals(200, seed=2)
    assert auc(later["stage"] == "won", fitted(name).score(later)["score"]) > 0.65


def test_because_names_the_nearest_won_deals(model):
    scores = model.score(leads())
    points = model.embed(leads())
    won = np.flatnonzero(model.deals["won"])
    similarity = model.embedding.similarity(points)[:, won]
    best = np.sort(similarity, axis=1)[:, -NEIGHBOURS:]
    np.testing.assert_allclose(scores["likeness"], best.mean(axis=1), atol=1e-6)
    names = model.deals["name"]
    won_names = set(names[won])
    for because, row, worst in zip(scores["because"], similarity, best[:, 0], strict=True):
        named = because.split("; ")
        assert set(named) <= won_names
        assert len(named) == NEIGHBOURS
        positions = [names[won].tolist().index(name) for name in named]
        assert (row[positions] >= worst - 1e-6).all()
        assert (np.diff(row[positions]) <= 1e-6).all()


def all_that_speaks(model, table):
    """What speaks for or against each lead, by deals; in a stack by deals and parts."""
    gains, losses = model.embedding.totals(model.embed(table))
    if model.embedding_name != "stack":
        parts = model.embedding.contributions(model.embed(table))
        np.testing.assert_allclose(gains - losses, np.abs(parts).sum(axis=1), atol=1e-9)
    return gains - losses


def test_coverage_is_the_share_of_the_named_deals_in_all_contributions(model):
    scores = model.score(leads())
    parts = np.abs(model.embedding.contributions(model.embed(leads())))
    everything = all_that_speaks(model, leads())
    by_name = dict(zip(model.deals["name"], range(len(model.deals)), strict=True))
    for i, because in enumerate(scores["because"]):
        named = parts[i, [by_name[name] for name in because.split("; ")]].sum()
        assert scores["coverage"][i] == pytest.approx(named / everything[i], abs=1e-6)


def test_deals_named_twice_are_said_once():
    table = deals().assign(company="Acme")
    assert set(lookalike.fit(table, **ROLES, embedding="plain", quiet=True).score(leads())["because"]) == {
        "Acme"
    }


def test_the_order_of_columns_and_columns_never_learnt_change_nothing(model):
    turned = leads()[leads().columns[::-1]].assign(**{"never seen": range(30), "stage": "?"})
    pd.testing.assert_frame_equal(model.score(turned), model.score(leads()))


def test_a_lead_is_scored_alone_as_among_others(model):
    together = model.score(leads())
    alone = pd.concat([model.score(leads().iloc[[i]]) for i in range(5)], ignore_index=True)
    np.testing.assert_allclose(alone["score"], together["score"][:5], atol=1e-5)


def test_batches_are_the_whole(monkeypatch):
    whole = fitted("forest").score(leads())
    monkeypatch.setattr("lookalike.model.BATCH_ROWS", 7)
    pd.testing.assert_frame_equal(fitted("forest").score(leads()), whole)


def test_leads_without_ids_go_by_their_number_across_batches(monkeypatch):
    monkeypatch.setattr("lookalike.model.BATCH_ROWS", 7)
    scores = fitted("plain").score(leads().drop(columns="id"))
    assert scores["lead_id"].tolist() == [str(i) for i in range(1, 31)]


def test_equal_ids_keep_a_row_each():
    twice = pd.concat([leads(3), leads(3)])
    scores = fitted("linear").score(twice)
    assert scores["lead_id"].tolist() == ["L000", "L001", "L002"] * 2
    np.testing.assert_allclose(scores["score"][:3], scores["score"][3:])


def test_no_leads_no_scores(model):
    scores = model.score(leads().iloc[:0])
    assert list(scores.columns) == VALUED_COLUMNS
    assert len(scores) == 0


def test_a_blank_lead_has_an_error_and_no_score():
    table = leads(3)
    table.loc[1, table.columns != "id"] = None
    scores = fitted("linear").score(table)
    assert scores["error"].tolist() == ["", "every column the model uses is blank; fill at least one", ""]
    assert scores.loc[1, ["score", "probability", "likeness", "rank", "coverage"]].isna().all()
    assert scores["rank"].dropna().tolist() in ([1, 2], [2, 1])
    assert scores["because"][1] == ""


def test_rows_already_known_to_be_wrong_keep_their_error():
    batch = fitted("linear").score_batch(leads(3), errors=["", "line 3 has 2 cells", ""])
    assert batch["error"].tolist() == ["", "line 3 has 2 cells", ""]
    assert batch["score"].notna().tolist() == [True, False, True]


@pytest.mark.parametrize(
    "index", [["a"] * 30, range(100, 130), pd.MultiIndex.from_product([range(3), range(10)])]
)
def test_the_index_of_a_table_means_nothing(index):
    pd.testing.assert_frame_equal(
        fitted("linear").score(leads().set_axis(index)), fitted("linear").score(leads())
    )


def test_columns_may_be_named_by_numbers():
    table = pd.DataFrame({0: [1, 2, 3, 4] * 10, 1: ["won", "lost"] * 20})
    model = lookalike.fit(table, outcome=1, won="won", embedding="linear", quiet=True)
    assert model.schema.features == ("0",)
    assert model.score(table[[0]])["score"].notna().all()
    assert model.explain(table[[0]], id="2").score == model.score(table[[0]])["score"][1]


# -- fitting


@pytest.mark.parametrize("embedding", EVERY)
@pytest.mark.parametrize(("won", "lost"), [(5, 5), (1, 6), (1, 1)])
def test_few_deals_are_enough_to_answer_without_noise(embedding, won, lost):
    table = deals()
    few = pd.concat([table[table["stage"] == "won"].head(won), table[table["stage"] == "lost"].head(lost)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = lookalike.fit(few, **ROLES, embedding=embedding, quiet=True)
        scores = model.score(leads())
    assert scores.drop(columns="rank").notna().all(axis=None)
    assert model.explain(leads(), id="L003").total == pytest.approx(model.explain(leads(), id="L003").score)


def test_auto_compares_all_with_and_without_columns_that_move_on_and_shows_the_table():
    choice = fitted("auto").choice
    assert choice["embedding"].drop_duplicates().tolist() == EVERY_EMBEDDING
    assert choice["columns"].tolist() == [*["steady", "all"] * len(EVERY_EMBEDDING), HEDGED]  # "founded"
    taken = choice[choice["chosen"]].iloc[0]
    assert (taken["embedding"], taken["columns"]) == ("stack", HEDGED)
    assert taken["because"].startswith("columns move on")
    assert fitted("auto").embedding_name == "stack"
    assert (choice["behind"] >= 0).all()
    assert choice["auc"].between(0, 1).all()


def test_probabilities_are_mapped_unless_columns_move_on():
    assert fitted("auto").calibrator.method_ == "logit"  # "founded" moves on
    steady = deals().drop(columns="founded")
    model = lookalike.fit(steady, **ROLES, embedding="linear", quiet=True)
    assert not model.drift["moved_on"].any()
    assert model.calibrator.method_ == "sigmoid"


def test_auto_without_texts_compares_the_others():
    table = deals(36).drop(columns="about")
    model = lookalike.fit(table, **ROLES, embedding="auto", quiet=True)
    assert model.choice["embedding"].drop_duplicates().tolist() == ["plain", "linear"]  # too few for trees


def test_the_deals_are_listed_with_outcome_time_and_persona():
    listed = fitted("linear").deals
    assert listed["deal_id"].tolist() == deals()["id"].tolist()
    assert listed["won"].tolist() == deals()["stage"].eq("won").tolist()
    assert listed["time"].tolist() == [19_723 + i for i in range(160)]
    assert (
        listed["persona"].str.split(" like ").str[0].eq(listed["won"].map({True: "won", False: "lost"})).all()
    )


def test_time_id_name_and_value_are_not_learnt_from():
    """Scores do not move when these columns do."""
    moved = leads().assign(opened="01.01.2031", company="Other", id="x")
    np.testing.assert_array_equal(
        fitted("boosted").score(moved)["score"], fitted("boosted").score(leads())["score"]
    )


def test_fitting_again_gives_the_same_model():
    again = lookalike.fit(deals(), **ROLES, embedding="boosted", quiet=True)
    pd.testing.assert_frame_equal(again.score(leads()), fitted("boosted").score(leads()))


# -- behaviour

LOG = pd.DataFrame(
    {
        "id": [f"D{i:04}" for i in range(0, 160, 2) for _ in range(2)] + ["L001", "L001"],
        "at": [f"2023-12-{1 + i % 28:02}" for i in range(160)] + ["2024-01-01", "2024-01-02"],
        "type": ["visit", "open"] * 81,
    }
)


def test_behaviour_becomes_columns():
    model = lookalike.fit(deals(), **ROLES, events=LOG, embedding="linear", quiet=True)
    assert "events: visit" in set(model.vectorizer.column_of_feature_)
    plain, busy = model.score(leads(3)), model.score(leads(3), events=LOG)
    assert (plain["score"] != busy["score"]).tolist() == [False, True, False]
    assert model.explain(leads(3), id="L001", events=LOG).score == pytest.approx(busy["score"][1], abs=1e-6)


def test_a_deal_never_sees_what_came_after_its_opening():
    later = pd.DataFrame({"id": deals()["id"], "at": "2025-06-01", "type": "open"})
    told, untold = (
        lookalike.fit(deals(), **ROLES, events=log, embedding="plain", quiet=True)
        for log in (pd.concat([LOG, later]), LOG)
    )
    np.testing.assert_array_equal(told.embedding.points_, untold.embedding.points_)


def test_a_column_named_as_behaviour_is_kept_apart():
    table = deals().assign(**{"events: visit": range(160)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = lookalike.fit(table, **ROLES, events=LOG, embedding="plain", quiet=True)
    assert {"events: visit", "events: visit (events)"} <= set(model.vectorizer.column_of_feature_)


def test_behaviour_needs_dates():
    with pytest.raises(ColumnError, match="--time 'employees' holds numbers, but events need the date"):
        lookalike.fit(deals(), outcome="stage", won="won", time="employees", events=LOG, quiet=True)


def test_behaviour_without_dates_of_opening_is_warned_of():
    with pytest.warns(UserWarning, match="160 of 160 deals have no date of opening"):
        lookalike.fit(deals(), outcome="stage", won="won", events=LOG, embedding="plain", quiet=True)


# -- explanations


def test_named_deals_and_the_rest_add_up_to_the_score(model):
    scores = model.score(leads()).set_index("lead_id")
    for lead in ("L000", "L007"):
        found = model.explain(leads(), id=lead, top=3)
        assert found.total == pytest.approx(found.score, abs=1e-9)
        for number in ("score", "probability", "likeness"):
            assert getattr(found, number) == pytest.approx(scores.loc[lead, number], abs=1e-6)
        assert len(found.named) + found.rest["deals"].sum() == len(model.deals)


def test_the_strongest_deals_of_each_side_are_named(model):
    found = model.explain(leads(), id="L003", top=4)
    parts = model.embedding.contributions(model.embed(leads()))[3]
    side_for = found.named[found.named["contribution"] > 0]["contribution"]
    against = found.named[found.named["contribution"] < 0]["contribution"]
    np.testing.assert_allclose(side_for, np.sort(parts)[::-1][:4], atol=1e-5)
    np.testing.assert_allclose(against, np.sort(parts)[:4], atol=1e-5)
    assert found.coverage == pytest.approx(
        np.abs(found.named["contribution"]).sum() / np.abs(parts).sum(), abs=1e-5
    )


@pytest.mark.parametrize("name", ["forest", "boosted"])
def test_won_deals_speak_for_and_lost_deals_against(name):
    named = fitted(name).explain(leads(), id="L000").named
    assert (named["outcome"] == np.where(named["contribution"] > 0, "won", "lost")).all()


def test_naming_more_deals_covers_more():
    covered = [fitted("forest").explain(leads(), id="L000", top=top).coverage for top in (1, 5, 50, 160)]
    assert covered == sorted(covered)
    assert covered[-1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("table", "id", "message"),
    [
        (leads(), "nope", "no lead has the id 'nope'; the first ids are L000, L001, L002, L003, L004"),
        (leads().iloc[:0], "nope", "no lead has the id 'nope'; the table has no rows"),
        (leads(2)[["id"]].reindex(columns=leads().columns), "L001", "lead 'L001' has no score: every column"),
    ],
    ids=["unknown", "no leads", "blank"],
)
def test_what_cannot_be_explained_says_why(table, id, message):
    with pytest.raises(ColumnError, match=message):
        fitted("plain").explain(table, id=id)


# -- evidence


def test_evidence_is_the_contributions_of_the_strongest_deals(model):
    found = evidence(model, leads(), leads()["id"].tolist(), None, 3)
    assert list(found.columns) == EVIDENCE_COLUMNS
    points = model.embed(leads())
    deal = found["deal_id"].map({name: i for i, name in enumerate(model.deals["deal_id"])})
    lead = found["lead_id"].map({name: i for i, name in enumerate(leads()["id"])})
    assert lead.is_monotonic_increasing
    parts, similarity = model.embedding.contributions(points), model.embedding.similarity(points)
    np.testing.assert_allclose(found["contribution"], parts[lead, deal], atol=1e-9)
    np.testing.assert_allclose(found["similarity"], similarity[lead, deal], atol=1e-9)
    everything = all_that_speaks(model, leads())
    np.testing.assert_allclose(found["share"], np.abs(parts[lead, deal]) / everything[lead], atol=1e-9)
    assert (found["side"] == np.where(found["contribution"] > 0, "for", "against")).all()
    for (who, side), rows in found.groupby(["lead_id", "side"], sort=False):
        assert rows["place"].tolist() == list(range(1, len(rows) + 1)), (who, side)
        assert rows["contribution"].abs().is_monotonic_decreasing
        assert len(rows) <= 3


def test_evidence_agrees_with_the_explanation():
    model = fitted("boosted")
    found = evidence(model, leads(), leads()["id"].tolist(), None, 5).query("lead_id == 'L004'")
    named = model.explain(leads(), id="L004", top=5).named
    assert found["deal_id"].tolist() == named["deal_id"].tolist()
    np.testing.assert_allclose(found["contribution"], named["contribution"], atol=1e-9)


def test_blocks_of_evidence_are_the_whole(monkeypatch):
    whole = evidence(fitted("forest"), leads(), leads()["id"].tolist(), None, 3)
    for module in ("candidates", "leaf_lists", "strongest"):
        monkeypatch.setattr(f"lookalike.{module}.BLOCK_CELLS", 1_000)
    pd.testing.assert_frame_equal(evidence(fitted("forest"), leads(), leads()["id"].tolist(), None, 3), whole)


def test_no_leads_no_evidence_but_its_types():
    nothing = evidence(fitted("plain"), leads().iloc[:0], [], None, 3)
    some = evidence(fitted("plain"), leads(), leads()["id"].tolist(), None, 3)
    assert (
        nothing.dtypes.map(lambda kind: kind.kind).tolist()
        == some.dtypes.map(lambda kind: kind.kind).tolist()
    )
