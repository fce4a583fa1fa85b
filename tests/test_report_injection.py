"""Whatever stands in a lead file, its headers, its events or a kept result: the report shows it dead.

A report on hostile text has no kind of element and no attribute that one on harmless text has not: so nothing
of the text became markup. The browser opens it, goes through its views, and nothing stirs.
"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from command_calling import call
from hostile_text import LONG, TEXTS
from selectolax.lexbor import LexborHTMLParser

#: A web address is among them: links are the page's own.
HARMLESS = [*(f"harmless {i}" for i in range(30)), "https://acme.example/"]
#: What the page has only for leads of which something is missing.
FOR_BLANKS = {"div data-why", "dl data-missing"}
#: Runs before the page's own scripts: what an attack would call is told instead.
ALARM = """
for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"])
  window[name] = () => { window.__alive = name; };
document.addEventListener("securitypolicyviolation", (event) => { window.__alive = event.blockedURI; });
"""
#: Every (element, attribute) of the page as the browser made it, shadow roots of its own included.
SHAPE = """() => {
  const seen = new Set();
  for (const node of document.querySelectorAll("*")) {
    seen.add(node.localName);
    for (const {name} of node.attributes) seen.add(node.localName + " " + name);
  }
  return [...seen];
}"""


def deals_of(texts, n=90, seed=0):
    """Deals in which each text stands in every kind of column, and some are headers."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n).round(3)
    text = [texts[(i + seed) % len(texts)] for i in range(n)]
    headers = texts[:: max(1, len(texts) // 8)][:8]
    return pd.DataFrame(
        {
            "id": [f"{name[:200]}#{seed}.{i}" for i, name in enumerate(text)],
            "company": text,
            "created_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(n), unit="D"),
            "website": text,
            "email": text,
            "country": [texts[i % 5] for i in range(n)],
            "company_technologies": [f"{a}; {b}" for a, b in zip(text, reversed(text), strict=True)],
            "company_description": text,
            "company_description_source": text,
            "company_phones_why": text,
            **{f"{header[:300]}": rng.choice(texts[:6], n) for header in headers},
            "size": size,
            "outcome": np.where(size + rng.normal(size=n) > 0, "won", "lost"),
        }
    )


def report_on(texts, folder, *, long="", audited=True):
    """Write the report on leads and a model, both of these texts, by the command; gives its path."""
    folder.mkdir()
    deals, leads = deals_of(texts), deals_of(texts, 60, seed=1).drop(columns="outcome")
    for table in (deals, leads):
        table.loc[:1, ["company", "website", "company_description"]] += long
    rng = np.random.default_rng(0)
    events = pd.DataFrame(
        {
            "lead_id": rng.choice([*deals["id"], *leads["id"]], 300),
            "at": "2024-12-01T10:00:00",
            "type": rng.choice(texts[:20], 300),
            "url": rng.choice(texts, 300),
        }
    )
    tables = {"deals": deals, "leads": leads, "events": events}
    paths = {name: folder / f"{name} <b>&amp;.parquet" for name in tables}
    for name, table in tables.items():
        table.to_parquet(paths[name])
    model, roles = folder / "model <i>", ["--outcome", "outcome", "--won", "won", "--time", "created_at"]
    fit = ["fit", paths["deals"], "-o", model, *roles, "--events", paths["events"], "--embedding", "linear"]
    assert call("lookalike", *fit, "--quiet") == 0
    assert call("lookalike", "monitor", model, paths["leads"], "--keep", model, "--fail-on", "never") == 0
    assert call("lookalike", "threshold", model, "--capacity", "9", "--keep", model) == 0
    if audited:
        audit = ["audit", paths["deals"], *roles, "--permutations", "199", "--keep", model]
        assert call("lookalike", *audit, "--quiet") == 0
    for path in (model / "results").glob("*.json"):
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["headline"] = " ".join(text[:300] for text in texts)
        path.write_text(json.dumps(kept), encoding="utf-8")
    out = folder / "report <img src=x onerror=alert(1)>.html"
    assert call("lookalike", "report", model, paths["leads"], "-o", out, "--events", paths["events"]) == 0
    return out


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    return report_on(HARMLESS, tmp_path_factory.mktemp("reports") / "harmless")


@pytest.fixture(scope="module", params=["own", "suite"])
def hostile(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports") / request.param
    if request.param == "suite":
        path = request.getfixturevalue("material")("suites/blns") / "blns.json"
        texts = [text or "blank" for text in json.loads(path.read_text(encoding="utf-8"))]
        payloads = request.getfixturevalue("material")("suites/csv-injection") / "payloads.json"
        for cells in json.loads(payloads.read_text(encoding="utf-8")).values():
            texts += cells
        return report_on(texts, folder, audited=False)
    return report_on(TEXTS, folder, long=LONG)


def shape(path):
    """The kinds of elements of a page and their attributes, as an HTML parser reads it."""
    tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.css("*"):
        found |= {node.tag} | {f"{node.tag} {name}" for name in node.attributes}
    return found


def test_no_element_and_no_attribute_comes_from_the_text(harmless, hostile):
    assert shape(hostile) - shape(harmless) == set()


def test_scripts_and_styles_are_the_page_s_own(harmless, hostile):
    """As many, the code of the same length: only data, in a script that is none, may differ."""

    def own(path):
        tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
        code = [
            node for node in tree.css("script, style") if "json" not in (node.attributes.get("type") or "")
        ]
        return [re.sub(r"[\d.]+", "0", node.text()) for node in code if node.parent.tag in ("head", "body")]

    assert own(hostile) == own(harmless)


def test_links_lead_to_the_web_alone_and_tell_it_nothing(hostile):
    for node in LexborHTMLParser(hostile.read_text(encoding="utf-8")).css("a[href]"):
        href = node.attributes["href"]
        assert href.startswith(("https://", "http://", "#")), href
        assert href.startswith("#") or "noopener" in node.attributes.get("rel", ""), href


def test_in_the_browser_nothing_stirs(window, harmless, hostile):
    """Loaded, and every view, row and lead that can be opened by a click opened."""
    shapes = []
    for path in (harmless, hostile):
        page = window.open(path, alarm=ALARM, reduced_motion="reduce")
        title = page.title()
        found = set(page.evaluate(SHAPE))
        for link in page.locator("header nav a").all():
            link.click()
        for number in (1, 2, 30, 59):
            page.evaluate(f"location.hash = '#lead-{number}'")
            page.locator("[data-lead]").wait_for()
            found |= set(page.evaluate(SHAPE))
        page.keyboard.press("Escape")
        page.locator("button[data-language='ru']").click()
        page.locator("button[data-language='en']").click()
        found |= set(page.evaluate(SHAPE))
        page.wait_for_timeout(100)
        assert page.evaluate("window.__alive") is None
        assert page.title() == title
        shapes.append(found)
    assert shapes[1] - shapes[0] <= FOR_BLANKS
