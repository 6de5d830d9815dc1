"""Graph Store Protocol at /store and SPARQL Update: only with a token; each accepted write is a new release."""

from collections.abc import Sequence

from flask import Response

from server.errors import Problem


def update(text: str, using: Sequence[str], using_named: Sequence[str]) -> Response:
    """Apply an update and publish the release that it makes."""
    raise Problem("read-only")
