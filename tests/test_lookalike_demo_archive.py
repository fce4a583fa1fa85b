"""The websites of the made-up world, read back from the archive."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
import pytest
from selectolax.lexbor import LexborHTMLParser
from warcio.archiveiterator import ArchiveIterator

from lookalike.demo.company import REACH, Company
from lookalike.demo.dice import Dice
from lookalike.demo.markup import traces
from lookalike.demo.names import load
from lookalike.demo.sites import Response, responses
from lookalike.demo.world import SEED, World, build
from lookalike.demo.writing import Writer

ARCHIVE = Path(__file__).resolve().parent.parent / "data" / "websites.warc.gz"


@pytest.fixture(scope="module")
def world() -> World:
    return build()


@pytest.fixture(scope="module")
def sites(world) -> list[tuple[Company, list[Response]]]:
    return [(company, responses(SEED, company)) for company in world.companies]


@pytest.fixture(scope="module")
def records() -> list[tuple[str, int, dict[str, str], bytes]]:
    read = []
    with ARCHIVE.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            if record.rec_type != "response":
                continue
            headers = {name.lower(): value for name, value in record.http_headers.headers}
            read.append(
                (
                    record.rec_headers["WARC-Target-URI"],
                    int(record.http_headers.get_statuscode()),
                    headers,
                    record.content_stream().read(),
                )
            )
            assert record.digest_checker.passed
    return read


def test_the_archive_is_small_and_every_host_made_up(records):
    assert ARCHIVE.stat().st_size < 3_000_000
    assert 1800 < len(records) < 2400
    assert len({url for url, *_ in records}) == len(records)
    assert all(urlsplit(url).hostname.endswith(".example") for url, *_ in records)


def test_sites_fail_in_all_the_ways_sites_do(records, sites):
    statuses = Counter(status for _, status, _, _ in records)
    assert {200, 301, 403, 404, 429, 500} == set(statuses)
    assert statuses[200] > 0.9 * len(records)
    moved = [headers["location"] for _, status, headers, _ in records if status == 301]
    assert all(target in {url for url, *_ in records} for target in moved)
    assert any(b"domain is for sale" in body for *_, body in records)
    assert sum(REACH.values()) == pytest.approx(1)
    assert all(bool(answers) == (company.reach != "absent") for company, answers in sites)
    assert sum(len(answers) for _, answers in sites) == len(records)


def test_most_sites_have_two_to_five_pages(sites):
    pages = Counter(len(answers) for company, answers in sites if company.reach == "up")
    assert set(pages) <= {2, 3, 4, 5, 6}
    assert pages[2] + pages[3] > 400


def test_pages_are_encoded_as_they_declare_and_parse(records):
    seen: Counter[str] = Counter()
    for url, status, headers, body in records:
        assert int(headers["content-length"]) == len(body)
        if status != 200:
            continue
        _, _, in_header = headers["content-type"].partition("charset=")
        head = body[:400].decode("ascii", "ignore").lower()
        in_meta = head.partition("charset=")[2].strip("\"'").split('"')[0].split(">")[0]
        assert not in_header or not in_meta or in_header == in_meta, url
        encoding = in_header or in_meta
        seen[encoding or "undeclared"] += 1
        tree = LexborHTMLParser(body.decode(encoding or "utf-8"))
        assert tree.css_first("title").text().strip()
        assert len(tree.body.text()) > 100
        assert "{" not in "".join(node.text() for node in tree.css("p, li, h1, h2, td")), url
    assert set(seen) == {"utf-8", "windows-1251", "iso-8859-1", "undeclared"}
    assert seen["windows-1251"] > 40


def test_technologies_leave_their_traces(records, world):
    by_host: dict[str, str] = {}
    for url, _, headers, body in records:
        host = urlsplit(url).hostname.removeprefix("www.")
        by_host[host] = by_host.get(host, "") + body.decode("latin-1") + str(headers)
    marks = {
        "Shopify": "cdn.shopify.com",
        "Klaviyo": "static.klaviyo.com",
        "Shopware": "/bundles/storefront/",
        "1C-Bitrix": "/bitrix/js/",
        "amoCRM": "gso.amocrm.ru",
        "HubSpot": "js.hs-scripts.com",
        "Yandex Metrica": "mc.yandex.ru/metrika",
    }
    found: Counter[str] = Counter()
    for company in world.companies:
        if company.reach != "up" or not company.domain.isascii():
            continue
        for technology, mark in marks.items():
            uses = technology in (company.platform, *company.tools)
            assert (mark in by_host[company.domain]) == uses, (company.domain, technology)
            found[technology] += uses
    assert min(found[technology] for technology in marks) > 10


def test_every_technology_and_place_of_the_world_is_described(world):
    signatures = load("technologies.toml")
    for company in world.companies[:300]:
        assert {company.platform, *company.tools} <= set(signatures)
        assert traces(company, "host.example", Dice(1)).headers["server"]


def test_phone_numbers_are_of_valid_form(world):
    for company in world.companies:
        assert phonenumbers.is_valid_number(phonenumbers.parse(company.phone, company.country)), company.phone


@pytest.mark.parametrize("language", ["en", "de", "ru", "fr", "es", "nl"])
def test_each_language_has_words_for_each_of_its_segments(language, world):
    bank, mix = load(f"phrases/{language}.toml"), load("segments.toml")["mix"][language]
    assert set(mix) == set(bank["segment"])
    for segment in mix:
        assert len(bank["segment"][segment]["what"]) >= 6
        assert len(bank["segment"][segment]["goods"]) >= 5
    english = load("phrases/en.toml")
    assert set(bank["labels"]) == set(english["labels"])
    assert set(bank["facts"]) == set(english["facts"])


def test_no_sentence_is_written_twice_on_one_site(world):
    for company in world.companies[:150]:
        writer = Writer(company, Dice(SEED, "test", company.number))
        sections = [*writer.home(), *writer.about(), *writer.catalogue()]
        texts = [text for section in sections for text in section.paragraphs]
        assert len(set(texts)) == len(texts)
