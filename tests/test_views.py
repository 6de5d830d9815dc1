"""Each export view holds what its users expect; each check has a mutation that it catches."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from graph_samples import LINES, qingshi
from pyshacl import validate

import ontology
from kg.graph.report import graph_report
from kg.graph.whole import describe_release, graph_whole

P = """PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX measure: <http://purl.org/linked-data/sdmx/2009/measure#> PREFIX attribute: <http://purl.org/linked-data/sdmx/2009/attribute#>
PREFIX fz: <https://w3id.org/fazhi/ns#> PREFIX org: <http://www.w3.org/ns/org#> PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX schema: <https://schema.org/> PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX void: <http://rdfs.org/ns/void#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> """

DIMENSIONS = "dim:refArea ?a ; dim:refPeriod ?b ; fz:indicator ?c ; fz:anchor ?d"
# view, what, a query that must find nothing, an update that makes it find something
CHECKS = (
    ("org", "every neighbour is typed", "SELECT ?x { ?b org:classification|dcterms:spatial|org:subOrganizationOf ?x FILTER NOT EXISTS { ?x a ?t } }", "DELETE { ?x a ?t } WHERE { ?x a ?t , dcterms:Location }"),
    ("org", "no Party organ is a public organisation", "SELECT ?x { ?x a cv:PublicOrganisation ; org:classification fz:kind-party }", "INSERT { ?x org:classification fz:kind-party } WHERE { ?x a cv:PublicOrganisation }"),
    ("org", "one preferred label a body", "SELECT ?b { ?b a org:Organization ; skos:prefLabel ?x , ?y FILTER(?x != ?y) }", "INSERT { ?b skos:prefLabel 'x'@zh } WHERE { ?b a org:Organization }"),
    ("qb", "IC-1 one data set an observation", "SELECT ?o { { ?o a qb:Observation FILTER NOT EXISTS { ?o qb:dataSet ?d } } UNION { ?o qb:dataSet ?x , ?y FILTER(?x != ?y) } }", "DELETE WHERE { ?o qb:dataSet ?d }"),
    ("qb", "IC-2 one structure a data set", "SELECT ?s { ?s a qb:DataSet FILTER NOT EXISTS { ?s qb:structure ?d } }", "DELETE WHERE { ?s qb:structure ?d }"),
    ("qb", "IC-3 a structure has a measure", "SELECT ?d { ?d a qb:DataStructureDefinition FILTER NOT EXISTS { ?d qb:component/qb:measure ?m } }", "DELETE WHERE { ?c qb:measure ?m }"),
    ("qb", "IC-4 dimensions have a range", "SELECT ?x { ?x a qb:DimensionProperty FILTER NOT EXISTS { ?x rdfs:range ?r } }", "DELETE WHERE { ?x rdfs:range xsd:gYear }"),
    ("qb", "IC-5 dimensions of concepts have a code list or a class", "SELECT ?x { ?x a qb:DimensionProperty ; rdfs:range skos:Concept FILTER NOT EXISTS { ?x qb:codeList ?l } }", "INSERT DATA { <urn:x> a qb:DimensionProperty ; rdfs:range skos:Concept }"),
    ("qb", "IC-6 only attributes are optional", "SELECT ?c { ?d qb:component ?c . ?c qb:componentRequired false FILTER NOT EXISTS { ?c qb:attribute ?a } }", "DELETE { ?c qb:attribute ?a } WHERE { ?c qb:attribute ?a ; qb:componentRequired false }"),
    ("qb", "IC-11 every dimension is given", "SELECT ?o { ?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p FILTER NOT EXISTS { ?o ?p ?v } }", "DELETE WHERE { ?o dim:refArea ?a }"),
    ("qb", "IC-12 no two observations with the same dimensions", f"SELECT ?o {{ ?o {DIMENSIONS} . ?q {DIMENSIONS} FILTER(?o != ?q) }}", f"INSERT {{ <urn:o> {DIMENSIONS} }} WHERE {{ ?o {DIMENSIONS} }}"),
    ("qb", "IC-13 required attributes are given", "SELECT ?o { ?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:componentRequired true ; qb:attribute ?p FILTER NOT EXISTS { ?o ?p ?v } }", "DELETE WHERE { ?o attribute:unitMeasure ?u }"),
    ("qb", "IC-14 every measure is given", "SELECT ?o { ?o qb:dataSet/qb:structure/qb:component/qb:measure ?p FILTER NOT EXISTS { ?o ?p ?v } }", "DELETE WHERE { ?o measure:obsValue ?u }"),
    ("qb", "periods are years", "SELECT ?o { ?o dim:refPeriod ?y FILTER(DATATYPE(?y) != xsd:gYear) }", "DELETE { ?o dim:refPeriod ?y } INSERT { ?o dim:refPeriod 2021 } WHERE { ?o dim:refPeriod ?y }"),
    ("eli", "only legal kinds are legal resources", "SELECT ?d { ?d eli:type_document ?k FILTER(?k NOT IN (fz:doc-law, fz:doc-regulation, fz:doc-outline, fz:doc-measures)) }", "INSERT DATA { <urn:x:d> eli:type_document fz:doc-compilation }"),
    ("eli", "the title stands on the expression", "SELECT ?d { ?d a eli:LegalResource ; eli:title ?t }", "INSERT { ?d eli:title 'x' } WHERE { ?d a eli:LegalResource }"),
    ("oa", "position and quote agree in length", "SELECT ?t { ?t oa:hasSelector/oa:start ?s ; oa:hasSelector/oa:end ?e ; oa:hasSelector/oa:exact ?q FILTER(STRLEN(?q) != ?e - ?s) }", "DELETE { ?x oa:exact ?q } INSERT { ?x oa:exact 'x' } WHERE { ?x oa:exact ?q }"),
    ("oa", "every annotation has body and target", "SELECT ?a { ?a a oa:Annotation FILTER NOT EXISTS { ?a oa:hasBody ?b ; oa:hasTarget/oa:hasSource ?s } }", "DELETE WHERE { ?t oa:hasSource ?s }"),
    ("schema", "a report has name, publisher and place", "SELECT ?r { ?r a schema:Report FILTER NOT EXISTS { ?r schema:name ?n ; schema:publisher ?p ; schema:spatialCoverage ?c } }", "DELETE WHERE { ?r schema:publisher ?p }"),
    ("skos", "every concept has a label and a scheme", "SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:prefLabel ?l ; skos:inScheme ?s } }", "DELETE WHERE { ?c skos:inScheme ?s }"),
    ("skos", "one preferred label per language (S14)", "SELECT ?c { ?c skos:prefLabel ?x , ?y FILTER(LANG(?x) = LANG(?y) && ?x != ?y) }", "INSERT { ?c skos:prefLabel 'x'@zh } WHERE { ?c a skos:Concept }"),
    ("skos", "a label is not both preferred and other (S13)", "SELECT ?c { ?c skos:prefLabel ?x ; skos:altLabel ?x }", "INSERT { ?c skos:altLabel ?x } WHERE { ?c skos:prefLabel ?x }"),
    ("catalog", "the data set has title and description", "SELECT ?x { ?x a ?t FILTER(?t = dcat:Dataset) FILTER NOT EXISTS { ?x dcterms:title ?a ; dcterms:description ?b ; dcterms:license ?c } }", "DELETE WHERE { ?x dcterms:title ?t }"),
    ("catalog", "a partition is counted", "SELECT ?p { ?d void:classPartition ?p FILTER NOT EXISTS { ?p void:class ?c ; void:entities ?n } }", "DELETE WHERE { ?p void:entities ?n }"),
)  # fmt: skip


@pytest.fixture(scope="module")
def release() -> ox.Store:
    """Two years of the sample report with all graphs."""
    later = tuple(line.replace("2024", "2025").replace("2023", "2024") for line in LINES)
    reports = [graph_report(qingshi()), graph_report(qingshi(later, period_year=2024, plan_year=2025))]
    whole = graph_whole(reports)
    store = ox.Store()
    for graph in (*(g for report in reports for g in report.graphs), *whole.graphs, describe_release(reports, whole)):
        store.bulk_load("\n".join(graph.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return store


def view(release: ox.Store, name: str) -> ox.Store:
    """The triples of a view as a store of its own."""
    made = ox.Store()
    if name == "catalog":
        graph = ox.NamedNode("https://w3id.org/fazhi/graph/catalog")
        made.extend(
            ox.Quad(q.subject, q.predicate, q.object) for q in release.quads_for_pattern(None, None, None, graph)
        )
        return made
    query = (ontology.HERE / "views" / f"{name}.rq").read_text("utf-8")
    made.extend(ox.Quad(*triple) for triple in release.query(query, use_default_graph_as_union=True))
    if name == "qb":
        made.bulk_load(path=str(ontology.HERE / "cube.ttl"), format=ox.RdfFormat.TURTLE)
    return made


def test_every_view_has_checks() -> None:
    assert {path.stem for path in ontology.files("views")} | {"catalog"} == {check[0] for check in CHECKS}


@pytest.mark.parametrize("name", sorted({check[0] for check in CHECKS}))
def test_a_view_has_triples_and_no_blank_node(release: ox.Store, name: str) -> None:
    triples = list(view(release, name))
    assert len(triples) >= 5
    assert not [q for q in triples if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]


@pytest.mark.parametrize(("name", "what", "query", "update"), CHECKS, ids=[f"{c[0]}: {c[1]}" for c in CHECKS])
def test_a_view_holds_what_is_expected(release: ox.Store, name: str, what: str, query: str, update: str) -> None:
    made = view(release, name)
    assert list(made.query(P + query)) == [], what
    made.update(P + update)
    assert list(made.query(P + query)), f"the mutation is not caught: {what}"


@pytest.mark.parametrize(
    ("name", "target", "spoil"),
    [
        (
            "org",
            "org:Organization",
            "DELETE { ?x skos:prefLabel ?l } WHERE { ?x a org:Organization ; skos:prefLabel ?l }",
        ),
        ("org", "cv:PublicOrganisation", "DELETE { ?k a skos:Concept } WHERE { ?x org:classification ?k }"),
        ("eli", "eli:LegalResource", "DELETE { ?x eli:is_realized_by ?e } WHERE { ?x eli:is_realized_by ?e }"),
        ("eli", "eli:LegalExpression", "DELETE { ?x eli:language ?l } WHERE { ?x eli:language ?l }"),
    ],
)
def test_a_view_is_what_its_vocabulary_asks_for(release: ox.Store, name: str, target: str, spoil: str) -> None:
    made = view(release, name)
    assert list(made.query(f"{P} SELECT ?x {{ ?x a {target} }}"))
    assert conforms(made)
    made.update(P + spoil)
    assert not conforms(made), "the mutation is not caught"


def conforms(made: ox.Store) -> bool:
    graph = rdflib.Graph()
    lines = ox.serialize([quad.triple for quad in made], format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=lines, format="nt")
    shapes = rdflib.Graph().parse(Path(__file__).with_name("cases") / "views.ttl")
    return bool(validate(graph, shacl_graph=shapes)[0])


def test_the_cube_holds_every_figure_with_a_value(release: ox.Store) -> None:
    made = view(release, "qb")
    figures = "SELECT ?f { ?f a fz:Figure ; fz:value ?v }"
    wanted = {row["f"] for row in release.query(P + figures, use_default_graph_as_union=True)}
    assert wanted
    assert {row["o"] for row in made.query(P + "SELECT ?o { ?o a qb:Observation }")} == wanted
    sets = {row["d"].value.rpartition("/")[2] for row in made.query(P + "SELECT ?d { ?d a qb:DataSet }")}
    assert sets == {"observations", "targets"}


def test_the_catalogue_counts_what_is_there(release: ox.Store) -> None:
    made = view(release, "catalog")
    (row,) = made.query(P + "SELECT ?n { ?d a void:Dataset ; void:triples ?n }")
    assert int(row["n"].value) == len(release) - len(made)
    described = [quad for quad in release if quad.graph_name.value != "https://w3id.org/fazhi/graph/catalog"]
    typed = [(quad.subject, quad.object) for quad in described if quad.predicate.value.endswith("#type")]
    told = {
        "entities": len({one for one, kind in typed if str(kind).startswith("<https://w3id.org/fazhi/ns#")}),
        "classes": len({kind for _, kind in typed}),
        "properties": len({quad.predicate for quad in described}),
        "documents": 2,
    }
    for name, number in told.items():
        assert [row["n"].value for row in made.query(P + f"SELECT ?n {{ ?d a void:Dataset ; void:{name} ?n }}")] == [
            str(number)
        ], name
    parts = list(made.query(P + "SELECT ?cls ?n { ?p void:class ?cls ; void:entities ?n }"))
    assert len(parts) > 25
    for part in parts:
        assert int(part["n"].value) == sum(kind == part["cls"] for _, kind in typed), part["cls"]
    parts = list(made.query(P + "SELECT ?property ?n { ?p void:property ?property ; void:triples ?n }"))
    assert len(parts) > 50
    for part in parts:
        assert int(part["n"].value) == sum(quad.predicate == part["property"] for quad in described), part["property"]
