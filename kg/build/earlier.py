"""Earlier: the reports of the current release, as they were made, for a build that adds to them."""

from pathlib import Path

from kg.build.make import Made
from kg.build.parts import Parts
from kg.build.spread import Part
from kg.errors import StoreError
from kg.store.release import read_release


def earlier(data: Path, *, base: str) -> list[Part]:
    """The parts of the reports that the current release holds; none where there is no release yet.

    Raises StoreError where a part of one is no longer kept, or the base is another: such a release is built whole.
    """
    try:
        manifest = read_release(data).manifest
    except StoreError:
        return []
    if manifest.get("base", base) != base:
        raise StoreError(f"the release has the base {manifest['base']}", where=str(data), hint="build it anew")
    reports, parts = manifest.get("reports", {}), Parts(data)
    found: dict[str, tuple[int, str, Made]] = {}
    for key in tuple(parts.keys()):
        made = parts.read(key)
        if made is None or made.report is None:
            continue
        iri = made.report.report
        if reports.get(iri, {}).get("sha256") == made.sha256:
            # The same bytes may have been read by older rules too: the latest reading is the one that stands.
            this = parts.path(key).stat().st_mtime_ns, key, made
            found[iri] = max(found.get(iri, this), this, key=lambda one: one[:2])
    if missing := sorted(set(reports) - set(found)):
        raise StoreError(
            f"{missing[0]} is no longer kept", where=str(data), hint="build from all reports, without --add"
        )
    return [Part(key, made, kept=True) for _, key, made in sorted(found.values(), key=lambda one: one[1])]
