"""Queries that used up their time or memory a moment ago: asked again they are refused at once."""

import hashlib

from kg.store.answer import QueryCostError

REMEMBERED = 1000


class Costly:
    """Which requests were ended, by their hash, and until when that is held against them. Times are those of one clock, in seconds.

    >>> costly = Costly()
    >>> costly.remember(b"a query", now=1.0)
    >>> costly.knows(b"a query", now=2.0), costly.knows(b"a query", now=99.0), costly.knows(b"another", now=2.0)
    (True, False, False)
    """

    def __init__(self) -> None:
        self._until: dict[bytes, float] = {}

    def remember(self, packed: bytes, now: float) -> None:
        """It was ended."""
        self._until[_key(packed)] = now + QueryCostError.retry_after
        if len(self._until) > REMEMBERED:
            self._until = {key: until for key, until in self._until.items() if until > now}

    def knows(self, packed: bytes, now: float) -> bool:
        """Whether it was ended a moment ago."""
        return bool(self._until) and self._until.get(_key(packed), 0.0) > now


def _key(packed: bytes) -> bytes:
    return hashlib.sha256(packed).digest()
