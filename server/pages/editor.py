"""The SPARQL page for people: a text area that posts, the questions as examples, the answer as a table. The protocol is server.protocol.sparql."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import render_template

from kg.errors import KgError
from kg.graph.namespaces import PREFIXES
from kg.store.answer import Answer
from queries import bind, load_queries
from server.charts import svg
from server.charts.points import Panel, Point
from server.errors import problem_of, problems
from server.i18n import language
from server.pages.site import base
from server.paths import local_path, with_query
from server.service import service

_BARS = 60
_SHOWN = 500
"""Rows on the page; the downloads hold all."""
_START = "\n".join(
    [
        *(f"PREFIX {name}: <{PREFIXES[name]}>" for name in ("fz", "rdfs")),
        "",
        "SELECT ?class (COUNT(?thing) AS ?n) WHERE {",
        "  ?thing a ?class",
        "}",
        "GROUP BY ?class",
        "ORDER BY DESC(?n)",
        "",
    ]
)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a result as it is shown."""

    text: str
    href: str = ""
    note: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer on the page."""

    kind: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Term | None]] = ()
    total: int = 0
    text: str = ""
    boolean: bool = False
    partial: bool = False
    numeric: frozenset[str] = frozenset()
    """The columns of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no answer, what to do, where in the query; and what the engine said of it."""

    what: str
    hint: str
    detail: str
    line: int = 0
    column: int = 0


def page(query: str, ask: Callable[[str], Answer], kept: Sequence[tuple[str, str]] = ()) -> tuple[str, int]:
    """The page with this query and, where there is one, its answer; and the HTTP status.

    `kept` are the fields that go with the query when it is asked again or downloaded.
    """
    result: Result | None = None
    failure: Failure | None = None
    status = 200
    if query.strip():
        try:
            result = _result(ask(query), query)
        except KgError as error:
            failure, status = failed(error)
    text = query if query.strip() else _START
    html = render_template(
        "sparql.html",
        text=text,
        asked=bool(query.strip()),
        kept=kept,
        result=result,
        failure=failure,
        examples=_examples(),
        prefixes=PREFIXES,
        shown=_SHOWN,
        panel=_panel(result) if result else None,
        draw=svg.drawing("bar", ""),
        downloads=[
            (name, with_query("/sparql", [("query", text), *kept, ("format", kind)]))
            for name, kind in (_formats(result) if result else ())
        ],
    )
    return html, status


def failed(error: KgError) -> tuple[Failure, int]:
    """The failure in the words of problems.yaml, and its HTTP status."""
    found = problem_of(error)
    said = problems()[found.kind][language()]
    line, column = found.fields.get("line", 0), found.fields.get("column", 0)
    # What the engine says of a query helps to mend it and is English; of time and memory the hint says all in the reader's language.
    detail = "" if found.status == 503 and language() != "en" else found.detail
    return Failure(what=said["title"], hint=said["hint"], detail=detail, line=line, column=column), found.status


def _panel(result: Result) -> Panel | None:
    """The answer as bars: where it has one column of numbers, named by the first of the others."""
    if len(result.numeric) != 1 or len(result.columns) < 2 or not 1 < len(result.rows) <= _BARS:
        return None
    at = next(i for i, name in enumerate(result.columns) if name in result.numeric)
    named = next(i for i in range(len(result.columns)) if i != at)
    points = [
        Point(label=label.text, value=Decimal(number.text))
        for row in result.rows
        if (label := row[named]) is not None and (number := row[at]) is not None
    ]
    return Panel(unit="", points=tuple(points), name=result.columns[at]) if points else None


def _formats(result: Result) -> Sequence[tuple[str, str]]:
    if result.kind == "graph":
        return (("Turtle", "turtle"), ("N-Triples", "ntriples"), ("JSON-LD", "jsonld"))
    return (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml"))


def _examples() -> list[dict[str, str]]:
    """The questions, each as the query that it runs with all slots open."""
    found = []
    for query in load_queries().values():
        values = {name: param.default for name, param in query.params.items()}
        if any(param.must_be_given and values[name] == "any" for name, param in query.params.items()):
            continue
        text = f"# {query.title[language()]}\n{bind(query, {}, base())}"
        found.append({"title": query.title[language()], "href": with_query("/sparql", [("query", text)])})
    return found


def _as_written(columns: Sequence[str], text: str) -> list[str]:
    """The variables in the order in which the query first names them: for `SELECT *` the engine has an order of its own.

    >>> _as_written(["o", "p", "s"], "SELECT * { ?s ?p ?o }")
    ['s', 'p', 'o']
    """
    first = {name: place for place, name in reversed([(m.start(), m[1]) for m in re.finditer(r"[?$](\w+)", text)])}
    return sorted(columns, key=lambda name: first.get(name, len(text)))


def _result(answer: Answer, text: str) -> Result:
    if answer.kind == "graph":
        text = answer.body.decode("utf-8", "replace")
        lines = text.splitlines()
        return Result(kind="graph", text="\n".join(lines[:_SHOWN]), total=len(lines))
    body = json.loads(answer.body)
    if answer.kind == "boolean":
        return Result(kind="boolean", boolean=bool(body["boolean"]))
    rows = body["results"]["bindings"]
    columns = _as_written(body["head"].get("vars", []), text)
    iris = {cell["value"] for row in rows[:_SHOWN] for cell in row.values() if cell["type"] == "uri"}
    names = service().labels(sorted(iris))
    shown = [[_term(row[name], names) if name in row else None for name in columns] for row in rows[:_SHOWN]]
    return Result(
        kind="solutions",
        columns=columns,
        rows=shown,
        numeric=frozenset(
            name
            for at, name in enumerate(columns)
            if any(row[at] for row in shown) and all(term.number for row in shown if (term := row[at]))
        ),
        total=len(rows),
        partial=answer.partial_rows is not None,
    )


def _term(cell: Mapping[str, str], names: Mapping[str, object]) -> Term:
    value = cell["value"]
    if cell["type"] == "uri":
        short = next((f"{name}:{value[len(iri) :]}" for name, iri in PREFIXES.items() if value.startswith(iri)), "")
        short = short or (value.removeprefix(base()) if value.startswith(base()) else value)
        label = names.get(value)
        text = label[language()] if label is not None else ""  # type: ignore[index]
        return Term(text or short, local_path(value, base()), "" if not text or text == short else short)
    kind = cell.get("datatype", "").rpartition("#")[2]
    return Term(value, note="@" + cell["xml:lang"] if "xml:lang" in cell else "", number=kind in ("integer", "decimal"))
