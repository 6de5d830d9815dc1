"""Connections that ask a server without a pause, from one thread, so that the asker costs little beside what it measures."""

import random
import selectors
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

Draw = Callable[[random.Random, int], str]
PATIENCE = 20.0
"""Seconds after the end in which what was asked may still be answered; then it counts as bad."""
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, median and 99th percentile in milliseconds, answers that were no 200, share of repeated queries.

    `own` is what the asker itself took of a processor, in seconds for a request: it is the same for all that are asked
    on this machine, and brings their rates nearer to each other. `served` is what the server took, where that was looked at.
    """

    rate: float
    median: float
    late: float
    bad: int
    repeats: float
    own: float
    count: int
    served: float = 0.0

    def __str__(self) -> str:
        return f"{self.rate:,.0f} ({self.median:.1f}/{self.late:.0f})" + (f" {self.bad} bad" if self.bad else "")


@dataclass(slots=True)
class Line:
    """One connection and what has come of its answer."""

    socket: socket.socket
    chance: random.Random
    began: float = 0.0
    data: bytearray = field(default_factory=bytearray)
    ends: int = 0


def measure(port: int, path: str, draw: Draw, connections: int, seconds: float) -> Measured:
    """Ask by POST on so many connections that stay open; the `n` that `draw` is given never comes twice."""
    lines = [Line(_connect(port), random.Random(number)) for number in range(connections)]
    chosen, took, bad, count = selectors.DefaultSelector(), [], 0, 0
    for line in lines:
        chosen.register(line.socket, selectors.EVENT_READ, line)
    began, used = time.perf_counter(), time.process_time()
    base = time.time_ns() % 10**12 * 1000
    seen: set[str] = set()

    def ask(line: Line) -> None:
        nonlocal count
        count += 1
        query = draw(line.chance, base + count)
        seen.add(query)
        line.data, line.ends = bytearray(), 0
        line.began = time.perf_counter()
        line.socket.sendall(request(path, query))

    for line in lines:
        ask(line)
    open_lines = len(lines)
    while open_lines:
        if time.perf_counter() - began > seconds + PATIENCE:
            bad += open_lines
            for key in list(chosen.get_map().values()):
                key.data.socket.close()
            break
        for key, _ in chosen.select(1):
            line = key.data
            piece = line.socket.recv(1 << 18)
            line.data += piece
            if not piece:  # a server that closes after its answer, or has died
                bad += 1
                chosen.unregister(line.socket)
                line.socket.close()
                line.socket = _connect(port)
                chosen.register(line.socket, selectors.EVENT_READ, line)
            elif not whole(line):
                continue
            now = time.perf_counter()
            took.append(now - line.began)
            bad += bool(piece) and line.data[9:12] != b"200"
            if now - began < seconds:
                ask(line)
            else:
                chosen.unregister(line.socket)
                line.socket.close()
                open_lines -= 1
    took.sort()
    rate = len(took) / (time.perf_counter() - began)
    if not took:
        return Measured(0.0, 0.0, 0.0, bad, 0.0, 0.0, 0)
    late, own = took[int(len(took) * 0.99)], (time.process_time() - used) / len(took)
    return Measured(rate, statistics.median(took) * 1000, late * 1000, bad, 1 - len(seen) / count, own, len(took))


def request(path: str, query: str) -> bytes:
    body = urlencode({"query": query}).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Accept: application/sparql-results+json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def whole(line: Line) -> bool:
    """Whether an answer has come to its end."""
    if not line.ends:
        end = line.data.find(HEAD_END)
        if end < 0:
            return False
        head = bytes(line.data[:end]).lower()
        at = head.find(b"content-length:")
        line.ends = -1 if at < 0 else end + 4 + int(head[at + 15 :].split(b"\r", 1)[0])
    return line.data.endswith(b"0\r\n\r\n") if line.ends < 0 else len(line.data) >= line.ends


def _connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made
