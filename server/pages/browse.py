"""浏览: facets over everything that reports state, and lists of the things they speak of."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from kg.errors import StoreError
from queries.evidence import evidence
from queries.labels import Label
from queries.support import about, support
from server.errors import Problem
from server.i18n import language
from server.pages.facets import FACETS, KINDS, Chosen, Selection, counts, found, select, term
from server.pages.site import LISTS, base, here, know
from server.paths import local_path, with_query
from server.service import service

blueprint = Blueprint("browse", __name__)
_PAGE = 20
_LISTED = 200
_MOST_HITS = 2000
_PLACED = re.compile(r"/(\d{2,12})-[0-9a-f]+$")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet: choosing it again lets it go."""

    name: str
    n: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """A facet with its choices."""

    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing in a list."""

    name: str
    href: str
    n: int
    note: str = ""
    place: str = ""
    """Where it is, if others have the same name."""


@blueprint.get("/browse")
def facets() -> str:
    """Facets left, the sentences that fit right."""
    chosen: Chosen = {facet.name: request.args.getlist(facet.name) for facet in FACETS if request.args.get(facet.name)}
    words = request.args.get("q", "").strip()[:200]
    sentences = _hits(words) if words else None
    first = _first()
    selection = select(chosen, sentences)
    statements, sentence_count = selection.total
    iris = found(selection, limit=_PAGE, offset=first - 1)
    quotes = evidence(service().store, iris)
    know(quotes.values())
    shelves = _shelves(selection)
    chips = _chips(chosen)
    return render_template(
        "browse.html",
        shelves=shelves,
        chips=chips,
        words=words,
        kept=[(name, value) for name, values in chosen.items() for value in values],
        statements=statements,
        total=sentence_count,
        quotes=[quotes[iri] for iri in iris if iri in quotes],
        kinds=_kinds(iris),
        first=first,
        previous=here(**{"from": str(max(first - _PAGE, 1))}) if first > 1 else "",
        following=here(**{"from": str(first + _PAGE)}) if first - 1 + _PAGE < sentence_count else "",
    )


def _first() -> int:
    text = request.args.get("from", "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 8 else 1


def _hits(words: str) -> list[str]:
    try:
        return [hit.iri for hit in service().search.quotes(words, limit=_MOST_HITS)] or [base() + "nothing"]
    except StoreError as error:
        raise Problem("bad-request", _("连接外部端点时不能按词检索。")) from error


def _titles() -> dict[str, str]:
    return {
        "kind": _("陈述类型"),
        "year": _("年度"),
        "area": _("地区"),
        "theme": _("主题"),
        "body": _("机构类型"),
        "unit": _("计量单位"),
        "document": _("文件类型"),
        "basis": _("主体依据"),
    }


def _chips(chosen: Chosen) -> list[tuple[str, str, str]]:
    """What is chosen, whether or not anything fits: facet, value, the address without it."""
    iris = {
        (facet.name, value): term(facet, value).strip("<>")
        for facet in FACETS
        for value in chosen.get(facet.name, ())
        if facet.form != "year"
    }
    names = service().labels(sorted(set(iris.values())))
    return [
        (
            _titles()[name],
            names[iris[name, value]][language()] if (name, value) in iris else value,
            _toggled(chosen, name, value),
        )
        for name, values in chosen.items()
        for value in values
    ]


def _shelves(selection: Selection) -> list[Shelf]:
    made = []
    chosen = selection.chosen
    counted = {facet.name: counts(facet, selection) for facet in FACETS}
    names = service().labels(
        sorted({one.iri for several in counted.values() for one in several if one.iri.startswith("http")})
    )
    for facet in FACETS:
        held = chosen.get(facet.name, ())
        choices = [
            Choice(
                name=names[one.iri][language()] if one.iri in names else one.value,
                n=one.n,
                href=_toggled(chosen, facet.name, one.value),
                chosen=one.value in held,
            )
            for one in counted[facet.name]
        ]
        if choices:
            made.append(Shelf(_titles()[facet.name], choices))
    return made


def _toggled(chosen: Chosen, name: str, value: str) -> str:
    pairs = [(key, one) for key, several in chosen.items() for one in several if (key, one) != (name, value)]
    if value not in chosen.get(name, ()):
        pairs.append((name, value))
    if words := request.args.get("q", "").strip():
        pairs.append(("q", words))
    return with_query("/browse", pairs)


def _kinds(iris: Sequence[str]) -> dict[str, list[str]]:
    """What each sentence states, in words."""
    rows = about(service().store, "sentence-kinds", iris)
    names = service().labels(sorted({row["type"].value for row in rows}))
    made: dict[str, list[str]] = {}
    order = {kind: at for at, kind in enumerate(KINDS)}
    for row in sorted(rows, key=lambda row: order.get(row["type"].value.rpartition("#")[2], 99)):
        made.setdefault(row["iri"].value, []).append(names[row["type"].value][language()])
    return made


@blueprint.get(f"/<any({', '.join(LISTS)}):kind>")
def things(kind: str) -> str:
    """All things of a kind, most spoken of first."""
    titles = {
        "bodies": (_("机构名录"), _("报告里写到的机关、单位和群体，按提到的句数排列。")),
        "indicators": (_("指标名录"), _("报告里给出数值的指标，按数值个数排列。名称不同的指标不合并。")),
        "documents": (_("文件名录"), _("报告里引用、贯彻、制定、学习或宣传的文件，按提到的句数排列。")),
        "programmes": (_("项目品牌名录"), _("报告里写到的平台、机制、品牌和改革，按提到的句数排列。")),
        "areas": (_("地区名录"), _("有报告的行政区划，按报告份数排列。")),
    }
    words = request.args.get("q", "").strip()[:60]
    rows = service().store.rows(support(f"list-{kind}"))
    names = service().labels([row["iri"].value for row in rows])
    notes = service().labels(sorted({row["note"].value for row in rows if "note" in row and row["note"].kind == "uri"}))
    alike = _several(names.values())
    places = _places([iri for iri in names if names[iri] in alike])
    entries = [
        Entry(
            name=names[row["iri"].value][language()],
            href=local_path(row["iri"].value, base()),
            n=int(row["n"].value),
            note=notes[row["note"].value][language()] if "note" in row and row["note"].value in notes else "",
            place=places.get(row["iri"].value, ""),
        )
        for row in rows
    ]
    if words:
        entries = [entry for entry in entries if words.casefold() in entry.name.casefold()]
    first = _first()
    return render_template(
        "things.html",
        kind=kind,
        title=titles[kind][0],
        about=titles[kind][1],
        words=words,
        entries=entries[first - 1 : first - 1 + _LISTED],
        total=len(entries),
        first=first,
        previous=here(**{"from": str(max(first - _LISTED, 1))}) if first > 1 else "",
        following=here(**{"from": str(first + _LISTED)}) if first - 1 + _LISTED < len(entries) else "",
        kinds=[(name, titles[name][0]) for name in titles],
    )


def _several(names: Iterable[Label]) -> frozenset[Label]:
    return frozenset(name for name, n in Counter(names).items() if n > 1)


def _places(iris: Sequence[str]) -> dict[str, str]:
    """The places of things whose key begins with the code of one."""
    codes = {iri: found[1] for iri in iris if (found := _PLACED.search(iri))}
    areas = {code: f"{base()}area/{code}" for code in codes.values()}
    names = service().labels(sorted(set(areas.values())))
    return {iri: names[areas[code]][language()] for iri, code in codes.items() if areas[code] in names}
