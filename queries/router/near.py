"""An indicator that a sentence speaks of in other words: 换发了多少本行政执法证 for 换发行政执法证件数."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from queries.names import Named, Names, plain
from queries.router.alike import same
from queries.router.shares import of_kind_asked, share_after
from queries.router.words import content, made_of_known
from queries.wording import words as measured

_SURE = 0.55
_LOOSE = 0.5
"""What a character is worth that is met outside a word: 企 and 家 of 企业家 in 涉企法治体检家数."""
_CLEAR = 1.02
_TOLD = 0.4
"""Power of the share of a name that is told: a name may say much more than a question does."""
_FEW = 3
"""Indicators that are told equally well and may all be meant: 复议案件 are those received and those concluded."""
_ROUNDING = 1e-9
_FORM = 3
"""Characters of a name that is known by its form."""
_LEAST = 2
"""Characters of a name that a sentence must tell."""


@dataclass(frozen=True, slots=True)
class Near:
    """The indicator that the sentence speaks of in other words, or few that it speaks of alike; and those words."""

    things: tuple[Named, ...]
    score: float
    words: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """The names of all indicators, and how much each of their characters tells."""

    forms: tuple[tuple[str, Named], ...]
    having: Mapping[str, tuple[int, ...]]
    """Character → the forms that have it, by their place in `forms`."""
    weights: Mapping[str, float]
    rare: float
    """The weight of a character that no name has."""
    text: str
    """All names: a word of theirs that a name lacks speaks against it."""

    def weight(self, word: str) -> float:
        return sum(self.weights.get(letter, self.rare) for letter in word)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the sentence, as it stands and as its synonym; `missed` says whether a name without it is further away."""

    start: int
    end: int
    forms: tuple[str, str]
    missed: bool


def near_indicator(said: str, taken: Iterable[tuple[int, int]], names: Names, known_words: str = "") -> Near | None:
    """The indicator whose name and the words of the sentence tell the most of one another; None where none does.

    What counts is how rare a character is in the names of the release. `taken` are stretches that name something else;
    a word of `known_words` (those of the questions) counts where it is met and not where it is missed. It is a reading
    like any other: shown, and weighed by its score.
    """
    taken = tuple(taken)
    index = _index(names)
    words = [
        _Word(start, end, (word, same(word)), word not in known_words or word in index.text)
        for start, end, word in content(said)
        if all(end <= a or start >= b for a, b in taken)
    ]
    if not words or not index.forms:
        return None
    ranked = sorted(_scored(words, index), key=lambda one: (-one[0], -one[1], one[2]))
    asked = [(word.end, word.forms[0]) for word in words]
    ranked = [one for one in ranked if of_kind_asked(one[3].names, said, asked)]
    if not ranked:
        return None
    score = ranked[0][0]
    tied = {iri: thing for one, _, iri, thing in ranked if score < _CLEAR * one}
    if score < _SURE or len(tied) > _FEW:
        return None
    forms = [plain(name) for thing in tied.values() for name in thing.names if not name.isascii()]
    forms = [form for name in forms for form in (name, same(name))]
    met = tuple(
        (word.start, word.end) for word in words if any(_met(one, form) for one in word.forms for form in forms)
    )
    return Near(tuple(tied.values()), min(score, 1.0), met) if met else None


def told_by_form(said: str, taken: Iterable[tuple[int, int]], known_words: str | None = None) -> tuple[int, int] | None:
    """Where the sentence says an indicator by the form of its name, as the data know none that is like it: 公证办结率.

    So does what is counted and is more than the words of questions, `known_words`: 信访件受理(了几件).

    >>> told_by_form("宁海县公证办结率有多高", [(0, 3)]), told_by_form("宁海县做了什么", [(0, 3)])
    ((3, 8), None)
    >>> told_by_form("法律援助案件的占比", ())
    (0, 9)
    >>> told_by_form("what was the court appearance rate", ())
    (13, 34)
    >>> told_by_form("公证申请受理了几件", (), "受理"), told_by_form("受理了几件", (), "受理")
    ((0, 6), None)
    """
    taken = tuple(taken)
    words = [one for one in content(said) if all(one[1] <= a or one[0] >= b for a, b in taken)]
    found: list[tuple[int, int]] = []
    start = reached = -1
    for a, b, word in words:
        if word == "写" or word in measured("speak_of"):
            start = reached = -1  # 有没有写罚没金额 names 罚没金额
            continue
        start, reached = (start if not said[reached:a].strip() and reached >= 0 else a), b
        if (word.endswith(measured("indicator_ends")) or share_after(said, b)) and b - start >= _FORM:
            found.append((start, share_after(said, b) or b))
        elif known_words is not None and b - start >= _FORM and said.startswith(measured("counted"), b):
            run = [one for x, y, one in words if start <= x and y <= b]
            found += [(start, b)] if any(not made_of_known(one, known_words) for one in run) else []
    return max(found, key=lambda one: (one[1] - one[0], -one[0]), default=None)


def _scored(words: Sequence[_Word], index: _Index) -> list[tuple[float, int, str, Named]]:
    """(score, -length, IRI, indicator) of each name that may be the best one, or as good.

    A name scores at most what those of the words' characters are worth that it has, and so most names need no closer look.
    """
    most: dict[int, float] = defaultdict(float)
    for word in words:
        letters = Counter(word.forms[0]) | Counter(word.forms[1])
        for letter, times in letters.items():
            for at in index.having.get(letter, ()):
                most[at] += times * index.weights[letter]
    asked = sum(min(map(index.weight, word.forms)) for word in words if word.missed)
    found, least = [], _SURE / _CLEAR
    for at, bound in sorted(most.items(), key=lambda one: (-one[1], one[0])):
        if bound < least * asked:
            break
        form, thing = index.forms[at]
        score = _score(words, form, index)
        found.append((score, -len(form), thing.iri, thing))
        least = max(least, score / _CLEAR - _ROUNDING)
    return found


def _score(words: Sequence[_Word], form: str, index: _Index) -> float:
    asked = told = 0.0
    covered: set[int] = set()
    for word in words:
        met, said = max(((_met(one, form), one) for one in word.forms), key=lambda pair: len(pair[0]))
        if met or word.missed:
            asked += index.weight(said)
        told += sum(index.weights.get(letter, 0.0) * worth for letter, worth, _ in met)
        covered.update(at for _, _, at in met)
    whole = sum(index.weights[letter] for letter in form)
    share = sum(index.weights[form[at]] for at in covered) / whole
    if len(covered) < _LEAST:
        return 0.0
    return float(told / asked * share**_TOLD)


def _met(word: str, form: str) -> tuple[tuple[str, float, int], ...]:
    """The characters of a word that a name has: (character, worth, place in the name).

    >>> _met("案件", "行政处罚案件数"), _met("案卷", "行政处罚案件数")
    ((('案', 1.0, 4), ('件', 1.0, 5)), (('案', 0.5, 4),))
    """
    at = form.find(word)
    if at >= 0:
        return tuple((letter, 1.0, at + offset) for offset, letter in enumerate(word))
    if len(word) == 1:
        return ()
    found = []
    for offset, letter in enumerate(word):
        pair = next((form.find(p) for p in (word[offset : offset + 2],) if len(p) == 2 and p in form), -1)
        before = form.find(word[offset - 1 : offset + 1]) if offset else -1
        place = pair if pair >= 0 else before + 1 if before >= 0 else form.find(letter)
        if place >= 0:
            found.append((letter, 1.0 if pair >= 0 or before >= 0 else _LOOSE, place))
    return tuple(found)


@lru_cache(maxsize=2)
def _index(names: Names) -> _Index:
    forms = {
        (form, thing.iri): thing
        for thing in names.of_kind("indicator")
        for name in thing.names
        if not name.isascii()
        for form in (plain(name), same(plain(name)))
    }
    counts = Counter(letter for thing, letter in {(iri, letter) for form, iri in forms for letter in form})
    total = len({iri for _, iri in forms})
    weights = {letter: math.log(1 + total / count) for letter, count in counts.items()}
    ordered = tuple((form, thing) for (form, _), thing in sorted(forms.items()))
    having: dict[str, list[int]] = defaultdict(list)
    for at, (form, _) in enumerate(ordered):
        for letter in set(form):
            having[letter].append(at)
    return _Index(
        forms=ordered,
        having={letter: tuple(found) for letter, found in having.items()},
        weights=weights,
        rare=math.log(1 + total),
        text="\n".join(form for form, _ in sorted(forms)),
    )
