"""The index behind `kg.store.search` and `kg.store.cells`, made of the lines of graphs, or from that of the release before."""

import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store import cells
from kg.store.dump import Lines
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

TYPE, SENTENCE, QUOTE = (
    f"<{iri}>".encode() for iri in (PREFIXES["rdf"] + "type", VOCABULARY + "Sentence", VOCABULARY + "quote")
)
NAMING = tuple(
    f"<{PREFIXES[of]}{name}>".encode() for of, name in (("rdfs", "label"), ("skos", "prefLabel"), ("skos", "altLabel"))
)
_PLACE = re.compile("[省市县区州旗盟镇乡](?=..)")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the index holds of one graph."""

    graph: str
    cells: tuple[str, str, bytes, bytes] | None
    quotes: frozenset[Row]
    labels: frozenset[Row]


def rows(name: str, lines: Lines) -> Rows:
    """The rows of a graph, of its lines. The default graph is not searched."""
    cell = cells.row(name, lines) if lines else None
    return Rows(name, cell, _quotes(lines), _labels(lines)) if name else Rows(name, cell, frozenset(), frozenset())


def build(path: Path, graphs: Iterable[Rows]) -> None:
    """Make the index of graphs."""
    with closing(_open(path)) as index:
        index.executescript(SCHEMA)
        for graph in graphs:
            _put(index, graph)
        for table in ("quote_grams", "label_grams"):
            index.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608
        index.commit()
        index.execute("ANALYZE")
        index.commit()


def change(old: Path, path: Path, graphs: Mapping[str, Lines]) -> None:
    """The index `old` with `graphs` holding what is given (nothing: no rows)."""
    shutil.copyfile(old, path)
    with closing(_open(path)) as index:
        for name in sorted(graphs):
            _put(index, rows(name, graphs[name]))
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


def _put(index: sqlite3.Connection, now: Rows) -> None:
    """A graph has these rows: what differs is taken out or added."""
    name = now.graph
    index.execute("DELETE FROM cells WHERE home = ? AND graph = ?", (cells.home(name), name))
    if now.cells:
        index.execute("INSERT INTO cells VALUES (?, ?, ?, ?)", now.cells)
    if not name:
        return
    index.execute("INSERT OR IGNORE INTO graph(name) VALUES (?)", (name,))
    (number,) = index.execute("SELECT id FROM graph WHERE name = ?", (name,)).fetchone()
    for table, rows in (("quote", now.quotes), ("label", now.labels)):
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


def _quotes(lines: Lines) -> frozenset[Row]:
    """IRI and words of the sentences of one graph."""
    sentences = {iri for iri, kind in _said(lines, TYPE) if kind == SENTENCE and _named(iri)}
    return frozenset(
        (_iri(iri), cells.plain(cells.bare(text).decode())) for iri, text in _said(lines, QUOTE) if iri in sentences
    )


def _labels(lines: Lines) -> frozenset[Row]:
    """IRI, label, language, whether it is an alias, and classes, of what one graph names."""
    aliases: dict[tuple[bytes, bytes], bool] = {}
    for property_ in NAMING:
        for named in _said(lines, property_):
            if named[1].startswith(b'"') and _named(named[0]):
                aliases[named] = aliases.get(named, True) and property_ == NAMING[-1]
    kinds: dict[bytes, set[str]] = {iri: set() for iri, _ in aliases}
    for iri, kind in _said(lines, TYPE):
        if iri in kinds and kind.startswith(b"<"):
            kinds[iri].add(_iri(kind))
    return frozenset(
        (_iri(iri), cells.plain(cells.bare(label).decode()), _language(label), alias, " ".join(sorted(kinds[iri])))
        for (iri, label), alias in aliases.items()
    )


def _said(lines: Lines, property_: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What has the property, and its value."""
    said = lines.get(property_, ())
    return zip(said[::2], said[1::2], strict=True)


def _named(thing: bytes) -> bool:
    return not thing.startswith(b"_:")


def _iri(term: bytes) -> str:
    return term[1:-1].decode()


def _language(literal: bytes) -> str:
    return literal.rpartition(b'"')[2].removeprefix(b"@").decode() if not literal.endswith(b">") else ""
