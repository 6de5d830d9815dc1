"""What a server is told: plain values, read once by the command line, never looked up again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE
from kg.serving import Serving

ENVIRONMENT = "FAZHI_SERVE"
"""The variable in which the parent of several server processes hands them their settings, as JSON."""


@cache
def publisher_types() -> Mapping[str, Mapping[str, str]]:
    """What the body that runs a site may be, with its names.

    >>> publisher_types()["LocalAuthority"]["zh"]
    '地方机关'
    """
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        Path(__file__).with_name("publishers.yaml").read_text("utf-8")
    )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Serving):
    """Settings of one server, and what only tests change. Times are in seconds, sizes in bytes.

    >>> Config(data=Path("data"), public_url="https://example.org/").public_url
    'https://example.org'
    """

    data: Path | None = None
    """The data folder; its current release is served."""
    store_url: str | None = None
    """A SPARQL endpoint to serve from in place of a data folder."""
    base: str = DEFAULT_BASE
    """Instance base: the IRIs of all things begin with it."""
    trusted_hosts: tuple[str, ...] = ()
    """Host names that are answered; empty: the public address and loopback, or all where neither is set."""
    query_bytes: int = 65_536
    upload_bytes: int = 32 * 1024 * 1024
    static_limits: bool = True
    budget: bool = True
    """Whether each client has a budget of query-seconds."""
    cache_bytes: int = 64 * 1024 * 1024
    holder: str = ""
    """Where the process listens that all server processes have their evaluators from; empty: each has one of its own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        if self.public_url and urlsplit(self.public_url).scheme not in {"http", "https"}:
            raise UsageError("the public address has no http(s) scheme", where=self.public_url)
        if self.contact and not self.contact.startswith(("http://", "https://", "mailto:")):
            raise UsageError("the contact is no address", where=self.contact, hint="https://… or mailto:…")
        if self.publisher_type and self.publisher_type not in publisher_types():
            raise UsageError(f"no publisher type {self.publisher_type}", hint=f"one of {', '.join(publisher_types())}")
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
