"""The Scrapy side of the speed benchmark, a process of its own: a broad crawl with lxml, as its users write.

Scrapy's documentation on broad crawls is followed (no cookies, no log, concurrency raised, an eye on
domains); robots.txt is obeyed and each host asked one request at a time without a pause, as on our side. The
spider is told which links of a home page to follow, where ours has to choose, and that there is no https.

What is done with a page: ``fetch`` counts it (home pages are parsed for their links), ``fields`` reads
:mod:`enrich.benchmark.lxml_fields`, ``plain`` the same with phone numbers by an expression.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

import scrapy  # type: ignore[import-not-found, unused-ignore]
from scrapy.crawler import CrawlerProcess  # type: ignore[import-not-found, unused-ignore]
from scrapy.resolver import CachingThreadedResolver  # type: ignore[import-not-found, unused-ignore]
from twisted.internet import defer  # type: ignore[import-not-found, unused-ignore]

from enrich.benchmark.lxml_fields import WARM_UP, fields, parse
from enrich.benchmark.serving import LINKS_ID, host_names


class Loopback(CachingThreadedResolver):  # type: ignore[misc]
    """Every name is this machine."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: D102, N802 - Twisted's name
        return defer.succeed("127.0.0.1")


class Companies(scrapy.Spider):  # type: ignore[misc]
    """Home pages, then the pages that they link to first."""

    name = "companies"

    def __init__(self, port: int, hosts: int, what: str) -> None:
        super().__init__()
        self.port = port
        self.hosts = hosts
        self.extract = what != "fetch"
        self.plain_phones = what == "plain"
        self.pages = 0
        self.values = 0
        self.seconds = 0.0

    async def start(self) -> AsyncIterator[Any]:
        """Begin; the clock runs from here."""
        self._began = time.perf_counter()
        for host in host_names(self.hosts):
            yield scrapy.Request(f"http://{host}:{self.port}/", callback=self.home)

    def home(self, response: Any) -> Iterator[Any]:
        """Follow the links, and read the page like any other."""
        tree = parse(response.body)
        if tree is not None:
            for link in tree.xpath(f"//*[@id='{LINKS_ID}']//a/@href"):
                yield scrapy.Request(urljoin(response.url, link), callback=self.page)
        self._read(response, tree)

    def page(self, response: Any) -> None:
        """Read a page."""
        self._read(response, parse(response.body) if self.extract else None)

    def _read(self, response: Any, tree: Any) -> None:
        self.pages += 1
        if self.extract and tree is not None:
            read = fields(tree, response.url, plain_phones=self.plain_phones)
            self.values += sum(map(bool, read.values()))
        self.seconds = time.perf_counter() - self._began


def settings(hosts: int) -> dict[str, Any]:
    """Settings of a broad crawl with the manners that our side has."""
    return {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": hosts,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "DNS_RESOLVER": Loopback,
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",
        "USER_AGENT": "benchmark (+https://www.example.com)",
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }


def main(task: str) -> None:
    """Crawl, and write what was done as JSON."""
    given = json.loads(task)
    fields(parse(WARM_UP), "http://warm.example/")
    process = CrawlerProcess(settings(given["hosts"]))
    crawler = process.create_crawler(Companies)
    process.crawl(crawler, given["port"], given["hosts"], given["what"])
    before = time.process_time()
    process.start()
    spider = crawler.spider
    cpu_seconds = time.process_time() - before
    made = {"pages": spider.pages, "seconds": spider.seconds, "cpu_seconds": cpu_seconds}
    sys.stdout.write(json.dumps(made | {"values": spider.values}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
