"""The front page waits for no count, and a page without all counts is not kept."""

import re
import threading
from types import SimpleNamespace

import pytest
from example_release import example_release
from page_samples import PAGES

from kg.store.answer import QueryCostError, StoreBusyError
from server import create_app, errors
from server.config import Config
from server.pages import front, question


@pytest.fixture
def app(tmp_path):
    example_release(tmp_path)
    front._counts.cache_clear()
    front._example.cache_clear()
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
    monkeypatch.setattr(front, "_leads", lambda sentence, query, here: query.group == "plans")
    reply, seen = front_page(app)
    assert (reply.headers["Cache-Control"], seen) == ("no-store", [])
    may_go_on.set()
    monkeypatch.setattr(front, "_GRACE", 30)
    reply, seen = front_page(app)
    assert "must-revalidate" in reply.headers["Cache-Control"]
    assert "ETag" in reply.headers
    assert set(seen) == {"7"}
    assert len(seen) >= 30
    assert len(re.findall(r'<li><a href="/ask\?q=', reply.text)) == 1, "only what leads to an answer is offered"


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_each_language_has_sentences_to_try(app, monkeypatch, tongue):
    monkeypatch.setattr(front, "_GRACE", 60)
    reply = app.test_client().get(f"/?lang={tongue}", headers={"Accept": "text/html"})
    offered = re.findall(r'<li><a href="/ask\?q=[^"]*">([^<]+)</a>', reply.text)
    assert offered
    assert {text.isascii() for text in offered} == {tongue == "en"}


def test_no_reader_waits_for_the_example_and_the_next_one_sees_it(app, monkeypatch):
    may_go_on = threading.Event()
    answered = front.answer

    def slow(*args, **more):
        assert may_go_on.wait(30)
        return answered(*args, **more)

    monkeypatch.setattr(front, "answer", slow)
    monkeypatch.setattr(front, "_PATIENCE", 0)
    reply, _ = front_page(app)
    assert reply.headers["Cache-Control"] == "no-store"
    assert 'id="example"' not in reply.text
    may_go_on.set()
    monkeypatch.setattr(front, "_PATIENCE", 30)
    reply, _ = front_page(app)
    assert 'id="example"' in reply.text


def test_counting_ends_when_another_release_is_shown(app, monkeypatch):
    counted = []

    class Here:  # a service that shows another release after the first count
        store, config = None, SimpleNamespace(base="")
        release_id = "one"
        settle = staticmethod(lambda: None)

    def switch(query, store, base):
        counted.append(query.id)
        Here.release_id = "two"

    monkeypatch.setattr(front, "_count", switch)
    counts = front._Counts()
    counts.fill(Here, "one")
    assert len(counted) == 1
    assert counts.done.is_set()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (QueryCostError("stopped"), "限定地区、年度"),
        (StoreBusyError("busy"), "请等几秒"),
    ],
)
def test_a_question_that_is_not_answered_in_time_says_what_to_do_above_its_sentence(app, monkeypatch, error, said):
    def late(*_given, **_more):
        raise error

    monkeypatch.setattr(question, "answer", late)
    reply = app.test_client().get("/ask/who-did-what?what=督察", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, str(error.retry_after))
    assert said in reply.text
    assert 'value="督察"' in reply.text, "what was asked stands in the sentence"


def test_a_refusal_for_too_many_requests_says_how_long_to_wait(app):
    with app.test_request_context("/browse", headers={"Accept": "text/html"}):
        page = errors.respond(errors.Problem("over-budget", headers={"Retry-After": "17"}))
    assert "请在 17 秒后再试" in page.get_data(as_text=True)


def test_where_no_release_can_be_opened_the_page_says_so(tmp_path):
    release = example_release(tmp_path)
    app = create_app(Config(data=tmp_path, evaluators=0))
    (release.path / "manifest.json").unlink()
    reply = app.test_client().get("/", headers={"Accept": "text/html"})
    assert reply.status_code == 503
    assert "<h1>" in reply.text


def test_every_page_of_the_release_names_it_and_may_be_kept_until_it_changes(app):
    """Found by the routes themselves: a page in a blueprint of its own is seen, too."""
    of_no_release = {"health", "check", "ask"}  # of the process, of staff; the front page only once all is counted
    pages = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    seen = 0
    for rule in pages:
        if rule.endpoint.partition(".")[0] in of_no_release:
            continue
        reply = app.test_client().get(rule.rule, headers={"Accept": "text/html"})
        if reply.status_code == 200 and rule.endpoint != "sparql.sparql":  # the editor's page is no answer
            seen += 1
            assert reply.headers.get("Fazhi-Release"), rule
            assert "must-revalidate" in reply.headers["Cache-Control"], rule
            assert reply.headers["ETag"], rule
    assert seen >= 20


def test_every_page_is_among_those_that_are_visited_in_both_languages(app):
    visited = {path.partition("?")[0] for path in PAGES}
    seen = 0
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            reply = app.test_client().get(rule.rule, headers={"Accept": "text/html"})
            if reply.status_code == 200 and reply.mimetype == "text/html":
                seen += 1
                assert rule.rule in visited, "page_samples.PAGES"
    assert seen >= 10
