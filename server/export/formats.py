"""Every form in which a release is taken away, written to a file or a folder: RDF, CSV, XLSX, Parquet, GraphML, GEXF, RO-Crate."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
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
from server.export.deposit import write_crate
from server.export.parquet import write_parquet
from server.export.tables import Columns, Table, blocks, find_table, metadata, safe, tables, write_csv

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TABLED = ("csv", "parquet")
MOST_ROWS = 1_048_575  # of a sheet, without its head
LONGEST_CELL = 32_767
FORMATS = (*rdf.FORMATS, "csv", "xlsx", "parquet", "graphml", "gexf", "rocrate")


@dataclass(frozen=True, slots=True)
class Source:
    """A release, its store and its names."""

    release: Release
    store: Store
    search: Finder | None

    def blocks(self, table: Table) -> Iterator[Columns]:
        """The cells of a table, some rows at a time."""
        with closing(Cells(self.release.text_path)) as cells:
            yield from blocks(table, cells, self.search)

    def rows(self, table: Table) -> Iterator[Sequence[str]]:
        for columns in self.blocks(table):
            yield from zip(*columns, strict=True)


def source(release: Release) -> Source:
    """The release read in this process."""
    return Source(release, EmbeddedStore(release.path), Search(release.text_path))


def write(
    release: Release, form: str, out: IO[bytes], *, table: str = "facts", report: str = "", packing: str = ""
) -> None:
    """Write a release in one form to one file; of CSV and Parquet the table named, of RDF all or one report.

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


def write_tables(given: Source, form: str, out: IO[bytes], *, table: str = "facts", spreadsheet: bool = False) -> None:
    """Write what is no RDF: from any store, the server's pool too."""
    chosen = find_table(table)
    if form == "csv":
        write_csv(chosen, given.blocks(chosen), out, spreadsheet=spreadsheet)
    elif form == "parquet":
        write_parquet(chosen, given.blocks(chosen), out, {"release": given.release.id, "licence": LICENCE})
    elif form == "xlsx":
        _workbook(given, out)
    elif form == "rocrate":
        write_crate(given.release, lambda name, file: write_tables(given, "csv", file, table=name), out)
    else:
        try:
            from server.export.network import network, write_network
        except ImportError as error:
            raise UsageError("the network needs networkx", hint="pip install 'fazhi[graphs]'") from error
        out.write(write_network(network(given.store, given.search), form, given.release.id))


def write_folder(release: Release, form: str, folder: Path) -> list[Path]:
    """All tables of a release, a file each, in a folder that is made; CSV with its CSVW metadata."""
    if form not in TABLED:
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


def _workbook(given: Source, out: IO[bytes]) -> None:
    """A sheet that says what it is, and one for each table; what a sheet cannot hold is told on the first."""
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"constant_memory": True, **plain})
    manifest = given.release.manifest
    book.set_properties({"title": f"fazhi {given.release.id}", "comments": LICENCE})
    bold, about = book.add_format({"bold": True}), book.add_worksheet("说明")
    about.set_column(0, 3, 24)
    facts = [
        ("版本 release", given.release.id),
        ("生成 made", str(manifest["made"])),
        ("许可 licence", LICENCE),
        ("链接 link", f"{manifest.get('base', DEFAULT_BASE)}catalog/reports"),
    ]
    for line, pair in enumerate(facts):
        about.write_row(line, 0, pair)
    about.write_row(5, 0, ("表", "table", "行数 rows", "查询 query"), bold)
    for line, table in enumerate(tables().values(), start=6):
        sheet, written = book.add_worksheet(table.zh), 0
        sheet.write_row(0, 0, table.header, bold)
        sheet.freeze_panes(1, 1)
        numeric = {n for n, kind in enumerate(table.kinds) if kind in {"integer", "number"}}
        for written, row in enumerate(given.rows(table), start=1):
            if written > MOST_ROWS:
                continue
            for place, value in enumerate(row):
                if place in numeric and value:
                    sheet.write_number(written, place, float(value))
                elif value:
                    sheet.write_string(written, place, safe(value)[:LONGEST_CELL])
        query = f"SELECT ?{table.columns[0].name} {{ ?{table.columns[0].name} a <{VOCABULARY}{table.of}> }}"
        missing = f"CSV: {written:,}" if written > MOST_ROWS else ""
        about.write_row(line, 0, (table.zh, table.en, min(written, MOST_ROWS), query, missing))
    book.close()
