"""Compared: plans followed up in the next report, kept by what was compared, and begun while other reports are still read.

DIR/parts/pairs/ab/abcd….gz holds what became of the plans of one report; a pair that did not change is not compared again.
"""

import contextlib
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from kg.build.parts import FOLDER, coming, fingerprint, write
from kg.graph.digest import Digest
from kg.graph.follow import Fulfilment, compare, consecutive

_digest: TypeAdapter[Digest] = TypeAdapter(Digest)
_followed: TypeAdapter[tuple[Fulfilment, ...]] = TypeAdapter(tuple[Fulfilment, ...])


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared before in one data folder."""

    data: Path
    _taken: defaultdict[str, list[Digest]] = field(default_factory=lambda: defaultdict(list))
    """By series."""
    _hashes: dict[int, tuple[Digest, str]] = field(default_factory=dict)
    """By id; held with its digest, so that the id stays its own. Most reports stand in two pairs."""

    def take(self, digest: Digest, *, new: bool) -> None:
        """A report that will most likely stand in the release. Where it is `new` it is compared with those of the years
        beside it that have come, for which the end of a build would have one processor only."""
        beside = self._taken[digest.series]
        beside.append(digest)
        for pair in consecutive(beside) if new else ():
            if digest in pair:
                self._pair(*pair, self._path(*pair))

    def __call__(self, digests: Iterable[Digest]) -> Iterator[Fulfilment]:
        """As `kg.graph.follow.follow`."""
        pairs = tuple(consecutive(digests))
        for pair, path in zip(pairs, coming([self._path(*pair) for pair in pairs]), strict=True):
            yield from self._pair(*pair, path)

    def _path(self, *pair: Digest) -> Path:
        depends = " ".join((*map(self._hash, pair), fingerprint()))
        name = hashlib.sha256(depends.encode()).hexdigest()
        return self.data / FOLDER / "pairs" / name[:2] / f"{name}.gz"

    def _hash(self, digest: Digest) -> str:
        if id(digest) not in self._hashes:
            self._hashes[id(digest)] = digest, hashlib.sha256(_digest.dump_json(digest)).hexdigest()
        return self._hashes[id(digest)][1]

    def _pair(self, earlier: Digest, later: Digest, path: Path) -> Iterable[Fulfilment]:
        """What became of the plans of one report in the next; kept by what it depends on."""
        with contextlib.suppress(OSError, EOFError, ValueError):
            return _followed.validate_json(gzip.decompress(path.read_bytes()))
        found = tuple(compare(earlier, later))
        write(path, gzip.compress(_followed.dump_json(found), compresslevel=3, mtime=0))
        return found
