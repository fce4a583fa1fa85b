"""Only won deals known: favourites against a universe, as a model and as one scan of an encoded folder."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import lookalike
from enrich.errors import ColumnError, ModelError
from enrich.tables import read_table
from lookalike.cli import cli
from lookalike.positive_unlabelled import BACKGROUND_ROWS, NEAREST_ROWS, learn
from lookalike.universe.build import build
from lookalike.universe.folder import Layout
from lookalike.universe.rank import Universe
from lookalike.universe.scan import ByteScan

TRADES = {
    "haulage": "lorries trailers freight depots drivers roads ports customs pallets transport",
    "software": "accounting software ledgers invoices cloud users reports api payroll",
    "bakery": "bread cakes coffee rolls ovens flour pastry shop mornings",
    "clinic": "patients doctors surgery therapy care clinic medicine nurses",
}


def companies(n=400, seed=0):
    """A universe with texts that tell the trade, and columns beside them."""
    rng = np.random.default_rng(seed)
    trade = rng.choice(list(TRADES), n)
    about = [" ".join(rng.choice(TRADES[kind].split(), 6)) + f" firm {i}" for i, kind in enumerate(trade)]
    return pd.DataFrame(
        {
            "name": [f"{kind.title()} {seed}-{i}" for i, kind in enumerate(trade)],
            "domain": [f"{kind}{seed}-{i}.example" for i, kind in enumerate(trade)],
            "about": about,
            "employees": rng.integers(1, 500, n),
            "country": rng.choice(["Germany", "France"], n),
        }
    )


def favourites(n=12, trade="haulage"):
    table = companies(600, seed=7)
    return table[table["domain"].str.startswith(trade)].head(n).reset_index(drop=True)


@cache
def fitted():
    return lookalike.fit(favourites(25), universe=companies(), quiet=True)


def test_leads_like_the_favourites_come_first():
    leads = companies(100, seed=3)
    scores = fitted().score(leads)
    best = leads["domain"][scores["rank"].le(15).to_numpy()]
    assert best.str.startswith("haulage").mean() > 0.9
    assert len(scores) == len(leads)
    assert scores["probability"].between(0, 1).all()


def test_because_names_favourites_only():
    named = {name for row in fitted().score(companies(20, seed=3))["because"] for name in row.split("; ")}
    assert named <= set(favourites(25)["name"])


def test_a_score_is_the_base_and_the_sum_over_favourites_and_background():
    model, leads = fitted(), companies(30, seed=3)
    points = model.embed(leads)
    total = model.embedding.base_ + model.embedding.contributions(points).sum(axis=1)
    np.testing.assert_allclose(total, model.score(leads)["score"], atol=1e-6)


def test_the_background_is_called_unlabelled_not_lost():
    explanation = fitted().explain(companies(5, seed=3), "1")
    assert explanation.total == pytest.approx(explanation.score, abs=1e-6)
    assert set(explanation.named["outcome"]) <= {"won", "unlabelled"}
    assert "unlabelled" in set(explanation.named["outcome"])
    assert not explanation.rest["persona"].str.contains("lost").any()


def test_the_share_of_hidden_positives_is_found_and_kept(tmp_path):
    model = fitted()
    # A quarter of the universe is of the favourites' trade.
    assert 0.1 < model.hidden.share < 0.35
    assert model.hidden.high > 0.25
    model.save(tmp_path / "model")
    again = lookalike.load(tmp_path / "model")
    assert again.hidden == model.hidden
    leads = companies(10, seed=3)
    pd.testing.assert_frame_equal(again.score(leads), model.score(leads))


def test_won_companies_are_no_background_to_themselves():
    universe = companies()
    won = universe[universe["domain"].str.startswith("bakery")].head(8)
    model = lookalike.fit(won, universe=universe, id="domain", quiet=True)
    rows = model.deals["deal_id"]
    assert rows.is_unique
    assert len(rows) == len(universe)


def test_the_background_holds_the_nearest_of_a_large_universe():
    rng = np.random.default_rng(0)
    unlabelled, won = rng.normal(size=(6_000, 20)), rng.normal(size=(15, 20)) + 1.0
    background = learn(won, unlabelled).background
    at_random, nearest = np.split(background, [BACKGROUND_ROWS])
    np.testing.assert_array_equal(at_random, np.arange(BACKGROUND_ROWS))
    likeness = unlabelled @ (won.mean(axis=0) - unlabelled[at_random].mean(axis=0))
    assert len(nearest) == NEAREST_ROWS
    assert likeness[nearest].min() >= np.delete(likeness, background).max()


def test_each_row_of_the_background_goes_by_its_own_name():
    won, universe = favourites(25), companies(4_000, seed=1)
    model = lookalike.fit(won, universe=universe, quiet=True)
    named = pd.concat([won, universe]).set_index("name").loc[model.deals["name"]]
    points = model.embed(named.reset_index())
    np.testing.assert_allclose(points, model.embedding.points_, atol=1e-9)
    nearest = model.deals["name"].iloc[25 + BACKGROUND_ROWS :]
    assert nearest.str.startswith("Haulage").mean() > 0.45  # all that are left; a quarter at random would be


@pytest.mark.parametrize("n", [2, 3, 6])
def test_a_universe_of_a_few_companies_is_learned_from(n):
    model = lookalike.fit(favourites(6), universe=companies(n, seed=5), quiet=True)
    assert len(model.deals) == 6 + n
    assert model.score(companies(4, seed=6))["score"].notna().all()


def test_with_an_outcome_only_the_won_deals_are_used():
    deals = pd.concat([favourites().assign(stage="won"), favourites(5, "bakery").assign(stage="lost")])
    with pytest.warns(UserWarning, match="5 of 17 deals are not won"):
        model = lookalike.fit(deals, universe=companies(), outcome="stage", won="won", quiet=True)
    assert model.deals["won"].sum() == 12


def test_columns_without_text_are_enough():
    model = lookalike.fit(
        favourites()[["name", "employees", "country"]], universe=companies(), drop=["about"][:0], quiet=True
    )
    assert model.schema.features == ("employees", "country")
    assert model.score(companies(10, seed=3))["score"].notna().all()


@pytest.mark.parametrize(
    ("deals", "message"),
    [
        (favourites(1), "at least 2 are needed"),
        (favourites(4)[["name"]].assign(other="x"), "not in the universe"),
    ],
    ids=["one deal", "no shared column"],
)
def test_what_cannot_be_learned_from_is_refused(deals, message):
    with pytest.raises(ColumnError, match=message):
        lookalike.fit(deals, universe=companies(), quiet=True)


def test_without_outcome_and_universe_the_remedy_is_told():
    with pytest.raises(ColumnError, match="--universe"):
        lookalike.fit(favourites(), quiet=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("universe")
    companies().to_csv(place / "companies.csv", index=False)
    build(place / "companies.csv", place / "encoded", id="domain", topics=64, quiet=True)
    return place / "encoded"


def test_bytes_hold_the_vectors_to_half_a_level(folder):
    opened = Universe.open(folder)
    exact = opened.vectorizer.transform(read_table(folder.parent / "companies.csv").frame)
    clipped = np.clip(exact, opened.layout.low, np.add(opened.layout.low, opened.layout.span))
    error = np.abs(opened._vectors(np.arange(400)) - clipped)
    assert (error <= np.array(opened.layout.span) / 255 * 0.51).all()


def test_a_ranking_has_a_row_for_every_company_once(folder):
    ranked = Universe.open(folder).rank(favourites(), top=None)
    assert sorted(ranked["id"]) == sorted(companies()["domain"])
    assert ranked["rank"].tolist() == list(range(1, 401))
    assert ranked["id"].head(20).str.startswith("haulage").all()


def test_a_probability_is_given_where_favourites_are_enough_to_tell_one(folder):
    opened = Universe.open(folder)
    assert opened.rank(favourites(12), top=50)["probability"].isna().all()
    chances = opened.rank(favourites(25), top=50)["probability"]
    assert chances.between(0, 1).all()
    assert chances.nunique() > 1


def test_favourites_are_left_out_of_their_own_ranking(folder):
    won = companies().iloc[::10]
    ranked = Universe.open(folder).rank(won, top=None)
    assert not set(ranked["id"]) & set(won["domain"])
    assert len(ranked) == 360


def test_malformed_rows_are_named(tmp_path):
    table = tmp_path / "companies.csv"
    companies().to_csv(table, index=False)
    with table.open("a", encoding="utf-8") as file:
        file.write("one,two,three,four,five,six,seven,eight\n")
    layout = build(table, tmp_path / "universe", topics=16, quiet=True)
    assert (layout.rows, layout.malformed) == (400, 1)
    named = pd.read_csv(tmp_path / "universe" / "malformed.csv")
    assert named["row"].tolist() == [401]


@pytest.mark.parametrize("dimensions", [5, 8, 16, 640])
@pytest.mark.parametrize("part_rows", [1, 150, 1_000])
def test_the_scan_finds_what_comparing_all_finds(tmp_path, part_rows, dimensions):
    rng = np.random.default_rng(0)
    low, span = -rng.random(dimensions), 2 * rng.random(dimensions)
    layout = Layout(400, ("text",), "id", "name", "", tuple(low), tuple(span))
    codes = rng.integers(0, 256, (400, dimensions)).astype(np.uint8)
    codes.tofile(tmp_path / "codes.u8")
    scan = ByteScan(tmp_path / "codes.u8", layout, part_rows)
    direction = rng.normal(size=dimensions)
    exact = layout.decode(codes) @ direction
    np.testing.assert_array_equal(scan.search(direction, 10), np.argsort(-exact)[:10])
    assert sorted(scan.search(direction, 1_000)) == list(range(400))


def test_a_description_is_enough(folder):
    ranked = Universe.open(folder).rank_like("a freight company with lorries and drivers", top=15)
    assert ranked["id"].str.startswith("haulage").all()
    assert ranked["probability"].isna().all()


def test_how_long_a_statement_is_does_not_matter(folder):
    opened, bakery = Universe.open(folder), "bread cakes coffee rolls ovens flour pastry shop mornings "
    short, long = (opened.rank_like(f"Lorries and freight. {bakery * n}", top=None) for n in (1, 9))
    scores = short.set_index("id")["score"]
    assert np.corrcoef(scores, long.set_index("id")["score"].loc[scores.index])[0, 1] > 0.999


def test_the_commands_build_and_rank(folder, tmp_path):
    run = CliRunner()
    favourites().to_csv(tmp_path / "won.csv", index=False)
    table = str(folder.parent / "companies.csv")
    made = run.invoke(
        cli, ["universe", "build", table, "-o", str(tmp_path / "u"), "--id", "domain", "--topics", "32"]
    )
    assert made.exit_code == 0, made.output
    assert "encoded 400 companies" in made.output
    out = tmp_path / "ranked.csv"
    done = run.invoke(
        cli,
        [
            "universe",
            "rank",
            str(tmp_path / "u"),
            "--won",
            str(tmp_path / "won.csv"),
            "-o",
            str(out),
            "--top",
            "9",
        ],
    )
    assert done.exit_code == 0, done.output
    assert len(read_table(out).frame) == 9
    assert "universe looks like the won deals" in done.output
    fit = run.invoke(
        cli, ["fit", str(tmp_path / "won.csv"), "-o", str(tmp_path / "model"), "--universe", table]
    )
    assert fit.exit_code == 0, fit.output
    assert "universe looks like the won deals" in fit.output
    neither = run.invoke(cli, ["universe", "rank", str(tmp_path / "u"), "-o", str(out)])
    assert neither.exit_code == 2


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ModelError, match="universe build"):
        Universe.open(tmp_path)


def test_a_damaged_universe_is_refused(folder, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for file in folder.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    (damaged / "codes.u8").write_bytes(b"short")
    with pytest.raises(ModelError, match="build again"):
        Universe.open(damaged)


@pytest.mark.parametrize(
    ("won", "message"),
    [
        (favourites(1), "too few"),
        (favourites(3).drop(columns="about"), "lack 'about'"),
        (favourites(3).assign(about=None, employees=None, country=None), "is blank"),
    ],
    ids=["one", "no column", "blank"],
)
def test_favourites_that_cannot_be_used_are_refused(folder, won, message):
    with pytest.raises(ColumnError, match=message):
        Universe.open(folder).rank(won)


def test_a_universe_of_one_company_besides_the_favourites_is_refused(folder):
    with pytest.raises(ColumnError, match="has 1 company besides the favourites, and at least 2"):
        Universe.open(folder).rank(companies().iloc[1:])


def test_a_blank_description_is_refused(folder):
    with pytest.raises(ColumnError, match="blank"):
        Universe.open(folder).rank_like("  ")


def test_one_public_name_builds_opens_and_ranks(tmp_path):
    companies(120).to_parquet(tmp_path / "companies.parquet")
    built = lookalike.universe.Universe.build(tmp_path / "companies.parquet", tmp_path / "u", quiet=True)
    opened = Universe.open(tmp_path / "u")
    likes = companies(6, seed=3)
    pd.testing.assert_frame_equal(built.rank(likes), opened.rank(likes))
