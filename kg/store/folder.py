"""The data folder: who may build in it, where unfinished work lies, which release it shows."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError

POINTER, RELEASES, LOCK, LEDGER, EXPORTS = "current", "releases", "build.lock", "ledger.jsonl", "exports"
UNFINISHED = ".new-"


class BusyError(StoreError):
    """Another build holds the data folder."""

    exit_code = 2


@contextmanager
def building(data: Path) -> Iterator[None]:
    """Hold the data folder for one build; BusyError where another one does. The lock ends with the process."""
    try:
        (data / RELEASES).mkdir(parents=True, exist_ok=True)
        lock = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(
            f"cannot be written: {error.strerror}", where=str(data), hint="choose another --data"
        ) from error
    try:
        try:
            _lock(lock)
        except OSError as error:
            raise BusyError("another build is running", where=str(data), hint="wait until it has ended") from error
        for left in (data / RELEASES).glob(f"{UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    except OSError as error:
        raise StoreError(
            f"cannot be written: {error.strerror or error}", where=str(data), hint="free some space"
        ) from error
    finally:
        os.close(lock)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def unfinished(data: Path) -> Iterator[Path]:
    """A folder to write in, gone afterwards unless it was settled."""
    work = data / RELEASES / f"{UNFINISHED}{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def settle(work: Path, target: Path) -> None:
    """Move a finished folder to its place, all of it on disk before."""
    for path in sorted(work.rglob("*")):
        sync(path)
    sync(work)
    if target.exists():  # damaged, or it would not be written again
        shutil.rmtree(target)
    work.rename(target)
    sync(target.parent)


def pointed_at(data: Path) -> str | None:
    """The id of the release that a data folder shows; None where there is none, or where it is just being moved."""
    pointer = f"{data}{os.sep}{POINTER}"  # asked at every request: pathlib costs ten times as much
    try:
        return os.path.basename(os.readlink(pointer))  # noqa: PTH115, PTH119
    except OSError:
        pass
    try:
        with open(pointer, encoding="utf-8") as file:  # noqa: PTH123
            return Path(file.read().strip()).name
    except OSError:
        return None


def sync(path: Path) -> None:
    """Have the entries of a folder on disk: a file that was renamed into it is there after a power cut."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
