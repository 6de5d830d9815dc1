"""The cells of a large table, read by processes of their own by turns while those before are written: so in half the time."""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from itertools import cycle
from pathlib import Path
from typing import IO

from kg.errors import StoreError
from kg.store.cells import Cells
from kg.store.search import Search
from server.export.tables import Columns, Table, blocks, find_table

READERS = min(os.cpu_count() or 1, 2)
"""Two keep up with who writes; each takes 45 MB."""


def blocks_apart(table: Table, index: Path, readers: int = READERS) -> Iterator[Columns]:
    """What `blocks` gives of a release's index. Raises StoreError where that cannot be read to its end."""
    with ExitStack() as all_:
        reading = [all_.enter_context(_reader(table, index, turn, readers)) for turn in range(readers)]
        try:
            for found in cycle(reading):
                assert found.stdout is not None
                told = pickle.load(found.stdout)  # noqa: S301  written by `_send`
                if isinstance(told, str):
                    raise StoreError(f"a table cannot be read: {told}", where=str(index), hint="fazhi build --again")
                if told is None:  # whose turn it is has none, so nobody has
                    return
                yield told
        except EOFError as error:
            raise StoreError("the reading of a table broke off", where=str(index), hint="once more") from error
        finally:
            for found in reading:
                found.kill()  # who wants no more of it


def _reader(table: Table, index: Path, turn: int, turns: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", __name__, table.name, str(index), str(turn), str(turns)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


def _send(table: Table, index: Path, turn: int, turns: int, out: IO[bytes]) -> None:
    with closing(Cells(index)) as cells, closing(Search(index)) as search:
        for block in blocks(table, cells, search, turn, turns):
            pickle.dump(block, out, pickle.HIGHEST_PROTOCOL)
            out.flush()


if __name__ == "__main__":
    gc.disable()
    failed: str | None = None
    with suppress(BrokenPipeError, KeyboardInterrupt):  # who asked has gone
        try:
            _send(find_table(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.stdout.buffer)
        except Exception as error:
            failed = f"{type(error).__name__}: {error}"
        pickle.dump(failed, sys.stdout.buffer)
        sys.stdout.flush()
