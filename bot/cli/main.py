"""`sereno`: finds the command, and turns whatever goes wrong into one clear line."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from contextlib import suppress

import click

COMMANDS = {
    "run": "bot.cli.run",
    "chat": "bot.cli.chat",
    "demo": "bot.cli.demo",
    "check": "bot.cli.check",
    "eval": "bot.cli.evaluate",
    "guardlog": "bot.cli.guardlog",
    "console": "bot.cli.console",
    "knowledge": "bot.cli.knowledge",
    "doctor": "bot.cli.doctor",
    "discord": "bot.cli.discord",
    "slack": "bot.cli.slack",
}
"""Each in a module of its own, imported when it is used."""

USAGE, FAILED, INTERRUPTED = 2, 1, 130


class Commands(click.Group):
    """The commands of the table, imported when they are used; a typo gets the nearest one suggested."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # For a slip only.

            near = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command '{args[0]}'. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """As click does; a reader that has seen enough is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Nothing more can be written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="sereno", message="sereno %(version)s")
@click.pass_context
def sereno(ctx: click.Context) -> None:
    """Sereno: a chatbot that a community hosts for itself, with guards on what goes in and what comes out.

    Without a command it does what `run` does.
    """
    if ctx.invoked_subcommand is None:
        from bot.cli.run import command

        ctx.invoke(command)


def main() -> None:
    """The console script. Exit codes: 0 done, 1 failed, 2 wrong usage, setting or store, 130 interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a sign gets a "?" in its place.
        sys.stdout.reconfigure(errors="replace")
    try:
        code = sereno.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nobody who uses this should have to read a traceback
        code = _explain(error)
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> int:
    from adapters.base import AdapterFailed
    from bot.log import failure_of
    from bot.settings import SettingsError
    from bot.store.base import StoreUnavailable
    from bot.wiring import Unavailable

    if isinstance(error, SettingsError | StoreUnavailable | Unavailable | AdapterFailed):
        for line in str(error).splitlines():
            click.echo(f"sereno: {line}", err=True)
        return USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        with suppress(OSError):
            click.echo(f"sereno: nothing more can be written: {error.strerror}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    click.echo(f"sereno: this should not have happened: {failure_of(error)}. Please report it.", err=True)
    return FAILED
