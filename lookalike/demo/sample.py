"""Write the embedded sample: what a user of the product would have of the made-up world."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lookalike.demo import behaviour, crm
from lookalike.demo.archive import write_archive
from lookalike.demo.sites import responses
from lookalike.demo.world import SEED, build

FILES = ("deals.csv", "leads.csv", "leads_outcomes.csv", "events.csv", "websites.warc.gz")


def write_sample(directory: Path, seed: int = SEED) -> None:
    """Write the files named by `FILES` into `directory`, byte for byte the same for the same seed.

    Parameters
    ----------
    directory : Path
        Made if it is missing; files of these names are overwritten, others left alone.
    seed : int
        Of the world.
    """
    directory.mkdir(parents=True, exist_ok=True)
    world = build(seed)
    _write_csv(directory / "deals.csv", crm.DEAL_COLUMNS, crm.deal_rows(world))
    _write_csv(directory / "leads.csv", crm.LEAD_COLUMNS, crm.lead_rows(world))
    _write_csv(directory / "leads_outcomes.csv", ("lead_id", "outcome"), crm.outcome_rows(world))
    _write_csv(directory / "events.csv", behaviour.COLUMNS, behaviour.rows(world))
    pages = (response for company in world.companies for response in responses(seed, company))
    write_archive(directory / "websites.warc.gz", pages)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
