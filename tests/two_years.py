"""Two years of one invented county, read from their text by the whole chain, and what a query gives of a graph."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.corpus.document import read_document
from kg.corpus.outline import parse_outline
from kg.corpus.sentence import split_sentences
from kg.corpus.source import sources
from kg.extract.extractors import extract_facts
from kg.graph.report import ReportGraph, graph_report

FOLDER = Path(__file__).parent / "reports"
P = "PREFIX fz: <https://w3id.org/fazhi/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


@cache
def two_years() -> tuple[ReportGraph, ReportGraph]:
    made = []
    for path in sorted(FOLDER.glob("chengang-*.txt")):
        (source,) = sources([path])
        document = read_document(source)
        outline = parse_outline(document)
        made.append(graph_report(extract_facts(document, outline, split_sentences(document, outline))))
    earlier, later = made
    return earlier, later


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(P + query, use_default_graph_as_union=True)
    return sorted(tuple("" if value is None else value.value for value in row) for row in found)  # type: ignore[union-attr]
