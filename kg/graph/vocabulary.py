"""The vocabulary as the graph stage needs it: read once from ontology/fazhi.ttl; codes by their notation."""

from functools import cache

import pyoxigraph as ox

import ontology
from kg.errors import GraphError
from kg.graph.namespaces import PREFIXES, VOCABULARY

SKOS = PREFIXES["skos"]
RDFS = PREFIXES["rdfs"]


@cache
def triples() -> tuple[ox.Triple, ...]:
    """All triples of fazhi.ttl."""
    parsed = ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE)
    return tuple(quad.triple for quad in parsed)


@cache
def codes(scheme: str) -> dict[str, str]:
    """The members of a code list by their notation, as N-Triples terms. Raises `GraphError` where there is no such list.

    >>> codes("Roles")["lead"]
    '<https://w3id.org/fazhi/ns#role-lead>'
    """
    member, notation, owner = SKOS + "inScheme", SKOS + "notation", ox.NamedNode(VOCABULARY + scheme)
    members = {t.subject for t in triples() if t.predicate.value == member and t.object == owner}
    found = {
        t.object.value: str(t.subject)
        for t in triples()
        if t.predicate.value == notation and t.subject in members and isinstance(t.object, ox.Literal)
    }
    if not found:
        raise GraphError(f"no code list fz:{scheme}", where="fazhi.ttl")
    return found


def code(scheme: str, notation: str) -> str:
    """One code of a list.

    >>> code("Units", "件")
    '<https://w3id.org/fazhi/ns#unit-case>'

    Raises GraphError for a notation that the list does not have.
    """
    try:
        return codes(scheme)[notation]
    except KeyError as error:
        raise GraphError(
            f"{notation!r} is not in the list", where=f"fz:{scheme}", hint="add it to fazhi.ttl"
        ) from error


@cache
def terms() -> frozenset[str]:
    """Every term that fazhi.ttl declares, as N-Triples.

    >>> "<https://w3id.org/fazhi/ns#Goal>" in terms()
    True
    """
    return frozenset(
        str(t.subject)
        for t in triples()
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(VOCABULARY)
    )
