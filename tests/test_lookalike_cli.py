"""``lookalike fit``, ``score`` and ``explain`` on files: every row answered, every mistake in one line."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from lookalike_deals import VALUED_COLUMNS, deals, fitted, leads

import lookalike
from enrich.tables import read_table, write_table
from lookalike import cli
from lookalike.batch import score_file
from lookalike.evaluate.metrics import auc


@pytest.fixture
def run(monkeypatch, capfd):
    """Run a command as the console script does; give its exit status, output and messages."""

    def command(*words):
        monkeypatch.setattr(sys, "argv", ["lookalike", *map(str, words)])
        monkeypatch.setattr(
            "warnings.showwarning", None
        )  # the command sets its own; put the old one back after
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = stop.code or 0
        said = capfd.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with the tables as CSV and two fitted models."""
    folder = tmp_path_factory.mktemp("files")
    write_table(deals(), folder / "deals.csv")
    write_table(leads(), folder / "leads.csv")
    fitted("linear").save(folder / "model")
    fitted("forest").save(folder / "forest")
    (folder / "empty.csv").write_text("")
    (folder / "header.csv").write_text(",".join(deals().columns) + "\n")
    return folder


# -- the whole way


def test_from_deals_to_explained_scores(run, files, tmp_path):
    fit = ("fit", files / "deals.csv", "-o", tmp_path / "m", "--outcome", "stage", "--won", "won")
    status, out, err = run(
        *fit, "--time", "opened", "--value", "worth", "--drop", "email", "--embedding", "linear"
    )
    assert (status, err) == (0, "")
    moved, worth, signal, calibration, fitted_on = out.splitlines()[:5]
    assert worth.startswith("value of a lead by the ")
    assert signal.startswith("signal: AUC 0.")
    assert calibration.startswith("expected calibration error")
    assert moved.startswith("columns that move on with time")
    assert "founded (100%, " in moved
    assert fitted_on == f"fitted 'linear' on 160 deals, {deals()['stage'].eq('won').sum()} of them won"

    status, out, err = run(
        "score", tmp_path / "m", files / "leads.csv", "-o", tmp_path / "s.csv", "--evidence", 2
    )
    assert (status, err) == (0, "")
    assert "scored 30 of 30 leads" in out
    scores, found = pd.read_csv(tmp_path / "s.csv"), pd.read_csv(tmp_path / "s.evidence.csv")
    assert list(scores.columns) == VALUED_COLUMNS
    assert scores["lead_id"].tolist() == leads()["id"].tolist()
    assert found["lead_id"].drop_duplicates().tolist() == leads()["id"].tolist()
    assert found.groupby(["lead_id", "side"]).size().max() == 2

    status, out, err = run("explain", tmp_path / "m", files / "leads.csv", "--id", "L004", "--top", 2)
    assert (status, err) == (0, "")
    assert out.startswith(
        f"lead L004: score {scores['score'][4]:.3f}, probability {scores['probability'][4]:.0%}"
    )
    sums = [line for line in out.splitlines() if line.startswith("sum")]
    assert len(sums) == 3  # by deal, by persona, by column
    assert all(f"{scores['score'][4]:+.4f}" in line for line in sums)
    for name in found.loc[found["lead_id"] == "L004", "name"]:
        assert name in out


def test_auto_shows_what_it_compared(run, files, tmp_path):
    write_table(deals(30), tmp_path / "few.csv")
    status, out, _ = run(
        "fit", tmp_path / "few.csv", "-o", tmp_path / "m", "--outcome", "stage", "--won", "won"
    )
    assert status == 0
    for name in ("plain", "linear", "text", "stack", "behind the best", "trees need more than 30 won"):
        assert name in out
    assert "forest" not in out


def test_quiet_says_nothing(run, files, tmp_path):
    assert run("score", files / "model", files / "leads.csv", "-o", tmp_path / "s.csv", "--quiet") == (
        0,
        "",
        "",
    )


def test_the_console_script_is_the_same_in_a_process_of_its_own(files, tmp_path):
    command = [sys.executable, "-c", "from lookalike.cli import main; main()", "score"]
    done = subprocess.run(
        [*command, "model", "leads.csv", "-o", tmp_path / "s.csv"], cwd=files, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    expected = fitted("linear").score(read_table(files / "leads.csv").frame)
    np.testing.assert_allclose(pd.read_csv(tmp_path / "s.csv")["score"], expected["score"])


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "xlsx"])
def test_every_kind_of_file_in_and_out(files, tmp_path, ending):
    write_table(leads(), tmp_path / f"leads.{ending}")
    done = score_file(
        fitted("linear"), tmp_path / f"leads.{ending}", tmp_path / f"s.{ending}", deals_a_side=1, quiet=True
    )
    assert (done.leads, done.errors) == (30, 0)
    scores = read_table(tmp_path / f"s.{ending}").frame
    assert list(scores.columns) == VALUED_COLUMNS
    expected = fitted("linear").score(leads())
    np.testing.assert_allclose(scores["score"].astype(float), expected["score"], atol=1e-5)
    assert [int(rank) for rank in scores["rank"]] == expected["rank"].tolist()
    assert scores["because"].tolist() == expected["because"].tolist()
    assert len(read_table(done.evidence).frame) == 60


# -- rows


def malformed(folder):
    """Leads of which the second has a cell too many and the fourth is blank."""
    lines = leads(5).to_csv(index=False).splitlines()
    lines[2] += ",surplus"
    lines[4] = "L003" + "," * (lines[0].count(","))
    (folder / "leads.csv").write_text("\n".join(lines) + "\n")
    return folder / "leads.csv"


def test_bad_rows_keep_their_place_and_say_what_is_wrong(run, files, tmp_path):
    status, out, _ = run(
        "score", files / "model", malformed(tmp_path), "-o", tmp_path / "s.csv", "--evidence", 1
    )
    assert status == 0
    assert "scored 3 of 5 leads" in out
    assert "2 rows have no score; their column 'error' says why" in out
    scores = pd.read_csv(tmp_path / "s.csv", keep_default_na=False)
    assert scores["lead_id"].tolist() == [f"L00{i}" for i in range(5)]
    assert scores["error"].tolist() == [
        "",
        "line 3 has 11 cells where the header has 10; check its separators and quotes",
        "",
        "every column the model uses is blank; fill at least one",
        "",
    ]
    assert [score == "" for score in scores["score"]] == [False, True, False, True, False]
    assert pd.read_csv(tmp_path / "s.evidence.csv")["lead_id"].unique().tolist() == ["L000", "L002", "L004"]


def test_leads_without_ids_are_explained_by_the_number_the_scores_gave_them(run, files, tmp_path):
    path = malformed(tmp_path)
    path.write_text("\n".join(line.partition(",")[2] for line in path.read_text().splitlines()) + "\n")
    score_file(fitted("linear"), path, tmp_path / "s.csv", quiet=True)
    third = pd.read_csv(tmp_path / "s.csv")["score"][2]
    assert f"lead 3: score {third:.3f}" in run("explain", files / "model", path, "--id", 3)[1]
    status, _, err = run("explain", files / "model", path, "--id", 2)
    assert (status, err.split(";")[0]) == (
        2,
        "lookalike: lead '2' has no score: line 3 has 10 cells where the header has 9",
    )


def test_malformed_deals_are_named_and_left_out(run, files, tmp_path):
    lines = (files / "deals.csv").read_text().splitlines()
    lines[7] = "broken"
    (tmp_path / "deals.csv").write_text("\n".join(lines))
    fit = ("fit", tmp_path / "deals.csv", "-o", tmp_path / "m", "--outcome", "stage", "--won", "won")
    status, out, err = run(*fit, "--embedding", "plain")
    assert status == 0
    assert "line 8 has 1 cells where the header has 12" in err
    assert "1 malformed rows are left out" in err
    assert "on 159 deals" in out


def test_a_header_alone_gives_a_header_alone(run, files, tmp_path):
    for ending in ("csv", "parquet"):
        done = run(
            "score", files / "model", files / "header.csv", "-o", tmp_path / f"s.{ending}", "--evidence", 3
        )
        assert done[0] == 0
        assert list(read_table(tmp_path / f"s.{ending}").frame.columns) == VALUED_COLUMNS
        assert len(read_table(tmp_path / f"s.{ending}").frame) == 0


@pytest.mark.parametrize("rows", [7, 30])
def test_batches_give_what_the_whole_gives(files, tmp_path, monkeypatch, rows):
    monkeypatch.setattr("lookalike.batch.BATCH_ROWS", rows)
    score_file(fitted("forest"), files / "leads.csv", tmp_path / "s.parquet", deals_a_side=2, quiet=True)
    whole = fitted("forest").score(leads())
    pd.testing.assert_frame_equal(read_table(tmp_path / "s.parquet").frame, whole, check_dtype=False)
    assert len(read_table(tmp_path / "s.evidence.parquet").frame) == 120


def test_a_first_batch_without_any_good_row_spoils_no_types(tmp_path, monkeypatch):
    monkeypatch.setattr("lookalike.batch.BATCH_ROWS", 2)
    table = leads(4)
    table.loc[:1, table.columns != "id"] = None
    write_table(table, tmp_path / "leads.csv")
    score_file(fitted("linear"), tmp_path / "leads.csv", tmp_path / "s.parquet", deals_a_side=1, quiet=True)
    assert read_table(tmp_path / "s.parquet").frame["score"].dtype == float
    assert read_table(tmp_path / "s.evidence.parquet").frame["contribution"].dtype == float


# -- mistakes

FIT = ("-o", "m", "--outcome", "stage", "--won", "won", "--embedding", "plain")
MISTAKES = {
    "no such file": (("fit", "nope.csv", *FIT), "nope.csv: no such file; check the path"),
    "empty file": (("fit", "empty.csv", *FIT), "empty.csv: the file is empty; it needs a header row"),
    "a header alone": (
        ("fit", "header.csv", *FIT),
        "no deal has a 'stage'; the table needs past deals, won and lost",
    ),
    "no such outcome": (
        ("fit", "deals.csv", "-o", "m", "--outcome", "stages", "--won", "won"),
        "--outcome names 'stages', which is no column; did you mean 'stage'?",
    ),
    "never won": (
        ("fit", "deals.csv", "-o", "m", "--outcome", "stage", "--won", "gewonnen"),
        "--won 'gewonnen' never occurs in 'stage'; its values are 'won', 'lost'",
    ),
    "model on a file": (
        ("fit", "deals.csv", *FIT[2:], "-o", "deals.csv"),
        "deals.csv: the model cannot be written (File exists); choose another folder",
    ),
    "no such leads": (
        ("score", "model", "nope.csv", "-o", "s.csv"),
        "nope.csv: no such file; check the path",
    ),
    "empty leads": (("score", "model", "empty.csv", "-o", "s.csv"), "empty.csv: the file is empty"),
    "no such model": (
        ("score", "nope", "leads.csv", "-o", "s.csv"),
        "nope: no model is there (model.json cannot be read); make one with fit",
    ),
    "not a table": (("score", "model", "leads.csv", "-o", "s.json"), "s.json: '.json' is no table format"),
    "no such folder": (
        ("score", "model", "leads.csv", "-o", "nope/s.csv"),
        "nope/s.csv: the folder nope does not exist; create it first",
    ),
    "no such lead": (
        ("explain", "model", "leads.csv", "--id", "X"),
        "no lead has the id 'X'; the first ids are L000, L001",
    ),
    "events without ids": (
        ("score", "model", "leads.csv", "-o", "s.csv", "--events", "ids.csv"),
        "the events have no column for 'at'; name one of them at or time",
    ),
    "missing column": (("score", "model", "ids.csv", "-o", "s.csv"), "the leads lack 'email', 'founded'"),
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_with_the_remedy_and_status_2(run, files, monkeypatch, words, message):
    monkeypatch.chdir(files)
    (files / "ids.csv").write_text("id\nL1\n")
    status, out, err = run(*words)
    assert status == 2
    assert err.startswith(f"lookalike: {message}")
    assert err.count("\n") == 1
    assert out == ""
    assert not list(files.glob("s.*"))


def test_an_embedding_that_is_none_is_refused_with_the_choice(run, files):
    status, _, err = run("fit", files / "deals.csv", *FIT[:-1], "magic")
    assert status == 2
    assert err.splitlines()[-1].startswith(
        "Error: Invalid value for '--embedding': 'magic' is not one of 'auto'"
    )
    assert "Traceback" not in err


def test_a_warning_is_one_line(run, files, tmp_path):
    table = deals()
    table.loc[:3, "stage"] = None
    write_table(table, tmp_path / "deals.csv")
    status, _, err = run("fit", tmp_path / "deals.csv", "-o", tmp_path / "m", *FIT[2:])
    assert (status, err) == (0, "lookalike: 4 of 160 deals have no 'stage' and are left out\n")


@pytest.mark.parametrize("command", ["fit", "score", "explain"])
def test_help_shows_an_example(run, command):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"\n  Example:\n    lookalike {command} " in out


def test_the_cli_names_the_embeddings_that_fit_takes():
    from lookalike.commands.fit import EMBEDDING_NAMES
    from lookalike.selection import CHOICES

    assert set(EMBEDDING_NAMES) == set(CHOICES)


def test_help_is_quick_as_nothing_heavy_is_imported():
    heavy = "sklearn", "faiss", "lightgbm", "skrub", "wordllama"
    code = f"import sys, lookalike.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- real leads

LEAKS = [
    *("Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Prospect ID"),
    *("Asymmetrique Activity Index", "Asymmetrique Profile Index"),
    *("Asymmetrique Activity Score", "Asymmetrique Profile Score"),
]


def test_real_leads_are_told_apart(material):
    """X Education in time order: the first 70% fit, the last 30% score; .893 is the better one's floor."""
    table = read_table(material("data/xeducation/Leads.csv")).frame
    table = table.iloc[np.argsort(table["Lead Number"].astype(int), kind="stable")].drop(columns=LEAKS)
    past, later = table.iloc[: int(0.7 * len(table))], table.iloc[int(0.7 * len(table)) :]
    reached = {}
    for name in ("forest", "boosted"):
        model = lookalike.fit(
            past, outcome="Converted", won=1, time="Lead Number", id="Lead Number", embedding=name, quiet=True
        )
        reached[name] = auc(later["Converted"] == "1", model.score(later)["score"])
    assert max(reached.values()) >= 0.893, reached
