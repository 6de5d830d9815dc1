"""What a server is told: plain values, read once by the command line, never looked up again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE

ENVIRONMENT = "FAZHI_SERVE"
"""The variable in which the parent of several server processes hands them their settings, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one server. Times are in seconds, sizes in bytes.

    >>> Config(data=Path("data"), public_url="https://example.org/").public_url
    'https://example.org'
    """

    data: Path | None = None
    """The data folder; its current release is served."""
    store_url: str | None = None
    """A SPARQL endpoint to serve from in place of a data folder."""
    base: str = DEFAULT_BASE
    """Instance base: the IRIs of all things begin with it."""
    public_url: str = ""
    """The address that the public sees, without a path; empty: that of each request, checked against trusted_hosts."""
    contact: str = ""
    """Whom readers may ask, as https://… or mailto:…; stands in /help and in the description of the data."""
    trusted_hosts: tuple[str, ...] = ()
    """Host names that are answered; empty: the public address and loopback, or all where neither is set."""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 12
    """Threads of each worker; four of them never wait for an evaluator."""
    server: str = "granian"
    """granian, or waitress (one process; safer without a proxy in front)."""
    evaluators: int = 2
    """Evaluators of each worker; 0 evaluates in the worker itself, without a deadline: for tests only."""
    seconds: float = 10.0
    """A query's time where the request names none."""
    max_seconds: float = 60.0
    memory: int = 1 << 30
    """What a query may use above what its store needs."""
    rows: int = 100_000
    bytes: int = 50_000_000
    query_bytes: int = 65_536
    upload_bytes: int = 32 * 1024 * 1024
    static_limits: bool = True
    token_file: Path | None = None
    """Names the file with the token of the write routes; without one nothing can be written."""
    budget: bool = True
    """Whether each client has a budget of query-seconds."""
    proxy: bool = False
    """Whether a proxy in front tells the client's address in X-Forwarded-For."""
    access_log: bool = False
    """Whether each request that reaches the app is a JSON line on stderr."""
    cache_bytes: int = 64 * 1024 * 1024
    uploads: bool = True
    """Whether reports may be uploaded; they are read by a process of their own and need the token."""
    reports: Path | None = None
    """Folder (or register) of the reports that staff build anew together with what they uploaded."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        if self.public_url and urlsplit(self.public_url).scheme not in {"http", "https"}:
            raise UsageError("the public address has no http(s) scheme", where=self.public_url)
        if self.contact and not self.contact.startswith(("http://", "https://", "mailto:")):
            raise UsageError("the contact is no address", where=self.contact, hint="https://… or mailto:…")
        if bool(self.data) == bool(self.store_url):
            raise UsageError("one source is needed, and only one", hint="--data DIR or --store URL")

    def to_json(self) -> str:
        """The settings as text for another process.

        >>> config = Config(data=Path("data"), threads=6)
        >>> Config.from_json(config.to_json()) == config
        True
        """
        return json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in asdict(self).items()})

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """The settings that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        for name in ("data", "token_file", "reports"):
            values[name] = Path(values[name]) if values[name] else None
        values["trusted_hosts"] = tuple(values["trusted_hosts"])
        return cls(**values)
