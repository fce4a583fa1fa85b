"""The command ``completion``, which teaches a shell to complete the other commands."""

from __future__ import annotations

import click

SHELLS = {
    "bash": "{name} completion bash >> ~/.bashrc",
    "zsh": "{name} completion zsh >> ~/.zshrc",
    "fish": "{name} completion fish > ~/.config/fish/completions/{name}.fish",
}


def completion(cli: click.Group, name: str) -> click.Command:
    """Make the command for a group that is called by a name.

    >>> completion(click.Group(), "lookalike").help.splitlines()[0]
    'Print the script that completes lookalike in a SHELL: commands, options, files.'
    """
    lines = "\n".join(f"  {line.format(name=name)}" for line in SHELLS.values())

    @click.command(
        "completion",
        help=f"Print the script that completes {name} in a SHELL: commands, options, files.\n\n"
        f"Do this once; shells opened from then on complete:\n\n\b\nExamples:\n{lines}",
    )
    @click.argument("shell", type=click.Choice(list(SHELLS)))
    def command(shell: str) -> None:
        from click.shell_completion import get_completion_class

        # Click looks for the variable by that name when the command starts.
        found = get_completion_class(shell)
        assert found is not None  # noqa: S101 - click has these three
        click.echo(found(cli, {}, name, f"_{name.upper()}_COMPLETE").source())

    return command
