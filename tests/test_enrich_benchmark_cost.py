"""What a page costs: every part is there, and the parts add up."""

from pathlib import Path

import pytest

from enrich.benchmark.cost import MAIN_TEXT, WHOLE, extraction_cost
from enrich.errors import TableError
from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="module")
def cost():
    return extraction_cost(DATA, most_pages=12)


def test_every_built_in_extractor_and_the_whole_have_a_row(cost):
    load_built_in()
    built_in = [n for n, one in EXTRACTORS.items() if one.function.__module__.startswith("enrich.extract.")]
    assert list(cost.columns) == ["part", "median_ms", "p90_ms", "pages"]
    assert list(cost["part"]) == ["decoding", "tree", "head", "visible", *built_in, WHOLE]
    assert set(cost["pages"]) == {12}


def test_a_page_costs_something_and_rarely_less_than_its_parts(cost):
    times = cost.set_index("part")
    assert (times["median_ms"] >= 0).all()
    assert (times["p90_ms"] >= times["median_ms"]).all()
    parts = times.drop([WHOLE, MAIN_TEXT])
    # The same pages, so the whole's worst ten percent lie between the worst part's and the sum of all.
    assert parts["median_ms"].max() <= times.loc[WHOLE, "median_ms"]
    assert times.loc[WHOLE, "p90_ms"] >= parts["p90_ms"].max()


def test_own_extractors_do_not_count(cost, monkeypatch):
    monkeypatch.setitem(EXTRACTORS, "own", EXTRACTORS["names"].__class__("own", ("company_name",), len))
    assert "own" not in set(extraction_cost(DATA, most_pages=1)["part"])


def test_a_folder_without_pages_is_a_message(tmp_path):
    with pytest.raises(TableError, match="holds no pages; give a folder with WARC files"):
        extraction_cost(tmp_path)
