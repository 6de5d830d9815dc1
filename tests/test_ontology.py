"""The vocabulary keeps its own rules, each seen to fail; what is made from it is up to date; the rules infer all there is."""

import json
from collections.abc import Callable

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, Literal, Namespace, URIRef

import ontology
from kg.graph.asked import shapes
from kg.graph.derive import derive
from kg.graph.quads import make_graph
from kg.graph.shacl import validate
from kg.graph.shacl_data import Data
from kg.lexicon import FOLDER
from ontology import rebuild

FZ = Namespace("https://w3id.org/fazhi/ns#")
PROV = Namespace("http://www.w3.org/ns/prov#")
BASE = "https://w3id.org/fazhi/id/"
EXTERNAL = {
    "http://www.w3.org/ns/org#": {"Organization", "Role", "subOrganizationOf", "classification"},
    "http://www.w3.org/ns/prov#": {"Entity", "Activity", "Agent", "Plan", "used", "wasGeneratedBy"},
    "http://purl.org/linked-data/cube#": {
        *("Observation", "DataSet", "DataStructureDefinition", "ComponentSpecification", "DimensionProperty"),
        *("MeasureProperty", "AttributeProperty", "component", "dimension", "measure", "attribute", "order"),
        *("componentRequired", "dataSet", "structure"),
    },
}


def vocabulary() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology.VOCABULARY)


def faults(graph: rdflib.Graph) -> set[str]:
    """Names of the shapes that the vocabulary breaks."""
    lines = graph.serialize(format="nt").splitlines()
    quads = list(ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES))
    store = ox.Store()
    store.extend(quads)
    data = Data([(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads])
    results = validate(data, shapes("ontology"), store)
    return {r.messages[-1] if r.messages else r.component for r in results}


def test_the_vocabulary_passes_its_gate() -> None:
    assert faults(vocabulary()) == set()


def _drop(subject: URIRef, predicate: URIRef) -> Callable[[rdflib.Graph], object]:
    return lambda g: g.remove((subject, predicate, None))


def _define(graph: rdflib.Graph, template: str) -> None:
    """Two codes are defined by one pattern, each with its own label."""
    for code in (FZ["unit-team"], FZ["unit-page"]):
        label = next(o for o in graph.objects(code, RDFS.label) if o.language == "en")  # type: ignore[attr-defined]
        old = next(o for o in graph.objects(code, SKOS.definition) if o.language == "en")  # type: ignore[attr-defined]
        graph.remove((code, SKOS.definition, old))
        graph.add((code, SKOS.definition, Literal(template.format(label), lang="en")))


MUTATIONS: tuple[tuple[str, Callable[[rdflib.Graph], object]], ...] = (
    ("label missing", _drop(FZ.Goal, RDFS.label)),
    ("a third label", lambda g: g.add((FZ.Goal, RDFS.label, Literal("Ziel", lang="de")))),
    ("definition missing", _drop(FZ.Goal, SKOS.definition)),
    ("example missing", _drop(FZ.value, SKOS.example)),
    ("definition in one language", lambda g: g.remove((FZ.Goal, SKOS.definition, next(g.objects(FZ.Goal, SKOS.definition))))),
    ("isDefinedBy missing", _drop(FZ.Goal, RDFS.isDefinedBy)),
    ("version missing", _drop(URIRef("https://w3id.org/fazhi/ns"), OWL.versionIRI)),
    ("two domains", lambda g: g.add((FZ.value, RDFS.domain, FZ.Goal))),
    ("code without notation", _drop(FZ["role-lead"], SKOS.notation)),
    ("code without definition", _drop(FZ["role-lead"], SKOS.definition)),
    ("code without example", _drop(FZ["unit-case"], SKOS.example)),
    ("definition of a template", lambda g: _define(g, "A quantity counted in: {}.")),
    ("one definition for two", lambda g: _define(g, "A quantity.")),
    ("creator missing", _drop(URIRef("https://w3id.org/fazhi/ns"), URIRef("http://purl.org/dc/terms/creator"))),
    ("code in two lists", lambda g: g.add((FZ["role-lead"], SKOS.inScheme, FZ.Bases))),
    ("class with a small letter", lambda g: g.add((FZ.goal, RDF.type, OWL.Class))),
    ("list without definition", _drop(FZ.Roles, SKOS.definition)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "spoil"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_fault_of_the_vocabulary_is_seen(name: str, spoil: Callable[[rdflib.Graph], object]) -> None:
    graph = vocabulary()
    spoil(graph)
    assert faults(graph), name


def test_no_cycle_of_classes_or_properties() -> None:
    graph = vocabulary()
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        assert not [
            s
            for s in graph.subjects(predicate, None)
            if s in graph.transitive_objects(s, predicate) and (s, predicate, s) in graph
        ]
        assert not list(graph.query(f"SELECT ?x {{ ?x <{predicate}>+ ?x }}"))


def test_labels_tell_the_terms_apart() -> None:
    graph = vocabulary()
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        labels = [
            str(label)
            for s in graph.subjects(RDF.type, kind)
            if s.startswith(FZ)
            for label in graph.objects(s, RDFS.label)
            if label.language == "en"
        ]  # type: ignore[union-attr]
        twice = {label for label in labels if labels.count(label) > 1}
        assert not twice
        assert len(labels) > 20


def test_every_name_in_rules_views_shapes_and_questions_is_declared() -> None:
    import re

    graph = vocabulary()
    declared = {str(s) for s in graph.subjects() if s.startswith(FZ)}
    files = [path for kind in ("rules", "views", "shapes", "alignments", "examples") for path in ontology.files(kind)]
    files += sorted((ontology.HERE.parent / "queries").rglob("*.rq"))
    assert len(files) > 30
    for path in files:
        names = set(re.findall(r"\bfz:([A-Za-z][\w-]*)", path.read_text("utf-8"))) - {"cube"}
        assert not {name for name in names if FZ + name not in declared}, path.name


def test_units_are_those_of_the_table_of_units() -> None:
    lines = [line for line in (FOLDER / "units.tsv").read_text("utf-8").splitlines() if line and line[0] != "#"]
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
    listed = {str(o) for s, o in vocabulary().subject_objects(SKOS.notation) if str(s).startswith(FZ + "unit-")}
    assert len(rows) > 100
    assert {row["base"] for row in rows} == listed - {"other"}


def test_what_is_made_from_the_vocabulary_is_up_to_date() -> None:
    for path, wanted in rebuild.made().items():
        assert path.read_text("utf-8") == wanted, f"run python -m ontology.rebuild: {path.name}"


def test_the_context_reads_back_as_the_same_triples() -> None:
    context = json.loads((ontology.HERE / "context.jsonld").read_text("utf-8"))["@context"]
    document = {
        "@context": context, "id": BASE + "x", "type": "Observation", "value": "22", "unit": str(FZ["unit-case"]),
        "published": "2022-03-31", "quote": "22件",
    }  # fmt: skip
    read = list(ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD))
    found = {(q.predicate.value.rpartition("#")[2], str(q.object)) for q in read}
    assert ("value", '"22"^^<http://www.w3.org/2001/XMLSchema#decimal>') in found
    assert ("unit", f"<{FZ}unit-case>") in found
    assert ("type", f"<{FZ}Observation>") in found
    assert ("quote", '"22件"') in found


def test_the_version_stands_in_the_changelog() -> None:
    version = vocabulary().value(URIRef("https://w3id.org/fazhi/ns"), OWL.versionInfo)
    assert f"\n## {version}\n" in (ontology.HERE / "CHANGELOG.md").read_text("utf-8")


def test_external_terms_are_spelt_as_their_vocabularies_spell_them() -> None:
    used: dict[str, set[str]] = {}
    for path in (*ontology.files("alignments"), ontology.HERE / "cube.ttl"):
        for triple in rdflib.Graph().parse(path):
            for node in triple:
                for namespace in EXTERNAL:
                    if isinstance(node, URIRef) and node.startswith(namespace) and node != URIRef(namespace):
                        used.setdefault(namespace, set()).add(node.removeprefix(namespace))
    assert used.keys() == EXTERNAL.keys()
    for namespace, names in used.items():
        assert names <= EXTERNAL[namespace], namespace


# --- OWL 2 RL: the rules miss nothing, nothing contradicts -----------------------------------------------------------


def examples() -> rdflib.Graph:
    graph = vocabulary()
    for path in ontology.files("examples"):
        graph.parse(path)
    return graph


def close(graph: rdflib.Graph) -> list[str]:
    """Close a graph in place; the contradictions that the reasoner writes into it."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    return [str(o) for _, p, o in graph if "error" in str(p).lower()]


@pytest.fixture(scope="module")
def closed() -> tuple[rdflib.Graph, list[str]]:
    graph = examples()
    return graph, close(graph)


def test_the_examples_do_not_contradict_the_vocabulary(closed: tuple[rdflib.Graph, list[str]]) -> None:
    assert closed[1] == []


def missed(closed: rdflib.Graph, *, without: str = "") -> set[tuple[str, ...]]:
    """Facts about instances that follow from the vocabulary but that the rules did not give."""
    asserted = rdflib.Graph()
    for path in ontology.files("examples"):
        asserted.parse(path)
    lines = asserted.serialize(format="nt")
    triples = [
        (str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
    ]
    derived = set(derive(make_graph("http://g", triples)).triples())
    if without:
        derived = {t for t in derived if without not in t[1]}
    have = {(s, p, o) for s, p, o in triples} | derived
    follows = set()
    for s, p, o in closed:
        ours = s.startswith(BASE) and (p.startswith(FZ) or (p == RDF.type and str(o).startswith(FZ)))
        if ours and isinstance(o, URIRef):
            follows.add((f"<{s}>", f"<{p}>", f"<{o}>"))
    return follows - have


def test_the_rules_infer_all_that_follows(closed: tuple[rdflib.Graph, list[str]]) -> None:
    assert missed(closed[0]) == set()
    assert missed(closed[0], without="ancestor"), "the check cannot fail"


@pytest.mark.slow
def test_the_alignments_contradict_nothing() -> None:
    aligned = examples()
    for path in ontology.files("alignments"):
        aligned.parse(path)
    aligned.add((PROV.Entity, OWL.disjointWith, PROV.Activity))  # as PROV-O says
    spoilt = rdflib.Graph() + aligned
    assert close(aligned) == []
    spoilt.add((FZ.Observation, RDFS.subClassOf, PROV.Activity))  # what an axiom on sosa:Observation would bring
    assert close(spoilt)


@pytest.mark.parametrize(
    ("name", "column", "scheme"),
    [
        ("documents", "kind", "DocumentKinds"),
        ("programmes", "kind", "ProgrammeKinds"),
        ("organs", "kind", "BodyKinds"),
        ("central_bodies", "kind", "BodyKinds"),
        ("themes", "theme", "Themes"),
        ("laws", "kind", "DocumentKinds"),
    ],
)
def test_codes_of_the_tables_are_codes_of_the_vocabulary(name: str, column: str, scheme: str) -> None:
    lines = [line for line in (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines() if line and line[0] != "#"]
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
    assert len(rows) >= 5
    graph = vocabulary()
    known = {str(graph.value(s, SKOS.notation)) for s in graph.subjects(SKOS.inScheme, FZ[scheme])}
    assert {row[column] for row in rows} - {""} <= known
