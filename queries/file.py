"""A question file: its header and its SPARQL read strictly, and refused where they do not fit together."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from kg.errors import QueryError
from queries.header import MARKER, ORDERS, SLOT, SPOKEN, UNLESS, WHEN, Axes, NamedQuery
from queries.strict_yaml import read_yaml

HEADER = re.compile(r"\A(?:#\+[^\n]*\n)+")
_GAPS = ("count", "first", "ties", "sum", "each")


def read_query(path: Path) -> NamedQuery:
    """One question file. Raises `QueryError` that names file, place and what is expected."""
    text = path.read_text("utf-8")
    head = HEADER.match(text)
    if head is None:
        raise QueryError("no header", where=f"{path.name}:1", hint="begin with lines '#+ id: …'")
    lines = "\n".join(line[3:] if line.startswith("#+ ") else line[2:] for line in head[0].splitlines())
    header = read_yaml(lines, path.name)
    if not isinstance(header, dict):
        raise QueryError("the header is no mapping", where=f"{path.name}:1")
    try:
        query = NamedQuery(**{**header, "body": text[head.end() :].strip() + "\n", "path": str(path)})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "header"
        raise QueryError(
            f"{place}: {first['msg'].removeprefix('Value error, ')}", where=path.name, hint="see queries/README.md"
        ) from error
    if problems := list(_misfits(query)):
        raise QueryError("; ".join(problems), where=path.name, hint="see queries/README.md")
    return query


def _misfits(query: NamedQuery) -> Iterator[str]:
    if query.id != Path(query.path).stem:
        yield f"id '{query.id}' is not the file's name"
    placed = [name for found in MARKER.finditer(query.body) for name in found["names"].split()]
    marked = (*WHEN.finditer(query.body), *UNLESS.finditer(query.body))
    lines = [name for found in marked for _, name in SPOKEN.findall(found["names"])]
    for name in sorted({*placed, *lines} - set(query.params)):
        yield f"#params, #sift, #when or #unless names '{name}', which is no slot — slots: {', '.join(query.params)}"
    for name in sorted(set(query.params) - set(placed)):
        yield f"slot '{name}' stands in no #params or #sift line"
    for language in ("zh", "en"):
        used = {found[1] for found in SLOT.finditer(query.sentence[language])}
        if used != set(query.params):
            yield f"sentence.{language} names {sorted(used)}, the slots are {sorted(query.params)}"
    for wording in (query.answer, query.one, query.none):
        for found in SLOT.finditer((wording.zh + wording.en) if wording else ""):
            if found[2] is None and found[1] not in query.params:
                yield f"answer names '{found[1]}', which is no slot"
            elif found[2] is not None and (
                found[1] not in _GAPS or not set(found[2].split()) <= set(query.variables())
            ):
                yield f"answer: '{found[0]}' — use one of {', '.join(_GAPS)} and a column: {{count:column}}"
    if query.all and not any(param.key for param in query.params.values()):
        yield "a title for 'all' is that of a question with a key slot"
    known = set(query.variables())
    named = [name for part in query.evidence for name in (part.sentence, *part.marks)]
    named += [name for column in query.columns.values() for name in (column.unit, column.name, column.english) if name]
    named += [name for view in query.view.offered() for name in _columns(query.view.axes(view))]
    for name in sorted(set(named) - known):
        yield f"'{name}' is no column — columns and hidden: {', '.join(sorted(known))}"
    for name in sorted(set(query.loosen) - set(query.params)):
        yield f"loosen names '{name}', which is no slot"
    if set(_projected(query.body)) != known:
        yield f"columns and hidden are {sorted(known)}, the query projects {sorted(_projected(query.body))}"
    if query.pages and not re.search(rf"^ORDER BY {re.escape(ORDERS[query.pages][0])}(?!\w)", query.body, re.M):
        yield f"rows that follow each other by {query.pages} are ordered by {ORDERS[query.pages][0]}"
    if query.pages and "place" not in query.params:
        yield "pages are read by the slots place and year, or by place alone"
    if re.search(r"\b(LIMIT|OFFSET)\b[^}]*\Z", query.body):
        yield "the query ends in ORDER BY, without LIMIT: the limit is added"


def _projected(body: str) -> list[str]:
    """The variables of the outer SELECT.

    >>> _projected("SELECT ?a (COUNT(DISTINCT ?b) AS ?n) WHERE { ?a ?p ?b }")
    ['a', 'n']
    """
    found = re.search(r"\bSELECT\b(?P<clause>.*?)\bWHERE\b", body, re.S)
    clause, names, depth = found["clause"] if found else "", [], 0
    for token in re.findall(r"\(|\)|AS\s+\?\w+|\?\w+", clause):
        if token in "()":
            depth += 1 if token == "(" else -1
        elif token.startswith("AS") or depth == 0:
            names.append(token.rpartition("?")[2])
    return names


def _columns(axes: Axes | None) -> tuple[str, ...]:
    return axes.columns() if axes else ()
