"""A sentence read as one question: which name goes into which slot, and which words are left unexplained."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from queries.binding import RESOURCES
from queries.header import NamedQuery, Param
from queries.names import Names
from queries.router.alike import same
from queries.router.likeness import NAMES
from queries.router.near import Near
from queries.router.spotting import QUOTED, Spot, closed, codes, unknown_names
from queries.router.words import content, made_of_known, names_no_thing, runs
from queries.spread import every
from queries.wording import words

_A_FIGURE = 3
"""Digits of a number that is one of a report, and no count of things asked for."""
_A_FEW = 5
"""Things of one name that are all meant where a slot takes several: 县司法局 in the reports of three counties."""
_WASTE = {"area": 2.0, "body": 1.5, "programme": 1.0, "indicator": 2.0, "document": 2.0}
"""What a name costs that no slot took; a second place means that a question of one place leaves half unsaid."""
_LOOKED_FOR = {"indicator": 2.0, "document": 2.0, "programme": 1.0, "area": 1.0}
"""What a name costs that was taken as mere words to look for; other names half."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The slots as one question takes them."""

    slots: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    """Content words that neither the slots nor the question's own vocabulary explain."""
    wasted: float
    """What the names cost that no slot took, or that were taken as mere words to look for."""
    open_keys: bool
    """A key slot is needed, none is filled, and nobody asks for all of them."""
    free: tuple[tuple[int, int], ...] = ()
    """Where the words of a free text slot stand."""
    coded: tuple[tuple[int, int], ...] = ()
    """Where the words of code lists stand."""
    nearly: bool = False
    """The indicator is one that the sentence speaks of in other words."""
    unclear: tuple[tuple[str, Spot], ...] = ()
    """Slots whose name means several things, none of which is chosen: 县司法局 where two counties have one."""
    unheld: tuple[tuple[str, str], ...] = ()
    """(kind, name) of what the question would be asked of and the data do not have: an indicator, a document."""


def masked(
    said: str,
    spots: tuple[Spot, ...],
    near: Near | None = None,
    free: tuple[tuple[int, int], ...] = (),
    coded: tuple[tuple[int, int], ...] = (),
) -> str:
    """The sentence with each name replaced by the character of its kind.

    >>> masked("宁海县的网办率", (Spot(0, 3, "area"), Spot(4, 7, "indicator"))) == NAMES["area"] + "的" + NAMES["indicator"]
    True
    """
    pieces: dict[int, tuple[int, str]] = {one.start: (one.end, NAMES[one.kind]) for one in spots}
    pieces |= {start: (end, NAMES["text"]) for start, end in free}
    pieces |= {start: (end, NAMES["code"]) for start, end in coded}
    if near:
        for index, (start, end) in enumerate(near.words):
            pieces.setdefault(start, (end, NAMES["indicator"] if index == 0 else ""))
    out, at = [], 0
    while at < len(said):
        end, letter = pieces.get(at, (at + 1, said[at]))
        out.append(letter)
        at = max(end, at + 1)
    return re.sub(r"[?!,;:.()、]+", "", closed("".join(out)))


def fill_slots(
    query: NamedQuery, said: str, spots: tuple[Spot, ...], near: Near | None, vocabulary: str, names: Names, base: str
) -> Filled:
    """Give each slot what the sentence says for it. `vocabulary` is the text of the question's samples and triggers."""
    slots: dict[str, tuple[str, ...]] = {}
    unclear: list[tuple[str, Spot]] = []
    unheld: list[tuple[str, str]] = []
    coded: list[tuple[int, int]] = []
    left = list(spots)
    used: list[tuple[int, int]] = [(one.start, one.end) for one in spots if one.kind in ("year", "number")]
    order = sorted(query.params, key=lambda name: (query.params[name].type != "area", query.params[name].cues is None))
    at_its_place = 0.0
    by_kind: list[Spot] = []
    """Bodies that a question takes by their kind alone; each still tells its place."""
    nowhere = _blank(said, [one for one in spots if one.kind == "area"])  # Ninghai County asks for no level
    takes_body = any(param.type == "body" for param in query.params.values())
    for slot in order:
        param = query.params[slot]
        if param.type in NAMES and param.type not in ("text", "code"):
            alone = sum(other.type == param.type for other in query.params.values()) == 1
            taken = _take(param, left, said, alone=alone)
            if not taken:
                continue
            values, unsettled = _values(param, taken, slots, names, base)
            unclear += [(slot, one) for one in unsettled if one.things]
            unheld += [(one.kind, one.values[0]) for one in unsettled if not one.things]
            if values:
                slots[slot] = values
            used += [(one.start, one.end) for one in taken]
            left = [one for one in left if one not in taken]
        elif param.type == "code" or param.scheme:
            found = codes(nowhere, param, names)
            if found:
                several = tuple(code for code, _ in found) if param.multi else (found[0][0],)
                slots[slot] = () if "any" in several else several
                taken_words = [(at, at + len(word)) for _, word in found if (at := said.find(word)) >= 0]
                used += taken_words
                coded += taken_words
                if not takes_body:
                    # 县人大常委会 is wholly said by the kind of body that it is, where a question takes kinds only.
                    kinds = [one for one in left if one.kind == "body" and _within(one, taken_words)]
                    used += [(one.start, one.end) for one in kinds]
                    left = [one for one in left if one not in kinds]
                    by_kind += kinds
    if (place := _place_of_body(query, slots, [*left, *by_kind], names)) is not None:
        name, body = place
        slots[name] = ((body.things[0].area or "").removeprefix(base),)
        used.append((body.start, body.end))
        left = [one for one in left if one is not body]
        at_its_place = _WASTE["area"] / 4
    nearly = False
    if near and not any(query.params[slot].type == "indicator" for slot in slots):
        for slot in [name for name, param in query.params.items() if param.type == "indicator"][:1]:
            ids = tuple(thing.iri.removeprefix(base) for thing in near.things)
            slots[slot] = ids if query.params[slot].multi else ids[:1]
            used += near.words
            left = [one for one in left if not any(one.start < end and start < one.end for start, end in near.words)]
            nearly = True
    free: tuple[tuple[int, int], ...] = ()
    looked_for = 0.0
    for slot, param in query.params.items():
        if param.type == "text" and (found_text := _text(param, said, left, used, vocabulary)):
            value, spans = found_text
            slots[slot] = (value,)
            used += spans
            free = tuple(spans) if param.free else free
            looked_for += sum(
                _LOOKED_FOR.get(one.kind, 0.5)
                for one in left
                if one.kind != "number" and any(a <= one.start < b for a, b in spans)
            )
            left = [one for one in left if not any(one.start < end and start < one.end for start, end in spans)]
    keys = {name: param for name, param in query.params.items() if param.key}
    asked_all = any(word in said for param in keys.values() for word in param.all_of)
    return Filled(
        slots={name: slots[name] for name in query.params if name in slots},
        unused=(*_joined(_unexplained(said, used, vocabulary)), *_numbers_left(said, left)),
        wasted=sum(_WASTE.get(one.kind, 0.0) for one in left) + at_its_place + (looked_for if free else 0),
        open_keys=bool(keys) and not asked_all and not any(name in slots for name in keys) and not unheld,
        free=free,
        coded=tuple(coded),
        nearly=nearly,
        unclear=tuple(unclear),
        unheld=tuple(unheld),
    )


def _numbers_left(said: str, left: list[Spot]) -> tuple[str, ...]:
    """Numbers as reports state them that no slot took, with their unit: (8778件); not 前10名, 3个县, 4月1日.

    >>> _numbers_left("8778件中的3个县,4月1日前", [Spot(0, 4, "number"), Spot(7, 8, "number"), Spot(11, 12, "number")])
    ('8778件',)
    """
    found = []
    for one in left:
        if said.startswith("年", one.end):
            continue
        digits = said[one.start : one.end]
        if one.kind != "number" or (
            len(digits) < _A_FIGURE and "." not in digits and said[one.end : one.end + 1] != "%"
        ):
            continue
        found.append(re.match(r"[\d.,万亿]+[%件起人次个项份条户家场]?", said[one.start :])[0])  # type: ignore[index]
    return tuple(found)


@cache
def _gap(*, behind: bool) -> str:
    """What a form may hold: words that ask nothing; with nothing before the gap, it begins `behind` the verb.

    >>> [re.search(_gap(behind=one) + "类荣誉", "获得水利类荣誉")["gap"] for one in (False, True)]
    ['获得水利', '水利']
    """
    barred = "|".join(map(re.escape, (*words("asking"), *(words("receiving") if behind else ()))))
    chinese = f"(?:(?!{barred})[\u4e00-\u9fff·—-]){{2,16}}"
    return f"(?P<gap>{chinese})" if behind else f"(?P<gap>{chinese}|[a-z][a-z -]{{2,40}}?)"


def _blank(said: str, spots: Iterable[Spot]) -> str:
    for one in spots:
        said = said[: one.start] + "\n" * (one.end - one.start) + said[one.end :]
    return said


def _place_of_body(
    query: NamedQuery, slots: Mapping[str, tuple[str, ...]], left: list[Spot], names: Names
) -> tuple[str, Spot] | None:
    """The place that a body tells where no place is told and no slot takes the body: 浙江省人民政府 speaks of 浙江省."""
    if any(param.type == "body" for param in query.params.values()) or any(one.kind == "area" for one in left):
        return None
    name = next((slot for slot, param in query.params.items() if param.type == "area" and slot not in slots), "")
    body = next((one for one in left if one.kind == "body" and len({t.area for t in one.things}) == 1), None)
    if body and not _begins_with_place(body, names):
        return None
    return (name, body) if name and body and body.things[0].area and "place" not in slots else None


def _begins_with_place(body: Spot, names: Names) -> bool:
    place = names.things.get(body.things[0].area or "")
    return place is not None and bool(body.values) and body.values[0].startswith(place.names)


def _joined(words: list[tuple[int, int, str]]) -> tuple[str, ...]:
    """Single characters that stand side by side are one word that the dictionary lacks: 河, 长, 制."""
    found: list[tuple[int, bool, str]] = []
    for start, end, word in words:
        single = len(word) == 1
        if found and single and found[-1][:2] == (start, True):
            found[-1] = (end, True, found[-1][2] + word)
        else:
            found.append((end, single, word))
    return tuple(word for _, _, word in found)


def _within(name: Spot, words: list[tuple[int, int]]) -> bool:
    return any(name.start <= start and end <= name.end for start, end in words)


def _take(param: Param, left: list[Spot], said: str, *, alone: bool) -> list[Spot]:
    """The names that go into a slot; several only where no other slot could hold the others."""
    fitting = [one for one in left if one.kind == param.type]
    if param.cues:
        before, after = param.cues.before, param.cues.after
        fitting = [
            one
            for one in fitting
            if said[: one.start].rstrip().endswith(before) or said[one.end :].lstrip().startswith(after)
        ]
    if param.type == "year" and alone and not param.multi:
        return sorted(fitting, key=lambda one: one.values)[-1:]  # 2022年报、2023年不报: the later one is asked for
    return fitting if param.multi and alone else fitting[:1]


def _values(
    param: Param, taken: list[Spot], slots: Mapping[str, tuple[str, ...]], names: Names, base: str
) -> tuple[tuple[str, ...], list[Spot]]:
    if param.type not in RESOURCES:
        return tuple(dict.fromkeys(value for one in taken for value in one.values)), []
    areas = {base + value for several in slots.values() for value in several if value.startswith("area/")}
    found: list[str] = []
    unclear = []
    for one in taken:
        if one.kind == "area" and not one.things:
            continue
        things = one.things
        if len(things) > 1 and areas:
            things = tuple(thing for thing in things if thing.area in areas) or things
        # 普陀区 is a district of two cities, and one of them is meant.
        if len(things) == 1 or (param.multi and one.kind != "area" and 0 < len(things) <= _A_FEW):
            found += [thing.iri.removeprefix(base) for thing in things]
        elif everyone := every(param, things, one.values[0] if one.values else "", names):
            found.append(everyone)
        else:
            unclear.append(replace(one, things=things))
    return tuple(dict.fromkeys(found)), unclear


def _text(
    param: Param, said: str, left: list[Spot], used: list[tuple[int, int]], vocabulary: str
) -> tuple[str, list[tuple[int, int]]] | None:
    if param.names:
        for one in left:
            if one.kind == param.names and one.things:
                return one.things[0].label.zh.strip('“”"'), [(one.start, one.end)]
        called = next(iter(unknown_names(said, [one for one in left if one.kind == param.names])), None)
        return (called.values[0], [(called.start, called.end)]) if called else None
    if framed := _framed(param.framed, said, used):
        return framed
    for word in sorted(param.words, key=len, reverse=True):
        said_word, _, value = word.partition("=")
        if (at := said.find(said_word)) >= 0 and not goes_on(said, at + len(said_word)):
            return value or said_word, [(at, at + len(said_word))]
    if not param.free:
        return None
    if quoted := QUOTED.search(said):
        return quoted[1], [quoted.span()]
    # Names that no slot takes are words to look for, and so is what nothing else explains.
    spare = [(one.start, one.end, said[one.start : one.end]) for one in left if one.kind not in ("year", "number")]
    words = sorted([*spare, *_unexplained(said, [*used, *((a, b) for a, b, _ in spare)], vocabulary)])
    # Latin letters alone are no words of a Chinese report; in quotes they may be looked for.
    found = tuple(run for run in runs(words, said) if not run.isascii())
    if not found or len(max(found, key=len)) < 2:
        return None
    longest = max(found, key=len)
    at = said.find(longest)
    return longest.strip('"《》'), [(at, at + len(longest))]


def _framed(forms: tuple[str, ...], said: str, used: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]] | None:
    """What stands where a form has its gap, if it says something and no other slot has taken it.

    >>> _framed(("与{}有关",), "哪些荣誉与优秀有关", [])
    ('优秀', [(5, 7)])
    >>> _framed(("{}类荣誉",), "2021年水利类荣誉", [(0, 5)]), _framed(("{}类荣誉",), "有哪些类荣誉", [])
    (('水利', [(5, 7)]), None)
    """
    blanked = "".join("\n" if any(a <= n < b for a, b in used) else sign for n, sign in enumerate(said))
    ends = {form.partition("{}")[2] for form in forms}  # 获得荣誉称号: 荣誉 tells nothing of them
    for form in forms:
        before, after = map(re.escape, form.split("{}"))
        found = re.search(f'{before}"?{_gap(behind=not before)}"?{after}', blanked)
        if found and content(found["gap"]) and found["gap"] not in ends:
            word = found["gap"].strip()
            at = blanked.index(word, found.start("gap"))
            return word, [(at, at + len(word))]
    return None


def goes_on(said: str, end: int) -> bool:
    """Whether the word that ends here is the beginning of a longer one: 督察 of 督察员."""
    return any(start == end and len(word) == 1 and not names_no_thing(word) for start, _, word in content(said))


def _unexplained(said: str, used: list[tuple[int, int]], vocabulary: str) -> list[tuple[int, int, str]]:
    return [
        (start, end, word)
        for start, end, word in content(said)
        if not any(start < b and a < end for a, b in used)
        and word not in vocabulary
        and not made_of_known(same(word), vocabulary)
    ]
