"""The report on many leads: seconds to make it, its size, seconds until a browser's reader can use it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd

import lookalike
from lookalike.benchmark.made_up import made_up_deals

#: Past deals: as many as a growing seller has.
DEALS = 2_000
#: Where Chromium is looked for, after the environment's CHROMIUM.
BROWSERS = ("/usr/bin/chromium", "chromium", "google-chrome")
#: Runs of the browser, of which the median counts: the first one reads Chromium from the disk.
RUNS = 3


def run_report_benchmark(
    leads: int = 50_000,
    deals: int = DEALS,
    *,
    embedding: str = "boosted",
    json_file: Path | None = None,
) -> pd.DataFrame:
    """Write the report on made-up leads and open it.

    Parameters
    ----------
    leads, deals : int
        Rows.
    embedding : str
        As in :func:`lookalike.fit`.
    json_file : Path, optional
        Also write the figures there, by name.

    Returns
    -------
    DataFrame
        figure and value. Generating is from a table in memory to the file, scoring included. Interactive
        means: loaded, and the page has answered a frame and a key in its search field, where it has one.
        The two figures of the browser are absent where it is; ``attrs["without"]`` says what is missing.
    """
    from lookalike.report.write import write_report

    model = lookalike.fit(
        made_up_deals(deals), outcome="stage", won="won", id="id", embedding=embedding, quiet=True
    )
    table = made_up_deals(leads, seed=1).drop(columns="stage")
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        start = perf_counter()
        write_report(model, table, None, page)
        figures = {
            "leads": float(leads),
            "deals": float(deals),
            "seconds to generate": perf_counter() - start,
            "size, MB": page.stat().st_size / 1e6,
        }
        opened, without = seconds_until_interactive(page)
    figures |= opened
    if json_file is not None:
        pd.Series(figures).to_json(json_file, indent=2)
    made = pd.DataFrame({"figure": list(figures), "value": list(figures.values())})
    made.attrs["without"] = without
    return made


def seconds_until_interactive(page: Path) -> tuple[dict[str, float], str]:
    """Open a page in Chromium; give the figures, and what is missing where it cannot be opened."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        return {}, "no browser was measured: install Chromium, or name one in CHROMIUM"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}, "no browser was measured: install playwright (pip install playwright)"
    loaded, interactive = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(RUNS):
            context = browser.new_context(offline=True)
            tab = context.new_page()
            start = perf_counter()
            tab.goto(page.resolve().as_uri(), timeout=120_000)
            loaded.append(perf_counter() - start)
            tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
            search = tab.locator("[data-search]")
            if search.count():
                search.first.press("f")
                tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
            interactive.append(perf_counter() - start)
            context.close()
        browser.close()
    return {
        "seconds until loaded": sorted(loaded)[RUNS // 2],
        "seconds until interactive": sorted(interactive)[RUNS // 2],
    }, ""
