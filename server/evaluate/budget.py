"""What one client may use: seconds of queries and pages, failures, and how many at once. Loopback is not counted."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from server.config import Config
from server.errors import Problem
from server.http.metrics import METRICS

SECONDS_A_MINUTE, SECONDS_BURST = 60.0, 120.0
FAILURES_A_MINUTE, FAILURES_BURST = 30.0, 60.0
AT_ONCE, PAGES_AT_ONCE = 4, 8
CLIENTS = 10_000
LONGEST = 64  # characters of an address


@dataclass(slots=True)
class Account:
    """What one client has left."""

    seconds: float = SECONDS_BURST
    failures: float = FAILURES_BURST
    running: int = 0
    seen: float = field(default=0.0)


class Budget:
    """Accounts of all clients, in this worker; the shares of several workers are even.

    >>> clock = iter([0.0, 0.0, 200.0]).__next__
    >>> budget = Budget(share=1.0, clock=clock)
    >>> with budget.spend("192.0.2.1"): pass
    >>> budget.wait("192.0.2.1")
    0
    """

    def __init__(self, *, share: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._share, self._clock = share, clock
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str, at_once: int = AT_ONCE) -> int:
        """Seconds until the client may ask again; 0: now."""
        with self._lock:
            account = self._account(client, self._clock())
            if account.running >= at_once:
                return 1
            short = max(-account.seconds / (SECONDS_A_MINUTE / 60), -account.failures / (FAILURES_A_MINUTE / 60))
            return int(short / self._share) + 1 if short > 0 else 0

    @contextmanager
    def spend(self, client: str) -> Iterator[None]:
        """Charge the wall time of what is done inside, and a failure where it fails."""
        with self._lock:
            began = self._clock()
            self._account(client, began).running += 1
        failed = True
        try:
            yield
            failed = False
        finally:
            with self._lock:
                now = self._clock()
                account = self._account(client, now)
                account.running -= 1
                account.seconds -= now - began
                account.failures -= failed

    def fail(self, client: str) -> None:
        """Charge a failure: a wrong token is one, so that nobody may try many."""
        with self._lock:
            self._account(client, self._clock()).failures -= 1

    def _account(self, client: str, now: float) -> Account:
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = Account(
                SECONDS_BURST * self._share, FAILURES_BURST * self._share, 0, now
            )
            while len(self._accounts) > CLIENTS:
                self._accounts.popitem(last=False)
        self._accounts.move_to_end(client)
        passed = max(0.0, now - account.seen) * self._share
        account.seconds = min(SECONDS_BURST * self._share, account.seconds + passed * SECONDS_A_MINUTE / 60)
        account.failures = min(FAILURES_BURST * self._share, account.failures + passed * FAILURES_A_MINUTE / 60)
        account.seen = now
        return account


def client_of(config: Config, address: str, forwarded: str) -> str:
    """The address that a request is charged to; empty for loopback, which is not charged.

    >>> config = Config(store_url="https://example.org/sparql")
    >>> client_of(config, "2001:db8::7", ""), client_of(config, "::ffff:192.0.2.1", ""), client_of(config, "::1", "")
    ('2001:db8::/64', '192.0.2.1', '')

    Of an IPv6 address it is the network, since one client has as many addresses in it as it likes.

    `forwarded` is the header X-Forwarded-For: its last entry is the proxy's own word, where one is configured.
    """
    if not config.budget:
        return ""
    if config.proxy:
        return _network(forwarded.rpartition(",")[2].strip()[:LONGEST] or address)
    return "" if _is_here(address) else _network(address)


@lru_cache(maxsize=4096)
def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
    return str(found)


@contextmanager
def charged(budget: Budget, client: str, at_once: int = AT_ONCE) -> Iterator[None]:
    """Charge a client for what is done inside. Raises 429 with Retry-After where nothing is left."""
    if not client:
        yield
        return
    if wait := budget.wait(client, at_once):
        METRICS.add("requests_over_budget_total")
        raise Problem("over-budget", headers={"Retry-After": str(wait)})
    with budget.spend(client):
        yield
