"""Registries: what all reports say of shared things (areas, bodies, documents, indicators, programmes), merged into one entry each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.quads import Graph

RegistryKind = Literal["areas", "bodies", "documents", "indicators", "programmes", "provenance"]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One triple that a report contributes to a registry; `weight` says how often the report bears it out."""

    kind: RegistryKind
    subject: str
    predicate: str
    object: str
    weight: int = 1


def merge(entries: Iterable[Entry], *, base: str = DEFAULT_BASE) -> tuple[Graph, ...]:
    """One graph per registry and `registry/derived`: of a property that has one value, the value most often borne out.

    The order of the entries does not matter. Equal weights: the lesser value in code point order.
    """
    raise NotImplementedError
