"""The things of one class and the values of their columns, from the cells of a release: a report at a time, not by queries.

A path leads from a thing through what its own report says of itself, or through what is said of things of no report.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress, repeat
from operator import itemgetter
from typing import Protocol

from kg.graph.namespaces import PREFIXES, VOCABULARY
from kg.store.cells import Cells, Said, Told, Values, class_key, joined, related


class Wanted(Protocol):
    """A column: the path from the thing to its values (none: the thing itself); of the path `a`, the classes wanted."""

    @property
    def path(self) -> str: ...
    @property
    def among(self) -> Sequence[str]: ...


TOGETHER = 10
"""Reports that are read at once: enough that each costs little, few enough to be small."""
Block = tuple[Sequence[Values], ...]
"""Columns of equal length, for some of the things in the order of their IRIs."""


class Things:
    """The things of the class `of` (its name in the vocabulary) with `columns`, of which the first is the thing."""

    def __init__(self, cells: Cells, of: str, columns: Sequence[Wanted]) -> None:
        self._cells, self._columns, self._class = cells, columns, class_key(VOCABULARY + of)
        self._keys = {self._class, *(key for column in columns for step in _steps(column) for key in _keys(step))}
        self._rest = _Relations(cells.rest(self._keys))
        self._strays: dict[str, list[str]] = {}  # things of a report of which another graph says the class
        self._others: list[str] = []
        self._homes = homes = cells.homes
        for iri in sorted({*self._rest.said[self._class].things}):
            home = homes[at - 1] if (at := bisect_right(homes, iri)) else ""
            if home and (iri == home or iri.startswith(f"{home}/")):
                self._strays.setdefault(home, []).append(iri)
            elif not iri.startswith("_:"):
                self._others.append(iri)

    def blocks(self, turn: int = 0, turns: int = 1) -> Iterator[Block]:
        """All of them in the order of their IRIs, those of some reports at a time; or every `turns`-th block from `turn` on."""
        others = self._block(self._others, _Relations({key: Told() for key in self._keys}))
        for begin in range(0, max(len(self._homes), 1), TOGETHER)[turn::turns]:
            end = begin + TOGETHER
            # what belongs to no report stands where it sorts, before all reports and behind them too
            first = bisect_left(self._others, self._homes[begin]) if begin else 0
            last = bisect_left(self._others, self._homes[end]) if end < len(self._homes) else None
            block, ours = self._reports(self._homes[begin:end]), _part(others, first, last)
            yield _together(ours, block) if ours[0] else block

    def _reports(self, homes: Sequence[str]) -> Block:
        said = self._cells.reports(homes, self._keys)
        strays = [iri for home in homes for iri in self._strays.get(home, ())]
        return self._block(sorted({*said[self._class].things, *strays}), _Relations(said))

    def _block(self, iris: Sequence[str], own: "_Relations") -> Block:
        known: dict[tuple[str, ...], Sequence[Values]] = {(): iris}
        for column in self._columns:
            steps = _steps(column)
            for end in range(1, len(steps) + 1):
                if steps[:end] not in known:  # read once for the columns that begin with it
                    beside = self._beside(steps[0], iris, own) if end == 1 else ()
                    known[steps[:end]] = beside or self._through(steps[end - 1], known[steps[: end - 1]], own)
        return tuple(known[_steps(column)] for column in self._columns)

    def _beside(self, step: str, iris: Sequence[str], own: "_Relations") -> Sequence[str]:
        """The values of a step where each of the things has one; else none."""
        (key, *more), there = _keys(step), self._rest.of(step)
        if step.startswith("^") or more or not there.keys().isdisjoint(iris):
            return ()
        told = own.said[key]
        if told.things == iris:
            return told.values
        ours = [*map(frozenset(iris).__contains__, told.things)]
        return [*compress(told.values, ours)] if [*compress(told.things, ours)] == iris else ()

    def _through(self, step: str, begun: Sequence[Values], own: "_Relations") -> Sequence[Values]:
        """What stands at the end of one step more."""
        here, there = own.of(step), self._rest.of(step)
        if tuple not in {*map(type, begun)} and there.keys().isdisjoint(begun):  # as nearly always
            return [*map(here.get, begun, repeat(""))]  # type: ignore[arg-type, list-item]

        return [
            _follow(values, here, there)
            if isinstance(values, str)
            else joined(*(_follow(v, here, there) for v in values))
            for values in begun
        ]


def _follow(thing: str, here: Mapping[str, Values], there: Mapping[str, Values]) -> Values:
    return joined(here.get(thing, ""), there[thing]) if thing in there else here.get(thing, "")


def _part(block: Block, begin: int, end: int | None) -> Block:
    return tuple(column[begin:end] for column in block)


def _together(*blocks: Block) -> Block:
    """The rows of blocks in the order of their things."""
    rows = sorted((row for block in blocks for row in zip(*block, strict=True)), key=itemgetter(0))
    return (*zip(*rows, strict=True),)


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
        told = [self.said[key] for key in _keys(step)]
        things, values = [*chain.from_iterable(t.things for t in told)], [*chain.from_iterable(t.values for t in told)]
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
