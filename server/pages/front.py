"""What the front page shows of a release: how much it holds, how many answers each question has, one answered question."""

import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from kg.errors import KgError
from kg.store.answer import Store
from queries import GROUPS, NamedQuery, load_queries
from queries.answer import Answered, answer
from queries.counting import count
from queries.evidence import Evidence
from queries.header import Language
from queries.router.route import route
from queries.slots import resolve
from server.i18n import language
from server.pages.about import class_counts
from server.pages.cells import quoted
from server.paths import with_query
from server.service import Service, service

_GRACE = 0.1
"""Seconds that a reader waits for counts; what is not counted by then stands there for the next reader."""
_PATIENCE = 0.7
"""Seconds that a reader waits for the example."""
_SECONDS = 2.0
"""Seconds for one question; one that takes longer goes without a count."""
_TRIED = 4
"""Sentences that are offered to try."""
_EXAMPLES = (("who-did-what", "lead"), ("measures-by-body", "body"), ("indicator-value", "indicator"))
"""Questions that may stand answered on the front page, and the slot to fill; the first that has an answer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question with its answer and one quote."""

    answered: Answered
    href: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Counts:
    """Question → number of its answers, and sentences that lead to one; filled in the background, `done` when none is to come."""

    known: dict[str, int | None] = field(default_factory=dict)
    tries: dict[tuple[str, Language], str] = field(default_factory=dict)
    """Group of questions and language → a sentence in people's words that has an answer in this release."""
    done: threading.Event = field(default_factory=threading.Event)

    def fill(self, here: Service, release: str) -> None:
        """Count until all is counted, or another release is shown."""
        here.settle()
        store, base = here.store, here.config.base
        try:
            for query in load_queries().values():
                if here.release_id != release:
                    return
                self.known[query.id] = _count(query, store, base)
            for query in load_queries().values():
                if here.release_id != release:
                    return
                for sentence in query.triggers.samples if self.known[query.id] != 0 else ():
                    key: tuple[str, Language] = query.group, "en" if sentence.isascii() else "zh"
                    if key not in self.tries and _leads(sentence, query, here):
                        self.tries[key] = sentence
        finally:
            self.done.set()


_ONE_COUNTS = threading.Lock()


@lru_cache(maxsize=4)
def _counts(release: str) -> _Counts:
    """The counts of one release; the first call starts the counting."""
    counts = _Counts()
    threading.Thread(target=counts.fill, args=(service(), release), name="fazhi counts", daemon=True).start()
    return counts


def counts() -> tuple[Mapping[str, int | None], bool]:
    """Question → number of its answers with every slot open, absent where it is not counted yet; and whether all are there.

    Counting takes seconds in a large release, so it goes on in the background and no reader waits for it.
    """
    with _ONE_COUNTS:
        found = _counts(service().release_id)
    whole = found.done.wait(_GRACE)
    return dict(found.known), whole


def _leads(sentence: str, query: NamedQuery, here: Service) -> bool:
    """Whether a sentence is understood as this question, and has an answer."""
    store, base = here.store, here.config.base
    try:
        understood = route(sentence, store, base=base, written=here.written)
        if understood.question != query.id:
            return False
        values = resolve(query, understood.slots, store, base=base)
        return count(query, values, store, base=base, seconds=_SECONDS) > 0
    except KgError:
        return False


def _count(query: NamedQuery, store: Store, base: str) -> int | None:
    if any(param.must_be_given for param in query.params.values()):
        return None
    try:
        return count(query, {}, store, base=base, seconds=_SECONDS)
    except KgError:
        return None


def example() -> tuple[Example | None, bool]:
    """The richest sentence that answers the first question: the body that leads in it, and what it did; and whether it is looked for.

    In a large release that takes seconds: then it stands there for the next reader.
    """
    with _ONE_COUNTS:
        found = _example(service().release_id)
    looked = not wait([found], _PATIENCE).not_done
    return (found.result() if looked else None), looked


@lru_cache(maxsize=4)
def _example(release: str) -> Future[Example | None]:
    made: Future[Example | None] = Future()
    here = service()

    def find() -> None:
        try:
            made.set_result(next((one for name, slot in _EXAMPLES if (one := _answered(name, slot, here))), None))
        except KgError:
            made.set_result(None)
        except BaseException as error:
            made.set_exception(error)

    threading.Thread(target=find, name="fazhi example", daemon=True).start()
    return made


def _answered(name: str, slot: str, here: Service) -> Example | None:
    """A question with the slot filled by what has most answers; None where this release has no answer to it."""
    query = load_queries().get(name)
    if query is None:
        return None
    store, base = here.store, here.config.base
    everything = answer(query, {}, store, base=base, limit=200, quotes=0)
    counted = Counter(row[slot].value for row in everything.rows if slot in row)
    if not counted:
        return None
    value = max(sorted(counted), key=lambda iri: counted[iri]).removeprefix(base)
    found = answer(query, {slot: value}, store, base=base, limit=50)
    best = max(quoted(found), key=lambda one: len(one.evidence.marks), default=None)
    if best is None:
        return None
    return Example(answered=found, href=with_query(f"/ask/{query.id}", [(slot, value)]), evidence=best.evidence)


def totals() -> list[dict[str, Any]]:
    """How much of what this release holds, each with the page that lists it."""
    held = class_counts()
    pages = (
        ("Report", _("份报告"), "/reports"),
        ("Statement", _("条事实"), "/browse"),
        ("Body", _("个机构"), "/bodies"),
        ("Indicator", _("项指标"), "/indicators"),
        ("Document", _("份文件"), "/documents"),
    )
    return [{"n": held[key], "name": name, "href": href} for key, name, href in pages if held.get(key)]


def tries() -> list[str]:
    """Questions in people's words that have an answer in this release, one of each group; those that are found by now."""
    found = dict(_counts(service().release_id).tries)
    said = [found.get((group, language())) for group in GROUPS]
    return [sentence for sentence in said if sentence][:_TRIED]
