"""Our side of the speed benchmark, a process of its own: the live web source with all its checks.

The guard looks at every address, names are resolved and connected to as resolved, every exchange has its
deadline and caps, robots.txt is obeyed. That names lead to loopback, and that port 443 is closed there, is
all that differs from a run on the web; so https is tried first, in vain, as it is with any site.

What is done with a page: ``fetch`` counts it, ``fields`` reads the fields that the Scrapy side reads,
``product`` is all that a run does: every built-in extractor, and each company committed to the journal.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

from enrich.benchmark.lxml_fields import WARM_UP
from enrich.benchmark.serving import PAGES_PER_SITE, host_names
from enrich.extract import load_built_in
from enrich.extract.parked import PageKind, page_kind
from enrich.extract.registry import EXTRACTORS
from enrich.journal import Journal
from enrich.looks import Looks
from enrich.page import Page
from enrich.passes import Passes
from enrich.reading import Reader, extract
from enrich.settings import Settings
from enrich.sources.guard import Reach
from enrich.sources.live import LiveWeb

#: Extractors of the fields that :mod:`enrich.benchmark.lxml_fields` reads.
SAME_FIELDS = ("names", "metas", "emails", "phones", "social")
_CLOSED_PORT = 1


def _fetch(web: LiveWeb, hosts: list[str], read: Callable[[Page], int]) -> tuple[int, int]:
    pages = values = 0
    for looked in web.look(hosts):
        for seen in looked.observations:
            if seen.page is not None:
                pages += 1
                values += read(seen.page)
    return pages, values


def _fields(page: Page) -> int:
    if page_kind(page) is not PageKind.CONTENT:
        return 0
    facts, _ = extract(page, [EXTRACTORS[name] for name in SAME_FIELDS])
    return len({fact.field for _, fact in facts})


def _product(web: LiveWeb, hosts: list[str]) -> tuple[int, int]:
    with (
        tempfile.TemporaryDirectory(prefix="enrich-") as folder,
        Journal(Path(folder) / "journal", create=True) as journal,
    ):
        passes = Passes(journal, lambda channel: "benchmark")
        passes.want(hosts)
        reader = Reader(passes, EXTRACTORS, web.settings)
        reader.ask(web, Looks(passes, web), lambda steps: None)
        (pages,) = journal.connection.execute("SELECT count(*) FROM page WHERE state <> 'failed'").fetchone()
        (facts,) = journal.connection.execute("SELECT count(*) FROM fact").fetchone()
    return pages, facts


def main(task: str) -> None:
    """Visit, and write what was done as JSON."""
    given = json.loads(task)
    port = given["port"]
    load_built_in()
    extract(Page("http://warm.example/", WARM_UP, ""), EXTRACTORS.values())
    reach = Reach(
        networks=(ip_network("127.0.0.1/32"),),
        ports=(port, _CLOSED_PORT),
        resolve=lambda host, wanted: [("127.0.0.1", port if wanted == 80 else _CLOSED_PORT)],
    )
    settings = Settings(
        max_companies_at_once=given["hosts"],
        max_pages_fetched_per_company=PAGES_PER_SITE,
        pause_seconds=0.0,
        contact="https://www.example.com",
    )
    web, hosts = LiveWeb(settings, reach), host_names(given["hosts"])
    before = time.process_time()
    began = time.perf_counter()
    if given["what"] == "product":
        pages, values = _product(web, hosts)
    else:
        pages, values = _fetch(web, hosts, _fields if given["what"] == "fields" else lambda page: 0)
    made = {"pages": pages, "seconds": time.perf_counter() - began}
    cpu_seconds = time.process_time() - before
    sys.stdout.write(json.dumps(made | {"cpu_seconds": cpu_seconds, "values": values}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
