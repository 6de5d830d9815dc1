"""Request bodies are read whole before anything else, by two threads at most: slow senders cannot take them all."""

import io
import json
import tempfile
import threading
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from server.errors import problems

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READERS = 2
PATIENCE = 0.25
IN_MEMORY = 1 << 20


class Bodies:
    """Middleware: a body longer than `most` is 413 and not read; one that finds no reader free is 503."""

    def __init__(self, app: "WSGIApplication", most: int) -> None:
        self._app, self._most = app, most
        self._readers = threading.BoundedSemaphore(READERS)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        stated = environ.get("CONTENT_LENGTH") or ""
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if not chunked and (not stated.isdigit() or int(stated) == 0):
            return self._app(environ, start_response)
        if not chunked and int(stated) > self._most:
            return _refuse("too-large", start_response)
        if not self._readers.acquire(timeout=PATIENCE):
            return _refuse("busy", start_response)
        try:
            body = _read(environ["wsgi.input"], self._most + 1 if chunked else int(stated))
        except OSError:  # the sender went away
            return _refuse("bad-request", start_response)
        finally:
            self._readers.release()
        length = body.seek(0, io.SEEK_END)
        body.seek(0)
        if length > self._most:
            body.close()
            return _refuse("too-large", start_response)
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = str(length)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        try:
            return self._app(environ, start_response)
        finally:
            body.close()


def _read(source: IO[bytes], length: int) -> IO[bytes]:
    body: IO[bytes] = io.BytesIO() if length <= IN_MEMORY else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by the caller
    left = length
    while left > 0 and (piece := source.read(min(left, 65_536))):
        body.write(piece)
        left -= len(piece)
    return body


def _refuse(kind: str, start_response: "StartResponse") -> Iterable[bytes]:
    said = problems()[kind]
    content = {
        "type": f"/problems#{kind}",
        "title": said["zh"]["title"],
        "status": said["status"],
        "hint": {tongue: said[tongue]["hint"] for tongue in ("zh", "en")},
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    headers += [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    if said["status"] == 503:
        headers.append(("Retry-After", "2"))
    start_response(f"{said['status']} {said['en']['title']}", headers)
    return [body]
