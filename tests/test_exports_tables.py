"""A release as tables: the numbers are those of SPARQL, in every form."""

import csv
import datetime
import io
import sqlite3
from collections import defaultdict
from contextlib import closing
from itertools import zip_longest

import openpyxl
import pyoxigraph as ox
import pytest
import rdflib
from example_release import example_release
from hypothesis import given
from hypothesis import strategies as st
from taken_away import made

from kg.errors import StoreError
from kg.graph.namespaces import DEFAULT_BASE, PREFIXES, VOCABULARY
from kg.store import index
from kg.store.cells import Cells
from kg.store.change import edit
from kg.store.dump import by_property
from server.export import columns, formats
from server.export.apart import blocks_apart
from server.export.formats import source, write_folder
from server.export.parquet import write_parquet
from server.export.tables import blocks, safe, tables, write_csv

PREFIX = f"PREFIX fz: <{VOCABULARY}> PREFIX dcterms: <http://purl.org/dc/terms/>"


@pytest.mark.parametrize("name", tables())
def test_a_table_has_a_row_for_each_thing_of_its_class(release, name):
    given, table = source(release), tables()[name]
    found = list(given.rows(table))
    query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{VOCABULARY}{table.of}> }}"
    assert len(found) == int(given.store.rows(query)[0]["n"].value)
    assert all(len(row) == len(table.header) for row in found)
    assert [row[0] for row in found] == sorted({row[0] for row in found})


def differing(given, table) -> list[tuple[str, str]]:
    """Things and columns of which the table says something else than SPARQL does."""
    wrong = []
    found = {row[0]: dict(zip(table.header, row, strict=True)) for row in given.rows(table)}
    for column in table.columns:
        if not column.path:
            continue
        among = f"VALUES ?v {{ {' '.join(f'fz:{name}' for name in column.among)} }}" if column.among else ""
        said = defaultdict(set)
        for row in given.store.rows(f"{PREFIX} SELECT ?k ?v {{ {among} ?k a fz:{table.of} ; {column.path} ?v }}"):
            said[row["k"].value].add(row["v"].value)
        for thing, row in found.items():
            cell = " ".join(sorted(said[thing])) if column.many else min(said[thing], default="")
            wrong += [(thing, column.name)] * (row[column.name] != cell)
    return wrong


@pytest.mark.parametrize("name", tables())
def test_each_cell_says_what_sparql_says(release, name):
    assert differing(source(release), tables()[name]) == []


FIGURE = "<https://w3id.org/fazhi/id/report/330226/2021/s/zz/f0>"
STRAY = f"""{FIGURE} a fz:Figure ; fz:value 5 ; fz:printed "two\\tlines\\nof “\\\\”" ; fz:inReport <{DEFAULT_BASE}report/330226/2021> .
<{DEFAULT_BASE}document/zz> a fz:Document ; dcterms:title "b", "a" ; fz:documentKind fz:kind-b, fz:kind-a .
[] a fz:Figure ; fz:value 6 ."""


@pytest.mark.parametrize("graph", ["other", "report/330226/2021", "report/330226/2021-b", "report/110101/2020/derived"])
def test_a_table_gathers_what_any_graph_says(tmp_path, graph):
    release = example_release(tmp_path / "data")
    name = ox.NamedNode("https://w3id.org/fazhi/graph/" + graph)

    def write(store):
        given = f"@prefix fz: <{VOCABULARY}> . @prefix dcterms: <http://purl.org/dc/terms/> . {STRAY}"
        store.load(given, format=ox.RdfFormat.TURTLE, to_graph=name)

    given = source(edit(tmp_path / "data", write))
    assert given.release.id != release.id
    assert [table.name for table in tables().values() if differing(given, table)] == []
    figures = [row for row in given.rows(tables()["figures"]) if row[0] == FIGURE[1:-1]]
    assert len(figures) == 1
    assert "two\tlines\nof “\\”" in figures[0]
    documents = [row for row in given.rows(tables()["documents"]) if row[0].endswith("/zz")]
    assert [row[2] for row in documents] == ["a"]


def test_cells_of_a_changed_release_are_those_of_a_new_one(tmp_path):
    example_release(tmp_path / "data")
    name = ox.NamedNode("https://w3id.org/fazhi/graph/report/330226/2021")
    there = edit(tmp_path / "data", lambda store: store.remove_graph(name))
    graphs = (index.rows(name, by_property(name, member.text())) for name, member in there.members().items())
    index.build(tmp_path / "text.db", graphs)
    kept, made = (
        sqlite3.connect(path).execute("SELECT * FROM cells").fetchall()
        for path in (there.text_path, tmp_path / "text.db")
    )
    assert kept == made
    assert made
    assert not [row for row in source(there).rows(tables()["sections"]) if "/330226/2021/" in row[0]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of what it does itself
def test_values_of_a_thing_are_those_of_the_graph(release):
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=made(release, "nq"), format="nquads")
    fz = rdflib.Namespace(VOCABULARY)
    table = tables()["measures"]
    found = [dict(zip(table.header, row, strict=True)) for row in source(release).rows(table)]
    assert found
    for row in found:
        thing = rdflib.URIRef(row["measure"])
        assert row["lead"].split() == sorted(map(str, graph.objects(thing, fz.leadBody)))
        assert row["goal"].split() == sorted(map(str, graph.objects(thing, fz.servesGoal)))
        assert row["quote"] in {
            str(words) for at in graph.objects(thing, fz.statedIn) for words in graph.objects(at, fz.quote)
        }


def test_there_is_a_table_for_each_kind_of_thing():
    assert len(tables()) == 15


def test_figures_carry_value_unit_and_exact_words(release):
    table = tables()["figures"]
    found = [dict(zip(table.header, row, strict=True)) for row in source(release).rows(table)]
    assert len(found) == 8
    for row in found:
        assert row["printed"] in row["quote"]
        assert float(row["value"]) is not None
        assert row["indicatorLabel"]
        assert row["unitLabel"]


def test_csv_agrees_with_its_csvw_description(release, tmp_path):
    from csvw import TableGroup

    paths = write_folder(release, "csv", tmp_path / "csv")
    assert len(paths) == len(tables()) + 1
    group = TableGroup.from_file(tmp_path / "csv" / "csv-metadata.json")
    counted = 0
    for table in group.tables:
        counted += len(list(table.iterdicts(strict=True)))
    title = group.tables[0].common_props["dc:title"]
    assert [said["@language"] for said in title] == ["zh", "en"]
    assert counted == sum(len(list(source(release).rows(table))) for table in tables().values())


@given(st.lists(st.tuples(*[st.text(st.sampled_from("a，,\"\r\n '=-"), max_size=5)] * 4), max_size=4))
def test_csv_is_written_as_the_csv_module_writes_it(found):
    table, out, wanted = tables()["actions"], io.BytesIO(), io.StringIO(newline="")
    write_csv(table, [[*zip(*found, strict=True)]] if found else [], out)
    csv.writer(wanted, lineterminator="\r\n").writerows([table.header, *found])
    assert out.getvalue().decode() == wanted.getvalue()


def test_a_value_that_is_not_of_its_type_is_null_in_parquet_and_the_others_stay():
    parquet = pytest.importorskip("pyarrow.parquet")
    table, out = tables()["reports"], io.BytesIO()
    columns = {name: ["", "", ""] for name in table.header}
    columns |= {"year": ["2021", "近年", ""], "published": ["2022-03-31", "2022-04-01", "4月"], "title": ["a", "", "c"]}
    write_parquet(table, [[*columns.values()]], out, {})
    read = parquet.read_table(out).to_pydict()
    assert read["year"] == [2021, None, None]
    assert read["published"] == [datetime.date(2022, 3, 31), datetime.date(2022, 4, 1), None]
    assert read["title"] == ["a", None, "c"]


@pytest.mark.parametrize("verbs", [["印发", "", "研究"], ["", ""], ["a\0b", "\0", ""], [""]])
def test_texts_are_in_parquet_as_they_are(verbs):
    pq = pytest.importorskip("pyarrow.parquet")
    table, out = tables()["actions"], io.BytesIO()
    things = [f"https://example.org/{n}" for n in range(len(verbs))]
    write_parquet(table, [[things, [""] * len(verbs), verbs, verbs[::-1]]], out, {})
    found = pq.read_table(io.BytesIO(out.getvalue())).to_pydict()
    wanted = {"action": things, "statement": [""] * len(verbs), "verb": verbs, "object": verbs[::-1]}
    assert found == {name: [text or None for text in column] for name, column in wanted.items()}


def test_parquet_has_types_and_the_rows_of_csv(release):
    parquet = pytest.importorskip("pyarrow.parquet")
    for name, table in tables().items():
        read = parquet.read_table(io.BytesIO(made(release, "parquet", table=name)))
        assert read.num_rows == len(list(source(release).rows(table)))
        assert read.column_names == table.header
        assert read.schema.metadata[b"release"] == release.id.encode()
    figures = parquet.read_table(io.BytesIO(made(release, "parquet", table="figures")))
    assert str(figures.schema.field("value").type) == "decimal128(38, 6)"
    assert str(figures.schema.field("year").type) == "int64"
    assert None not in figures.column("value").to_pylist()


def test_the_workbook_opens_and_says_what_it_is(release):
    book = openpyxl.load_workbook(io.BytesIO(made(release, "xlsx")), read_only=True)
    about = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert about["版本 release"] == release.id
    assert "creativecommons" in about["许可 licence"]
    assert book.sheetnames == ["说明", *(table.zh for table in tables().values()), "字段"]
    figures = [[cell.value for cell in row] for row in book["数值"].iter_rows()]
    assert len(figures) == 9
    assert isinstance(figures[1][figures[0].index("value")], int | float)


def test_a_workbook_may_hold_one_table(release):
    book = openpyxl.load_workbook(io.BytesIO(made(release, "xlsx", table="figures")), read_only=True)
    assert book.sheetnames == ["说明", "数值", "字段"]
    *_, (_, left, rows, query) = book["说明"].iter_rows(values_only=True)
    assert (left, rows, len(source(release).store.rows(query))) == (None, 8, 8)


@pytest.mark.parametrize("value", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(1)"])
def test_no_cell_is_run_by_a_spreadsheet(value):
    assert safe(value) == "'" + value


@pytest.mark.parametrize("value", ["-5", "-5.5", "+3", "宁海县", "", "1=1"])
def test_a_plain_cell_stays_as_it_is(value):
    assert safe(value) == value


@pytest.mark.parametrize("readers", [1, 2, 3])
def test_a_table_read_apart_is_the_same(release, readers):
    for table in (tables()["figures"], tables()["facts"], tables()["bodies"]):
        assert list(blocks_apart(table, release.text_path, readers)) == list(source(release).blocks(table))


def test_readers_by_turns_have_every_row_once_and_in_its_place(tmp_path, monkeypatch):
    example_release(tmp_path / "data")
    between = [f"{DEFAULT_BASE}{name}" for name in ("a", "report/110101/zz", "report/330226/2021-b", "zz")]

    def write(store):
        for thing in between:
            said = ox.NamedNode(thing), ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(VOCABULARY + "Figure")
            store.add(ox.Quad(*said, ox.NamedNode("https://w3id.org/fazhi/graph/other")))

    table, release = tables()["figures"], edit(tmp_path / "data", write)
    with closing(Cells(release.text_path)) as cells:
        wanted = [row for block in blocks(table, cells) for row in zip(*block, strict=True)]
        monkeypatch.setattr(columns, "TOGETHER", 1)
        first, second = ([*blocks(table, cells, turn=turn, turns=2)] for turn in (0, 1))
        assert len(first) + len(second) == len(cells.homes)
    found = [block for pair in zip_longest(first, second, fillvalue=()) for block in pair]
    assert [row for block in found for row in zip(*block, strict=True)] == wanted
    assert {row[0] for row in wanted} > {*between}


def test_the_reading_apart_ends_with_who_asked(release):
    some = blocks_apart(tables()["figures"], release.text_path)
    assert next(some)
    some.close()


def test_what_the_reading_apart_meets_is_raised_where_it_is_written(release, tmp_path):
    table = tables()["figures"]
    with pytest.raises(StoreError, match="no text index"):
        list(blocks_apart(table, tmp_path / "text.db"))
    (tmp_path / "text.db").write_bytes(release.text_path.read_bytes())
    with sqlite3.connect(tmp_path / "text.db") as damaged:
        damaged.execute("UPDATE cells SET own = x'00' WHERE home != ''")
    damaged.close()
    with pytest.raises(StoreError, match="cannot be read"):
        list(blocks_apart(table, tmp_path / "text.db"))


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_a_large_table_is_read_apart(release, monkeypatch, form):
    wanted = made(release, form, table="figures")
    monkeypatch.setattr(formats, "MANY", 1)
    monkeypatch.setattr(formats, "blocks", None)
    assert made(release, form, table="figures") == wanted
