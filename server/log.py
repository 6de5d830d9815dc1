"""One JSON object a line on stderr: events with fields, and requests with the hash of their query, never its text."""

import hashlib
import json
import logging
import sys
import time

from flask import Flask

from server.http.reply import Reply, Sent

PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LONGEST = 300
OURS, BENEATH = ("server", "kg", "queries"), ("uvicorn", "asyncio", "multiprocessing")
log = logging.getLogger("server.request")


class Lines(logging.Formatter):
    """A record as one line of JSON, whatever its fields hold.

    >>> record = logging.makeLogRecord({"msg": "x", "levelname": "INFO", "name": "n", "path": "/a\\nb", "created": 0})
    >>> Lines().format(record)
    '{"at": "1970-01-01T00:00:00Z", "level": "INFO", "event": "x", "logger": "n", "path": "/a\\\\nb"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        for name, value in vars(record).items():
            if name not in PLAIN:
                line[name] = value if isinstance(value, int | float) else str(value)[: LONGEST * 20]
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def init_app(app: Flask) -> None:
    """Log as JSON, what the server beneath us has to say too."""
    for name in (*OURS, *BENEATH):
        logger = logging.getLogger(name)
        if not logger.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(Lines())
            logger.addHandler(handler)
            logger.setLevel(logging.INFO if name in OURS else logging.WARNING)


def log_request(sent: Sent, reply: Reply, seconds: float) -> None:
    """One line for one request."""
    fields = dict(reply.headers)
    log.info(
        "request",
        extra={
            "method": sent.method,
            "path": sent.path[:LONGEST],
            "status": reply.status,
            "ms": round(seconds * 1000, 2),
            "bytes": int(fields.get(b"content-length", b"0")),
            "query": hashlib.sha256(sent.query).hexdigest()[:12] if sent.query else "",
            "release": fields.get(b"fazhi-release", b"").decode(),
        },
    )
