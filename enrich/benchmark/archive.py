"""Companies a second, and memory, of runs over made-up archives of growing size.

An archive has one home page for each company, of the size and make of a small firm's: navigation, a few
paragraphs, a table of products, an imprint, profiles on social networks. All of it is made up, with domains
that nobody can own (RFC 2606) and the same each time. A run is ``enrich run`` in a process of its own, with a
journal and a table of leads, one for each company. Memory is flat if its peak does not grow with the archive.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from enrich.errors import WorkbenchError

Result = dict[str, dict[str, float]]

SIZES = (10_000, 100_000)
_DATE = "2026-01-01T00:00:00Z"
_TRADES = (
    "Anvils",
    "Bearings",
    "Bicycles",
    "Boilers",
    "Cabinets",
    "Clocks",
    "Doors",
    "Drones",
    "Looms",
    "Pumps",
)
_FIRST = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Larch", "Maple", "Rowan", "Willow")
_CITIES = (
    ("Wichita", "KS", "67206"),
    ("Dayton", "OH", "45402"),
    ("Albany", "NY", "12207"),
    ("Boise", "ID", "83702"),
)
_TEXT = """
we make and repair what others throw away for shops schools and homes in the whole region since our parents
began in one small room with two machines and a stove today forty people work here every part is tested by
hand before it leaves and every customer has a name and a number to call
"""
_WORDS = tuple(_TEXT.split())


def domain(number: int) -> str:
    """The domain of a company.

    >>> domain(7)
    'company7.example'
    """
    return f"company{number}.example"


def home_page(number: int) -> bytes:
    """The home page of a company, the same each time."""
    chance = random.Random(number)  # noqa: S311 - made-up pages
    trade = chance.choice(_TRADES)
    name = f"{chance.choice(_FIRST)} {chance.choice(_FIRST)} {trade}"
    city, state, postcode = chance.choice(_CITIES)
    phone = f"({chance.choice(('316', '937', '518', '208'))}) 555-{chance.randrange(10_000):04}"
    here = domain(number)

    def words(count: int) -> str:
        return " ".join(chance.choices(_WORDS, k=count)).capitalize() + "."

    links = "".join(
        f"<li><a href='/{path}'>{path.title()}</a></li>" for path in ("about", "products", "jobs", "contact")
    )
    paragraphs = "".join(f"<p>{words(60)}</p>" for _ in range(6))
    rows = "".join(
        f"<tr><td>{trade} {n}</td><td>{words(5)}</td><td>$ {chance.randrange(10, 900)}.00</td></tr>"
        for n in range(12)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{name} | {trade} from {city}</title><link rel="icon" href="/i.png">
<meta name="description" content="{name} makes {trade.lower()} in {city}, {state}.">
<script src="https://www.googletagmanager.com/gtag/js?id=UA-{number}"></script></head><body><header>
<img src="/logo.png" alt="{name}"><nav><ul>{links}</ul></nav></header><main><h1>{name}</h1>{paragraphs}
<table>{rows}</table></main><footer>
<p>{name} Inc., {chance.randrange(1, 9_000)} Main Street, {city}, {state} {postcode}<br>
Tel. {phone}, <a href="mailto:info@{here}">info@{here}</a></p>
<a href="https://www.linkedin.com/company/{here}">LinkedIn</a>
<p>© 2026 {name}</p></footer></body></html>""".encode()


def write_archive(path: Path, companies: int) -> None:
    """Write an archive of so many companies."""
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True)
        for number in range(companies):
            record = writer.create_warc_record(
                f"https://{domain(number)}/",
                "response",
                payload=io.BytesIO(home_page(number)),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": _DATE},
            )
            writer.write_record(record)


def _write_leads(path: Path, companies: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle)
        rows.writerow(["email"])
        rows.writerows([f"jan@{domain(number)}"] for number in range(companies))


def measure(sizes: Iterable[int] = SIZES) -> Result:
    """Run over one archive after another.

    Returns
    -------
    dict
        ``{companies: {companies, seconds, companies_per_second, peak_mb}}``; the time is that of the command
        as a whole, `peak_mb` the most memory that any one of its processes held (ru_maxrss), in 2**20 bytes.

    Raises
    ------
    WorkbenchError
        If a run fails or a company is missing from its table.
    """
    return {str(size): _measured(size) for size in sizes}


def _measured(companies: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="enrich-") as name:
        folder = Path(name)
        leads, warc, out = folder / "leads.csv", folder / "pages.warc.gz", folder / "out.csv"
        write_archive(warc, companies)
        _write_leads(leads, companies)
        words = ["run", str(leads), "-o", str(out), "--warc", str(warc), "--quiet"]
        command = [sys.executable, "-c", "from enrich.cli import main; main()", *words]
        began = time.perf_counter()
        process = subprocess.Popen(command)  # noqa: S603 - our own command
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise WorkbenchError(f"the run over {companies} companies failed; its message is above")
        found = sum((part["company_state"] == "found").sum() for part in pd.read_csv(out, chunksize=10_000))
    if found != companies:
        raise WorkbenchError(f"the run found {found} of {companies} companies")
    unit = 1 << (20 if sys.platform == "darwin" else 10)
    return {
        "companies": companies,
        "seconds": round(seconds, 2),
        "companies_per_second": round(companies / seconds, 1),
        "peak_mb": round(usage.ru_maxrss / unit, 1),
    }


def run_archive_benchmark(sizes: Iterable[int] = SIZES, json_file: Path | None = None) -> pd.DataFrame:
    """Measure, write the results as JSON if a file is named, and give them as a table."""
    results = measure(sizes)
    if json_file is not None:
        json_file.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return pd.DataFrame(list(results.values()))
