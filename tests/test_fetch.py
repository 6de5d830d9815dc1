"""Fetching a page: one polite request, bounded, never into a private network. The server is ours, on loopback."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import markup
import pytest
from serving import at_best

from kg.corpus import fetch as module
from kg.corpus.document import read_document
from kg.corpus.fetch import fetch, public_address
from kg.corpus.source import sources
from kg.errors import SourceError


class Site(BaseHTTPRequestHandler):
    """A small site: a page, redirects, errors, too much, too slow."""

    seen: list[tuple[str, str]] = []  # noqa: RUF012 (shared by all requests on purpose)
    stop = threading.Event()

    def do_GET(self):
        self.seen.append((self.path, self.headers["User-Agent"]))
        name = self.path.strip("/").partition("?")[0]
        if name == "page":
            self.answer(markup.jcms(), kind="text/html; charset=GB2312")
        elif name == "%E6%8A%A5%E5%91%8A":
            self.answer(markup.trs(), kind="text/html")
        elif name == "moved":
            self.answer(b"", status=302, Location="/page")
        elif name == "inside":
            self.answer(b"", status=302, Location="http://127.0.0.1:1/secret")
        elif name == "round":
            self.answer(b"", status=301, Location="/round")
        elif name == "packed":
            self.answer(gzip.compress(markup.trs()), **{"Content-Encoding": "gzip"})
        elif name == "bomb":
            self.answer(gzip.compress(bytes(80_000_000)), **{"Content-Encoding": "gzip"})
        elif name == "blank":
            self.answer(b"  ")
        elif name == "slow":
            self.send_response(200)
            self.end_headers()
            while not self.stop.wait(0.05):
                try:
                    self.wfile.write(b".")
                except OSError:
                    return
        else:
            self.answer(b"no", status=404)

    def answer(self, body, *, status=200, kind="text/html", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    """The address of the site, reached by a public-looking name; every other host is looked up as usual."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    Site.stop.clear()
    Site.seen.clear()
    monkeypatch.setattr(
        module, "public_address", lambda host, port: "127.0.0.1" if host == "site.test" else public_address(host, port)
    )
    yield f"http://site.test:{server.server_port}"
    Site.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_is_fetched_once_and_read(site):
    (source,) = sources([site + "/page"])
    document = read_document(source)
    assert document.meta.title == markup.TITLE
    assert document.meta.url == source.url == site + "/page"
    assert list(markup.missing(document.text)) == []
    ((path, agent),) = Site.seen
    assert path == "/page"
    assert agent.startswith("fazhi/")


@pytest.mark.parametrize("path", ["/moved", "/packed", "/报告", "/%E6%8A%A5%E5%91%8A"])
def test_redirects_compression_and_chinese_addresses(site, path):
    assert read_document(fetch(site + path)).meta.title == markup.TITLE


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/missing", "answers 404"), ("/round", "leads on"), ("/bomb", "unfolds"), ("/blank", "empty page"),
        ("/inside", "private network"),
    ],
)  # fmt: skip
def test_what_is_refused(site, path, what):
    with pytest.raises(SourceError, match=what) as refused:
        fetch(site + path)
    assert refused.value.hint


def test_a_slow_page_is_given_up(site, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.4)

    def attempt():
        with pytest.raises(SourceError):
            fetch(site + "/slow")

    at_best(3, attempt)


PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "fd00::1", "::ffff:10.0.0.1", "localhost", "224.0.0.1", "100.64.0.1"]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_no_private_address(host):
    with pytest.raises(SourceError, match="private network"):
        public_address(host, 80)


@pytest.mark.parametrize("url", ["http://", "https:///a", "http://a:port/", "ftp://example.org/a", "http://\u2100.org"])
def test_what_is_no_address(url):
    with pytest.raises(SourceError):
        fetch(url)
