"""How like the sample sentences of each question a sentence is: character pairs, weighed by how few questions use them.

The nearest samples decide, held back where the words of the sentence are seldom said in the question's samples as a whole.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from queries.router.alike import same

NAMES: Mapping[str, str] = {
    "area": "\ue000",
    "body": "\ue001",
    "indicator": "\ue002",
    "document": "\ue003",
    "programme": "\ue004",
    "year": "\ue005",
    "number": "\ue006",
    "text": "\ue007",
    "code": "\ue008",
}
"""A private character for each kind of name: 宁海县的网办率 and 余姚市的调处成功率 are the same sentence."""

_HELD_BACK = 0.1
"""What one natural logarithm less of likelihood, on the average of the features, takes from a likeness."""
_UNSEEN = 0.3
"""Times that a feature counts as seen in a question that never has it."""
_AS_ALL = 1.5
"""Samples of a question that are taken to have its features as often as samples of all questions do."""
_TEMPER = 6.0
"""Features of one sentence tell much the same, as pairs lie in one another: what their odds are divided by."""

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The samples as weighed features."""

    samples: tuple[str, ...]
    """The question of each sample."""
    weights: Mapping[str, float] = field(repr=False)
    by_feature: Mapping[str, tuple[tuple[int, float], ...]] = field(repr=False)
    unknown: float
    """The weight of a feature that no sample has."""
    likelihood: Mapping[str, Features] = field(repr=False)
    """Question → logarithm of how often each of its features is said in it; under "" that of one that it never has."""
    odds: Mapping[str, Features] = field(repr=False)
    """Feature → question that says it → logarithm of its odds there, above those in a question that never says it."""
    unsaid: Features = field(repr=False)
    """Question → logarithm of the odds of a feature that it never says, without what is the same for every question."""
    vocabulary: Mapping[str, str] = field(repr=False)
    """Question → all text of its samples and triggers, for the words that it knows."""

    def scores(self, text: str, without: int | None = None) -> dict[str, float]:
        """Question → how like its nearest samples the text is, from 0 to 1. `without` leaves one sample out (for tuning)."""
        found = features(text)
        asked = _normal(_weighed(found, self.weights, self.unknown))
        products: dict[int, float] = defaultdict(float)
        for feature, weight in asked.items():
            for index, other in self.by_feature.get(feature, ()):
                products[index] += weight * other
        near: dict[str, list[float]] = defaultdict(list)
        for index, product in products.items():
            if index != without:
                near[self.samples[index]].append(product)
        behind = self._behind([feature for feature in found if feature in self.weights])
        # The nearest sample counts most; two more keep one odd sample from deciding.
        return {
            question: max(0.0, _blend(sorted(products, reverse=True)) - _HELD_BACK * behind[question])
            for question, products in near.items()
        }

    def chances(self, text: str) -> dict[str, float]:
        """Question → the share of belief that it is asked, by the odds of all features together; they add up to 1."""
        odds = [self.odds[feature] for feature in features(text) if feature in self.odds]
        summed = {
            question: (len(odds) * unsaid + sum(one.get(question, 0.0) for one in odds)) / _TEMPER
            for question, unsaid in self.unsaid.items()
        }
        best = max(summed.values())
        weighed = {question: math.exp(one - best) for question, one in summed.items()}
        total = sum(weighed.values())
        return {question: one / total for question, one in weighed.items()}

    def _behind(self, found: list[str]) -> Mapping[str, float]:
        """How far each question's likelihood is below the best one's, on the average of the features."""
        said = {
            question: sum(own.get(feature, own[""]) for feature in found) / max(len(found), 1)
            for question, own in self.likelihood.items()
        }
        best = max(said.values())
        return {question: best - one for question, one in said.items()}


def learn(samples: Iterable[tuple[str, str]]) -> Likeness:
    """Weigh the features of all samples, given as (question, text) pairs.

    >>> made = learn([("a", "哪些问题"), ("b", "哪些荣誉")])
    >>> found = made.scores("获得的荣誉"); max(found, key=found.get)
    'b'
    """
    counted = [(question, features(text), text) for question, text in samples]
    questions: dict[str, set[str]] = defaultdict(set)
    for question, found, _ in counted:
        for feature in found:
            questions[feature].add(question)
    total = len({question for question, _, _ in counted})
    weights = {feature: math.log(1 + total / len(found)) for feature, found in questions.items()}
    # A feature that no sample knows weighs nearly as much as the rarest: what is not understood makes all less alike.
    unknown = 0.6 * max(weights.values(), default=1.0)
    by_feature: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, (_, found, _) in enumerate(counted):
        for feature, weight in _normal(_weighed(found, weights, unknown)).items():
            by_feature[feature].append((index, weight))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question, found, _ in counted:
        counts[question].update(found.keys())
    texts: dict[str, list[str]] = defaultdict(list)
    for question, _, text in counted:
        texts[question].append(text)
    odds, unsaid = _odds([(question, found) for question, found, _ in counted])
    return Likeness(
        samples=tuple(question for question, _, _ in counted),
        weights=weights,
        unknown=unknown,
        likelihood={question: _likelihood(found, len(weights)) for question, found in counts.items()},
        by_feature={feature: tuple(found) for feature, found in by_feature.items()},
        odds=odds,
        unsaid=unsaid,
        vocabulary={question: "\n".join(found) for question, found in texts.items()},
    )


def features(text: str) -> Counter[str]:
    """Pairs and triples of Chinese characters, single private characters, whole Latin words."""
    found: Counter[str] = Counter()
    for word in same(text).split():
        if word.isascii():
            found[f"w:{word}"] += 1
            continue
        padded = f"^{word}$"
        found.update(padded[at : at + 2] for at in range(len(padded) - 1))
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
        found.update(letter for letter in word if "\ue000" <= letter <= "\uf8ff")
    return found


def _likelihood(counts: Counter[str], features: int) -> Features:
    total = math.log(counts.total() + _UNSEEN * features)
    seen = {feature: math.log(count + _UNSEEN) - total for feature, count in counts.items()}
    return {**seen, "": math.log(_UNSEEN) - total}


def _odds(samples: Iterable[tuple[str, Iterable[str]]]) -> tuple[Mapping[str, Features], Features]:
    """`Likeness.odds` and `Likeness.unsaid`.

    Most questions never say a feature, and what its odds are there is the sum of a part that hangs on the feature alone,
    the same for every question, and one that hangs on the question alone: so only what is said need be kept.
    """
    having: dict[str, Counter[str]] = defaultdict(Counter)
    number: Counter[str] = Counter()
    for question, found in samples:
        number[question] += 1
        for feature in found:
            having[feature][question] += 1
    total = number.total()
    odds = {}
    for feature, found in having.items():
        everywhere = found.total()
        expected = _AS_ALL * everywhere / total + 0.02
        odds[feature] = {
            question: math.log((count + expected) / expected)
            - math.log((everywhere - count + 0.5) / (everywhere + 0.5))
            for question, count in found.items()
        }
    unsaid = {question: math.log(total - of + 1) - math.log(of + _AS_ALL) for question, of in number.items()}
    return odds, unsaid


def _weighed(found: Mapping[str, int], weights: Mapping[str, float], unknown: float) -> dict[str, float]:
    return {feature: (1 + math.log(count)) * weights.get(feature, unknown) for feature, count in found.items()}


def _normal(found: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
    return {feature: weight / length for feature, weight in found.items()}


def _blend(found: list[float]) -> float:
    return 0.7 * found[0] + 0.2 * (found[1] if len(found) > 1 else 0.0) + 0.1 * (found[2] if len(found) > 2 else 0.0)
