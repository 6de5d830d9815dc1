"""Publish: a release of shared graphs and parts; whole, or as a change of the release before where little differs.

Both ways give the same release: its id is made from what it holds.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.build.parts import Parts
from kg.build.spread import Part
from kg.errors import StoreError
from kg.graph.quads import Graph
from kg.store.change import change
from kg.store.dump import Member
from kg.store.release import Given, Release, identity, problems, publish, read_release

SMALL = 0.25
"""Share of the quads up to which a change is quicker than a fresh store."""


def publish_parts(data: Path, shared: Sequence[Graph], chosen: Sequence[Part], given: Given, *, keep: int) -> Release:
    """Make a release of the shared graphs and of the parts, and show it."""
    texts = {graph.name: text_of(graph) for graph in shared if graph.lines}
    members: dict[str, Member] = {}
    for part in chosen:
        members.update(Parts(data).members(part.key, part.made))
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    hashes |= {name: member.sha256 for name, member in members.items()}
    before = current(data)
    if before is not None and not problems(before):
        if identity(hashes, given) == before.id:
            return before
        old = before.members()
        differ = sorted(name for name in {*old, *hashes} if name not in old or old[name].sha256 != hashes.get(name, ""))
        if _weight(differ, old, members) <= SMALL * int(before.manifest["quads"]):
            packed = {name: members[name].text() for name in differ if name in members}
            return change(data, {name: packed.get(name) or texts.get(name) for name in differ}, given=given, keep=keep)
    return publish(
        data,
        texts.values(),
        members=members,
        manifest=given.manifest,
        issues=given.issues,
        counts=given.counts,
        keep=keep,
    )


def current(data: Path) -> Release | None:
    """The release that is shown, if there is one."""
    try:
        return read_release(data)
    except StoreError:
        return None


def _weight(differ: Sequence[str], old: Mapping[str, Member], new: Mapping[str, Member]) -> int:
    """Quads of the reports that differ; shared graphs are changed by difference, so they weigh nothing."""
    gone = sum(old[name].quads for name in differ if name in old and "/report/" in name)
    come = sum(new[name].quads for name in differ if name in new)
    return max(gone, come)


def text_of(graph: Graph) -> bytes:
    """A graph as N-Quads, sorted."""
    return "".join(f"{line}\n" for line in graph.lines).encode()
