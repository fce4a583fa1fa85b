"""What technologies leave behind in a site's pages and responses."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.demo.company import Company
from lookalike.demo.dice import Dice
from lookalike.demo.names import load


@dataclass(frozen=True)
class Traces:
    """The traces of all technologies of one site.

    Attributes
    ----------
    head, body : tuple of str
        Markup for the head and for the end of the body.
    cookies : tuple of str
        ``Set-Cookie`` values.
    headers : dict of str to str
        Response headers with lower-case names.
    """

    head: tuple[str, ...]
    body: tuple[str, ...]
    cookies: tuple[str, ...]
    headers: dict[str, str]


def traces(company: Company, host: str, dice: Dice) -> Traces:
    """Collect what the company's platform and tools leave behind, with the identifiers of its accounts."""
    signatures = load("technologies.toml")
    head: list[str] = []
    body: list[str] = []
    cookies: list[str] = []
    headers: dict[str, str] = {}
    for technology in (company.platform, *company.tools):
        slots = {
            "host": host,
            "id": dice.token(8, "123456789"),
            "n": dice.token(1, "123456789"),
            "hex": dice.token(16),
            "word": dice.token(6, "abcdefghjkmnpqrstuvwxyz"),
        }
        signature = signatures[technology]
        head += [line.format(**slots) for line in signature.get("head", ())]
        body += [line.format(**slots) for line in signature.get("body", ())]
        cookies += [line.format(**slots) for line in signature.get("cookies", ())]
        headers |= {name: value.format(**slots) for name, value in signature.get("headers", {}).items()}
    return Traces(tuple(head), tuple(body), tuple(cookies), headers)
