"""A coroutine on its way, begun at once: most answers come without ever waiting, or wait once, and need no task."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Course:
    """Drives a coroutine from one future to the next, in the loop that is running; what it raises is the loop's to report.

    A task does the same, and begins with the next turn of the loop: that turn, and what a task is made of, are what is saved.
    Inside, nothing may ask which task it is in, as `asyncio.timeout` does, or sleep for no time.

    >>> async def wait(future): seen.append(await future)
    >>> async def main():
    ...     future = asyncio.get_running_loop().create_future()
    ...     Course(wait(future)).begin()
    ...     future.set_result(7)
    ...     await asyncio.sleep(0)
    >>> seen = []; asyncio.run(main()); seen
    [7]
    """

    __slots__ = ("_left", "_made", "_waits")

    def __init__(self, made: Coroutine[Any, Any, None]) -> None:
        self._made, self._left = made, False
        self._waits: asyncio.Future[Any] | None = None

    def begin(self, _: object = None) -> None:
        """Go on to where it waits, and from there once it need not wait any more."""
        try:
            waits = self._made.throw(asyncio.CancelledError()) if self._left else self._made.send(None)
        except (StopIteration, asyncio.CancelledError):
            self._waits = None
            return
        self._left = False
        self._waits = waits
        waits._asyncio_future_blocking = False  # what is awaited asks whoever drives to say that it was seen
        waits.add_done_callback(self.begin)

    def cancel(self) -> None:
        """End it: CancelledError is raised where it waits."""
        if self._waits is not None and not self._waits.cancel():
            self._left = True
