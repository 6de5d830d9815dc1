"""Addresses as people type them: bytes that should have been percent-encoded are, before anything reads them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PRINTABLE = "".join(chr(code) for code in range(33, 127))


class Addresses:
    """Middleware: raw Chinese in a query string, as some clients send it, is read like its encoded form."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["QUERY_STRING"] = encoded(environ.get("QUERY_STRING", ""))
        return self._app(environ, start_response)


def encoded(query: str) -> str:
    """A query string in ASCII; `query` is as WSGI gives it, one character a byte.

    >>> encoded("q=宁海".encode().decode("latin-1")), encoded("q=%E5%AE%81&x=1+2")
    ('q=%E5%AE%81%E6%B5%B7', 'q=%E5%AE%81&x=1+2')
    """
    if query.isascii() and query.isprintable() and " " not in query:
        return query
    return quote(query.encode("latin-1", "replace"), safe=PRINTABLE)
