"""A connection without a socket: what is sent to it, and the line that takes what it says."""

import asyncio
from types import SimpleNamespace

from server.config import Config
from server.http.connection import Connection
from server.http.crowd import Crowd
from server.http.reply import CHUNKED, Reply

GET = b"GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n"
LATER = b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n"


class Line:
    """A transport that keeps what is written."""

    def __init__(self):
        self.out, self.closed, self.reading = b"", False, True

    def write(self, data):
        self.out += data

    def writelines(self, parts):
        self.out += b"".join(parts)

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    abort = close

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def get_extra_info(self, name):
        return ("192.0.2.1", 5)


class App:
    """Answers with what it was asked; /later when it is let go, /long in pieces, /grows in as many as there are."""

    most, logs, over = 1000, False, False

    def __init__(self):
        self.held, self.seen, self.go, self.left = 0, [], asyncio.Event(), False
        self.crowd = Crowd(Config(store_url="https://example.org/sparql"), most=2)

    def answer(self, sent):
        self.seen.append(sent)
        text = f"{sent.method} {sent.path} {sent.query.decode()} {len(sent.body)}\n".encode()
        reply = Reply(200, [(b"content-length", b"%d" % len(text))], text)
        if sent.path == "/fails":
            raise ValueError("no")
        if sent.path == "/long":
            return Reply(200, [(b"content-length", b"6")], iter([b"abc", b"def"]))
        if sent.path in ("/grows", "/breaks"):
            return Reply(200, [CHUNKED], self._pieces(whole=sent.path == "/grows"))
        if sent.path == "/split":
            return Reply(200, [(b"x", b"1\r\ny: 2")], b"")
        return self._later(reply) if sent.path == "/later" else reply

    def _pieces(self, *, whole):
        yield b"first"
        if not whole:
            raise OSError("no space left")
        yield b"0123456789abcdef"

    async def _later(self, reply):
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.left = True
            raise
        return reply

    def problem(self, sent, error):
        return Reply(int(getattr(error, "status", 500)), [], b"problem")

    async def next(self, pieces):
        return next(pieces, None)


def talk(script):
    """Run a script against a new connection; give the line and the app."""

    async def run():
        app, line = App(), Line()
        state = SimpleNamespace(connections=set(), tasks=set(), total_requests=0, default_headers=[(b"date", b"today")])
        one = Connection(SimpleNamespace(loaded_app=app), state, {})
        one.connection_made(line)
        await script(one, line, app)
        one.connection_lost(None)
        await asyncio.sleep(0)
        assert not state.connections
        assert app.held == 0
        return line, app

    return asyncio.run(run())


async def turns():
    for _ in range(6):
        await asyncio.sleep(0)
