"""Load a release into another endpoint, graph by graph, through the Graph Store Protocol."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from kg.errors import StoreError
from kg.store.dump import unpack
from kg.store.release import Release

SECONDS = 300.0


def send(release: Release, url: str, *, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
    """PUT every graph of a release to the graph store at `url`, and give the number of triples sent.

    A token in FAZHI_STORE_TOKEN is sent as a bearer token, FAZHI_STORE_USER (name:password) as basic authentication.
    Raises StoreError at the first graph that is not taken; those before it stand, and sending again is harmless.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise StoreError("no address of a graph store", where=url, hint="http(s)://host/store")
    names = [name for name in release.manifest["graphs"] if name]
    total = 0
    opener = _opener(url)
    for done, name in enumerate(names, 1):
        lines = unpack(release.member(name))
        body = b"".join(line.rsplit(b" ", 2)[0] + b" .\n" for line in lines)
        mark = "&" if "?" in url else "?"
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{url}{mark}graph={quote(name, safe='')}",
            body,
            {"Content-Type": "application/n-triples", "User-Agent": "fazhi"},
            method="PUT",
        )
        if token := os.environ.get("FAZHI_STORE_TOKEN"):
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with opener.open(request, timeout=SECONDS):
                pass
        except urllib.error.HTTPError as error:
            what = error.read(300).decode("utf-8", "replace").strip()
            raise StoreError(f"{name} was not taken: {error.code} {what}", where=url) from error
        except OSError as error:
            raise StoreError(f"cannot be reached: {error}", where=url) from error
        total += len(lines)
        progress(done, len(names))
    return total


def _opener(url: str) -> urllib.request.OpenerDirector:
    user, _, secret = os.environ.get("FAZHI_STORE_USER", "").partition(":")
    if not user:
        return urllib.request.build_opener()
    known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, url, user, secret)
    basic, digest = urllib.request.HTTPBasicAuthHandler(known), urllib.request.HTTPDigestAuthHandler(known)
    return urllib.request.build_opener(basic, digest)
