"""``enrich forget``."""

from __future__ import annotations

from pathlib import Path

import click

from enrich.answers import PATH, Answer, answers


@click.command()
@click.argument("who", metavar="EMAIL|DOMAIN")
@click.option("--journal", type=PATH, required=True, help="The journal of a run.")
@click.option("--warc", type=PATH, multiple=True, help="A further archive to go through; may be repeated.")
@answers
def forget(who: str, journal: Path, warc: tuple[Path, ...], answer: Answer) -> None:
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
    from enrich.results import Found

    proofs = erase(who, journal, warc)
    left = [proof for proof in proofs if proof.left]

    def tell() -> None:
        for proof in proofs:
            click.echo(str(proof))

    # The name itself is not among what is told: the result may be kept, and the name is forgotten.
    erased = sum(proof.erased for proof in proofs)
    said = "no trace left" if not left else f"{len(left)} files still hold the name"
    content = {"erased": erased, "proven": not left, "files": [proof.to_dict() for proof in proofs]}
    answer.give(Found("forget", f"{erased:,} places erased in {len(proofs)} files, {said}", content), tell)
    if left:
        for proof in left if answer.silent else ():
            click.echo(f"enrich: {proof}", err=True)
        raise click.exceptions.Exit(1)
