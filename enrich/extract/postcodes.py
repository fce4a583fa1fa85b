"""Postcodes as each country writes them, with what must stand around one to believe it.

A postcode alone is just a number; what makes it one is its neighbour: the state before an American ZIP code,
the city behind a German one. British and Canadian codes have a form of their own and need no neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from enrich.extract.countries import country_ending
from enrich.extract.legal_forms import is_cyrillic


class Found(NamedTuple):
    """A postcode in a text.

    Attributes
    ----------
    country : str
        ISO 3166-1 alpha-2.
    postcode : str
        In the country's usual form.
    city : str
        Where the form gives it, else empty.
    start, end : int
        The whole of it in the text: state or city included.
    """

    country: str
    postcode: str
    city: str
    start: int
    end: int


_US_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND"
    " OH OK"
    " OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU"
)
_US_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho"
    "|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota"
    "|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York"
    "|North Carolina"
    "|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas"
    "|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|District of Columbia|Puerto Rico"
)
_AU_STATES = [
    "NSW",
    "VIC",
    "QLD",
    "TAS",
    "ACT",
    "SA",
    "WA",
    "NT",
    "New South Wales",
    "Victoria",
    "Queensland",
    "South Australia",
    "Western Australia",
    "Tasmania",
]
_UK_AREAS = (
    "AB|AL|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX"
    "|FK|FY|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG"
    "|NN|NP"
    "|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS"
    "|TW|UB"
    "|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE|B|E|G|L|M|N|S|W"
)
_NAME = r"[A-ZÀ-ÞА-ЯЁ](?:[^\W\d_]|['’.-]){1,30}"
_CITY = (
    rf"{_NAME}(?:[ /-](?:(?:am|an|der|den|de|la|le|les|du|del|sur|aan|in|im|ob|bei|en|upon"
    rf"|a\.)\b\.? ?){{0,2}}"
    rf"\(?{_NAME}\)?){{0,3}}"
)

# Every search is anchored on the digits, which are rare; the words around them are looked at only then. What
# must not stand before a code is therefore said behind its first digit, which is written as a set, since a
# search skips to the members of a set faster than to those of a class.
_FIVE = re.compile(r"[0-9](?<![\d#]\d)\d{4}(?:[-–‐ ]{1,2}\d{4}(?!\d|[- .]\d))?(?![\d]|[-.,]\d{3})")
_STATE_BEFORE = re.compile(
    rf"(?<![\w#])(?:{_US_STATES.replace(' ', '|')}|[A-Z]\.[A-Z]\.|(?i:{_US_STATE_NAMES})"
    r"|Calif|Fla|Ill|Mass|Mich|Minn|Penn|Tex|Wash|Al|Ak|Az|Ar|Ca|Co|Ct|Fl|Ga|Ia|Il|Ks|Ky|Ma|Md|Mi|Mn|Mo|Nc|Nj"
    r"|Nm|Nv|Ny|Oh|Ok|Or|Pa|Sc|Tn|Tx|Ut|Va|Wa|Wi)(?:[\s,.·|]{0,3}|\s?[-–]\s)$"
)
# What is peculiar to British and Canadian codes.
_LETTERED = re.compile(r"[0-9][A-Z]")
_GB_INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}\b")
_GB_OUTWARD = re.compile(rf"(?<!\w)((?:{_UK_AREAS})\d(?:\d|[A-HJKPSTUVWXY])?)\s{{0,2}}$")
_CA = re.compile(r"([ABCEGHJ-NPRSTVXY](?<!\w[A-Z])\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)\b")
_FOUR = re.compile(r"[0-9](?<![\d#.,-]\d)\d{3}(?![\d-]|[.,]\d)")
_AU_BEFORE = re.compile(rf"(?<!\w)(?:{'|'.join(_AU_STATES)})[\s,.]{{1,3}}$")
_NL = re.compile(rf"([1-9](?<![\w.,/+€$#-]\d)\d{{3}}) ?((?!SA|SD|SS)[A-Z]{{2}})(?:\s{{1,2}}|, )({_CITY})")
_DIGITS_CITY = re.compile(
    r"(?P<code>[0-9](?<![\w.,/+€$#]\d)(?:\d{4}|\d{3}|\d{2} \d{2}|\d-\d{3}|\d{3}-\d{3}))(?:,| ?-)? "
    rf"(?P<city>{_CITY})"
)
_PREFIX_BEFORE = re.compile(
    r"(?<!\w)(D|DE|A|AT|CH|F|FR|E|ES|I|IT|B|BE|L|LU|DK|S|SE|N|NO|FI|FIN|PL|CZ|SK|NL) ?[-–]? ?$"
)
_PREFIXES = {
    "D": "DE",
    "A": "AT",
    "F": "FR",
    "E": "ES",
    "I": "IT",
    "B": "BE",
    "L": "LU",
    "S": "SE",
    "N": "NO",
}
_PREFIXES["FIN"] = "FI"
_SHAPES = {
    "ddddd": "DE FR ES IT FI EE HR RS TR UA MX SE CZ SK GR",
    "dddd": "AT CH BE DK NO LU HU BG SI LI CY",
    "ddd dd": "SE CZ SK GR",
    "dd-ddd": "PL",
    "dddd-ddd": "PT",
}
# Countries whose codes are known by their form alone.
_OWN_FORM = frozenset(["US", "GB", "CA", "AU"])
_NEAR_CITY = re.compile(
    r"(?P<code>[0-9](?<![\w.,/+€$#]\d)(?:\d\d \d{2,3}|\d-\d{3}|\d{3}-\d{3}|\d{4}-\d{3}|\d{4,5}))(?![\w/-])"
    rf"(?:,? (?P<after>{_CITY}))?"
)
_CITY_BEFORE = re.compile(rf"(?P<before>{_CITY})(?: ?[-–:,] ?| )(?:[A-Z]{{1,3}}-)?$")
_NO_ADDRESS = re.compile(r"(?i)\b(?:tel|fax|phone|ph|t|f|m|mob\w*|call)\b|[@+]|\bwww\.")
_SIX = re.compile(
    r"(?P<code>\d(?<![\w.,/+№#-]\d)\d{5})(?:, ?|\s)(?P<rest>(?:[А-ЯЁ]|г\.|город|гор\.|обл|респ)[^\n]{0,80})"
)
_SIX_LAST = re.compile(r"(?P<city>[А-ЯЁ][\w-]{2,30}),? (?P<code>\d{6})(?!\d)")
_RUSSIAN_CITY = re.compile(r"(?:\bг\.? ?|\bгород |\bгор\. ?)(?P<city>[А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+)?)")
_RUSSIAN_CAPITALS = re.compile(r"Москва|Санкт-Петербург|Севастополь|Минск|Алматы|Астана")
_SIX_DIGIT_COUNTRIES = ("RU", "BY", "KZ")
_DIGIT = re.compile(r"\d")


def find(text: str, home: str) -> Iterator[Found]:
    r"""Postcodes in `text`, which may have line breaks, in the order of the forms.

    Parameters
    ----------
    text : str
    home : str
        Where the page is at home, ISO 3166-1 alpha-2; forms that several countries share are read as its.

    >>> [f[:3] for f in find("1600 Amphitheatre Pkwy\nMountain View, CA 94043", "")]
    [('US', '94043', '')]
    >>> [f[:3] for f in find("Hauptstr. 5, 10115 Berlin", "DE")]
    [('DE', '10115', 'Berlin')]
    >>> [f[:3] for f in find("123100, г. Москва, Пресненская наб., 12", "RU")]
    [('RU', '123100', 'Москва')]
    >>> [f[:3] for f in find("Piazza Filippo Meda 3\nMilan 20121\nItaly", "US")]
    [('IT', '20121', 'Milan')]
    """
    for match in _FIVE.finditer(text):
        if state := _before(_STATE_BEFORE, text, match.start(), 28):
            yield Found("US", re.sub(r"[–‐ ]+", "-", match[0]), "", state.start(), match.end())
    if _LETTERED.search(text):
        yield from _lettered(text)
    for match in _FOUR.finditer(text):
        if state := _before(_AU_BEFORE, text, match.start(), 24):
            yield Found("AU", match[0], "", state.start(), match.end())
    if home == "NL" or "NL" in text:
        yield from _dutch(text, home)
    yield from _continental(text, home)
    yield from _above_country(text)
    if is_cyrillic(text):
        yield from _six_digits(text, home)


def _before(pattern: re.Pattern[str], text: str, end: int, width: int) -> re.Match[str] | None:
    """Match of `pattern` that ends at `end`, within the `width` characters before it."""
    return pattern.search(text, max(0, end - width), end)


def _lettered(text: str) -> Iterator[Found]:
    """British and Canadian codes."""
    for match in _GB_INWARD.finditer(text):
        if outward := _before(_GB_OUTWARD, text, match.start(), 8):
            yield Found("GB", f"{outward[1]} {match[0]}", "", outward.start(), match.end())
    for match in _CA.finditer(text):
        yield Found("CA", f"{match[1]} {match[2]}", "", match.start(), match.end())


def _dutch(text: str, home: str) -> Iterator[Found]:
    for match in _NL.finditer(text):
        if home == "NL" or (
            (prefix := _before(_PREFIX_BEFORE, text, match.start(), 5)) and prefix[1] == "NL"
        ):
            yield Found("NL", f"{match[1]} {match[2]}", match[3], match.start(), match.end())


def _continental(text: str, home: str) -> Iterator[Found]:
    """Codes before a city: at home, or with the country's letters before them."""
    for match in _DIGITS_CITY.finditer(text):
        prefix = _before(_PREFIX_BEFORE, text, match.start(), 6)
        country = _PREFIXES.get(prefix[1], prefix[1]) if prefix else home
        if country in _SHAPES.get(_DIGIT.sub("d", match["code"]), "").split():
            start = prefix.start() if prefix else match.start()
            yield Found(country, match["code"], match["city"], start, match.end())


def _above_country(text: str) -> Iterator[Found]:
    """Codes beside a city where the same line or the next one ends in a country's name."""
    for match in _NEAR_CITY.finditer(text):
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        line = text[begin:end]
        # Four digits beside a capitalised word are too often a year or a house number.
        if len(line) > 90 or len(match["code"]) < 5 or _NO_ADDRESS.search(line):
            continue
        country = country_ending(line)
        if not country:
            after = text.find("\n", end + 1)
            country = country_ending(text[end + 1 : len(text) if after < 0 else after][:60])
        city = _before(_CITY_BEFORE, text, match.start(), match.start() - begin)
        if country and country not in _OWN_FORM and (city or match["after"]):
            start = city.start() if city else match.start()
            yield Found(country, match["code"], match["after"] or (city or match)[1], start, match.end())


def _six_digits(text: str, home: str) -> Iterator[Found]:
    """Russian, Belarusian and Kazakh codes, which stand before the city or behind it."""
    country = home if home in _SIX_DIGIT_COUNTRIES else "RU"
    for match in _SIX.finditer(text):
        rest = match["rest"]
        city = _RUSSIAN_CITY.search(rest)
        name = city["city"] if city else (capital[0] if (capital := _RUSSIAN_CAPITALS.search(rest)) else "")
        yield Found(country, match["code"], name, match.start(), match.start("rest"))
    for match in _SIX_LAST.finditer(text):
        yield Found(country, match["code"], match["city"], match.start(), match.end())
