"""The front door: the commands of `fazhi`. Imports stand inside the commands, so that a query loads no reader."""

import os
import sys
from typing import Annotated

import typer

from kg.cli import answers, build, check, reports, service, upkeep
from kg.cli.terminal import fail, say, tell, write
from kg.errors import NO_SPACE, KgError, UsageError

app = typer.Typer(help=say("fazhi"), no_args_is_help=True, pretty_exceptions_enable=False)
for part in (service, reports, build, check, answers, upkeep):
    app.registered_commands += part.app.registered_commands
    app.registered_groups += part.app.registered_groups


def main() -> None:
    """Run a command. Exit codes: 0 right, 1 the check failed, 2 wrong use, 3 unreadable input."""
    try:
        sys.exit(app(standalone_mode=False, prog_name="fazhi"))
    except KgError as error:
        fail(error)
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "fazhi"
        if message := error.format_message().rstrip("."):  # empty where help was shown instead
            fail(UsageError(message, where=path, hint=f"{path} --help"))
        sys.exit(2)
    except KeyboardInterrupt:
        tell("interrupted")
        sys.exit(130)
    except SystemExit as ended:
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        _forget()  # the reader of our output has gone: nothing is wrong, though typer ends with 1
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        _forget()
        fail(UsageError(say("full"), hint=say("full-hint")))
        sys.exit(2)


def _forget() -> None:
    """What is still to be written to our output goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        write(f"fazhi {version('fazhi')}\n")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=say("opt-version"))]


@app.callback()
def front(version: Version = False) -> None:
    """Options of all commands."""
