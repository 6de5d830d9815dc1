"""Columns of a table read from a store, one property at a time, in bulk: a scan of a property costs a third of a join.

The engine's answer comes in pages, so that no table is too large for one answer and none is held twice.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Protocol

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store.answer import Store

SECONDS = 60.0
PAGE = 20_000  # rows of one answer: quotes of so many sentences stay far below the byte limit of an evaluator
WIDE = 3  # a property with so many times the rows that are wanted is joined, not scanned
FEW = 2_000  # below this number of rows a scan is always quick
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
Values = str | tuple[str, ...]
"""No value, one, or several in sort order."""


class Wanted(Protocol):
    """A column: the path from the thing to its values, and which values alone are wanted."""

    @property
    def path(self) -> str: ...
    @property
    def among(self) -> Sequence[str]: ...


class Things:
    """The things of one class in the order of their IRIs, and the values of their columns.

    `counts` (classes and properties of the release, name → number) says what is cheaper to read; without it every
    property is joined.
    """

    def __init__(self, store: Store, of: str, counts: Mapping[str, Any] | None = None) -> None:
        self._store, self._of, self._counts = store, of, counts or {}
        found = {row[0] for page in self._ask("?k", f"?k a fz:{of}") for row in page}
        self.iris: list[str] = sorted(iri for iri in found if not iri.startswith("_:"))
        self._same: dict[str, Values] = {}
        self._known: dict[str, list[Values]] = {}

    def column(self, wanted: Wanted) -> list[Values]:
        """The values of one column, one entry for each thing."""
        *begin, last = wanted.path.split("/")
        found: Sequence[Values] = self.iris
        seen = f"?k a fz:{self._of}"
        for place, step in enumerate(begin, start=1):
            path = "/".join(begin[:place])
            if path not in self._known:  # read once for the columns that begin with it
                self._known[path] = self._through(step, seen, found, ())
            found = self._known[path]
            seen = f"{{ SELECT DISTINCT ?k {{ ?x a fz:{self._of} ; {path} ?k }} }}"
        if wanted.path not in self._known or wanted.among:
            self._known[wanted.path] = self._through(last, seen, found, wanted.among)
        return self._known[wanted.path]

    def _through(self, step: str, those: str, begun: Sequence[Values], among: Sequence[str]) -> list[Values]:
        """What stands at the end of one step more: read for all things where that is quick, else for `those`."""
        pattern = f"?v {step[1:]} ?k" if step.startswith("^") else f"?k {step} ?v"
        if among:
            names = " ".join(f"fz:{name}" for name in among)
            pattern = f"VALUES ?v {{ {names} }} {pattern}"
        if self._size(step, among) > max(WIDE * len(self.iris), FEW):
            pattern = f"{those} . {pattern}"
        onward: dict[str, Values] = {}
        wanted = {node for values in begun for node in several(values)}
        for page in self._ask("?k ?v", pattern):
            rows = [row for row in page if row[0] in wanted]
            pairs = dict(rows)
            if len(pairs) == len(rows) and onward.keys().isdisjoint(pairs):
                onward.update(pairs)
                continue
            for key, value in rows:
                onward[key] = joined(onward.get(key, ""), value)
        if any(isinstance(values, tuple) for values in begun):
            return [joined(*map(onward.get, several(values), repeat(""))) for values in begun]
        same = self._same.setdefault  # one string for equal values: a report's name stands in every row
        return [same(value, value) for value in map(onward.get, begun, repeat(""))]  # type: ignore[arg-type]

    def _size(self, step: str, among: Sequence[str]) -> float:
        """How many rows a scan of the property gives."""
        if step == "a" and among:
            classes: Mapping[str, int] = self._counts.get("classes", {})
            return sum(classes.get(VOCABULARY + name, 0) for name in among)
        prefix, _, name = step.removeprefix("^").partition(":")
        iri = RDF_TYPE if step == "a" else PREFIXES[prefix] + name
        known: Mapping[str, int] | None = self._counts.get("properties")
        return float("inf") if known is None else known.get(iri, 0)

    def _ask(self, names: str, pattern: str) -> Iterator[list[list[str]]]:
        """The rows, page by page; a release does not change, so the order of its pages does not."""
        prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("fz", "dcterms"))
        query, offset = f"{prefixes}SELECT {names} {{ {pattern} }}", 0
        while True:
            page = f"{query} OFFSET {offset} LIMIT {PAGE}"
            answer = self._store.answer(page, media_type="text/csv", seconds=SECONDS)
            rows = csv.reader(io.TextIOWrapper(io.BytesIO(answer.body), "utf-8", newline=""))
            next(rows)
            yield (found := [*rows])
            if len(found) < PAGE:
                return
            offset += PAGE


def several(values: Values) -> Sequence[str]:
    """The values as a sequence.

    >>> several(""), several("a"), several(("a", "b"))
    ((), ('a',), ('a', 'b'))
    """
    return values if isinstance(values, tuple) else (values,) if values else ()


def joined(*given: Values) -> Values:
    """Values together, in sort order, none twice.

    >>> joined("b", ("a", "b")), joined("", "a"), joined()
    (('a', 'b'), 'a', '')
    """
    found = tuple(sorted({value for values in given for value in several(values)}))
    return found if len(found) > 1 else found[0] if found else ""
