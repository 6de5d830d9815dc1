"""A release: one folder that never changes, written beside the old one and shown by one atomic rename.

    DIR/releases/<id>/{store/, text.db, dump.nq.gz, manifest.json, issues.jsonl, counts.json}
    DIR/current → releases/<id>

The id is made from the content, so the same input gives the same release.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import StoreError, UsageError
from kg.store.contents import FORMAT, Given, describe, identity
from kg.store.dump import Member, named_graphs, pack
from kg.store.fill import Filling
from kg.store.folder import (
    EXPORTS,
    LEDGER,
    POINTER,
    RELEASES,
    UNFINISHED,
    building,
    digest,
    pointed_at,
    settle,
    sync,
    unfinished,
)


@dataclass(frozen=True)
class Release:
    """One release on disk. What its files hold is read when it is asked for."""

    id: str
    path: Path

    @property
    def store_path(self) -> Path:
        return self.path / "store"

    @property
    def text_path(self) -> Path:
        return self.path / "text.db"

    @property
    def dump_path(self) -> Path:
        return self.path / "dump.nq.gz"

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """Release, made, previous, quads, dump (bytes, sha256), graphs (name → quads, sha256, offset, length); and what the build gave."""
        return _json(self.path / "manifest.json")

    @cached_property
    def counts(self) -> Mapping[str, Any]:
        """Quads, graphs, classes and properties of the store; and what the build counted."""
        return _json(self.path / "counts.json")

    def issues(self) -> Iterator[Mapping[str, Any]]:
        """What the build warned of, one by one."""
        with (self.path / "issues.jsonl").open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())

    def members(self) -> dict[str, Member]:
        """The graphs as they lie in the dump."""
        dump = self.dump_path
        return {name: Member(dump, **place) for name, place in self.manifest["graphs"].items()}

    def member(self, name: str) -> bytes:
        """The gzip member of one graph in the dump."""
        return Member(self.dump_path, **self.manifest["graphs"][name]).packed()


@dataclass(frozen=True, slots=True)
class Making:
    """A new release in the making: the data folder is held for it."""

    data: Path
    filling: Filling
    _work: Path

    def publish(
        self, parts: Iterable[bytes | Path], members: Mapping[str, Member], given: Given, *, keep: int
    ) -> Release:
        """As `publish`; of what `filling` took before, what is not wanted is taken out again."""
        loose = self._work / "packed"
        every = {**pack(loose, named_graphs(parts).values()), **members}
        ident = identity({name: member.sha256 for name, member in every.items()}, given)
        target = self.data / RELEASES / ident
        if problems(Release(ident, target)):
            classes, properties = self.filling.finish(every)
            describe(self._work, ident, self.data, every, given, classes, properties)
            loose.unlink()
            settle(self._work, target)
        return show(self.data, target, keep)


@contextmanager
def making(data: Path) -> Iterator[Making]:
    """Hold the data folder for a new release. Raises BusyError while another build runs."""
    with building(data), unfinished(data) as work, Filling(work) as filling:
        yield Making(data, filling, work)


def publish(
    data: Path,
    parts: Iterable[bytes | Path],
    *,
    members: Mapping[str, Member] | None = None,
    manifest: Mapping[str, Any] | None = None,
    issues: Sequence[Mapping[str, Any]] = (),
    counts: Mapping[str, Any] | None = None,
    keep: int = 10,
) -> Release:
    """Make a release of `parts` (N-Quads, as bytes or files) in the data folder `data`, and show it.

    `members` are further graphs by name, packed already, of which no line stands in `parts`: only one of them is in
    memory at a time. `manifest`, `issues` and `counts` are kept with the release and belong to its content: they hold no
    clock. The same content gives the same id and is not written twice. Raises BusyError while another build runs,
    StoreError for bad N-Quads, a damaged member or a full disk; the release before then goes on serving, and nothing
    half-written stays.
    """
    with making(data) as made:
        return made.publish(parts, members or {}, Given(manifest or {}, issues, counts or {}), keep=keep)


def read_release(path: Path) -> Release:
    """The release at `path`: that folder itself, or the current one of a data folder. Raises StoreError."""
    if (path / "manifest.json").is_file():
        return Release(path.resolve().name, path.resolve())
    if not path.is_dir():
        raise StoreError("no such data folder", where=str(path), hint=f"build one: fazhi build REPORT… --data {path}")
    ident = pointed_at(path)
    if ident is None:
        raise StoreError("holds no release", where=str(path), hint=f"build one: fazhi build REPORT… --data {path}")
    target = (path / RELEASES / ident).resolve()
    if not (target / "manifest.json").is_file():
        raise StoreError(f"release {ident} is missing or damaged", where=str(path), hint="fazhi rollback, or restore")
    return Release(ident, target)


def answerable(path: Path) -> Release:
    """As `read_release`; raises StoreError too where another version of fazhi made it.

    Questions read what the build adds for them: a release that lacks it would be answered as if its reports said nothing.
    """
    release = read_release(path)
    if release.manifest.get("format") != FORMAT:
        raise StoreError(
            f"release {release.id} was made by another version of fazhi",
            where=str(path),
            hint="build it anew: fazhi build REPORT… with the same reports",
        )
    return release


def releases(data: Path) -> tuple[Release, ...]:
    """All releases of a data folder, the newest first."""
    found = [Release(path.name, path) for path in (data / RELEASES).glob("*/") if (path / "manifest.json").is_file()]
    whole = [release for release in found if not release.path.name.startswith(UNFINISHED)]
    return tuple(sorted(whole, key=lambda release: (release.manifest["made"], release.id), reverse=True))


def rollback(data: Path, to: str | None = None) -> Release:
    """Show an earlier release again: `to`, or the one before the current. Raises UsageError where there is none."""
    with building(data):
        ident = to or read_release(data).manifest["previous"]
        target = data / RELEASES / str(ident)
        if ident is None or not (target / "manifest.json").is_file():
            raise UsageError("no release before this one" if to is None else f"no release {to}", hint="fazhi releases")
        if found := problems(Release(str(ident), target)):
            raise StoreError(found[0], where=str(target), hint="choose another: fazhi releases")
        return show(data, target, None)


def problems(release: Release, *, deep: bool = False) -> list[str]:
    """What is wrong with a release, nothing where it is whole. `deep` counts the quads of each graph in the store."""
    if not release.path.is_dir():
        return ["no such release"]
    names = ("manifest.json", "counts.json", "issues.jsonl", "text.db", "dump.nq.gz", "store")
    if missing := [name for name in names if not (release.path / name).exists()]:
        return [f"{missing[0]} is missing"]
    try:
        manifest = release.manifest
    except StoreError as error:
        return [str(error)]
    if manifest.get("format") != FORMAT:
        return ["written by another version of fazhi: build it anew"]
    if release.dump_path.stat().st_size != manifest["dump"]["bytes"]:
        return ["dump.nq.gz has another length than the manifest says"]
    if not deep:
        return []
    if digest(release.dump_path) != manifest["dump"]["sha256"]:
        return ["dump.nq.gz has another hash than the manifest says"]
    try:
        store = ox.Store.read_only(str(release.store_path))
        stored = _quads(store)
    except (OSError, RuntimeError) as error:
        return [f"the store cannot be read: {error}"]
    listed = {name: place["quads"] for name, place in manifest["graphs"].items()}
    wrong = sorted(name for name in listed.keys() | stored.keys() if listed.get(name, 0) != stored.get(name, 0))
    return [
        f"{name}: {stored.get(name, 0)} quads in the store, {listed.get(name, 0)} in the manifest" for name in wrong
    ]


def _quads(store: ox.Store) -> dict[str, int]:
    rows: Any = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    found = {row["g"].value: int(row["n"].value) for row in rows}
    default = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return found | ({"": default} if default else {})


def show(data: Path, target: Path, keep: int | None) -> Release:
    """Point at `target`: one rename, so that a reader sees the old release or the new one."""
    pointer, before = data / f".{POINTER}-{os.getpid()}", pointed_at(data)
    pointer.unlink(missing_ok=True)
    try:
        pointer.symlink_to(Path(RELEASES) / target.name, target_is_directory=True)
    except OSError:  # where links are not allowed, a file of one line does the same
        pointer.write_text(f"{RELEASES}/{target.name}\n", encoding="utf-8")
    pointer.replace(data / POINTER)
    sync(data)
    if before != target.name:
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "release": target.name, "before": before}
        with (data / LEDGER).open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(line) + "\n")
    # Manifests are large: they are read only where something is to be removed.
    if keep is not None and sum(1 for _ in (data / RELEASES).iterdir()) > max(keep, 1):
        for old in releases(data)[max(keep, 1) :]:
            if old.id not in (target.name, before):
                shutil.rmtree(old.path, ignore_errors=True)
                shutil.rmtree(data / EXPORTS / old.id, ignore_errors=True)
    return Release(target.name, target.resolve())


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"cannot be read: {error}", where=str(path), hint="fazhi restore, or fazhi rollback"
        ) from error
    return content
