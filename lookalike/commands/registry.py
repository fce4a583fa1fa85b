"""``lookalike registry``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from enrich import terminal
from lookalike.commands.answers import KeptAnswer, kept_answers
from lookalike.commands.registry_shadow import shadow
from lookalike.commands.sentences import say
from lookalike.commands.tables import PATH

if TYPE_CHECKING:
    from rich.table import Table

    from lookalike.registry import Decision, Registry
    from lookalike.registry.record import Record

FOLDER = click.argument("folder", type=PATH, metavar="REGISTRY")


def decides(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every decision is kept with: ``--why``, ``--backtest`` and ``--who``."""
    why = click.option("--why", required=True, metavar="TEXT", help="What the decision rests on.")
    backtest = click.option("--backtest", type=PATH, help="Result that justifies it, as --json writes it.")
    who = click.option("--who", metavar="NAME", help="Who decides.  [default: the user of this system]")
    return why(backtest(who(kept_answers(command))))


@click.group()
def registry() -> None:
    """Keep versions of a model: a champion in use, challengers, and who decided so, when and why.

    \b
    Example:
      lookalike registry add models model --why "first model" --backtest backtest.json
      lookalike registry promote models 1 --why "ranks better than by date"
      lookalike score models leads.csv -o scores.csv
    """  # noqa: D301 - click's mark for a block it must not rewrap


@registry.command()
@FOLDER
@click.argument("model", type=PATH)
@decides
def add(
    folder: Path,
    model: Path,
    why: str,
    backtest: Path | None,
    who: str | None,
    answer: KeptAnswer,
) -> None:
    """Copy MODEL into REGISTRY as a challenger; REGISTRY is made if need be.

    \b
    Example:
      lookalike registry add models model --why "with technologies" --backtest backtest.json
    """  # noqa: D301
    from lookalike.registry import Registry

    found = Registry(folder)
    version = found.add(model, why, backtest=backtest, who=who)
    _answer(found, f"version {version.number} added", answer)


@registry.command()
@FOLDER
@click.argument("version", type=click.IntRange(min=1))
@decides
def promote(
    folder: Path,
    version: int,
    why: str,
    backtest: Path | None,
    who: str | None,
    answer: KeptAnswer,
) -> None:
    """Make VERSION the champion.

    \b
    Example:
      lookalike registry promote models 2 --why "ranks better on the spring's leads" --backtest shadow.json
    """  # noqa: D301
    from lookalike.registry import Registry

    found = Registry(folder)
    found.promote(version, why, backtest=backtest, who=who)
    _answer(found, f"version {version} is the champion now", answer)


@registry.command()
@FOLDER
@decides
def revert(
    folder: Path,
    why: str,
    backtest: Path | None,
    who: str | None,
    answer: KeptAnswer,
) -> None:
    """Go back to the champion before this one.

    \b
    Example:
      lookalike registry revert models --why "its probabilities were too high" --who Anna
    """  # noqa: D301
    from lookalike.registry import Registry

    found = Registry(folder)
    version = found.revert(why, backtest=backtest, who=who)
    _answer(found, f"back to version {version.number}", answer)


@registry.command(name="list")
@FOLDER
@kept_answers
def list_versions(folder: Path, answer: KeptAnswer) -> None:
    """List the versions.

    \b
    Example:
      lookalike registry list models
    """  # noqa: D301
    from lookalike.registry import Registry

    _answer(Registry(folder), "", answer)


@registry.command()
@FOLDER
@click.argument("version", type=click.IntRange(min=1), required=False)
@kept_answers
def show(folder: Path, version: int | None, answer: KeptAnswer) -> None:
    """Tell every decision, or those on VERSION, with who, when, why and the evidence.

    \b
    Example:
      lookalike registry show models 2 --json decisions.json
    """  # noqa: D301
    from lookalike.registry import Registry, State

    found = Registry(folder)
    record = found.record
    if version is not None:
        _ = found.path(version)  # that there is one

    def tell() -> None:
        terminal.show(_versions(record, version))
        click.echo()
        terminal.show(_decisions([d for d in record.decisions if version in (None, d.version)]))

    answer.give(State(str(folder), record), tell)


@registry.command()
@FOLDER
@kept_answers
def verify(folder: Path, answer: KeptAnswer) -> None:
    """Check that every file is what was added; ends with status 1 if one is not.

    \b
    Example:
      lookalike registry verify models --quiet
    """  # noqa: D301
    from lookalike.registry import Registry, State

    found = Registry(folder)
    wrong = found.verify()

    def tell() -> None:
        for line in wrong or [f"{folder}: every file is what was added"]:
            click.echo(terminal.plain(line))

    answer.give(State(str(folder), found.record, wrong=tuple(wrong)), tell)
    if wrong and answer.quiet:
        for line in wrong:
            say(line, err=True)
    if wrong:
        raise click.exceptions.Exit(1)


def _answer(found: Registry, done: str, answer: KeptAnswer) -> None:
    from lookalike.registry import State

    told = State(str(found.folder), found.record, done)

    def tell() -> None:
        if done:
            click.echo(done)
        terminal.show(_versions(told.record))
        if told.record.champion is None:
            click.echo("no version is the champion yet; choose one with `lookalike registry promote`")

    answer.give(told, tell)


def _versions(record: Record, only: int | None = None) -> Table:
    made = terminal.table("version", "part", "embedding", "deals", "won", "AUC", "ECE", "added", "by", "why")
    added = {decision.version: decision for decision in record.decisions if decision.action == "add"}
    for version in record.versions:
        if only in (None, version.number):
            entry = added[version.number]
            figures = ["" if value is None else f"{value:.3f}" for value in (version.auc, version.ece)]
            made.add_row(
                str(version.number),
                record.part(version.number),
                terminal.plain(version.embedding),
                f"{version.deals}",
                f"{version.won}",
                *figures,
                *map(terminal.plain, (entry.when, entry.who, entry.why)),
            )
    return made


def _decisions(decisions: list[Decision]) -> Table:
    made = terminal.table("decision", "when", "who", "what", "why", "evidence")
    words = {"add": "added version", "promote": "promoted version", "revert": "went back to version"}
    for one in decisions:
        before = f" (before: {one.champion})" if one.champion and one.action != "add" else ""
        evidence = "" if one.evidence is None else f"{one.evidence['command']}: {one.evidence['headline']}"
        what = f"{words[one.action]} {one.version}{before}"
        made.add_row(str(one.number), *map(terminal.plain, (one.when, one.who, what, one.why, evidence)))
    return made


registry.add_command(shadow)
