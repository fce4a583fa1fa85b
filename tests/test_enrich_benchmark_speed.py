"""The benchmarks of speed, on a tiny folder: that every side gets every page; how fast is not for tests."""

import json
from importlib.util import find_spec

import pytest
from click.testing import CliRunner
from warc_writing import html, write_warc

from enrich.benchmark import archive, speed
from enrich.benchmark.enrich_side import SAME_FIELDS
from enrich.benchmark.lxml_fields import WARM_UP, fields, parse
from enrich.benchmark.serving import PAGES_PER_SITE, PATHS, Serving, host_names, sites
from enrich.cli import cli
from enrich.digest import digest
from enrich.errors import TableError
from enrich.extract import load_built_in
from enrich.extract.registry import EXTRACTORS
from enrich.page import Page
from enrich.sources.choice import choose

needs_scrapy = pytest.mark.skipif(
    not find_spec("scrapy"), reason="Scrapy is absent; the extra 'benchmark' has it"
)


@pytest.fixture
def pages(tmp_path):
    texts = [f"<!--<body>--><body class=x><h1>Page {n}</h1><a href=/news>News</a>" for n in range(7)]
    folder = tmp_path / "pages"
    folder.mkdir()
    write_warc(folder / "a.warc.gz", [html(f"https://c{n}.example/", text) for n, text in enumerate(texts)])
    return folder


def test_our_choice_of_a_site_s_pages_is_the_links_that_scrapy_is_told(material):
    bodies = [*WARM_UP, b"<p>no body tag", b"<script>'<body>'</script><body><a href=/contact-us>Contact</a>"]
    for (host, path), answer in sites(bodies, 3).items():
        if path == b"/":
            url = f"http://{host.decode()}"
            home = Page(f"{url}/", answer.partition(b"\r\n\r\n")[2], "")
            chosen = choose(home, {host.decode()}, PAGES_PER_SITE - 1)
            assert [one.url for one in chosen] == [url + path for path in PATHS]
            assert parse(home.body).xpath("//*[@id='site-pages']//a/@href") == list(PATHS)


def test_both_sides_read_the_same_of_a_plain_page():
    load_built_in()
    url = "http://acme.example/"
    found = fields(parse(WARM_UP[0]), url)
    facts = digest(Page(url, WARM_UP[0], ""), [EXTRACTORS[name] for name in SAME_FIELDS]).facts
    ours = {fact.field: fact.value for _, fact in facts if fact.confidence >= 0.5}
    theirs = {"company_name": found["name"], "company_description": found["description"]}
    theirs |= {"company_logo": found["logo"], "company_x": found["social"][0]}
    theirs |= {"company_emails": found["emails"][0], "company_phones": found["phones"][0]}
    assert ours == {**ours, **theirs}


@needs_scrapy
def test_every_side_gets_every_page_and_keeps_the_manners(pages, tmp_path):
    written = tmp_path / "speed.json"
    words = ["benchmark", "speed", "--data", str(pages), "--json", str(written)]
    done = CliRunner().invoke(cli, [*words, "--rounds", "1", "--hosts", "2", "--latency-ms", "0"])
    assert done.exit_code == 0, done.output
    (result,) = json.loads(written.read_text()).values()
    assert {side: result[side]["pages"] for side in speed.SIDES} == dict.fromkeys(speed.SIDES, 10)
    assert all(result[side]["pages_per_second"] > 0 for side in speed.SIDES)
    assert set(result) == {*speed.SIDES, *speed.RATIOS}
    assert "0 ms, 2 hosts" in done.output


def test_a_host_is_asked_one_request_at_a_time_and_its_rules_once(pages):
    """Ours; Scrapy at times asks for a page while the robots.txt of its host is under way."""
    with Serving(pages, 3, 0.05) as serving:
        made, asked = speed.run_side("enrich", serving, speed.Load(3, 50))
    assert made["pages"] == asked.pages == 3 * PAGES_PER_SITE
    assert (asked.robots, asked.missing, asked.most_at_once_of_a_host) == (3, 0, 1)


def test_a_folder_without_pages_is_a_message(tmp_path):
    with pytest.raises(TableError, match="holds no pages; give a folder with WARC files"):
        Serving(tmp_path, 1, 0.0)


def test_hosts_and_latencies_go_together(pages):
    done = CliRunner().invoke(cli, ["benchmark", "speed", "--data", str(pages), "--hosts", "2"])
    assert done.exit_code == 2
    assert "one --latency-ms for each --hosts" in done.output


def test_made_up_archives_are_found_to_the_last_company(tmp_path):
    written = tmp_path / "warc.json"
    words = ["benchmark", "warc", "--companies", "5", "--companies", "20", "--json", str(written)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    results = json.loads(written.read_text())
    assert [result["companies"] for result in results.values()] == [5, 20]
    assert all(result["companies_per_second"] > 0 < result["peak_mb"] for result in results.values())


def test_a_made_up_page_says_who_speaks():
    load_built_in()
    facts = {
        fact.field
        for _, fact in digest(
            Page("https://company7.example/", archive.home_page(7), ""), EXTRACTORS.values()
        ).facts
    }
    assert {
        "company_name",
        "company_phones",
        "company_emails",
        "company_postcode",
        "company_linkedin",
    } <= facts
    assert archive.home_page(7) == archive.home_page(7) != archive.home_page(8)


def test_names_of_hosts_are_nobody_s():
    assert all(name.endswith(".example") for name in [*host_names(200), archive.domain(3)])
