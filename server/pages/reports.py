"""The list of reports, newest year first, and the search in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from queries.evidence import Source, all_sources
from queries.labels import Label
from queries.support import support
from server.pages.site import base, here
from server.service import service

blueprint = Blueprint("reports", __name__)
_LISTED = 200
_FACTS = ("Statement", "Figure", "Honour")
"""What the manifest counts apart, and the graph and its pages call facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A report in the list."""

    source: Source
    key: str
    sentences: int
    facts: int


@blueprint.get("/reports")
def reports() -> str:
    """All reports, newest year first; those with the words looked for in title, place or year."""
    found = all_sources(service().store)
    iris = list(found)
    totals = _totals(iris)
    listed = [
        Listed(
            source=found[iri],
            key=iri.removeprefix(base()).removeprefix("report/"),
            sentences=totals[iri][0],
            facts=totals[iri][1],
        )
        for iri in iris
    ]
    names = service().labels(sorted({iri for one in found.values() for iri in (one.area, one.issuer) if iri}))
    words = request.args.get("q", "").strip()[:60]
    fitting = [one for one in listed if all(word in _told(one.source, names) for word in words.casefold().split())]
    start = request.args.get("from", "1")
    first = max(int(start), 1) if start.isdigit() and len(start) < 8 else 1
    return render_template(
        "reports.html",
        reports=fitting[first - 1 : first - 1 + _LISTED],
        total=len(fitting),
        words=words,
        names=names,
        first=first,
        previous=here(**{"from": str(max(first - _LISTED, 1))}) if first > 1 else "",
        following=here(**{"from": str(first + _LISTED)}) if first - 1 + _LISTED < len(fitting) else "",
    )


def _told(source: Source, names: Mapping[str, Label]) -> str:
    """Title, place and year of a report, to look for words in."""
    area = names[source.area] if source.area else None
    said = (source.title.zh, source.title.en, area.zh if area else "", area.en if area else "", str(source.year or ""))
    return " ".join(said).casefold()


def _totals(iris: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Sentences and statements of each report: from the release's manifest, else counted."""
    release = service().release
    kept = release.manifest.get("reports", {}) if release else {}
    if isinstance(kept, dict) and all(iri in kept for iri in iris):
        counts = {iri: kept[iri].get("counts", {}) for iri in iris}
        return {
            iri: (int(one.get("Sentence", 0)), sum(int(one.get(kind, 0)) for kind in _FACTS))
            for iri, one in counts.items()
        }
    found = {row["iri"].value: row for row in service().store.rows(support("report-totals"))}
    return {
        iri: (int(found[iri]["sentences"].value), int(found[iri]["facts"].value)) if iri in found else (0, 0)
        for iri in iris
    }
