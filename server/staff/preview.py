"""What the reports of the inbox would say: read into a release that only the desk sees, so doubts are settled before it is public.

Decisions name facts, and a fact has the same name in every build: what is decided on the preview holds when it is published.
"""

from collections.abc import Sequence
from functools import lru_cache

from flask import g

from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.store.release import Release, read_release
from kg.store.search import Search
from server.opened import Opened
from server.service import service
from server.staff import desk


def previewed() -> Opened | None:
    """The release of the preview, opened; None where none was read."""
    try:
        release = read_release(desk.folder() / desk.PREVIEW)
        return _opened(release.id, release)
    except StoreError:
        return None


@lru_cache(maxsize=1)
def _opened(_id: str, release: Release) -> Opened:
    return Opened(release.id, EmbeddedStore(release.path), release, Search(release.text_path))


def unpublished() -> Sequence[str]:
    """The reports of the preview that the public release does not hold."""
    found, shown = previewed(), service().release
    if found is None or found.release is None or shown is None:
        return ()
    held = shown.manifest.get("reports", {})
    return tuple(iri for iri in found.release.manifest.get("reports", {}) if iri not in held)


def look_into(report: str) -> bool:
    """Let this request see the preview, if the report is there alone; whether it does."""
    found = previewed()
    if found is None or report not in unpublished():
        return False
    g.fazhi_opened = found
    return True
