"""Patterns that the code looks for by name, each proved on texts in which it finds what stands in «» and on texts that it passes."""

import re
from functools import cache

from kg.errors import LexiconError
from kg.lexicon.entries import Mapped, entries
from kg.lexicon.tables import FOLDER

_PIECE = re.compile(r"\{([a-z_]+)\}")
_MARKED = re.compile("[«»]")


def pattern(name: str, **pieces: str) -> re.Pattern[str]:
    """The pattern `name` of `patterns/<file>.yaml`; words that a table holds are filled in for its {pieces}.

    Raises LexiconError, with file and line, for a pattern that finds in one of its texts anything but what is marked, that
    finds something in a text it must pass, or that lacks a piece.

    >>> pattern("genre.formula").search("现将有关情况报告如下:")[0]
    '现将有关情况报告如下'
    """
    file, _, own = name.partition(".")
    entry = _file(file).get(own)
    if entry is None:
        raise LexiconError(f"no pattern {own!r}", where=f"{file}.yaml", hint=f"there are {' '.join(_file(file))}")
    return _proved(entry, f"{file}.yaml:{entry.line}", pieces)


@cache
def _file(file: str) -> dict[str, Mapped]:
    found: dict[str, Mapped] = {}
    for entry in entries(FOLDER / "patterns" / f"{file}.yaml", ("name", "says", "pattern", "finds", "passes")):
        if found.setdefault(str(entry["name"]), entry) is not entry:
            raise LexiconError(
                f"{entry['name']!r} is given twice", where=f"{file}.yaml:{entry.line}", hint="merge them"
            )
    return found


def _proved(entry: Mapped, where: str, pieces: dict[str, str]) -> re.Pattern[str]:
    given = set(_PIECE.findall(str(entry["pattern"])))
    if given != set(pieces):
        odd = " ".join(sorted(given ^ set(pieces)))
        raise LexiconError(
            f"pieces {odd}: of pattern and code only one has them", where=where, hint="name them in both"
        )
    try:
        made = re.compile(_PIECE.sub(lambda piece: pieces[piece[1]], str(entry["pattern"])))
    except re.error as error:
        raise LexiconError(f"pattern of {entry['name']} is wrong: {error}", where=where, hint="mend it") from error
    if not entry["finds"] or not entry["passes"] or not entry["says"]:
        raise LexiconError(f"{entry['name']} lacks words or texts", where=where, hint="fill says, finds and passes")
    for text in entry["finds"]:
        before, marked, _ = [*_MARKED.split(str(text)), "", ""][:3]
        found = made.search(_MARKED.sub("", str(text)))
        if found is None or found.span() != (len(before), len(before) + len(marked)):
            told = f"finds {found[0]!r}" if found else "finds nothing"
            raise LexiconError(f"{entry['name']} {told} in {text!r}", where=where, hint="mark what it finds by «»")
    for text in entry["passes"]:
        found = made.search(str(text))
        if found and found[0]:  # what may be left out is left out
            raise LexiconError(f"{entry['name']} finds {found[0]!r} in {text!r}", where=where, hint="it is to pass it")
    return made
