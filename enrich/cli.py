"""The ``enrich`` command.

Everything heavy is imported inside the commands, so that help and usage errors are quick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from enrich import terminal
from enrich.benchmark.commands import benchmark
from enrich.facts_command import facts

_PATH = click.Path(path_type=Path)
_ASKS = {
    "web": "Fetch the companies' websites.",
    "dns": "Ask name servers: mail provider, senders, policies.",
    "tls": "Read the certificates of the companies' websites.",
    "rdap": "Ask the domains' registries: registration date, registrar.",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Extend sales leads from their e-mail domain and the company's public web presence."""


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what ``run`` and ``retry`` share."""
    options = [
        click.option(
            "-o", "--out", type=_PATH, required=True, help="The wider table: .csv, .tsv, .parquet or .xlsx."
        ),
        click.option("--live", is_flag=True, help="Ask the Internet: the same as the next four together."),
        *(
            click.option(f"--{name}/--no-{name}", name, default=None, help=text)
            for name, text in _ASKS.items()
        ),
        click.option(
            "--save-warc", type=_PATH, help="Keep the pages fetched in this file, .warc or .warc.gz."
        ),
        click.option(
            "--journal", type=_PATH, help="Where facts and progress are kept.  [default: OUT.journal]"
        ),
        click.option("--config", type=_PATH, help="A TOML file of settings; see 'enrich config'."),
        click.option(
            "--fingerprints", type=_PATH, help="A folder of technology fingerprints in Wappalyzer's format."
        ),
        click.option("--quiet", is_flag=True, help="Show no progress and no summary."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@cli.command()
@click.argument("leads", type=_PATH)
@click.option("--warc", type=_PATH, multiple=True, help="A WARC file to read pages from; may be repeated.")
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


@cli.command()
@click.argument("leads", type=_PATH)
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
    **options: Any,
) -> None:
    from enrich.pipeline import run as enrich
    from enrich.settings import Settings

    asked = {name: options.pop(name) for name in _ASKS}
    every = options.pop("live")
    live = [name for name, wanted in asked.items() if wanted or (every and wanted is None)]
    settings = Settings.from_toml(config) if config else Settings()
    if fingerprints is not None:
        settings = replace(settings, fingerprints=str(fingerprints))
    summary = enrich(leads, out, live=live, journal=journal, settings=settings, **options)
    if not options["quiet"]:
        click.echo(str(summary))
        click.echo(f"written: {out}")
        click.echo(f"sources: enrich show DOMAIN --journal {journal or f'{out}.journal'}")
    else:
        for damage in summary.damage:
            click.echo(f"enrich: {damage}", err=True)


@cli.command()
@click.argument("domain")
@click.option("--journal", type=_PATH, required=True, help="The journal of a run.")
def show(domain: str, journal: Path) -> None:
    """Show every fact on a company with its source URL, extractor, date and confidence.

    DOMAIN may be a URL or an e-mail address, of which only the domain is used. What is in the table is marked
    with *; the other candidates had less to say for them.

    \b
    Example:
      enrich show acme.example --journal enriched.parquet.journal
    """  # noqa: D301
    from enrich.look_up import show as look_up

    facts = look_up(domain, journal)
    table = terminal.table("", "field", "value", "source", "extractor", "observed", "confidence")
    for fact in facts.itertuples():
        cells = (fact.field, fact.value, fact.url, fact.extractor, fact.observed_at, f"{fact.confidence:.2f}")
        table.add_row("*" if fact.chosen else "", *map(terminal.plain, cells))
    terminal.show(table)


@cli.command()
@click.argument("who", metavar="EMAIL|DOMAIN")
@click.option("--journal", type=_PATH, required=True, help="The journal of a run.")
@click.option("--warc", type=_PATH, multiple=True, help="A further archive to go through; may be repeated.")
def forget(who: str, journal: Path, warc: tuple[Path, ...]) -> None:
    """Erase a person or a company from a journal and the archives it saved, and prove it.

    Later runs on the journal neither look at the company nor store the address again; a digest is kept for
    that. Tables written before are yours: write them anew with 'enrich run'. Ends with status 1 if a search
    of the files still finds the name.

    \b
    Examples:
      enrich forget jan@acme.example --journal enriched.parquet.journal
      enrich forget acme.example --journal enriched.parquet.journal --warc pages.warc.gz
    """  # noqa: D301
    from enrich.forget import forget as erase

    proofs = erase(who, journal, warc)
    for proof in proofs:
        click.echo(str(proof))
    if any(proof.left for proof in proofs):
        raise click.exceptions.Exit(1)


@cli.command()
@click.option("--config", type=_PATH, help="A TOML file of settings, merged with the defaults.")
def config(config: Path | None) -> None:
    """Print the effective settings as a TOML file that says what each means.

    \b
    Example:
      enrich config > enrich.toml
    """  # noqa: D301
    from enrich.configuration import to_toml
    from enrich.settings import Settings

    click.echo(to_toml(Settings.from_toml(config) if config else Settings()), nl=False)


@cli.command()
@click.argument("file", type=_PATH)
@click.option("--config", type=_PATH, help="A TOML file of settings; see 'enrich config'.")
def registries(file: Path, config: Path | None) -> None:
    """Fetch the list of registries that --rdap asks (IANA's, RFC 9224) into FILE.

    The product brings one that was current when it was published. FILE is replaced only by a valid list.

    \b
    Example:
      enrich registries rdap.json
    """  # noqa: D301
    from enrich.settings import Settings
    from enrich.sources.rdap_bootstrap import refresh

    written = refresh(file, Settings.from_toml(config) if config else Settings())
    click.echo(f"{file}: {len(written.servers):,} top-level domains, published {written.publication}")
    click.echo(f'to use it, write into the configuration: rdap_bootstrap_file = "{file}"')


@cli.command()
def fields() -> None:
    """List the fields that can become columns.

    \b
    Example:
      enrich fields
    """  # noqa: D301
    from enrich.extract import load_built_in
    from enrich.extract.registry import FIELDS, channels

    load_built_in()
    where = channels()
    table = terminal.table("group", "field", "values", "type", "from", "meaning")
    for field in sorted(FIELDS.values(), key=lambda field: field.group):
        sources = ", ".join(sorted(where[field.name]))
        cells = (field.group, field.name, field.kind, field.dtype, sources, field.doc)
        table.add_row(*map(terminal.plain, cells))
    terminal.show(table)


cli.add_command(benchmark)
cli.add_command(facts)


def main() -> None:
    """Run the command; see :func:`enrich.terminal.run`."""
    terminal.run(cli, "enrich", "interrupted; give the same command again to go on where it stopped")
