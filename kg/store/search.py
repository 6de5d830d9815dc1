"""Text search over quotes and suggestions over labels: SQLite FTS5 on character bigrams, beside the store of a release.

Every character starts a gram of two and the last of a run stands alone, so words of one and two characters are found
as well; the trigram tokenizer of SQLite finds neither.
"""

import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.namespaces import VOCABULARY

VERSION = 2
SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE graph(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE quote(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, graph INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX quote_graph ON quote(graph);
CREATE TABLE label(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, graph INTEGER NOT NULL, text TEXT NOT NULL,
  lang TEXT NOT NULL, alias INTEGER NOT NULL, kind TEXT NOT NULL, pinyin TEXT NOT NULL, initials TEXT NOT NULL);
CREATE INDEX label_graph ON label(graph);
CREATE INDEX label_iri ON label(iri);
CREATE INDEX label_pinyin ON label(pinyin);
CREATE INDEX label_initials ON label(initials);
CREATE VIRTUAL TABLE quote_grams USING fts5(grams, content='', tokenize='unicode61');
CREATE VIRTUAL TABLE label_grams USING fts5(grams, content='', tokenize='unicode61');
"""
QUOTES = f"SELECT ?s ?text {{ ?s a <{VOCABULARY}Sentence> ; <{VOCABULARY}quote> ?text }}"
LABELS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?s ?text ?kind ?property { VALUES ?property { rdfs:label skos:prefLabel skos:altLabel }
  ?s ?property ?text . OPTIONAL { ?s a ?kind } }"""
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


@lru_cache(maxsize=65536)
def spell(text: str) -> tuple[str, str]:
    """Pinyin without tones, and its initials; empty where there is no Han character.

    >>> spell("宁海县")
    ('ninghaixian', 'nhx')
    """
    if not HAN.search(text):
        return "", ""
    from pypinyin import Style, lazy_pinyin  # dictionaries of a second: only where labels are indexed

    syllables = [s for s in lazy_pinyin(text, style=Style.NORMAL, errors="ignore") if s.isalpha()]
    return "".join(syllables).lower(), "".join(s[0] for s in syllables).lower()


def build(path: Path, store: Path) -> None:
    """Make the index of the quotes and labels of a store."""
    with closing(_open(path)) as index:
        index.executescript(SCHEMA)
        _add(index, ox.Store.read_only(str(store)), None)
        for table in ("quote_grams", "label_grams"):
            index.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
        index.commit()
        index.execute("ANALYZE")
        index.commit()


def change(old: Path, path: Path, store: Path, graphs: Sequence[str]) -> None:
    """The index `old` with the rows of `graphs` made anew from `store`."""
    shutil.copyfile(old, path)
    with closing(_open(path)) as index:
        for name in graphs:
            row = index.execute("SELECT id FROM graph WHERE name = ?", (name,)).fetchone()
            if row is None:
                continue
            for table in ("quote", "label"):
                gone = index.execute(f"SELECT id, text FROM {table} WHERE graph = ?", row).fetchall()  # noqa: S608
                index.executemany(
                    f"INSERT INTO {table}_grams({table}_grams, rowid, grams) VALUES ('delete', ?, ?)",  # noqa: S608
                    [(number, grams(text)) for number, text in gone],
                )
                index.execute(f"DELETE FROM {table} WHERE graph = ?", row)  # noqa: S608
        _add(index, ox.Store.read_only(str(store)), graphs)
        index.commit()


def _open(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(path)
    index.execute("PRAGMA journal_mode = OFF")  # the file is made in a folder that nobody reads yet
    index.execute("PRAGMA synchronous = OFF")
    return index


def _add(index: sqlite3.Connection, store: ox.Store, graphs: Sequence[str] | None) -> None:
    names = graphs if graphs is not None else [str(node.value) for node in store.named_graphs()]
    number: dict[str, int] = {name: ident for ident, name in index.execute("SELECT id, name FROM graph")}
    for name in sorted(filter(None, names)):
        if name not in number:
            number[name] = max(number.values(), default=0) + 1
            index.execute("INSERT INTO graph VALUES (?, ?)", (number[name], name))
        quotes = sorted((row["s"].value, row["text"].value) for row in _solutions(store, QUOTES, name))
        _insert(index, "quote", [(iri, number[name], text) for iri, text in quotes])
        _insert(index, "label", [(iri, number[name], *rest) for iri, *rest in _labels(store, name)])


def _labels(store: ox.Store, name: str) -> Iterator[tuple[object, ...]]:
    """IRI, label, language, whether it is an alias, classes, pinyin and initials, of what one graph names."""
    kinds: dict[tuple[str, str, str], set[str]] = {}
    names_of: set[tuple[str, str, str]] = set()
    for row in _solutions(store, LABELS, name):
        key = (row["s"].value, row["text"].value, row["text"].language or "")
        kinds.setdefault(key, set()).update([row["kind"].value] if row["kind"] else [])
        if not row["property"].value.endswith("altLabel"):
            names_of.add(key)
    for key, found in sorted(kinds.items()):
        yield key[0], key[1], key[2], key not in names_of, " ".join(sorted(found)), *spell(key[1])


def _solutions(store: ox.Store, query: str, graph: str) -> Iterator[Mapping[str, Any]]:
    # One graph at a time as the default graph: GRAPH ?g with VALUES reads the whole store.
    result: Any = store.query(query, default_graph=ox.NamedNode(graph))
    names = [variable.value for variable in result.variables]
    for solution in result:
        yield {name: solution[name] for name in names}


def _insert(index: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    first = index.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()[0]  # noqa: S608
    if rows:
        marks = ", ".join("?" * (len(rows[0]) + 1))
        index.executemany(f"INSERT INTO {table} VALUES ({marks})", [(first + i, *row) for i, row in enumerate(rows)])  # noqa: S608
    index.executemany(
        f"INSERT INTO {table}_grams(rowid, grams) VALUES (?, ?)",  # noqa: S608
        [(first + i, grams(str(row[2]))) for i, row in enumerate(rows)],
    )


class Search:
    """The index of one release, read-only; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise StoreError("no text index", where=str(path), hint="build the release anew")
        # immutable: no lock file is made beside a release, which never changes
        self._index = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        if self._index.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._index.close()
            raise StoreError("the text index is of another version", where=str(path), hint="build the release anew")

    def quotes(self, words: str, *, limit: int = 200) -> list[Hit]:
        """The quotes that hold all of `words`, in the order of their IRIs."""
        expression = match(words)
        if not expression:
            return []
        found = self._index.execute(
            "SELECT quote.iri, quote.text, graph.name FROM quote_grams JOIN quote ON quote.id = quote_grams.rowid "
            "JOIN graph ON graph.id = quote.graph WHERE quote_grams MATCH ? ORDER BY quote_grams.rowid LIMIT ?",
            (expression, limit),
        )
        return [Hit(*row) for row in found]

    def suggest(self, typed: str, *, kinds: Iterable[str] = (), limit: int = 10) -> list[Suggestion]:
        """Things whose label holds what was typed, or whose pinyin or initials begin with it; short labels first."""
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
                for column in ("initials", "pinyin"):
                    rows += self._index.execute(
                        f"SELECT iri, text, kind FROM label WHERE {column} >= ? AND {column} < ? LIMIT 1000",  # noqa: S608
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
                f"SELECT iri, lang, text FROM label WHERE iri IN ({marks}) ORDER BY alias, id",  # noqa: S608
                some,
            ):
                found.setdefault(iri, {}).setdefault(lang, text)
        return found

    def close(self) -> None:
        self._index.close()
