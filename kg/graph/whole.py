"""What needs more than one report: registries, previous reports, plans followed up, audit over years, provenance, catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.graph.curate import Decision
from kg.graph.finding import Finding
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.quads import Graph
from kg.graph.report import ReportGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeGraph:
    """All graphs beside those of the single reports, and what the whole was found to say."""

    graphs: tuple[Graph, ...]
    """registry/areas, registry/bodies, …, registry/derived, links, links/derived, findings, provenance, curation, ns."""
    findings: tuple[Finding, ...]
    """Over years and places, and decisions of the curation that no longer apply."""


def graph_whole(
    reports: Sequence[ReportGraph], *, base: str = DEFAULT_BASE, decisions: tuple[Decision, ...] = ()
) -> WholeGraph:
    """Everything that is shared or compared. The order of the reports does not matter.

    Raises GraphError when two of them bear one IRI.
    """
    raise NotImplementedError


def catalog_graph(graphs: Iterable[Graph], *, base: str = DEFAULT_BASE, release: str, site: str = "") -> Graph:
    """VoID and DCAT of a release, counted: triples, entities and properties per class, years, areas.

    `graphs` are all other graphs of the release; `site` is the public address for SPARQL and dumps, empty for relative paths.
    """
    raise NotImplementedError
