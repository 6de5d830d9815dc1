"""What the front page shows of a release: how much it holds, how many answers each question has, one answered question."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.errors import KgError
from queries import NamedQuery, load_queries
from queries.answer import Answered, answer, count
from queries.evidence import Evidence
from server.cells import quoted
from server.paths import with_query
from server.service import service
from server.site import base

_SECONDS = 0.7
"""Time that counting may take while a reader waits; what is not counted by then is counted for the next one."""
_EXAMPLE = "who-did-what"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question with its answer and one quote."""

    answered: Answered
    href: str
    evidence: Evidence


@lru_cache(maxsize=4)
def _counted(release: str) -> dict[str, int | None]:
    """The counts of one release, filled as they are made."""
    return {}


def counts() -> Mapping[str, int | None]:
    """Question → number of its answers with every slot open; absent where it is not counted yet or cannot be."""
    known = _counted(service().release_id)
    until = time.monotonic() + _SECONDS
    for query in load_queries().values():
        if query.id in known:
            continue
        if time.monotonic() > until:
            break
        known[query.id] = _count(query)
    return known


def _count(query: NamedQuery) -> int | None:
    if any(param.required and param.default == "any" for param in query.params.values()):
        return None
    try:
        return count(query, {}, service().store, base=base(), seconds=_SECONDS)
    except KgError:
        return None


def example() -> Example | None:
    """The richest sentence that answers the first question: the body that leads in it, and what it did."""
    return _example(service().release_id)


@lru_cache(maxsize=4)
def _example(release: str) -> Example | None:
    query = load_queries().get(_EXAMPLE)
    if query is None:
        return None
    store = service().store
    try:
        everything = answer(query, {}, store, base=base(), limit=200)
        leads = Counter(row["lead"].value for row in everything.rows if "lead" in row and "target" in row)
        if not leads:
            return None
        lead = max(sorted(leads), key=lambda iri: leads[iri]).removeprefix(base())
        found = answer(query, {"lead": lead}, store, base=base(), limit=50)
    except KgError:
        return None
    quotes = quoted(found)
    if not quotes:
        return None
    best = max(quotes, key=lambda one: len(one.evidence.marks))
    return Example(answered=found, href=with_query(f"/ask/{query.id}", [("lead", lead)]), evidence=best.evidence)
