"""Descriptions made from the release's own counts: the SPARQL service description, VoID, DCAT."""

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

import pyoxigraph as ox
from flask import Response, request

from kg.graph.namespaces import ONTOLOGY, PREFIXES, VOCABULARY
from server.errors import Problem
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, choose, content_type
from server.service import service

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
SPDX = "http://spdx.org/rdf/terms#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MEDIA = "https://www.iana.org/assignments/media-types/"
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
    """Triples with their prefixes."""
    names = {**PREFIXES, **prefixes}
    body = ox.serialize(triples, format=WRITERS[media_type], prefixes=names)
    return body or b""


def negotiated(triples: list[ox.Triple], **prefixes: str) -> Response:
    """Triples in the form that the asker takes."""
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


def store_examples() -> list[str]:
    """A few IRIs of the release to begin with: a report, a body, an indicator."""
    found = []
    for name in ("Report", "Organization", "Indicator"):
        query = f"SELECT (MIN(?thing) AS ?first) {{ ?thing a <{VOCABULARY}{name}> }}"
        found += [row["first"].value for row in service().store.rows(query) if "first" in row]
    return found


class Say(Protocol):
    """Adds triples to a description."""

    def __call__(self, subject: ox.NamedNode, predicate: str, *values: ox.NamedNode | ox.Literal) -> None: ...


def _statistics(dataset: ox.NamedNode, counts: Mapping[str, Any], say: Say, root: str) -> None:
    """Triples, classes and properties, as they were counted when the release was made."""
    say(dataset, VOID + "triples", ox.Literal(counts["quads"]))
    for kind, partition, name in (
        ("classes", "classPartition", "class"),
        ("properties", "propertyPartition", "property"),
    ):
        say(dataset, VOID + kind, ox.Literal(len(counts[kind])))
        for iri, count in counts[kind].items():
            digest = hashlib.sha256(iri.encode()).hexdigest()[:12]
            node = ox.NamedNode(f"{root}/.well-known/void#{name}-{digest}")
            say(dataset, VOID + partition, node)
            say(node, A.value, ox.NamedNode(VOID + "Dataset"))
            say(node, VOID + name, ox.NamedNode(iri))
            say(node, VOID + ("entities" if kind == "classes" else "triples"), ox.Literal(count))


def dataset_description() -> list[ox.Triple]:
    """VoID and DCAT of the release: what it holds, counted; where it is; under which licence."""
    from server.download import DUMPS, dump_size

    here = service()
    root = public_url()
    release, base = here.release, here.config.base
    dataset = ox.NamedNode(f"{root}/.well-known/void#dataset")
    catalogue = ox.NamedNode(f"{root}/.well-known/void#catalog")
    endpoint = ox.NamedNode(f"{root}/sparql")
    keeper = ox.NamedNode(f"{root}/.well-known/void#keeper")
    found: list[ox.Triple] = []

    def say(subject: ox.NamedNode, predicate: str, *values: ox.NamedNode | ox.Literal) -> None:
        found.extend(ox.Triple(subject, ox.NamedNode(predicate), value) for value in values)

    def both(zh: str, en: str) -> tuple[ox.Literal, ox.Literal]:
        return ox.Literal(zh, language="zh"), ox.Literal(en, language="en")

    title = both("法治政府建设年度报告知识图谱", "Knowledge graph of annual rule-of-law government reports")
    about = both(
        "把法治政府建设年度报告读成知识图谱，每一事实附报告原文。",
        "Annual rule-of-law government reports as a knowledge graph; every fact carries the exact words it was read from.",
    )
    say(dataset, A.value, ox.NamedNode(VOID + "Dataset"), ox.NamedNode(DCAT + "Dataset"))
    say(dataset, DCT + "title", *title)
    say(dataset, DCT + "description", *about)
    say(dataset, DCT + "license", ox.NamedNode(LICENCE))
    say(dataset, DCT + "publisher", keeper)
    say(keeper, A.value, ox.NamedNode(FOAF + "Agent"))
    say(keeper, FOAF + "name", ox.Literal("fazhi"))
    say(dataset, DCT + "language", ox.NamedNode("http://publications.europa.eu/resource/authority/language/ZHO"))
    say(dataset, DCT + "identifier", ox.Literal(f"{root}/.well-known/void#dataset"))
    say(dataset, DCT + "conformsTo", ox.NamedNode(ONTOLOGY))
    say(dataset, FOAF + "homepage", ox.NamedNode(f"{root}/"))
    say(dataset, DCAT + "landingPage", ox.NamedNode(f"{root}/data"))
    for word in ("法治政府", "rule of law", "knowledge graph"):
        say(dataset, DCAT + "keyword", ox.Literal(word, language="zh" if word == "法治政府" else "en"))
    say(dataset, VOID + "sparqlEndpoint", endpoint)
    say(dataset, VOID + "uriSpace", ox.Literal(base))
    say(dataset, VOID + "uriLookupEndpoint", ox.NamedNode(f"{root}/api/v1/suggest?q="))
    for vocabulary in (VOCABULARY, *(PREFIXES[name] for name in ("dcterms", "prov", "skos", "rdfs"))):
        say(dataset, VOID + "vocabulary", ox.NamedNode(vocabulary))
    for example in store_examples():
        say(dataset, VOID + "exampleResource", ox.NamedNode(example))
    service_node = ox.NamedNode(f"{root}/.well-known/void#service")
    say(service_node, A.value, ox.NamedNode(DCAT + "DataService"))
    say(service_node, DCT + "title", *both("SPARQL 查询服务", "SPARQL endpoint"))
    say(service_node, DCAT + "endpointURL", endpoint)
    say(service_node, DCAT + "endpointDescription", endpoint)
    say(service_node, DCAT + "servesDataset", dataset)
    say(service_node, DCT + "license", ox.NamedNode(LICENCE))
    say(catalogue, A.value, ox.NamedNode(DCAT + "Catalog"))
    say(catalogue, DCT + "title", *both("数据目录", "Catalogue"))
    say(catalogue, DCT + "description", *about)
    say(catalogue, DCT + "publisher", keeper)
    say(catalogue, DCAT + "dataset", dataset)
    say(catalogue, DCAT + "service", service_node)
    if release is None:
        return found
    made = ox.Literal(str(release.manifest["made"]), datatype=ox.NamedNode(XSD + "dateTime"))
    say(dataset, DCT + "modified", made)
    say(dataset, DCAT + "version", ox.Literal(release.id))
    say(dataset, OWL + "versionInfo", ox.Literal(release.id))
    say(dataset, DCT + "hasVersion", ox.NamedNode(f"{root}/data/releases/{release.id}"))
    if before := release.manifest["previous"]:
        say(dataset, DCAT + "previousVersion", ox.NamedNode(f"{root}/data/releases/{before}"))
    _statistics(dataset, release.counts, say, root)
    for suffix, dump in DUMPS.items():
        address = ox.NamedNode(f"{root}/data/dump.{suffix}")
        say(dataset, DCAT + "distribution", address)
        say(dataset, VOID + "dataDump", address)
        say(address, A.value, ox.NamedNode(DCAT + "Distribution"))
        say(address, DCT + "title", *both(f"全部数据（{dump.name}）", f"All data ({dump.name})"))
        say(address, DCAT + "downloadURL", address)
        say(address, DCAT + "accessURL", ox.NamedNode(f"{root}/data"))
        say(address, DCAT + "mediaType", ox.NamedNode(MEDIA + dump.media_type))
        say(address, DCAT + "compressFormat", ox.NamedNode(MEDIA + "application/gzip"))
        say(address, DCT + "license", ox.NamedNode(LICENCE))
        if size := dump_size(release, suffix):
            say(address, DCAT + "byteSize", ox.Literal(size[0]))
            checksum = ox.NamedNode(f"{address.value}#checksum")
            say(address, SPDX + "checksum", checksum)
            say(checksum, A.value, ox.NamedNode(SPDX + "Checksum"))
            say(checksum, SPDX + "algorithm", ox.NamedNode(SPDX + "checksumAlgorithm_sha256"))
            hexadecimal = ox.NamedNode(XSD + "hexBinary")
            say(checksum, SPDX + "checksumValue", ox.Literal(size[1], datatype=hexadecimal))
    return found
