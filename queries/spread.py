"""各地税务局: a slot that takes several bodies may be told a name alone, and then means every body that bears it."""

from collections.abc import Iterable, Mapping

from kg.store.answer import Store
from queries.binding import Values, chosen
from queries.header import NamedQuery, Param
from queries.names import Named, Names, names
from queries.wording import words


def every(param: Param, things: Iterable[Named], said: str, known: Names) -> str:
    """The value that stands for all bodies of a name; "" where the slot takes no such value.

    What is left of 县税务局 without its level is meant, if that is a name too: 各地税务局.
    """
    if param.type != "body" or not param.multi or not any(True for _ in things):
        return ""
    shorter = (said.removeprefix(prefix) for prefix in words("level_prefixes") if said.startswith(prefix))
    return words("every")[0] + next((name for name in shorter if known.called(name, "body")), said)


def bearing(param: Param, value: str, known: Names) -> tuple[Named, ...]:
    """The bodies that a value of `every` stands for; nothing where it is another value."""
    if param.type != "body" or not param.multi or not value.startswith(words("every")):
        return ()
    return known.called(value.removeprefix(words("every")[0]), "body")


def spread(query: NamedQuery, values: Values, store: Store, base: str) -> Mapping[str, tuple[str, ...]]:
    """The values with each name of many replaced by the ids of all that bear it."""
    found: dict[str, tuple[str, ...]] = {}
    for slot in values:
        param, several = query.params.get(slot), chosen(values, slot)
        if param is None or not any(one.startswith(words("every")) for one in several):
            found[slot] = several
            continue
        known = names(store)
        ids = [[t.iri.removeprefix(base) for t in bearing(param, one, known)] or [one] for one in several]
        found[slot] = tuple(dict.fromkeys(one for ids_of in ids for one in ids_of))
    return found
