"""robots.txt: verdicts as Google's and Protego's own, failures as RFC 9309 says."""

import json
from collections import Counter

import pytest

from enrich.facts import State
from enrich.sources.exchange import Answer
from enrich.sources.robots import MAX_BYTES, PRODUCT, Robots, Rules, user_agent

# Where Protego differs from Google's parser, by test and number of cases. A line it does not know ends the
# group of agents above it. "Foo Bar" as the name of an agent that asks is nothing to us, who ask under one
# word. It compares paths in their decoded form, as RFC 9309 (section 2.2.2) asks; Google as they are written.
DEVIATIONS = {
    "ID_LineSyntax_Groups_OtherRules": 1,
    "GoogleOnly_AcceptUserAgentUpToFirstSpace": 1,
    "ID_Encoding": 3,
}


def test_verdicts_are_googles_but_for_the_deviations_on_record(material):
    cases = json.loads((material("suites/google-robotstxt") / "cases.json").read_text())
    assert len(cases) == 142
    deviating = [
        case
        for case in cases
        if Rules.parse(case["robots"]).permit(case["url"], case["agent"]) != case["allowed"]
    ]
    assert Counter(case["test"] for case in deviating) == DEVIATIONS, deviating


def test_verdicts_delays_and_sitemaps_are_protegos(material):
    cases = json.loads((material("suites/protego") / "cases.json").read_text())
    counted = Counter()
    for case in cases:
        rules = Rules.parse(case["robots"])
        if "allowed" in case:
            assert rules.permit(case["url"], case["agent"]) == case["allowed"], case
        elif "crawl_delay" in case:
            assert rules.delay_seconds(case["agent"]) == (case["crawl_delay"] or 0.0), case
        else:
            assert list(rules.parser.sitemaps) == case["sitemaps"], case
        counted["allowed" in case, "crawl_delay" in case] += 1
    assert sorted(counted.values()) == [3, 6, 378]


@pytest.mark.parametrize(
    "name", [PRODUCT, PRODUCT.upper(), f"{PRODUCT} 1.0", f"{PRODUCT}\tcrawler", f"{PRODUCT} # us"]
)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_name_in_the_file_ends_at_its_first_blank(name, end):
    text = f"User-Agent: {name}{end}Disallow: /private{end}{end}User-agent: *{end}Disallow: /{end}"
    rules = Rules.parse(text)
    assert rules.permit("https://acme.example/")
    assert not rules.permit("https://acme.example/private")


@pytest.mark.parametrize(
    ("answer", "permitted", "state"),
    [
        (Answer("", State.FOUND, body=b"User-agent: *\nDisallow: /"), False, State.FOUND),
        (Answer("", State.FOUND, body=b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False, State.FOUND),
        (Answer("", State.FOUND, body=b"<html>not found</html>"), True, State.FOUND),
        (Answer("", State.FOUND, body=b"\xff\xfe\x00"), True, State.FOUND),
        (Answer("", State.ABSENT, status=404), True, State.FOUND),
        (Answer("", State.BLOCKED, status=403), True, State.FOUND),
        (Answer("", State.FAILED, status=302, location="/loop"), True, State.FOUND),
        (Answer("", State.RATE_LIMITED, status=429), False, State.RATE_LIMITED),
        (Answer("", State.FAILED, status=500), False, State.REFUSED),
        (Answer("", State.FAILED), False, State.FAILED),
        (Answer("", State.TIMED_OUT), False, State.TIMED_OUT),
        (Answer("", State.NO_SUCH_DOMAIN), False, State.NO_SUCH_DOMAIN),
        (Answer("", State.REFUSED, status=302), False, State.REFUSED),
    ],
)
def test_what_an_answer_permits(answer, permitted, state):
    rules = Rules.of(answer)
    assert (rules.permit("https://acme.example/"), rules.state) == (permitted, state)


def test_rules_for_this_product_are_found_by_its_name():
    rules = Rules.parse(f"User-agent: *\nAllow: /\n\nUser-agent: {PRODUCT}\nDisallow: /\nCrawl-delay: 2.5")
    assert not rules.permit("https://acme.example/")
    assert rules.delay_seconds() == 2.5
    assert user_agent("bot@acme.example").startswith(f"{PRODUCT}/")


def test_a_long_file_ends_at_a_line():
    rule = b"Disallow: /private\n"
    text = b"User-agent: *\n" + rule + b"# x\n" * (MAX_BYTES // 4)
    cut = text[: MAX_BYTES - 11] + b"Disallow: /"
    assert len(cut) == MAX_BYTES
    rules = Rules.of(Answer("", State.FOUND, body=cut))
    assert rules.permit("https://acme.example/")
    assert not rules.permit("https://acme.example/private")


def test_a_file_is_fetched_once_a_host():
    fetched = []

    def fetch(url):
        fetched.append(url)
        return Answer(url, State.ABSENT, status=404)

    robots = Robots()
    for url in ("https://a.example/", "https://a.example/x?y", "http://a.example/", "https://b.example/"):
        robots.rules(url, fetch)
    assert fetched == [f"{origin}/robots.txt" for origin in ("https://a.example", "http://a.example",
                                                            "https://b.example")]  # fmt: skip
