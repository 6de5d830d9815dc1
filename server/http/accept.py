"""New connections by turns: each server process waits for one in a thread, and the system wakes who has waited longest.

Loops that watch one listening socket race for what comes, and who is awake takes all: eight connections that are opened
together often ended with one process of two, and its core was the bound of all.
"""

import asyncio
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import uvloop

PACE = 0.0003  # seconds in which another process may take what came at the same moment
LOOK_EVERY = 0.1  # seconds after which the thread looks whether it is to end
FULL = 1.0  # and so many where the system gives no more connections
log = logging.getLogger(__name__)


class Turns(uvloop.Loop):
    """The loop of one of several server processes that listen on the same socket."""

    async def create_server(  # type: ignore[override]  # of a server no more is asked than to close
        self, protocol_factory: Callable[[], asyncio.Protocol], *, sock: socket.socket, backlog: int, **_: Any
    ) -> "Listener":
        sock.listen(backlog)
        return Listener(self, sock, protocol_factory)


class Listener:
    """Waits for connections, one at a time, and gives each to the loop before it waits for another."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sock: socket.socket, protocol_factory: Callable[[], asyncio.Protocol]
    ) -> None:
        self._loop, self._socket, self._factory = loop, sock.dup(), protocol_factory
        self._socket.setblocking(True)  # for whoever shares it too
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 0, int(LOOK_EVERY * 1e6)))
        self._closed = False
        self._thread = threading.Thread(target=self._listen, daemon=True, name="listener")
        self._thread.start()

    def close(self) -> None:
        """Take what comes until LOOK_EVERY has passed, and nothing after that."""
        self._closed = True

    async def wait_closed(self) -> None:
        await asyncio.to_thread(self._thread.join)

    def _listen(self) -> None:
        with self._socket:
            while not self._closed:
                try:
                    client, _ = self._socket.accept()
                except (BlockingIOError, ConnectionAbortedError):
                    continue
                except OSError:
                    time.sleep(FULL)
                    continue
                made = self._loop.connect_accepted_socket(self._factory, client)
                try:
                    asyncio.run_coroutine_threadsafe(made, self._loop).result()
                except Exception:
                    log.exception("connection.failed")
                    client.close()
                time.sleep(PACE)
