"""Sentences for a terminal that name what stands in a user's file: long ones too, no control characters."""

from __future__ import annotations

from textwrap import wrap

import click

from enrich import terminal


def say(text: str) -> None:
    """Print a sentence of any length; what a file brought in it is made plain."""
    click.echo(" ".join(terminal.plain(part).plain for part in wrap(text, 250)))
