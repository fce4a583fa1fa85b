"""Pages a second of our live web source beside Scrapy + lxml: same sites, fields and manners, in one run.

The protocol:

- A process of its own serves saved pages as virtual hosts on loopback; a site is a robots.txt and five pages,
  the home page linking to the other four (:mod:`enrich.benchmark.serving`).
- Both sides fetch robots.txt and obey it, keep connections alive, ask a host one request at a time without a
  pause and all hosts at once, and take the name of every host from a resolver that knows only loopback.
- Both read name, description, logo, e-mail addresses, phone numbers in E.164 and social profiles: Scrapy as
  its users write it with lxml and the public library for phone numbers
  (:mod:`enrich.benchmark.lxml_fields`), ours by our extractors with all our safety checks on
  (:mod:`enrich.benchmark.enrich_side`). Ours also tries https first, chooses which links to follow, and tells
  parked and blocked pages from a company's.
- A side is a new process each time; the clock runs from its first request to the last page read, so neither
  start-up nor imports count, nor what is loaded on first use (both read a page with phone numbers of many
  countries before). The sides take turns; the ratio is the median of the ratios within a round, so
  what else the machine does meanwhile bears on both. A side that did not get every page is an error.

Beside the two, further rows say what the figures are made of: fetching alone on either side, Scrapy with
phone numbers by an expression, and ours as the whole product with every extractor and the journal.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from enrich.benchmark.serving import PAGES_PER_SITE, Asked, Serving
from enrich.errors import SettingsError, WorkbenchError

Result = dict[str, dict[str, Any]]

#: Each a module that runs as a process, and what it is to do with a page; the first two are compared.
SIDES = {
    "scrapy": ("enrich.benchmark.scrapy_side", "fields"),
    "enrich": ("enrich.benchmark.enrich_side", "fields"),
    "scrapy, phones by expression": ("enrich.benchmark.scrapy_side", "plain"),
    "scrapy, fetch only": ("enrich.benchmark.scrapy_side", "fetch"),
    "enrich, fetch only": ("enrich.benchmark.enrich_side", "fetch"),
    "enrich, all extractors and journal": ("enrich.benchmark.enrich_side", "product"),
}
#: Rows that are compared with each other: ours, then Scrapy's.
RATIOS = {
    "ratio": ("enrich", "scrapy"),
    "ratio, phones by expression": ("enrich", "scrapy, phones by expression"),
    "ratio, fetch only": ("enrich, fetch only", "scrapy, fetch only"),
}


@dataclass(frozen=True)
class Load:
    """How many sites, and how far away they are.

    >>> str(Load(32, 0))
    '0 ms, 32 hosts'
    """

    hosts: int
    latency_ms: int

    def __str__(self) -> str:
        return f"{self.latency_ms} ms, {self.hosts} hosts"


LOADS = (Load(32, 0), Load(128, 200))


def measure(data: Path, loads: Iterable[Load] = LOADS, rounds: int = 3) -> Result:
    """Let the sides take turns.

    Parameters
    ----------
    data : Path
        A folder of WARC files.
    loads : iterable of Load
        What the sides are put to.
    rounds : int
        Turns of each side.

    Returns
    -------
    dict
        ``{load: {side: {pages, seconds, pages_per_second, cpu_ms_per_page, server_share}, ratio: x}}`` with
        medians over the rounds; `server_share` is the part of one processor that the server had.

    Raises
    ------
    SettingsError
        If Scrapy is not installed.
    TableError
        If the folder holds no page.
    WorkbenchError
        If a side fails or misses a page.
    """
    if not find_spec("scrapy"):
        raise SettingsError("Scrapy is not installed; install the extra: lookalike-workbench[benchmark]")
    return {str(load): _measured(data, load, rounds) for load in loads}


def _measured(data: Path, load: Load, rounds: int) -> dict[str, Any]:
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    with Serving(data, load.hosts, load.latency_ms / 1000) as serving:
        for turn in range(rounds):
            # The order is turned round each time, so that neither side always comes after the other.
            for side in list(SIDES)[:: -1 if turn % 2 else 1]:
                runs[side].append(_figures(*run_side(side, serving, load)))
    result: dict[str, Any] = {side: _median(done) for side, done in runs.items()}
    for name, (ours, theirs) in RATIOS.items():
        pairs = zip(runs[ours], runs[theirs], strict=True)
        ratios = [one["pages_per_second"] / other["pages_per_second"] for one, other in pairs]
        result[name] = round(statistics.median(ratios), 3)
    return result


def run_side(side: str, serving: Serving, load: Load) -> tuple[dict[str, float], Asked]:
    """Run a side once; returns its own figures, and what the server was asked meanwhile."""
    module, what = SIDES[side]
    task = json.dumps({"port": serving.port, "hosts": load.hosts, "what": what})
    serving.asked()
    command = [sys.executable, "-m", module, task]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own modules
    asked = serving.asked()
    if done.returncode:
        raise WorkbenchError(f"{side} failed: {' '.join(done.stderr.strip().splitlines()[-1:])}")
    made: dict[str, float] = json.loads(done.stdout)
    wanted = load.hosts * PAGES_PER_SITE
    if not made["pages"] == asked.pages == wanted:
        raise WorkbenchError(f"{side} read {made['pages']} and was given {asked.pages} of {wanted} pages")
    return made, asked


def _figures(made: dict[str, float], asked: Asked) -> dict[str, float]:
    return {
        "pages": made["pages"],
        "seconds": made["seconds"],
        "pages_per_second": made["pages"] / made["seconds"],
        "cpu_ms_per_page": 1000 * made["cpu_seconds"] / made["pages"],
        "server_share": asked.cpu_seconds / made["seconds"],
    }


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


def table(result: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Results as a table, a row a load and side, then a row a ratio."""
    rows = []
    for load, sides in result.items():
        for side, figures in sides.items():
            shown = figures if isinstance(figures, Mapping) else {"ratio": figures}
            rows.append({"load": load, "side": side, **shown})
    columns = ["load", "side", "pages", "seconds", "pages_per_second", "cpu_ms_per_page", "server_share"]
    return pd.DataFrame(rows, columns=[*columns, "ratio"])


def run_speed_benchmark(
    data: Path, json_file: Path | None = None, *, loads: Iterable[Load] = LOADS, rounds: int = 3
) -> pd.DataFrame:
    """Measure, write the results as JSON if a file is named, and give them as a table."""
    results = measure(data, loads, rounds)
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return table(results)
