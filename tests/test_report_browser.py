"""The report as a reader has it: in a browser, from a file, without a network, by mouse, finger and keyboard.

Hooks are those listed at the top of ``lookalike/report/page/report.html``. A console message, a dialog or a
request fails each of these tests (``window`` in ``conftest.py``).
"""

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from command_calling import call
from playwright.sync_api import expect

DATA = Path(__file__).resolve().parent.parent / "data"
#: Leads with the whole sum; the other leads stand in the table alone.
TOP = 40
WIDTHS = (320, 1280, 3840)
#: A name that a spreadsheet would run.
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The report on the embedded sample's leads, one of which a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("report")
    leads = pd.read_csv(DATA / "leads.csv")
    leads.loc[:9, "company"] = FORMULA
    leads.to_csv(folder / "leads.csv", index=False)
    model, out = folder / "model", folder / "report.html"
    roles = ["--outcome", "outcome", "--won", "won", "--time", "created_at", "--value", "value"]
    options = [*roles, "--closed", "closed_at", "--events", DATA / "events.csv", "--embedding", "linear"]
    assert call("lookalike", "fit", DATA / "deals.csv", "-o", model, *options, "--quiet") == 0
    assert call("lookalike", "threshold", model, "--capacity", "50", "--keep", model) == 0
    words = ["report", model, folder / "leads.csv", "-o", out, "--events", DATA / "events.csv"]
    assert call("lookalike", *words, "--top", TOP, "--quiet") == 0
    return out


@pytest.fixture
def page(window, report):
    return window.open(report)


def data_of(page):
    """The leads as the page's own data has them."""
    return json.loads(page.locator("#report-data").text_content())


def lines(page):
    """Numbers of the leads that the table shows, in its order."""
    return [
        int(row.get_attribute("data-table-row"))
        for row in page.locator("[data-table] [data-table-row]").all()
    ]


def number(text):
    return float(text.replace("−", "-").replace("\u00a0", "").replace(",", ""))


def go_back_to_overview(page):
    expect(page.locator('[data-view="overview"]')).to_be_visible()
    expect(page.locator('[data-view="lead"]')).to_be_hidden()


# Rows of cards


def test_a_card_says_what_its_likeness_is_to(page):
    """Of the best leads their own; in a row that to the customer it is about, or to all of its kind."""
    rows = page.locator("[data-row]")
    assert rows.first.locator("[data-card] .figures").first.inner_text().split("\n")[-1] == "likeness"
    told = set()
    for row in rows.all()[1:]:
        what = row.locator("[data-card] .figures").first.inner_text().split("\n")[-1]
        assert what == (
            "likeness to them" if "like it" in row.locator("h3").inner_text() else "likeness to it"
        )
        told.add(what)
    assert len(told) == 2


def test_a_row_scrolls_by_its_buttons(page):
    row = page.locator("[data-row]").first
    strip, onward, back = (row.locator(f"[data-row-{name}]") for name in ("list", "next", "previous"))
    expect(back).to_be_disabled()
    onward.click()
    page.wait_for_function("(list) => list.scrollLeft > 100", arg=strip.element_handle())
    expect(back).to_be_enabled()
    back.click()
    page.wait_for_function("(list) => list.scrollLeft < 4", arg=strip.element_handle())


def test_a_row_scrolls_by_arrow_keys_and_takes_the_focus_along(page):
    strip = page.locator("[data-row-list]").first
    strip.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(list) => list.scrollLeft > 50", arg=strip.element_handle())
    cards = strip.locator("[data-card] a[href^='#lead-']")
    cards.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(cards.first).to_be_focused()


def test_a_row_scrolls_under_a_finger(window, report):
    page = window.open(report, viewport=(390, 844), has_touch=True, is_mobile=True)
    strip = page.locator("[data-row-list]").first
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    devtools, y = page.context.new_cdp_session(page), box["y"] + min(60, box["height"] / 2)
    for kind, x in (("Start", 320), *(("Move", 320 - 20 * step) for step in range(1, 15)), ("End", None)):
        points = [] if x is None else [{"x": x, "y": y}]
        devtools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    page.wait_for_function("(list) => list.scrollLeft > 100", arg=strip.element_handle())


def test_a_finger_s_targets_are_large_enough(window, report):
    """24 by 24 CSS pixels at least (WCAG 2.2, 2.5.8), for what is no link within text."""
    page = window.open(report, viewport=(390, 844), has_touch=True, is_mobile=True)
    small = page.evaluate("""() => [...document.querySelectorAll("button, select, input")]
        .filter((one) => one.checkVisibility())
        .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 24)
        .map((one) => one.outerHTML.slice(0, 90))""")
    assert small == []


# A lead's page


@pytest.mark.parametrize("way", ["click", "Enter"])
def test_a_card_opens_its_lead_whose_sum_adds_up(page, way):
    card = page.locator("[data-card]").first
    shown = int(card.get_attribute("data-card"))
    link = card.locator("a[href^='#lead-']")
    link.click() if way == "click" else link.press("Enter")
    lead = page.locator("[data-lead]")
    expect(lead).to_have_attribute("data-lead", str(shown))
    expect(page.locator('[data-view="overview"]')).to_be_hidden()
    steps = lead.locator("[data-waterfall] [data-amount]")
    told = [number(text) for text in steps.all_text_contents()]
    exact = [float(step.get_attribute("data-amount")) for step in steps.all()]
    total = lead.locator("[data-total]")
    score = data_of(page)["leads"]["score"][shown - 1]
    assert sum(exact) == pytest.approx(float(total.get_attribute("data-total")), abs=1e-6)
    assert sum(exact) == pytest.approx(score, abs=1e-3)
    assert sum(told) == pytest.approx(number(total.locator("td").last.text_content()), abs=5e-4 * len(told))


@pytest.mark.parametrize("way", ["back link", "Escape", "browser's back"])
def test_back_from_a_lead_the_focus_is_where_it_was(page, way):
    link = page.locator("[data-card] a[href^='#lead-']").nth(1)
    href = link.get_attribute("href")
    link.press("Enter")
    expect(page.locator("[data-lead]")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('[data-view=lead]') !== null")
    if way == "back link":
        page.locator("[data-back]").click()
    elif way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.go_back()
    go_back_to_overview(page)
    page.wait_for_function("(href) => document.activeElement.getAttribute('href') === href", arg=href)


def test_from_a_lead_to_the_next(page):
    page.locator("[data-table] a[href='#lead-2']").click()
    page.locator("[data-lead-next]").click()
    expect(page.locator("[data-lead='3']")).to_be_visible()
    page.locator("[data-lead-previous]").click()
    expect(page.locator("[data-lead='2']")).to_be_visible()


def test_a_lead_without_a_sum_says_how_to_get_one(page):
    page.evaluate(f"location.hash = '#lead-{TOP + 5}'")
    lead = page.locator("[data-lead]")
    expect(lead).to_contain_text("lookalike explain")
    expect(lead).to_contain_text(data_of(page)["leads"]["id"][TOP + 4])


# The table of all leads


def test_search_finds_companies_and_ids(page):
    leads = data_of(page)["leads"]
    name, number = leads["company"][4], leads["id"][7]
    page.locator("[data-search]").fill(f" {name.upper()} ")
    assert 5 in lines(page)
    assert all(leads["company"][i - 1].lower() == name.lower() for i in lines(page))
    page.locator("[data-search]").fill(number)
    assert lines(page) == [8]
    expect(page.locator("[data-count]")).to_contain_text(re.compile(r"\b1\b.*\b300\b"))
    page.locator("[data-search]").fill("no such company")
    assert lines(page) == []
    page.locator("[data-reset]").click()
    expect(page.locator("[data-count]")).to_contain_text("300 ")


@pytest.mark.parametrize("by", ["rank", "probability", "score"])
def test_it_is_sorted_by_a_number_both_ways(page, by):
    values = data_of(page)["leads"][by]
    button = page.locator(f"[data-sort='{by}']")
    seen = set()
    for _ in range(2):
        button.click()
        order = page.locator(f"th:has([data-sort='{by}'])").get_attribute("aria-sort")
        shown = [values[i - 1] for i in lines(page)]
        assert len(shown) > 20
        assert shown == sorted(values, reverse=order == "descending")[: len(shown)]
        seen.add(order)
    assert seen == {"ascending", "descending"}


@pytest.mark.parametrize("by", ["company", "grade", "persona"])
def test_it_is_sorted_by_a_text_both_ways(page, by):
    button, orders = page.locator(f"[data-sort='{by}']"), []
    cells = {
        "company": "td:nth-child(2) bdi:first-child",
        "grade": "td:nth-child(5)",
        "persona": "td:nth-child(6)",
    }
    for _ in range(2):
        button.click()
        orders.append(page.locator(f"th:has([data-sort='{by}'])").get_attribute("aria-sort"))
        shown = page.locator(f"[data-table-row] {cells[by]}").all_text_contents()
        ordered = page.evaluate(
            "(texts) => [...texts].sort(new Intl.Collator('en', { numeric: true }).compare)", shown
        )
        assert shown == (ordered if orders[-1] == "ascending" else ordered[::-1])
    assert set(orders) == {"ascending", "descending"}


def within(data, name, value):
    """Numbers of the leads that a filter's option lets through, by the page's data."""
    leads = data["leads"]
    choices = {choice["column"]: choice for choice in data["choices"]}
    if name in choices:
        return {i + 1 for i, code in enumerate(choices[name]["codes"]) if code == int(value)}
    if name == "persona":
        return {i + 1 for i, persona in enumerate(leads["persona"]) if persona == int(value)}
    if name == "grade":
        return {i + 1 for i, grade in enumerate(leads["grade"]) if grade.startswith(value)}
    return {i + 1 for i, chance in enumerate(leads["probability"]) if chance >= float(value)}


def test_each_filter_narrows_the_list_and_all_do_together(page):
    data, names, together = data_of(page), [], set(range(1, 301))
    selects = [select for select in page.locator("select[data-filter]").all() if select.is_visible()]
    for select in selects:
        names.append(select.get_attribute("data-filter"))
        for value in [option.get_attribute("value") for option in select.locator("option").all()[1:4]]:
            select.select_option(value)
            expected = within(data, names[-1], value)
            expect(page.locator("[data-count]")).to_contain_text(re.compile(rf"\b{len(expected)} of 300"))
            assert lines(page) == sorted(expected)[: len(lines(page))]
        select.select_option("")
    assert "probability" in names
    assert len(names) > 2
    for select, name in zip(selects, names, strict=True):
        value = select.locator("option").nth(1 if name != "probability" else 4).get_attribute("value")
        select.select_option(value)
        together &= within(data, name, value)
        assert lines(page) == sorted(together)[: len(lines(page))]
    assert len(together) < 300


def test_a_report_without_chances_has_none_to_filter_by_and_none_in_its_list(window, tmp_path):
    won = pd.read_csv(DATA / "deals.csv").query("outcome == 'won'").head(8)
    leads = pd.read_csv(DATA / "leads.csv").head(60)
    columns = [column for column in won if column in leads]
    won[columns].to_csv(tmp_path / "won.csv", index=False)
    leads[columns].to_csv(tmp_path / "leads.csv", index=False)
    out, model = tmp_path / "report.html", tmp_path / "model"
    words = ["fit", tmp_path / "won.csv", "-o", model, "--universe", tmp_path / "leads.csv", "--quiet"]
    assert call("lookalike", *words) == 0
    assert call("lookalike", "report", model, tmp_path / "leads.csv", "-o", out, "--top", 20, "--quiet") == 0
    page = window.open(out)
    expect(page.locator("[data-filter='probability']")).to_be_hidden()
    assert page.locator("[data-table-row='1'] td").nth(2).inner_text() == "–"
    assert "chance" not in page.locator("[data-card='1'] .figures").first.inner_text()
    rows = exported(page)
    assert {row["probability"] for row in rows} == {""}
    assert [int(row["rank"]) for row in rows] == sorted(int(row["rank"]) for row in rows)
    page.locator("[data-card='1'] a.cover").first.click()
    figures = page.locator("[data-lead='1'] .stats dt").all_inner_texts()
    assert [name.lower() for name in figures] == ["rank", "likeness", "score"]


def test_a_long_list_is_scrolled_to_its_end(page):
    table = page.locator("[data-table]")
    table.evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
    expect(table.locator("[data-table-row='300']")).to_be_visible()


def exported(page):
    with page.expect_download() as download:
        page.locator("[data-export]").click()
    text = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_export_is_the_filtered_list_in_its_order(page):
    page.locator("[data-filter='probability']").select_option(index=4)
    page.locator("[data-sort='score']").click()
    page.locator("[data-sort='score']").click()
    leads = data_of(page)["leads"]
    shown = [leads["id"][i - 1] for i in lines(page)]
    rows = exported(page)
    assert [row["lead_id"] for row in rows][: len(shown)] == shown
    scores = [float(row["score"]) for row in rows]
    assert scores == sorted(scores)
    assert 0 < len(rows) < 300


def test_no_exported_cell_starts_a_formula(page):
    rows = exported(page)
    assert len(rows) == 300
    assert sum(row["company"] == f"'{FORMULA}" for row in rows) == 10
    for row in rows:
        texts = [text for name, text in row.items() if name not in ("score", "probability", "rank")]
        assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@"))]


# Theme, language, print, width


def colours(page):
    return page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )


def test_the_theme_follows_the_system_and_the_toggle(window, report):
    light = window.open(report, color_scheme="light")
    dark = window.open(report, color_scheme="dark")
    of_light, of_dark = colours(light), colours(dark)
    assert of_light != of_dark
    for page, first, other in ((light, of_light, of_dark), (dark, of_dark, of_light)):
        page.locator("[data-theme-toggle]").click()
        assert colours(page) == other
        page.locator("[data-theme-toggle]").click()
        assert colours(page) == first


#: What of the page is its own words: texts in sight, names of fields and buttons; not what came from files
#: (bdi), nor what is marked as English.
OWN_WORDS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!element.checkVisibility()) continue;
    if (element.closest("bdi, script, style, option, code, pre, svg, [data-filter]")) continue;
    if (element.closest("[lang]").lang !== "ru" || element.closest("[data-reason]")) continue;
    if (node.data.trim()) found.push(node.data.trim());
  }
  for (const element of document.querySelectorAll("[aria-label]"))
    if (element.checkVisibility()) found.push(element.getAttribute("aria-label"));
  return found;
}"""
#: Latin words that Russian has too: names of measures, files and methods.
LATIN = r"AUC|PSI|CSV|PDF|JavaScript|lookalike|linear|ID|L-\d+|[A-D][1-4]?\b|https?\S*|www\.\S+"


@pytest.mark.parametrize("view", ["overview", "lead"])
def test_in_russian_no_english_word_is_left(page, view):
    page.locator("button[data-language='ru']").click()
    assert page.evaluate("document.documentElement.lang") == "ru"
    if view == "lead":
        page.locator("[data-card] a[href^='#lead-']").first.press("Enter")
    texts = page.evaluate(OWN_WORDS)
    assert len(texts) > 15
    # Names of leads and of the file's columns stay as they are, whatever sentence they stand in.
    names = [*data_of(page)["leads"]["company"], *pd.read_csv(DATA / "deals.csv").columns]
    foreign = re.compile("|".join([LATIN, *sorted(map(re.escape, names), key=len, reverse=True)]))
    assert [text for text in texts if re.search(r"[A-Za-z]{2,}", foreign.sub("", text))] == []
    assert any(re.search("[а-я]{3}", text) for text in texts)
    page.keyboard.press("Escape")
    page.locator("button[data-language='en']").click()
    assert page.title() == "Who to call first"
    assert not re.search("[а-яё]{3}", page.locator("[data-row] button").first.get_attribute("aria-label"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", [">99%", "99%", "<1%", "100%", "0%"]),
        ("ru", ["более 99 %", "99 %", "менее 1 %", "100 %", "0 %"]),
    ],
)
def test_only_what_is_certain_is_told_as_certain(page, language, told):
    page.locator(f"button[data-language='{language}']").click()
    shown = page.evaluate("[1 - 1e-9, 0.994, 1e-9, 1, 0].map(percent)")
    assert [" ".join(text.split()) for text in shown] == told


def test_printing_gives_pages_without_controls(page):
    page.emulate_media(media="print")
    for hook in ("search", "filter", "export", "theme-toggle", "language", "row-next", "print", "reset"):
        for control in page.locator(f"[data-{hook}]").all():
            assert not control.is_visible(), hook
    paper = page.pdf()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 0
    background = colours(page)[1]
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(window, report, width):
    page = window.open(report, viewport=(width, 900))
    for step in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step
        page.locator("[data-card] a[href^='#lead-']").first.press("Enter")
        expect(page.locator("[data-lead]")).to_be_visible()


def test_reduced_motion_moves_rows_at_once(window, report):
    page = window.open(report, reduced_motion="reduce")
    row = page.locator("[data-row]").first
    moved = row.evaluate("""(row) => {
        row.querySelector("[data-row-next]").click();
        return row.querySelector("[data-row-list]").scrollLeft;
    }""")
    assert moved > 100
    running = page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length")
    assert running == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["overview", "lead"])
def test_axe_finds_nothing_serious(window, report, scheme, view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # The page's own policy would keep axe's script out; it is lifted here and nowhere else.
    page = window.open(report, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    if view == "lead":
        page.locator("[data-card] a[href^='#lead-']").first.press("Enter")
        expect(page.locator("[data-lead]")).to_be_visible()
    found = axe.run(page).response["violations"]
    grave = {
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }
    assert grave == set()
