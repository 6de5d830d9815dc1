"""Files made of a release when they are first asked for, and kept beside it."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import IO

from kg.store.folder import EXPORTS, digest
from kg.store.release import Release

_WRITER = ThreadPoolExecutor(1, thread_name_prefix="export")
"""One file is written at a time: its memory is needed once."""
_LOCK = Lock()
LOOK_EVERY = 0.05
PIECE = 1 << 16


class Making:
    """A file that is being made: who asks for it meanwhile has the same one, and may read what is there so far."""

    def __init__(self, path: Path, write: Callable[[IO[bytes]], None]) -> None:
        handle, part = tempfile.mkstemp(dir=path.parent)
        self._path, self._part = path, Path(part)
        self._ended = _WRITER.submit(self._make, os.fdopen(handle, "wb"), write)

    def _make(self, file: IO[bytes], write: Callable[[IO[bytes]], None]) -> Path:
        try:
            with file:
                write(file)
            return self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)
            with _LOCK:
                del _MAKING[self._path]

    def whole(self, seconds: float | None = None) -> Path:
        """The file. Raises what its writing raised, and TimeoutError where it is not whole within so many seconds."""
        return self._ended.result(seconds)

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, as they are written. Raises what the writing raised, after the bytes before that."""
        try:
            file = self._part.open("rb")
        except FileNotFoundError:
            file = self.whole().open("rb")
        with file:
            ended = False
            while not ended:
                ended = bool(wait([self._ended], LOOK_EVERY).done)
                while piece := file.read(PIECE):
                    yield piece
        self.whole()


_MAKING: dict[Path, Making] = {}


def begun(release: Release, name: str, write: Callable[[IO[bytes]], None]) -> Path | Making:
    """The file of this name; where it is not there yet it is begun. Nothing half-written ever has its name."""
    path = folder(release) / name
    with _LOCK:
        if path.is_file():
            return path
        if path not in _MAKING:
            _MAKING[path] = Making(path, write)
        return _MAKING[path]


@lru_cache(maxsize=128)
def measured(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file that does not change under its name."""
    return path.stat().st_size, digest(path)


@cache
def maker() -> str:
    """What they are made by, in eight letters: where the code differs, so may the files."""
    found = hashlib.sha256()
    for part in sorted(Path(__file__).parent.glob("*.[py]*")):
        found.update(part.read_bytes())
    return found.hexdigest()[:8]


def folder(release: Release) -> Path:
    """Where they are kept; a data folder that cannot be written has them in the temporary folder."""
    found = release.path.parent.parent / EXPORTS / release.id / maker()
    try:
        found.mkdir(parents=True, exist_ok=True)
        if os.access(found, os.W_OK):
            return found
    except OSError:
        pass
    found = Path(tempfile.gettempdir()) / f"fazhi-exports-{os.getuid() if hasattr(os, 'getuid') else 0}"
    found = found / release.id / maker()
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found
