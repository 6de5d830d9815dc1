"""A question as its sentence with slots: each slot a form field with its choices, all plain HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from queries import NamedQuery
from queries.answer import Answered, slot_text
from queries.binding import RESOURCES
from queries.header import ANY, SLOT, Language
from queries.slots import choices
from queries.wording import slot_name, wording
from server.pages.site import base
from server.service import service

_FEW = 200
"""A slot with no more choices than these is a list; one with more is a box with suggestions."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a slot."""

    value: str
    label: str
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A slot as its form field."""

    name: str
    type: str
    label: str
    """What a screen reader says of it: its name and what may stand in it."""
    help: str
    any: str
    required: bool
    multi: bool
    chosen: tuple[str, ...]
    text: str
    options: tuple[Option, ...] | None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the sentence: words, or a slot with the marks that no line may tear from it."""

    text: str
    slot: Slot | None = None
    before: str = ""
    after: str = ""


def parts_of(query: NamedQuery, slots: Mapping[str, Slot], language: Language) -> Iterator[Part]:
    """The sentence cut at its slots; an opening bracket before a slot and marks behind it stay on its line."""
    text, at = query.sentence[language], 0
    for found in SLOT.finditer(text):
        opening = re.search(r"[（(“]*$", text[at : found.start()])
        closing = re.match(r"[，。；：？！、）)”,.;:?!]*", text[found.end() :])
        before, after = opening[0] if opening else "", closing[0] if closing else ""
        if text[at : found.start() - len(before)]:
            yield Part(text[at : found.start() - len(before)])
        yield Part("", slots[found[1]], before, after)
        at = found.end() + len(after)
    if at < len(text):
        yield Part(text[at:])


def _named(answered: Answered | None, slot: str, value: str, language: Language) -> str:
    """What one value is called that stands in no list of choices: a year without a report is its number, as the others are.

    A value that was refused stands there as it was written, so that it can be mended.
    """
    if answered and (param := answered.query.params[slot]).type in (*RESOURCES, "code"):
        return slot_text(param, (value,), answered.labels, answered.base, language)
    return value


def _label(name: str, about: str, language: Language) -> str:
    return about if about.startswith(name) else name + (": " if language == "en" else "：") + about


def slots_of(
    query: NamedQuery, given: Mapping[str, Sequence[str]], answered: Answered | None, language: Language
) -> dict[str, Slot]:
    """Each slot with its choices and what is chosen."""
    made = {}
    for name, param in query.params.items():
        chosen = tuple(value for value in given.get(name, []) if value not in (ANY, "")) or (
            () if param.default == ANY else (param.default,)
        )
        offered = choices(query, name, service().store, base=base())
        options = tuple(Option(one.value, one.label[language], one.count) for one in offered)
        missing = [value for value in chosen if value not in {option.value for option in options}]
        if missing and options:
            options += tuple(Option(value, _named(answered, name, value, language)) for value in missing)
            if param.type == "year":
                options = tuple(sorted(options, key=lambda one: one.value, reverse=True))
        made[name] = Slot(
            name=name,
            type=param.type,
            label=_label(slot_name(param)[language], param.help[language], language),
            help=param.help[language],
            any=(param.any or wording("any", param.type))[language],
            required=param.required,
            multi=param.multi,
            chosen=chosen,
            text="、".join(chosen),
            options=options if options and len(options) <= _FEW else None,
        )
    return made
