"""Fingerprints that people bring themselves, in the public format of Wappalyzer; all of these are made up."""

import json
import sys
import warnings

import pytest

pytest.importorskip("re2", reason="the extra 'fingerprints' is not installed")

from enrich.errors import SettingsError
from enrich.extract.css_selectors import Elements, SelectorError
from enrich.extract.fingerprint_files import read_folder
from enrich.extract.fingerprints import NAMES, Fingerprints, load_fingerprints
from enrich.extract.linear_patterns import Pattern, PatternError, Patterns, Work
from enrich.extract.registry import EXTRACTORS
from enrich.facts import Channel
from enrich.page import Page
from enrich.recipe import recipe
from enrich.records import Certificate, DnsRecords
from enrich.settings import Settings

CATEGORIES = {"1": {"name": "CMS", "priority": 1}, "2": {"name": "Web servers"}, "3": {"name": "Add-ons"}}


@pytest.fixture
def folder(tmp_path):
    """Write a folder of technologies, each with its fields."""

    def write(**technologies):
        (tmp_path / "technologies").mkdir(exist_ok=True)
        (tmp_path / "categories.json").write_text(json.dumps(CATEGORIES))
        (tmp_path / "technologies" / "a.json").write_text(json.dumps(technologies))
        return tmp_path

    return write


@pytest.fixture(autouse=True)
def _no_fingerprints_stay():
    yield
    load_fingerprints("")


def page(html="", headers=None, url="https://acme.example/"):
    return Page(url, html.encode(), "2026-01-01T00:00:00Z", headers=headers or {})


def on_page(folder, html="", headers=None, url="https://acme.example/", **technologies):
    return Fingerprints(read_folder(folder(**technologies))[0]).on_page(page(html, headers, url))


SCRIPT = '<script src="https://cdn.acme.example/acme-2.1.min.js"></script><script>acme.start()</script>'


@pytest.mark.parametrize(
    ("fields", "html", "headers"),
    [
        ({"scriptSrc": r"/acme-([\d.]+)(?:\.min)?\.js$\;version:\1"}, "<script src=a></script>" + SCRIPT, {}),
        ({"script": r"^https://cdn\.acme"}, SCRIPT, {}),
        ({"scripts": [r"nothing", r"acme\.start\("]}, SCRIPT, {}),
        ({"html": r"<P class=\"[^\"]*acme"}, '<p class="x acme">', {}),
        ({"text": r"\bpowered by acme\b"}, "<p>Powered <b>by</b> Acme", {}),
        ({"url": r"acme\.example"}, "<p>", {}),
        ({"meta": {"Generator": r"^Acme (\d*)\;version:\1"}}, '<meta name=generator content="Acme 3">', {}),
        ({"headers": {"X-Acme": ""}}, "<p>", {"x-acme": ""}),
        ({"headers": {"Server": "^acme(?:/([\\d.]+))?"}}, "<p>", {"server": "Acme/2"}),
        ({"cookies": {"acme_id": ""}}, "<p>", {"set-cookie": "a=1; path=/, acme_id=7; Secure"}),
        ({"cookies": {"acme_*": r"^\d+$"}}, "<p>", {"set-cookie": "acme_x=12; path=/"}),
        ({"dom": "link[href*='/acme/css']"}, '<link href="/acme/css/a.css">', {}),
        ({"dom": [".nothing", "#a > .b i"]}, '<div id=a><p class=b><u><i>x', {}),
        ({"dom": {".ver": {"text": r"^Acme \d"}}}, '<p class=ver>None<p class=ver>Acme 2', {}),
        ({"dom": {"a, form": {"attributes": {"action": r"acme\."}}}}, '<form action="//acme.example">', {}),
        ({"dom": {"script": {"attributes": {"async": ""}}}}, "<script async src=/x.js></script>", {}),
    ],
)  # fmt: skip
def test_each_field_finds_what_it_describes_and_nothing_on_another_page(folder, fields, html, headers):
    assert on_page(folder, html, headers, Acme=fields) == {"Acme": 1.0}
    other = "https://other.example/"
    assert on_page(folder, "<script src=/x.js></script><p>y", {"server": "x"}, other, Acme=fields) == {}


def test_fields_that_need_a_browser_or_another_request_are_passed_over(folder):
    fields = {"js": {"Acme.version": ""}, "xhr": "acme", "css": "acme", "robots": "acme", "probe": {"/a": ""}}
    assert on_page(folder, SCRIPT, Acme={**fields, "dom": {"p": {"properties": {"x": ""}}}}) == {}


def test_dns_and_certificates_are_read(folder):
    acme = {"dns": {"MX": r"\.acme\.example$", "TXT": ["^acme-verify="]}}
    fingerprints = Fingerprints(read_folder(folder(Acme=acme, Trust={"certIssuer": "^Acme Trust"}))[0])
    records = [
        ("MX", "10 mx.acme.example"),
        ("TXT", "acme-verify=1"),
        ("TXT", "x"),
        ("NS", "ns.acme.example"),
    ]
    found = [
        fingerprints.in_dns(DnsRecords("x.example", "x.example", kind, (value,))) for kind, value in records
    ]
    assert found == [{"Acme": 1.0}, {"Acme": 1.0}, {}, {}]
    certificate = Certificate("x.example", "", "Root Inc", "Acme Trust CA 1", ("x.example",), "", "")
    assert fingerprints.in_certificate(certificate) == {"Trust": 1.0}


def test_confidences_add_up_to_certainty_and_each_trace_counts_once(folder):
    half = {"html": [r"acme-one\;confidence:50", r"acme-two\;confidence:30"]}
    assert on_page(folder, "acme-one acme-one", Acme=half) == {"Acme": 0.5}
    assert on_page(folder, "acme-one acme-two", Acme=half) == {"Acme": 0.8}
    assert on_page(folder, "acme-one acme-two <p>x", Acme={**half, "dom": "p"}) == {"Acme": 1.0}


def test_what_is_implied_is_as_sure_as_its_reason_even_in_a_circle(folder):
    found = on_page(
        folder,
        "acme-shop",
        Shop={"html": "acme-shop", "implies": ["Server\\;confidence:50", "Base"]},
        Server={"implies": "Base"},
        Base={"implies": ["Shop", "Server", "Unheard of"]},
    )
    assert found == {"Shop": 1.0, "Base": 1.0, "Server": 1.0, "Unheard of": 1.0}
    alone = on_page(folder, "acme-shop", Shop={"html": "acme-shop", "implies": "Server\\;confidence:50"})
    assert alone == {"Shop": 1.0, "Server": 0.5}


def test_what_is_excluded_goes_and_excludes_nothing_itself(folder):
    a = {"html": "page", "excludes": "B"}
    b = {"html": "page\\;confidence:90", "excludes": ["C"]}
    assert on_page(folder, "page", A=a, B=b, C={"html": "page"}) == {"A": 1.0, "C": 1.0}


def test_requirements_are_met_by_a_technology_or_a_category_on_the_same_page(folder):
    addon = {"cats": [3], "html": "page", "requires": "Base", "requiresCategory": [1]}
    assert on_page(folder, "page", Addon=addon) == {}
    assert on_page(folder, "page", Addon=addon, Base={"html": "page"}).keys() == {"Addon", "Base"}
    assert on_page(folder, "page", Addon=addon, Other={"cats": [1], "html": "page"}).keys() == {
        "Addon",
        "Other",
    }
    chain = {"Base": {"html": "page", "implies": "Core"}, "Third": {"html": "page", "requires": "Second"}}
    found = on_page(folder, "page", **chain, Second={"html": "page", "requires": "Core"})
    assert found.keys() == {"Base", "Core", "Second", "Third"}


def test_extractors_name_technologies_and_categories_under_their_own_name(folder):
    load_fingerprints(folder(Acme={"cats": [1, 2], "html": r"acme\;confidence:50"}))
    facts = [(one.field, one.value, one.confidence) for one in EXTRACTORS["fingerprints"](page("acme"))]
    assert facts == [
        ("company_technologies", "Acme", 0.45),
        ("company_technology_categories", "cms", 0.45),
        ("company_technology_categories", "web servers", 0.45),
    ]


def test_an_empty_name_takes_the_extractors_away(folder):
    load_fingerprints(folder(Acme={"html": "acme"}))
    assert set(NAMES) <= set(EXTRACTORS)
    load_fingerprints("")
    assert not set(NAMES) & set(EXTRACTORS)


def test_recipes_change_with_the_files(folder):
    def recipes():
        return [recipe(EXTRACTORS, Settings(), channel) for channel in (Channel.WEBSITE, Channel.DNS)]

    load_fingerprints(folder(Acme={"html": "acme"}))
    first = recipes()
    load_fingerprints(folder(Acme={"html": "acme"}))
    assert recipes() == first
    load_fingerprints(folder(Acme={"html": "acme!"}))
    assert all(one != other for one, other in zip(recipes(), first, strict=True))


def test_folders_are_understood_as_older_and_other_tools_lay_them_out(tmp_path):
    (tmp_path / "src").mkdir()
    apps = {"$schema": "x", "apps": {"Acme": {"cats": ["1"], "html": "acme"}}, "categories": {"1": "CMS"}}
    (tmp_path / "src" / "technologies.json").write_text(json.dumps(apps))
    (tmp_path / "src" / "categories.json").write_text(json.dumps(CATEGORIES))
    (acme,), _ = read_folder(tmp_path)
    assert (acme.name, acme.categories) == ("Acme", ("cms",))


def test_one_warning_counts_the_patterns_that_cannot_be_used(folder):
    bad = {
        "html": [r"acme(?!x)", "acme"],
        "scriptSrc": "(",
        "dom": {"p ~ p": {"exists": ""}, "p >": {"text": "x"}},
    }
    with pytest.warns(UserWarning, match="not looked for") as caught:
        load_fingerprints(folder(Acme=bad))
    assert [str(one.message) for one in caught] == [
        "fingerprints: not looked for: a.json: 'Acme': html: 'acme(?!x)' (invalid perl operator: (?!) "
        "(the first of 4)"
    ]
    assert [fact.value for fact in EXTRACTORS["fingerprints"](page("acme"))] == ["Acme"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"Acme": {"html": "x"', "a.json: is no valid JSON"),
        ("[" * 100_000, "a.json: is no valid JSON"),
        ("[]", "a.json: must be an object"),
        ('{"Acme": 1}', "a.json: 'Acme' must be an object"),
        ('{"Acme": {"html": {"x": 1}}}', "'Acme': html is {'x': 1}; it must be a text"),
        ('{"Acme": {"headers": "x"}}', "'Acme': headers must be an object"),
        ('{"Acme": {"headers": {"Server": 1}}}', "'Acme': headers: Server is 1; it must be a text"),
        ('{"Acme": {"dom": {"p": "x"}}}', "'Acme': dom: 'p' must be an object"),
        ('{"Acme": {"dom": {"p": {"attributes": []}}}}', "'Acme': dom: 'p': attributes must be an object"),
    ],
)
def test_a_broken_file_is_named_with_the_technology(folder, content, complaint):
    root = folder()
    (root / "technologies" / "a.json").write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_fingerprints(root)
    assert complaint in str(caught.value)


def test_a_folder_without_technologies_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="neither technologies"):
        load_fingerprints(tmp_path)


def test_a_missing_library_is_named_with_its_extra(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(SettingsError, match=r"lookalike-workbench\[fingerprints\]"):
        load_fingerprints(folder(Acme={"html": "acme"}))


def test_the_folder_is_relative_to_the_configuration_file(tmp_path):
    (tmp_path / "enrich.toml").write_text('fingerprints = "mine"')
    assert Settings.from_toml(tmp_path / "enrich.toml").fingerprints == str(tmp_path / "mine")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\u0410\u043a\u043c\u0435", "ООО акме", True),
        (r"[^]x", "\nx", True),
        (r"a[\w-.]b", "a-b", True),
        (r"a[\w-.]b", "a/b", False),
        (r"[[a]\/\_\i", "[/_i", True),
        (r"acme{2}colou?r", "xACMEECOLOR", True),
        (r"(?:one|two)three", "TWOthree", True),
        (r"one|two three", "two three", True),
        (r"abc*d+e{0,2}fgh", "abdfgh", True),
        (r"a.b", "a\nb", False),
        (r"", "", True),
    ],
)
def test_patterns_mean_what_they_mean_in_javascript(pattern, text, found):
    assert bool(Patterns([Pattern(pattern)]).found(text, Work())) is found


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\w)\1",
        "(?<=a)b",
        "(",
        "[",
        "\\",
        "(?:a{999}){999}",
        "|".join(f"{one}{{900}}" for one in "abcdefghijklmnopqrstuvwxyz"),
    ],
)
def test_patterns_that_are_wrong_too_large_or_need_backtracking_are_refused(pattern):
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_pattern_reads_no_more_than_its_share():
    work = Work(10_000)
    needle = Pattern("needle")
    assert needle.found(b"x" * 100 + b"needle", work)
    left = work.left
    assert left < 10_000
    assert not needle.found(b"needle" + b"x" * 10_000, work)
    assert work.left == left


def test_pages_made_to_make_patterns_backtrack_are_read_in_linear_work(folder):
    # Each takes Python's re longer than the age of the universe.
    traps = [r"(a+)+$", r"(a|aa)+$", r"(.*)*b", r"(?:a?){60}a{60}c", r"([a-zA-Z]+)*@"]
    found = on_page(folder, "a" * 1_000_000, Acme={"html": traps[:1] + traps[2:], "scripts": traps})
    assert found in ({}, {"Acme": 1.0})


def test_selectors_that_would_try_every_way_up_are_left_out_on_deep_pages():
    html = '<div class="b">' * 900 + "<i>x</i>" * 10
    elements = Elements([".a .b .b i", ".b .b i", ".b i"])
    assert [selector for selector, _ in elements.found(page(html + '<p class="a">'), Work())] == [
        ".b .b i",
        ".b i",
    ]
    assert [selector for selector, _ in elements.found(page(html + '<p class="a">'), Work(0))] == []


@pytest.mark.parametrize(
    "selector", ["p ~ p", "p:has(b)", "p:not(:not(a))", ":not(a b)", "p >", "", "p[", "a\\:b"]
)
def test_selectors_that_are_wrong_or_whose_work_has_no_bound_are_refused(selector):
    with pytest.raises(SelectorError):
        Elements.check(selector)


@pytest.mark.parametrize(
    ("selector", "html"),
    [
        ("TABLE tbody td", "<table><tr><td>x"),
        ("[data-x='a, b'] , u", '<p data-x="a, b">'),
        ('a[href="x?a=1&b=2"]', '<a href="x?a=1&amp;b=2">'),
        ("link[HREF*='ACME' i]", '<link href="/acme.css">'),
        (".Big#One", '<p class="small Big" id="One">'),
        ("body > p:not(.x)", "<p>a"),
        ("acme-widget", "<acme-widget>"),
    ],
)
def test_selectors_are_not_passed_over_where_they_find_something(selector, html):
    Elements.check(selector)
    assert [one for one, _ in Elements([selector]).found(page(html), Work())] == [selector]


@pytest.mark.parametrize("html", ["", "<", "\x00", "<p" * 5000, "<div>" * 20_000, "&#x0;", "\ud800"])
def test_no_page_raises(folder, html):
    fields = {"html": "x", "dom": "div p", "meta": {"x": ""}, "text": "y", "cookies": {"*": ""}}
    fingerprints = Fingerprints(read_folder(folder(Acme=fields))[0])
    strange = Page("", html.encode("utf-8", "surrogatepass"), "", headers={"set-cookie": html, "x": html})
    assert fingerprints.on_page(strange) in ({}, {"Acme": 1.0})
    assert fingerprints.in_dns(DnsRecords("", "", "", ("", html))) == {}
    assert fingerprints.in_certificate(Certificate("", "", html, html, (), "", "")) == {}


def test_a_folder_that_can_be_used_whole_warns_of_nothing(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_fingerprints(folder(Acme={"html": "acme", "cats": [99]}))
