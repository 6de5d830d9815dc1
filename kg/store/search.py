"""Text search over quotes and suggestions over labels: SQLite FTS5 on character bigrams, beside the store of a release.

Every character starts a gram of two and the last of a run stands alone, so words of one and two characters are found
as well; the trigram tokenizer of SQLite finds neither. `kg.store.index` makes it.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kg.errors import StoreError

VERSION = 4
HAN = re.compile(r"[㐀-鿿豈-﫿]")
SEARCHED_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A quote that holds the words asked for."""

    iri: str
    text: str
    graph: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing whose label fits what was typed; `matched` is the label that did."""

    iri: str
    label: str
    matched: str
    kinds: tuple[str, ...]


class Finder(Protocol):
    """Whatever finds quotes and names: the index of a release, or another endpoint."""

    def quotes(self, words: str, *, limit: int = 200) -> list[Hit]: ...

    def suggest(self, typed: str, *, kinds: Iterable[str] = (), limit: int = 10) -> list[Suggestion]: ...

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]: ...

    def close(self) -> None: ...


def runs(text: str) -> list[str]:
    """Letters and digits in one width and case, without what separates them.

    >>> runs("“放管服”改革，ＡＢ")
    ['放管服', '改革', 'ab']
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character if character.isalnum() else " " for character in folded).split()


def grams(text: str) -> str:
    """What is indexed.

    >>> grams("法治政府")
    '法治 治政 政府 府'
    """
    return " ".join(word[i : i + 2] for word in runs(text) for i in range(len(word)))


def match(query: str) -> str:
    """The FTS5 expression: each run a phrase of bigrams, a single character a prefix.

    >>> match("政府 镇")
    '"政府" AND "镇"*'
    """

    def one(word: str) -> str:
        if len(word) == 1:
            return f'"{word}"*'
        return '"' + " ".join(word[i : i + 2] for i in range(len(word) - 1)) + '"'

    return " AND ".join(one(word) for word in runs(query[:SEARCHED_LENGTH]))


def open_index(path: Path) -> sqlite3.Connection:
    """The index of a release, read-only. Raises StoreError where there is none, or one of another version."""
    if not path.is_file():
        raise StoreError("no text index", where=str(path), hint="build the release anew")
    # immutable: no lock file is made beside a release, which never changes
    index = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    if index.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        index.close()
        raise StoreError("the text index is of another version", where=str(path), hint="build the release anew")
    return index


class Search:
    """The index of one release, read-only; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._index = open_index(path)

    def quotes(self, words: str, *, limit: int = 200) -> list[Hit]:
        """Quotes that hold all of `words`, in the order of their IRIs."""
        expression = match(words)
        if not expression:
            return []
        found = self._index.execute(
            "SELECT quote.iri, quote.text, graph.name FROM quote_grams JOIN quote ON quote.id = quote_grams.rowid "
            "JOIN graph ON graph.id = quote.graph WHERE quote_grams MATCH ? ORDER BY quote_grams.rowid LIMIT ?",
            (expression, limit),
        )
        return [Hit(*row) for row in sorted(found)]

    def suggest(self, typed: str, *, kinds: Iterable[str] = (), limit: int = 10) -> list[Suggestion]:
        """Things whose label holds what was typed, or whose pinyin or initials begin with it, with its place or without;
        short labels first."""
        wanted = frozenset(kinds)
        rows: list[tuple[str, str, str]] = []
        if HAN.search(typed) or not typed.isascii():
            if expression := match(typed):
                rows = self._index.execute(
                    "SELECT label.iri, label.text, label.kind FROM label_grams JOIN label ON label.id = label_grams.rowid "
                    "WHERE label_grams MATCH ? LIMIT 2000",
                    (expression,),
                ).fetchall()
        else:
            letters = "".join(character for character in typed.lower() if character.isalnum())
            if letters:
                rows = self._index.execute(
                    "SELECT label.iri, label.text, label.kind FROM spelling JOIN label ON label.id = spelling.label "
                    "WHERE letters >= ? AND letters < ? LIMIT 2000",
                    (letters, letters + "\U0010ffff"),
                ).fetchall()
                if expression := match(typed):
                    rows += self._index.execute(
                        "SELECT label.iri, label.text, label.kind FROM label_grams JOIN label "
                        "ON label.id = label_grams.rowid WHERE label_grams MATCH ? LIMIT 500",
                        (expression,),
                    ).fetchall()
        first = typed.strip()
        found: dict[str, tuple[str, tuple[str, ...]]] = {}
        for iri, text, kind in sorted(
            rows, key=lambda row: (row[1] != first, not row[1].startswith(first), len(row[1]), row)
        ):
            if iri not in found and (not wanted or wanted & set(kind.split())):
                found[iri] = text, tuple(kind.split())
                if len(found) == limit:
                    break
        named = self.labels(found)
        return [
            Suggestion(iri, named[iri].get("zh") or named[iri].get("") or text, text, kinds_of)
            for iri, (text, kinds_of) in found.items()
        ]

    def labels(self, iris: Iterable[str]) -> dict[str, dict[str, str]]:
        """IRI → language → label; the first in sort order where a language has several."""
        found: dict[str, dict[str, str]] = {}
        wanted = list(dict.fromkeys(iris))
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ", ".join("?" * len(some))
            for iri, lang, text in self._index.execute(
                f"SELECT iri, lang, text FROM label WHERE iri IN ({marks}) ORDER BY alias, text",  # noqa: S608
                some,
            ):
                found.setdefault(iri, {}).setdefault(lang, text)
        return found

    def close(self) -> None:
        self._index.close()
