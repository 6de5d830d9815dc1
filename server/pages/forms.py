"""Choices for the filters of pages: the options of a question's slot, and the address with one of them changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from kg.errors import KgError
from queries import NamedQuery, load_queries
from queries.slots import choices, resolve
from queries.wording import Refusal
from server.errors import Problem
from server.i18n import language
from server.pages.site import base
from server.service import service


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    n: int | None = None
    chosen: bool = False


def query_of(name: str) -> NamedQuery:
    """A question that a page is made of. Raises 404 where this installation lacks it."""
    query = load_queries().get(name)
    if query is None:
        raise Problem("not-found")
    return query


def given(query: NamedQuery, slots: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The slots that the address fills. Raises 400 with the refusal's own words."""
    wanted = {name: [value for value in request.args.getlist(name) if value not in ("", "any")] for name in slots}
    try:
        return resolve(
            query, {name: several for name, several in wanted.items() if several}, service().store, base=base()
        )
    except Refusal as refusal:
        raise Problem("bad-request", refusal.say(language())) from refusal


def options(query: NamedQuery, slot: str, chosen: Sequence[str] = ()) -> list[Option]:
    """What a filter offers, most frequent first."""
    try:
        found = choices(query, slot, service().store, base=base())
    except KgError:
        return []
    return [Option(one.value, one.label[language()], one.count, one.value in chosen) for one in found]
