"""The rows of one page, read from no more reports than they stand in.

Sorting all that all reports say costs more than showing its beginning. The rows of most questions follow each other by
year and place, so the first page stands in the first reports: those are asked, and a few more if it is not yet full.
Those of some follow each other by indicator, and are read indicator by indicator.
What counts over everything has no such beginning. A release never changes, so what was read of many reports is kept.
"""

from itertools import chain
from math import ceil

from kg.store.answer import Row, Store
from queries.binding import RESOURCES, Values, bind, chosen, term
from queries.coverage import asked_of, looked_at
from queries.header import ORDERS, NamedQuery
from queries.held import held
from queries.support import about

_FEW = 16
"""Reports of which all are asked at once."""
_AT_FIRST, _KNOWN = 2, 8
"""Reports that are asked first, and from how many it is told how many rows the others have."""
_FIRST = 32
"""Rows that a report is taken to have before one was asked."""
_FAR = 2_000
"""Rows from the first on; a page beyond is asked of all reports."""
_SPARE = 1.3
"""Reports that are asked for one that is thought to be needed."""
_AT_ONCE = 500
"""Reports that one query names at most: from a thousand on the engine takes three times as long for each of them."""
_DENSE = 16
"""Rows in a report from which on it is as quick to read it as to look its rows up among those of all reports."""
_SPARSE = 1
"""The same where a report leads to its highlights, and to nothing else."""
_MANY = 8
"""Figures of an indicator, for each row of a page, from which on a page of them is read from some areas."""
_LED = {"indicators"}
"""What leads to its rows by itself, the last of them first: one is asked, which may have all, and as many as are needed after it."""
_KEPT = 32


def page(
    query: NamedQuery,
    values: Values,
    store: Store,
    *,
    base: str,
    limit: int,
    offset: int = 0,
    seconds: float | None = None,
) -> list[Row]:
    """The rows of a question from `offset` on, at most `limit`: the same as of `bind` with both, and sooner.

    Raises what `bind` and the store do.
    """
    whole = bind(query, values, base, limit=limit, offset=offset)
    wanted = offset + limit
    if wanted > _FAR or _narrow(query, values, store, base, wanted):
        return store.rows(whole, seconds=seconds)
    key = (store.release, whole)
    found = _ANSWERS.get(key) if store.release else None  # what states no release may hold something else the next time
    if found is None:
        first = _first(query, values, store, base, wanted, seconds)
        found = tuple(store.rows(whole, seconds=seconds) if first is None else first[offset:])
        while len(_ANSWERS) >= _KEPT:
            _ANSWERS.pop(next(iter(_ANSWERS)), None)
        _ANSWERS[key] = found
    return list(found)


def _first(
    query: NamedQuery, values: Values, store: Store, base: str, wanted: int, seconds: float | None
) -> list[Row] | None:
    """The first rows of a question, read from the reports in which they stand; None where they are sooner found among all."""
    near = query.pages in _LED and bool(chosen(values, "place"))
    if query.pages is None or (near and len(looked_at(query, values, store, base=base)) <= _FEW):
        return None  # of few reports the figures are sooner read than the indicators
    groups = held(store).order(query.pages, *asked_of(query, values, base))
    of_one = query.pages == "figures" and bool(chosen(values, "indicator"))
    if of_one and wanted > len(groups) // 2:
        return None
    most = max(_AT_ONCE * len(groups) // max(sum(map(len, groups)), 1), 1)
    rows: list[Row] = []
    led = query.pages in _LED
    dense = _SPARSE if "fz:highlight" in query.body else _DENSE
    size, asked = 1 if led else wanted if of_one else max(wanted // _FIRST, _AT_FIRST), 0
    while len(groups) > max(_FEW, asked):
        among = (ORDERS[query.pages][1], tuple(chain(*groups[asked : asked + size])))
        rows += store.rows(bind(query, values, base, limit=wanted - len(rows), among=among), seconds=seconds)
        asked += size
        if len(rows) >= wanted:
            return rows
        size = ceil((wanted - len(rows)) * asked / max(len(rows), 1) * _SPARE)
        if not led and asked < _KNOWN:
            size = min(size, _KNOWN - asked)
        elif not led and size * asked * dense > len(groups) * len(rows):
            return None  # found sooner by what is asked for than by the report
        size = min(size, most)
    return None


def _narrow(query: NamedQuery, values: Values, store: Store, base: str, wanted: int) -> bool:
    """Whether a slot names one thing that leads to its few rows by itself. An indicator may have many figures in all years:
    then it is asked in some areas first."""
    things = (RESOURCES - {"area"}) | {"number"}
    named = {param.type for name, param in query.params.items() if chosen(values, name)}
    if query.pages != "figures" or not {"indicator"} <= named <= {"indicator", "area"}:
        return bool(named & things)
    told = [term(query.params["indicator"], one, base).strip("<>") for one in chosen(values, "indicator")]
    return sum(int(row["n"].value) for row in about(store, "stated", told)) < wanted * _MANY


_ANSWERS: dict[tuple[str, str], tuple[Row, ...]] = {}
