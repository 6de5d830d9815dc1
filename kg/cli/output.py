"""Files that a command writes: there whole or not at all, and nothing written over that was not to be."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.cli.terminal import say
from kg.errors import UsageError


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A name to write under, which becomes `path` when all is written. Of two at once, one wins and the other is told.

    A device or a pipe is written as it is.
    """
    if is_special(path):
        yield path
        return
    path = path.resolve()  # where a link points to, not the link
    with _beside(path, overwrite=overwrite) as work:
        part = work / path.name
        yield part
        if overwrite:
            part.replace(path)
            return
        try:
            path.hardlink_to(part)  # unlike a rename, it does not write over a file that has come since
        except FileExistsError:
            raise _there(path) from None
        except OSError:  # a file system without links
            if path.exists():
                raise _there(path) from None
            part.replace(path)


def is_special(path: Path) -> bool:
    """Whether it is a device or a pipe.

    >>> is_special(Path("/dev/null")), is_special(Path("/dev")), is_special(Path("no such file"))
    (True, False, False)
    """
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def new_folder(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """The same for a folder of files; written over are its files of the same names, and no others."""
    with _beside(path, overwrite=overwrite) as work:
        part = work / path.name
        part.mkdir()
        yield part
        if overwrite and path.exists():
            for file in sorted(part.iterdir()):
                file.replace(path / file.name)
            return
        try:
            part.rename(path)
        except OSError as error:
            raise (_there(path) if path.exists() else error) from None


@contextmanager
def _beside(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A folder of our own on the same file system, gone afterwards."""
    if os.path.lexists(path) and not overwrite:
        raise _there(path)
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path)) from error


def _there(path: Path) -> UsageError:
    return UsageError(say("exists"), where=str(path), hint=say("exists-hint"))
