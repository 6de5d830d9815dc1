"""Rows of an answer as a page shows them: names with links, numbers with units, numbered quotes."""

from dataclasses import dataclass

from kg.store.answer import Row
from queries.answer import Answered
from queries.evidence import Evidence
from queries.header import Language
from server.paths import local_path


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote with its number on the page."""

    no: int
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell as the page shows it."""

    column: str
    kind: str
    text: str
    href: str = ""
    unit: str = ""
    same: bool = False
    """The same as in the row above, so it may stand back."""
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column as its heading."""

    id: str
    name: str
    kind: str


def heads(answered: Answered, language: Language) -> tuple[Head, ...]:
    """The headings of the shown columns; columns that are empty in the whole answer are left out."""
    filled = {name for row in answered.rows for name in row}
    return tuple(
        Head(id=name, name=column[language][:1].upper() + column[language][1:], kind=column.kind)
        for name, column in answered.query.columns.items()
        if name in filled
    )


def quoted(answered: Answered) -> tuple[Quoted, ...]:
    """All quotes of the rows, numbered in the order of their first row, with the marks of all rows that lean on them."""
    things: dict[str, set[str]] = {}
    words: dict[str, set[str]] = {}
    for row in answered.rows:
        for part in answered.query.evidence:
            cell = row.get(part.sentence)
            if cell is None or cell.value not in answered.evidence:
                continue
            marked = [row[name] for name in part.marks if name in row]
            things.setdefault(cell.value, set()).update(mark.value for mark in marked if mark.kind == "uri")
            words.setdefault(cell.value, set()).update(mark.value for mark in marked if mark.kind != "uri")
    return tuple(
        Quoted(no, answered.evidence[iri].only(sorted(marked), sorted(words[iri])))
        for no, (iri, marked) in enumerate(things.items(), start=1)
    )


def table(answered: Answered, quotes: tuple[Quoted, ...], language: Language) -> list[list[Shown]]:
    """The rows, cell by cell, in the order of the headings."""
    numbered = {quote.evidence.iri: quote for quote in quotes}
    columns = heads(answered, language)
    shown: list[list[Shown]] = []
    for row in answered.rows:
        above = shown[-1] if shown else None
        cells = [_shown(answered, row, head, numbered, language) for head in columns]
        shown.append([_fade(one, above[at]) if above else one for at, one in enumerate(cells)])
    return shown


def _fade(one: Shown, above: Shown) -> Shown:
    same = one.kind in ("link", "text", "code") and one.text == above.text and one.text != ""
    return (
        one
        if not same
        else Shown(column=one.column, kind=one.kind, text=one.text, href=one.href, unit=one.unit, same=True)
    )


def _shown(answered: Answered, row: Row, head: Head, numbered: dict[str, Quoted], language: Language) -> Shown:
    cell = row.get(head.id)
    if cell is None:
        return Shown(column=head.name, kind=head.kind, text="")
    if head.kind == "quote":
        found = numbered.get(cell.value)
        return Shown(column=head.name, kind="quote", text=cell.value, quotes=(found,) if found else ())
    column = answered.query.columns[head.id]
    if head.kind in ("number", "percent"):
        unit = row.get(column.unit) if column.unit else None
        return Shown(column=head.name, kind=head.kind, text=cell.value, unit=unit.value if unit else "")
    href = local_path(cell.value, answered.base) if cell.kind == "uri" else ""
    return Shown(column=head.name, kind=head.kind, text=answered.text(row, head.id, language), href=href)
