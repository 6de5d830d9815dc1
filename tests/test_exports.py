"""What is taken away, read by the programs of others: the numbers are those of SPARQL, the bytes the same each time."""

import csv
import datetime
import gzip
import io
import json
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections import defaultdict
from pathlib import Path

import networkx as nx
import openpyxl
import pyoxigraph as ox
import pytest
import rdflib
from backports import zstd
from example_release import example_release
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from serving import running

import ontology
from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY
from kg.store import index
from kg.store.change import edit
from kg.store.dump import by_property
from server.export.formats import FORMATS, source, write, write_folder
from server.export.jsonld import context, framed
from server.export.kept import kept
from server.export.parquet import write_parquet
from server.export.tables import safe, tables, write_csv

PREFIX = f"PREFIX fz: <{VOCABULARY}> PREFIX dcterms: <http://purl.org/dc/terms/>"
ANNOTATION = "http://www.w3.org/ns/anno.jsonld"
PARSERS = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdfxml": "xml"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return example_release(tmp_path_factory.mktemp("exports") / "data")


def made(release, form, **how) -> bytes:
    out = io.BytesIO()
    write(release, form, out, **how)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of what it does itself
@pytest.mark.parametrize("form", PARSERS)
def test_rdflib_reads_every_rdf_form(release, form):
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=made(release, form), format=PARSERS[form], publicID="http://e/")
    assert len(set(graph.triples((None, None, None)))) == release.manifest["quads"]


def told(release, form, **how) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(made(release, form, **how), format=ox.RdfFormat.JSON_LD)}


def test_json_ld_has_short_names_and_says_what_n_quads_say(release):
    whole = json.loads(made(release, "jsonld"))
    nodes = [node for graph in whole["@graph"] for node in graph["@graph"]]
    assert not [key for node in nodes for key in node if key.startswith("https://w3id.org/fazhi/ns#")]
    assert {type(node["printed"]) for node in nodes if "printed" in node} == {str}
    assert {type(node["periodYear"]) for node in nodes if "periodYear" in node} == {int}
    read = jsonld.to_rdf(whole, {"format": "application/n-quads"}).encode()
    said, wanted = (ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS)) for text in (read, made(release, "nq")))
    for dataset in (said, wanted):  # the vocabulary of the example has blank nodes
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert said == wanted


def test_a_report_as_json_ld_is_a_tree_under_the_report(release):
    tree = json.loads(made(release, "jsonld", report="report/330226/2021"))
    top = tree.get("@graph", [tree])[0]
    assert top["id"] == "https://w3id.org/fazhi/id/report/330226/2021"
    assert top["@reverse"]["inReport"]
    assert len(tree["@context"]) < len(context())
    lines = made(release, "nq", report="report/330226/2021")
    wanted = {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}
    assert told(release, "jsonld", report="report/330226/2021") == wanted
    read = jsonld.to_rdf(tree, {"format": "application/n-quads"})
    assert {quad.triple for quad in ox.parse(read, format=ox.RdfFormat.N_QUADS)} == wanted


def test_a_tree_writes_each_thing_once_also_where_links_run_in_a_circle():
    fz = VOCABULARY + "parentBody"
    a, b, c = (ox.NamedNode(f"http://e/{name}") for name in "abc")
    circle = [ox.Triple(one, ox.NamedNode(fz), other) for one, other in ((a, b), (b, c), (c, a), (a, a), (b, b))]
    body = framed("http://e/a", circle)
    assert {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.JSON_LD)} == set(circle)


def test_annotations_are_those_of_the_view_and_point_at_the_words(release):
    whole = json.loads(made(release, "annotations"))
    items = whole["first"]["items"]
    assert whole["@context"] == ANNOTATION
    assert whole["total"] == len(items) > 20
    oa, rdf = "http://www.w3.org/ns/oa#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    linked = ("body", "target", "selector", "motivation", "source")
    names = {
        "hasBody": "body",
        "hasTarget": "target",
        "hasSelector": "selector",
        "motivatedBy": "motivation",
        "hasSource": "source",
    }
    stand_in: dict[str, object] = {"@vocab": oa, "id": "@id", "type": "@type"}
    stand_in |= {
        short: {"@id": oa + name, "@type": "@vocab" if short == "motivation" else "@id"}
        for name, short in names.items()
    }
    assert {*linked} == {*names.values()}
    flat = jsonld.to_rdf({"@context": stand_in, "@graph": items}, {"format": "application/n-quads"})
    got = {quad.triple for quad in ox.parse(flat, format=ox.RdfFormat.N_QUADS)}
    view = (ontology.HERE / "views" / "oa.rq").read_text("utf-8")
    store = ox.Store.read_only(str(release.store_path))
    assert got == set(store.query(view, use_default_graph_as_union=True))
    assert {t.object.value for t in got if t.predicate.value == rdf + "type"} >= {
        oa + "Annotation",
        oa + "SpecificResource",
    }


def test_packed_files_are_the_same_each_time_and_unpack_to_what_was_written(release):
    plain = made(release, "ttl")
    assert gzip.decompress(made(release, "ttl", packing="gz")) == plain
    assert zstd.decompress(made(release, "ttl", packing="zst")) == plain
    for packing in ("gz", "zst"):
        assert made(release, "ttl", packing=packing) == made(release, "ttl", packing=packing)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_release_gives_the_same_bytes(release, form, tmp_path):
    other = example_release(tmp_path / "data")
    assert made(release, form) == made(release, form)
    if form in {"xlsx", "rocrate"}:  # they hold the time at which the release was made, and it alone
        assert zipfile.ZipFile(io.BytesIO(made(release, form))).testzip() is None
        return
    assert made(release, form) == made(other, form)


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
    graphs = ((name, by_property(name, member.text())) for name, member in there.members().items())
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
    about = [[cell.value for cell in row] for row in book["说明"].iter_rows()]
    assert about[0][:2] == ["版本 release", release.id]
    assert any("creativecommons" in str(value) for row in about for value in row)
    assert book.sheetnames == ["说明", *(table.zh for table in tables().values()), "字段"]
    figures = [[cell.value for cell in row] for row in book["数值"].iter_rows()]
    assert len(figures) == 9
    assert isinstance(figures[1][figures[0].index("value")], int | float)


def test_a_workbook_may_hold_one_table(release):
    book = openpyxl.load_workbook(io.BytesIO(made(release, "xlsx", table="figures")), read_only=True)
    assert book.sheetnames == ["说明", "数值", "字段"]
    rows = {row[0]: row for row in book["说明"].iter_rows(values_only=True) if row}
    given = source(release)
    assert rows["数值"][2] == len(given.store.rows(rows["数值"][3])) == 8


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_network_opens_in_networkx(release, form):
    read = nx.read_graphml if form == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(made(release, form)))
    assert {data["label"] for _, data in graph.nodes(data=True)} >= {"宁海县农业农村局"}
    assert graph.number_of_edges() >= 4


def test_the_deposit_is_a_ro_crate(release):
    archive = zipfile.ZipFile(io.BytesIO(made(release, "rocrate")))
    crate = json.loads(archive.read("ro-crate-metadata.json"))
    root = next(one for one in crate["@graph"] if one["@id"] == "./")
    assert root["version"] == release.id
    known = {one["@id"]: one["@type"] for one in crate["@graph"]}
    assert known[root["author"]["@id"]] == known[root["publisher"]["@id"]] == "Organization"
    assert {part["@id"] for part in root["hasPart"]} == set(archive.namelist()) - {"ro-crate-metadata.json"}
    assert archive.read("dump.nq.gz") == release.dump_path.read_bytes()
    files = [one for one in crate["@graph"] if one["@type"] == "File"]
    assert {one["@id"]: int(one["contentSize"]) for one in files} == {
        one["@id"]: len(archive.read(one["@id"])) for one in files
    }
    assert all(one["description"] for one in (*files, root))


@pytest.mark.parametrize("value", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(1)"])
def test_no_cell_is_run_by_a_spreadsheet(value):
    assert safe(value) == "'" + value


@pytest.mark.parametrize("value", ["-5", "-5.5", "+3", "宁海县", "", "1=1"])
def test_a_plain_cell_stays_as_it_is(value):
    assert safe(value) == value


def test_an_unknown_form_or_table_is_named(release):
    with pytest.raises(UsageError, match="no format x"):
        made(release, "x")
    with pytest.raises(UsageError, match="no table x"):
        made(release, "csv", table="x")
    with pytest.raises(UsageError, match="no report x"):
        made(release, "nq", report="x")
    with pytest.raises(UsageError, match="whole release"):
        made(release, "csv", report="report/330226/2021")


def test_the_command_writes_a_file_a_table_or_a_folder_and_overwrites_nothing(release, tmp_path):
    def export(form, name):
        data = release.path.parent.parent
        command = [
            sys.executable,
            "-m",
            "kg",
            "export",
            "--data",
            str(data),
            "--format",
            form,
            "-o",
            str(tmp_path / name),
        ]
        return subprocess.run(command, capture_output=True, text=True)

    assert export("csv", "figures.csv").returncode == 0
    head = next(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8"))))
    assert head == tables()["figures"].header
    assert export("csv", "all").returncode == 0
    assert (tmp_path / "all" / "csv-metadata.json").is_file()
    refused = export("csv", "figures.csv")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert export("nq", "all.nq.zst").returncode == 0
    assert zstd.decompress((tmp_path / "all.nq.zst").read_bytes()) == made(release, "nq")
    unknown = export("docx", "x.docx")
    assert unknown.returncode == 2
    assert not Path(tmp_path / "x.docx").exists()


def test_who_asks_for_a_file_that_is_being_written_gets_that_one(release):
    written = []

    def write(out):
        written.append("once")
        second.start()
        out.write(b"rows")

    second = threading.Thread(target=lambda: written.append(kept(release, "x.csv", write)))
    path = kept(release, "x.csv", write)
    second.join()
    assert written == ["once", path]
    assert path.read_bytes() == b"rows"
    assert not [*path.parent.glob("tmp*")]


def test_the_server_gives_the_same_files(release, tmp_path):
    with running(tmp_path, data=release.path.parent.parent, workers=1, evaluators=1) as server:
        client = server.client()
        for name in tables():
            reply = client.get(f"/data/tables/{name}.csv")
            assert reply.status == 200
            assert reply.body == made(release, "csv", table=name)
            assert "csv-metadata.json" in reply.headers["link"]
        excel = client.get("/data/tables/figures.csv?excel")
        assert excel.body.startswith(b"\xef\xbb\xbf")
        assert client.get("/data/tables/csv-metadata.json").json["tables"][0]["url"] == "facts.csv"
        assert client.get("/data/fazhi.graphml").body == made(release, "graphml")
        for name in ("fazhi", "tables/figures"):
            book = openpyxl.load_workbook(io.BytesIO(client.get(f"/data/{name}.xlsx").body), read_only=True)
            assert book.sheetnames[0] == "说明"
        assert client.get("/data/tables/nothing.csv").status == 404
        assert "csv, parquet, xlsx" in client.get("/data/tables/figures.ods").json["detail"]
        for asked in ("tables/figures.csv?excell", "tables/figures.parquet?excel", "fazhi.gexf?x=1", "dump.ttl.gz?x=1"):
            refused = client.get(f"/data/{asked}")
            assert (refused.status, refused.json["type"]) == (400, "/problems#unknown-parameter")
            assert refused.json["detail"].startswith(asked.partition("?")[2].partition("=")[0])
        first = client.get("/data/tables/facts.csv")
        assert client.get("/data/tables/facts.csv", If_None_Match=first.headers["etag"]).status == 304
