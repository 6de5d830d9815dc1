"""Publish: a release of shared graphs and parts; whole, or as a change of the release before where little differs.

Both ways give the same release: its id is made from what it holds.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from kg.build.parts import Parts
from kg.build.spread import Part
from kg.errors import StoreError
from kg.graph.quads import Graph
from kg.store.change import change
from kg.store.contents import Given, identity
from kg.store.dump import Member
from kg.store.folder import pointed_at
from kg.store.release import Making, Release, making, problems, read_release

SMALL = 0.25
"""Share of the quads up to which a change is quicker than a fresh store."""


class Publication:
    """The release that a build makes. It is begun while reports are still read, as soon as it is plain that a change of
    the release before would not be quicker: the store takes as long as all the reading of two processes."""

    def __init__(self, data: Path, *, early: bool) -> None:
        self.before = current(data)
        self._data = data
        self._parts = Parts(data)
        self._waiting: dict[str, Member] | None = {} if early else None
        self._new = 0
        self._open = ExitStack()
        self._making: Making | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def take(self, part: Part) -> None:
        """A part that will most likely stand in the release. Raises BusyError where another build runs."""
        if self._waiting is None or part.made.report is None:
            return
        self._waiting |= self._parts.members(part.key, part.made)
        self._new += sum(graph.quads for graph in part.made.packed) * (not part.kept)
        if self._making is None and self._new > SMALL * (self.before.manifest["quads"] if self.before else 0):
            self._making = self._open.enter_context(making(self._data))
        if self._making:
            self._making.filling.take(self._waiting)
            self._waiting = {}

    def taken(self) -> None:
        """All reports have been taken; what they have in common is still to be made."""
        if self._making:
            self._making.filling.load()

    def publish(self, shared: Sequence[Graph], chosen: Sequence[Part], given: Given, *, keep: int) -> Release:
        """Make a release of the shared graphs and of the parts, and show it."""
        texts = {graph.name: graph.text for graph in shared if graph.lines}
        members: dict[str, Member] = {}
        for part in chosen:
            members.update(self._parts.members(part.key, part.made))
        hashes = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
        hashes |= {name: member.sha256 for name, member in members.items()}
        if self.before is None or self.before.id != pointed_at(self._data):  # written to from outside in the meantime
            self.before = current(self._data)
        if self.before is not None and not problems(self.before):
            if identity(hashes, given) == self.before.id:
                return self.before
            old = self.before.members()
            differ = sorted(name for name in {*old, *hashes} if name not in old or old[name].sha256 != hashes.get(name))
            if _weight(differ, old, members) <= SMALL * int(self.before.manifest["quads"]):
                self._open.close()
                packed = {name: members[name].text() for name in differ if name in members}
                now = {name: packed.get(name) or texts.get(name) for name in differ}
                return change(self._data, now, given=given, keep=keep)
        if self._making is None:
            self._making = self._open.enter_context(making(self._data))
        return self._making.publish(texts.values(), members, given, keep=keep)


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
