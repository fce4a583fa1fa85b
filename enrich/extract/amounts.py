"""Amounts of money as pages write them: the number and the ISO 4217 code of its currency.

A sign that several currencies share means what it means in the country of the site's top-level domain, and
the most used one elsewhere. Amounts in millions are turnovers, not prices, and are left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CODES = (
    "EUR", "USD", "GBP", "CHF", "PLN", "RUB", "SEK", "NOK", "DKK", "CZK", "HUF", "RON", "BGN", "UAH", "BYN",
    "KZT", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "TRY", "ZAR", "AED", "SGD", "HKD", "ILS",
)  # fmt: skip
_SIGNS = {
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD",
    "hk$": "HKD", "r$": "BRL", "mx$": "MXN", "$": "USD", "€": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "₽": "RUB", "руб": "RUB", "рублей": "RUB", "рубля": "RUB", "р": "RUB", "zł": "PLN",
    "kr": "SEK", "kč": "CZK", "¥": "JPY", "₹": "INR", "₴": "UAH", "грн": "UAH", "₸": "KZT", "тенге": "KZT",
    "₺": "TRY", "₪": "ILS", "₩": "KRW", "fr": "CHF", "sfr": "CHF", "ft": "HUF",
}  # fmt: skip
# What a shared sign means by top-level domain.
_BY_COUNTRY = {
    "$": {"ca": "CAD", "au": "AUD", "nz": "NZD", "sg": "SGD", "hk": "HKD", "mx": "MXN", "ar": "ARS",
          "cl": "CLP", "co": "COP"},
    "kr": {"no": "NOK", "dk": "DKK", "is": "ISK"},
    "¥": {"cn": "CNY"},
    "р": {"by": "BYN"}, "руб": {"by": "BYN"}, "рублей": {"by": "BYN"},
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[  .,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,7}(?:[.,]\d{1,2})?(?![\d])"
_BEFORE = r"(?:US|CA?|AU?|NZ|S|HK|R|MX)?\$|[€£₽¥₹₴₸₺₪₩]|\b(?:" + "|".join(_CODES) + r")"
_AFTER = (
    r"[€$£₽¥₹₴₸₺₪₩]|(?:"
    + "|".join(_CODES)
    + r"|euros?|руб(?:лей|ля)?|грн|тенге|zł|kč|kr|sfr)\b|р\.|[Ff]r\.|Ft\b"
)
# Not cents of a longer number, a discount, or millions.
_AMOUNT = re.compile(
    rf"(?P<before>{_BEFORE})\s?(?P<first>{_NUMBER})|(?<![\w.,/:-])(?P<second>{_NUMBER})(?:,[-–—]+)?\s?(?P<after>{_AFTER})"
)
_LARGE = re.compile(
    r"\s?(?:million|mln|mio|mrd|billion|bn\b|thousand|млн|млрд|тыс|[kmb]\b|\+)", re.IGNORECASE
)
#: A text without any of these holds no amount; the second row goes with the country it belongs to.
_MARKS = ("$", "€", "£", "₽", "руб", "zł", "р.", "грн", "₴", "₸", "₹", "¥", "Kč", "EUR", "USD", "CHF", "GBP",
          "PLN", "euro", "RUB")  # fmt: skip
_LOCAL_MARKS = {
    "se": ("kr", "SEK"), "no": ("kr", "NOK"), "dk": ("kr", "DKK"), "ch": ("Fr.", "SFr"), "hu": ("Ft", "HUF"),
    "ca": ("CAD",), "au": ("AUD",), "cz": ("CZK",), "ro": ("RON",), "ua": ("UAH",), "by": ("BYN",),
    "kz": ("KZT", "тенге"),
}  # fmt: skip


def marks_of(country: str) -> tuple[str, ...]:
    """The signs of money, on sites under a top-level domain: a text without any holds no amount.

    >>> "kr" in marks_of("se"), "kr" in marks_of("com")
    (True, False)
    """
    return _MARKS + _LOCAL_MARKS.get(country, ())


class Amount(NamedTuple):
    """A number and its currency, ISO 4217."""

    value: float
    currency: str


def amounts_in(text: str, country: str = "") -> list[Amount]:
    """All amounts of money in `text`.

    Parameters
    ----------
    text : str
        A line; linear in its length.
    country : str
        Top-level domain of the site, lower case.

    >>> amounts_in("1.299,00 €"), amounts_in("$49/mo"), amounts_in("12 500 руб."), amounts_in("$5", "ca")
    ([Amount(value=1299.0, currency='EUR')], [Amount(value=49.0, currency='USD')],
     [Amount(value=12500.0, currency='RUB')], [Amount(value=5.0, currency='CAD')])
    >>> amounts_in("$4 million, €3bn, 5 stars, page 3")
    []
    """
    found = []
    for match in _AMOUNT.finditer(text):
        if _LARGE.match(text, match.end()):
            continue
        sign = (match["before"] or match["after"]).rstrip(".").lower()
        code = sign.upper() if sign.upper() in _CODES else _SIGNS.get(sign, "")
        if code:
            code = _BY_COUNTRY.get(sign, {}).get(country, code)
            found.append(Amount(number(match["first"] or match["second"]), code))
    return found


def number(text: str) -> float:
    """The number that `text` means: the last separator is the decimal one if one or two digits follow.

    >>> number("1,299.50"), number("1.299,5"), number("12 500"), number("1.299"), number("7,5")
    (1299.5, 1299.5, 12500.0, 1299.0, 7.5)
    """
    whole, mark, cents = text, "", ""
    if match := re.search(r"[.,](\d{1,2})$", text):
        whole, mark, cents = text[: match.start()], ".", match[1]
    return float(re.sub(r"\D", "", whole) + mark + cents)
