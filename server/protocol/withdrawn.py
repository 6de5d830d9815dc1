"""What an earlier release had and this one has not: it is gone (410), and not unknown (404)."""

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from kg.errors import StoreError
from kg.store.cells import Cells
from kg.store.folder import LEDGER, RELEASES
from kg.store.search import Search
from server.service import service


def was_there(iri: str) -> bool:
    """Whether an earlier release that is still kept says anything of a thing."""
    return any(_says(index, iri) for index in _earlier())


def was_shown(release: str) -> bool:
    """Whether a release of this id has ever been shown, by the ledger of the data folder."""
    data = service().config.data
    if data is None or not (data / LEDGER).is_file():
        return False
    lines = (data / LEDGER).read_text("utf-8").splitlines()
    return release in {json.loads(line)["release"] for line in lines if line.strip()}


def _earlier() -> Iterator[Path]:
    """The indexes of the other releases."""
    data = service().config.data
    if data is not None:
        yield from (
            path for path in sorted((data / RELEASES).glob("*/text.db")) if path.parent.name != service().release_id
        )


def _says(index: Path, iri: str) -> bool:
    with suppress(StoreError):  # written by another version of fazhi
        with closing(Cells(index)) as cells:
            if cells.holds(iri):
                return True
        with closing(Search(index)) as search:
            return bool(search.labels([iri]))
    return False
