"""Websites: the pages and refusals that an archive of the made-up web holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

import idna
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lookalike.demo.company import Company
from lookalike.demo.dice import Dice
from lookalike.demo.letterhead import Letterhead, design
from lookalike.demo.markup import traces
from lookalike.demo.writing import Section, Writer

CRAWLED = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
PATHS = {
    "en": {"products": "/products", "about": "/about", "careers": "/careers", "contact": "/contact"},
    "de": {"products": "/produkte", "about": "/ueber-uns", "careers": "/karriere", "contact": "/impressum"},
    "ru": {
        "products": "/catalog/",
        "about": "/o-kompanii/",
        "careers": "/vakansii/",
        "contact": "/kontakty/",
    },
    "fr": {"products": "/produits", "about": "/a-propos", "careers": "/recrutement", "contact": "/contact"},
    "es": {"products": "/productos", "about": "/nosotros", "careers": "/empleo", "contact": "/contacto"},
    "nl": {"products": "/producten", "about": "/over-ons", "careers": "/vacatures", "contact": "/contact"},
}
REFUSALS = {
    "forbidden": (HTTPStatus.FORBIDDEN, "cloudflare"),
    "limited": (HTTPStatus.TOO_MANY_REQUESTS, "nginx"),
    "broken": (HTTPStatus.INTERNAL_SERVER_ERROR, "Apache"),
    "gone": (HTTPStatus.NOT_FOUND, "nginx"),
}


@dataclass(frozen=True)
class Response:
    """One answer of a web server.

    Attributes
    ----------
    url : str
        The request.
    at : datetime
        When it was asked, in UTC.
    status : HTTPStatus
        Of the answer.
    headers : list of (str, str)
        In the order sent.
    body : bytes
        As sent; never compressed.
    """

    url: str
    at: datetime
    status: HTTPStatus
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)


def responses(seed: int, company: Company) -> list[Response]:
    """Everything the archive has of a company's site; nothing for those it never visited."""
    dice = Dice(seed, "site", company.number)
    bare = idna.encode(company.domain, uts46=True).decode("ascii")
    host = f"www.{bare}" if dice.chance(0.55) else bare
    at = CRAWLED + timedelta(seconds=97 * company.number)
    if company.reach == "absent":
        return []
    if company.reach == "parked":
        page = _environment().get_template("parked.html").render(host=bare)
        return [_answer(f"http://{bare}/", at, HTTPStatus.OK, {"server": "openresty"}, page.encode())]
    if company.reach in REFUSALS:
        return [_refusal(f"https://{host}/", at, *REFUSALS[company.reach])]
    found = []
    if host != bare and dice.chance(0.01):
        moved = {"server": "nginx", "location": f"https://{host}/"}
        found.append(_answer(f"http://{bare}/", at, HTTPStatus.MOVED_PERMANENTLY, moved, b""))
    return found + _pages(company, host, at, dice)


def _pages(company: Company, host: str, at: datetime, dice: Dice) -> list[Response]:
    writer = Writer(company, dice)
    letterhead = design(writer, host, dice)
    left_behind = traces(company, host, dice)
    plan = _plan(writer, dice)
    paths = {
        kind: path for kind, path in PATHS[company.language].items() if kind != "careers" or kind in plan
    }
    labels = writer.labels | {"products": writer.trade}
    constant = vars(letterhead) | {
        "company": company,
        "labels": labels,
        "lang": company.language,
        "charset": letterhead.charset if letterhead.in_meta else "",
        "nav": [("/", labels["home"]), *((path, labels[kind]) for kind, path in paths.items())],
        "keywords": ", ".join(writer.goods[:4]).lower(),
        "head": [Markup(line) for line in left_behind.head],  # noqa: S704
        "body": [Markup(line) for line in left_behind.body],  # noqa: S704
    }
    content = f"text/html; charset={letterhead.charset}" if letterhead.in_header else "text/html"
    headers = {"content-type": content} | left_behind.headers
    scheme = "http" if letterhead.template == "tables.html" else "https"
    pages = []
    for step, (kind, sections) in enumerate(plan.items()):
        text = _render(letterhead, kind, sections, constant)
        body = text.encode(letterhead.charset, errors="xmlcharrefreplace")
        url = f"{scheme}://{host}{paths.get(kind, '/')}"
        moment = at + timedelta(seconds=11 * step)
        cookies = () if step else left_behind.cookies
        pages.append(_answer(url, moment, HTTPStatus.OK, headers, body, cookies))
    return pages


def _plan(writer: Writer, dice: Dice) -> dict[str, list[Section]]:
    """The pages a site has: the home page and at least one more."""
    plan = {"home": writer.home()}
    if dice.chance(0.45):
        plan["about"] = writer.about()
    if dice.chance(0.92 if writer.company.hiring else 0.08):
        plan["careers"] = writer.careers()
    if dice.chance(0.15):
        plan["products"] = writer.catalogue()
    if len(plan) == 1 or dice.chance(0.3):
        plan["contact"] = writer.contact()
    return plan


def _render(letterhead: Letterhead, kind: str, sections: list[Section], constant: dict[str, Any]) -> str:
    name, heading = constant["company"].name, sections[0].heading
    title = f"{name} – {heading}" if kind == "home" else f"{heading} | {name}"
    description = sections[0].paragraphs[0]
    meta = [("og:title", title), ("og:site_name", name), ("og:description", description)]
    page = {
        "kind": kind,
        "sections": sections,
        "title": title,
        "description": description,
        "social_meta": meta if letterhead.social and kind == "home" else [],
        "json_ld": letterhead.json_ld if kind in ("home", "contact") else "",
        "demo": letterhead.demo and kind == "home",
    }
    return _environment().get_template(letterhead.template).render(constant | page)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lookalike.demo"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )


def _refusal(url: str, at: datetime, status: HTTPStatus, server: str) -> Response:
    page = (
        _environment()
        .get_template("refusal.html")
        .render(status=status.value, reason=status.phrase, server=server)
    )
    headers = {"server": server}
    if status is HTTPStatus.FORBIDDEN:
        headers["cf-mitigated"] = "challenge"
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["retry-after"] = "3600"
    return _answer(url, at, status, headers, page.encode())


def _answer(
    url: str,
    at: datetime,
    status: HTTPStatus,
    headers: dict[str, str],
    body: bytes,
    cookies: tuple[str, ...] = (),
) -> Response:
    sent = {"date": f"{at:%a, %d %b %Y %H:%M:%S} GMT", "content-type": "text/html; charset=utf-8"} | headers
    lines = [(name.title(), value) for name, value in sent.items()]
    lines += [("Set-Cookie", cookie) for cookie in cookies]
    return Response(url, at, status, [*lines, ("Content-Length", str(len(body)))], body)
