"""Uploaded reports: kept by content, read by the `fazhi` command in a process of its own, and the job to follow it.

The server never reads a report. What was sent is a name and bytes; the name is data and never a path.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from server.errors import Problem
from server.i18n import language
from server.protocol.graph_store import authorised
from server.service import service
from server.staff.desk import SUFFIXES, place

blueprint = Blueprint("jobs", __name__, url_prefix="/api/v1")
INBOX, JOBS = "inbox", "jobs"
KINDS: Mapping[str, str] = {
    "text/plain": ".txt",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/ofd": ".ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/vnd.ms-works": ".wps",
    "application/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "multipart/related": ".mhtml",
}
SECONDS, MEMORY = 600, 4 << 30
BUSY, WAIT = 2, 1.0
IDENTIFIER = re.compile(r"[0-9a-f]{16}")
# The reader runs without a network and within limits of its own; it is the command that anybody would type.
READER = (
    "import sys\n"
    "from kg.store.network import deny_network\n"
    "deny_network(local=True)\n"
    "try:\n"
    " import resource\n"
    f" resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
    f" resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
    "except ImportError:\n"
    " pass\n"
    "import json\n"
    "from kg.cli import app\n"
    "from kg.cli.terminal import in_both\n"
    "from kg.errors import KgError\n"
    "try:\n"
    " sys.exit(app(standalone_mode=False))\n"
    "except KgError as error:\n"
    " sys.stderr.write('\\n' + json.dumps(dict(in_both(error))) + '\\n')\n"
    " sys.exit(error.exit_code)\n"
)
GIVEN_UP = {
    "zh": "读这份报告用尽了时间或内存",
    "en": "the reader used up its time or memory",
}
STOPPED = {
    "zh": "服务在处理期间停止，请重新上传",
    "en": "the server was stopped meanwhile: send the report again",
}
_turn = threading.Lock()


@blueprint.post("/reports")
def upload() -> tuple[Response, int, dict[str, str]]:
    """Take one report and give the job that reads it: 202. Needs the token."""
    authorised()
    here = service()
    data = here.config.data
    if data is None or not here.config.uploads:
        raise Problem("read-only", "reports are not taken here")
    name, body = _sent()
    _readable(name)
    ident = hashlib.sha256(body).hexdigest()[:16]
    path = place(data / INBOX, name, ident)
    job = {
        "id": ident,
        "status": "waiting",
        "pid": os.getpid(),
        "name": name,
        "bytes": len(body),
        "release": None,
        "issues": [],
    }
    if (old := _read(data, ident)) is None or old["status"] in {"failed", "done"}:
        try:
            path.parent.mkdir(exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(body)
            part.replace(path)
            _write(data, job)
        except OSError as error:
            raise Problem(
                "store-failed", "the report cannot be kept: no space", headers={"Retry-After": "60"}
            ) from error
        threading.Thread(target=_work, args=(data, here.config.base, path, job), daemon=True).start()
    address = f"/api/v1/jobs/{ident}"
    return jsonify({**(_read(data, ident) or job), "links": {"self": address}}), 202, {"Location": address}


@blueprint.get("/jobs/<ident>")
def job(ident: str) -> Response:
    """What became of an uploaded report: waiting, running, done or failed."""
    data = service().config.data
    found = _read(data, ident) if data is not None and IDENTIFIER.fullmatch(ident) else None
    if found is None:
        raise Problem("no-such-resource")
    response = jsonify({**found, "links": {"self": f"/api/v1/jobs/{ident}"}})
    response.headers["Cache-Control"] = "no-store"
    if found["status"] in {"waiting", "running"}:
        response.headers["Retry-After"] = "1"
    return response


@blueprint.get("/jobs")
def jobs() -> Response:
    """All jobs, for the bearer of the token."""
    authorised()
    data = service().config.data or Path()
    found = [_read(data, path.stem) for path in sorted((data / JOBS).glob("*.json"))]
    response = jsonify({"jobs": [one for one in found if one]})
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent() -> tuple[str, bytes]:
    """The name and bytes of what was sent: one file of a form, or the body with its type."""
    kind = request.mimetype
    if kind == "multipart/form-data":
        files = [file for _, file in request.files.items(multi=True)]
        if len(files) != 1:
            raise Problem("bad-request", "send one file")
        name, body = files[0].filename or "", files[0].read()
    else:
        if kind not in KINDS:
            raise Problem("unsupported-type", headers={"Accept-Post": ", ".join((*KINDS, "multipart/form-data"))})
        name, body = request.args.get("name", "") or f"report{KINDS[kind]}", request.get_data(cache=False)
    if not body.strip():
        raise Problem("bad-request", "the report is empty")
    return "".join(character for character in name if character.isprintable())[:200], body


def _readable(name: str) -> None:
    """Raise 415 for a name that ends like no report."""
    if Path(name.replace("\\", "/")).suffix.lower() not in SUFFIXES:
        raise Problem("unsupported-type", ", ".join(SUFFIXES))


def _work(data: Path, base: str, path: Path, job: dict[str, Any]) -> None:
    """Read the report, and build the release that has it; one job at a time."""
    with _turn:
        _write(data, job | {"status": "running", "pid": os.getpid()})
        checked = _run("read", str(path), "--format", "json")
        if checked.returncode == 0:
            checked = _build(data, base, path)
        if checked.returncode == 0:
            told = json.loads(checked.stdout or "{}")
            _write(data, job | {"status": "done", "release": told.get("release"), "issues": told.get("issues", [])})
            return
        path.unlink(missing_ok=True)  # a report that cannot be read must not stop the next build
        _write(data, job | {"status": "failed", "reason": _reason(checked.stderr, path, job["name"])})


def _reason(said: str, path: Path, name: str) -> Mapping[str, str]:
    """Why the reader or the build refused, in both languages, under the name by which the report was sent."""
    try:
        found = json.loads(said.strip().rpartition("\n")[2])
        return {tongue: str(found[tongue]).replace(str(path), name).replace(path.name, name) for tongue in GIVEN_UP}
    except (ValueError, KeyError, TypeError):
        return GIVEN_UP


def _build(data: Path, base: str, path: Path) -> "subprocess.CompletedProcess[str]":
    until = time.monotonic() + SECONDS
    while True:
        ended = _run("build", str(path), "--data", str(data), "--base", base, "--add", "--json")
        if ended.returncode != BUSY or "another build" not in ended.stderr or time.monotonic() > until:
            return ended
        time.sleep(WAIT)


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FAZHI_")}
    environment |= {"FAZHI_LANG": "zh", "PYTHONUTF8": "1", "TERM": "dumb"}
    command = [sys.executable, "-c", READER, *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, env=environment, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "")


def _read(data: Path, ident: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((data / JOBS / f"{ident}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if found["status"] in {"waiting", "running"} and "pid" in found and not _lives(found["pid"]):
        found |= {"status": "failed", "reason": STOPPED}
    found.pop("pid", None)
    return found | ({"error": found["reason"][language()]} if "reason" in found else {})


def _write(data: Path, job: Mapping[str, Any]) -> None:
    folder = data / JOBS
    folder.mkdir(exist_ok=True)
    part = folder / f".{job['id']}-{os.getpid()}.part"
    part.write_text(json.dumps(job, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / f"{job['id']}.json")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
