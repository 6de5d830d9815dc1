"""Every form in which a release is taken away, written to a file or a folder: RDF, CSV, XLSX, Parquet, GraphML, GEXF, RO-Crate."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import UsageError
from kg.graph.namespaces import VOCABULARY
from kg.store.answer import Store
from kg.store.embedded import EmbeddedStore
from kg.store.folder import digest
from kg.store.release import Release
from kg.store.search import Finder, Search
from server import export
from server.tables import Table, find_table, metadata, rows, safe, tables, write_csv

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TABLED = ("csv", "parquet")
BINARY = ("xlsx", "parquet", "rocrate")
FORMATS = (*export.FORMATS, "csv", "xlsx", "parquet", "graphml", "gexf", "rocrate")


@dataclass(frozen=True, slots=True)
class Source:
    """A release with what its tables are read from."""

    release: Release
    store: Store
    search: Finder | None

    def rows(self, table: Table) -> Iterator[Sequence[str]]:
        return rows(table, self.store, self.search, self.release.counts)


def source(release: Release) -> Source:
    """The release read in this process."""
    return Source(release, EmbeddedStore(release.path), Search(release.text_path))


def write(release: Release, form: str, out: IO[bytes], *, table: str = "facts") -> None:
    """Write a release in one form to one file; of CSV and Parquet the table named.

    Raises UsageError for an unknown form or table, or where the library that writes it is not installed.
    """
    if form in export.FORMATS:
        export.write_rdf(release, form, out)
        return
    if form not in FORMATS:
        raise UsageError(f"no format {form}", hint="one of " + ", ".join(FORMATS))
    write_tables(source(release), form, out, table=table)


def write_tables(given: Source, form: str, out: IO[bytes], *, table: str = "facts", spreadsheet: bool = False) -> None:
    """Write what is no RDF: from any store, the server's pool too."""
    chosen = find_table(table)
    if form == "csv":
        text = io.TextIOWrapper(out, encoding="utf-8-sig" if spreadsheet else "utf-8", newline="")
        write_csv(chosen, given.rows(chosen), text, spreadsheet=spreadsheet)
        text.flush()
        text.detach()
    elif form == "parquet":
        _parquet(chosen, given, out)
    elif form == "xlsx":
        _workbook(given, out)
    elif form == "rocrate":
        _crate(given, out)
    else:
        try:
            from server.network import network, write_network
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


def _parquet(table: Table, given: Source, out: IO[bytes]) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'fazhi[tables]'") from error
    types = {"integer": pa.int64(), "number": pa.decimal128(38, 6), "date": pa.date32()}
    fields = []
    for column in table.columns:
        fields.append(pa.field(column.name, pa.string() if column.many else types.get(column.type, pa.string())))
        if column.label:
            fields.append(pa.field(f"{column.name}Label", pa.string()))
    note = {b"release": given.release.id.encode(), b"licence": LICENCE.encode()}
    schema = pa.schema(fields, metadata=note)
    text = io.BytesIO()
    wrapped = io.TextIOWrapper(text, encoding="utf-8", newline="")
    write_csv(table, given.rows(table), wrapped)
    wrapped.flush()
    wrapped.detach()
    text.seek(0)
    import pyarrow.csv as pc

    read = pc.read_csv(
        text,
        parse_options=pc.ParseOptions(newlines_in_values=True),
        convert_options=pc.ConvertOptions(
            column_types={name: pa.string() for name in schema.names}, strings_can_be_null=True, null_values=[""]
        ),
    )
    columns = [_cast(read.column(one.name), one.type) for one in schema]
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), out, compression="zstd")


def _cast(column: Any, kind: Any) -> Any:
    """A column in its type; what does not fit the type becomes null rather than a wrong number."""
    import pyarrow as pa

    try:
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([_one(value.as_py(), kind) for value in column], type=kind)


def _one(value: str | None, kind: Any) -> Any:
    import datetime
    import decimal

    import pyarrow as pa

    if value is None:
        return None
    try:
        if pa.types.is_int64(kind):
            return int(value)
        if pa.types.is_date32(kind):
            return datetime.date.fromisoformat(value)
        return decimal.Decimal(value).quantize(decimal.Decimal("0.000001"))
    except (ValueError, decimal.InvalidOperation):
        return None


def _workbook(given: Source, out: IO[bytes]) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    made = str(given.release.manifest["made"])
    book.set_properties({"title": f"fazhi {given.release.id}", "comments": LICENCE})
    bold = book.add_format({"bold": True})
    about = book.add_worksheet("说明")
    for line, pair in enumerate(
        [("版本 release", given.release.id), ("生成 made", made), ("许可 licence", LICENCE), ("查询 query", "/sparql")]
    ):
        about.write_row(line, 0, pair)
    for line, table in enumerate(tables().values(), start=6):
        about.write_row(line, 0, (table.zh, table.en, given.release.counts["classes"].get(VOCABULARY + table.of, 0)))
    about.set_column(0, 1, 24)
    for table in tables().values():
        sheet = book.add_worksheet(table.zh)
        sheet.write_row(0, 0, table.header, bold)
        sheet.freeze_panes(1, 1)
        numeric = {n for n, kind in enumerate(_kinds(table)) if kind in {"integer", "number"}}
        for number, row in enumerate(given.rows(table), start=1):
            if number >= 1_048_576:  # the most that a sheet holds; the CSV has all
                break
            for place, value in enumerate(row):
                if place in numeric and value:
                    sheet.write_number(number, place, float(value))
                elif value:
                    sheet.write_string(number, place, safe(value)[:32_767])
    book.close()


def _kinds(table: Table) -> list[str]:
    return [kind for column in table.columns for kind in ([column.type, "text"] if column.label else [column.type])]


def _crate(given: Source, out: IO[bytes]) -> None:
    """RO-Crate 1.1 in a zip: the dump, the tables, the papers, and what they are."""
    release = given.release
    files: dict[str, Callable[[IO[bytes]], None]] = {}
    for name in ("dump.nq.gz", "manifest.json", "counts.json", "issues.jsonl"):
        files[name] = lambda file, name=name: _copy(release.path / name, file)  # type: ignore[misc]
    for name in tables():
        files[f"tables/{name}.csv"] = lambda file, name=name: write_tables(given, "csv", file, table=name)  # type: ignore[misc]
    files["tables/csv-metadata.json"] = lambda file: _write(file, metadata(tables(), release.id, LICENCE))
    parts = [{"@id": name} for name in files]
    made = str(release.manifest["made"])
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"法治政府建设年度报告知识图谱 {release.id}",
        "description": "Annual rule-of-law government reports as a knowledge graph; every fact with its exact words.",
        "license": {"@id": LICENCE},
        "datePublished": made[:10],
        "version": release.id,
        "hasPart": parts,
    }
    described: list[Mapping[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        root,
        {"@id": LICENCE, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International"},
    ]
    checksum = digest(release.dump_path)
    for name in files:
        form = (
            "application/gzip" if name.endswith(".gz") else "text/csv" if name.endswith(".csv") else "application/json"
        )
        extra = {"sha256": checksum} if name == "dump.nq.gz" else {}
        described.append({"@id": name, "@type": "File", "name": name, "encodingFormat": form, **extra})
    context = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": described}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        day = (int(made[:4]), int(made[5:7]), int(made[8:10]), 0, 0, 0)
        for name, fill in files.items():
            with archive.open(zipfile.ZipInfo(name, day), "w", force_zip64=True) as file:
                fill(file)
        archive.writestr(
            zipfile.ZipInfo("ro-crate-metadata.json", day), json.dumps(context, ensure_ascii=False, indent=1)
        )


def _copy(path: Path, out: IO[bytes]) -> None:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            out.write(piece)


def _write(out: IO[bytes], text: str) -> None:
    out.write(text.encode())
