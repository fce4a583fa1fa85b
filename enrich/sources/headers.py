"""Headers of an answer by name."""

from __future__ import annotations

from collections.abc import Iterable


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    r"""Return headers by lower-case name; of one that is repeated the last, of Set-Cookie all, a line each.

    Cookies are the one header that servers rightly repeat and that cannot be joined by commas (RFC 6265,
    section 3).

    >>> by_name([("Set-Cookie", "a=1; Path=/"), ("Server", "x"), ("set-cookie", "b=2")])
    {'set-cookie': 'a=1; Path=/\nb=2', 'server': 'x'}
    """
    headers: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value}" if key == "set-cookie" and key in headers else value
    return headers
