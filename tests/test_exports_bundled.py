"""Every export of the bundled report, read by the program of somebody else, says what the graph says."""

import csv
import datetime
import io
import json
import re
import zipfile
from decimal import Decimal

import networkx as nx
import openpyxl
import pyarrow.parquet
import pyoxigraph as ox
import pytest
import rdflib
from csvw import TableGroup
from lxml import etree
from pyld import jsonld
from question_data import report_data
from taken_away import made

from kg.graph.namespaces import VOCABULARY
from kg.store.release import read_release
from server.export.formats import source, write_folder
from server.export.tables import tables

PARSERS = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "rdfxml": "xml"}


@pytest.fixture(scope="module")
def release():
    return read_release(report_data())


@pytest.fixture(scope="module")
def quads(release):
    """What the store holds, as N-Quads lines."""
    return frozenset(str(quad) for quad in ox.Store.read_only(str(release.store_path)))


def triples(graph: rdflib.Graph) -> set[tuple[str, str, str]]:
    return {(s.n3(), p.n3(), o.n3()) for s, p, o in graph.triples((None, None, None))}


@pytest.fixture(scope="module")
def wanted(quads):
    """The triples of the store, as rdflib reads them."""
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data="\n".join(f"{quad} ." for quad in quads), format="nquads")
    return triples(graph)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of what it does itself
@pytest.mark.parametrize("form", PARSERS)
def test_rdflib_reads_the_same_triples(release, wanted, form):
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=made(release, form), format=PARSERS[form], publicID="http://e/")
    assert triples(graph) == wanted


def test_pyld_reads_the_same_quads(release, quads):
    read = jsonld.to_rdf(json.loads(made(release, "jsonld")), {"format": "application/n-quads"})
    assert {str(quad) for quad in ox.parse(read, format=ox.RdfFormat.N_QUADS)} == quads


@pytest.fixture(scope="module")
def cells(release):
    """All tables by name, as the CSV has them."""
    return {name: [*csv.reader(io.StringIO(made(release, "csv", table=name).decode()))] for name in tables()}


def test_csvw_reads_every_cell_in_its_type(release, cells, tmp_path):
    write_folder(release, "csv", tmp_path / "csv")
    group = TableGroup.from_file(tmp_path / "csv" / "csv-metadata.json")
    for table in group.tables:
        name = str(table.url).removesuffix(".csv")
        head, *wanted = cells[name]
        rows = list(table.iterdicts(strict=True))
        assert [*rows[0]] == head
        assert [[_written(value) for value in row.values()] for row in rows] == wanted


def _written(value) -> str:
    """A value of csvw as the cell that it was read from."""
    if isinstance(value, list):
        return " ".join(map(_written, value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "" if value is None else value.unsplit() if hasattr(value, "unsplit") else str(value)


def test_pyarrow_reads_the_same_cells(release, cells):
    for name, (head, *rows) in cells.items():
        read = pyarrow.parquet.read_table(io.BytesIO(made(release, "parquet", table=name)))
        assert read.column_names == head
        for row, given in zip(rows, zip(*(column.to_pylist() for column in read.columns), strict=True), strict=True):
            for text, value in zip(row, given, strict=True):
                if isinstance(value, Decimal):
                    assert value == Decimal(text)
                else:
                    assert ("" if value is None else str(value)) == text


def test_openpyxl_reads_the_same_cells(release, cells):
    book = openpyxl.load_workbook(io.BytesIO(made(release, "xlsx")), read_only=True)
    for name, (head, *rows) in cells.items():
        sheet = [[*line] for line in book[tables()[name].zh].iter_rows(values_only=True)]
        assert sheet[0] == head
        assert len(sheet) == len(rows) + 1
        for row, line in zip(rows, sheet[1:], strict=True):
            for text, value in zip(row, [*line, *[None] * (len(row) - len(line))], strict=True):
                if isinstance(value, int | float):
                    assert float(text) == value
                elif isinstance(value, datetime.datetime):
                    assert text == value.date().isoformat()
                else:
                    assert (value or "") == text
    fields = [*book["字段"].iter_rows(min_row=2, values_only=True)]
    assert [row[2] for row in fields] == [column.name for table in tables().values() for column in table.columns]


def test_networkx_counts_what_sparql_counts(release):
    roles = " ".join(f"<{VOCABULARY}{name}>" for name in ("partnerBody", "targetBody", "recipientBody", "grantorBody"))
    query = f"""SELECT ?lead ?role ?other (COUNT(*) AS ?n) {{ VALUES ?role {{ {roles} }}
        ?statement <{VOCABULARY}leadBody> ?lead ; ?role ?other FILTER(?lead != ?other) }} GROUP BY ?lead ?role ?other"""
    ties = source(release).store.rows(query)
    for form, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        graph = read(io.BytesIO(made(release, form)))
        iris = dict(graph.nodes(data="iri"))
        assert sorted(iris.values()) == sorted({row[name].value for row in ties for name in ("lead", "other")})
        edges = sorted(
            (iris[a], VOCABULARY + data["role"], iris[b], int(data["weight"])) for a, b, data in graph.edges(data=True)
        )
        assert edges == sorted(
            (*(row[name].value for name in ("lead", "role", "other")), int(row["n"].value)) for row in ties
        )
        assert len(edges) > 4
        labels = source(release).search.labels([*iris.values()])
        assert dict(graph.nodes(data="label")) == {node: labels[iri]["zh"] for node, iri in iris.items()}


def test_the_network_keeps_to_what_the_schemas_allow(release):
    """What GraphML 1.0 and GEXF 1.2 say of names and attributes; the files pass their schemas."""
    token = re.compile(r"[\w.:-]+")
    for form in ("graphml", "gexf"):
        root = etree.fromstring(made(release, form))
        nodes, edges = ([*root.iter(f"{{*}}{name}")] for name in ("node", "edge"))
        known = {node.get("id") for node in nodes}
        assert len(known) == len(nodes)
        assert len({edge.get("id") for edge in edges}) == len(edges) > 4
        assert all(token.fullmatch(name) for name in known)
        assert {edge.get(end) for edge in edges for end in ("source", "target")} == known
        (graph,) = root.iter("{*}graph")
        assert set(graph.keys()) <= {"edgedefault", "defaultedgetype", "mode"}


def test_the_deposit_holds_the_same_tables(release, cells):
    archive = zipfile.ZipFile(io.BytesIO(made(release, "rocrate")))
    for name, rows in cells.items():
        assert [*csv.reader(io.StringIO(archive.read(f"tables/{name}.csv").decode()))] == rows


def test_annotations_cut_their_words_out_of_the_text(release):
    store = ox.Store.read_only(str(release.store_path))
    items = json.loads(made(release, "annotations"))["first"]["items"]
    for kind, prop in (("identifying", "mentionOf"), ("describing", "statedIn")):
        query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{VOCABULARY}{prop}> ?o }}"
        (row,) = store.query(query, use_default_graph_as_union=True)
        assert sum(one["motivation"] == kind for one in items) == int(row["n"].value)
    for one in items:
        position, quote = one["target"]["selector"]
        assert position["end"] - position["start"] == len(quote["exact"])
