"""The index behind `kg.store.search` and `kg.store.cells`, made of the lines of graphs, or from that of the release before."""

import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store import cells
from kg.store.search import HAN, VERSION, grams

SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE graph(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE quote(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, graph INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX quote_graph ON quote(graph);
CREATE TABLE label(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, graph INTEGER NOT NULL, text TEXT NOT NULL,
  lang TEXT NOT NULL, alias INTEGER NOT NULL, kind TEXT NOT NULL);
CREATE INDEX label_graph ON label(graph);
CREATE INDEX label_iri ON label(iri);
CREATE TABLE spelling(letters TEXT NOT NULL, label INTEGER NOT NULL, PRIMARY KEY(letters, label)) WITHOUT ROWID;
CREATE INDEX spelling_label ON spelling(label);
CREATE VIRTUAL TABLE quote_grams USING fts5(grams, content='', tokenize='unicode61');
CREATE VIRTUAL TABLE label_grams USING fts5(grams, content='', tokenize='unicode61');
{cells.SCHEMA}"""
COLUMNS = {"quote": "iri, text", "label": "iri, text, lang, alias, kind"}
"""What tells two rows of a graph apart."""
Row = tuple[str | bool, ...]
"""As COLUMNS has it."""

_LITERAL = rb'"((?:[^"\\]|\\.)*)"(?:@(\S+))?'
_TYPE = PREFIXES["rdf"] + "type"
SENTENCE = f"<{VOCABULARY}Sentence>".encode()
SENTENCES = re.compile(rf"^<([^>]*)> <{_TYPE}> <{VOCABULARY}Sentence> ".encode(), re.M)
QUOTES = re.compile(rf"^<([^>]*)> <{VOCABULARY}quote> ".encode() + _LITERAL, re.M)
NAMING = tuple(
    f"<{PREFIXES[of]}{name}>".encode() for of, name in (("rdfs", "label"), ("skos", "prefLabel"), ("skos", "altLabel"))
)
LABELS = re.compile(rb"^<([^>]*)> <(" + b"|".join(re.escape(name[1:-1]) for name in NAMING) + b")> " + _LITERAL, re.M)
KINDS = re.compile(rf"^<([^>]*)> <{_TYPE}> <([^>]*)> ".encode(), re.M)
_PLACE = re.compile("[省市县区州旗盟镇乡](?=..)")


def build(path: Path, graphs: Iterable[tuple[str, bytes]]) -> None:
    """Make the index of graphs: their names and N-Quads."""
    with closing(_open(path)) as index:
        index.executescript(SCHEMA)
        for name, text in graphs:
            _put(index, name, text)
        for table in ("quote_grams", "label_grams"):
            index.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
        index.commit()
        index.execute("ANALYZE")
        index.commit()


def change(old: Path, path: Path, graphs: Mapping[str, bytes]) -> None:
    """The index `old` with `graphs` holding what is given (nothing: no rows)."""
    shutil.copyfile(old, path)
    with closing(_open(path)) as index:
        for name, text in sorted(graphs.items()):
            _put(index, name, text)
        index.commit()


def spellings(name: str) -> set[str]:
    """How a name may be typed without Chinese letters: its pinyin and initials, and those of what follows its place.

    >>> sorted(spellings("宁海县司法局")), spellings("OFD")
    (['nhxsfj', 'ninghaixiansifaju', 'sfj', 'sifaju'], set())
    """
    begins = [0, *(place.end() for place in _PLACE.finditer(name))]
    return {spelt for begin in begins for spelt in spell(name[begin:]) if spelt}


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


def _open(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(path)
    index.execute("PRAGMA journal_mode = OFF")  # the file is made in a folder that nobody reads yet
    index.execute("PRAGMA synchronous = OFF")
    return index


def _put(index: sqlite3.Connection, name: str, text: bytes) -> None:
    """The rows of one graph are those of its lines: what differs is taken out or added."""
    index.execute("DELETE FROM cells WHERE home = ? AND graph = ?", (cells.home(name), name))
    if text:
        index.execute("INSERT INTO cells VALUES (?, ?, ?, ?)", cells.row(name, text))
    if not name:  # the default graph is not searched
        return
    index.execute("INSERT OR IGNORE INTO graph(name) VALUES (?)", (name,))
    (number,) = index.execute("SELECT id FROM graph WHERE name = ?", (name,)).fetchone()
    for table, rows in (("quote", _quotes(text)), ("label", _labels(text))):
        old = {
            row: ident
            for ident, *row_ in index.execute(f"SELECT id, {COLUMNS[table]} FROM {table} WHERE graph = ?", (number,))  # noqa: S608
            for row in [tuple(row_)]
        }
        gone = sorted((old[row], row) for row in old.keys() - rows)
        index.executemany(
            f"INSERT INTO {table}_grams({table}_grams, rowid, grams) VALUES ('delete', ?, ?)",  # noqa: S608
            [(ident, grams(str(row[1]))) for ident, row in gone],
        )
        index.executemany(f"DELETE FROM {table} WHERE id = ?", [(ident,) for ident, _ in gone])  # noqa: S608
        if table == "label":
            index.executemany("DELETE FROM spelling WHERE label = ?", [(ident,) for ident, _ in gone])
        _insert(index, table, number, sorted(rows - old.keys()))


def _insert(index: sqlite3.Connection, table: str, graph: int, rows: Iterable[Row]) -> None:
    (first,) = index.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}").fetchone()  # noqa: S608
    numbered = list(enumerate(rows, first))
    marks = "?, ?, ?, ?" if table == "quote" else "?, ?, ?, ?, ?, ?, ?"
    index.executemany(
        f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608
        [(ident, row[0], graph, *row[1:]) for ident, row in numbered],
    )
    if table == "label":
        index.executemany(
            "INSERT INTO spelling VALUES (?, ?)",
            sorted((spelt, ident) for ident, row in numbered for spelt in spellings(str(row[1]))),
        )
    index.executemany(
        f"INSERT INTO {table}_grams(rowid, grams) VALUES (?, ?)",  # noqa: S608
        [(ident, grams(str(row[1]))) for ident, row in numbered],
    )


def _quotes(text: bytes) -> set[Row]:
    """IRI and words of the sentences of one graph."""
    sentences = set(SENTENCES.findall(text)) if SENTENCE in text else set()
    if not sentences:
        return set()
    return {(iri.decode(), cells.plain(quote.decode())) for iri, quote, _ in QUOTES.findall(text) if iri in sentences}


def _labels(text: bytes) -> set[Row]:
    """IRI, label, language, whether it is an alias, and classes, of what one graph names."""
    said: dict[tuple[bytes, bytes, bytes], bool] = {}
    if not any(word in text for word in NAMING):
        return set()
    for iri, property_, label, language in LABELS.findall(text):
        key = iri, label, language
        said[key] = said.get(key, True) and property_.endswith(b"altLabel")
    named = {iri for iri, _, _ in said}
    kinds: dict[bytes, set[str]] = {}
    for iri, kind in KINDS.findall(text):
        if iri in named:
            kinds.setdefault(iri, set()).add(kind.decode())
    return {
        (iri.decode(), cells.plain(label.decode()), language.decode(), alias, " ".join(sorted(kinds.get(iri, ()))))
        for (iri, label, language), alias in said.items()
    }
