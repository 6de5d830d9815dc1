"""The front page waits for no count, and a page without all counts is not kept."""

import re
import threading
from types import SimpleNamespace

import pytest
from example_release import example_release

from server import create_app, front
from server.config import Config


@pytest.fixture
def app(tmp_path):
    example_release(tmp_path)
    front._counts.cache_clear()
    yield create_app(Config(data=tmp_path, evaluators=0))
    front._counts.cache_clear()


def front_page(app):
    reply = app.test_client().get("/", headers={"Accept": "text/html"})
    assert reply.status_code == 200
    return reply, re.findall(r'<span class="n"[^>]*>(\d+)</span>', reply.text)


def test_counting_goes_on_behind_the_page_and_the_next_reader_sees_it(app, monkeypatch):
    may_go_on = threading.Event()

    def slow(query, store, base):
        assert may_go_on.wait(30)
        return 7

    monkeypatch.setattr(front, "_count", slow)
    reply, seen = front_page(app)
    assert (reply.headers["Cache-Control"], seen) == ("no-store", [])
    may_go_on.set()
    monkeypatch.setattr(front, "_GRACE", 30)
    reply, seen = front_page(app)
    assert "must-revalidate" in reply.headers["Cache-Control"]
    assert "ETag" in reply.headers
    assert set(seen) == {"7"}
    assert len(seen) >= 30


def test_counting_ends_when_another_release_is_shown(app, monkeypatch):
    counted = []

    class Here:  # a service that shows another release after the first count
        store, config = None, SimpleNamespace(base="")
        release_id = "one"

    def switch(query, store, base):
        counted.append(query.id)
        Here.release_id = "two"

    monkeypatch.setattr(front, "_count", switch)
    counts = front._Counts()
    counts.fill(Here, "one")
    assert len(counted) == 1
    assert counts.done.is_set()
