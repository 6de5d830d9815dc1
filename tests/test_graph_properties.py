"""Whatever a reading lacks, its graph conforms, points at nothing that is not there, and is the same twice."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.corpus.document import Area, read_document
from kg.corpus.outline import Outline, parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import sources
from kg.extract.extractors import extract_facts
from kg.extract.fact import Reading
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.report import graph_report
from kg.graph.whole import graph_whole

AREAS = (
    None,
    Area(code="", name="青石县", level="county"),
    Area(code="330226", name="宁海县", level="county"),
    Area(code="100000", name="中华人民共和国", level="central"),
    Area(code="330000", name="浙江省", level="province"),
)


@pytest.fixture(scope="module")
def reading() -> Reading:
    (source,) = sources([Path(__file__).parent / "reports" / "chengang-2023.txt"])
    document = read_document(source)
    outline = parse_outline(document)
    return extract_facts(document, outline, split_sentences(document, outline))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
def test_a_reading_with_gaps_still_makes_a_sound_graph(reading: Reading, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(reading.facts), max_size=len(reading.facts)))
    meta = replace(
        reading.document.meta,
        area=data.draw(st.sampled_from(AREAS)),
        issuer=data.draw(st.sampled_from((None, "青石县人民政府", "中共青石县委、青石县人民政府", "青石县教育局"))),
        period_year=data.draw(st.sampled_from((None, 2023))),
        plan_year=data.draw(st.sampled_from((None, 2024))),
        published=data.draw(st.sampled_from((None, "2024-03-01", "2024-02-31"))),
    )
    sections = reading.outline.sections if data.draw(st.booleans()) else ()
    sentences = reading.sentences
    if not sections:
        sentences = tuple(replace(sentence, section=None) for sentence in sentences)
    partial = replace(
        reading,
        document=replace(reading.document, meta=meta),
        outline=Outline(sections=sections),
        sentences=sentences,
        facts=tuple(fact for fact, keep in zip(reading.facts, kept, strict=True) if keep),
    )
    report = graph_report(partial)
    assert report.conforms, [f for f in report.findings if f.severity == "violation"]
    assert graph_report(partial) == report
    triples = [t for graph in (*report.graphs, *graph_whole([report]).graphs) for t in graph.triples()]
    subjects = {s for s, _, _ in triples}
    loose = {o for _, _, o in triples if o.startswith(f"<{DEFAULT_BASE}")} - subjects
    assert loose <= {f"<{DEFAULT_BASE}indicators>"}
