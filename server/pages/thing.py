"""The page of one thing of the graph: what is said of it, what points to it, and the report's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

from flask import render_template, request
from flask_babel import gettext as _
from pyoxigraph import NamedNode

from kg.store.answer import Cell, Row
from queries import GROUPS, load_queries
from queries.answer import answer
from queries.evidence import Evidence, evidence
from queries.labels import Label
from queries.support import about
from server.i18n import language
from server.pages import views
from server.pages.site import base, know
from server.paths import kind_of, local_path, report_key, with_query
from server.service import service

_EACH = 20
"""Inverse statements shown per property; more are a page away."""
_QUOTES = 8
_ASKS = 12
_DRAWN = 2000
_LONGEST = 28
"""Letters of the words that a thing without a name is called by."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FZ = "https://w3id.org/fazhi/ns#"
_NAMES = frozenset(
    {
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://purl.org/dc/terms/title",
    }
)
_TECHNICAL = frozenset(
    _FZ + name
    for name in (
        "extractedBy", "confidence", "inReport", "statedIn", "anchor", "beginOffset", "endOffset", "inSentence",
        "mentions", "involves", "responsibleBody", "actionVerb", "underGoal", "hasInvolvement", "ancestorBody", "ancestorGoal", "ancestorJurisdiction", "ancestorSection",
    )
) | {"http://www.w3.org/2004/02/skos/core#inScheme"}  # fmt: skip
_CATALOGUES = ("http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/prov#")
"""Vocabularies of what describes the data; what points from there says nothing of a report."""
_DOUBLED = {"http://purl.org/dc/terms/spatial"} | frozenset(
    _FZ + name for name in ("mentions", "involves", "responsibleBody", "mentionOf", "involvedBody")
)
"""Ways of pointing that repeat what another property says."""
_YEARS = frozenset(_FZ + name for name in ("periodYear", "planYear", "formerYear"))
_LEAST_GENERAL = (
    "PlannedMeasure", "ReportedMeasure", "Observation", "Target", "Goal", "Result", "Problem", "Honour", "Plan", "Action",
    "Involvement", "FulfilmentLink", "Mention", "Sentence", "Section", "TextSnapshot", "ExtractionRule", "Finding",
    "MetadataEvidence",
)  # fmt: skip
_WIDE = frozenset({"Statement", "Figure", "Measure", "Body", "TextSpan", "Document"})


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a property."""

    text: str
    href: str = ""
    language: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property with its values, in either direction."""

    name: str
    href: str
    values: Sequence[Said]
    total: int
    more: str = ""
    previous: str = ""


def page(iri: str) -> str | None:
    """The page of a thing, or None for one that the release does not know. Raises `QueryError`."""
    store = service().store
    term = str(NamedNode(iri))
    rows: list[Row] = store.rows(f"SELECT DISTINCT ?p ?o WHERE {{ {term} ?p ?o }} ORDER BY ?p ?o LIMIT 2000")
    pointing = store.rows(f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p {term} }} GROUP BY ?p ORDER BY ?p")
    if not rows and not pointing:
        return None
    inverse, first = _inverse(term, pointing)
    mentioned = {cell.value for row in rows for cell in row.values() if cell.kind == "uri"}
    mentioned |= {cell.value for _p, _n, cells in inverse for cell in cells} | {
        row["p"].value for row in [*rows, *pointing]
    }
    names = dict(service().labels(sorted({*mentioned, iri})))
    names |= nameless([one for one in (*sorted(mentioned), iri) if _unnamed(one, names)])
    quotes, total = _quotes(iri, term, rows)
    know(quotes)
    types = [row["o"].value for row in rows if row["p"].value == _TYPE]
    plain, technical = _outgoing(rows, names)
    return render_template(
        "thing.html",
        iri=iri,
        title=names[iri][language()],
        types=[
            {"text": names[one][language()], "href": local_path(one, base())}
            for one in types
            if one.startswith(_FZ) and not _general(one, types)
        ],
        aliases=_aliases(rows),
        about=plain,
        technical=technical,
        inverse=[_pointing(p, n, cells, names, first) for p, n, cells in inverse],
        quotes=quotes,
        quotes_total=total,
        viewer=f"/reports/{quote(report_key(iri, base()))}" if kind_of(iri, base()) == "report" else "",
        kind=kind_of(iri, base()),
        asks=_asks(iri),
        reports=(reports := _reports(iri, term)),
        elsewhere=_elsewhere(iri) if reports else [],
        local=iri.removeprefix(base()),
        **_drawn(iri),
    )


def _asks(iri: str) -> list[tuple[str, str]]:
    """The questions that can be asked about this thing, one of each group by turns: title and address."""
    kind, local = kind_of(iri, base()), iri.removeprefix(base())
    found: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
    for query in load_queries().values():
        slot = next((name for name, param in query.params.items() if param.type == kind), "")
        if slot:
            found[query.group].append((query.title[language()], with_query(f"/ask/{query.id}", [(slot, local)])))
    return [one for turn in zip_longest(*found.values()) for one in turn if one][:_ASKS]


def _elsewhere(iri: str) -> list[tuple[str, str]]:
    """The pages that show a place's reports side by side: name and address."""
    local = iri.removeprefix(base())
    return [
        (_("各年指标对照"), with_query("/compare", [("place", local)])),
        (_("计划落实"), with_query("/plans", [("place", local)])),
        (_("逐条浏览"), with_query("/browse", [("area", local)])),
    ]


def _reports(iri: str, term: str) -> list[tuple[str, str]]:
    """The reports of a place, the newest first: title and address of the text."""
    if kind_of(iri, base()) != "area":
        return []
    rows = service().store.rows(
        f"SELECT DISTINCT ?report ?year WHERE {{ ?report <{_FZ}jurisdiction> {term} ; a <{_FZ}Report> ; "
        f"<{_FZ}periodYear> ?year }} ORDER BY DESC(?year) ?report LIMIT {_EACH}"
    )
    names = service().labels([row["report"].value for row in rows])
    keys = [(row["report"].value, report_key(row["report"].value, base())) for row in rows]
    return [(names[report][language()], f"/reports/{quote(key)}") for report, key in keys]


def _general(one: str, types: Sequence[str]) -> bool:
    """Whether a type only repeats a narrower one."""
    return one.removeprefix(_FZ) in _WIDE and len([other for other in types if other.startswith(_FZ)]) > 1


def _unnamed(iri: str, names: Mapping[str, Label]) -> bool:
    return iri.startswith(base()) and iri.endswith("/" + names[iri].zh)


def nameless(iris: Sequence[str]) -> dict[str, Label]:
    """Names for things that have none: their kind and their words."""
    found: dict[str, dict[str, str]] = {}
    types: dict[str, set[str]] = {}
    for row in about(service().store, "facts", iris):
        iri = row["iri"].value
        types.setdefault(iri, set()).add(row["type"].value.removeprefix(_FZ))
        words = found.setdefault(iri, {})
        for name in ("verb", "object", "quote", "role"):
            if name in row:
                words.setdefault(name, row[name].value)
        if "told" in row:
            words.setdefault(f"told@{row['told'].language or ''}", row["told"].value)
    kinds = service().labels([_FZ + kind for kind in _LEAST_GENERAL])
    roles = service().labels(sorted({words["role"] for words in found.values() if "role" in words}))
    made = {}
    for iri, words in found.items():
        kind = next((kind for kind in _LEAST_GENERAL if kind in types[iri]), "")
        about_it = {
            tongue: roles[words["role"]][tongue]
            if "role" in words
            else words.get("verb", "") + words.get("object", "")
            or _short(words.get("quote") or words.get(f"told@{tongue}") or words.get("told@", ""))
            for tongue in ("zh", "en")
        }
        if kind and any(about_it.values()):
            made[iri] = Label(f"{kinds[_FZ + kind].zh}：{about_it['zh']}", f"{kinds[_FZ + kind].en}: {about_it['en']}")
        elif kind:
            made[iri] = kinds[_FZ + kind]
    return made


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "……"


def _aliases(rows: Sequence[Row]) -> list[str]:
    alt = "http://www.w3.org/2004/02/skos/core#altLabel"
    return [row["o"].value for row in rows if row["p"].value == alt]


def _outgoing(rows: Sequence[Row], names: Mapping[str, Label]) -> tuple[list[Property], list[Property]]:
    grouped: dict[str, list[Cell]] = {}
    for row in rows:
        if row["p"].value != _TYPE and row["p"].value not in _NAMES:
            grouped.setdefault(row["p"].value, []).append(row["o"])
    made = {
        p: Property(
            name=names[p][language()],
            href=local_path(p, base()),
            values=[_said(cell, names, plain=p in _YEARS) for cell in cells],
            total=len(cells),
        )
        for p, cells in grouped.items()
        if p != "http://www.w3.org/2004/02/skos/core#altLabel"
    }
    return (
        [one for p, one in made.items() if p not in _TECHNICAL],
        [one for p, one in made.items() if p in _TECHNICAL],
    )


def _said(cell: Cell, names: Mapping[str, Label], *, plain: bool = False) -> Said:
    if cell.kind == "uri":
        text = names[cell.value][language()] if cell.value in names else cell.value
        if cell.value.startswith(base()) and cell.value.endswith("/" + text):
            text = cell.value.removeprefix(base())
        return Said(text, local_path(cell.value, base()))
    number = not plain and (cell.datatype or "").endswith(("#integer", "#decimal"))
    return Said(cell.value, language=cell.language or "", number=number)


def _inverse(term: str, pointing: Sequence[Row]) -> tuple[list[tuple[str, int, list[Cell]]], int]:
    wish = request.args.get("property", "")
    start = request.args.get("from", "1")
    first = int(start) if start.isdigit() and 0 < len(start) < 8 else 1
    found = []
    for row in pointing:
        p, n = row["p"].value, int(row["n"].value)
        if p in _DOUBLED or p.startswith(_CATALOGUES):
            continue
        offset = max(first - 1, 0) if p.removeprefix(_FZ) == wish else 0
        rows = service().store.rows(
            f"SELECT DISTINCT ?s WHERE {{ ?s {NamedNode(p)} {term} }} ORDER BY ?s LIMIT {_EACH} OFFSET {offset}"
        )
        found.append((p, n, [one["s"] for one in rows]))
    return found, first


def _pointing(p: str, n: int, cells: Sequence[Cell], names: Mapping[str, Label], first: int) -> Property:
    local = p.removeprefix(_FZ)
    at = first if request.args.get("property", "") == local else 1
    address = request.path
    return Property(
        name=names[p][language()],
        href=local_path(p, base()),
        values=[_said(cell, names) for cell in cells],
        total=n,
        more=f"{address}?property={quote(local)}&from={at + _EACH}" if at + _EACH <= n else "",
        previous=f"{address}?property={quote(local)}&from={max(at - _EACH, 1)}" if at > 1 else "",
    )


def _quotes(iri: str, term: str, rows: Sequence[Row]) -> tuple[list[Evidence], int]:
    """The words behind a thing: its own, those it is stated in, or those that mention it."""
    stated = [row["o"].value for row in rows if row["p"].value == _FZ + "statedIn"]
    inside = [row["o"].value for row in rows if row["p"].value == _FZ + "inSentence"]
    own = [iri] if any(row["p"].value == _FZ + "quote" for row in rows) and not inside else []
    if sentences := [*own, *stated, *inside]:
        found = evidence(service().store, sentences)
        return [one.only([iri]) for one in found.values()], len(found)
    ways = (f"?s <{_FZ}mentions> {term}", f"?x <{_FZ}indicator> {term} ; <{_FZ}statedIn> ?s")
    way = ways[kind_of(iri, base()) == "indicator"]
    counted = service().store.rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {way} }}")
    chosen = service().store.rows(f"SELECT DISTINCT ?s WHERE {{ {way} }} ORDER BY ?s LIMIT {_QUOTES}")
    found = evidence(service().store, [row["s"].value for row in chosen])
    among = " ".join(str(NamedNode(sentence)) for sentence in found)
    figures = service().store.rows(f"SELECT ?x WHERE {{ VALUES ?s {{ {among} }} {ways[1]} }}")
    marked = [iri, *(row["x"].value for row in figures)]
    return [one.only(marked) for one in found.values()], int(counted[0]["n"].value)


def _drawn(iri: str) -> Mapping[str, Any]:
    """The values of an indicator over the years; nothing for other things."""
    query = load_queries().get("indicator-series")
    if query is None or kind_of(iri, base()) != "indicator":
        return {}
    values = {"indicator": (iri.removeprefix(base()),)}
    answered = answer(query, values, service().store, base=base(), limit=_DRAWN, quotes=0)
    tongue = language()
    return {
        **views.parts(answered, "line", (), tongue),
        "all_values": with_query(f"/ask/{query.id}", [("indicator", values["indicator"][0])]),
    }
