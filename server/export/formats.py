"""Every form in which a release is taken away, written to a file or a folder: RDF, CSV, XLSX, Parquet, GraphML, GEXF, RO-Crate."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import IO

from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY
from kg.store.answer import Store
from kg.store.cells import Cells
from kg.store.embedded import EmbeddedStore
from kg.store.release import Release
from kg.store.search import Finder, Search
from server.export import rdf
from server.export.apart import blocks_apart
from server.export.deposit import write_crate
from server.export.parquet import write_parquet
from server.export.tables import Columns, Table, blocks, find_table, metadata, tables, write_csv
from server.export.workbook import MOST_ROWS, Sheet, write_workbook

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FOLDERS = ("csv", "parquet")
"""Forms of which a folder holds all tables."""
TABLED = (*FOLDERS, "xlsx")
"""Forms of one table; a workbook has all of them where none is named."""
MANY = 10_000
"""Rows that are worth processes of their own."""
FORMATS = (*rdf.FORMATS, "csv", "xlsx", "parquet", "graphml", "gexf", "rocrate")
BROUGHT = {"parquet": "pyarrow", "graphml": "networkx", "gexf": "networkx"}
"""Forms that need a library of an extra, with its name."""


def made_here(form: str) -> bool:
    """Whether this installation can write a form.

    >>> made_here("csv")
    True
    """
    return form not in BROUGHT or find_spec(BROUGHT[form]) is not None


@dataclass(frozen=True)
class Source:
    """A release and its names; `given` is a store that is open already."""

    release: Release
    search: Finder | None
    given: Store | None = None

    @cached_property
    def store(self) -> Store:
        """Opened when it is first asked: tables do without."""
        return self.given or EmbeddedStore(self.release.path)

    def blocks(self, table: Table) -> Iterator[Columns]:
        """The cells of a table, some rows at a time; many are read apart."""
        if self.release.counts["classes"].get(VOCABULARY + table.of, 0) >= MANY:
            yield from filter(itemgetter(0), blocks_apart(table, self.release.text_path))
            return
        with closing(Cells(self.release.text_path)) as cells:
            yield from filter(itemgetter(0), blocks(table, cells, self.search))

    def sheet(self, table: Table) -> Sheet:
        """The table as a sheet of a workbook."""
        return Sheet(name=table.zh, head=table.header, kinds=table.kinds, blocks=self.blocks(table))

    def rows(self, table: Table) -> Iterator[Sequence[str]]:
        """Those cells, row by row."""
        for columns in self.blocks(table):
            yield from zip(*columns, strict=True)


def source(release: Release) -> Source:
    """The release read in this process."""
    return Source(release, Search(release.text_path))


def write(release: Release, form: str, out: IO[bytes], *, table: str = "", report: str = "", packing: str = "") -> None:
    """Write a release in one form to one file: the table named (of CSV and Parquet else `facts`), of RDF all or one report.

    Raises UsageError for an unknown form, table or report, or where the library that writes it is not installed.
    """
    with rdf.packed(out, packing) as file:
        _write(release, form, file, table, report)


def _write(release: Release, form: str, out: IO[bytes], table: str, report: str) -> None:
    if form in rdf.FORMATS:
        rdf.write_rdf(release, form, out, report=report)
        return
    if report:
        raise UsageError(f"{form} is written of the whole release", hint="--report goes with RDF forms")
    if form not in FORMATS:
        raise UsageError(f"no format {form}", hint="one of " + ", ".join(FORMATS))
    write_tables(source(release), form, out, table=table)


def write_tables(given: Source, form: str, out: IO[bytes], *, table: str = "", spreadsheet: bool = False) -> None:
    """Write what is no RDF: from any store, the server's pool too. Raises `UsageError` where there is no such form."""
    chosen = find_table(table or "facts")
    if form == "csv":
        write_csv(chosen, given.blocks(chosen), out, spreadsheet=spreadsheet)
    elif form == "parquet":
        write_parquet(chosen, given.blocks(chosen), out, {"release": given.release.id, "licence": LICENCE})
    elif form == "xlsx":
        _workbook(given, [chosen] if table else [*tables().values()], out)
    elif form == "rocrate":
        write_crate(given.release, lambda name, file: write_tables(given, "csv", file, table=name), out)
    else:
        try:
            from server.export.network import network, write_network
        except ImportError as error:
            raise UsageError("the network needs networkx", hint="pip install 'fazhi[graphs]'") from error
        out.write(write_network(network(given.store, given.search), form, given.release.id))


def write_folder(release: Release, form: str, folder: Path) -> list[Path]:
    """All tables of a release, a file each, in a folder that is made; CSV with its CSVW metadata.

    Raises `UsageError` for a form of one file.
    """
    if form not in FOLDERS:
        raise UsageError(f"{form} is one file", hint="give a file name")
    given, made = source(release), []
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables():
        made.append(folder / f"{name}.{form}")
        with made[-1].open("wb") as out:
            write_tables(given, form, out, table=name)
    if form == "csv":
        made.append(folder / "csv-metadata.json")
        made[-1].write_text(metadata(tables(), release.id, LICENCE) + "\n", encoding="utf-8")
    return made


def _workbook(given: Source, chosen: Sequence[Table], out: IO[bytes]) -> None:
    """What it is, a sheet for each table, and one of their columns."""
    made = str(given.release.manifest["made"])
    columns = [(t.zh, t.en, c.name, c.zh, c.en, c.type) for t in chosen for c in t.columns]
    head = ("表", "table", "列 column", "含义", "meaning", "类型 type")
    fields = Sheet(name="字段", head=head, kinds=("text",) * 6, blocks=[[*zip(*columns, strict=True)]])
    book = [_about(given.release, chosen), *map(given.sheet, chosen), fields]
    write_workbook(out, f"fazhi {given.release.id}", datetime.date.fromisoformat(made[:10]), book)


def _about(release: Release, chosen: Sequence[Table]) -> Sheet:
    """Which release it is, whose, and of each table how many rows there are and how to ask for them."""
    manifest = release.manifest
    rows = [
        ("版本 release", release.id, "", ""),
        ("生成 made", str(manifest["made"]), "", ""),
        ("许可 licence", LICENCE, "", ""),
        ("链接 link", f"{manifest.get('base', DEFAULT_BASE)}catalog/reports", "", ""),
    ]
    for table in chosen:
        query = f"SELECT ?{table.columns[0].name} {{ ?{table.columns[0].name} a <{VOCABULARY}{table.of}> }}"
        count = release.counts["classes"].get(VOCABULARY + table.of, 0)
        rows.append((f"表 table：{table.zh} {table.en}", _left(count), str(count), query))
    head = ("项 item", "内容 value", "行数 rows", "查询 query")
    return Sheet(name="说明", head=head, kinds=("text", "text", "integer", "text"), blocks=[[*zip(*rows, strict=True)]])


def _left(rows: int) -> str:
    """What a sheet cannot hold of so many rows, in words.

    >>> _left(1_048_578)
    '另有 3 行超出工作表的上限，全部见 CSV。3 more rows than a sheet holds: all are in the CSV.'
    """
    left = rows - MOST_ROWS
    said = f"另有 {left:,} 行超出工作表的上限，全部见 CSV。{left:,} more rows than a sheet holds: all are in the CSV."
    return said if left > 0 else ""
