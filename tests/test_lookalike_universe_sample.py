"""A fair sample of a table of any size: every row has the same chance, order is kept, memory is flat."""

import numpy as np
import pandas as pd
import pytest

from enrich.errors import TableError
from lookalike.universe import sample as module
from lookalike.universe.same_company import company_keys, domain_of, same_company
from lookalike.universe.sample import sample_universe


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 7)


def test_a_small_universe_is_taken_whole_and_in_order(small_batches):
    frame = pd.DataFrame({"n": range(20)})
    assert sample_universe(frame, 50)["n"].tolist() == list(range(20))


def test_every_row_has_the_same_chance(small_batches):
    frame = pd.DataFrame({"n": range(40)})
    counts = np.zeros(40)
    for seed in range(800):
        counts[sample_universe(frame, 10, random_state=seed)["n"]] += 1
    assert counts.sum() == 800 * 10
    assert np.abs(counts - 200).max() < 60  # about five standard deviations


def test_a_file_gives_the_rows_that_the_frame_gives(small_batches, tmp_path):
    frame = pd.DataFrame({"n": [f"company {i}" for i in range(100)]})
    frame.to_csv(tmp_path / "u.csv", index=False)
    from_file, from_frame = sample_universe(tmp_path / "u.csv", 30), sample_universe(frame, 30)
    assert from_file["n"].tolist() == from_frame["n"].tolist()
    assert from_file["n"].is_unique


def test_malformed_rows_are_left_out(tmp_path):
    (tmp_path / "u.csv").write_text("a,b\n1,2\n3\n4,5\n")
    assert sample_universe(tmp_path / "u.csv", 10)["a"].tolist() == ["1", "4"]


def test_a_universe_without_rows_is_refused(tmp_path):
    (tmp_path / "u.csv").write_text("a,b\n")
    with pytest.raises(TableError, match="has no rows"):
        sample_universe(tmp_path / "u.csv", 10)


def test_a_company_is_known_by_its_domain_or_else_its_name():
    favourites = pd.DataFrame(
        {"company": ["Acme", "Beta", "Gamma"], "website": ["https://www.acme.com/x", None, "g.io"]}
    )
    universe = pd.DataFrame(
        {
            "name": ["ACME Inc", "beta", "Gamma", "Gamma", "Delta"],
            "domain": ["acme.com", "beta.de", None, "other.io", "delta.io"],
        }
    )
    assert same_company(company_keys(universe), company_keys(favourites)).tolist() == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("written", ["acme.com", "http://acme.com", "WWW.acme.com/about?x", "acme.com:443"])
def test_domains_are_compared_bare(written):
    assert domain_of(written) == "acme.com"
