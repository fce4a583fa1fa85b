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

from enrich.benchmark.lxml_fields import WARM_UP, fields, parse
from enrich.benchmark.serving import LINKS_ID, host_names


def settings(hosts: int) -> dict[str, Any]:
    """Settings of a broad crawl with the manners that our side has."""
    from scrapy.resolver import CachingThreadedResolver  # an extra; nothing else here needs it
    from twisted.internet import defer

    class Loopback(CachingThreadedResolver):
        """Every name is this machine."""

        def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 - Twisted's name
            return defer.succeed("127.0.0.1")

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


def spider(port: int, hosts: int, what: str) -> Any:
    """The class of a spider that reads home pages, then the pages that they link to first."""
    import scrapy

    class Companies(scrapy.Spider):
        name = "companies"
        pages = 0
        values = 0
        seconds = 0.0

        async def start(self) -> AsyncIterator[Any]:
            self.began = time.perf_counter()
            for host in host_names(hosts):
                yield scrapy.Request(f"http://{host}:{port}/", callback=self.home)

        def home(self, response: Any) -> Iterator[Any]:
            tree = parse(response.body)
            if tree is not None:
                for link in tree.xpath(f"//*[@id='{LINKS_ID}']//a/@href"):
                    yield scrapy.Request(urljoin(response.url, link), callback=self.page)
            self.read(response, tree)

        def page(self, response: Any) -> None:
            self.read(response, None if what == "fetch" else parse(response.body))

        def read(self, response: Any, tree: Any) -> None:
            self.pages += 1
            if tree is not None and what != "fetch":
                found = fields(tree, response.url, plain_phones=what == "plain")
                self.values += sum(map(bool, found.values()))
            self.seconds = time.perf_counter() - self.began

    return Companies


def main(task: str) -> None:
    """Crawl, and write what was done as JSON."""
    from scrapy.crawler import CrawlerProcess

    given = json.loads(task)
    for body in WARM_UP:
        fields(parse(body), "http://warm.example/")
    process = CrawlerProcess(settings(given["hosts"]))
    crawler = process.create_crawler(spider(given["port"], given["hosts"], given["what"]))
    process.crawl(crawler)
    before = time.process_time()
    process.start()
    done: Any = crawler.spider
    made = {"pages": done.pages, "seconds": done.seconds, "cpu_seconds": time.process_time() - before}
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
