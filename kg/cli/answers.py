"""Commands that answer from a release: ask, questions, query, export."""

import gc
import re
import sys
from collections.abc import Mapping
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import complete
from kg.cli.deadline import within
from kg.cli.options import (
    Data,
    Format,
    Json,
    OfReport,
    OfTable,
    Output,
    Overwrite,
    To,
    argument,
    format_of,
    settings,
)
from kg.cli.output import is_special, new_file, new_folder
from kg.cli.terminal import done, err, language, print_json, print_table, say, show, tell, write
from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE

if TYPE_CHECKING:
    from kg.store.embedded import EmbeddedStore
    from kg.store.release import Release
    from queries.answer import Answered

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


Question = Annotated[str, argument("opt-question", "QUESTION", complete=complete.questions)]
Slots = Annotated[list[str] | None, argument("opt-slots", "[SLOT=VALUE]…", complete=complete.slots)]


@app.command(help=say("ask"))
def ask(question: Question, slots: Slots = None, data: Data = None, json: Json = False) -> None:
    """A named question, or one free sentence."""
    from queries import find_query, load_queries
    from queries.answer import answer
    from queries.slots import resolve

    store = current(data)
    base = str(store.described.manifest.get("base", DEFAULT_BASE))
    given: dict[str, list[str]] = {}
    for slot in slots or ():
        name, equals, value = slot.partition("=")
        if not equals:
            raise UsageError(f"{slot} is no slot", hint="write slot=value, as year=2021")
        given.setdefault(name, []).append(value)
    if question not in load_queries() and (given or (question.isascii() and " " not in question)):
        find_query(question)  # refuses, and names the nearest
    with within(settings(data=data).max_seconds):
        if question not in load_queries():
            question, given = understand(question, store, base, as_json=json)
        query = find_query(question)
        found = answer(query, resolve(query, given, store, base=base), store, base=base)
    show_answer(found, as_json=json)


_LEAD = re.compile(r"(.+)[，,;.] ?([^，,;.]+[:：])")


def understand(sentence: str, store: "EmbeddedStore", base: str, *, as_json: bool) -> tuple[str, dict[str, list[str]]]:
    """The question that a sentence asks, told before it is answered. Raises UsageError with three ways where it is unclear."""
    from queries import find_query
    from queries.present import filled_sentence
    from queries.router.route import route

    found = route(sentence, store, base=base)
    if found.question is None:
        reason = found.reason[language()] if found.reason else say("unsure")
        if as_json:
            ways_on = [{"question_id": one.question, "slots": one.slots} for one in found.alternatives]
            print_json({"question_id": None, "reason": reason, "alternatives": ways_on})
        ways = (f"fazhi ask {one.question} {' '.join(slots_of(one.slots))}".strip() for one in found.alternatives)
        between, apart = ("", "；") if language() == "zh" else (" ", "; ")
        # 没有完全听懂，您想问的是不是： has a lead for the ways of its own.
        own = _LEAD.fullmatch(reason)
        told, lead = own.groups() if own else (reason.rstrip("。."), say("unsure"))
        raise UsageError(told, hint=f"{lead}{between}{apart.join(ways)}")
    said = filled_sentence(find_query(found.question), found.slots, store, base, language())
    tell("understood", question=said, command=" ".join(("fazhi ask", found.question, *slots_of(found.slots))))
    return found.question, {name: list(values) for name, values in found.slots.items()}


def slots_of(slots: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Slots as they are typed."""
    return [f"{name}={value}" for name, values in slots.items() for value in values]


def show_answer(answered: "Answered", *, as_json: bool) -> None:
    """The sentence; the table; below it the words behind each row, each once, with their place."""
    shown = language()
    columns = answered.query.columns
    rows = [{name: answered.text(row, name, shown) for name in columns} for row in answered.rows]
    evidence = [answered.evidence_of(row) for row in answered.rows]
    if as_json:
        words = [
            [{"quote": e.quote, "begin": e.begin, "report": e.report.iri} for e in several] for several in evidence
        ]
        print_json(
            {
                "question_id": answered.query.id,
                "slots": answered.values,
                "answer": answered.say(shown),
                "total": answered.total,
                "at_least": answered.at_least,
                "rows": [{**row, "evidence": quotes} for row, quotes in zip(rows, words, strict=True)],
                "caveat": answered.query.caveat[shown],
                "release": answered.release,
            }
        )
        return
    write(f"{answered.say(shown)}\n")
    numbers = {e.iri: f"[{n}]" for n, e in enumerate({e.iri: e for several in evidence for e in several}.values(), 1)}
    names = [name for name, column in columns.items() if column.kind != "quote" and any(row[name] for row in rows)]
    if rows:
        print_table(
            [*(getattr(columns[name], shown) for name in names), say("words")],
            (
                [*(row[name] for name in names), " ".join(numbers[e.iri] for e in several)]
                for row, several in zip(rows, evidence, strict=True)
            ),
        )
    for one in {e.iri: e for several in evidence for e in several}.values():
        write(f"{numbers[one.iri]} {one.quote} ({one.report.title[shown]}, {one.begin})\n")
    for loosened in answered.loosened:
        write(f"{loosened.say(answered.query, shown)}\n")
    write(f"\n{answered.query.caveat[shown]}\n{answered.coverage.say(shown)}\n")


@app.command(help=say("questions"))
def questions(json: Json = False) -> None:
    """All questions with their slots."""
    from queries import load_queries

    shown = language()
    rows = [
        {"id": query.id, "question": query.title[shown], "slots": " ".join(query.params)}
        for query in load_queries().values()
    ]
    show(rows, as_json=json)


@app.command(help=say("query"))
def query(
    file: Annotated[str, argument("opt-query", "FILE.rq")],
    data: Data = None,
    format: Format = "table",
    json: Json = False,
) -> None:
    """SPARQL on the current release."""
    from kg.store.embedded import rows_of

    chosen = format_of(format, json, "table", *RESULTS)
    text = sys.stdin.read() if file == "-" else _text(file)
    store = current(data)
    with within(settings(data=data).max_seconds):
        answer = store.answer(text, media_type=RESULTS.get(chosen, ""))
    if chosen == "table" and answer.kind == "solutions":
        rows, columns = rows_of(answer), loads(answer.body)["head"]["vars"]
        print_table(columns, ([row[name].value if name in row else "" for name in columns] for row in rows))
    else:
        write(answer.body)


@app.command(help=say("export"))
def export(
    data: Data = None,
    format: Format = "nq",
    output: Output = None,
    overwrite: Overwrite = False,
    to: To = None,
    report: OfReport = "",
    table: OfTable = "",
    json: Json = False,
) -> None:
    """The current release in another format, or in another store."""
    from kg.store.release import answerable
    from server.export.formats import FORMATS, TABLED
    from server.export.formats import write as write_export
    from server.export.tables import find_table

    chosen = format_of(format, False, *FORMATS)
    if table and chosen not in TABLED:
        raise UsageError(f"{chosen} is not one table", hint="--table goes with " + ", ".join(TABLED))
    if table:
        find_table(table)  # before a file is begun
    release = answerable(settings(data=data).data)
    told: dict[str, object] = {"format": chosen, "release": release.id}
    if to is not None:
        from kg.store.send import send

        done("sent", as_json=json, url=to, triples=send(release, to), release=release.id)
    elif output is None or str(output) == "-":
        if json:
            raise UsageError(say("json-needs-file"), hint=say("json-needs-file-hint"))
        sys.stdout.flush()
        write_export(release, chosen, sys.stdout.buffer, table=table, report=report)
    else:
        gc.disable()  # rows make no cycles: to look for some costs a twentieth of the time
        try:
            with err.status(say("writing", file=output)):
                _to_file(release, chosen, output, table, report, overwrite=overwrite)
        finally:
            gc.enable()
        done("written", as_json=json, file=output, **told)


def _to_file(release: "Release", chosen: str, output: Path, table: str, report: str, *, overwrite: bool) -> None:
    """Write a release to a file, or its tables to a folder: where neither a table nor a file's suffix is given."""
    from server.export.formats import FOLDERS, TABLED, write_folder
    from server.export.formats import write as write_export
    from server.export.rdf import PACKINGS
    from server.export.tables import tables

    if chosen in FOLDERS and not (output.suffix or table or report or is_special(output)):
        with new_folder(output, overwrite=overwrite) as folder:
            write_folder(release, chosen, folder)
        return
    packing = output.suffix.removeprefix(".") if output.suffix.removeprefix(".") in PACKINGS else ""
    named = output.name.partition(".")[0]
    table = table or (named if chosen in TABLED and named in tables() else "")
    with new_file(output, overwrite=overwrite) as path, path.open("wb") as file:
        write_export(release, chosen, file, table=table, report=report, packing=packing)


def _text(file: str) -> str:
    """A query's text; views/org.rq and its like are those of the vocabulary, wherever it is installed."""
    import ontology

    path = Path(file)
    if not path.exists() and file in {f"views/{view.name}" for view in ontology.files("views")}:
        path = ontology.HERE / file
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=file, hint="give a .rq file, or -") from error
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8 text", where=file, hint="give a .rq file, or -") from error
