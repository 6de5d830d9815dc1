"""What the service says of itself: its description by SPARQL, RDF in the form asked for, ETags."""

import hashlib
from typing import cast

import pyoxigraph as ox
from flask import Response, request

from kg.graph.namespaces import PREFIXES
from server.errors import Problem
from server.export import jsonld
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, choose, content_type
from server.service import service

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
VOID = "http://rdfs.org/ns/void#"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
WRITERS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "text/n3": ox.RdfFormat.N3,
}
RESULT_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
GRAPH_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG", "N3")
A = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def public_url() -> str:
    """The address that the public sees."""
    return service().config.public_url or request.host_url.rstrip("/")


def serialise(triples: list[ox.Triple], media_type: str, **prefixes: str) -> bytes:
    """Triples with their prefixes; JSON-LD as a tree under the first thing named."""
    if media_type == "application/ld+json":
        return jsonld.framed(triples[0].subject.value if triples else "", triples)  # type: ignore[union-attr]
    names = {**PREFIXES, **prefixes}
    body = ox.serialize(triples, format=WRITERS[media_type], prefixes=names)
    return body or b""


def negotiated(triples: list[ox.Triple], **prefixes: str) -> Response:
    """Triples in the form that the asker takes. Raises `Problem` (406) that lists the forms there are."""
    media_type = choose(request.headers.get("Accept", ""), GRAPH_TYPES, SAME_GRAPH)
    if media_type is None:
        raise Problem("not-acceptable", offered=list(GRAPH_TYPES))
    response = Response(serialise(triples, media_type, **prefixes), content_type=content_type(media_type))
    response.vary.add("Accept")
    return conditional(response, media_type)


def conditional(response: Response, form: str) -> Response:
    """The response with an ETag of release, address and form; 304 where the asker has it already."""
    release = service().release_id
    key = f"{release} {request.path}?{request.query_string.decode('latin-1')} {form}"
    response.headers["Fazhi-Release"] = release
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.set_etag(hashlib.sha256(key.encode()).hexdigest()[:24])
    return cast(Response, response.make_conditional(request))


def service_description() -> Response:
    """What the endpoint can do, by the SPARQL 1.1 Service Description."""
    here = service()
    endpoint = ox.NamedNode(f"{public_url()}/sparql")
    dataset = ox.NamedNode(f"{public_url()}/.well-known/void#dataset")
    default = ox.NamedNode(f"{public_url()}/.well-known/void#default")
    found: list[ox.Triple] = []

    def say(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        found.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(SD + name)

    say(endpoint, A.value, sd("Service"))
    say(endpoint, SD + "endpoint", endpoint)
    say(endpoint, SD + "supportedLanguage", sd("SPARQL10Query"))
    say(endpoint, SD + "supportedLanguage", sd("SPARQL11Query"))
    if here.config.token_file:
        say(endpoint, SD + "supportedLanguage", sd("SPARQL11Update"))
    say(endpoint, SD + "feature", sd("UnionDefaultGraph"))
    for name in (*RESULT_FORMATS, *GRAPH_FORMATS):
        say(endpoint, SD + "resultFormat", ox.NamedNode(FORMATS + name))
    say(endpoint, SD + "defaultDataset", dataset)
    say(dataset, A.value, sd("Dataset"))
    say(dataset, SD + "defaultGraph", default)
    say(default, A.value, sd("Graph"))
    if here.release is not None:
        for name, place in here.release.manifest["graphs"].items():
            if not name:  # the default graph of a store that is written to
                continue
            node = ox.NamedNode(f"{public_url()}/.well-known/void#{place['sha256'][:16]}")
            say(dataset, SD + "namedGraph", node)
            say(node, A.value, sd("NamedGraph"))
            say(node, SD + "name", ox.NamedNode(name))
            graph = ox.NamedNode(f"{node.value}-graph")
            say(node, SD + "graph", graph)
            say(graph, A.value, sd("Graph"))
            say(graph, VOID + "triples", ox.Literal(place["quads"]))
        say(default, VOID + "triples", ox.Literal(here.release.manifest["quads"]))
    return negotiated(found, sd=SD, void=VOID, formats=FORMATS)
