"""What lead and deal share, what each column adds, what sets groups apart, what a folder keeps of it."""

import json

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import EVERY_EMBEDDING, ROLES, deals, fitted, leads

import lookalike
from lookalike.columns import column_parts, column_table
from lookalike.evidence import evidence


@pytest.fixture(params=EVERY_EMBEDDING)
def model(request):
    return fitted(request.param)


def test_columns_add_up_to_the_score(model):
    points = model.embed(leads())
    base, columns, parts = column_parts(model, points)
    np.testing.assert_allclose(base + parts.sum(axis=1), model.embedding.score_points(points), atol=1e-9)
    assert set(columns) == set(model.vectorizer.column_of_feature_)


def test_personas_and_columns_of_an_explanation_add_up_to_the_score(model):
    found = model.explain(leads(), id="L003")
    assert found.base + found.personas["contribution"].sum() == pytest.approx(found.score, abs=1e-9)
    assert found.column_base + found.columns["contribution"].sum() == pytest.approx(found.score, abs=1e-9)
    assert found.personas["deals"].sum() == len(model.deals)


def test_a_shared_category_or_list_value_is_one_that_both_have():
    model, later = fitted("forest"), leads().set_index("id")
    past = deals().set_index("id")
    found = evidence(model, leads(), leads()["id"].tolist(), None, 4)
    told = 0
    for row in found.to_dict("records"):
        for trait in filter(None, row["shared"].split("; ")):
            column, mark, value = trait.partition(": ")
            if mark and column in ("country", "tools"):
                told += 1
                assert value in str(later.loc[row["lead_id"], column])
                assert value in str(past.loc[row["deal_id"], column])
            elif trait.startswith("employees "):
                told += 1
                ends = {float(n) for n in trait.removeprefix("employees ").split("–")}
                sizes = {later.loc[row["lead_id"], "employees"], past.loc[row["deal_id"], "employees"]}
                assert ends == sizes
    assert told > 50


def test_a_rarer_trait_is_named_before_a_common_one():
    rng = np.random.default_rng(0)
    rare, common = rng.random(400) < 0.1, rng.random(400) < 0.9
    table = pd.DataFrame(
        {
            "tools": [
                ";".join(["Base"] * int(c) + ["Rare"] * int(r)) for r, c in zip(rare, common, strict=True)
            ],
            "result": np.where(rng.random(400) < 0.2 + 0.3 * rare + 0.3 * common, "won", "lost"),
        }
    )
    model = lookalike.fit(table, outcome="result", won="won", embedding="forest", quiet=True)
    named = model.explain(pd.DataFrame({"tools": ["Base;Rare"]}), id="1").named
    shared = named.loc[named["shared"].str.contains("Base"), "shared"]
    assert len(shared)
    assert shared.str.startswith("tools: Rare; tools: Base").all()


def test_words_of_texts_are_shared_words():
    shared = fitted("text").explain(leads(), id="L003").named["shared"]
    trade = leads().loc[3, "about"].split()
    assert any(word in " ".join(shared) for word in trade if len(word) > 5)


def test_the_table_of_columns_holds_the_strongest_of_each_side(model):
    seen = model.place(leads()).seen
    found = column_table(model, seen, leads()["id"].tolist(), 2)
    _, columns, parts = column_parts(model, seen.points)
    number = {name: i for i, name in enumerate(leads()["id"])}
    for row in found.to_dict("records"):
        mine = parts[number[row["lead_id"]]]
        assert row["contribution"] == pytest.approx(mine[columns.index(row["column"])])
        assert (row["contribution"] > 0) == (row["side"] == "for")
    best = found[(found["side"] == "for") & (found["place"] == 1)].set_index("lead_id")["contribution"]
    np.testing.assert_allclose(best, [parts[number[i]].max() for i in best.index])


def test_no_address_reaches_the_folder(tmp_path):
    table = deals()
    table.loc[::3, "email"] = None
    lookalike.fit(table, **ROLES, embedding="forest", quiet=True).save(tmp_path)
    kept = pd.read_parquet(tmp_path / "features.parquet").to_csv() + (tmp_path / "model.json").read_text()
    assert "firm1.example" not in kept
    assert "email known" in kept


def test_the_folder_gives_the_same_profile_and_traits(tmp_path):
    fitted("boosted").save(tmp_path)
    again = lookalike.load(tmp_path)
    assert again.profile().to_dict() == fitted("boosted").profile().to_dict()
    one, other = (m.explain(leads(), id="L003") for m in (again, fitted("boosted")))
    pd.testing.assert_frame_equal(one.named, other.named)
    pd.testing.assert_frame_equal(one.columns, other.columns)


# -- profile


def test_a_profile_counts_values_times_and_what_sets_apart():
    rng = np.random.default_rng(0)
    kind = np.repeat(["shop", "mill"], 60)
    table = pd.DataFrame(
        {
            "size": np.where(kind == "shop", 10, 900) + rng.normal(size=120),
            "reach": np.where(kind == "shop", 5, 90) + rng.normal(size=120),
            "trade": kind,
            "worth": np.where(kind == "shop", 100, 7000),
            "opened": "2025-01-01",
            "closed": np.where(kind == "shop", "2025-01-11", "2025-03-02"),
            "result": np.where(rng.random(120) < 0.5, "won", "lost"),
        }
    )
    model = lookalike.fit(
        table, outcome="result", won="won", value="worth", time="opened", closed="closed", quiet=True
    )
    found = model.profile()
    won = found.personas[found.personas["outcome"] == "won"].sort_values("value")
    assert won["value"].tolist() == [100, 7000]
    assert won["cycle_days"].tolist() == [10, 60]
    for persona, trade in zip(won["persona"], ("shop", "mill"), strict=True):
        near = table["trade"] == trade
        row = won[won["persona"] == persona].iloc[0]
        assert row["near"] == 60
        assert row["win_rate"] == pytest.approx(table.loc[near, "result"].eq("won").mean())
        assert found.words(persona)
    assert json.loads(json.dumps(found.to_dict()))["personas"]
    assert "closed" not in model.schema.features


# -- similar and rows


def test_the_most_similar_leads_are_those_of_the_highest_likeness(model):
    found = model.similar(leads(), to="L003", top=5)
    points = model.embed(leads())
    likeness = model.anatomy.likeness(points, points[[3]])[:, 0]
    others = np.delete(likeness, 3)
    np.testing.assert_allclose(found["likeness"], np.sort(others)[::-1][:5], atol=1e-12)
    assert "L003" not in set(found["lead_id"])


def test_likeness_among_leads_is_the_likeness_to_deals(model):
    points = model.embed(leads())
    np.testing.assert_allclose(
        model.anatomy.likeness(points, model.embedding.points_), model.embedding.similarity(points), atol=1e-9
    )


def test_a_past_deal_can_be_what_is_looked_for():
    found = fitted("forest").similar(leads(), to="D0007", deals=True, top=3)
    assert found.attrs["to"].startswith("past deal D0007")
    assert "D0007" not in set(found["deal_id"])


def test_no_lead_stands_in_two_rows(model):
    found = model.rows(leads(), rows=4, per_row=3)
    assert found["lead_id"].is_unique
    assert found["row"].max() <= 4
    assert found.groupby("row").size().max() <= 3
    assert found["row_title"].str.startswith("Because you won ").all()
    for _, row in found.groupby("row"):
        assert (row["likeness"] * row["probability"]).is_monotonic_decreasing


def test_no_leads_make_no_rows(model, recwarn):
    assert model.rows(leads(1).head(0)).empty
    assert not recwarn.list


def test_rows_of_customers_come_by_value():
    model = fitted("forest")
    value = model.deals.loc[model.deals["won"]].set_index("name")["value"]
    titles = model.rows(leads(), rows=6, per_row=2)["row_title"].unique()
    of_one = [title.removeprefix("Because you won ") for title in titles if not title.endswith("like it")]
    told = value[of_one]
    assert told.is_monotonic_decreasing
    assert told.iloc[0] >= value.nlargest(3).min()


def test_in_the_row_of_a_customer_stand_leads_that_are_more_like_it_than_like_most():
    model, table = fitted("forest"), leads()
    won = np.flatnonzero(model.deals["won"])
    likeness = model.anatomy.likeness(model.embed(table), model.embedding.points_[won])
    lead, deal = (
        dict(zip(names, range(len(names)), strict=True))
        for names in (table["id"], model.deals["name"].iloc[won])
    )
    found = model.rows(table, rows=8, per_row=5)
    of_one = found[~found["row_title"].str.endswith("like it")]
    assert of_one["row"].nunique() >= 2
    for title, one in zip(of_one["row_title"], of_one["lead_id"], strict=True):
        own = likeness[lead[one]]
        # The lead's nine in ten are those of fifty won deals.
        assert (own <= own[deal[title.removeprefix("Because you won ")]]).mean() >= 0.8


def test_an_id_that_two_leads_have_is_told_with_their_rows():
    twice = pd.concat([leads(3), leads(3)], ignore_index=True)
    with pytest.warns(UserWarning, match=r"2 leads have the id 'L001' \(rows 2, 5 below the header\)"):
        fitted("linear").explain(twice, id="L001")


def test_behaviour_is_found_by_any_usual_id_column():
    log = pd.DataFrame({"id": ["D0001", "L001"] * 9, "at": "2023-12-01", "type": "visit"})
    model = lookalike.fit(deals(), **ROLES, events=log, embedding="linear", quiet=True)
    renamed = leads(3).rename(columns={"id": "Lead_ID"})
    np.testing.assert_allclose(
        model.score(renamed, events=log)["score"], model.score(leads(3), events=log)["score"]
    )
