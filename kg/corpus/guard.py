"""Guard: read a file that may be hostile in a child process with limits of time and memory, and refuse it there."""

import math
import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from kg.corpus.draft import Draft
from kg.errors import DocumentError

MEMORY = 400 * 1024 * 1024
"""Bytes that reading one file may take beyond what the process has."""

SECONDS = 4.0
"""Of the processor that reading one file may take, if the reader does not allow it more."""

PATIENCE = 5
"""Times that long on the clock: a busy machine is no reason to refuse a report."""

Reader = Callable[[bytes, str], Draft]


def guarded(read: Reader, data: bytes, where: str, *, seconds: float = SECONDS, most: float = 0) -> Draft:
    """`read(data, where)` in a child process that is ended when it takes too long or too much.

    `most` are the seconds up to which `read` may ask for more by `allow`.

    Raises what `read` raises, and DocumentError when a limit is met. Where the system cannot fork (Windows) the file is
    read in this process, without limits.
    """
    if not hasattr(os, "fork"):
        return read(data, where)
    receiving, sending = os.pipe()
    with warnings.catch_warnings():  # the child runs no thread but its own and starts none
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(receiving)
        _child(read, data, where, sending, seconds, max(seconds, most))
    os.close(sending)
    try:
        answer = _receive(receiving, time.monotonic() + PATIENCE * max(seconds, most))
    finally:
        os.close(receiving)
        os.kill(child, signal.SIGKILL)  # it has answered, or it never will
        _, status, used = os.wait4(child, 0)
    spent = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
    if answer is None or (not answer and spent):
        processor = used.ru_utime + used.ru_stime
        raise DocumentError(f"not read in {processor:.0f} s", where=where, hint="the file is damaged or hostile")
    if not answer:
        what = f"takes more than {MEMORY // 1048576} MB to read"
        raise DocumentError(what, where=where, hint="the file is damaged or hostile")
    made = pickle.loads(answer)  # noqa: S301 (from our own child)
    if isinstance(made, Draft):
        return made
    what, hint = made
    raise DocumentError(what, where=where, hint=hint)


def allow(seconds: float) -> None:
    """To a guarded reader that has seen how much there is to read: so many seconds of the processor more."""
    if not hasattr(os, "fork"):
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft != resource.RLIM_INFINITY:  # else nobody guards this process
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft + math.ceil(seconds), hard - 1), hard))


def _child(read: Reader, data: bytes, where: str, sending: int, seconds: float, most: float) -> None:
    """Read, send the draft or the error, and end without running anything of the parent's."""
    try:
        import resource  # not there on Windows, which does not come here

        held = Path("/proc/self/statm")
        pages = int(held.read_text("ascii").split()[0]) if held.exists() else 0
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(most) + 1))
        try:
            made: object = read(data, where)
        except DocumentError as error:
            made = (error.what, error.hint)
        except MemoryError:
            return
        except Exception as error:  # a parser of others met what its makers did not foresee: no reason to say memory
            made = (f"cannot be read ({type(error).__name__})", "the file is damaged; fetch or save it again")
        answer = pickle.dumps(made)
        view = memoryview(answer)
        while view:
            view = view[os.write(sending, view) :]
    finally:
        os._exit(0)


def _receive(receiving: int, deadline: float) -> bytes | None:
    """All that the child sends until it closes; None when the deadline passes first."""
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([receiving], [], [], left)[0]:
            return None
        part = os.read(receiving, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
