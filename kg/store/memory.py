"""A release in memory: read from its dump, each graph held against its hash, and turned into the next release by what differs.

The same question takes a fifth to a twelfth of what it takes on disk; a quad takes about QUAD bytes.
"""

from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.dump import Member
from kg.store.release import Release

QUAD = 320
"""Bytes that the engine takes for one quad in memory (composed reports; pyoxigraph 0.5)."""
BATCH = 10_000
"""Quads that are loaded at once; more of them are no quicker."""
WORN = 4
"""Where more than one in so many quads has been replaced, all are read anew: the engine never gives a removed quad's memory back."""


def fits(release: Release, most: int) -> bool:
    """Whether the graph of a release takes no more than `most` bytes of memory."""
    return int(release.manifest["quads"]) * QUAD <= most


def load(release: Release) -> ox.Store:
    """The graph of a release in memory. Raises StoreError where its dump is not what the manifest says."""
    store = ox.Store()
    texts: list[bytes] = []
    held = 0
    for member in release.members().values():
        texts.append(member.text())
        held += member.quads
        if held >= BATCH:
            _add(store, texts)
            texts, held = [], 0
    _add(store, texts)
    if len(store) != release.manifest["quads"]:
        raise StoreError("the dump holds another number of quads than the manifest says", where=str(release.path))
    return store


def differing(old: Release, new: Release) -> tuple[list[str], int]:
    """The graphs that are not the same in both, and how many quads they have in both together."""
    before, now = old.members(), new.members()
    names = [name for name in sorted(before.keys() | now.keys()) if _hash(before, name) != _hash(now, name)]
    return names, sum(members[name].quads for members in (before, now) for name in names if name in members)


def take_over(store: ox.Store, old: Release, new: Release) -> int:
    """Make the graph of `old` in memory that of `new`, and say how many quads that was.

    Raises StoreError where a member is damaged, and where so much differs that to read all anew is better.
    """
    names, quads = differing(old, new)
    before, now = old.members(), new.members()
    if quads * WORN > new.manifest["quads"]:
        raise StoreError("too much differs")
    for name in names:
        gone = set(before[name].text().splitlines()) if name in before else set()
        come = set(now[name].text().splitlines()) if name in now else set()
        if any(b"_:" in line for line in gone):  # the engine names blank nodes as it likes
            store.clear_graph(ox.NamedNode(name) if name else ox.DefaultGraph())
            gone = set()
        for quad in _parsed(gone - come):
            store.remove(quad)
        store.extend(_parsed(come - gone))
    return quads


def _parsed(lines: Iterable[bytes]) -> Iterable[ox.Quad]:
    return ox.parse(b"\n".join(sorted(lines)), format=ox.RdfFormat.N_QUADS)


def _add(store: ox.Store, texts: list[bytes]) -> None:
    try:
        store.bulk_load(b"".join(texts), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"not N-Quads: {error}") from error


def _hash(members: dict[str, Member], name: str) -> str:
    return members[name].sha256 if name in members else ""
