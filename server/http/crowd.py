"""How many connections each client has open: one address must not take all that there are."""

from collections import Counter

from server.config import Config
from server.evaluate.budget import client_of

MOST = 256
"""Connections of one client to one server process. A browser opens six."""


class Crowd:
    """The clients that are connected, and with how many connections each.

    Loopback is not counted, nor what comes through a proxy, which sees its own clients; of IPv6 a network is one client.

    >>> crowd = Crowd(Config(store_url="https://example.org/sparql"), most=2)
    >>> [crowd.enter("192.0.2.1") for _ in range(3)], crowd.enter("192.0.2.2"), crowd.enter("127.0.0.1")
    (['192.0.2.1', '192.0.2.1', None], '192.0.2.2', '')
    >>> crowd.leave("192.0.2.1"); crowd.enter("192.0.2.1")
    '192.0.2.1'
    """

    def __init__(self, config: Config, most: int = MOST) -> None:
        self._config, self._most = config, most
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> str | None:
        """The client that a new connection belongs to, empty where it is not counted; None where it has too many."""
        client = "" if self._config.proxy or not address else client_of(self._config, address, "")
        if client and self._open[client] >= self._most:
            return None
        if client:
            self._open[client] += 1
        return client

    def leave(self, client: str | None) -> None:
        """One of its connections is closed."""
        if client:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
