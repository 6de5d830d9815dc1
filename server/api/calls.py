"""What all calls of /api/v1 share: refused parameters, the release in every answer, pages of long lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, jsonify, request

from queries.header import Language
from server.errors import Problem
from server.i18n import language
from server.service import service

VERSION = "1.0.0"
"""Of the API; a new first number takes something away."""
ALWAYS = frozenset({"lang"})


def only(*allowed: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Refuse parameters that the call does not know, by name."""

    def around(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Response:
            refuse(request.args, allowed)
            return view(*args, **kwargs)

        return checked

    return around


def refuse(given: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise the problem that names the first unknown parameter."""
    known = sorted({*allowed, *ALWAYS})
    for name in given:
        if name not in known:
            raise Problem("unknown-parameter", f"{name[:80]} — {', '.join(known)}", candidates=known)


def tongue() -> Language:
    """The language of the request."""
    return cast(Language, language())


def answered(data: dict[str, Any], status: int = 200) -> Response:
    """A body that says which release it is of, and by which version of the API."""
    response = jsonify({"version": VERSION, "release": service().release_id, **data})
    response.status_code = status
    return response


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list."""

    limit: int
    offset: int


def page(usual: int, most: int) -> Page:
    """The stretch that the request asks for. Raises a problem for what is no number or too much."""
    return Page(_number("limit", usual, 1, most), _number("offset", 0, 0, 10_000_000))


def _number(name: str, usual: int, least: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not least <= int(text) <= most:
        raise Problem("bad-request", f"{name}: {least}–{most}")
    return int(text)


def linked(response: Response, total: int, page: Page) -> Response:
    """The answer with links to the first, previous, next and last pages (RFC 8288)."""
    last = max(0, (total - 1) // page.limit * page.limit)
    ends = {"first": 0, "last": last}
    if page.offset > 0:
        ends["prev"] = max(0, page.offset - page.limit)
    if page.offset + page.limit < total:
        ends["next"] = page.offset + page.limit
    if total > page.limit or page.offset:
        pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in ("limit", "offset")]
        links = [
            f'<{request.path}?{urlencode([*pairs, ("limit", str(page.limit)), ("offset", str(offset))])}>; rel="{rel}"'
            for rel, offset in ends.items()
        ]
        response.headers["Link"] = ", ".join(links)
    return response
