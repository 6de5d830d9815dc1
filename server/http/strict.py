"""What a request must be before it is read: for a host that is served here, its bytes UTF-8, its body as it is."""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, request

from server.config import Config
from server.errors import Problem
from server.service import service

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?", re.ASCII)
LONGEST = 300  # characters of a name and its port
FORM = "application/x-www-form-urlencoded"


def refuse_stranger(host: str, config: Config) -> None:
    """Raise a problem where another host was asked for than those that are served, or what is no host."""
    if len(host) > LONGEST or not _is_served(host, config.trusted_hosts, config.public_url):
        raise Problem("bad-request", "this host is not served here")


@lru_cache(maxsize=256)
def _is_served(host: str, trusted_hosts: tuple[str, ...], public_url: str) -> bool:
    found = HOST.fullmatch(host)
    trusted = set(trusted_hosts)
    if public_url:
        trusted.add(urlsplit(public_url).hostname or "")
    return found is not None and (not trusted or found[1].lower() in trusted | LOOPBACK)


def refuse_packed(encoding: str) -> None:
    """Raise a problem for a body that would have to be unpacked: a small one may become a large one."""
    if encoding.strip().lower() not in {"", "identity"}:
        what = "a packed body is not read"
        raise Problem("unsupported-type", what, headers={"Accept-Encoding": "identity"})


def decode(data: bytes) -> str:
    """UTF-8 without NUL, or a problem that names the byte.

    >>> decode("宁海".encode())
    '宁海'
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("bad-request", f"not UTF-8 at byte {error.start}") from error
    if "\0" in text:
        raise Problem("bad-request", "a NUL character is not read")
    return text


def init_app(app: Flask) -> None:
    """Refuse at the door, before a view is asked: Flask would replace such bytes, and answer what nobody asked."""

    @app.before_request
    def strict() -> None:
        refuse_stranger(request.headers.get("Host", ""), service(app).config)
        refuse_packed(request.headers.get("Content-Encoding", ""))
        decode(request.environ["PATH_INFO"].encode("latin-1"))
        decode(unquote_to_bytes(request.query_string))
        if request.mimetype == FORM:
            decode(unquote_to_bytes(request.get_data()))
