"""What leads on from an answer: the question that went before, told in the address, and questions near to this one."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs

from queries import NamedQuery, load_queries
from queries.answer import Answered
from queries.binding import RESOURCES
from queries.header import Language
from queries.present import filled_sentence
from queries.router.follow import Earlier, follow
from queries.router.route import Understood, route
from queries.slots import resolve
from queries.wording import Refusal
from server.pages.site import base
from server.paths import with_query
from server.service import service

_LONGEST = 2_000
"""Characters of the address of a question that went before."""
_NEAR = 6
"""Questions that are offered."""

Values = Mapping[str, tuple[str, ...]]


def address(question: str, values: Values) -> str:
    """A question with its slots as it is told to the next one: indicator-value?place=area/330226."""
    pairs = [(name, value) for name, several in values.items() for value in several]
    return with_query(question, pairs)


def earlier(told: str) -> Earlier | None:
    """The question that went before, as `address` wrote it; None for what is none."""
    name, _, slots = told[:_LONGEST].partition("?")
    query = load_queries().get(name)
    if query is None:
        return None
    try:
        return Earlier(name, resolve(query, parse_qs(slots), service().store, base=base()))
    except Refusal:
        return None


def read(text: str, told: str) -> Understood:
    """A sentence as it goes on from the question that is told, or else by itself."""
    here, before = service(), earlier(told)
    on = before and follow(text, before, here.store, base=base(), written=here.written)
    return on or route(text, here.store, base=base(), written=here.written)


def near_questions(answered: Answered, language: Language) -> Iterator[tuple[str, str]]:
    """(sentence, address) of other questions about the same thing, or of the same group, in the same place and year.

    None where no report is of that place and year: it has no answer to others either.
    """
    if not answered.coverage.reports:
        return
    query, values = answered.query, answered.values
    things: dict[str, tuple[str, ...]] = {
        query.params[slot].type: several for slot, several in values.items() if several and _is_thing(query, slot)
    }
    found = 0
    for other in load_queries().values():
        if other.id == query.id or not (_takes(other, things) if things else other.group == query.group):
            continue
        slots = _carried(other, query, values, things)
        if not things and not slots:
            continue
        yield filled_sentence(other, slots, service().store, base(), language), "/" + address(f"ask/{other.id}", slots)
        found += 1
        if found == _NEAR:
            return


def _is_thing(query: NamedQuery, slot: str) -> bool:
    kind = query.params[slot].type
    return kind in RESOURCES and kind not in ("area", "report", "figure")


def _takes(other: NamedQuery, things: Values) -> bool:
    return any(param.type in things for param in other.params.values())


def _over_all(other: NamedQuery) -> str:
    """The type of slot that a question goes over, so that it is not asked of one: places side by side, a line over the years."""
    return "area" if other.group == "places" else "year" if other.view.default == "line" else ""


def _carried(other: NamedQuery, query: NamedQuery, values: Values, things: Values) -> dict[str, tuple[str, ...]]:
    """The slots of another question as this one has filled them."""
    slots: dict[str, tuple[str, ...]] = {}
    for name, param in other.params.items():
        same = name in query.params and query.params[name].type == param.type and param.type in ("area", "year")
        several = things.get(param.type, ()) if param.type in things else values.get(name, ()) if same else ()
        if param.type in things and param.type in [other.params[taken].type for taken in slots]:
            continue  # the second body of a question is another one
        if len(several) == 1 and _over_all(other) == param.type:
            continue
        if several and (param.multi or len(several) == 1):
            slots[name] = several
    return slots
