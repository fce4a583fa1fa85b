"""The HTML5 tree of any page, at a cost that its length bounds.

The HTML5 tree builder is not linear: elements left open cost time for each further tag (40,000 nested <div>
take 3.7 s, 57,000 times <b></p> 8 s), and open formatting elements are built anew in every paragraph: 2,400
<b id=...> and 2,400 <p>, 60 kB, take 2 GB. So pages beyond these bounds are first rebuilt by libxml2, which
is linear and leaves out what is nested deeper than 256. Of 585 real pages 21 are beyond; their facts are the
same either way.
"""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

_MAX_TAGS = 10_000
# Each tag may build anew all formatting that is open, with its attributes.
_MAX_TAGS_TIMES_COPIED = 500_000_000
_MAX_REBUILT_ELEMENTS = 1_000_000
# The same where formatting is plainly left open; what is said to be closed may be closed in a comment only.
_MAX_OPEN_FORMATTING = 50
_MAX_REBUILT_ELEMENTS_OPEN = 100_000

# White space is HTML's: Python's has one character more, after which HTML sees no quote.
_FORMATTING = rb"(?:[aiu]|b(?:ig)?|s(?:mall|trike|trong)?|em|font|tt|code|nobr)(?=[ \t\n\f\r>/])"
_STARTS = re.compile(rb"<" + _FORMATTING)
_ENDS = re.compile(rb"</" + _FORMATTING)
_ATTRIBUTE = rb"""
    [^ \t\n\f\r"'<>=/]++
    (?: [ \t\n\f\r]*+ = [ \t\n\f\r]*+ (?: "[^"<]*+" | '[^'<]*+' | [^ \t\n\f\r"'<>][^ \t\n\f\r<>]*+ ) )?
"""
#: Start tags that end where this says and nowhere else: quotes stand only where HTML has them (WHATWG HTML,
#: section 13.2.5), and no other tag begins within one.
PLAIN_START_TAGS = re.compile(
    rb"<" + _FORMATTING + rb"(?: [ \t\n\f\r/]*+" + _ATTRIBUTE + rb")*+ [ \t\n\f\r/]*+ >", re.VERBOSE
)


def parsed(utf8: bytes, source: bytes) -> LexborHTMLParser:
    """Give the tree of a page.

    Parameters
    ----------
    utf8 : bytes
        The page.
    source : bytes
        The same with ASCII letters in lower case.
    """
    return LexborHTMLParser(_shallow(utf8) if explodes(source) else utf8)


def explodes(source: bytes) -> bool:
    """Tell whether the tree of a page may be far larger than the page, or take long to build.

    >>> bold = b"".join(b"<b id=%d>" % number for number in range(600))
    >>> explodes(bold + b"<p>x" * 400), explodes(b"<b id=1>x</b>" * 600)
    (True, False)
    """
    tags = source.count(b"<")
    if tags > _MAX_TAGS:
        return True
    if tags * len(source) > _MAX_TAGS_TIMES_COPIED and tags * _copied(source) > _MAX_TAGS_TIMES_COPIED:
        return True
    if tags * tags <= 4 * _MAX_REBUILT_ELEMENTS_OPEN:  # no share of formatting makes the product larger
        return False
    starts = len(_STARTS.findall(source))
    rebuilt = starts * (tags - starts)
    if rebuilt <= _MAX_REBUILT_ELEMENTS_OPEN:
        return False
    return rebuilt > _MAX_REBUILT_ELEMENTS or starts - len(_ENDS.findall(source)) > _MAX_OPEN_FORMATTING


def _copied(source: bytes) -> int:
    """Bytes of all start tags of formatting, at most; where one of them is not plain, all of the page."""
    plain = PLAIN_START_TAGS.findall(source)
    return sum(map(len, plain)) if len(plain) == len(_STARTS.findall(source)) else len(source)


def _shallow(utf8: bytes) -> str:
    parser = etree.HTMLParser(encoding="utf-8")
    root = etree.fromstring(utf8, parser)
    return "" if root is None else etree.tostring(root, encoding="unicode", method="html")
