"""What a server may be told, with its defaults: read by the settings, passed on to the server as plain values."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Settings of one server. Times are in seconds, sizes in bytes."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    """Server processes."""
    threads: int = 12
    """Threads of each, in which pages are made; queries need none."""
    evaluators: int = 2
    """Query processes of each server process; 0 evaluates in the worker itself, without a deadline: for tests only."""
    seconds: float = 10.0
    """A query past this is stopped, where the asker names no time."""
    max_seconds: float = 60.0
    """The longest that an asker may name."""
    memory: int = 1 << 30
    """What a query may use above what its store needs."""
    store_memory: int = 768 << 20
    """What the graph may take in memory, where all query processes share it; a larger one is read from disk. 0: always."""
    rows: int = 100_000
    """Rows that an answer may have."""
    bytes: int = 50_000_000
    """Bytes that an answer may have."""
    public_url: str = ""
    """The address that the public sees, without a path; empty: that of each request, checked against trusted_hosts."""
    contact: str = ""
    """Whom readers may ask, as https://… or mailto:…; stands in /help and in the description of the data."""
    publisher: str = ""
    """Who runs this site; stands in the description of the data."""
    publisher_type: str = ""
    """What kind of body that is, by ADMS: NationalAuthority, LocalAuthority, Company … (server/publishers.yaml)."""
    proxy: bool = False
    """Whether a proxy in front tells the asker's address in X-Forwarded-For."""
    access_log: bool = False
    """Whether each request is a JSON line on stderr."""
    token_file: Path | None = None
    """File (mode 0600) with the token that allows writing; without one nothing can be written."""
    uploads: bool = True
    """Whether reports may be uploaded, with the token; they are read by a process of their own."""
    reports: Path | None = None
    """Folder (or register) of the reports that staff build anew together with what they uploaded."""
