"""Options that several commands share, and the settings they give."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from kg import config
from kg.cli import complete
from kg.cli.terminal import say
from kg.config import Settings
from kg.errors import UsageError

Complete = Callable[..., Iterable[tuple[str, str]]] | None
"""What a shell proposes, as a value and what it means."""


def option(message: str, *names: str, complete: Complete = None) -> Any:
    """An option with its help in the reader's language."""
    return typer.Option(*names, help=say(message), show_default=False, autocompletion=complete)


def argument(message: str, metavar: str, *, complete: Complete = None) -> Any:
    """An argument with its help in the reader's language."""
    return typer.Argument(help=say(message), metavar=metavar, show_default=False, autocompletion=complete)


Report = Annotated[str, argument("opt-report", "REPORT")]
Paths = Annotated[list[str], argument("opt-paths", "PATH…")]
Release = Annotated[str | None, argument("opt-release", "[RELEASE]")]
Data = Annotated[Path | None, option("opt-data", "--data")]
Json = Annotated[bool, option("opt-json", "--json")]
Format = Annotated[str, option("opt-format", "--format", complete=complete.formats)]
Force = Annotated[bool, option("opt-force", "--force")]
Said = Annotated[list[str] | None, option("opt-given", "--given")]
Ocr = Annotated[bool, option("opt-ocr", "--ocr")]
Overwrite = Annotated[bool, option("opt-overwrite", "--force")]
Base = Annotated[str | None, option("opt-base", "--base")]
Host = Annotated[str | None, option("opt-host", "--host")]
Port = Annotated[int | None, option("opt-port", "--port")]
Workers = Annotated[int | None, option("opt-workers", "--workers")]
StoreAt = Annotated[str | None, option("opt-store", "--store")]
To = Annotated[str | None, option("opt-to", "--to")]
OfReport = Annotated[str, option("opt-of-report", "--report")]
OfTable = Annotated[str, option("opt-of-table", "--table", complete=complete.tables)]
Output = Annotated[Path | None, option("opt-output", "--output", "-o")]


def settings(**flags: object) -> Settings:
    """Settings with these flags; one that is None was not given."""
    return config.load(flags)[0]


def format_of(chosen: str, as_json: bool, *known: str) -> str:
    """The format asked for. Raises UsageError that lists those there are."""
    wanted = "json" if as_json else chosen
    if wanted not in known:
        raise UsageError(f"no format {wanted}", hint=f"one of {', '.join(name for name in known if name)}")
    return wanted
