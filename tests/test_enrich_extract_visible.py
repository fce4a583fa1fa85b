"""The one walk over the tree: blocks, lines, regions, links."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from enrich.extract.visible import Region
from enrich.extract.walk import _NAMES
from enrich.page import Page


def page(html: str) -> Page:
    return Page("https://acme.example/", html.encode(), "2026-01-01T00:00:00Z")


def test_block_elements_part_text_and_inline_elements_do_not():
    text = page("<div>Acme <b>To</b>ols<p>Since 1901</p>Ltd</div><span>Tel </span><i>1</i>").text
    assert text == "Acme Tools\nSince 1901\nLtd\nTel 1"


def test_br_ends_a_line_of_the_same_block():
    (block,) = page("<p>Acme GmbH<br>Hauptstr. 1<br/>10115 Berlin</p>").visible.blocks
    assert block.text == "Acme GmbH\nHauptstr. 1\n10115 Berlin"


def test_table_cells_are_blocks_of_their_own():
    assert page("<table><tr><td>Tel</td><td>030 1</td></tr></table>").text == "Tel\n030 1"


def test_pre_keeps_its_lines():
    assert page("<pre>Acme\n1 High St</pre>").text == "Acme\n1 High St"


@pytest.mark.parametrize(
    "tag", ["script", "style", "noscript", "template", "select", "textarea", "svg", "iframe"]
)
def test_what_no_reader_reads_is_left_out(tag):
    assert page(f"<p>seen</p><{tag}>unseen</{tag}>").text == "seen"


def test_folded_text_is_kept_and_marked():
    blocks = page(
        '<p>a</p><div style="DISPLAY : none"><p>tab</p></div><p hidden>b</p><p>c</p>'
    ).visible.blocks
    assert [(block.text, block.folded) for block in blocks] == [
        ("a", False),
        ("tab", True),
        ("b", True),
        ("c", False),
    ]


def test_regions_come_from_tags_roles_and_usual_names():
    html = (
        "<header>h</header><nav>n</nav><div role=navigation>r</div><div id=sidebar>s</div>"
        "<div class='site-footer dark'><nav>f</nav></div><div id=onetrust-consent-sdk><p>c</p></div><p>b</p>"
    )
    assert [block.region for block in page(html).visible.blocks] == [
        Region.HEADER,
        Region.NAV,
        Region.NAV,
        Region.ASIDE,
        Region.FOOTER,
        Region.CONSENT,
        Region.BODY,
    ]


def test_link_share_tells_menus_from_prose():
    menu, prose = page("<li><a href=/>All</a></li><p>Read <a href=/x>this</a> please now</p>").visible.blocks
    assert menu.link_share == 1.0
    assert 0.1 < prose.link_share < 0.5


def test_links_are_named_by_text_then_label_then_picture():
    html = (
        '<a href=/a> A\n b</a><a href=/b aria-label="Be"><img src=x></a><a href=/c><img src=x alt="Ce"></a>'
        "<button>Go</button><map><area href=/d alt=De></map>"
    )
    assert [(link.href, link.text) for link in page(html).visible.links] == [
        ("/a", "A b"),
        ("/b", "Be"),
        ("/c", "Ce"),
        ("", "Go"),
        ("/d", "De"),
    ]


def test_an_empty_anchor_takes_no_text():
    visible = page("<p><a name=top></a>Since 1901</p><a href=/x>X</a>").visible
    assert [link.text for link in visible.links] == ["", "X"]
    assert visible.blocks[0].link_share == 0.0


def test_invisible_characters_do_not_break_words():
    assert page("<p>An\u00advil\u200bs &nbsp; now</p>").text == "Anvils now"


def test_reading_leaves_the_tree_as_it_was():
    subject = page("<div><p>a<br>b</p><a href=/>c</a></div>")
    before = subject.tree.html
    assert subject.text
    assert subject.tree.html == before


def test_elements_known_by_number_have_the_names_that_the_parser_gives():
    every = LexborHTMLParser(
        "<table><tr><td><svg><a/></svg><x-li>1</x-li><LI>2</LI><p/><image><blink>3</table>"
    )
    for node in every.css("*"):
        assert _NAMES.get(node.tag_id, node.tag) == node.tag
    assert {"div", "li", "td"} <= set(_NAMES.values())


def test_deep_nesting_is_read_without_recursion():
    assert page("<div>" * 4000 + "deep").text == "deep"
