"""Which company a row of leads speaks of, and what is wrong with the row.

Precedence: a ``domain`` column, then a ``website`` column, then the e-mail address. Somebody stated the first
two on purpose, and the website is what enrichment looks at, while mail may run over a holding's or an
agency's domain. An unusable cell falls through to the next. Free and disposable mailboxes never speak of a
company, and a website that is a profile on a social network names the network, not the company.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pandas as pd

from enrich import address
from enrich.domain import registrable_domain
from enrich.errors import ColumnError
from enrich.mailbox import Mailbox
from enrich.settings import Settings
from enrich.tables import Batch

# A page of one of these is a profile of somebody else; the bare host is the network's own website.
PROFILE_DOMAINS = frozenset(
    {
        *("facebook.com", "fb.com", "github.com", "instagram.com", "linkedin.com", "linktr.ee", "ok.ru"),
        *("pinterest.com", "t.me", "telegram.me", "tiktok.com", "twitter.com", "vk.com", "vk.ru", "wa.me"),
        *("x.com", "xing.com", "yelp.com", "youtube.com"),
    }
)

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Columns:
    """Positions of the columns that can name a company, most trusted first.

    Attributes
    ----------
    domains, websites, emails : tuple of int
        Positions in the table.
    """

    domains: tuple[int, ...]
    websites: tuple[int, ...]
    emails: tuple[int, ...]


@dataclass(frozen=True)
class Company:
    """What one row says.

    Attributes
    ----------
    domain : str
        Registrable domain in ASCII, empty where the row names no company.
    mailbox : Mailbox
        Class of the row's e-mail address.
    error : str
        What cannot be used in the row, and the remedy; empty if all is well. A free mailbox is no error.
    """

    domain: str
    mailbox: Mailbox
    error: str


def find_columns(names: Sequence[str], settings: Settings) -> Columns:
    """Find the columns that can name a company.

    Raises
    ------
    ColumnError
        If there is none.

    >>> find_columns(["Name", "E-Mail", "Сайт"], Settings())
    Columns(domains=(), websites=(2,), emails=(1,))
    """
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        positions.setdefault(_plain(name), position)

    def named(candidates: tuple[str, ...]) -> tuple[int, ...]:
        found = (positions.get(_plain(candidate)) for candidate in candidates)
        return tuple(dict.fromkeys(position for position in found if position is not None))

    columns = Columns(
        named(settings.domain_columns), named(settings.website_columns), named(settings.email_columns)
    )
    if columns == Columns((), (), ()):
        raise ColumnError(
            f"no column names a company among {', '.join(map(repr, names))}; name one 'email', 'domain' or "
            "'website', or list yours in the configuration (email_columns, domain_columns, website_columns)"
        )
    return columns


def companies(batch: Batch, columns: Columns) -> list[Company]:
    """Tell for every row of a batch which company it speaks of."""
    domains = [_texts(batch.frame, position) for position in columns.domains]
    websites = [_texts(batch.frame, position) for position in columns.websites]
    emails = [_texts(batch.frame, position) for position in columns.emails]
    return [
        _company(
            [cells[row] for cells in domains],
            [cells[row] for cells in websites],
            [cells[row] for cells in emails],
            int(batch.lines[row]),
            batch.errors[row],
        )
        for row in range(len(batch))
    ]


def _company(
    domains: list[str], websites: list[str], emails: list[str], line: int, malformed: str
) -> Company:
    problems = [malformed] if malformed else []
    found = ""
    for kind, cells in (("domain", domains), ("website", websites)):
        for cell in filter(None, cells):
            if domain := _stated_domain(cell):
                found = found or domain
            else:
                problems.append(f"line {line}: '{_short(cell)}' is no company's {kind}; correct or clear it")
    mailbox = Mailbox.MISSING
    for cell in filter(None, emails):
        lead = address.split(cell)
        if lead.error:
            problems.append(f"line {line}: '{_short(cell)}' is no e-mail address ({lead.error}); correct it")
        if mailbox in (Mailbox.MISSING, Mailbox.INVALID):
            mailbox = lead.mailbox
        if lead.speaks_of_company:
            found = found or lead.domain
            mailbox = lead.mailbox
            break
    if mailbox is Mailbox.MISSING and not found and not problems:
        problems.append(f"line {line}: neither an e-mail address nor a website; add one")
    return Company(found, mailbox, "; ".join(problems))


def _stated_domain(cell: str) -> str | None:
    domain = registrable_domain(cell)
    if domain in PROFILE_DOMAINS:
        _, _, rest = cell.strip().partition("://")
        try:
            parts = urlsplit(f"//{rest or cell.strip()}")
        except ValueError:
            return None
        if parts.path.strip("/") or parts.query:
            return None
    return domain


def _texts(frame: pd.DataFrame, position: int) -> list[str]:
    cells = frame.iloc[:, position]
    return ["" if missing else str(cell).strip() for cell, missing in zip(cells, cells.isna(), strict=True)]


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", str(name)).casefold()


def _short(cell: str) -> str:
    line = " ".join(cell.split())
    return line if len(line) <= 80 else line[:79] + "…"
