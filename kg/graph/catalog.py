"""The release described: VoID with counted statistics, DCAT 3 with its distributions and the SPARQL service."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kg.graph.namespaces import DEFAULT_BASE, PREFIXES, VOCABULARY, graph_base
from kg.graph.quads import TYPE, XSD, Graph, Triple, integer, iri, make_graph, text

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_DCT = PREFIXES["dcterms"]
_MEDIA = "https://www.iana.org/assignments/media-types/"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_ZHO = "http://publications.europa.eu/resource/authority/language/ZHO"
_DUMPS = (("nq", "application/n-quads", "N-Quads", "all.nq.gz"), ("ttl", "text/turtle", "Turtle", "all.ttl"))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many triples a graph has: in all, by class (entities of it) and by property."""

    triples: int = 0
    classes: tuple[tuple[str, int], ...] = ()
    properties: tuple[tuple[str, int], ...] = ()


def tally(graphs: Iterable[Graph]) -> Tally:
    """Count graphs of which no triple stands in two.

    >>> tally([make_graph("http://g", [("<s>", TYPE, "<C>"), ("<s>", "<p>", "<o>")])]).classes
    (('<C>', 1),)
    """
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for graph in graphs:
        for _, predicate, value in graph.triples():
            properties[predicate] += 1
            if predicate == TYPE:
                classes[value] += 1
    return Tally(properties.total(), tuple(sorted(classes.items())), tuple(sorted(properties.items())))


def add(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for one in tallies:
        classes.update(dict(one.classes))
        properties.update(dict(one.properties))
    return Tally(properties.total(), tuple(sorted(classes.items())), tuple(sorted(properties.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the release covers."""

    reports: tuple[str, ...]
    areas: tuple[str, ...]
    """GB/T 2260 codes."""
    years: tuple[int, ...]


def catalog_graph(counts: Tally, scope: Scope, *, base: str = DEFAULT_BASE, version: str = "", site: str = "") -> Graph:
    """The graph `catalog`. Counts are those of all other graphs; `site` is the public address of the service.

    `version` is the release; no date stands here, so that the same input gives the same bytes.
    """
    site = site or base.removesuffix("id/")
    at = f"{base}catalog/"
    name = f"{graph_base(base)}catalog"
    triples = [*_catalog(at, site), *_dataset(at, site, base, counts, scope, version), *_partitions(at, counts)]
    return make_graph(name, triples)


def _catalog(at: str, site: str) -> list[Triple]:
    node, service, publisher = iri(f"{at}catalog"), iri(f"{at}sparql"), iri(f"{at}publisher")
    return [
        (node, TYPE, iri(_DCAT + "Catalog")),
        *_described(node, "法治政府建设报告数据目录", "Catalogue of rule-of-law government report data"),
        (node, iri(_DCT + "publisher"), publisher),
        (node, iri(_DCT + "language"), iri(_ZHO)),
        (node, iri(_DCAT + "dataset"), iri(f"{at}reports")),
        (node, iri(_DCAT + "service"), service),
        (publisher, TYPE, iri(_FOAF + "Agent")),
        (publisher, iri(_FOAF + "name"), text("operator of this instance", "en")),
        (publisher, iri(_FOAF + "name"), text("本站运行者", "zh")),
        (service, TYPE, iri(_DCAT + "DataService")),
        *_described(service, "SPARQL 查询服务", "SPARQL endpoint"),
        (service, iri(_DCAT + "endpointURL"), iri(f"{site}sparql")),
        (service, iri(_DCAT + "servesDataset"), iri(f"{at}reports")),
    ]


def _described(node: str, zh: str, en: str) -> list[Triple]:
    titles = [(node, iri(_DCT + "title"), text(zh, "zh")), (node, iri(_DCT + "title"), text(en, "en"))]
    return [*titles, *((node, iri(_DCT + "description"), title[2]) for title in titles)]


def _dataset(at: str, site: str, base: str, counts: Tally, scope: Scope, version: str) -> list[Triple]:
    node, period = iri(f"{at}reports"), iri(f"{at}period")
    found = [
        (node, TYPE, iri(_DCAT + "Dataset")),
        (node, TYPE, iri(_VOID + "Dataset")),
        *_described(node, "法治政府建设报告知识图谱", "Rule-of-law government report graph"),
        (node, iri(_DCT + "publisher"), iri(f"{at}publisher")),
        (node, iri(_DCT + "language"), iri(_ZHO)),
        (node, iri(_DCT + "license"), iri(_LICENCE)),
        (node, iri(_VOID + "sparqlEndpoint"), iri(f"{site}sparql")),
        (node, iri(_VOID + "uriSpace"), text(base)),
        (node, iri(_VOID + "triples"), integer(counts.triples)),
        (
            node,
            iri(_VOID + "entities"),
            integer(sum(n for cls, n in counts.classes if cls.startswith(f"<{VOCABULARY}"))),
        ),
        (node, iri(_VOID + "classes"), integer(len(counts.classes))),
        (node, iri(_VOID + "properties"), integer(len(counts.properties))),
        (node, iri(_VOID + "documents"), integer(len(scope.reports))),
        (node, iri(_VOID + "rootResource"), iri(f"{at}catalog")),
    ]
    found += [(node, iri(_VOID + "vocabulary"), iri(v)) for v in (VOCABULARY, PREFIXES["skos"], PREFIXES["prov"])]
    found += [(node, iri(_VOID + "exampleResource"), iri(report)) for report in scope.reports[:3]]
    found += [(node, iri(_DCT + "spatial"), iri(f"{base}area/{code}")) for code in scope.areas]
    if version:
        found.append((node, iri(_DCAT + "version"), text(version)))
    if scope.years:
        found += [
            (node, iri(_DCT + "temporal"), period),
            (period, TYPE, iri(_DCT + "PeriodOfTime")),
            (period, iri(_DCAT + "startDate"), f'"{min(scope.years)}-01-01"^^<{XSD}date>'),
            (period, iri(_DCAT + "endDate"), f'"{max(scope.years)}-12-31"^^<{XSD}date>'),
        ]
    for key, media, title, file in _DUMPS:
        dump = iri(f"{at}{key}")
        found += [
            (node, iri(_DCAT + "distribution"), dump),
            (node, iri(_VOID + "dataDump"), iri(f"{site}data/{file}")),
            (dump, TYPE, iri(_DCAT + "Distribution")),
            *_described(dump, f"{title} 全量数据", f"{title} dump"),
            (dump, iri(_DCAT + "accessURL"), iri(f"{site}data/{file}")),
            (dump, iri(_DCAT + "downloadURL"), iri(f"{site}data/{file}")),
            (dump, iri(_DCAT + "mediaType"), iri(_MEDIA + media)),
            (dump, iri(_DCT + "license"), iri(_LICENCE)),
        ]
    return found


def _partitions(at: str, counts: Tally) -> list[Triple]:
    """How many entities of each class and triples of each property of the vocabulary."""
    node, found = iri(f"{at}reports"), list[Triple]()
    for kind, rows, counted in (("class", counts.classes, "entities"), ("property", counts.properties, "triples")):
        for subject, number in rows:
            if subject.startswith(f"<{VOCABULARY}"):
                part = iri(f"{at}{kind}/{subject[1:-1].rpartition('#')[2]}")
                found += [
                    (node, iri(f"{_VOID}{kind}Partition"), part),
                    (part, iri(_VOID + kind), subject),
                    (part, iri(_VOID + counted), integer(number)),
                ]
    return found
