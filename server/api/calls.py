"""What all calls of /api/v1 share: refused parameters, the release in every answer, pages of long lists."""

import json
import re
from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from server.errors import Problem
from server.http.strict import decode
from server.i18n import LANGUAGES
from server.protocol.sparql import read_body
from server.service import service

VERSION = "1.0.0"
"""Of the API; a new first number takes something away."""
ALWAYS = frozenset({"lang"})
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
LONGEST_BODY = 65_536
"""Bytes of a question that is sent as JSON."""


def only(*allowed: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Refuse parameters that the call does not know, by name, and those that are given twice."""

    def around(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Response:
            refuse_parameters(allowed)
            return view(*args, **kwargs)

        return checked

    return around


def refuse_parameters(allowed: Iterable[str], *, several: Container[str] = ()) -> None:
    """Raise the problem of the first parameter that is unknown, or given twice where it is not among `several`."""
    refuse(request.args, allowed)
    for name, values in request.args.lists():
        if len(values) > 1 and name not in several:
            raise Problem("bad-request", f"{name}: ×{len(values)}")
    one_of("lang", LANGUAGES)


def one_of(name: str, choices: Collection[str]) -> str:
    """The value of a parameter that has few; '' where it is not given, or empty. Raises `Problem` (400) that lists them."""
    value = request.args.get(name, "")
    if value and value not in choices:
        raise Problem("bad-request", f"{name} — {', '.join(choices)}")
    return value


def sent_json() -> Any:
    """The JSON that was sent; None where it is none, and where it holds NUL or half a character, which nothing could repeat."""
    text = decode(read_body(LONGEST_BODY))
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return None if NUL.search(text) else found


def refuse(given: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise the problem that names the first unknown parameter."""
    known = sorted({*allowed, *ALWAYS})
    for name in given:
        if name not in known:
            raise Problem("unknown-parameter", f"{name[:80]} — {', '.join(known)}", candidates=known)


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


def linked(response: Response, total: int, page: Page, *, at_least: bool = False) -> Response:
    """The answer with links to the first, previous, next and last pages (RFC 8288); which is the last is not known of `at_least`."""
    ends = {"first": 0} if at_least else {"first": 0, "last": max(0, (total - 1) // page.limit * page.limit)}
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
