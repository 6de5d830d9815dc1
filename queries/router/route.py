"""One sentence in a person's own words → a question with its slots, or three to choose from. No model, no network.

A question is known by how like its samples the sentence is and by its triggers; what the sentence names fills the slots.
Words that stay unexplained count against the reading. Nothing is ever answered that is not shown as understood.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

from kg.store.answer import Store
from queries import load_queries
from queries.header import Text
from queries.names import Names, names
from queries.router.asides import asked
from queries.router.candidate import WHERE_AND_WHEN, Candidate, each_of
from queries.router.doubts import (
    as_written,
    beyond,
    guessed,
    left_out,
    not_written,
    quoted_and_unwritten,
    reason_for,
    stands_in_text,
    strange,
    unknown,
    without,
    without_words,
)
from queries.router.limits import left_aside, taken_out, turned_round
from queries.router.misspelt import put_right
from queries.router.near import Near, near_indicator, told_by_form
from queries.router.near_english import near_english
from queries.router.passages import passage, spoken_of
from queries.router.places import elsewhere, hidden
from queries.router.reading import fill_slots, masked
from queries.router.samples import all_words, likeness, vocabulary
from queries.router.spotting import Spot, spot, tidy, unknown_names
from queries.router.triggers import telling, triggered
from queries.router.words import made_of_known
from queries.wording import wording

THRESHOLD = 0.6
NEAR_TIE = 1.01
LIKE, TRIGGERED, CHANCE = 0.65, 0.7, 0.3
FLOOR = 0.15
UNUSED = 0.8
SURE = 0.42
UNKNOWN = 0.6
FOREIGN = 0.25
_UNTOLD = 0.85
_NEARLY = 0.5
_KIN = 0.8
_A_WORD = 4
"""Characters below which a sentence that names nothing asks nothing: 多少."""
_ENGLISH = re.compile(r"[a-z]{3,} [a-z]{3,}")
_READING = Lock()


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
    read_as: tuple[tuple[str, str], ...] = ()
    """Words that were taken for misspelt ones: (as written, as read)."""


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
    told = written or partial(stands_in_text, store)
    with _READING:  # two that are the first would both read the dictionary, each waiting for the other
        said, absent, read_as, limits = _prepared(tidy(text[:400])[:200], known, told)
        candidates = readings = weigh(said, known, base)
    nearest = [as_written(one, told) for one in candidates[:8]]
    missing = {one.question: word for one in nearest if (word := not_written(one, told))}
    if missing or nearest != list(candidates[:8]):
        # Words to look for that no report has: the next reading may need no such words.
        candidates = _ranked(one for one in (*nearest, *candidates[8:]) if one.question not in missing)
    best, second = candidates[0], candidates[1]
    spots = spot(said, known)
    reason = beyond(without(said, spots)) or unknown(tuple(name for _, _, name in absent), spots, known)
    unsure = False
    if reason is None and (body := left_out(best, said)):
        reason, unsure = reason_for("unknown-body", body), told(body)
    sought = spoken_of(said, spots)
    if reason is None and best.unheld and not (sought and told(sought)):
        kind, word = best.unheld[0]
        reason = reason_for(f"unknown-{kind}", word)
        if told(word) and (found := passage(said, spots, readings, told)):
            # Where its name stands is no answer to how it changed or who has most of it, but may be looked at.
            candidates = (best, found, *(one for one in candidates[1:] if one.question != found.question))
    if reason is None and (word := strange(best, told)):
        reason = reason_for("not-written", word)
    sought_first = missing.get(readings[0].question, "") if readings[0].confidence >= threshold else ""
    if reason is None and sought_first and not made_of_known(sought_first, vocabulary()[best.question]):
        reason = reason_for("not-written", sought_first)  # 打算搞数字化 asks for no other plans
    if reason is None and (best.confidence < threshold or guessed(best) or (len(said) < _A_WORD and not spots)):
        reason, unsure = wording("router", "unclear"), True
        if missing:
            reason = reason_for("not-written", next(iter(missing.values())))
    named = any(one.kind == "indicator" for one in spots)
    if sought and reason in (None, wording("router", "unclear")):
        reason, unsure = reason_for("not-written", sought), True
    if reason is not None and unsure and (sought or not named) and (found := passage(said, spots, readings, told)):
        best, reason = replace(found, confidence=threshold), None
        candidates = (best, *(one for one in candidates if one.question != best.question))
    elif reason is None and best.confidence < NEAR_TIE * second.confidence and not _same_figure(best, second):
        reason = wording("router", "two-ways")
    asked_back = (wording("router", "unclear"), wording("router", "two-ways"))
    if reason in asked_back and (word := quoted_and_unwritten(said, spots, told)):
        reason = reason_for("not-written", word)
    if reason is None and (word := turned_round(said, vocabulary()[best.question])):
        reason = reason_for("turned-round", word)
    if reason is None and best.unclear:
        candidates = (*each_of(best, base), *candidates[1:])
        _slot, one = best.unclear[0]
        reason = reason_for("several", said[one.start : one.end], n=str(len(one.things)))
    sure = reason is None
    if not sure and readings[0].question in missing:
        # What no report holds is told; the question is still the one that was asked.
        candidates = (without_words(readings[0]), *(one for one in candidates if one.question != readings[0].question))
    candidates = tuple(_with_limits(one, said, spots, limits) for one in candidates[:4])
    best = candidates[0]
    return Understood(
        text=text,
        question=best.question if sure else None,
        slots=best.slots if sure else {},
        confidence=best.confidence if sure else min(best.confidence, round(threshold - 0.01, 3)),
        unused=best.unused,
        alternatives=candidates[1:4] if sure else candidates[:3],
        reason=reason,
        read_as=read_as,
    )


def _prepared(
    said: str, known: Names, written: Callable[[str], bool]
) -> tuple[str, tuple[tuple[int, int, str], ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """What is asked, the places that no report is of, the words that were put right, and the limits that no slot takes."""
    absent = elsewhere(said, [(one.start, one.end) for one in spot(said, known)], known.by_name)
    said = hidden(said, absent)
    said, read_as = put_right(said, [(one.start, one.end) for one in spot(said, known)], known, written)
    said, limits = taken_out(said, spot(said, known))
    return asked(said, spot(said, known)), absent, read_as, limits


def _with_limits(reading: Candidate, said: str, spots: tuple[Spot, ...], limits: tuple[str, ...]) -> Candidate:
    """A reading that tells the limits which it leaves aside among the words that it does not use."""
    own = vocabulary()[reading.question]
    aside = left_aside(said, spots, own, placed="place" in reading.slots)
    aside = tuple(word for word in aside if word not in reading.slots.get("what", ()))
    unused = tuple(word for word in reading.unused if not any(word in one for one in (*limits, *aside)))
    return replace(reading, unused=(*limits, *aside, *unused))


def read_names(store: Store) -> None:
    """Read the names of a release, and what is looked up by them, before a sentence is asked."""
    known = names(store)
    near_indicator("-", (), known)
    spot("-", known)


def weigh(said: str, known: Names, base: str) -> tuple[Candidate, ...]:
    """Every question as a reading of a tidied sentence, the best first."""
    spots = spot(said, known)
    near = None
    if not any(one.kind == "indicator" for one in spots):
        near = _near(said, spots, known)
        spots = spots if near else _with_unheld(said, spots)
    made = likeness()
    # 承诺 in 告知承诺制 is part of a title and asks for nothing.
    titles = [
        one for one in spots if one.kind in ("document", "programme") or (one.kind == "indicator" and not one.things)
    ]
    called = tuple(one for one in unknown_names(said, spots) if not made_of_known(one.values[0], all_words()))
    untitled = without(said, tuple(sorted([*titles, *called], key=lambda one: one.start)))
    marks = tuple(sorted([*spots, *called], key=lambda one: one.start))
    # A year after the newest report can only be planned for.
    asked = [int(value) for one in spots if one.kind == "year" for value in one.values]
    later = bool(asked and known.years) and min(asked) > known.years[-1]
    plainly = made.scores(masked(said, marks))
    nearly = made.scores(masked(said, marks, near)) if near else plainly
    scored: dict[str, Mapping[str, float]] = {}
    chance = made.chances(masked(said, marks))
    chance_near = made.chances(masked(said, marks, near)) if near else chance
    found = []
    spoken = {query.id: triggered(query, untitled) for query in load_queries().values()}
    foreign = {question: words for question in spoken if (words := telling(question, untitled))}
    for query in load_queries().values():
        takes = any(param.type == "indicator" for param in query.params.values())
        filled = fill_slots(query, said, spots, near if takes else None, vocabulary()[query.id], known, base)
        like = plainly.get(query.id, 0.0)
        if filled.free or filled.coded:
            told = masked(said, marks, free=filled.free, coded=filled.coded)
            if told not in scored:
                scored[told] = made.scores(told)
            like = max(like, scored[told].get(query.id, 0.0))
        if takes and near:
            like = max(like, nearly.get(query.id, 0.0) * (0.7 + 0.3 * near.score))
        spoken_for = spoken[query.id]
        own = vocabulary()[query.id]
        score = LIKE * like + TRIGGERED * spoken_for
        score += CHANCE * max(chance[query.id], chance_near[query.id] if takes else 0)
        if not spoken_for and filled.unused and not any(slot not in WHERE_AND_WHEN for slot in filled.slots):
            # 宁海有什么好吃的: like a question only in 有什么, and the one word that says something is unknown to it.
            score *= UNKNOWN
        elif filled.unused and not any(slot not in WHERE_AND_WHEN for slot in filled.slots):
            score *= _UNTOLD
        if near and not takes:
            score *= 1 - _NEARLY * near.score
        score *= 0.3 if filled.open_keys else 1.0
        score *= 0.8**filled.wasted * 0.7 ** len(filled.unclear)
        score *= 1 - UNUSED * _share(filled.unused, said)
        score *= 1 - FOREIGN * max(
            (
                spoken[other]
                for other, words in foreign.items()
                if other != query.id and any(word not in own for word in words)
            ),
            default=0.0,
        )
        if later:
            score *= 1.15 if query.group == "plans" else 0.75
        found.append(
            Candidate(
                question=query.id,
                slots=filled.slots,
                confidence=0.0,
                unused=filled.unused,
                score=score,
                open_keys=filled.open_keys,
                nearly=filled.nearly,
                unclear=filled.unclear,
                unheld=filled.unheld,
            )
        )
    return _ranked(found)


def _near(said: str, spots: tuple[Spot, ...], known: Names) -> Near | None:
    """The indicator spoken of in other words; the names of bodies and programmes may be among them: 双随机抽查."""
    inner = [(one.start, one.end) for one in spots if one.kind not in ("body", "programme")]
    outer = [(one.start, one.end) for one in spots]
    if _ENGLISH.search(said) and (found := near_english(said, outer, known, all_words())):
        return found
    found = near_indicator(said, outer, known, all_words())
    wider = near_indicator(said, inner, known, all_words()) if inner != outer else None
    if wider and (found is None or wider.score > found.score):
        # A name alone is no indicator: 局长走流程提了几次.
        beside = any(not any(a <= start and end <= b for a, b in outer) for start, end in wider.words)
        found = wider if beside else found
    return found


def _with_unheld(said: str, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """The names of a sentence with that of an indicator that the data do not have; a body may be the beginning of it."""
    taken = [(one.start, one.end) for one in spots if one.kind not in ("body", "programme")]
    found = told_by_form(said, taken, all_words())
    if found is None:
        return spots
    start, end = found
    beside = [one for one in spots if one.end <= start or end <= one.start]
    return tuple(sorted([*beside, Spot(start, end, "indicator", values=(said[start:end],))], key=lambda one: one.start))


def _ranked(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """By score, each with its confidence against the best other one."""
    ranked = sorted(found, key=lambda one: (-one.score, one.question))
    return tuple(replace(one, confidence=_confidence(one.score, _rival(one, ranked))) for one in ranked)


def _rival(one: Candidate, ranked: Iterable[Candidate]) -> float:
    """The score of the best other reading; one of the same indicator is half a rival, for it shows the same number."""
    return max(other.score * (_KIN if _same_figure(one, other) else 1.0) for other in ranked if other is not one)


def _same_figure(one: Candidate, other: Candidate) -> bool:
    return "indicator" in one.slots and one.slots["indicator"] == other.slots.get("indicator")


def _confidence(score: float, rival: float) -> float:
    """From 0 to 1: high where the score is, and where the best other reading is far below."""
    raw = score / (score + 0.5 * rival + FLOOR)
    # Drawn so that readings above the threshold are those that the tests of the router hold to be sure enough.
    low, high = THRESHOLD / SURE * raw, THRESHOLD + (1 - THRESHOLD) * (raw - SURE) / (1 - SURE)
    return round(low if raw < SURE else high, 3)


def _share(unused: tuple[str, ...], said: str) -> float:
    return min(1.0, sum(len(word) for word in unused) / max(4, len(said)))
