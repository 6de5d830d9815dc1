"""A release made from the one before: the store copied by hard links, some graphs changed, all others taken as they are."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.store import index
from kg.store.contents import Given, describe, identity
from kg.store.dump import Member, NamedGraph, by_property, named_graph, pack, respelt, tally
from kg.store.folder import RELEASES, building, settle, unfinished
from kg.store.release import Release, problems, read_release, show


def change(
    data: Path,
    graphs: Mapping[str, bytes | None],
    *,
    issues: Sequence[Mapping[str, Any]] = (),
    given: Given | None = None,
    keep: int = 10,
) -> Release:
    """A new release in which the graphs named hold the N-Quads given (None: nothing), and all others stay as they are.

    Costs what differs: quads that a graph has in both releases are not touched. The graph of the lines must be the one
    that they are given for. `given` takes the place of what the release before was given; else `issues` are added to
    its own. Raises StoreError for bad N-Quads, BusyError while another build runs.
    """
    new = {name: named_graph(name, text) for name, text in graphs.items() if text}

    def replace(store: ox.Store) -> None:
        before = read_release(data).members()
        for name in graphs:
            old = set(before[name].text().splitlines()) if name in before else set()
            now = set(new[name].lines) if name in new else set()
            if any(b"_:" in line for line in old):  # the store's own names for blank nodes are not those of the lines
                store.clear_graph(ox.NamedNode(name))
                old = set()
            for quad in _parsed(old - now):
                store.remove(quad)
            store.extend(_parsed(now - old))

    return edit(data, replace, graphs, known=new, issues=issues, given=given, keep=keep)


def _parsed(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    yield from ox.parse(b"\n".join(lines), format=ox.RdfFormat.N_QUADS)


def edit(
    data: Path,
    work: Callable[[ox.Store], None],
    touched: Iterable[str] | None = None,
    *,
    known: Mapping[str, NamedGraph] | None = None,
    issues: Sequence[Mapping[str, Any]] = (),
    given: Given | None = None,
    keep: int = 10,
) -> Release:
    """A new release from the current one with `work` done on a copy of its store.

    `touched` names the graphs that `work` may change ("" is the default graph); without it all are looked at. What the
    release says it holds is read back from the store, so the two agree whatever `work` did; or it is `known`: what the
    graphs touched hold once `work` is done.
    """
    with building(data):
        old = read_release(data)
        with unfinished(data) as folder:
            ox.Store.read_only(str(old.store_path)).backup(str(folder / "store"))
            store = ox.Store(str(folder / "store"))
            work(store)
            store.flush()
            names = set(touched) if touched is not None else {*old.manifest["graphs"], *_names(store)}
            read = known if known is not None else {name: read_graph(store, name) for name in names}
            now = {name: read[name] for name in sorted(names & read.keys()) if read[name].text}
            del store  # lets go of its lock
            before, loose = old.members(), folder / "packed"
            members = {name: member for name, member in before.items() if name not in names}
            members |= pack(loose, now.values())
            given = given or Given(old.manifest["given"], [*old.issues(), *issues], old.counts["given"])
            ident = identity({name: member.sha256 for name, member in members.items()}, given)
            target = data / RELEASES / ident
            if problems(Release(ident, target)):
                changed = {
                    name: by_property(name, now[name].text if name in now else b"")
                    for name in names
                    if _differs(name, before, now)
                }
                index.change(old.text_path, folder / "text.db", changed)
                classes, properties = _counts(old, names, now)
                describe(folder, ident, data, members, given, classes, properties)
                loose.unlink()
                settle(folder, target)
        return show(data, target, keep)


def read_graph(store: ox.Store, name: str) -> NamedGraph:
    """One graph of a store as sorted lines."""
    node = ox.NamedNode(name) if name else ox.DefaultGraph()
    text = ox.serialize(store.quads_for_pattern(None, None, None, node), format=ox.RdfFormat.N_QUADS) or b""
    lines = text.splitlines()
    blank = [line for line in lines if b"_:" in line]
    if blank:  # the store names blank nodes as it likes; the dump names them by what they say
        lines = [line for line in lines if b"_:" not in line] + respelt(blank, graph=f"<{name}>".encode())
    return NamedGraph(name, b"".join(line + b"\n" for line in sorted(lines)))


def _names(store: ox.Store) -> set[str]:
    return {"", *(node.value for node in store.named_graphs() if isinstance(node, ox.NamedNode))}


def _differs(name: str, before: Mapping[str, Member], now: Mapping[str, NamedGraph]) -> bool:
    return (before[name].sha256 if name in before else "") != (now[name].sha256 if name in now else "")


def _counts(old: Release, names: set[str], now: Mapping[str, NamedGraph]) -> tuple[Counter[str], Counter[str]]:
    classes, properties = Counter(old.counts["classes"]), Counter(old.counts["properties"])
    before = old.members()
    for name in names:
        were = set(before[name].text().split(b"\n")) if name in before else set()
        are = set(now[name].lines) if name in now else set()
        gone, come = (tally(by_property(name, b"\n".join(lines))) for lines in (were - are, are - were))
        classes += come[0]
        classes -= gone[0]
        properties += come[1]
        properties -= gone[1]
    return classes, properties
