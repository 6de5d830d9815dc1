"""Files made of a release when they are first asked for, and kept beside it."""

import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO

from kg.store.folder import EXPORTS, digest
from kg.store.release import Release

_WRITING = Lock()
"""One file is written at a time: its memory is needed once, and who asks for it meanwhile has the same one."""


def kept(release: Release, name: str, write: Callable[[IO[bytes]], None]) -> Path:
    """The file of this name, written by `write` where it is not there yet; nothing half-written is ever seen."""
    path = folder(release) / name
    if path.is_file():
        return path
    with _WRITING:
        if path.is_file():
            return path
        handle, part = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    return path


@lru_cache(maxsize=128)
def measured(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file that does not change under its name."""
    return path.stat().st_size, digest(path)


def folder(release: Release) -> Path:
    """Where they are kept; a data folder that cannot be written has them in the temporary folder."""
    found = release.path.parent.parent / EXPORTS / release.id
    try:
        found.mkdir(parents=True, exist_ok=True)
        if os.access(found, os.W_OK):
            return found
    except OSError:
        pass
    found = Path(tempfile.gettempdir()) / f"fazhi-exports-{os.getuid() if hasattr(os, 'getuid') else 0}" / release.id
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found
