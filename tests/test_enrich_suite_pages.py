"""Pages made to choke parsers: reading them ends within a second and a memory cap, and raises nothing."""

import json
import subprocess
import sys
import time

import pytest
from web_serving import Reply, Web

from enrich import Settings, State
from enrich.extract import load_built_in
from enrich.extract.maintext import main_text
from enrich.extract.parked import page_kind
from enrich.extract.registry import EXTRACTORS
from enrich.page import Page
from enrich.sources.choice import choose
from enrich.sources.live import LiveWeb
from enrich.sources.robots import Rules

load_built_in()
OURS = [
    one
    for one in EXTRACTORS.values()
    if one.function.__module__.startswith("enrich.extract.") and one.reads is Page
]

# Of CPU; the suite's own deadline, and a generous one for what is ours and larger.
SECONDS_A_PAGE = 1.0
SECONDS_A_HOSTILE_PAGE = 2.0
LARGEST_PAGE = Settings().max_body_bytes

# The project's own: what leaves elements open, with and without end tags that close nothing.
OWN_PATTERNS = (
    *("<div>", "<b></p>", "<div><template></div></template>", "<object><div></object>", "<a><table>"),
    *("<i><b><p>", "<svg><title>", "<select><option>", "<table><td>", "<!--", "<a ", "&#", "</br>"),
)
BOLD = "".join(f"<b id={number}>" for number in range(2_400))
LONG = "".join(f"<b id={number} class={'x' * 9_000}>" for number in range(49))
# Where an attribute's name has a quote, a reader that takes it for one sees the tag end too early.
MISLEADING = "".join(f"<b id={number} a\"='\">{'x' * 9_000}'>" for number in range(49))
# Depth that end tags hide, or that each of them walks; formatting that each paragraph builds anew.
DEEP = {
    "ends first": "</div>" * 40_000 + "<div>" * 40_000,
    "ends of others": "<b>" * 20_000 + "</p>" * 20_000,
    "deep and many ends": "<div>" * 4_900 + "</p>" * 400_000,
    "deep within bounds": "<b>" * 4_900 + "</p>" * 4_900,
    "formatting": f"<p>{BOLD}" + "<p>x" * 2_400,
    "formatting and ends": f"<p>{BOLD}" + "</p>x" * 2_400,
    "formatting within bounds": f"<p>{BOLD[:550]}" + "<p>x" * 2_000,
    "formatting of many characters": f"<p>{LONG}" + "<p>x" * 1_900,
    "formatting whose quotes mislead": f"<p>{MISLEADING}" + "<p>x" * 1_900,
    "formatting closed in a comment": f"<p>{BOLD[:1_500]}" + "<!--</b>-->" * 120 + "<p>x" * 1_000,
}


def read(body, url="https://acme.example/"):
    """All that the product does with a page: every extractor, its kind, its text and the choice of links."""
    page = Page(url, body, "2026-01-01T00:00:00Z", headers={"content-type": "text/html"})
    page_kind(page)
    main_text(page)
    choose(page, {"acme.example"}, 7)
    return [fact for extractor in OURS for fact in extractor(page)]


def seconds(body):
    start = time.process_time()
    read(body)
    return time.process_time() - start


@pytest.fixture(scope="module")
def patterns(material):
    suite = json.loads((material("suites/parser-dos") / "patterns.json").read_text(encoding="utf-8"))
    assert (len(suite["patterns"]), suite["counts"]) == (8, [10_000, 40_000])
    assert suite["deadline_seconds"] == SECONDS_A_PAGE
    return suite


def test_patterns_that_choke_parsers_end_within_a_second(patterns):
    for case in patterns["patterns"]:
        for count in patterns["counts"]:
            body = (case["pattern"] * count).encode()
            assert seconds(body) < SECONDS_A_PAGE, f"{case['name']} x {count}"
            Page("https://acme.example/", body, "").soup.get_text()


@pytest.mark.parametrize("pattern", OWN_PATTERNS)
def test_the_projects_own_patterns_end_within_a_second(pattern):
    assert seconds(pattern.encode() * 40_000) < SECONDS_A_HOSTILE_PAGE


@pytest.mark.parametrize("body", DEEP.values(), ids=DEEP)
def test_depth_and_formatting_do_not_multiply(body):
    assert seconds(body.encode()) < SECONDS_A_HOSTILE_PAGE


READ_ALL = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from test_enrich_suite_pages import DEEP, read
for body in DEEP.values():
    read(body.encode())
for pattern in json.loads(sys.argv[2]):
    read((pattern * (int(sys.argv[3]) // len(pattern))).encode())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_the_largest_pages_stay_within_their_memory(pytestconfig):
    """In a process of its own, whose peak is known; the largest page that is fetched, of each pattern."""
    command = [sys.executable, "-c", READ_ALL, "tests", json.dumps(OWN_PATTERNS[::3]), str(LARGEST_PAGE)]
    done = subprocess.run(command, cwd=pytestconfig.rootpath, check=True, capture_output=True, text=True)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes here
    assert int(done.stdout) * unit < 800_000_000


def test_the_largest_pages_of_the_suite_end_too(patterns):
    for case in patterns["patterns"]:
        count = LARGEST_PAGE // len(case["pattern"])
        assert seconds((case["pattern"] * count).encode()) < 5 * SECONDS_A_PAGE, case["name"]


@pytest.mark.filterwarnings("ignore::bs4.XMLParsedAsHTMLWarning")
def test_html5lib_trees_raise_nothing(material):
    cases = 0
    for path in sorted(material("suites/html5lib-tests").rglob("*.dat")):
        for case in path.read_bytes().split(b"#data\n")[1:]:
            body = case.partition(b"#errors")[0]
            assert seconds(body) < SECONDS_A_PAGE, body
            Page("https://acme.example/", body, "").soup.get_text()
            cases += 1
    assert cases == 731


def test_naughty_strings_as_pages_links_and_addresses_raise_nothing(material):
    texts = json.loads((material("suites/blns") / "blns.json").read_text(encoding="utf-8"))
    assert len(texts) == 515
    for text in texts:
        html = f"<title>{text}</title><p>{text}</p><a href='{text}'>{text}</a><a href=/about>{text}</a>"
        read(html.encode("utf-8", "replace"))
        read(b"<a href=x>About</a>", url=text)
        Rules.parse(text).permit(f"https://acme.example/{text}")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_website_of_bombs_costs_its_cap_and_no_more(material, coding):
    """Every page and the robots.txt inflate to 11.5 MB and more; each is cut at its cap."""
    bomb = Reply(
        (material("suites/scrapy-bombs") / f"bomb-{coding}.bin").read_bytes(),
        headers={"Content-Encoding": coding},
    )
    web = Web({"acme.example": {"/": bomb, "/robots.txt": bomb}, "b.example": {"/": bomb}})
    settings = Settings(pause_seconds=0.0, deadline_seconds=10.0, max_body_bytes=300_000)
    try:
        looks = list(LiveWeb(settings, web.reach()).look(["acme.example", "b.example"]))
    finally:
        web.close()
    for one in looks:
        last = one.observations[-1]
        assert (last.state, last.note) == (State.FOUND, "cut at 300000 bytes"), one
        assert len(last.page.body) == 300_000
        assert seconds(last.page.body) < SECONDS_A_PAGE
