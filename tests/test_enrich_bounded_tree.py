"""The bounds on what a page's tree may cost: real pages are within them, and what they count is exact."""

import random

import pytest

from enrich.extract.bounded_tree import PLAIN_START_TAGS, explodes, parsed

PIECES = (" ", "\n", "\v", "/", "=", '"', "'", "a", "x1", "`", "<", ">", "\\", 'a="', "b='", "=c", "é")


def test_a_plain_start_tag_ends_where_the_tree_builder_ends_it():
    chance = random.Random(0)
    plain = 0
    for _ in range(30_000):
        tag = ("<b" + "".join(chance.choices(PIECES, k=chance.randint(1, 9)))).encode()
        if (match := PLAIN_START_TAGS.match(tag)) is None:
            continue
        plain += 1
        # What follows is text of the element, whatever stood in the tag.
        tree = parsed(match[0] + b"ends here", b"")
        assert tree.body.child.tag == "b", tag
        assert tree.body.child.text() == "ends here", tag
    assert plain > 2_000


LINKS = b"<a href=\"/anvils/%d\" class='big iron' hidden>Anvil</a> <span>of iron</span> "


def test_a_large_page_with_short_closed_links_needs_no_rebuilding():
    page = b"".join(LINKS % number for number in range(250)) + b"<p>" + b"text " * 200_000
    assert page.count(b"<") * len(page) > 1_000_000_000
    assert not explodes(page)


@pytest.mark.parametrize(
    "tag",
    [
        b"<b title='%s'>" % (b"x" * 300_000),
        b"<b a\"='\">%s'>" % (b"x" * 300_000),
        b"<b a=\x0b\"y z='\">%s'>" % (b"x" * 300_000),
    ],
    ids=["long", "a quote in a name", "a space that is none"],
)
def test_one_long_start_tag_among_many_tags_is_too_much(tag):
    assert explodes(tag + b"<p>x</p>" * 1_000)
