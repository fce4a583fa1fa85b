"""Looking up what a journal has on one company."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from enrich.domain import registrable_domain
from enrich.errors import JournalError, SettingsError
from enrich.extract import load_built_in
from enrich.extract.registry import FIELDS
from enrich.facts import State
from enrich.journal import Journal
from enrich.merge import chosen
from enrich.states import company_state

# `show` does not know the settings of the run, so it cuts no list short.
_ALL = 1_000_000


def show(domain: str, journal: str | Path) -> pd.DataFrame:
    """Return every fact on a company with its source, extractor, date and confidence, best first.

    Parameters
    ----------
    domain : str
        The company's domain; of a URL or an e-mail address that alone is used.
    journal : path
        As written by ``enrich run``.

    Returns
    -------
    DataFrame of shape (facts, 8)
        Columns domain, field, value, url, extractor, observed_at, confidence, and chosen, which is True for
        what gets into the table and False for candidates that stay behind; without rows where nothing was
        found on the company's pages.

    Raises
    ------
    SettingsError
        If there is no domain in `domain`.
    JournalError
        If the journal cannot be read, or the company was never looked at; the message tells which.
    """
    name = registrable_domain(domain)
    if name is None:
        raise SettingsError(
            f"'{domain.rpartition('@')[2]}' is no company's domain; give one such as acme.example"
        )
    with Journal(journal) as store:
        facts = _facts(store, name)
        state = company_state(store.outcomes(name))
    if facts.empty and state is not State.FOUND:
        raise JournalError(
            f"{journal}: nothing on {name} ({state}); 'enrich run' looks at the companies of a table"
        )
    return facts


def sources(journal: str | Path) -> pd.DataFrame:
    """Return where every value of the tables comes from, for all companies of a journal.

    Parameters
    ----------
    journal : path
        As written by ``enrich run``.

    Returns
    -------
    DataFrame
        Columns domain, field, value, url, extractor, observed_at and confidence; what did not get into a
        table is left out.

    Raises
    ------
    JournalError
        If the journal cannot be read.
    """
    with Journal(journal) as store:
        domains = [row[0] for row in store.connection.execute("SELECT DISTINCT domain FROM page ORDER BY 1")]
        parts = [_facts(store, domain) for domain in domains] or [_facts(store, "")]
    kept = [part for part in parts if len(part)] or parts[:1]
    table = pd.concat(kept, ignore_index=True)
    return table[table["chosen"].astype(bool)].drop(columns="chosen").reset_index(drop=True)


def _facts(store: Journal, name: str) -> pd.DataFrame:
    """Give every fact on a company, and which of them get into a table."""
    facts, evidence = store.facts(name), store.evidence(name)
    load_built_in()
    best = {
        field: chosen(FIELDS[field], [item for item in evidence if item.field == field], _ALL)
        for field in facts["field"].unique()
        if field in FIELDS
    }
    facts["chosen"] = [
        any(value == one and type(value) is type(one) for one in best.get(field, [value]))
        for field, value in zip(facts["field"], facts["value"], strict=True)
    ]
    return facts
