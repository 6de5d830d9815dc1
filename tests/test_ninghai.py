"""The bundled report in the graph: it conforms, its twelve competency questions answer, and the audit finds three things."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.corpus.document import read_document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import sources
from kg.extract.extractors import extract_facts
from kg.graph.report import ReportGraph, graph_report
from kg.graph.whole import graph_whole

P = """PREFIX fz: <https://w3id.org/fazhi/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/> """

# question, query, rows at least, words that must be among the answers
QUESTIONS = (
    ("goals and their parents", "SELECT ?g ?p { ?x a fz:Goal ; rdfs:label ?g OPTIONAL { ?x fz:parentGoal/rdfs:label ?p } }", 27, "加强矛盾纠纷化解"),
    ("all measures under a goal", 'SELECT ?t { ?m fz:underGoal/rdfs:label "聚焦公平正义,提升争议化解能力"@zh ; a fz:ReportedMeasure ; fz:statedIn/fz:quote ?t }', 8, "枫桥经验"),
    ("who leads what on whom", "SELECT ?l ?v ?o ?t { ?m fz:leadBody/rdfs:label ?l ; fz:targetBody/rdfs:label ?t ; fz:hasAction ?a . ?a fz:verb ?v ; fz:object ?o }", 4, "宁海县委依法治县办"),
    ("measures per body, named and implied apart", "SELECT ?b (COUNT(?n) AS ?named) (COUNT(?i) AS ?implied) { { ?n fz:leadBody/rdfs:label ?b } UNION { ?i fz:impliedLeadBody/rdfs:label ?b } } GROUP BY ?b", 3, "宁海县人民政府"),
    ("an indicator over years and places", "SELECT ?n ?y ?v { ?f fz:indicator/rdfs:label ?n ; fz:periodYear ?y ; fz:value ?v ; fz:jurisdiction/fz:divisionCode '330226' }", 45, "99.6"),
    ("change against the former value", "SELECT ?p ?f ?v { ?x fz:formerValue ?f ; fz:value ?v ; fz:printed ?p }", 2, "46.9"),
    ("plan items", "SELECT ?t { ?p a fz:PlannedMeasure ; fz:itemOf/fz:planYear 2022 ; fz:statedIn/fz:quote ?t }", 10, "行政执法“三项制度”"),
    ("documents by relation", "SELECT ?r ?t { ?r rdfs:subPropertyOf fz:refersTo . ?s ?r ?d . ?d dcterms:title ?t }", 8, "法治政府建设与责任落实督察工作规定"),
    ("honours", "SELECT ?n ?r ?l { ?h a fz:Honour ; rdfs:label ?n ; fz:recipientName ?r OPTIONAL { ?h fz:adminLevel/skos:notation ?l } }", 10, "全国民主法治示范村"),
    ("problems and their theme", "SELECT ?q ?t { ?p a fz:Problem ; fz:statedIn/fz:quote ?q OPTIONAL { ?p fz:theme/skos:notation ?t } }", 5, "行政争议发案量和败诉率"),
    ("statements in a province", "SELECT ?c (COUNT(?s) AS ?n) { ?s fz:inReport/fz:jurisdiction/fz:ancestorJurisdiction/fz:divisionCode '330000' ; a ?c } GROUP BY ?c", 8, "ReportedMeasure"),
    ("evidence of a figure", "SELECT ?q ?b ?e ?s ?r ?c ?h { ?f a fz:Figure ; fz:extractedBy/rdfs:label ?r ; fz:confidence ?c ; fz:anchor ?a ; fz:statedIn/fz:quote ?s ; fz:inReport/fz:hasText/fz:sha256 ?h . ?a fz:quote ?q ; fz:beginOffset ?b ; fz:endOffset ?e }", 45, "51ade62a994ad0d46e3041cc42e1ec9dbfcaa9a40a63550f88b9ba0e6c8dbd0c"),
)  # fmt: skip


@pytest.fixture(scope="module")
def report(demo_report: Path) -> ReportGraph:
    (source,) = sources([demo_report])
    document = read_document(source)
    outline = parse_outline(document)
    return graph_report(extract_facts(document, outline, split_sentences(document, outline)))


@pytest.fixture(scope="module")
def store(report: ReportGraph) -> ox.Store:
    made = ox.Store()
    for graph in (*report.graphs, *graph_whole([report]).graphs):
        made.bulk_load("\n".join(graph.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return made


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(P + query, use_default_graph_as_union=True)
    return [tuple("" if value is None else value.value for value in row) for row in found]  # type: ignore[union-attr]


def test_it_conforms(report: ReportGraph) -> None:
    assert report.conforms
    assert report.report == "https://w3id.org/fazhi/id/report/330226/2021"


def test_the_audit_finds_what_a_careful_reader_finds_and_nothing_else(report: ReportGraph) -> None:
    """kg/graph/README.md states the list."""
    found = {finding.rule: finding for finding in report.findings if not finding.rule.startswith("shape.MeasureAction")}
    assert set(found) == {"shape.DutyLeadershipSection", "shape.DutyCauses", "audit.honour-twice"}
    assert {quote.quote for quote in found["audit.honour-twice"].evidence} == {"法治浙江(法治政府)建设示范县"}


def test_there_are_twelve_competency_questions() -> None:
    assert len(QUESTIONS) == 12


@pytest.mark.parametrize(("name", "query", "least", "words"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_a_competency_question_answers(store: ox.Store, name: str, query: str, least: int, words: str) -> None:
    found = rows(store, query)
    assert len(found) >= least, name
    assert any(words in cell for row in found for cell in row), name


def test_the_rate_with_its_part_and_whole(store: ox.Store) -> None:
    query = "SELECT ?p { ?f fz:printed ?p ; fz:statedIn ?s . ?g fz:statedIn ?s ; fz:printed '99.6%' }"
    assert {"8104起", "8137起", "99.6%"} <= {cell for row in rows(store, query) for cell in row}


def test_who_inspected_whom_in_november(store: ox.Store) -> None:
    query = """SELECT ?t { ?m fz:leadBody/rdfs:label "宁海县委依法治县办"@zh ; fz:targetBody/rdfs:label ?t ; fz:statedIn/fz:quote ?q
        FILTER(CONTAINS(?q, "2021年11月")) }"""
    assert {cell for row in rows(store, query) for cell in row} == {
        *("宁海县农业农村局", "宁海县市场监管局", "宁海县力洋镇", "宁海县桃源街道"),
    }  # fmt: skip


def test_offsets_and_quotes_are_those_of_the_text(store: ox.Store, demo_report: Path) -> None:
    text = demo_report.read_text("utf-8")
    spans = rows(store, "SELECT ?b ?e ?q { ?s fz:beginOffset ?b ; fz:endOffset ?e ; fz:quote ?q }")
    assert len(spans) > 300
    assert all(text[int(begin) : int(end)] == quote for begin, end, quote in spans)
