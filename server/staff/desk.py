"""What staff decide and bring in: decisions as lines of a file, reports in an inbox, builds as processes of their own.

The server never writes the store and never reads reports: `fazhi build` does both, and its release replaces this one.
"""

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from kg.graph.namespaces import VOCABULARY
from server.config import ENVIRONMENT
from server.errors import Problem
from server.service import service

DECISIONS = "curation.jsonl"
INBOX = "inbox"
ORIGINS = "parts/origins.json"
PREVIEW = "preview"
LOG = "build.log"
STATE = "build.json"
ENDED = "build.exit"
_RUN = "import pathlib, subprocess, sys; pathlib.Path(sys.argv[1]).write_text(str(subprocess.call(sys.argv[2:])))"
"""Runs a command and writes its exit code, since the process that started it may be gone by then."""
SUFFIXES = (
    *(".txt", ".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml"),
    *(".docx", ".pdf", ".ofd", ".doc", ".wps", ".rtf", ".odt"),
)
"""What `fazhi` reads, by the names of files (kg.corpus.source)."""
_LINES = 12


def folder() -> Path:
    """The data folder. Raises 403 where another endpoint is served."""
    data = service().config.data
    if data is None:
        raise Problem("read-only", "a remote store is not written to")
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the file of decisions, as `fazhi build` reads it."""

    fact: str
    verdict: str
    term: str = ""
    value: str = ""
    because: str
    by: str

    def line(self) -> str:
        """The line, with today's date: a decision is dated by when it was made."""
        found = {name: getattr(self, name) for name in ("fact", "verdict", "term", "value", "because", "by")}
        return json.dumps({**found, "date": datetime.now(UTC).date().isoformat()}, ensure_ascii=False)


def decide(decision: Decision) -> None:
    """Append one decision; whole or not at all, whoever else writes."""
    path = folder() / DECISIONS
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, (decision.line() + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def decisions() -> Mapping[str, Mapping[str, str]]:
    """Fact → the last decision about it."""
    path = folder() / DECISIONS
    if not path.exists():
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for line in path.read_text("utf-8").splitlines():
        with contextlib.suppress(ValueError):
            one = json.loads(line)
            if isinstance(one, dict) and "fact" in one:
                found[str(one["fact"])] = {str(key): str(value) for key, value in one.items()}
    return found


def keep(name: str, content: IO[bytes]) -> str:
    """Put an uploaded report into the inbox, under a harmless name. Nothing in it is opened. Raises 415 by its name."""
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Problem("unsupported-type", ", ".join(SUFFIXES))
    body = content.read(service().config.upload_bytes + 1)
    if len(body) > service().config.upload_bytes:
        raise Problem("too-large", limit=service().config.upload_bytes)
    inbox = folder() / INBOX
    inbox.mkdir(mode=0o700, exist_ok=True)
    path = place(inbox, name, hashlib.sha256(body).hexdigest())
    made = path.with_name(f".{path.name}.part")
    made.write_bytes(body)
    made.replace(path)
    return path.name


def place(inbox: Path, name: str, sha256: str) -> Path:
    """Where a report is kept: where the same bytes lie already, under whatever name, else under its own."""
    kept = harmless(name, sha256)
    return next(inbox.glob(f"*{kept[kept.rindex('-') :]}"), inbox / kept)


def harmless(name: str, sha256: str) -> str:
    """The name under which a report is kept: what it was called, without what a path could mean, and its content.

    >>> harmless("../青禾县 2023.TXT", "9946a44fb778d196")
    '青禾县-2023-9946a44f.txt'
    """
    sent = Path(name.replace("\\", "/"))
    stem = re.sub(r"[^\w\u4e00-\u9fff（）()—-]+", "-", unicodedata.normalize("NFC", sent.stem)).strip("-.")
    return f"{stem[:80] or 'report'}-{sha256[:8]}{sent.suffix.lower()}"


def inbox() -> Sequence[tuple[str, int]]:
    """Name and size of the reports in the inbox."""
    found = folder() / INBOX
    paths = (
        sorted(path for path in found.glob("*") if path.is_file() and not path.name.startswith("."))
        if found.is_dir()
        else []
    )
    return [(path.name, path.stat().st_size) for path in paths]


def readable() -> Sequence[Path]:
    """What a build of the desk reads: the folder of reports where one is set, and the inbox where it holds any."""
    reports = service().config.reports
    return [path for path, there in ((reports, reports), (folder() / INBOX, inbox())) if path and there]


def arrived() -> int:
    """Reports in the inbox that the current release does not hold."""
    release = service().release
    reports = release.manifest.get("reports", {}) if release else {}
    held = {one.get("sha256") for one in reports.values()} if isinstance(reports, Mapping) else set()
    return len(_hashes() - held)


def _hashes() -> set[str]:
    """The SHA-256 of each report in the inbox."""
    return {hashlib.sha256((folder() / INBOX / name).read_bytes()).hexdigest() for name, _size in inbox()}


def pending() -> int:
    """Decisions that the current release does not hold yet."""
    path, release = folder() / DECISIONS, service().release
    lines = sum(bool(line.strip()) for line in path.read_text("utf-8").splitlines()) if path.exists() else 0
    held = release.counts.get("classes", {}).get(f"{VOCABULARY}Decision", 0) if release else 0
    return max(lines - int(held), 0)


def unreached() -> Sequence[str]:
    """The titles of decided reports whose files a build of the desk does not read: a decision on them waits for another."""
    release = service().release
    reports = release.manifest.get("reports", {}) if release else {}
    if not isinstance(reports, Mapping):
        return []
    held = _hashes()
    place = service().config.reports
    home = place if place is None or place.is_dir() else place.parent
    decided = {fact.partition("/s/")[0] for fact in decisions()}
    return [
        str(one.get("title", iri))
        for iri, one in reports.items()
        if iri in decided
        and one.get("sha256") not in held
        and not (home and one.get("source") and (home / str(one["source"])).is_file())
        and not _lies_where_it_was_read(str(one.get("sha256")))
    ]


def _lies_where_it_was_read(sha256: str) -> bool:
    """Whether a build that adds finds a report again: it remembers where each was read."""
    try:
        where, _ = json.loads((folder() / ORIGINS).read_text("utf-8"))[sha256]
    except (OSError, ValueError, KeyError):
        return False
    return Path(where).is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The build that staff started last: whether it runs, how far it is, and its last lines."""

    running: bool
    lines: Sequence[str]
    failed: bool
    read: int
    """Reports read so far."""
    of: int
    """Reports to read."""
    preview: bool
    """Whether it reads the inbox for the desk alone, and publishes nothing."""


def start_build(*, preview: bool = False) -> None:
    """Build a new release in a process of its own; reports that it does not read stay in it. Raises 503 while one runs.

    With `preview` only the inbox is read, into a release of its own that nobody sees but the desk.
    """
    last = last_build()
    if last is not None and last.running:
        raise Problem("busy", headers={"Retry-After": "10"})
    data = folder()
    (data / ENDED).unlink(missing_ok=True)
    places = [data / INBOX] if preview else readable()
    target = ["--data", str(data / PREVIEW)] if preview else ["--data", str(data), "--add"]
    build = [sys.executable, "-m", "kg", "build", *map(str, places), *target, "--base", service().config.base]
    command = [sys.executable, "-c", _RUN, str(data / ENDED), *build]
    # The build has its own settings; those of this server are no settings of a command.
    around = {name: value for name, value in os.environ.items() if name != ENVIRONMENT}
    with (data / LOG).open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=around)
    state = {"pid": process.pid, "of": _count(places), "preview": preview}
    (data / STATE).write_text(json.dumps(state), "utf-8")


def last_build() -> Build | None:
    """The last build; None where there was none."""
    path = folder() / STATE
    if not path.exists():
        return None
    state = json.loads(path.read_text("utf-8"))
    running, preview = _runs(int(state["pid"])), bool(state.get("preview"))
    log = folder() / LOG
    lines = log.read_text("utf-8", "replace").splitlines()[-_LINES:] if log.exists() else []
    ended = folder() / ENDED
    failed = not running and (not ended.exists() or ended.read_text("ascii").strip() != "0")
    # every report that is read anew leaves a file among the parts
    parts = (folder() / PREVIEW if preview else folder()) / "parts"
    read = sum(part.stat().st_mtime >= path.stat().st_mtime for part in parts.glob("??/*.gz"))
    return Build(running=running, lines=lines, failed=failed, read=read, of=int(state.get("of", 0)), preview=preview)


def _count(places: Sequence[Path]) -> int:
    """The reports at some places, by their names."""
    folders = (place if place.is_dir() else place.parent for place in places)
    return sum(path.suffix.lower() in SUFFIXES for home in folders for path in home.rglob("*") if path.is_file())


def _runs(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A child of another worker that ended is a zombie until that worker looks; it runs no more.
    with contextlib.suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii")
    return True
