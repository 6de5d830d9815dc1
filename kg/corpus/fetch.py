"""Fetch a page by its address: one polite request, bounded in time and size, never into a private network."""

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from kg.corpus.source import LIMIT, Given, Source, source_of
from kg.errors import SourceError

AGENT = "fazhi/0.1 (reads one public report at its reader's request)"
SECONDS = 30.0
"""For the whole of it: connecting, redirects, reading."""

REDIRECTS = 5


def fetch(url: str, *, given: Given | None = None) -> Source:
    """The report at an http or https address.

    Raises SourceError for an address that does not answer in 30 s, answers with an error, is too large, or lies in a
    private network, also after a redirect.
    """
    deadline = time.monotonic() + SECONDS
    address = _ascii(url)
    for _ in range(REDIRECTS + 1):
        status, headers, body = _request(address, deadline)
        if status in (301, 302, 303, 307, 308) and headers.get("location"):
            address = _ascii(urljoin(address, headers["location"]))
            continue
        if status != 200:
            raise SourceError(
                f"answers {status}", where=url, hint="open it in a browser; save the page and give the file"
            )
        if not body.strip():
            raise SourceError(
                "answers with an empty page", where=url, hint="save the page in a browser and give the file"
            )
        source = source_of(body, url=url, given=replace(given or Given(), url=url))
        _, _, charset = headers.get("content-type", "").lower().partition("charset=")
        return replace(source, declared=charset.split(";")[0].strip(" \"'"))
    raise SourceError(f"leads on more than {REDIRECTS} times", where=url, hint="give the last address")


def _ascii(url: str) -> str:
    """An address as it goes over the wire: the host in Punycode, other characters percent-encoded once."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError("is no web address", where=url, hint="begin it with http:// or https://")
        host = parts.hostname.encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError) as error:
        raise SourceError("is no web address", where=url, hint="check its host and port") from error
    safe = "/%:@!$&'()*+,;=~-._"
    return urlunsplit((parts.scheme, host + port, quote(parts.path or "/", safe), quote(parts.query, safe + "?"), ""))


def public_address(host: str, port: int) -> str:
    """An address of the host that lies in the public network; all of its addresses must.

    >>> public_address("127.0.0.1", 80)
    Traceback (most recent call last):
    kg.errors.SourceError: 127.0.0.1: lies in a private network — only public addresses are fetched

    The connection then goes to this very address, so that a second look-up cannot lead elsewhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceError("no such host", where=host, hint="check the address, or the network") from error
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        if not mapped.is_global or mapped.is_multicast:
            raise SourceError("lies in a private network", where=host, hint="only public addresses are fetched")
    return str(found[0][4][0])


def _request(address: str, deadline: float) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    place = public_address(host, port)
    try:
        with _connected(parts.scheme, host, place, port, _left(deadline, address)) as stream:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = stream
            target = urlunsplit(("", "", parts.path, parts.query, ""))
            headers = {
                "User-Agent": AGENT,
                "Accept": "text/html,*/*;q=0.8",
                "Accept-Encoding": "gzip",
                "Connection": "close",
            }
            connection.request("GET", target, headers=headers)
            with connection.getresponse() as response:
                told = {name.lower(): value for name, value in response.getheaders()}
                body = _read(response, deadline, address)
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        hint = "save the page in a browser and give the file"
        raise SourceError(f"does not answer: {reason}", where=address, hint=hint) from error
    return response.status, told, _unpacked(body, told.get("content-encoding", ""), address)


@contextmanager
def _connected(scheme: str, host: str, place: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """A connection to this very address, encrypted where the scheme says so."""
    with socket.create_connection((place, port), timeout=seconds) as plain:
        if scheme == "https":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as stream:
                yield stream
        else:
            yield plain


def _left(deadline: float, address: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise SourceError(f"not answered in {SECONDS:.0f} s", where=address, hint="try again later")
    return left


def _read(response: http.client.HTTPResponse, deadline: float, address: str) -> bytes:
    body = bytearray()
    while piece := response.read1(65536):  # what is there, not all that may come
        body += piece
        _left(deadline, address)
        if len(body) > LIMIT:
            raise SourceError(f"is larger than {LIMIT // 1048576} MB", where=address, hint="give the report itself")
    return bytes(body)


def _unpacked(body: bytes, encoding: str, address: str) -> bytes:
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return body
    unpacker = zlib.decompressobj(wbits=47)
    try:
        out = unpacker.decompress(body, LIMIT + 1)
    except zlib.error as error:
        raise SourceError("answers with damaged data", where=address, hint="try again") from error
    if len(out) > LIMIT:
        raise SourceError(f"unfolds to more than {LIMIT // 1048576} MB", where=address, hint="give the report itself")
    return out
