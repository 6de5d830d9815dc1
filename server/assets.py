"""The front end's files: their hashed names, and headers that let a browser keep them."""

import json
import logging
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

DIST = Path(__file__).parent / "static" / "dist"
_PREFIX = "/static/dist/"
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


def init_app(app: Flask) -> None:
    """Give templates `asset(name)`; hashed files never change, so browsers may keep them."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith(_PREFIX) and response.status_code == 200 and "-" in request.path[len(_PREFIX) :]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
