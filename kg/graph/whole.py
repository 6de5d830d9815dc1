"""What needs more than one report: registries, previous reports, plans followed up, audit over years, provenance, catalogue."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph import vocabulary
from kg.graph.again import again
from kg.graph.audit_years import audit_years
from kg.graph.catalog import Scope, add, catalog_graph, tally
from kg.graph.curate import Decision, apply, curation_graph
from kg.graph.digest import Digest
from kg.graph.finding import Finding
from kg.graph.findings import shared_findings_graph
from kg.graph.follow import Fulfilment, follow, fulfilment_triples
from kg.graph.namespaces import DEFAULT_BASE, graph_base
from kg.graph.prevalence import prevalence
from kg.graph.quads import Graph, Triple, fz, iri, make_graph
from kg.graph.registry import merge
from kg.graph.report import ReportGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeGraph:
    """All graphs beside those of the single reports, and what the whole was found to say."""

    graphs: tuple[Graph, ...]
    """registry/areas, registry/bodies, …, registry/derived, provenance, links, findings, ns, and curation where there is one."""
    findings: tuple[Finding, ...]
    """Over years and places, and decisions of the curation that no longer apply."""


def graph_whole(
    reports: Sequence[ReportGraph],
    *,
    base: str = DEFAULT_BASE,
    decisions: tuple[Decision, ...] = (),
    followed: Callable[[Iterable[Digest]], Iterable[Fulfilment]] = follow,
) -> WholeGraph:
    """Everything that is shared or compared. The order of the reports does not matter.

    `followed` gives the plans followed up: a build passes one that remembers what it compared before. Raises GraphError when two of them bear one IRI.
    """
    ordered = sorted(reports, key=lambda report: report.report)
    for one, other in pairwise(ordered):
        if one.report == other.report:
            raise GraphError(f"two copies of {one.report}", where="build", hint="publish one of them")
    digests = tuple(report.digest for report in ordered)
    found = audit_years(digests)
    told, rules = shared_findings_graph(found, base=base)
    registries = merge(chain(*(report.entries for report in ordered), rules), base=base)
    applied = {id_ for report in ordered for id_ in report.applied}
    proposed = make_graph(f"{graph_base(base)}links", [*_previous(digests), *fulfilment_triples(followed(digests))])
    links, settled = apply(decisions, proposed)
    counted = prevalence(chain.from_iterable(digest.heard() for digest in digests), base=base)
    links = make_graph(
        links.name, [*links.triples(), *_fulfilled(links, decisions, settled), *counted, *_again(digests, links)]
    )
    applied.update(settled)
    graphs = [*registries, links, told, vocabulary_graph(base=base)]
    if decisions:
        graphs.append(curation_graph(decisions, applied, base=base))
    return WholeGraph(graphs=tuple(graphs), findings=(*found, *_stale(decisions, applied)))


def describe_release(
    reports: Sequence[ReportGraph], whole: WholeGraph, *, base: str = DEFAULT_BASE, version: str = ""
) -> Graph:
    """The graph `catalog`: VoID and DCAT over all other graphs of a release, counted."""
    counts = add(
        [
            *(report.counts for report in reports),
            tally([triple for graph in whole.graphs for triple in graph.triples()]),
        ]
    )
    scope = Scope(
        reports=tuple(sorted(report.report for report in reports)),
        areas=tuple(sorted({report.digest.area for report in reports} - {""})),
        years=tuple(sorted({report.digest.year for report in reports if report.digest.year})),
    )
    return catalog_graph(counts, scope, base=base, version=version)


def vocabulary_graph(*, base: str = DEFAULT_BASE) -> Graph:
    """The vocabulary and its codes as the graph `ns`, its blank nodes (axioms of OWL) left out."""
    triples = [
        (str(t.subject), str(t.predicate), str(t.object))
        for t in vocabulary.triples()
        if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode)
    ]
    return make_graph(f"{graph_base(base)}ns", triples)


def _fulfilled(links: Graph, decisions: tuple[Decision, ...], applied: tuple[str, ...]) -> list[Triple]:
    """`fz:fulfils` for the links that a person accepted, and for no other."""
    accepted = {iri(d.fact) for d in decisions if d.verdict == "accept" and d.id in applied}
    planned = {s: o for s, p, o in links.triples() if p == fz("plannedItem") and s in accepted}
    return [(o, fz("fulfils"), planned[s]) for s, p, o in links.triples() if p == fz("fulfilledBy") and s in planned]


def _following(digests: Iterable[Digest]) -> Iterator[tuple[Digest, Digest]]:
    """Each report and that of the same issuer for the year after."""
    by_series: dict[str, dict[int, Digest]] = defaultdict(dict)
    for digest in digests:
        if digest.year:
            by_series[digest.series][digest.year] = digest
    for years in by_series.values():
        yield from ((one, years[year + 1]) for year, one in sorted(years.items()) if year + 1 in years)


def _previous(digests: Iterable[Digest]) -> list[Triple]:
    return [(iri(later.report), fz("previousReport"), iri(one.report)) for one, later in _following(digests)]


def _again(digests: Iterable[Digest], links: Graph) -> Iterator[Triple]:
    """What is said again or no longer; `links` tells which plan items were not found done."""
    status, not_found = fz("fulfilmentStatus"), vocabulary.code("FulfilmentStatuses", "not_found")
    open_ones = {s for s, p, o in links.triples() if p == status and o == not_found}
    missing = {o for s, p, o in links.triples() if p == fz("plannedItem") and s in open_ones}
    for one, later in _following(digests):
        yield from again(one.said, later.said, one.report, later.report, missing=missing)


def _stale(decisions: tuple[Decision, ...], applied: set[str]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            severity="warning",
            rule="curation.stale",
            report="",
            focus=decision.fact,
            message_zh=f"裁定 {decision.id}（{decision.by}，{decision.date}）所针对的事实已不存在",
            message_en=f"decision {decision.id} ({decision.by}, {decision.date}) no longer meets its fact",
            value=decision.id,
        )
        for decision in decisions
        if decision.id not in applied
    )
