"""The queries that answers are made with: labels, sentences, marks, headings. Files beside this one; IRIs enter as VALUES."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode

from kg.store.answer import Row, Store

_HERE = Path(__file__).parent
_MARK = re.compile(r"^[ \t]*#values iri[ \t]*$", re.M)
_AT_ONCE = 400
"""IRIs in one query: about 30 kB of text, under every engine's limit."""


@cache
def support(name: str) -> str:
    """The text of one of these queries."""
    return (_HERE / f"{name}.rq").read_text("utf-8")


def about(store: Store, name: str, iris: Iterable[str]) -> list[Row]:
    """The rows of a query about some resources, asked for in batches."""
    rows: list[Row] = []
    for batch in _batches(dict.fromkeys(iris)):
        clause = f"VALUES ?iri {{ {' '.join(str(NamedNode(iri)) for iri in batch)} }}"
        rows += store.rows(_MARK.sub(lambda _, clause=clause: clause, support(name)))  # type: ignore[misc]
    return rows


def _batches(iris: Iterable[str]) -> Iterator[list[str]]:
    walking = iter(iris)
    while batch := list(islice(walking, _AT_ONCE)):
        yield batch
