"""A release as RDF: every form says what N-Quads say, to the programs of others."""

import json

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from taken_away import made

import ontology
from kg.graph.namespaces import VOCABULARY
from server.export.jsonld import context, framed

ANNOTATION = "http://www.w3.org/ns/anno.jsonld"
PARSERS = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdfxml": "xml"}


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
