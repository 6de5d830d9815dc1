"""Commands that answer from a release: check, ask, questions, query, export."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Data, Format, Json, argument, format_of, settings
from kg.cli.terminal import print_table, say, write
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.store.embedded import EmbeddedStore

app = typer.Typer()

RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}


def current(data: Path | None) -> "EmbeddedStore":
    """The current release of the data folder, opened in this process."""
    from kg.store.embedded import EmbeddedStore

    return EmbeddedStore(settings(data=data).data)


@app.command(help=say("query"))
def query(
    file: Annotated[str, argument("opt-query", "FILE.rq")],
    data: Data = None,
    format: Format = "table",
    json: Json = False,
) -> None:
    """SPARQL on the current release."""
    chosen = format_of(format, json, "table", *RESULTS)
    text = sys.stdin.read() if file == "-" else _text(file)
    store = current(data)
    answer = store.answer(text, media_type=RESULTS.get(chosen, ""))
    if chosen == "table" and answer.kind == "solutions":
        rows = store.rows(text)
        columns = list(dict.fromkeys(name for row in rows for name in row))
        print_table(columns, ([row[name].value if name in row else "" for name in columns] for row in rows))
    else:
        write(answer.body)


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cannot be read as UTF-8 text", where=file, hint="give a .rq file, or - ") from error
