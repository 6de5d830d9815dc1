"""A client that takes too much waits; the others notice nothing."""

import threading
from types import SimpleNamespace

from example_release import example_release
from serving import PATIENCE, running

from server.config import Config
from server.evaluate.budget import AT_ONCE, LONGEST, Budget, client_of
from server.evaluate.limits import check
from server.protocol import sparql
from server.protocol.sparql import Operation

NO_FAILURE_FORGIVEN = "from server.evaluate import budget; budget.FAILURES_A_MINUTE = 1e-6"
"""However long the requests of a test take."""


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_seconds_used_are_paid_back_with_time():
    clock = Clock()
    budget = Budget(clock=clock)
    with budget.spend("a"):
        clock.now += 150
    assert budget.wait("a") == 31
    assert budget.wait("b") == 0
    clock.now += 31
    assert budget.wait("a") == 0


def test_failures_have_a_budget_of_their_own():
    clock = Clock()
    budget = Budget(clock=clock)
    for _ in range(61):
        try:
            with budget.spend("a"):
                raise ValueError
        except ValueError:
            pass
    assert budget.wait("a") == 3
    clock.now += 3
    assert budget.wait("a") == 0


def test_only_so_many_at_once():
    budget = Budget()
    leave = threading.Event()

    def stay():
        with budget.spend("a"):
            leave.wait(PATIENCE)

    threads = [threading.Thread(target=stay) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    while budget.wait("a") == 0:
        pass
    assert budget.wait("b") == 0
    leave.set()
    for thread in threads:
        thread.join()
    assert budget.wait("a") == 0


def test_pages_are_paid_for_too_and_wrong_tokens_count_as_failures(tmp_path):
    example_release(tmp_path / "data")
    (tmp_path / "token").write_text("t")
    (tmp_path / "token").chmod(0o600)
    settings = {"workers": 1, "evaluators": 1, "proxy": True, "token_file": tmp_path / "token"}
    with running(tmp_path, data=tmp_path / "data", first=NO_FAILURE_FORGIVEN, **settings) as server:
        client = server.client()

        def ask(path, address, token=""):
            headers = {"X_Forwarded_For": address} | ({"Authorization": f"Bearer {token}"} if token else {})
            return client.ask("GET", path, **headers)

        assert ask("/api/v1/jobs", "192.0.2.7", "t").status == 200
        update = {
            "Content_Type": "application/sparql-update",
            "Authorization": "Bearer no",
            "X_Forwarded_For": "192.0.2.9",
        }
        statuses = [client.ask("POST", "/sparql", b"CLEAR ALL", **update).status for n in range(70)]
        assert statuses == [401] * 61 + [429] * 9
        statuses = [ask("/api/v1/jobs", "192.0.2.7", f"guess-{n}").status for n in range(70)]
        assert statuses == [401] * 61 + [429] * 9
        refused = ask("/api/v1/jobs", "192.0.2.7", "t")
        assert refused.status == 429, "the right one is not told from the others any more"
        assert int(refused.headers["retry-after"]) >= 1
        assert ask("/api/v1/terms?lang=en", "192.0.2.7").status == 429
        assert ask("/healthz", "192.0.2.7").status == ask("/metrics", "192.0.2.7").status == 200
        assert ask("/api/v1/terms?lang=en", "192.0.2.8").status == 200
        assert ask("/api/v1/terms?lang=en", "192.0.2.7").status == 200, "a hit is free"


def test_over_http_a_greedy_client_gets_429_and_another_an_answer(tmp_path):
    example_release(tmp_path / "data")
    settings = {"workers": 1, "evaluators": 2, "proxy": True}
    with running(tmp_path, data=tmp_path / "data", first=NO_FAILURE_FORGIVEN, **settings) as server:
        client = server.client()
        statuses = []
        for n in range(70):
            path = f"/sparql?query=SELECT%20nonsense%20{n}"
            statuses.append(client.ask("GET", path, X_Forwarded_For="192.0.2.7").status)
        assert statuses == [400] * 61 + [429] * 9
        refused = client.ask("GET", "/sparql?query=ASK%7B%7D%20%23x", X_Forwarded_For="192.0.2.7")
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json["type"] == "/problems#over-budget"
        assert client.ask("GET", "/sparql?query=ASK%7B%7D%20%23x", X_Forwarded_For="192.0.2.8").status == 200
        assert client.ask("GET", "/sparql?query=ASK%7B%7D%20%23x", X_Forwarded_For="192.0.2.7").status == 200, (
            "a hit is free"
        )
        assert client.ask("GET", "/healthz", X_Forwarded_For="192.0.2.7").status == 200
        assert client.ask("GET", "/sparql?query=ASK%7B%7D", X_Forwarded_For="garbage, 1").status == 200


def test_no_wish_and_no_name_is_kept_at_the_length_it_was_sent():
    """What is remembered for the next asker is bounded: a thousand headers of 200 kB would not be."""
    sparql._media_types.cache_clear()
    here = SimpleNamespace(check=lambda query: check(query, 10), config=Config(store_url="https://example.org/sparql"))
    for end in "abc":
        accept = "text/csv," + "image/png," * 9999 + end
        sparql.prepare(here, Operation({"query": ["ASK {}"]}), "ASK {}", "*/*," + accept)
        sparql.prepare(here, Operation({"query": ["ASK {}"], "format": ["*/*," + accept]}), "ASK {}", "")
    assert sparql._media_types.cache_info().currsize == 1
    proxied = Config(store_url="https://example.org/sparql", proxy=True)
    assert len(client_of(proxied, "192.0.2.1", "x" * 9999)) == LONGEST
