"""ReportGraph: one reading as graphs, checked and audited. One call per report, made for a parallel map.

reading → to_graph → asserted, entries → derive → derived → check, audit → findings → ReportGraph
"""

from dataclasses import dataclass
from operator import attrgetter

from kg.extract.fact import Reading
from kg.graph.address import addresses
from kg.graph.asked import load
from kg.graph.audit import audit
from kg.graph.catalog import Tally, tally
from kg.graph.check import check
from kg.graph.curate import Decision, apply
from kg.graph.derive import infer
from kg.graph.digest import Digest, digest_of, settled_by
from kg.graph.finding import Finding
from kg.graph.findings import findings_graph, once
from kg.graph.iri import graph_of
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.quads import Graph, make_graph
from kg.graph.registry import IN_ORDER, Entry, settled
from kg.graph.triples import to_graph


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGraph:
    """One report in the graph. Small, picklable, the same for the same reading."""

    report: str
    """IRI of the report; two readings with one IRI are two copies of one report: publish one."""
    graphs: tuple[Graph, ...]
    """asserted, derived, findings: named graph/report/330226/2021, …/derived, …/findings."""
    entries: tuple[Entry, ...]
    """What it contributes to the registries."""
    digest: Digest
    """What checks and links between reports need of it."""
    findings: tuple[Finding, ...]
    """Of the shapes (data, duty) and of the audit."""
    counts: Tally
    """Triples, entities by class, triples by property, of its graphs."""
    applied: tuple[str, ...] = ()
    """Ids of the decisions of the curation that applied here."""

    @property
    def conforms(self) -> bool:
        """No violation: the report may enter a release."""
        return all(finding.severity != "violation" for finding in self.findings)


def graph_report(reading: Reading, *, base: str = DEFAULT_BASE, decisions: tuple[Decision, ...] = ()) -> ReportGraph:
    """Make, derive, check and audit the graph of one reading.

    Deterministic: the same reading, base and decisions give the same bytes. Raises nothing for a report that breaks a
    shape: look at `conforms`.
    """
    asserted = to_graph(reading, base=base)
    graph, applied = apply(decisions, asserted.graph)
    digest = settled_by(digest_of(reading, asserted), graph) if applied else digest_of(reading, asserted)
    given = tuple(graph.triples()) if applied else asserted.triples
    store = load(given)
    compared = addresses(digest)
    added = sorted({*infer(given, store), *compared})
    derived = make_graph(graph_of(asserted.report, base, "derived"), added)
    shaped = check(
        (*given, *added),
        entries=settled(asserted.entries),
        report=asserted.report,
        store=load(compared, store=store),
    )
    findings = once(audit(reading, asserted), shaped)
    told, rules = findings_graph(findings, asserted.report, base=base)
    return ReportGraph(
        report=asserted.report,
        graphs=(graph, derived, told),
        counts=tally((*given, *added, *told.triples())),
        entries=tuple(sorted({*asserted.entries, *rules}, key=attrgetter(*IN_ORDER))),
        digest=digest,
        findings=findings,
        applied=applied,
    )
