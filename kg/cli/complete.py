"""What a shell completes beside commands and options: questions, slots, formats, tables."""

from collections.abc import Iterable, Iterator

import typer

from kg.cli.terminal import language


def questions(incomplete: str) -> Iterator[tuple[str, str]]:
    """Named questions with their titles.

    >>> [name for name, _ in questions("who-d")]
    ['who-did-what']
    """
    from queries import load_queries

    return _beginning(incomplete, ((query.id, query.title[language()]) for query in load_queries().values()))


def slots(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The slots of the question that stands before them."""
    from queries import load_queries

    query = load_queries().get(ctx.params.get("question", ""))
    found = query.params.items() if query else ()
    return _beginning(incomplete, ((f"{name}=", param.help[language()]) for name, param in found))


def formats(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """The formats that a command writes."""
    from kg.cli.answers import RESULTS
    from server.export.formats import FORMATS

    own = {"read": ("text", "json"), "extract": ("json", "yaml"), "query": ("table", *RESULTS), "export": FORMATS}
    known = own.get(ctx.command.name or "", ())
    return _beginning(incomplete, ((name, "") for name in known))


def tables(incomplete: str) -> Iterator[tuple[str, str]]:
    """The tables of a release.

    >>> dict(tables("fi"))["figures"] in ("数值", "figures")
    True
    """
    from server.export.tables import tables as known

    return _beginning(incomplete, ((table.name, getattr(table, language())) for table in known().values()))


def _beginning(incomplete: str, found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (pair for pair in found if pair[0].startswith(incomplete))
