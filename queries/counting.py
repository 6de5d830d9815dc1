"""How many rows a question gives, and how many different things stand in them: counted as far as it helps a reader.

To count costs as much as to find: over many reports it would take longer than the page that is shown. So a list is counted
to its end where it is short, and else is said to have so many rows at least; and what cannot be counted in `LONGEST` is said
to have as many as are shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.store.answer import QueryCostError, Store
from queries.binding import Values, bind
from queries.header import SLOT, NamedQuery
from queries.spread import spread

MOST = 10_000
"""Rows up to which a list is counted."""
LONGEST = 8.0
"""Seconds that a server takes for it: the rows are there, and wait for no more than that."""
_ORDERED = re.compile(r"^ORDER BY [^\n]*\s*\Z", re.M)
_PROLOGUE = re.compile(r"\A(?:\s*(?:#[^\n]*|(?:PREFIX|BASE)\b[^\n]*)\n)*", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows, and for each column that an answer speaks of how many different values it has."""

    rows: int
    distinct: Mapping[str, int]
    at_least: bool = False
    """There are more rows than `MOST`, and were counted no further; 0 where they could not be counted."""


def counted(query: NamedQuery, sparql: str, store: Store) -> Counted:
    """The rows of a bound question, and the different values of what its answer tells: once for all pages and views of it."""
    key = (store.release, sparql, MOST)
    found = _COUNTS.get(key) if store.release else None  # what states no release may hold something else the next time
    if found is None:
        prologue, rest = _parts(sparql)
        names = told(query)
        counts = " ".join(f"(COUNT(DISTINCT ?{name}) AS ?n_{name})" for name in names)
        asked = f"{prologue}SELECT (COUNT(*) AS ?n_) {counts} WHERE {{ {{\n{rest}\nLIMIT {MOST + 1}\n}} }}"
        try:
            row = store.rows(asked, seconds=LONGEST)[0]
        except QueryCostError:
            found = Counted(0, {}, at_least=True)
        else:
            rows, distinct = int(row["n_"].value), {name: int(row[f"n_{name}"].value) for name in names}
            found = Counted(min(rows, MOST), distinct, rows > MOST)
        if len(_COUNTS) >= _MOST_COUNTS:
            _COUNTS.clear()
        _COUNTS[key] = found
    return found


def count(query: NamedQuery, values: Values, store: Store, *, base: str, seconds: float | None = None) -> int:
    """How many rows a question gives, all of them, without sorting and fetching them."""
    prologue, rest = _parts(bind(query, spread(query, values, store, base), base))
    rows = store.rows(f"{prologue}SELECT (COUNT(*) AS ?n) WHERE {{ {{\n{rest}\n}} }}", seconds=seconds)
    return int(rows[0]["n"].value)


def count_by(query: NamedQuery, values: Values, column: str, store: Store, *, base: str) -> Mapping[str, int]:
    """How many rows have each value of a column; those without one stand under ""."""
    prologue, rest = _parts(bind(query, spread(query, values, store, base), base))
    rows = store.rows(f"{prologue}SELECT ?{column} (COUNT(*) AS ?n) WHERE {{ {{\n{rest}\n}} }} GROUP BY ?{column}")
    return {row[column].value if column in row else "": int(row["n"].value) for row in rows}


def told(query: NamedQuery) -> tuple[str, ...]:
    """The variables whose different values an answer tells: in its sentence, and the quotes that it rests on."""
    said = [text[tongue] for text in (query.answer, query.one) if text for tongue in ("zh", "en")]
    named = {found[2] for text in said for found in SLOT.finditer(text) if found[1] == "count"}
    named |= {part.sentence for part in query.evidence}
    return tuple(name for name in query.variables() if name in named)


def _parts(sparql: str) -> tuple[str, str]:
    """Its prologue, and the rest without its order."""
    found = _PROLOGUE.match(sparql)
    end = found.end() if found else 0
    return sparql[:end], _ORDERED.sub("", sparql[end:])


_MOST_COUNTS = 1024
_COUNTS: dict[tuple[str, str, int], Counted] = {}
"""Release, query and how far → what it counts: a release never changes."""
