"""What speaks against answering: words that no report holds, names of other places, matters that no report speaks of."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from pyoxigraph import Literal

from kg.store.answer import Store
from queries import load_queries
from queries.header import Text
from queries.names import Names
from queries.router.alike import others
from queries.router.candidate import WHERE_AND_WHEN, Candidate
from queries.router.samples import all_words
from queries.router.spotting import Spot, unknown_names
from queries.router.words import cut, made_of_known, names_no_thing, plain_words
from queries.support import support
from queries.wording import wording, words

_A_MATTER = 4
"""Characters that no slot takes and that may be a matter: 行政执法."""
_TWO_WORDS = 4
"""Fewer are enough where all of them name things: 营商环境."""
_STRANGE = 3
_WELL_KNOWN = 0.65
"""The score of a sentence so like a question's samples that what is left over is a manner of speaking: 写进计划的老大难."""
_TOLD = 0.4
"""The score from which an indicator in other words is meant, though more is said: 告知承诺制涉及多少证明事项."""
_TRIMMED = 0.95
_LONG = 30
"""Characters of a word that is told."""
_HERE = Path(__file__).parent


def as_written(reading: Candidate, written: Callable[[str], bool]) -> Candidate:
    """The words to look for as the reports have them: 督察 for 督查, and without the words around them that name nothing,
    or that questions are made of: (优化)营商环境, 枫桥经验(措施)."""
    params = load_queries()[reading.question].params
    for slot, values in reading.slots.items():
        looked_for = params[slot].free or params[slot].words
        if not looked_for or any(written(value) for value in values):
            continue
        if other := next(filter(written, others(values[0])), ""):
            return replace(reading, slots={**reading.slots, slot: (other,)})
        if not params[slot].free:
            continue
        said = [word for _, _, word in cut(values[0])]
        parts = [(start, end) for start in range(len(said)) for end in range(start + 1, len(said) + 1)]
        for start, end in sorted(parts, key=lambda part: part[0] - part[1]):
            left = (*said[:start], *said[end:])
            if all(map(_says_little, left)) and len(word := "".join(said[start:end])) > 1 and written(word):
                slots = {**reading.slots, slot: (word,)}
                return replace(reading, slots=slots, unused=(*reading.unused, *left), score=reading.score * _TRIMMED)
    return reading


def _says_little(word: str) -> bool:
    return names_no_thing(word) or made_of_known(word, all_words())


def not_written(reading: Candidate, written: Callable[[str], bool]) -> str:
    """The words to look for, where no report has them: they are looked for as they stand."""
    params = load_queries()[reading.question].params
    for slot, values in reading.slots.items():
        if params[slot].free and not any(written(value) for value in values):
            return values[0]
    return ""


def without_words(reading: Candidate) -> Candidate:
    """A reading that looks for no words, and tells them as unused."""
    params = load_queries()[reading.question].params
    free = [slot for slot in reading.slots if params[slot].free]
    slots = {slot: values for slot, values in reading.slots.items() if slot not in free}
    return replace(reading, slots=slots, unused=(*(reading.slots[slot][0] for slot in free), *reading.unused))


def strange(reading: Candidate, written: Callable[[str], bool]) -> str:
    """Words that the reading leaves out, that no question knows and no report holds: 农民收入, 村支书.

    One short word of that kind may be a manner of speaking; three characters and more are something else.
    """
    known_words = all_words()
    left = [word for word in reading.unused if len(word) > 1 and not made_of_known(word, known_words)]
    if reading.score >= _WELL_KNOWN:
        left = [word for word in left if word.isascii()]
    # What is asked for is a thing: 找上门, 一块儿, 头疼 are ways of asking.
    left = [word for word in left if not names_no_thing(word)]
    unknown = [word for word in left if not written(word)]
    return "".join(unknown) if sum(len(word) for word in unknown) >= _STRANGE else ""


def quoted_and_unwritten(said: str, spots: tuple[Spot, ...], written: Callable[[str], bool]) -> str:
    """What the sentence has in quotes and no report holds; "" where there is none."""
    return next((one.values[0] for one in unknown_names(said, spots) if not written(one.values[0])), "")


def left_out(reading: Candidate, said: str) -> str:
    """The body that the sentence names by its form and the reading leaves out, as the data have none of the name: 医保局, 残联."""
    tokens = cut(said)
    for place, (start, end, word) in enumerate(tokens):
        if word not in reading.unused:
            continue
        for other, after, part in tokens[place + 1 :]:
            if other != end or not (part in reading.unused or (len(part) == 1 and part not in plain_words())):
                break
            end = after
        body = said[start:end]
        if body.endswith(words("body_ends")) and (len(body) > 2 or body == word):
            return body
    return ""


def guessed(reading: Candidate) -> bool:
    """Whether a question is put without what it is about, while words are left over that may be just that.

    Whatever is left over where a key is open (税收是多少); where the question has none, words enough to name a matter (谁负责综合行政执法改革).
    """
    if reading.score >= _WELL_KNOWN and not any(word.isascii() for word in reading.unused):
        return False
    if reading.nearly and any(len(word) > 1 and not names_no_thing(word) for word in reading.unused):
        return reading.score < _TOLD
    params = load_queries()[reading.question].params
    if any(param.key for param in params.values()):
        return reading.open_keys
    told = any(slot not in WHERE_AND_WHEN and params[slot].type != "code" for slot in reading.slots)
    things = [word for word in reading.unused if len(word) > 1 and not names_no_thing(word)]
    return not told and (sum(map(len, reading.unused)) >= _A_MATTER or sum(map(len, things)) >= _TWO_WORDS)


def reason_for(reason: str, word: str, **more: str) -> Text:
    """A reason of `wording.yaml` with the word that it speaks of, shortened where somebody has pasted a page.

    >>> len(reason_for("not-written", "长" * 200).zh) < 60
    True
    """
    text = wording("router", reason)
    word = word if len(word) <= _LONG else word[:_LONG] + "…"
    return Text(zh=text.zh.format(word=word, **more), en=text.en.format(word=word, **more))


def stands_in_text(store: Store, words: str) -> bool:
    """Whether some sentence of the store has these very words."""
    row = store.rows(support("written").replace("#words", f"VALUES ?words {{ {Literal(words)} }}"))
    return bool(row)


def without(said: str, spots: tuple[Spot, ...]) -> str:
    """The sentence without the names in it: 局长走流程 speaks of no 局长."""
    for one in reversed(spots):
        if one.kind not in ("year", "number"):
            said = said[: one.start] + "\n" + said[one.end :]
    return said


def beyond(said: str) -> Text | None:
    """Why no report answers this.

    >>> beyond("县长是谁").zh
    '报告里没有个人的信息（“县长”）。'
    """
    rest = said
    for reason, word in beyond_words():
        if reason == "-":
            rest = rest.replace(word, " ")
        elif word in rest:
            return reason_for(reason, word)
    return None


@cache
def beyond_words() -> tuple[tuple[str, str], ...]:
    """(reason, word) pairs of matters that the reports do not hold, the longest first; "-" takes a harmless word away."""
    lines = (_HERE / "beyond.tsv").read_text("utf-8").splitlines()[1:]
    pairs = [line.split("\t") for line in lines]
    return tuple((reason, word) for reason, word in sorted(pairs, key=lambda pair: -len(pair[1])))


def unknown(absent: tuple[str, ...], spots: tuple[Spot, ...], known: Names) -> Text | None:
    """A place or a year that the release has no report of. `absent` are the places."""
    if absent:
        text = wording("router", "unknown-place")
        places = tuple(dict.fromkeys(absent))
        return Text(zh=text.zh.format(word="”“".join(places)), en=text.en.format(word=", ".join(places)))
    years = sorted({int(value) for one in spots if one.kind == "year" for value in one.values})
    reach = {year + 1 for year in known.years} | set(known.years)
    if years and not reach & set(years):
        return reason_for("unknown-year", str(years[0]))
    return None
