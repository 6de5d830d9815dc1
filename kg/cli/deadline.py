"""The longest that a command may compute: the engine runs in this process and cannot be told to stop."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kg.cli.terminal import fail
from kg.store.answer import QueryCostError


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End the program with a line of what to do when the block takes longer than this.

    >>> with within(60):
    ...     1 + 1
    2
    """
    clock = threading.Timer(seconds, _end, [seconds])
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _end(seconds: float) -> None:
    error = QueryCostError(
        f"took longer than {seconds:g} seconds and was ended",
        hint="narrow it down, to a place and a year for example, or raise FAZHI_MAX_SECONDS",
    )
    fail(error)
    sys.stdout.flush()
    os._exit(error.exit_code)
