"""Looking up what a journal has on one company."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from enrich.domain import registrable_domain
from enrich.errors import JournalError, SettingsError
from enrich.facts import State
from enrich.journal import Journal
from enrich.states import company_state


def show(domain: str, journal: str | Path) -> pd.DataFrame:
    """Return every fact on a company with its source, extractor, date and confidence.

    Parameters
    ----------
    domain : str
        The company's domain; of a URL or an e-mail address that alone is used.
    journal : path
        As written by ``enrich run``.

    Returns
    -------
    DataFrame of shape (facts, 7)
        Columns domain, field, value, url, extractor, observed_at, confidence; without rows where nothing was
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
        facts = store.facts(name)
        state = company_state(store.outcomes(name))
    if facts.empty and state is not State.FOUND:
        raise JournalError(
            f"{journal}: nothing on {name} ({state}); 'enrich run' looks at the companies of a table"
        )
    return facts
