"""Search and labels where another endpoint holds the graph: plain SPARQL, slower than the index, with the same answers."""

from collections.abc import Iterable

import pyoxigraph as ox

from kg.graph.namespaces import VOCABULARY
from kg.store.answer import Store
from kg.store.search import Hit, Suggestion, runs

NAMES = "<http://www.w3.org/2000/01/rdf-schema#label> <http://www.w3.org/2004/02/skos/core#prefLabel>"


class RemoteSearch:
    """The search of a release, asked of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def quotes(self, words: str, *, limit: int = 200) -> list[Hit]:
        """The quotes that hold all of `words`, as they are written."""
        pieces = words.split()[:10]
        if not any(runs(piece) for piece in pieces):
            return []
        holds = " && ".join(f"CONTAINS(LCASE(STR(?text)), LCASE({ox.Literal(piece)}))" for piece in pieces)
        query = (
            f"SELECT DISTINCT ?s ?text {{ ?s a <{VOCABULARY}Sentence> ; <{VOCABULARY}quote> ?text FILTER({holds}) }} "
            f"LIMIT {limit}"
        )
        return sorted(
            (Hit(row["s"].value, row["text"].value, "") for row in self._store.rows(query)), key=lambda h: h.iri
        )

    def suggest(self, typed: str, *, kinds: Iterable[str] = (), limit: int = 10) -> list[Suggestion]:
        """Things whose label holds what was typed; pinyin is known to the index alone."""
        if not runs(typed):
            return []
        only = " ".join(f"<{kind}>" for kind in kinds)
        wanted = f"VALUES ?kind {{ {only} }} ?s a ?kind . " if only else ""
        holds = f"CONTAINS(LCASE(STR(?text)), LCASE({ox.Literal(typed.strip()[:100])}))"
        query = f"SELECT DISTINCT ?s ?text {{ VALUES ?name {{ {NAMES} }} {wanted}?s ?name ?text FILTER({holds}) }} LIMIT 500"
        found: dict[str, Suggestion] = {}
        for text, iri in sorted(((row["text"].value, row["s"].value) for row in self._store.rows(query)), key=_short):
            found.setdefault(iri, Suggestion(iri, text, text, ()))
        return list(found.values())[:limit]

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """IRI → language → label."""
        found: dict[str, dict[str, str]] = {}
        wanted = list(dict.fromkeys(iris))
        for start in range(0, len(wanted), 200):
            nodes = " ".join(str(ox.NamedNode(iri)) for iri in wanted[start : start + 200])
            query = f"SELECT ?s ?text {{ VALUES ?s {{ {nodes} }} VALUES ?name {{ {NAMES} }} ?s ?name ?text }}"
            for row in self._store.rows(query):
                said = found.setdefault(row["s"].value, {})
                tongue = (row["text"].language or "")[:2]
                said[tongue] = min(said.get(tongue, row["text"].value), row["text"].value)
        return found

    def close(self) -> None:
        """Nothing is held open."""


def _short(pair: tuple[str, str]) -> tuple[int, str, str]:
    return len(pair[0]), *pair
