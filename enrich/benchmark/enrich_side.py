"""Our side of the speed benchmark, a process of its own: the live web source with all its checks.

The guard looks at every address, names are resolved and connected to as resolved, every exchange has its
deadline and caps, robots.txt is obeyed. That names lead to loopback, and that port 443 is closed there, is
all that differs from a run on the web; so https is tried first, in vain, as it is with any site.

What is done with a page: ``fetch`` counts it, ``fields`` reads the fields that the Scrapy side reads,
``product`` is all that a run does: every built-in extractor, and each company committed to the journal. Pages
are read as in any run of more than a few, by the processes of :mod:`enrich.processes`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_network
from pathlib import Path

from enrich.benchmark.lxml_fields import WARM_UP
from enrich.benchmark.serving import PAGES_PER_SITE, host_names
from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS
from enrich.journal import Journal
from enrich.looks import Looks
from enrich.page import Page
from enrich.passes import Passes
from enrich.processes import Processes
from enrich.progress import unseen
from enrich.reading import Reader
from enrich.settings import Settings
from enrich.sources.guard import Reach
from enrich.sources.guarded import load
from enrich.sources.live import LiveWeb

#: Extractors of the fields that :mod:`enrich.benchmark.lxml_fields` reads.
SAME_FIELDS = ("names", "metas", "emails", "phones", "social")
_CLOSED_PORT = 1
# Portions enough for each process to have had one.
_WARM_UPS = 64

Made = dict[str, float]


class _Clock:
    """What a process used since, seconds and processor time."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def made(self, pages: int) -> Made:
        seconds, cpu_seconds = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        return {"pages": pages, "seconds": seconds, "cpu_seconds": cpu_seconds}


def _pages(web: LiveWeb, hosts: list[str]) -> Iterator[list[Page]]:
    for looked in web.look(hosts):
        yield [seen.page for seen in looked.observations if seen.page is not None]


def _fetch(web: LiveWeb, hosts: list[str]) -> Made:
    clock = _Clock()
    return clock.made(sum(map(len, _pages(web, hosts))))


def _fields(web: LiveWeb, hosts: list[str]) -> Made:
    same = {name: EXTRACTORS[name] for name in SAME_FIELDS}
    with closing(Processes(same, web.settings)) as processes:
        _warm(processes)
        web.seen = processes.ahead
        clock = _Clock()
        company = ((pages, pages) for pages in _pages(web, hosts))
        read = 0
        for pages, digests in processes.digest(company):
            read += len(digests or [processes.digest_here(page) for page in pages])
        return clock.made(read)


def _product(web: LiveWeb, hosts: list[str]) -> Made:
    with (
        tempfile.TemporaryDirectory(prefix="enrich-") as folder,
        Journal(Path(folder) / "journal", create=True) as journal,
    ):
        passes = Passes(journal, lambda channel: "benchmark")
        passes.want(hosts)
        with closing(Reader(passes, EXTRACTORS, web.settings)) as reader:
            _warm(reader.processes)
            clock = _Clock()
            reader.ask(web, Looks(passes, web), unseen)
            query = "SELECT count(*) FROM page WHERE state <> 'failed'"
            return clock.made(journal.connection.execute(query).fetchone()[0])


def _warm(processes: Processes) -> None:
    processes.begin()
    processes.wait()
    pages = [Page("http://warm.example/", body, "") for body in WARM_UP]
    for _ in processes.digest((number, pages) for number in range(_WARM_UPS)):
        pass


_TASKS = {"fetch": _fetch, "fields": _fields, "product": _product}


def main(task: str) -> None:
    """Visit, and write what was done as JSON."""
    given = json.loads(task)
    port = given["port"]
    load_built_in()
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
    load(reach)  # authorities and public suffixes: start-up, which the clock leaves out on either side
    made = _TASKS[given["what"]](LiveWeb(settings, reach), host_names(given["hosts"]))
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
