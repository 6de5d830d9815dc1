"""A server that is stopped and started again while eight clients ask: what was accepted is answered whole, or told to come back."""

import http.client
import signal
import socket
import threading
from urllib.parse import quote

import pytest
from example_release import example_release
from serving import PATIENCE, free_port, running, wait_until

POINT = "/sparql?query=" + quote("SELECT ?p ?o { <https://w3id.org/fazhi/id/area/330226> ?p ?o } # ")
HEAVY = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # ")
CLIENTS = 8


class Asker(threading.Thread):
    """Asks on and on; after an answer that says so, or where nobody listens, over a new connection."""

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.stop = port, number, stop
        self.answered, self.told, self.refused, self.lost = 0, 0, 0, []
        self.body: bytes = b""

    def run(self) -> None:
        connection, kept, count = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE), False, 0
        while not self.stop.is_set():
            count += 1
            heavy = self.number == 0 and count % 20 == 0
            path = f"{HEAVY if heavy else POINT}{self.number}.{count}"
            try:
                connection.connect() if not kept else None
            except OSError:
                self.refused += 1  # nobody listens: nothing was asked
                self.stop.wait(0.05)
                continue
            try:
                connection.request("GET", path, headers={"Accept": "text/csv"})
                response = connection.getresponse()
                body = response.read()
            except (ConnectionError, http.client.RemoteDisconnected) as error:
                if not kept:  # one that was kept may be closed while the next request is on its way: RFC 9112, 9.3.1
                    self.lost.append(repr(error))
                connection.close()
                kept = False
                continue
            except http.client.HTTPException as error:
                self.lost.append(f"cut: {error!r}")
                return
            kept = not response.will_close
            if not kept:
                connection.close()
            if response.status == 200:
                self.answered += 1
                if not heavy:
                    self.body = self.body or body
                    if body != self.body:
                        self.lost.append(f"another answer: {body[:100]!r}")
            elif response.status == 503 and int(response.headers.get("Retry-After", "0")) > 0:
                self.told += 1
                self.stop.wait(min(2, int(response.headers["Retry-After"])))
            else:
                self.lost.append(f"{response.status} {body[:100]!r}")
        connection.close()


@pytest.mark.slow
def test_a_restart_under_eight_clients_loses_no_request_that_was_accepted(tmp_path):
    example_release(tmp_path / "data")
    port, stop = free_port(), threading.Event()
    askers = [Asker(port, number, stop) for number in range(CLIENTS)]
    settings = {"data": tmp_path / "data", "workers": 2, "evaluators": 1, "seconds": 1.0, "port": port}
    for round_ in range(2):
        with running(tmp_path, **settings) as server:
            if not round_:
                for one in askers:
                    one.start()
            before = [one.answered for one in askers]
            wait_until(lambda before=before: all(o.answered > b + 15 for o, b in zip(askers, before, strict=True)))
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(PATIENCE)
        assert server.process.returncode == 0, server.log.read_text()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "nobody listens any more"
    stop.set()
    for one in askers:
        one.join(PATIENCE)
    assert [one.lost for one in askers] == [[]] * CLIENTS
    assert sum(one.answered for one in askers) > CLIENTS * 30
