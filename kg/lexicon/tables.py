"""Tables of words: TSV with the header that its reader expects; nothing else passes."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TypeAlias

from kg.errors import LexiconError

FOLDER = Path(__file__).parent
_STRAY = re.compile(r"^[ \u3000]|[ \u3000]$")
_STRAY_ANYWHERE = re.compile(r"[\n\t][ \u3000]|[ \u3000][\n\t]")
Row: TypeAlias = tuple[str, ...]


@cache
def table(name: str, *columns: str, key: int = 1) -> tuple[Row, ...]:
    """The rows of `kg/lexicon/<name>.tsv`, in the order of the file; `columns` is the header that it must have.

    The first `key` cells of a row identify it and may occur once; the first cell may not be empty. Lines that begin
    with `#` are comments.

    >>> ("件", "件", "", "count", "") in table("units", "unit", "base", "scale", "class", "noun")
    True

    Raises LexiconError, with file and line, for another header, a ragged row, a stray space, text that is not in NFC,
    or a key given twice.
    """
    return read_table(FOLDER / f"{name}.tsv", *columns, key=key)


def read_table(path: Path, *columns: str, key: int = 1) -> tuple[Row, ...]:
    """`table` for a file that lies elsewhere."""
    return rows_of(_text(path), path.name, *columns, key=key)


def rows_of(text: str, name: str, *columns: str, key: int = 1) -> tuple[Row, ...]:
    """`table` for a text; `name` is what its errors call it. Raises `LexiconError` that names the line and what to do."""
    header: list[str] | None = None
    rows: list[Row] = []
    lines: dict[Row, int] = {}
    # once for the whole file: line by line this takes as long as all the rest
    sound = unicodedata.is_normalized("NFC", text) and not _STRAY_ANYWHERE.search(f"\n{text}\n")
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        where = f"{name}:{number}"
        # by hand: the csv module gives quotation marks a meaning that words in “” do not want
        cells = tuple(line.split("\t"))
        if header is None:
            header = list(cells)
            if header != list(columns):
                raise LexiconError(f"columns {', '.join(header)!r}", where=where, hint=f"expected {', '.join(columns)}")
            continue
        if len(cells) != len(columns):
            raise LexiconError(f"{len(cells)} cells, not {len(columns)}", where=where, hint="one tab between cells")
        if not cells[0] or not (sound or _is_sound(line, cells)):
            raise LexiconError("stray space, empty key, or text not in NFC", where=where, hint="mend the cell")
        first = lines.setdefault(cells[:key], number)
        if first != number:
            raise LexiconError(
                f"{' '.join(cells[:key])!r} is given twice", where=where, hint=f"merge with line {first}"
            )
        rows.append(cells)
    if header is None:
        raise LexiconError("no header line", where=f"{name}:1", hint=f"expected {', '.join(columns)}")
    return tuple(rows)


def _is_sound(line: str, cells: Row) -> bool:
    return unicodedata.is_normalized("NFC", line) and not any(_STRAY.search(cell) for cell in cells)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise LexiconError("no such file", where=path.name, hint=f"looked for {path}") from error
    except UnicodeDecodeError as error:
        raise LexiconError("is not UTF-8", where=path.name, hint="save it as UTF-8") from error
    if "\r" in text or text.startswith("\ufeff"):
        raise LexiconError("line ends with CR, or a byte order mark", where=f"{path.name}:1", hint="save it with LF")
    return text
