"""Sentences for a terminal that name what stands in a user's file: long ones too, no control characters."""

from __future__ import annotations

from textwrap import wrap

import click

from enrich import terminal


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence of any length; what a file brought in it is made plain.

    With `err`, it goes to standard error, as messages do.
    """
    said = " ".join(terminal.plain(part).plain for part in wrap(text, 250))
    click.echo(f"lookalike: {said}" if err else said, err=err)
