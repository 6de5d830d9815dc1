"""Headers that every answer has: what a browser may do with it, and who may read it from another site."""

from flask import Flask, Response, request

from server.service import service

CSP = (
    "default-src 'self'; script-src 'self'; style-src {style}; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
SET_BY_SCRIPT = frozenset({"/sparql"})
"""Pages whose editor writes style elements of its own: inline style is allowed there and nowhere else."""
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
EXPOSED = "Link, ETag, Retry-After, Fazhi-Partial, Fazhi-Release"
READ_BY_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
OF_THE_RELEASE = {
    "ask", "question", "docs", "browse", "compare", "plans", "report", "reports", "pages", "api", "api_data",
}  # fmt: skip
"""Blueprints whose answers are made of the release and nothing else."""


def standing(path: str) -> dict[str, str]:
    """The headers that every answer at `path` has: what a browser may do with it, and that all may read it."""
    style = "'self' 'unsafe-inline'" if path in SET_BY_SCRIPT else "'self'"
    return {"Content-Security-Policy": CSP.format(style=style), **SECURITY, **READ_BY_ALL}


def init_app(app: Flask) -> None:
    """Give every answer its headers."""

    @app.after_request
    def revalidate(response: Response) -> Response:
        """Pages made of the release alone may be kept; the tag of their bytes is always true."""
        if (
            request.method in {"GET", "HEAD"}
            and response.status_code == 200
            and request.blueprint in OF_THE_RELEASE
            and not {"Cache-Control", "Set-Cookie"} & set(response.headers.keys())
            and not response.is_streamed
        ):
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
            response.headers["Fazhi-Release"] = service(app).release_id
            response.vary.update(("Accept", "Accept-Language", "Accept-Encoding", "Cookie"))
            response.add_etag()
            response.make_conditional(request)
        response.headers.pop("Date", None)  # the connection says it, of this answer and not of the one that is kept
        return response

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers.extend({name: value for name, value in standing(request.path).items() if name not in READ_BY_ALL})
        reading = request.method in {"GET", "HEAD"} or (
            request.path == "/sparql" and "Authorization" not in request.headers
        )
        if reading and "Access-Control-Allow-Origin" not in headers:
            headers.extend(READ_BY_ALL)
        if request.method == "OPTIONS" and request.headers.get("Access-Control-Request-Method") in {
            "GET",
            "HEAD",
            "POST",
        }:
            wanted = request.headers["Access-Control-Request-Method"]
            if wanted != "POST" or request.path == "/sparql" or request.path.startswith("/api/v1/ask"):
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST" if wanted == "POST" else "GET, HEAD"
                headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
                headers["Access-Control-Max-Age"] = "86400"
                response.status_code = 204
                response.set_data(b"")
        return response
