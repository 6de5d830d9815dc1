"""A real server process for tests, and a client that keeps its connection."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from server.config import ENVIRONMENT, Config

T = TypeVar("T")
START = "import os; from server import serve; from server.config import Config, ENVIRONMENT as E; serve(Config.from_json(os.environ[E]))"
PATIENCE = 120.0
"""Seconds for what takes one or two on a quiet machine: who waits for an event waits as long as a busy one may need."""


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class Client:
    """Asks one server, again and again over one connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", quote(path, safe="/?&=%#.:+-_~,;@*"), **headers)

    def sparql(self, query: str, *, accept: str = "application/sparql-results+json", **fields: str) -> Reply:
        return self.ask("GET", "/sparql?" + urlencode({"query": query, **fields}), Accept=accept)

    def close(self) -> None:
        self._connection.close()


def free_port() -> int:
    """A port on loopback that is given to nobody else for a minute: the connection over it waits out its end."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", 0))
        door.listen(1)
        with socket.create_connection(door.getsockname()):
            door.accept()[0].close()  # who closes first waits: such a port may be listened on, and is not chosen
        return int(door.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Running:
    """A server process, its port and its log."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    clients: list[Client] = field(default_factory=list)

    def client(self) -> Client:
        """A client that is closed with the server."""
        self.clients.append(Client(self.port))
        return self.clients[-1]


@contextmanager
def running(folder: Path, *, first: str = "", **settings: object) -> Iterator[Running]:
    """Serve with these settings until the block ends; fails when the server does not come up or does not go down.

    `first` is run in the server's process before it serves: what no setting turns.
    """
    port = int(str(settings.pop("port", None) or free_port()))
    config = Config(port=port, **settings)  # type: ignore[arg-type]
    log = folder / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", f"{first}\n{START}"],
            env={**os.environ, ENVIRONMENT: config.to_json(), "PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=out,
        )
    server = Running(port, process, log)
    try:
        wait_until(lambda: process.poll() is not None or answers(port), log)
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        for client in server.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def answers(port: int) -> bool:
    client = Client(port)
    try:
        return client.get("/healthz").status == 200
    except OSError:
        return False
    finally:
        client.close()


def at_best(seconds: float, attempt: Callable[[], T], tries: int = 3) -> T:
    """What the first attempt gives that took less than `seconds`: others may have kept the processor from those before it.

    An attempt is made as if it were the first: what is remembered of one must not make the next one quicker.
    """
    took = []
    for _ in range(tries):
        began = time.monotonic()
        given = attempt()
        took.append(time.monotonic() - began)
        if took[-1] < seconds:
            return given
    raise AssertionError(f"never in less than {seconds} s, but in {took}")


def wait_until(condition, log: Path | None = None, seconds: float = PATIENCE) -> None:
    """Look again and again until it holds: the one place where a test waits."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, log.read_text() if log else "waited in vain"
        time.sleep(0.02)
