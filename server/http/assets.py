"""The front end's files: their hashed names, compressed once, and headers that let a browser keep them."""

import gzip
import json
import logging
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from server.http.cache import takes_gzip

DIST = Path(__file__).parents[1] / "static" / "dist"
_PREFIX = "/static/dist/"
_TEXTS = (".js", ".css", ".json", ".txt", ".svg")
log = logging.getLogger(__name__)


@cache
def manifest() -> dict[str, str]:
    """Name in the source → name in the bundle; empty without a bundle, which is said once in the log."""
    path = DIST / "manifest.json"
    if not path.exists():
        log.warning("assets.no_bundle", extra={"hint": "run `make web`; pages work, but bare"})
        return {}
    names: dict[str, str] = json.loads(path.read_text("utf-8"))
    return names


def asset(name: str) -> str:
    """The address of a front-end file, or '' where there is no bundle."""
    found = manifest().get(name)
    return url_for("static", filename=f"dist/{found}") if found else ""


@cache
def _packed(path: Path) -> bytes:
    """A file compressed; its name changes with its bytes, so this is done once."""
    return gzip.compress(path.read_bytes(), mtime=0)


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`; hashed files never change, so browsers may keep them, and they are compressed once."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith(_PREFIX) and response.status_code == 200 and "-" in request.path[len(_PREFIX) :]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            path = DIST / request.path[len(_PREFIX) :]
            if path.suffix in _TEXTS and "Range" not in request.headers:
                response.vary.add("Accept-Encoding")
                if takes_gzip(request.headers.get("Accept-Encoding", "")):
                    response.close()  # the file that was to be sent as it is
                    response.direct_passthrough = False
                    response.set_data(_packed(path))
                    response.headers["Content-Encoding"] = "gzip"
                    response.headers.pop("ETag", None)
        return response
