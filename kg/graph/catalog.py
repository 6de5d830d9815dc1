"""The data of a release described in the release itself: VoID with counted statistics, DCAT 3."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter

from kg.graph.namespaces import DEFAULT_BASE, PREFIXES, VOCABULARY, graph_base
from kg.graph.quads import TYPE, XSD, Graph, Triple, integer, iri, make_graph, text

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"
_OURS = f"<{VOCABULARY}"
_DCT = PREFIXES["dcterms"]
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_ZHO = "http://publications.europa.eu/resource/authority/language/ZHO"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many triples a graph has: in all, by class (entities of it) and by property; how many things it describes."""

    triples: int = 0
    classes: tuple[tuple[str, int], ...] = ()
    properties: tuple[tuple[str, int], ...] = ()
    entities: int = 0
    """Things that have a class of the vocabulary, whatever number of classes each has."""


def tally(triples: Collection[Triple]) -> Tally:
    """Count triples, each given once.

    >>> tally([("<s>", TYPE, "<C>"), ("<s>", "<p>", "<o>")]).classes
    (('<C>', 1),)
    """
    properties = Counter(map(itemgetter(1), triples))
    typed = [(subject, value) for subject, predicate, value in triples if predicate == TYPE]
    classes = Counter(value for _, value in typed)
    entities = len({subject for subject, value in typed if value.startswith(_OURS)})
    return Tally(properties.total(), tuple(sorted(classes.items())), tuple(sorted(properties.items())), entities)


def add(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one, of things that have their classes in one of them alone."""
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    entities = 0
    for one in tallies:
        entities += one.entities
        classes.update(dict(one.classes))
        properties.update(dict(one.properties))
    return Tally(properties.total(), tuple(sorted(classes.items())), tuple(sorted(properties.items())), entities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the release covers."""

    reports: tuple[str, ...]
    areas: tuple[str, ...]
    """GB/T 2260 codes."""
    years: tuple[int, ...]


def catalog_graph(counts: Tally, scope: Scope, *, base: str = DEFAULT_BASE, version: str = "") -> Graph:
    """The graph `catalog`: the data, counted (all other graphs). Where it may be fetched, the service that gives it says.

    `version` is the release; no date stands here, so that the same input gives the same bytes.
    """
    at = f"{base}catalog/"
    triples = [*_dataset(at, base, counts, scope, version), *_partitions(at, counts)]
    return make_graph(f"{graph_base(base)}catalog", triples)


def _described(node: str, zh: str, en: str) -> list[Triple]:
    titles = [(node, iri(_DCT + "title"), text(zh, "zh")), (node, iri(_DCT + "title"), text(en, "en"))]
    return [*titles, *((node, iri(_DCT + "description"), title[2]) for title in titles)]


def _dataset(at: str, base: str, counts: Tally, scope: Scope, version: str) -> list[Triple]:
    node, period = iri(f"{at}reports"), iri(f"{at}period")
    found = [
        (node, TYPE, iri(_DCAT + "Dataset")),
        (node, TYPE, iri(_VOID + "Dataset")),
        *_described(node, "法治政府建设报告知识图谱", "Rule-of-law government report graph"),
        (node, iri(_DCT + "language"), iri(_ZHO)),
        (node, iri(_DCT + "license"), iri(_LICENCE)),
        (node, iri(_VOID + "uriSpace"), text(base)),
        (node, iri(_VOID + "triples"), integer(counts.triples)),
        (node, iri(_VOID + "entities"), integer(counts.entities)),
        (node, iri(_VOID + "classes"), integer(len(counts.classes))),
        (node, iri(_VOID + "properties"), integer(len(counts.properties))),
        (node, iri(_VOID + "documents"), integer(len(scope.reports))),
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
    return found


def _partitions(at: str, counts: Tally) -> list[Triple]:
    """How many entities of each class and triples of each property of the vocabulary."""
    node, found = iri(f"{at}reports"), list[Triple]()
    for kind, rows, counted in (("class", counts.classes, "entities"), ("property", counts.properties, "triples")):
        for subject, number in rows:
            if subject.startswith(_OURS):
                part = iri(f"{at}{kind}/{subject[1:-1].rpartition('#')[2]}")
                found += [
                    (node, iri(f"{_VOID}{kind}Partition"), part),
                    (part, iri(_VOID + kind), subject),
                    (part, iri(_VOID + counted), integer(number)),
                ]
    return found
