"""What each source of facts adds: the one that carries the signal is found and put first."""

import numpy as np
import pandas as pd
import pytest

from enrich.errors import ColumnError
from lookalike.backtest.ablation import ABLATION_COLUMNS
from lookalike.backtest.run import backtest
from lookalike.backtest.sources import sources_of

OPTIONS = {
    "outcome": "end",
    "won": "won",
    "time": "row",
    "embedding": "plain",
    "draws": 200,
    "folds": 2,
    "quiet": True,
}


def enriched(n=500, seed=0):
    """Open roles decide; technologies echo them; the rest of what enrichment found is noise."""
    rng = np.random.default_rng(seed)
    roles = rng.poisson(3, n)
    won = rng.random(n) < 1 / (1 + np.exp(-1.2 * (roles - 4)))
    echo = np.where(rng.random(n) < 0.7, roles > 3, rng.random(n) < 0.5)
    return pd.DataFrame(
        {
            "row": np.arange(n),
            "size": rng.normal(size=n),
            "company_open_roles_count": roles,
            "company_technologies": np.where(echo, "CRM; Shop", "Blog; Chat"),
            "company_technologies_why": "",
            "company_mail_provider": rng.choice(["a", "b", "c"], n),
            "end": np.where(won, "won", "lost"),
        }
    )


@pytest.fixture(scope="module")
def priced():
    costs = {"hiring": 1.0, "technologies": 0.01}
    return backtest(enriched(), **OPTIONS, ablate=True, costs=costs, random_split=False)


def test_the_source_that_carries_the_signal_is_found():
    table = backtest(enriched(), **OPTIONS, ablate=True, random_split=False).ablation
    order = table[table["what"] == "order"]
    assert order["source"].iloc[0] == "hiring"
    assert order["beyond_chance"].tolist() == [True, False, False]
    without = table[table["what"] == "without"].set_index("source")
    assert without["auc_gain"].idxmax() == "hiring"
    assert without.loc["DNS and mail", "auc_low"] < 0 < without.loc["hiring", "auc_low"]


def test_what_comes_cheap_comes_first(priced):
    order = priced.ablation[priced.ablation["what"] == "order"].set_index("source")
    assert order["place"]["technologies"] < order["place"]["hiring"]
    gain = order.loc["technologies"]
    assert gain["auc_gain_per_cost"] == pytest.approx(gain["auc_gain"] / 0.01)


def test_gains_in_order_add_up_to_what_all_sources_know(priced):
    table = priced.ablation
    assert list(table) == ABLATION_COLUMNS
    start, order = table[table["what"] == "start"], table[table["what"] == "order"]
    assert start["auc"].iloc[0] + order["auc_gain"].sum() == pytest.approx(order["auc"].iloc[-1])
    alone = table[table["what"] == "alone"].set_index("source")
    first = order.iloc[0]
    assert first["auc_gain"] == alone.loc[first["source"], "auc_gain"]


def test_the_text_names_what_to_run_and_what_to_leave(priced):
    says = " ".join(priced.story.says)
    assert "in the order to run them: technologies" in says
    assert any("DNS and mail" in line and "last or not at all" in line for line in priced.story.to_do)


def test_columns_find_their_source():
    found = sources_of(enriched().drop(columns=["end", "row"]))
    assert found == {
        "CRM columns": ["size"],
        "technologies": ["company_technologies", "company_technologies_why"],
        "hiring": ["company_open_roles_count"],
        "DNS and mail": ["company_mail_provider"],
    }


def test_a_source_named_goes_before_the_known_ones():
    found = sources_of(enriched()[["size", "company_mail_provider"]], named={"bought": ["si*"]})
    assert found == {"bought": ["size"], "DNS and mail": ["company_mail_provider"]}


def test_what_is_no_source_is_named():
    with pytest.raises(ColumnError, match="--source 'bought'"):
        sources_of(enriched(), named={"bought": ["nowhere"]})
    with pytest.raises(ColumnError, match="--cost names 'fax'"):
        backtest(enriched(), **OPTIONS, ablate=True, costs={"fax": 1.0}, random_split=False)
    with pytest.raises(ColumnError, match="all columns come from one source"):
        backtest(enriched()[["row", "size", "end"]], **OPTIONS, ablate=True, random_split=False)


def test_every_pattern_is_a_field_that_enrichment_has():
    """The names of sources.toml are those of the field catalogue, so that no field is overlooked."""
    from fnmatch import fnmatchcase

    from enrich.extract.registry import FIELDS
    from lookalike.backtest.sources import _patterns

    patterns = [pattern for wanted in _patterns().values() for pattern in wanted]
    fields = list(FIELDS)
    assert len(fields) > 40
    assert not [field for field in fields if not any(fnmatchcase(field, p) for p in patterns)]
