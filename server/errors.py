"""One error shape on all routes: RFC 9457 problems, as JSON, as a page for browsers, or as text."""

import hashlib
import json
import logging
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import NO_SPACE, KgError, QueryError, StoreError, UsageError
from kg.store.answer import (
    AnswerTooLargeError,
    NotAcceptableError,
    QueryCostError,
    QueryRefusedError,
    QuerySyntaxError,
    StoreBusyError,
    UnknownFunctionError,
)
from queries.wording import Refusal
from server.i18n import language
from server.negotiate import HTML, choose, wants_html

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PROBLEM = "application/problem+json"
BY_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    403: "read-only",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    410: "gone",
    413: "too-large",
    415: "unsupported-type",
    429: "over-budget",
    503: "busy",
}
log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer that is an error: its id in problems.yaml, what happened here, headers, and further fields.

    >>> Problem("bad-query", "expected }", line=2, column=9).fields["line"]
    2
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail, self.headers, self.fields = kind, detail, dict(headers or {}), fields
        self.status = status or int(problems()[kind]["status"])


@cache
def problems() -> Mapping[str, Mapping[str, Any]]:
    """All problems by id, as the page /problems shows them."""
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("problems.yaml").read_text("utf-8")
    )
    return found


def problem_of(error: KgError) -> Problem:
    """The problem that an error of the store or of a query is.

    >>> problem_of(QuerySyntaxError("expected }", line=2, column=9)).status
    400
    """
    detail = " — ".join(part for part in (error.what, error.hint) if part)
    if isinstance(error, Refusal):
        return Problem(error.code, error.say(language()), candidates=list(error.candidates))
    if isinstance(error, QuerySyntaxError):
        return Problem("bad-query", detail, line=error.line, column=error.column)
    if isinstance(error, UnknownFunctionError):
        return Problem("unknown-function", detail)
    if isinstance(error, QueryRefusedError):
        if error.measured and "bytes" in error.what:
            return Problem("too-large", error.what, limit=error.limit, measured=error.measured)
        measured: dict[str, Any] = {"limit": error.limit, "measured": error.measured}
        return Problem("query-refused", detail, **(measured if error.limit is not None else {}))
    if isinstance(error, NotAcceptableError):
        return Problem("not-acceptable", detail, offered=list(error.offered))
    if isinstance(error, AnswerTooLargeError):
        return Problem("answer-too-large", detail)
    if isinstance(error, QueryCostError):
        return Problem("query-cost", detail, headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, StoreBusyError):
        return Problem("busy", error.what, headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, StoreError):
        # Paths and the engine's words are for the log, not for the world.
        log.error("store.failed", extra={"error": str(error)})
        return Problem("store-failed", headers={"Retry-After": "10"})
    if isinstance(error, QueryError):
        return Problem("bad-query", detail)
    if isinstance(error, UsageError):
        return Problem("bad-request", detail)
    log.error("internal", extra={"error": str(error)})
    return Problem("internal")


def respond(problem: Problem) -> Response:
    """The answer in the form that the asker takes."""
    tongue = language()
    said = problems()[problem.kind]
    title = said[tongue]["title"]
    body = {
        "type": f"/problems#{problem.kind}",
        "title": title,
        "status": problem.status,
        "detail": problem.detail or said[tongue]["hint"],
        "instance": request.path,
        **problem.fields,
        "hint": {"zh": said["zh"]["hint"], "en": said["en"]["hint"]},
    }
    accept = request.headers.get("Accept", "")
    if wants_html(accept):
        page = _page(body, tongue, problem.headers.get("Retry-After", ""))
        response = Response(page, content_type=f"{HTML}; charset=utf-8")
    elif choose(accept, (PROBLEM, "application/json", "text/plain"), {}) == "text/plain":
        place = f" ({body['line']}:{body['column']})" if body.get("line") else ""
        text = f"{problem.status} {title}{place}\n{body['detail']}\n{body['hint'][tongue]}\n"
        response = Response(text, content_type="text/plain; charset=utf-8")
    else:
        response = Response(json.dumps(body, ensure_ascii=False) + "\n", content_type=PROBLEM)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = tongue
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _page(body: Mapping[str, Any], tongue: str, retry: str) -> str:
    # The error page must not fail because a page that it links to is not there, or no release that it could name.
    if "pages.data" in current_app.view_functions:
        with suppress(StoreError):
            return render_template("problem.html", problem=body, tongue=tongue, retry=retry)
    return render_template("problem_bare.html", problem=body, tongue=tongue, retry=retry)


def answer(app: Flask, environ: "WSGIEnvironment", error: Exception) -> Response:
    """The answer to a request that failed before a view was asked, with the headers of every answer."""
    with app.request_context(environ):
        return app.process_response(app.make_response(app.handle_user_exception(error)))


def init_app(app: Flask) -> None:
    """Every error leaves in the same shape."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return respond(error)

    @app.errorhandler(KgError)
    def ours(error: KgError) -> Response:
        return respond(problem_of(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400 and error.response is None:  # a redirect that the router makes
            return Response(error.get_body(), status, error.get_headers())
        if isinstance(error.response, Response):
            return error.response
        headers = {
            name: value for name, value in error.get_headers() if name in {"Allow", "Content-Range", "Retry-After"}
        }
        kind = BY_STATUS.get(status, "internal" if status >= 500 else "bad-request")
        return respond(Problem(kind, status=status, headers=headers))

    @app.errorhandler(OSError)
    def full(error: OSError) -> Response:
        if error.errno not in NO_SPACE:
            return unforeseen(error)
        log.error("disk.full", extra={"path": request.path[:200]})
        return respond(Problem("no-space", headers={"Retry-After": "600"}))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        trace = "".join(traceback.format_exception(error))
        number = hashlib.sha256(trace.encode()).hexdigest()[:8]
        log.error("internal", extra={"id": number, "path": request.path[:200], "trace": trace})
        return respond(Problem("internal", id=number))
