"""A release as tables, one per class (tables.yaml): labels beside the IRIs, in the order of the IRIs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Literal, cast

import yaml

from kg.errors import UsageError
from kg.graph.namespaces import VOCABULARY
from kg.store.cells import Cells, Values
from kg.store.search import Finder
from server.export.columns import Things

Columns = Sequence[Sequence[str]]
"""Cells of some rows, column by column."""
ColumnType = Literal["iri", "text", "integer", "number", "date"]
CSVW = {"iri": "anyURI", "text": "string", "integer": "integer", "number": "decimal", "date": "date"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: the property path from the thing to the value."""

    name: str
    type: ColumnType
    zh: str
    en: str
    path: str = ""
    many: bool = False
    label: bool = False
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One class of things and its columns; the first is the thing."""

    name: str
    of: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        return [name for column in self.columns for name in _names(column)]

    @property
    def kinds(self) -> list[ColumnType]:
        """The type of each column of the header; several values in one cell are text."""
        found: list[ColumnType] = []
        for column in self.columns:
            found += ["text" if column.many else column.type, *(["text"] if column.label else [])]  # type: ignore[list-item]
        return found


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name.

    >>> tables()["actions"].header
    ['action', 'statement', 'verb', 'object']
    """
    text = Path(__file__).with_name("tables.yaml").read_text("utf-8")
    given: Mapping[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return {
        name: Table(
            name=name,
            of=said["class"],
            zh=said["zh"],
            en=said["en"],
            columns=tuple(
                Column(name=key, **{**column, "among": tuple(column.get("among", ()))})
                for key, column in said["columns"].items()
            ),
        )
        for name, said in given.items()
    }


def find_table(name: str) -> Table:
    """The table of this name. Raises UsageError that names those there are."""
    if name not in tables():
        raise UsageError(f"no table {name}", hint="one of " + ", ".join(tables()))
    return tables()[name]


def blocks(
    table: Table, cells: Cells, search: Finder | None = None, turn: int = 0, turns: int = 1
) -> Iterator[Columns]:
    """The cells of a table, some rows at a time, sorted by their IRI; several values of one column joined by a space.
    Of `turns` readers, each gives what comes at its turn.

    Each thing has one row: of a property that should have one value and has two, the first in sort order stands.
    """
    labels = _Labels(search)
    for block in Things(cells, table.of, table.columns).blocks(turn, turns):
        columns: list[Sequence[str]] = []
        for column, found in zip(table.columns, block, strict=True):
            values = _written(found, column)
            columns.append(values)
            if column.label:
                labels.learn(values)
                columns.append([labels[value] for value in values])
        yield columns


def _written(found: Sequence[Values], column: Column) -> Sequence[str]:
    """The cells of a column."""
    if tuple not in {*map(type, found)}:  # as nearly always
        return cast("Sequence[str]", found)
    chosen = " ".join if column.many else itemgetter(0)
    return [values if isinstance(values, str) else chosen(values) for values in found]


def write_csv(table: Table, found: Iterable[Columns], out: IO[bytes], *, spreadsheet: bool = False) -> None:
    """Write a table as CSV (RFC 4180), in UTF-8; many times as fast as the csv module, which looks at each character.

    With `spreadsheet` it begins with a byte order mark, and a cell that a spreadsheet would run as a formula with an
    apostrophe; without, the values are exact.
    """
    out.write((b"\xef\xbb\xbf" if spreadsheet else b"") + f"{','.join(table.header)}\r\n".encode())
    for columns in found:
        shown = ([*map(safe, column)] for column in columns) if spreadsheet else columns
        lines = map(",".join, zip(*map(quoted, shown), strict=True))
        out.write("\r\n".join((*lines, "")).encode())


def quoted(cells: Sequence[str]) -> Sequence[str]:
    """Cells as they stand in CSV.

    >>> quoted(["办结", "共3件，“好”", "a,b"])
    ['办结', '共3件，“好”', '"a,b"']
    """
    if not _quotes("".join(cells)):  # as nearly always
        return cells
    return ['"' + cell.replace('"', '""') + '"' if _quotes(cell) else cell for cell in cells]


def _quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text  # a tenth of what an expression takes


def safe(value: str) -> str:
    """A cell that no spreadsheet runs.

    >>> safe("=1+1"), safe("-5.5"), safe("宁海县")
    ("'=1+1", '-5.5', '宁海县')
    """
    if value.startswith(FORMULA) and not value.lstrip("+-").replace(".", "", 1).isdigit():
        return "'" + value
    return value


def metadata(names: Iterable[str], release: str, licence: str) -> str:
    """CSV on the Web metadata of the tables named."""
    described = []
    for name in names:
        table = tables()[name]
        columns: list[dict[str, Any]] = []
        for column in table.columns:
            kind = {"datatype": CSVW[column.type]} | ({"separator": " "} if column.many else {})
            columns.append({"name": column.name, "titles": column.name, "dc:title": _said(column), **kind})
            if column.label:
                columns.append({"name": f"{column.name}Label", "titles": f"{column.name}Label", "datatype": "string"})
        key = table.columns[0].name
        schema = {"columns": columns, "primaryKey": key, "aboutUrl": f"{{+{key}}}"}
        described.append({"url": f"{name}.csv", "dc:title": _said(table), "tableSchema": schema})
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "dc:title": f"fazhi {release}",
        "dc:license": {"@id": licence},
        "tables": described,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _said(named: Table | Column) -> list[dict[str, str]]:
    return [{"@value": named.zh, "@language": "zh"}, {"@value": named.en, "@language": "en"}]


def _names(column: Column) -> list[str]:
    return [column.name, f"{column.name}Label"] if column.label else [column.name]


class _Labels(dict[str, str]):
    """Labels by cell: of an IRI, or of several joined by a space; each looked up once."""

    def __init__(self, search: Finder | None) -> None:
        super().__init__({"": ""})
        self._search = search

    def learn(self, cells: Iterable[str]) -> None:
        new = set(cells) - self.keys()
        parts = {iri for cell in new for iri in cell.split(" ")} - self.keys()
        found = self._search.labels(sorted(parts)) if self._search and parts else {}
        for iri in parts:
            said = found.get(iri, {})
            plain = said.get("") or next(iter(said.values()), "") or iri.removeprefix(VOCABULARY)
            self[iri] = said.get("zh") or plain
        for cell in new - parts:
            self[cell] = "；".join(self[iri] for iri in cell.split(" "))
