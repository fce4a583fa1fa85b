"""Nothing in a table, a header, a file name or a message steers the terminal of whoever runs a command."""

import numpy as np
import pandas as pd
import pytest
from command_calling import call
from hostile_text import CONTROLS, TEXTS, controls_in
from warc_writing import html, write_warc

#: What parts of the attack are called; as few as that, so that each deal has some.
STAGE, WON, LOST = "stage\x1b[5m", "won\x07", "lost\u202e"
OPENED, ID, NAME, WORTH, CLOSED = (
    "opened\x9b1m",
    "id\x1b]0;x\x07",
    "company\x7f",
    "worth\x1b[31m",
    "closed\u2066",
)
ROLES = [
    *("--outcome", STAGE, "--won", WON, "--time", OPENED, "--id", ID, "--name", NAME, "--value", WORTH),
    *("--closed", CLOSED),
]
DEALS, LEADS, EVENTS = "deals\x1b[31m.parquet", "leads\x07\u202e.parquet", "events\x9b.parquet"
MODEL = "model\x1b]0;x\x07"


def hostile_deals(n=140, seed=0):
    """Deals that can be learned from, in which every name and value attacks."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n).round(3)
    kind = rng.choice(CONTROLS, n)
    opened = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    ids = [f"{TEXTS[i % len(TEXTS)]}{seed}.{i}" for i in range(n)]
    return pd.DataFrame(
        {
            ID: ids,
            NAME: [f"{TEXTS[i % len(TEXTS)]} {i}" for i in range(n)],
            OPENED: opened,
            CLOSED: opened + pd.Timedelta(days=30),
            WORTH: np.exp(size).round(2),
            "size\x1b[2J": size,
            "kind\u202e": kind,
            "tools\x07": [f"{a}; {b}" for a, b in rng.choice(CONTROLS, (n, 2))],
            "words\x85": [f"{TEXTS[i % len(TEXTS)]} {TEXTS[(7 * i) % len(TEXTS)]}" for i in range(n)],
            STAGE: np.where(size + (kind == CONTROLS[0]) + 0.7 * rng.normal(size=n) > 0, WON, LOST),
        }
    )


@pytest.fixture(autouse=True)
def _escapes_stay(monkeypatch):
    """Click takes escape sequences out where no terminal reads; here is one."""
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with hostile tables and a model fitted on them; it becomes the current one."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        deals = hostile_deals()
        leads = hostile_deals(40, seed=1).drop(columns=[STAGE, WORTH, CLOSED])
        deals.to_parquet(DEALS)
        leads.to_parquet(LEADS)
        rng = np.random.default_rng(2)
        pd.DataFrame(
            {
                "id": rng.choice([*deals[ID], *leads[ID]], 400),
                "at": "2024-01-01T10:00:00",
                "type": rng.choice(CONTROLS, 400),
                "duration": 3.0,
            }
        ).to_parquet(EVENTS)
        options = [*ROLES, "--events", EVENTS, "--embedding", "linear", "--quiet"]
        assert call("lookalike", "fit", DEALS, "-o", MODEL, *options) == 0
        yield folder


def lead_ids():
    return pd.read_parquet(LEADS)[ID].tolist()


WORKING = {
    "fit": ["fit", DEALS, "-o", "other\x1b[35m", *ROLES, "--embedding", "plain"],
    "score": [
        "score",
        MODEL,
        LEADS,
        "-o",
        "scores\x1b[35m.csv",
        "--evidence",
        "2",
        "--reasons",
        "en",
        "--grades",
    ],
    "explain": ["explain", MODEL, LEADS, "--events", EVENTS, "--id"],
    "explain in sentences": [
        "explain",
        MODEL,
        LEADS,
        "--events",
        EVENTS,
        "--reasons",
        "--language",
        "ru",
        "--id",
    ],
    "profile": ["profile", MODEL, "--json", "profile\x1b[35m.json"],
    "rows": ["rows", MODEL, LEADS, "-o", "rows\x1b[35m.csv"],
    "similar": ["similar", MODEL, LEADS, "-o", "similar\x1b[35m.csv", "--to"],
    "similar deals": ["similar", MODEL, LEADS, "--deals", "--to"],
    "report": ["report", MODEL, LEADS, "-o", "report\x1b[35m.html", "--events", EVENTS],
    "audit": ["audit", DEALS, *ROLES, "--permutations", "199"],
    "audit as JSON": ["audit", DEALS, *ROLES, "--permutations", "199", "--json", "-"],
    "monitor": ["monitor", MODEL, LEADS, "--fail-on", "never"],
    "threshold": ["threshold", MODEL, "--capacity", "10"],
    "scorecard": ["scorecard", DEALS, "-o", "rules\x1b[35m.toml", *ROLES[:8]],
    "backtest": ["backtest", DEALS, "-o", "backtest\x1b[35m", *ROLES[:8], "--embedding", "plain"],
    "registry add": ["registry", "add", "versions\x1b[35m", MODEL, "--why", "because\x1b[31m"],
}


@pytest.mark.parametrize("words", WORKING.values(), ids=WORKING)
def test_no_command_lets_a_control_character_through(folder, capfd, words):
    if words[-1] in ("--id", "--to"):
        words = [*words, lead_ids()[0]]
    status = call("lookalike", *words)
    said = capfd.readouterr()
    assert status == 0, said.err
    assert said.out
    assert controls_in(said.out + said.err) == []


FAILING = {
    "no such file": ["fit", "none\x1b[31m.csv", "-o", "x", *ROLES],
    "no such column": ["fit", DEALS, "-o", "x", "--outcome", "none\x1b[31m", "--won", WON],
    "no such outcome": ["fit", DEALS, "-o", "x", "--outcome", STAGE, "--won", "none\x1b[31m"],
    "no such lead": ["explain", MODEL, LEADS, "--id", "none\x1b[31m"],
    "no such deal": ["similar", MODEL, LEADS, "--to", "none\x9b31m"],
    "no such model": ["score", "none\x1b[31m", LEADS, "-o", "x.csv"],
    "no such option": ["score", MODEL, LEADS, "-o", "x.csv", "--none\x1b[31m"],
    "no such command": ["none\x1b[31m"],
    "no such choice": ["fit", DEALS, "-o", "x", "--embedding", "none\x1b[31m"],
    "no number": ["rows", MODEL, LEADS, "--rows", "none\x1b[31m"],
    "columns missing": ["score", MODEL, "few.csv", "-o", "x.csv"],
    "malformed rows": ["rows", MODEL, "bad\x1b[31m.csv"],
    "no place": ["report", MODEL, LEADS, "-o", "none\x1b[31m/report.html"],
    "damaged result": ["report", "damaged\x1b[31m", LEADS, "-o", "x.html"],
}


@pytest.mark.parametrize("words", FAILING.values(), ids=FAILING)
def test_no_message_lets_a_control_character_through(folder, capfd, words):
    (folder / "few.csv").write_text("id,other\x1b[31m\n1,2\n", encoding="utf-8")
    (folder / "bad\x1b[31m.csv").write_text("id,a\n1,2\n1,2,3\x1b[31m\n", encoding="utf-8")
    (folder / "damaged\x1b[31m").mkdir(exist_ok=True)
    (folder / "damaged\x1b[31m" / "model.json").write_text('{"format": "\x1b[31m"}', encoding="utf-8")
    status = call("lookalike", *words)
    said = capfd.readouterr()
    assert status != 0
    assert said.err
    assert controls_in(said.out + said.err) == []


def test_enrich_lets_no_control_character_of_pages_and_leads_through(folder, capfd):
    texts = [text for text in TEXTS if "\x00" not in text]
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    pages = [
        html(f"https://c{i}.example/", f"<title>{text}</title><meta name=description content='{text}'>")
        for i, text in enumerate(escaped)
    ]
    write_warc(folder / "pages\x1b[31m.warc.gz", pages)
    pd.DataFrame(
        {"name\x1b[31m": texts, "email": [f"info@c{i}.example" for i in range(len(texts))]}
    ).to_parquet("companies\x1b[31m.parquet")
    journal = "wide\x1b[35m.csv.journal"
    words = ["run", "companies\x1b[31m.parquet", "-o", "wide\x1b[35m.csv", "--warc", "pages\x1b[31m.warc.gz"]
    assert call("enrich", *words) == 0
    for number in range(0, len(texts), 4):
        assert call("enrich", "show", f"c{number}.example", "--journal", journal) == 0
    assert call("enrich", "show", "none\x1b[31m.example", "--journal", journal) != 0
    assert call("enrich", "run", "none\x1b[31m.csv", "-o", "x.csv") != 0
    assert call("enrich", "forget", "c1.example", "--journal", journal) == 0
    said = capfd.readouterr()
    assert "c4.example" in said.out
    assert controls_in(said.out + said.err) == []
