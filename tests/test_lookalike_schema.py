"""Which column plays which part; what cannot be used is said with its remedy."""

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import deals, fitted, leads

import lookalike
from enrich.errors import ColumnError
from lookalike.schema import Schema


def fit(table, **changes):
    return lookalike.fit(
        table, **({"outcome": "stage", "won": "won", "embedding": "plain", "quiet": True} | changes)
    )


def test_all_other_columns_are_features():
    schema = Schema.of(deals(), outcome="stage", won="won", time="opened", value="worth", drop=["about"])
    assert (schema.id, schema.name) == ("id", "company")
    assert schema.features == ("email", "founded", "employees", "revenue", "country", "tools")


@pytest.mark.parametrize("name", ["ID", "Lead_ID", "Record ID", "ИД"])
def test_the_usual_names_of_an_id_are_known(name):
    assert Schema.of(deals().rename(columns={"id": name}), outcome="stage", won="won").id == name


def test_one_column_to_drop_needs_no_list():
    assert "about" not in Schema.of(deals(), outcome="stage", won="won", drop="about").features


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": "stag"}, r"--outcome names 'stag', which is no column; did you mean 'stage'\?"),
        ({"outcome": ""}, r"--outcome names '', which is no column; the columns are 'id', 'company'"),
        ({"time": "zzz"}, r"--time names 'zzz', which is no column; the columns are 'id', 'company'"),
        ({"value": "wort"}, r"--value names 'wort', which is no column; did you mean 'worth'\?"),
        ({"drop": ["emial"]}, r"--drop names 'emial', which is no column; did you mean 'email'\?"),
        ({"drop": list(deals().columns[:-1])}, r"no column is left to learn from; name fewer in --drop"),
        ({"won": "Gewonnen"}, r"--won 'Gewonnen' never occurs in 'stage'; its values are 'won', 'lost'"),
        ({"time": "country"}, r"no cell of 'country' is a date or a number; name another column in --time"),
        (
            {"embedding": "magic"},
            r"'magic' is no embedding; choose plain, linear, text, forest, boosted, stack, auto",
        ),
    ],
    ids=lambda x: str(x)[:30] if isinstance(x, dict) else "",
)
def test_what_makes_no_sense_is_said_with_the_remedy(changes, message):
    with pytest.raises(ColumnError, match=message):
        fit(deals(), **changes)


@pytest.mark.parametrize(
    ("table", "changes", "message"),
    [
        (deals().assign(stage="won"), {}, "every deal with a 'stage' is 'won'; add lost deals"),
        (deals().assign(stage=None), {}, "no deal has a 'stage'; the table needs past deals"),
        (deals().iloc[:0], {}, "no deal has a 'stage'; the table needs past deals"),
        (deals()[["stage"]].assign(x=None), {}, "no column holds usable cells, .* choose another"),
        (deals()[["stage"]].assign(x=None), {"embedding": "auto"}, "there is nothing to learn from"),
        (deals()[["stage", "employees"]], {"embedding": "text"}, "no column holds text cells"),
        (pd.concat([deals(), deals()["email"]], axis=1), {}, "the column 'email' occurs 2 times; rename"),
    ],
    ids=["only won", "no outcomes", "no deals", "blank", "blank, auto", "no text", "twin names"],
)
def test_a_table_nothing_can_be_learnt_from_says_why(table, changes, message):
    with pytest.raises(ColumnError, match=message):
        fit(table, **changes)


WON = deals()["stage"].eq("won")


@pytest.mark.parametrize(
    ("cells", "won"),
    [
        (WON.map({True: "Closed Won", False: "Lost"}), " closed won "),
        (WON.astype(int), 1),
        (WON.astype(int), "1"),
        (WON.astype(int), "1.0"),
        (WON.astype(float), 1),
        (WON.astype(int).astype(str), 1),
        (WON, True),
        (WON, "true"),
        (WON, 1),
        (WON.map({True: "yes", False: "no"}).astype("category"), "yes"),
        (WON.map({True: "да", False: "нет"}), "Да"),
    ],
    ids=str,
)
def test_won_may_be_a_text_a_number_or_a_truth(cells, won):
    found, known = Schema("stage", str(won)).won_deals(pd.DataFrame({"stage": cells}))
    assert found.tolist() == WON.tolist()
    assert known.all()


def test_deals_without_an_outcome_are_left_out_with_a_warning():
    table = deals()
    table.loc[[3, 5], "stage"] = [None, "  "]
    with pytest.warns(UserWarning, match="2 of 160 deals have no 'stage' and are left out"):
        model = fit(table)
    assert model.deals["deal_id"].tolist() == table["id"].drop(index=[3, 5]).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["01.02.1970", "13.02.1970"], [31, 43]),
        (["02/01/1970", "02/13/1970"], [31, 43]),
        (["1,5", "2,5"], [1.5, 2.5]),
        ([20, 30], [20, 30]),
        (pd.to_datetime(["1970-01-02", "1970-01-03"]), [1, 2]),
        (pd.to_datetime(["1970-01-02", "1970-01-03"]).tz_localize("UTC"), [1, 2]),
        (["1970-01-02", "1970-01-03", "2019"], [1, 2, np.nan]),
    ],
    ids=["day first", "month first", "comma", "numbers", "timestamps", "zone", "a slip"],
)
def test_time_may_be_dates_or_numbers(cells, expected):
    table = pd.DataFrame({"stage": "won", "n": 1, "at": cells})
    schema = Schema.of(table, outcome="stage", won="won", time="at")
    np.testing.assert_array_equal(schema.order(table), expected)
    # A lead alone is read as among the others: the deals have settled how.
    one_by_one = [schema.order(table.iloc[[i]])[0] for i in range(len(table))]
    np.testing.assert_array_equal(one_by_one, expected)


def test_leads_need_no_time():
    schema = fitted("plain").schema
    assert np.isnan(schema.order(leads().drop(columns="opened"))).all()


def test_deals_without_a_time_are_judged_at_random_with_a_warning():
    table = deals()
    table.loc[:2, "opened"] = None
    with pytest.warns(UserWarning, match="3 of 160 deals have no readable 'opened', so models are judged"):
        fit(table, time="opened")


def test_a_row_without_an_id_is_its_number():
    schema = Schema("stage", "won", id="id")
    assert schema.labels(pd.DataFrame({"id": ["x", None, 7.0]}), "id", first=10) == ["x", "12", "7.0"]
    assert schema.labels(pd.DataFrame({"n": [1, 2]}), "", first=0) == ["1", "2"]


def test_missing_columns_are_named_with_the_remedy():
    with pytest.raises(
        ColumnError, match=r"the leads lack 'employees', 'country', which .* fit again with --drop"
    ):
        fitted("plain").score(leads().drop(columns=["employees", "country"]))
    with pytest.raises(ColumnError, match="and more"):
        fitted("plain").score(leads()[["id"]])


def test_twin_columns_of_leads_are_refused_only_where_they_are_used():
    with pytest.raises(ColumnError, match="the column 'employees' occurs 2 times"):
        fitted("plain").score(pd.concat([leads(), leads()[["employees"]]], axis=1))
    twice = pd.concat([leads(), leads().assign(x=1)[["x"]], leads().assign(x=2)[["x"]]], axis=1)
    pd.testing.assert_frame_equal(fitted("plain").score(twice), fitted("plain").score(leads()))
