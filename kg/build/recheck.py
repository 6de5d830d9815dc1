"""Recheck: a published release against the shapes once more, with what its build found, and whether it is whole on disk.

A release that was built conforms; one that was written to over HTTP, restored or damaged may not.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from kg.errors import StoreError
from kg.graph.check import check
from kg.graph.finding import Severity
from kg.graph.namespaces import PREFIXES, VOCABULARY, graph_base
from kg.graph.quads import Graph
from kg.graph.registry import Entry, RegistryKind
from kg.store.embedded import EmbeddedStore
from kg.store.release import Release, problems

KEPT = f"""PREFIX fz: <{VOCABULARY}> PREFIX skos: <{PREFIXES["skos"]}>
SELECT ?finding ?severity ?rule ?report ?zh ?en {{
  ?finding a fz:Finding ; fz:severity/skos:notation ?severity ; fz:foundBy/skos:notation ?rule ; fz:inReport ?report .
  ?finding fz:message ?zh, ?en . FILTER(LANG(?zh) = "zh" && LANG(?en) = "en")
}} ORDER BY ?severity ?report ?rule ?en"""

WORDS = f"""PREFIX fz: <{VOCABULARY}>
SELECT ?finding ?quote {{
  ?finding fz:evidence ?place . ?place fz:quote ?quote ; fz:inReport ?report ; fz:beginOffset ?begin
}} ORDER BY ?finding ?report ?begin"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Found:
    """One finding on a release."""

    severity: Severity
    rule: str
    report: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    """The sentences that it rests on."""


def recheck(store: EmbeddedStore) -> list[Found]:
    """Everything there is to say: violations first, then what the build warned of. Raises StoreError for a damaged release."""
    release = store.described
    if broken := problems(release, deep=True):
        raise StoreError(broken[0], where=str(release.path), hint="fazhi rollback, or fazhi restore")
    words: dict[str, list[str]] = defaultdict(list)
    for row in store.rows(WORDS):
        words[row["finding"].value].append(row["quote"].value)
    kept = (
        Found(
            severity=cast(Severity, row["severity"].value),
            report=row["report"].value,
            rule=row["rule"].value,
            zh=row["zh"].value,
            en=row["en"].value,
            words=tuple(words[row["finding"].value]),
        )
        for row in store.rows(KEPT)
    )
    return sorted({*_violations(release), *kept}, key=lambda found: (found.severity != "violation", found))


def _violations(release: Release) -> Iterator[Found]:
    names = list(release.manifest["graphs"])
    base = graph_base(str(release.manifest.get("base", "")))
    shared = [name for name in names if name.startswith((f"{base}registry/", f"{base}provenance"))]
    registered = _registered(release, shared)
    for name in names:
        derived = f"{name}/derived"
        if not name.startswith(f"{base}report/") or derived not in names:
            continue
        graphs = (_graph(release, name), _graph(release, derived))
        triples = {triple for graph in graphs for triple in graph.triples()}
        for finding in check(triples, entries=_near(graphs, registered), report=name, kinds=("data",)):
            if finding.severity == "violation":
                yield Found(
                    severity="violation",
                    report=name,
                    rule=finding.rule,
                    zh=f"{finding.message_zh} {finding.focus}".strip(),
                    en=f"{finding.message_en} {finding.focus}".strip(),
                )


def _graph(release: Release, name: str) -> Graph:
    return Graph(name, tuple(gzip.decompress(release.member(name)).decode().splitlines()))


def _registered(release: Release, names: Iterable[str]) -> Mapping[str, list[Entry]]:
    """What the registries say, by subject."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for name in names:
        kind = cast(RegistryKind, name.rpartition("/")[2])
        for subject, predicate, value in _graph(release, name).triples():
            found[subject].append(Entry(kind, subject, predicate, value))
    return found


def _near(graphs: Iterable[Graph], registered: Mapping[str, list[Entry]]) -> list[Entry]:
    """The entries that a report leads to, in any number of steps."""
    waiting = {term for graph in graphs for triple in graph.triples() for term in triple} & registered.keys()
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        waiting = {entry.object for subject in waiting for entry in registered[subject]} & registered.keys() - seen
    return [entry for subject in sorted(seen) for entry in registered[subject]]
