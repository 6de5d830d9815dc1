"""Answers kept by release, before anything else is asked: gives 304, and gzip made once."""

import asyncio
import gzip
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from server.http.metrics import METRICS
from server.http.reply import Headers, Reply, Sent, lines_of, matches

NEVER = ("/healthz", "/readyz", "/metrics", "/static/", "/data/dump.", "/api/v1/jobs")
LONGEST_POST = 65_536
SMALLEST_GZIP = 800
LARGE = 65_536  # a body above it is compressed in a thread, so that nobody waits for it
NEW = 32  # times as much room as for answers that were quick to make, and were asked for once
LONG = 1 << 20  # one above it is kept compressed alone: a tenth of the room, and a moment for who takes it plain
OVERHEAD = 2_000  # of headers and of what Python keeps for an entry
COMPRESSED = (
    *(b"text/", b"application/json", b"application/sparql-results", b"application/ld+json", b"application/rdf+xml"),
    *(b"application/n-triples", b"application/n-quads", b"application/trig", b"application/xml", b"image/svg"),
)
OF_THE_BODY = frozenset({b"etag", b"content-length", b"content-encoding"})
Key = tuple[str | bytes, ...]


@dataclass(slots=True)
class Kept:
    """One answer: its headers, its body, and its body compressed, made when somebody first asks for it."""

    headers: Headers
    lines: bytes
    """The same headers as they are sent."""
    body: bytes
    etag: bytes
    packs: bool
    """Whether compressing it can pay."""
    packed: bytes = b""
    length: int = 0
    """Of the body, where it is kept compressed alone."""
    packing: asyncio.Task[None] | None = None

    @property
    def long(self) -> bool:
        """Whether it is to be kept compressed alone. Until that is done its body is there, and counts for nothing."""
        return self.packs and not self.packed and len(self.body) > LONG

    @property
    def size(self) -> int:
        return (0 if self.long else len(self.body)) + len(self.packed) + OVERHEAD

    def wants(self, accepted: str) -> bool:
        """Whether the body must be made first as this asker takes it: compressed, or plain where it is kept compressed alone."""
        return not (self.packed or not self.packs) if takes_gzip(accepted) else not self.body and bool(self.packed)

    def reply(self, asked: Mapping[str, str], method: str, plain: bytes = b"") -> Reply:
        """The answer for one asker: 304 where it is known there, compressed where that was made and is taken.

        `plain` is the body of one that is kept compressed alone.
        """
        packed = bool(self.packed) and takes_gzip(asked.get("accept-encoding", ""))
        own = [(b"etag", self.etag[:-1] + b'-gzip"' if packed else self.etag)]
        wanted = asked.get("if-none-match", "")
        if wanted and method != "POST" and matches(wanted, self.etag, own[0][1]):
            return Reply(304, [pair for pair in self.headers + own if not pair[0].startswith(b"content-")], b"")
        body = self.packed if packed else self.body or plain
        own.append((b"content-length", b"%d" % len(body)))
        if packed:
            own.append((b"content-encoding", b"gzip"))
        lines = b"%betag: %b\r\ncontent-length: %d\r\n" % (self.lines, own[0][1], len(body))
        return Reply(200, self.headers + own, body, lines + b"content-encoding: gzip\r\n" if packed else lines)

    async def plain(self) -> bytes:
        """The body of one that is kept compressed alone."""
        return await asyncio.to_thread(zlib.decompress, self.packed, zlib.MAX_WBITS | 16, self.length)


class Cache:
    """Answers by request and release, the least recently used given up first; for the loop alone.

    What was quick to make has a small room of its own until it is asked for again: programs that never ask the same twice
    take nothing from those who do, and the memory of one answer serves the next.
    Only whole 200s that say `must-revalidate` and have an ETag are kept: no partial answer, no error, nothing that is
    different each time. Entries of an older release are never hit again and age out.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._new: OrderedDict[Key, Kept] = OrderedDict()
        """What was quick to make, and was asked for once: the oldest is given up first."""
        self._new_size = 0

    def find(self, key: Key) -> Kept | None:
        """What was kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        elif (found := self._new.pop(key, None)) is not None:
            self._new_size -= found.size + _weight(key)
            self.put(key, found)
        METRICS.add("cache_misses_total" if found is None else "cache_hits_total")
        return found

    def since(self, key: Key) -> Kept | None:
        """What somebody has put under a key since it was not found."""
        return self._kept.get(key)

    def keep(self, key: Key, reply: Reply, release: str) -> Kept | None:
        """Keep an answer that may be kept; None for any other."""
        if reply.status != 200 or not isinstance(reply.body, bytes):
            return None
        fields = dict(reply.headers)
        if (
            b"must-revalidate" not in fields.get(b"cache-control", b"")
            or b"etag" not in fields
            or fields.get(b"fazhi-release") != release.encode()  # a switch between the look and the answer
            or b"set-cookie" in fields
            or b"fazhi-partial" in fields
        ):
            return None
        packs = len(reply.body) > SMALLEST_GZIP and fields.get(b"content-type", b"").startswith(COMPRESSED)
        headers = [pair for pair in reply.headers if pair[0] not in OF_THE_BODY]
        if packs and b"accept-encoding" not in fields.get(b"vary", b"").lower():
            headers.append((b"vary", b"Accept-Encoding"))
        kept = Kept(headers, lines_of(headers), reply.body, fields[b"etag"], packs)
        return self.put(key, kept)

    def put(self, key: Key, kept: Kept, *, quick: bool = False) -> Kept | None:
        """What is kept under a key from now on: this, or what somebody put there meanwhile; None where it is too long.

        What was `quick` to make is kept for a while alone, unless it is asked for again.
        """
        if kept.size > self._limit // 16:
            return None
        if quick and not kept.long and key not in self._kept:
            if (found := self._new.setdefault(key, kept)) is kept:
                self._new_size += kept.size + _weight(key)
                while self._new_size > self._limit // NEW:
                    gone, old = self._new.popitem(last=False)
                    self._new_size -= old.size + _weight(gone)
            return found
        if (found := self._kept.setdefault(key, kept)) is kept:
            self._add(kept.size + _weight(key))
            if kept.long:
                kept.packing = asyncio.create_task(self._pack(key, kept))
        return found

    async def pack(self, key: Key, kept: Kept) -> None:
        """Compress what is kept, once."""
        if len(kept.body) <= LARGE:
            self._packed(key, kept, gzip.compress(kept.body, 5, mtime=0))
            return
        if kept.packing is None:
            kept.packing = asyncio.create_task(self._pack(key, kept))
        await asyncio.shield(kept.packing)

    async def _pack(self, key: Key, kept: Kept) -> None:
        self._packed(key, kept, await asyncio.to_thread(gzip.compress, kept.body, 5, mtime=0))

    def _packed(self, key: Key, kept: Kept, packed: bytes) -> None:
        alone = kept.long
        kept.packed = packed
        if alone:
            kept.body, kept.length = b"", len(kept.body)
        if self._kept.get(key) is kept:
            self._add(len(packed))
            if kept.size > self._limit // 16:
                self._drop(key)

    def _add(self, size: int) -> None:
        self._size += size
        while self._size > self._limit:
            self._drop(next(iter(self._kept)))
        METRICS.set("cache_bytes", self._size + self._new_size)

    def _drop(self, key: Key) -> None:
        self._size -= self._kept.pop(key).size + _weight(key)


def key_of(release: str, sent: Sent) -> Key | None:
    """What tells one answer from another; None where the request is not of a kind that is kept."""
    taste = sent.headers.taste
    if taste is None or not release or sent.path.startswith(NEVER):
        return None
    posted = sent.method == "POST"
    if posted:
        if sent.path != "/sparql" or len(sent.body) > LONGEST_POST:
            return None
    elif sent.method not in {"GET", "HEAD"}:
        return None
    return release, "POST" if posted else "", sent.scheme, taste, sent.path, sent.query, sent.body


def _weight(key: Key) -> int:
    return sum([len(part) for part in key])


def takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding allows gzip.

    >>> takes_gzip("gzip, deflate, br"), takes_gzip("gzip;q=0"), takes_gzip("")
    (True, False, False)
    """
    if not accepted:  # programs seldom say what they take
        return False
    for part in accepted.lower().split(","):
        name, _, q = part.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return q.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
