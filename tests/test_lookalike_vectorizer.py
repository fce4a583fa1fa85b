"""From any lead table to numbers, and from each number back to its column."""

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import deals, leads

from lookalike.vectorizer import LeadVectorizer

N = 120


@pytest.fixture(scope="module")
def table():
    return deals().drop(columns=["id", "stage", "worth"])


@pytest.fixture(scope="module")
def vectorizer(table):
    return LeadVectorizer().fit(table)


def features(columns, **parameters):
    """Vectorize a table and give its features by name."""
    frame = pd.DataFrame(columns)
    vectorizer = LeadVectorizer(**parameters)
    matrix = vectorizer.fit_transform(frame)
    np.testing.assert_array_equal(matrix, vectorizer.transform(frame))
    return dict(zip(vectorizer.get_feature_names_out(), matrix.T, strict=True)), vectorizer


def test_every_feature_knows_its_name_and_its_column(vectorizer, table):
    names = vectorizer.get_feature_names_out()
    assert len(names) == len(set(names)) == len(vectorizer.column_of_feature_)
    assert vectorizer.transform(table).shape == (len(table), len(names))
    for name, column in zip(names, vectorizer.column_of_feature_, strict=True):
        assert column in table.columns
        assert name.startswith(column)


def test_names_read_as_people_would_say_them(vectorizer):
    names = set(vectorizer.get_feature_names_out())
    assert {"employees", "revenue", "country = Germany", "country = (blank)", "tools: HubSpot"} <= names


def test_cells_become_the_numbers_they_mean():
    found, _ = features(
        {
            "revenue": ["1 234,50 €", "7,25", "Select", "8,00"] * 30,
            "tools": ["CRM; Shop", "CRM", None, "Shop"] * 30,
            "city": ["Berlin", "Москва", "Paris", None] * 30,
        }
    )
    np.testing.assert_allclose(found["revenue"][:4], [1234.5, 7.25, np.nan, 8.0])
    assert found["tools: CRM"][:4].tolist() == [1, 1, 0, 0]
    assert found["tools known"][:4].tolist() == [1, 1, 0, 1]
    assert found["city = Москва"][:4].tolist() == [0, 1, 0, 0]
    assert found["city = (blank)"][:4].tolist() == [0, 0, 0, 1]


def test_leads_do_not_change_what_was_learnt(vectorizer):
    together = vectorizer.transform(leads().drop(columns="id"))
    alone = [vectorizer.transform(leads().drop(columns="id").iloc[i : i + 1]) for i in range(len(leads()))]
    np.testing.assert_allclose(np.vstack(alone), together, atol=1e-5)


@pytest.mark.parametrize(
    "cells",
    [
        "Atlantis",
        "",
        None,
        5,
        5.5,
        True,
        pd.Timestamp("2024-01-01"),
        ["a"],
        "1e400",
        "9999-12-31",
        "🌍",
        "x" * 10**5,
    ],
    ids=lambda cell: str(cell)[:20],
)
def test_any_cell_in_any_column_of_a_lead_is_readable(vectorizer, cells, recwarn):
    odd = leads(3).drop(columns="id")
    odd = pd.DataFrame({column: pd.Series([cells] * 3, dtype=object) for column in odd})
    matrix = vectorizer.transform(odd)
    assert matrix.shape == (3, len(vectorizer.column_of_feature_))
    assert not np.isinf(matrix).any()
    assert not recwarn.list


def test_a_category_never_seen_counts_as_rare():
    cities = ["Berlin"] * 60 + ["Paris"] * 45 + [f"Town {i}" for i in range(15)]
    found, vectorizer = features({"city": cities})
    rare = vectorizer.transform(pd.DataFrame({"city": ["Atlantis"]}))[0]
    assert dict(zip(found, rare, strict=True)) == {"city = Berlin": 0, "city = Paris": 0, "city = (rare)": 1}


def test_no_leads_no_rows(vectorizer):
    assert vectorizer.transform(leads(3).drop(columns="id").iloc[:0]).shape == (
        0,
        len(vectorizer.column_of_feature_),
    )


def test_a_column_without_anything_gives_nothing():
    found, _ = features({"blank": [None] * N, "same": ["EU"] * N, "n": [1.0, 2.0] * 60})
    assert list(found) == ["n"]


def test_twin_columns_count_once():
    found, _ = features({"size": [1.0, 2.0, 3.0] * 40, "size again": [1.0, 2.0, 3.0] * 40})
    assert list(found) == ["size"]


def test_a_table_of_nothing_has_no_features():
    matrix = LeadVectorizer().fit_transform(pd.DataFrame({"blank": [None] * N}))
    assert matrix.shape == (N, 0)


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "Int64", "Float64", "int64[pyarrow]", "category", "object", "str"]
)
def test_the_type_of_a_number_column_changes_nothing(dtype):
    numbers = pd.Series([3, 17, 25, 4] * 30)
    found, vectorizer = features({"n": numbers.astype(dtype)})
    assert found["n"][:4].tolist() == [3, 17, 25, 4]
    assert vectorizer.transform(pd.DataFrame({"n": numbers}))[:4, 0].tolist() == [3, 17, 25, 4]


@pytest.mark.parametrize("name", ["Länder 🌍", "a [b]<c>{d}", "x = y: z", "_", "a_b", "  ", "\n", "1"])
def test_columns_may_have_any_name(name):
    found, vectorizer = features({name: ["Berlin", "Paris", "Rom"] * 40, "a": ["b_c", "x"] * 60})
    assert [feature for feature in found if feature.endswith(("Berlin", "Paris", "Rom"))]
    assert set(vectorizer.column_of_feature_) == {name, "a"}


def test_features_of_different_columns_that_sound_alike_stay_apart():
    _, vectorizer = features({"a": ["b_c", "x", "y"] * 40, "a_b": ["c", "y", "z", "c"] * 30})
    assert sorted(set(vectorizer.column_of_feature_)) == ["a", "a_b"]


def test_very_long_texts_are_read_in_part():
    texts = [f"We sell lorry number {i} to farms " * 5_000 for i in range(24)]
    found, _ = features({"about": texts})
    assert found
    assert all(np.isfinite(feature).all() for feature in found.values())


def test_text_vectors_come_reduced_and_on_demand_as_they_are_too():
    columns = {"n": [1.0, 2.0] * 12, "about": [f"We sell lorry number {i} to farms" for i in range(24)]}
    reduced, vectorizer = features(columns, topics=3)
    assert list(reduced) == ["n", "about: topic 1", "about: topic 2", "about: topic 3"]
    assert not vectorizer.full_text_.any()
    both, vectorizer = features(columns, topics=3, full_text=True)
    assert list(both)[:4] == list(reduced)
    assert vectorizer.full_text_.tolist() == [name.startswith("about: text") for name in both]
    assert vectorizer.full_text_.sum() > 200


def test_only_the_features_kept_are_given():
    table = pd.DataFrame({"n": [1.0, 2.0, 5.0] * 8, "m": [3.0, 1.0] * 12, "k": [0.5, 9.0, 2.0, 4.0] * 6})
    vectorizer = LeadVectorizer()
    everything = vectorizer.fit_transform(table)
    vectorizer.keep([0, 2])
    np.testing.assert_array_equal(vectorizer.transform(table), everything[:, [0, 2]])
    assert vectorizer.get_feature_names_out().tolist() == vectorizer.column_of_feature_ == ["n", "k"]


def test_many_categories_are_bounded():
    found, _ = features(
        {
            "city": [f"Town {i % 40}" for i in range(480)],
            "tags": ["; ".join(f"t{(i + j) % 40}" for j in range(3)) for i in range(480)],
        },
        max_categories=5,
    )
    assert sum(name.startswith("city = ") for name in found) == 5
    assert sum(name.startswith("tags: ") for name in found) == 5
