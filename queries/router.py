"""One sentence in a person's own words → a question with its slots, or three to choose from. No model, no network.

A question is known by how like its samples the sentence is and by its triggers; what the sentence names fills the slots.
Words that stay unexplained count against the reading. Nothing is ever answered that is not shown as understood.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from threading import Lock

from pyoxigraph import Literal

from kg.store.answer import Store
from queries import load_queries
from queries.alike import same
from queries.header import NamedQuery, Text
from queries.names import Names, names
from queries.reading import fill_slots, masked, near_indicator
from queries.samples import all_words, likeness, vocabulary
from queries.spotting import Spot, code_words, spot, tidy
from queries.support import support
from queries.wording import wording
from queries.words import content, cut, made_of, names_no_thing, place_words, plain_words

THRESHOLD = 0.6
NEAR_TIE = 1.01
LIKE, TRIGGERED = 0.65, 0.7
FLOOR = 0.15
UNUSED = 0.8
A_MATTER = 5  # characters that no slot takes: 综合行政执法
STRANGE = 3
SURE = 0.42
UNKNOWN = 0.6
_WHERE_AND_WHEN = ("place", "year")
_HERE = Path(__file__).parent
_READING = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One way to understand the sentence."""

    question: str
    slots: Mapping[str, tuple[str, ...]]
    """Slot → local ids or values, ready for `answer`."""
    confidence: float
    unused: tuple[str, ...]
    """Words of the sentence that this reading does not use."""
    score: float = field(default=0.0, repr=False)
    """What the confidence is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood. `question` is None when the sentence is unclear: then show `alternatives`, not an answer."""

    text: str
    question: str | None
    slots: Mapping[str, tuple[str, ...]]
    confidence: float
    unused: tuple[str, ...]
    alternatives: tuple[Candidate, ...]
    """The three nearest readings, the best first; the chosen one is not among them."""
    reason: Text | None = None
    """Why it was not understood."""


def route(
    text: str,
    store: Store,
    *,
    base: str,
    threshold: float = THRESHOLD,
    written: Callable[[str], bool] | None = None,
) -> Understood:
    """Understand one sentence against the questions and the names of the release.

    Unsure (below the threshold, two readings near to one another, a place or year that the data lack, or a matter that
    no report speaks of) gives `question` None with three alternatives. `written` says whether some words stand in any
    report (a text index does so quickly); without it the store is asked.
    """
    known = names(store)
    said = tidy(text[:400])[:200]
    with _READING:  # two that are the first would both read the dictionary, each waiting for the other
        candidates = weigh(said, known, base)
    told = written or partial(_stands_in_text, store)
    missing = {one.question: word for one in candidates[:8] if (word := _not_written(one, told))}
    if missing:
        # Words to look for that no report has: the next reading may need no such words.
        candidates = (*_ranked([one for one in candidates if one.question not in missing]),)
    best, second = candidates[0], candidates[1]
    reason = _beyond(said) or _unknown(said, spot(said, known), known)
    if reason is None and (word := _strange(best, told)):
        reason = _said("not-written", word)
    if reason is None and (best.confidence < threshold or _guessed(best)):
        reason = wording("router", "unclear")
        if missing:
            reason = _said("not-written", next(iter(missing.values())))
    if reason is None and best.confidence < NEAR_TIE * second.confidence:
        reason = wording("router", "two-ways")
    if reason is not None:
        return Understood(
            text=text,
            question=None,
            slots={},
            confidence=min(best.confidence, round(threshold - 0.01, 3)),
            unused=best.unused,
            alternatives=candidates[:3],
            reason=reason,
        )
    return Understood(
        text=text,
        question=best.question,
        slots=best.slots,
        confidence=best.confidence,
        unused=best.unused,
        alternatives=candidates[1:4],
    )


def weigh(said: str, known: Names, base: str) -> tuple[Candidate, ...]:
    """Every question as a reading of a tidied sentence, the best first."""
    spots = spot(said, known)
    near = None if any(one.kind == "indicator" for one in spots) else near_indicator(said, spots, known)
    made = likeness()
    # A year after the newest report can only be planned for.
    asked = [int(value) for one in spots if one.kind == "year" for value in one.values]
    later = bool(asked and known.years) and min(asked) > known.years[-1]
    plainly = made.scores(masked(said, spots))
    nearly = made.scores(masked(said, spots, near)) if near else plainly
    found = []
    for query in load_queries().values():
        takes = any(param.type == "indicator" for param in query.params.values())
        filled = fill_slots(query, said, spots, near if takes else None, vocabulary()[query.id], known, base)
        like = plainly.get(query.id, 0.0)
        if filled.free:
            like = max(like, made.scores(masked(said, spots, free=filled.free)).get(query.id, 0.0))
        if takes and near:
            like = max(like, nearly.get(query.id, 0.0) * (0.7 + 0.3 * near.score))
        triggered = _triggered(query, said)
        score = LIKE * like + TRIGGERED * triggered
        if not triggered and filled.unused and not any(slot not in _WHERE_AND_WHEN for slot in filled.slots):
            # 宁海有什么好吃的: like a question only in 有什么, and the one word that says something is unknown to it.
            score *= UNKNOWN
        score *= 0.3 if filled.open_keys else 1.0
        score *= 0.8**filled.wasted * 0.7 ** len(filled.unclear)
        score *= 1 - UNUSED * _share(filled.unused, said)
        if later:
            score *= 1.15 if query.group == "plans" else 0.75
        found.append(
            Candidate(question=query.id, slots=filled.slots, confidence=0.0, unused=filled.unused, score=score)
        )
    return _ranked(found)


def _ranked(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """By score, each with its confidence against the best other one."""
    ranked = sorted(found, key=lambda one: (-one.score, one.question))
    first, second = ranked[0].score, ranked[1].score
    return tuple(
        replace(one, confidence=_confidence(one.score, second if index == 0 else first))
        for index, one in enumerate(ranked)
    )


def _confidence(score: float, rival: float) -> float:
    """From 0 to 1: high where the score is, and where the best other reading is far below."""
    raw = score / (score + 0.5 * rival + FLOOR)
    # Drawn so that readings above the threshold are those that the tests of the router hold to be sure enough.
    low, high = THRESHOLD / SURE * raw, THRESHOLD + (1 - THRESHOLD) * (raw - SURE) / (1 - SURE)
    return round(low if raw < SURE else high, 3)


def _not_written(reading: Candidate, written: Callable[[str], bool]) -> str:
    """The words to look for, where no report has them: neither as a whole nor all of their parts."""
    params = load_queries()[reading.question].params
    for slot, values in reading.slots.items():
        if params[slot].free and not any(written(value) for value in values):
            parts = [word for _, _, word in content(values[0]) if len(word) > 1]
            if not parts or not all(written(word) for word in parts):
                return values[0]
    return ""


def _strange(reading: Candidate, written: Callable[[str], bool]) -> str:
    """Words that the reading leaves out, that no question knows and no report holds: 农民收入, 村支书.

    One short word of that kind may be a manner of speaking; three characters and more are something else.
    """
    known_words = all_words()
    left = [word for word in reading.unused if len(word) > 1 and not _made_of_known(word, known_words)]
    # What is asked for is a thing: 找上门, 一块儿, 头疼 are ways of asking.
    left = [word for word in left if not names_no_thing(word)]
    unknown = [word for word in left if not written(word)]
    return "".join(unknown) if sum(len(word) for word in unknown) >= STRANGE else ""


def _guessed(reading: Candidate) -> bool:
    """Whether a question is put without what it is about, while words are left over that may be just that.

    One word where the question has a key (税收是多少); where it has none, words enough to name a matter (谁负责综合行政执法改革).
    """
    params = load_queries()[reading.question].params
    keys = [slot for slot, param in params.items() if param.key]
    if keys:
        return bool(reading.unused) and not any(slot in reading.slots for slot in keys)
    told = any(slot not in _WHERE_AND_WHEN and params[slot].type != "code" for slot in reading.slots)
    return not told and sum(map(len, reading.unused)) >= A_MATTER


def _made_of_known(word: str, vocabulary: str) -> bool:
    """Whether a word is made of words that the questions know: 整改措施, 变化趋势, 列出来.

    >>> _made_of_known("整改措施", "整改 措施"), _made_of_known("村支书", "书面")
    (True, False)
    """
    return made_of(word, lambda piece: piece in plain_words() or (len(piece) > 1 and piece in vocabulary))


def _said(reason: str, word: str) -> Text:
    text = wording("router", reason)
    return Text(zh=text.zh.format(word=word), en=text.en.format(word=word))


def _stands_in_text(store: Store, words: str) -> bool:
    row = store.rows(support("written").replace("#words", f"VALUES ?words {{ {Literal(words)} }}"))
    return bool(row)


def _share(unused: tuple[str, ...], said: str) -> float:
    return min(1.0, sum(len(word) for word in unused) / max(4, len(said)))


def _triggered(query: NamedQuery, said: str) -> float:
    """How strongly the question's triggers speak, from 0 to 1: rare and long ones most."""
    weights = _trigger_weights()
    alike = same(said)
    met = [word for word in _triggers(query.id) if _met(word, said if word.isascii() else alike)]
    # 最常见的问题 is met once, not also as 常见 and 问题.
    longest = [word for word in met if not any(word != other and word in other for other in met)]
    against = sum(word in said for word in query.triggers.against)
    total = sum(weights[word] for word in longest)
    return max(0.0, total / (1.0 + total) - 0.5 * against)


def _met(trigger: str, said: str) -> bool:
    """Whether a trigger is in the sentence: all parts of 问题+整改; English ones as whole words.

    >>> _met("问题+整改", "问题有没有整改"), _met("each", "did it reach 90")
    (True, False)
    """
    if trigger.isascii():
        return re.search(rf"\b{re.escape(trigger.casefold())}\b", said) is not None
    return all(part in said for part in trigger.split("+"))


@cache
def _triggers(question: str) -> tuple[str, ...]:
    """The triggers of a question; those that mean the same are one: 问题 and 短板."""
    triggers = load_queries()[question].triggers
    return tuple(dict.fromkeys([*map(same, triggers.zh), *triggers.en]))


@cache
def _trigger_weights() -> Mapping[str, float]:
    count: dict[str, int] = {}
    for question in load_queries():
        for word in _triggers(question):
            count[word] = count.get(word, 0) + 1
    return {word: min(max(len(word.replace("+", "")), 2), 5) / 3 / number for word, number in count.items()}


def _beyond(said: str) -> Text | None:
    """Why no report answers this: 县长是谁, 怎么申请."""
    rest = said
    for reason, word in beyond_words():
        if reason == "-":
            rest = rest.replace(word, " ")
        elif word in rest:
            return _said(reason, word)
    return None


@cache
def beyond_words() -> tuple[tuple[str, str], ...]:
    """(reason, word) pairs of matters that the reports do not hold, the longest first; "-" takes a harmless word away."""
    lines = (_HERE / "beyond.tsv").read_text("utf-8").splitlines()[1:]
    pairs = [line.split("\t") for line in lines]
    return tuple((reason, word) for reason, word in sorted(pairs, key=lambda pair: -len(pair[1])))


def _unknown(said: str, spots: tuple[Spot, ...], known: Names) -> Text | None:
    """A place or a year that the release has no report of."""
    taken = [(one.start, one.end) for one in spots]
    known_words = all_words()
    for start, end, word in cut(said):
        free = not any(start < b and a < end for a, b in taken)
        # 和县检察院: the county's procuratorate after 和, not the county of that name.
        joined = word[0] in plain_words() and any(
            said.startswith(code, at) for code in code_words() for at in (start + 1, end)
        )
        joined = joined or any(one.start == start + 1 for one in spots)
        if free and not joined and word in place_words() and word not in known_words and not known.by_name.get(word):
            return _said("unknown-place", word)
    years = sorted({int(value) for one in spots if one.kind == "year" for value in one.values})
    reach = {year + 1 for year in known.years} | set(known.years)
    if years and not reach & set(years):
        return _said("unknown-year", str(years[0]))
    return None
