"""``enrich run`` and ``enrich retry``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from enrich.answers import PATH, Answer, answers

_ASKS = {
    "web": "Fetch the companies' websites.",
    "dns": "Ask name servers: mail provider, senders, policies.",
    "tls": "Read the certificates of the companies' websites.",
    "rdap": "Ask the domains' registries: registration date, registrar.",
}


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what ``run`` and ``retry`` share."""
    options = [
        click.option(
            "-o", "--out", type=PATH, required=True, help="The wider table: .csv, .tsv, .parquet or .xlsx."
        ),
        click.option("--live", is_flag=True, help="Ask the Internet: the same as the next four together."),
        *(
            click.option(f"--{name}/--no-{name}", name, default=None, help=text)
            for name, text in _ASKS.items()
        ),
        click.option(
            "--save-warc", type=PATH, help="Keep the pages fetched in this file, .warc or .warc.gz."
        ),
        click.option(
            "--journal", type=PATH, help="Where facts and progress are kept.  [default: OUT.journal]"
        ),
        click.option("--config", type=PATH, help="A TOML file of settings; see 'enrich config'."),
        click.option(
            "--fingerprints", type=PATH, help="A folder of technology fingerprints in Wappalyzer's format."
        ),
    ]
    command = answers(command)
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("leads", type=PATH)
@click.option("--warc", type=PATH, multiple=True, help="A WARC file to read pages from; may be repeated.")
@click.option("--refresh-days", type=click.FloatRange(min=0), help="Ask again what was asked longer ago.")
@_run_options
def run(leads: Path, **options: Any) -> None:
    """Write LEADS with the facts on each row's company added.

    LEADS needs a column named email, domain or website. Nothing touches a network unless asked for. A run
    that was interrupted or killed goes on where it stopped when the same command is given again.

    \b
    Examples:
      enrich run leads.csv -o enriched.parquet --warc pages.warc.gz
      enrich run leads.csv -o enriched.parquet --web --dns --config enrich.toml
      enrich run leads.csv -o enriched.parquet --live --no-rdap --refresh-days 90
    """  # noqa: D301 - click's mark for a block it must not rewrap
    _run(leads, **options)


@click.command()
@click.argument("leads", type=PATH)
@click.option(
    "--state", "states", multiple=True, required=True, help="Such as timeout, rate-limited, failed, blocked."
)
@_run_options
def retry(leads: Path, states: tuple[str, ...], **options: Any) -> None:
    """Ask again about the companies of LEADS of which a look ended in a state, and write the table anew.

    Without --web, --dns, --tls or --rdap, whatever the journal has looks of is asked again. What was known of
    a company stays until a further look finds something.

    \b
    Example:
      enrich retry leads.csv -o enriched.parquet --state timeout --state rate-limited
    """  # noqa: D301
    from enrich.journal import Journal
    from enrich.states import parse_state

    if not any(options[name] for name in ("live", *_ASKS)):
        with Journal(options["journal"] or f"{options['out']}.journal") as journal:
            for name in journal.asked():
                options[name] = options[name] is not False
    _run(leads, retry=[parse_state(state) for state in states], **options)


def _run(
    leads: Path,
    out: Path,
    journal: Path | None,
    config: Path | None,
    fingerprints: Path | None,
    answer: Answer,
    **options: Any,
) -> None:
    from enrich.pipeline import run as enrich
    from enrich.results import Found
    from enrich.settings import Settings

    asked = {name: options.pop(name) for name in _ASKS}
    every = options.pop("live")
    live = [name for name, wanted in asked.items() if wanted or (every and wanted is None)]
    settings = Settings.from_toml(config) if config else Settings()
    if fingerprints is not None:
        settings = replace(settings, fingerprints=str(fingerprints))
    summary = enrich(leads, out, live=live, journal=journal, settings=settings, quiet=answer.quiet, **options)
    kept = journal or Path(f"{out}.journal")

    def tell() -> None:
        click.echo(str(summary))
        click.echo(f"written: {out}")
        click.echo(f"sources: enrich show DOMAIN --journal {kept}")

    content = {**summary.to_dict(), "file": out, "journal": kept}
    answer.give(Found("run", summary.headline, content), tell)
    if answer.silent:
        for damage in summary.damage:
            click.echo(f"enrich: {damage}", err=True)
