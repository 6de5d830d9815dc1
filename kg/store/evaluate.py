"""One query over one open pyoxigraph store, written piece by piece to a sink. Used in process and by the evaluators."""

import re
from collections.abc import Mapping
from typing import Protocol, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.namespaces import VOCABULARY
from kg.store.answer import (
    AnswerKind,
    Cell,
    Dataset,
    NotAcceptableError,
    QueryRefusedError,
    QuerySyntaxError,
    Row,
    UnknownFunctionError,
)

TABLES: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "text/n3": ox.RdfFormat.N3,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}
DEFAULTS: Mapping[AnswerKind, str] = {
    "solutions": "application/sparql-results+json",
    "boolean": "application/sparql-results+json",
    "graph": "application/n-triples",
}
PLACE = re.compile(r"(?:error )?at (\d+):(\d+):?\s*")
DATASET_CLAUSE = re.compile(r"\bFROM\b", re.I)


_PROLOGUE = r"""(?:\#[^\r\n]*|<[^<>\s]*>|[\w-]*:|\s|BASE\b|PREFIX\b)*"""
FORM = re.compile(_PROLOGUE + r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.I)
UPDATE = re.compile(_PROLOGUE + r"(?:INSERT|DELETE|WITH|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD)\b", re.I)


def kind_of(query: str) -> AnswerKind:
    """What kind of answer a query gives, by its form.

    >>> kind_of("PREFIX fz: <https://example.org/select#> # SELECT\\n ASK { ?s a fz:Goal }")
    'boolean'
    """
    form = FORM.match(query)
    word = form[1].upper() if form else "SELECT"
    return "solutions" if word == "SELECT" else "boolean" if word == "ASK" else "graph"


def names_graphs(query: str) -> bool:
    """Whether a query may say itself which graphs it reads.

    >>> names_graphs("SELECT * FROM <http://e/g> { ?s ?p ?o }"), names_graphs("SELECT * { ?s ?p ?o }")
    (True, False)
    """
    # Most have no such letters, and to look for these alone takes a tenth of the time.
    return "from" in query.lower() and DATASET_CLAUSE.search(query) is not None


class Sink(Protocol):
    """Takes bytes as they are made; raises to stop the engine."""

    def write(self, data: bytes, /) -> int: ...


def syntax_error(error: Exception, query: str = "") -> QuerySyntaxError:
    """The engine's message with its place taken out of the prose.

    >>> syntax_error(SyntaxError("error at 2:9: expected one of LATERAL, SERVICE, [_]")).line
    2
    >>> syntax_error(SyntaxError("error at 1:27: expected one of Prefix not found, [_]")).what
    'a prefix is not declared; PREFIX fz: <https://w3id.org/fazhi/ns#> declares fz:'
    >>> syntax_error(SyntaxError("error at 1:9: expected CONSTRUCT"), "CLEAR ALL").what
    'an update, where only queries are answered'
    """
    text = str(error)
    place = PLACE.search(text)
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    what = " ".join(PLACE.sub("", text, count=1).split())
    if "Prefix not found" in what:  # what else might stand there is no help
        what = f"a prefix is not declared; PREFIX fz: <{VOCABULARY}> declares fz:"
    if UPDATE.match(query):
        what = "an update, where only queries are answered"
    if len(what) > 240:
        what = what[:240].rsplit(",", 1)[0] + " …"
    return QuerySyntaxError(what or "not a SPARQL query", line=line, column=column)


def evaluate(
    store: ox.Store,
    query: str,
    media_types: Mapping[AnswerKind, str],
    sink: Sink,
    *,
    dataset: Dataset | None = None,
    base: str | None = None,
) -> tuple[AnswerKind, str]:
    """Write the answer of `query` to `sink` and give its kind and media type.

    `media_types` says which form each kind of answer takes; an empty string means that none is acceptable. Raises
    QuerySyntaxError, QueryRefusedError and NotAcceptableError, and StoreError where the store itself fails.
    """
    chosen = dataset or Dataset()
    given = chosen.default_graphs is not None or chosen.named_graphs is not None
    # With a dataset both lists must be given, an absent one as empty; the union setting would override FROM.
    union = not given and not names_graphs(query)
    try:
        result = store.query(
            query,
            base_iri=base,
            use_default_graph_as_union=union,
            default_graph=[ox.NamedNode(name) for name in chosen.default_graphs or ()] if given else None,
            named_graphs=[ox.NamedNode(name) for name in chosen.named_graphs or ()] if given else None,
        )
        kind: AnswerKind
        if isinstance(result, ox.QuerySolutions):
            kind, formats = "solutions", cast(Mapping[str, object], TABLES)
        elif isinstance(result, ox.QueryBoolean):
            kind, formats = "boolean", TABLES
        else:
            kind, formats = "graph", GRAPHS
        media_type = media_types.get(kind, DEFAULTS[kind])
        if media_type not in formats:
            raise NotAcceptableError(tuple(formats))
        result.serialize(sink, formats[media_type])  # type: ignore[arg-type]
    except SyntaxError as error:
        raise syntax_error(error, query) from error
    except (ValueError, RuntimeError) as error:
        if "custom" in str(error) and "not supported" in str(error):
            raise UnknownFunctionError(str(error).replace("The custom", "the")[:240]) from error
        # A bad graph name, SERVICE without a network: faults of the query, found when it runs.
        raise QueryRefusedError(str(error)[:240]) from error
    except OSError as error:
        if isinstance(error, PermissionError) or "ERVICE" in str(error) or "http" in str(error).lower():
            raise QueryRefusedError("this service calls no other service", hint="leave SERVICE out") from error
        raise StoreError(f"the store cannot be read: {error}", hint="fazhi restore, or fazhi rollback") from error
    return kind, media_type


def cells(bindings: Mapping[str, Mapping[str, str]]) -> Row:
    """One binding of SPARQL results JSON as cells.

    >>> cells({"x": {"type": "literal", "value": "宁海", "xml:lang": "zh"}})
    {'x': Cell(value='宁海', kind='literal', datatype=None, language='zh')}
    """
    return {
        name: Cell(
            term["value"],
            term["type"] if term["type"] in {"uri", "bnode"} else "literal",  # type: ignore[arg-type]
            term.get("datatype"),
            term.get("xml:lang"),
        )
        for name, term in bindings.items()
    }
