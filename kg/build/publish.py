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
from kg.store.release import Given, Release, identity, problems, publish, read_release

SMALL = 0.25
"""Share of the quads up to which a change is quicker than a fresh store."""


def publish_parts(data: Path, shared: Sequence[Graph], chosen: Sequence[Part], given: Given, *, keep: int) -> Release:
    """Make a release of the shared graphs and of the parts, and show it."""
    texts = {graph.name: text_of(graph) for graph in shared if graph.lines}
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    for part in chosen:
        hashes.update(part.made.hashes)
    before = current(data)
    if before is not None and not problems(before):
        if identity(hashes, given) == before.id:
            return before
        old: Mapping[str, Mapping[str, object]] = before.manifest["graphs"]
        differ = {name for name in {*old, *hashes} if name not in old or old[name]["sha256"] != hashes.get(name, "")}
        if _weight(differ, old, chosen) <= SMALL * int(before.manifest["quads"]):
            return change(data, _texts(data, differ, texts, chosen), given=given, keep=keep)
    parts = Parts(data)
    every = [*texts.values(), *(parts.lines(part.key) for part in chosen)]
    return publish(data, every, manifest=given.manifest, issues=given.issues, counts=given.counts, keep=keep)


def current(data: Path) -> Release | None:
    """The release that is shown, if there is one."""
    try:
        return read_release(data)
    except StoreError:
        return None


def _weight(differ: set[str], old: Mapping[str, Mapping[str, object]], chosen: Sequence[Part]) -> int:
    """Quads of the reports that differ; shared graphs are changed by difference, so they weigh nothing."""
    gone = sum(int(str(old[name]["quads"])) for name in differ if name in old and "/report/" in name)
    come = sum(
        part.made.report.counts.triples
        for part in chosen
        if part.made.report and any(name in differ for name in part.made.hashes)
    )
    return max(gone, come)


def _texts(data: Path, differ: set[str], texts: Mapping[str, bytes], chosen: Sequence[Part]) -> dict[str, bytes | None]:
    """The graphs that differ with their N-Quads; None for those that are gone."""
    parts = Parts(data)
    found: dict[str, bytes | None] = {name: texts.get(name) for name in sorted(differ)}
    for part in chosen:
        mine = {name for name in part.made.hashes if name in differ}
        lines: dict[str, list[bytes]] = {name: [] for name in mine}
        for line in parts.lines(part.key).split(b"\n") if mine else ():
            name = line.rsplit(b" ", 2)[1][1:-1].decode() if line else ""
            if name in lines:
                lines[name].append(line)
        found.update({name: b"\n".join(several) + b"\n" for name, several in lines.items()})
    return found


def text_of(graph: Graph) -> bytes:
    """A graph as N-Quads, sorted."""
    return "".join(f"{line}\n" for line in graph.lines).encode()
