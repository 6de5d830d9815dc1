"""The things of one class and the values of their columns, from the cells of a release: a report at a time, not by queries.

A path leads from a thing through what its own report says of itself, or through what is said of things of no report.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Protocol

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store.cells import Cells, Said, Values, class_key, joined, related, several


class Wanted(Protocol):
    """A column: the path from the thing to its values (none: the thing itself); of the path `a`, the classes wanted."""

    @property
    def path(self) -> str: ...
    @property
    def among(self) -> Sequence[str]: ...


Block = tuple[Sequence[Values], ...]
"""Columns of equal length, for some of the things in the order of their IRIs."""


class Things:
    """The things of the class `of` (its name in the vocabulary) with `columns`.

    `reports` gives the blocks of reports, in the order of their IRIs; `others` the block of what belongs to none.
    """

    def __init__(self, cells: Cells, of: str, columns: Sequence[Wanted]) -> None:
        self._cells, self._columns, self._class = cells, columns, class_key(VOCABULARY + of)
        self._keys = {self._class, *(key for column in columns for step in _steps(column) for key in _keys(step))}
        self._rest = _Relations(cells.rest(self._keys))
        self._strays: dict[str, list[str]] = {}  # things of a report of which another graph says the class
        self._others: list[str] = []
        homes = cells.homes
        for iri in sorted(self._rest.said[self._class]):
            home = homes[at - 1] if (at := bisect_right(homes, iri)) else ""
            if home and (iri == home or iri.startswith(f"{home}/")):
                self._strays.setdefault(home, []).append(iri)
            elif not iri.startswith("_:"):
                self._others.append(iri)

    def others(self) -> Block:
        return self._block(self._others, _Relations({key: {} for key in self._keys}))

    def reports(self) -> Iterator[Block]:
        for homes, said in self._cells.reports(self._keys):
            strays = (iri for home in homes for iri in self._strays.get(home, ()))
            if iris := sorted({*said[self._class], *strays}):
                yield self._block(iris, _Relations(said))

    def _block(self, iris: Sequence[str], own: "_Relations") -> Block:
        known: dict[tuple[str, ...], Sequence[Values]] = {(): iris}
        for column in self._columns:
            steps = _steps(column)
            for end in range(1, len(steps) + 1):
                if steps[:end] not in known:  # read once for the columns that begin with it
                    known[steps[:end]] = self._through(steps[end - 1], known[steps[: end - 1]], own)
        return tuple(known[_steps(column)] for column in self._columns)

    def _through(self, step: str, begun: Sequence[Values], own: "_Relations") -> list[Values]:
        """What stands at the end of one step more."""
        here, there = own.of(step), self._rest.of(step)
        if not there and tuple not in {*map(type, begun)}:  # as nearly always
            return [*map(here.get, begun, repeat(""))]  # type: ignore[arg-type, list-item]

        def one(values: Values) -> Values:
            if isinstance(values, str):
                return joined(here.get(values, ""), there[values]) if values in there else here.get(values, "")
            return joined(*map(one, values))

        return [*map(one, begun)]


class _Relations:
    """What is said, as relations from one end of a step to the other."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self._known: dict[str, Mapping[str, Values]] = {}

    def of(self, step: str) -> Mapping[str, Values]:
        if step not in self._known:
            self._known[step] = self._read(step)
        return self._known[step]

    def _read(self, step: str) -> Mapping[str, Values]:
        first, *more = (self.said[key] for key in _keys(step))
        if not more and not step.startswith("^"):
            return first
        pairs = [
            (thing, value) for said in (first, *more) for thing, values in said.items() for value in several(values)
        ]
        things, values = [thing for thing, _ in pairs], [value for _, value in pairs]
        return related(values, things) if step.startswith("^") else related(things, values)


def _steps(column: Wanted) -> tuple[str, ...]:
    """The steps of a path; that to classes names them.

    >>> from types import SimpleNamespace as column
    >>> _steps(column(path="fz:inReport/fz:periodYear", among=())), _steps(column(path="a", among=("Target", "Goal")))
    (('fz:inReport', 'fz:periodYear'), ('a Target Goal',))
    """
    if not column.path:
        return ()
    *begin, last = column.path.split("/")
    return (*begin, " ".join((last, *column.among)))


def _keys(step: str) -> list[str]:
    """Under what a step stands in the cells.

    >>> _keys("^fz:itemOf")
    ['https://w3id.org/fazhi/ns#itemOf']
    """
    name, *classes = step.removeprefix("^").split(" ")
    if name == "a":
        return [class_key(VOCABULARY + name) for name in classes]
    prefix, _, local = name.partition(":")
    return [PREFIXES[prefix] + local]
