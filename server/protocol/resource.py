"""Every thing has an address: /id/… leads with 303 to /page/… for people or to /data/….ttl (nt, jsonld, rdf) for programs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request

import ontology
from kg.graph.namespaces import ONTOLOGY, VOCABULARY, graph_base
from kg.store.answer import Cell
from server.errors import Problem
from server.i18n import language
from server.negotiate import GRAPH_TYPES, HTML, SAME_GRAPH, SUFFIXES, choose, content_type
from server.pages.thing import page as thing_page
from server.protocol.describe import LICENCE, WRITERS, conditional, public_url, serialise
from server.protocol.withdrawn import was_there
from server.service import service

blueprint = Blueprint("resource", __name__)
SAFE = "/-._~:@!$&'()*+,;="
SUFFIX_OF = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
}
OFFERED = (HTML, *SUFFIX_OF)
MOST_INCOMING = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What the graph says of one IRI."""

    iri: str
    key: str
    outgoing: Sequence[tuple[str, Cell]]
    incoming: Sequence[tuple[str, str]]
    graphs: Sequence[str]

    @property
    def types(self) -> Sequence[str]:
        return [cell.value for name, cell in self.outgoing if name == RDF_TYPE]


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@blueprint.get("/id/<path:key>")
def thing(key: str) -> Response:
    """The thing itself: it cannot be sent, so its document is named."""
    iri_of(key)
    accept = request.headers.get("Accept", "")
    media_type = choose(accept, OFFERED if "html" in accept.lower() else (*SUFFIX_OF, HTML), SAME_GRAPH)
    if media_type is None:
        raise Problem("not-acceptable", offered=list(OFFERED))
    read(key)  # 404 before a redirect to nothing
    place = quote(key, safe=SAFE)
    location = f"/page/{place}" if media_type == HTML else f"/data/{place}.{SUFFIX_OF[media_type]}"
    response = Response(status=303, headers={"Location": location})
    response.autocorrect_location_header = False
    response.vary.add("Accept")
    _link(response, place)
    return response


@blueprint.get("/page/<path:key>")
def page(key: str) -> Response:
    """The thing for people."""
    found = read(key)
    html = thing_page(found.iri) or ""
    response = Response(html, content_type=f"{HTML}; charset=utf-8")
    _link(response, quote(key, safe=SAFE))
    return conditional(response, language())


def document(key: str, media_type: str) -> Response:
    """The thing as RDF: its triples, what points at it, the names of both, and the document that says so."""
    found = read(key)
    me, here = ox.NamedNode(found.iri), ox.NamedNode(f"{public_url()}/data/{quote(key, safe=SAFE)}")
    triples = [ox.Triple(me, ox.NamedNode(name), term(cell)) for name, cell in found.outgoing]
    triples += [ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), me) for name, iri in found.incoming]
    near = sorted({cell.value for _, cell in found.outgoing if cell.kind == "uri"} | {iri for _, iri in found.incoming})
    for iri, label in service().labels([*near, found.iri]).items():
        for tongue, text in (("zh", label.zh), ("en", label.en)):
            if text and not iri.endswith(text) and (tongue == "zh" or label.en != label.zh):
                name = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
                triples.append(ox.Triple(ox.NamedNode(iri), name, ox.Literal(text, language=tongue)))
    triples += _about(here, me, found.graphs)
    response = Response(serialise(list(dict.fromkeys(triples)), media_type), content_type=content_type(media_type))
    _link(response, quote(key, safe=SAFE))
    return conditional(response, media_type)


@blueprint.get("/graph/<path:key>")
def graph(key: str) -> Response:
    """A named graph: a document of its own."""
    from server.protocol.graph_store import graph_response

    return graph_response(graph_base(service().config.base) + key)


@blueprint.get("/ns")
def vocabulary() -> Response:
    """The vocabulary: a page for people, RDF for programs."""
    return _vocabulary(None)


@blueprint.get("/ns.<suffix>")
def vocabulary_as(suffix: str) -> Response:
    """The vocabulary in the form that the suffix names."""
    if suffix not in ("html", *SUFFIX_OF.values()):
        raise Problem("not-found")
    return _vocabulary(SUFFIXES[suffix])


@blueprint.get("/ns/<version>")
def vocabulary_version(version: str) -> Response:
    """A version by its own address: the one that is served; of others there is only what CHANGELOG tells."""
    if version != _version():
        raise Problem("not-found", f"the vocabulary served here is version {_version()}")
    return _vocabulary(None)


@blueprint.get("/ns/context.jsonld")
def context() -> Response:
    """The JSON-LD context: every class and property by its local name."""
    response = Response((ontology.HERE / "context.jsonld").read_bytes(), content_type="application/ld+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return conditional(response, "context")


@blueprint.get("/ns/changes")
def changes() -> Response:
    """What changed in each version of the vocabulary."""
    response = Response((ontology.HERE / "CHANGELOG.md").read_bytes(), content_type="text/markdown; charset=utf-8")
    return conditional(response, "changes")


def _vocabulary(media_type: str | None) -> Response:
    accept = request.headers.get("Accept", "")
    offered = OFFERED if "html" in accept.lower() else (*SUFFIX_OF, HTML)
    chosen = media_type or choose(accept, offered, SAME_GRAPH)
    if chosen is None:
        raise Problem("not-acceptable", offered=list(offered))
    if chosen == HTML:
        response = Response(render_template("ns.html", **_terms()), content_type=f"{HTML}; charset=utf-8")
    elif chosen == "text/turtle":
        response = Response(ontology.VOCABULARY.read_bytes(), content_type=content_type(chosen))
    else:
        response = Response(serialise(_vocabulary_triples(), chosen), content_type=content_type(chosen))
    response.vary.add("Accept")
    for suffix_type, suffix in SUFFIX_OF.items():
        response.headers.add("Link", f'</ns.{suffix}>; rel="alternate"; type="{suffix_type}"')
    return conditional(response, chosen + language())


@cache
def _version() -> str:
    """The version of the vocabulary."""
    info = ox.NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
    return next(triple.object.value for triple in _vocabulary_triples() if triple.predicate == info)  # type: ignore[union-attr]


@cache
def _vocabulary_triples() -> list[ox.Triple]:
    """The vocabulary; its blank nodes named by what they say, so that every worker sends the same bytes."""
    dataset = ox.Dataset(ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def _terms() -> dict[str, object]:
    """Classes, properties and lists of codes with their labels and definitions, read from the vocabulary file."""
    about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(path=str(ontology.VOCABULARY), format=ox.RdfFormat.TURTLE):
        value, name = quad.object, quad.predicate.value.rpartition("#")[2].rpartition("/")[2]
        if isinstance(value, ox.Literal):
            about[quad.subject.value][f"{name}@{value.language or ''}"].append(value.value)
        elif isinstance(value, ox.NamedNode):
            about[quad.subject.value][name].append(value.value)
    kinds: dict[str, list[dict[str, object]]] = {"classes": [], "properties": []}
    lists: dict[str, list[dict[str, object]]] = {}
    for iri, said in about.items():
        term: dict[str, object] = {"name": iri.removeprefix(VOCABULARY), "said": said}
        types = {found.rpartition("#")[2] for found in said["type"]}
        if not iri.startswith(VOCABULARY):
            continue
        if "Class" in types:
            kinds["classes"].append(term)
        elif types & {"ObjectProperty", "DatatypeProperty"}:
            kinds["properties"].append(term)
        elif "ConceptScheme" in types:
            lists.setdefault(iri, []).insert(0, term)
        else:
            lists.setdefault(said["inScheme"][0], []).append(term)
    for terms in kinds.values():
        terms.sort(key=lambda term: str(term["name"]))
    return {**kinds, "lists": list(lists.values()), "namespace": VOCABULARY, "header": about[ONTOLOGY]}


def iri_of(key: str) -> str:
    """The IRI of a local key. Raises 400 for what cannot be one."""
    iri = service().config.base + key
    if (
        any(
            ord(character) < 33
            or character in "\ufffd\x7f"
            or "\ud800" <= character <= "\udfff"
            or character in '<>"{}|\\^`'
            for character in iri
        )
        or "//" in key
        or len(iri) > 2000
    ):
        raise Problem("bad-request", "this cannot be the address of a thing")
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise Problem("bad-request", "this cannot be the address of a thing") from error
    return iri


def read(key: str) -> Thing:
    """What the graph says of a thing. Raises 404 where it says nothing."""
    iri = iri_of(key)
    node = str(ox.NamedNode(iri))
    store = service().store
    outgoing = sorted(
        {(row["p"].value, row["o"]) for row in store.rows(f"SELECT ?p ?o {{ {node} ?p ?o }}")},
        key=lambda pair: (pair[0], pair[1].value, pair[1].language or ""),
    )
    incoming = sorted(
        {
            (row["p"].value, row["s"].value)
            for row in store.rows(f"SELECT ?p ?s {{ ?s ?p {node} }} LIMIT {MOST_INCOMING}")
            if row["s"].kind == "uri"
        }
    )
    if not outgoing and not incoming:
        raise Problem("gone" if was_there(iri) else "no-such-resource")
    graphs = sorted(row["g"].value for row in store.rows(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {node} ?p ?o }} }}"))
    return Thing(iri=iri, key=key, outgoing=outgoing, incoming=incoming, graphs=graphs)


def term(cell: Cell) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """A cell as an RDF term.

    >>> str(term(Cell("宁海", "literal", language="zh")))
    '"宁海"@zh'
    """
    if cell.kind == "uri":
        return ox.NamedNode(cell.value)
    if cell.kind == "bnode":
        return ox.BlankNode(cell.value)
    if cell.language:
        return ox.Literal(cell.value, language=cell.language)
    return ox.Literal(cell.value, datatype=ox.NamedNode(cell.datatype)) if cell.datatype else ox.Literal(cell.value)


def _about(here: ox.NamedNode, me: ox.NamedNode, graphs: Sequence[str]) -> list[ox.Triple]:
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("http://xmlns.com/foaf/0.1/primaryTopic", me),
        ("http://purl.org/dc/terms/license", ox.NamedNode(LICENCE)),
        ("http://purl.org/dc/terms/isPartOf", ox.NamedNode(f"{public_url()}/.well-known/void#dataset")),
        ("http://www.w3.org/2002/07/owl#versionInfo", ox.Literal(service().release_id)),
        *(("http://www.w3.org/ns/prov#wasDerivedFrom", ox.NamedNode(name)) for name in graphs),
    ]
    return [ox.Triple(here, ox.NamedNode(name), value) for name, value in said]


def _link(response: Response, place: str) -> None:
    """Signposting: what other documents there are, what describes them, under which licence."""
    links = [f'</data/{place}.{suffix}>; rel="alternate"; type="{kind}"' for kind, suffix in SUFFIX_OF.items()]
    links += [
        f'</page/{place}>; rel="alternate"; type="text/html"',
        f'<{service().config.base}{place}>; rel="canonical"',
        f'</data/{place}.ttl>; rel="describedby"; type="text/turtle"',
        f'<{LICENCE}>; rel="license"',
        f'<{ONTOLOGY}>; rel="profile"',
        '</.well-known/void>; rel="collection"',
        '</sparql>; rel="service-desc"',
    ]
    response.headers["Link"] = ", ".join(links)


assert set(GRAPH_TYPES) == set(WRITERS)
