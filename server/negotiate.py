"""Which media type an answer takes: the tables, and one function that reads Accept."""

from collections.abc import Mapping, Sequence

from kg.store.answer import AnswerKind

HTML = "text/html"
TABLE_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPH_TYPES = (
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-quads",
    "application/trig",
    "text/n3",
)
OFFERED: Mapping[AnswerKind, Sequence[str]] = {
    "solutions": TABLE_TYPES,
    "boolean": TABLE_TYPES,
    "graph": GRAPH_TYPES,
}
# Other names under which clients ask for the same thing.
SAME: Mapping[str, str] = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
}
SAME_GRAPH: Mapping[str, str] = {
    **SAME,
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
}
SUFFIXES: Mapping[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "n3": "text/n3",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "json": "application/sparql-results+json",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": HTML,
}
_LONGEST_ACCEPT = 2048  # an 80 kB header costs 0.2 s to read


def choose(accept: str, offered: Sequence[str], same: Mapping[str, str] = SAME) -> str | None:
    """The offered type that the asker likes best, the first offered on a tie; None where none is acceptable.

    No Accept, or an empty one, means anything. q-values and specificity are those of RFC 9110 §12.5.1.

    >>> choose("text/csv;q=0.5, application/json", TABLE_TYPES)
    'application/sparql-results+json'
    >>> choose("text/turtle;q=0, */*", GRAPH_TYPES)
    'application/n-triples'
    >>> choose("", GRAPH_TYPES), choose("image/png", GRAPH_TYPES)
    ('text/turtle', None)
    """
    if not accept.strip():
        return offered[0]
    ranges = list(_ranges(accept[:_LONGEST_ACCEPT], same, offered))
    best: tuple[float, int, int, str] | None = None
    for place, media_type in enumerate(offered):
        fits = [(specific, q, order) for wanted, q, specific, order in ranges if _covers(wanted, media_type)]
        if not fits:
            continue
        most = max(specific for specific, _, _ in fits)
        q, order = max((q, -order) for specific, q, order in fits if specific == most)
        # On equal q the more specific wish wins, then the one named first.
        rank = (q, most, order if most == 2 else -place, media_type)
        if q > 0 and (best is None or rank[:3] > best[:3]):
            best = rank
    return best[3] if best else None


def _ranges(accept: str, same: Mapping[str, str], offered: Sequence[str]) -> "Sequence[tuple[str, float, int, int]]":
    found: list[tuple[str, float, int, int]] = []
    for order, part in enumerate(accept.split(",")):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name.count("/") != 1 or not all(name.split("/")):
            continue
        q = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    q = min(1.0, max(0.0, float(value)))
                except ValueError:
                    q = 0.0
        if name not in offered and name in same:
            name = same[name]
        found.append((name, q, 0 if name == "*/*" else 1 if name.endswith("/*") else 2, order))
    return found


def _covers(wanted: str, media_type: str) -> bool:
    return wanted in ("*/*", media_type) or (wanted.endswith("/*") and media_type.startswith(wanted[:-1]))


def content_type(media_type: str) -> str:
    """The Content-Type header of a media type.

    >>> content_type("text/csv"), content_type("application/n-triples")
    ('text/csv; charset=utf-8', 'application/n-triples')
    """
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def wants_html(accept: str) -> bool:
    """Whether a browser asks: HTML is named, and liked at least as much as any form of data.

    >>> wants_html("text/html,application/xhtml+xml,*/*;q=0.8"), wants_html("*/*"), wants_html("text/turtle")
    (True, False, False)
    """
    return "html" in accept.lower() and choose(accept, (HTML, *GRAPH_TYPES, *TABLE_TYPES), {}) == HTML
