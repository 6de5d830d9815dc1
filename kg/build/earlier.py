"""Earlier: the reports of the current release, as they were made, for a build that adds to them."""

import json
from collections.abc import Iterable
from pathlib import Path

from kg.build.inbox import Place
from kg.build.make import Made, open_source
from kg.build.parts import FOLDER, Parts, write
from kg.build.spread import Part, decided_alike
from kg.corpus.source import Source
from kg.errors import StoreError
from kg.graph.curate import Decision
from kg.store.release import read_release

ORIGINS = "origins.json"
"""In the folder of the parts: hash of a report → where it was read, and what the issues call it."""


def earlier(
    data: Path, beside: Iterable[Place] = (), *, base: str, decisions: tuple[Decision, ...] | None = ()
) -> tuple[list[Part], list[Place]]:
    """The parts of the reports that the current release holds, and the places of those that must be read again.

    What lies `beside` is read anyhow. Read again is, where it still lies where it was read: a report of which no part is kept that this version of fazhi can
    read, or on which something was decided since (which does not matter with `decisions` None). Where it lies there no
    more its part stands as it is. Without a release there is neither. Raises StoreError where there is no part and no file, or the base is another: build such a release
    whole.
    """
    try:
        manifest = read_release(data).manifest
    except StoreError:
        return [], []
    if manifest.get("base", base) != base:
        raise StoreError(f"the release has the base {manifest['base']}", where=str(data), hint="build it anew")
    found, origins = _kept(data, manifest.get("reports", {})), _origins(data)
    read = {_whole(place).where for place in beside}
    parts, anew = [], []
    for iri, report in sorted(manifest.get("reports", {}).items()):
        part = found.get(iri)
        if part and (decisions is None or decided_alike(part.made, decisions)):
            parts.append(part)
        elif (place := origins.get(report["sha256"])) and _lies_there(place, report["sha256"]):
            anew += [place] if place.where not in read else []
        elif part:
            parts.append(part)
        else:
            raise StoreError(f"{iri} is no longer kept", where=str(data), hint="build from all reports, without --add")
    return parts, anew


def _kept(data: Path, reports: dict[str, dict[str, str]]) -> dict[str, Part]:
    """The parts of these reports, by IRI."""
    parts = Parts(data)
    found: dict[str, tuple[int, str, Made]] = {}
    for key in parts.keys():  # noqa: SIM118  it is no dictionary
        made = parts.read(key)
        if made is None or made.report is None:
            continue
        iri = made.report.report
        if reports.get(iri, {}).get("sha256") == made.sha256:
            # The same bytes may have been read by older rules too: the latest reading is the one that stands.
            this = parts.path(key).stat().st_mtime_ns, key, made
            found[iri] = max(found.get(iri, this), this, key=lambda one: one[:2])
    return {iri: Part(key, made, kept=True) for iri, (_, key, made) in found.items()}


def remember(data: Path, places: Iterable[Place], made: Iterable[Part]) -> None:
    """Keep where each report was read, for a build that must read it again."""
    by_name = {place.name: place for place in places if place.where != "-"}
    known = _origins(data)
    new = {part.made.sha256: by_name[part.made.source] for part in made if part.key and part.made.source in by_name}
    every = {hash_: _whole(place) for hash_, place in sorted({**known, **new}.items())}
    if every != known:
        rows = {hash_: [place.where, place.name] for hash_, place in every.items()}
        write(data / FOLDER / ORIGINS, json.dumps(rows, ensure_ascii=False, indent=0).encode())


def _whole(place: Place) -> Place:
    """The place by a path that holds from everywhere."""
    address = place.where.startswith(("http://", "https://"))
    return place if address else Place(str(Path(place.where).absolute()), place.name)


def _origins(data: Path) -> dict[str, Place]:
    try:
        rows = json.loads((data / FOLDER / ORIGINS).read_text("utf-8"))
        return {hash_: Place(where, name) for hash_, (where, name) in rows.items()}
    except (OSError, ValueError):
        return {}


def _lies_there(place: Place, sha256: str) -> bool:
    source = open_source(place)
    return isinstance(source, Source) and source.sha256 == sha256
