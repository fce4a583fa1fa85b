"""``enrich registries``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich.answers import PATH, Answer, answers


@click.command()
@click.argument("file", type=PATH)
@click.option("--config", type=PATH, help="A TOML file of settings; see 'enrich config'.")
@answers
def registries(file: Path, config: Path | None, answer: Answer) -> None:
    """Fetch the list of registries that --rdap asks (IANA's, RFC 9224) into FILE.

    The product brings one that was current when it was published. FILE is replaced only by a valid list.

    \b
    Example:
      enrich registries rdap.json
    """  # noqa: D301
    from enrich.results import Found
    from enrich.settings import Settings
    from enrich.sources.rdap_bootstrap import refresh

    written = refresh(file, Settings.from_toml(config) if config else Settings())
    headline = f"{file}: {len(written.servers):,} top-level domains, published {written.publication}"
    content = {"file": file, "domains": len(written.servers), "published": str(written.publication)}

    def tell() -> None:
        click.echo(headline)
        click.echo(f'to use it, write into the configuration: rdap_bootstrap_file = "{file}"')

    answer.give(Found("registries", headline, content), tell)
