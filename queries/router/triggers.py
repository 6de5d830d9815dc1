"""The words that speak for a question, and those that speak against the others."""

import re
from collections.abc import Mapping
from functools import cache

from queries import load_queries
from queries.header import NamedQuery
from queries.router.alike import same
from queries.router.reading import goes_on


def triggered(query: NamedQuery, said: str) -> float:
    """How strongly the question's triggers speak, from 0 to 1: rare and long ones most."""
    weights = _trigger_weights()
    alike = same(said)
    met = [word for word in _triggers(query.id) if _met(word, said if word.isascii() else alike)]
    met = [word for word in met if not goes_on(said, said.find(word) + len(word)) or word not in said]
    # 最常见的问题 is met once, not also as 常见 and 问题.
    longest = [word for word in met if not any(word != other and word in other for other in met)]
    against = sum(word in said for word in query.triggers.against)
    total = sum(weights[word] for word in longest)
    return max(0.0, total / (1.0 + total) - 0.5 * against)


def telling(question: str, said: str) -> tuple[str, ...]:
    """The triggers in the sentence that speak against questions whose words never have them: 从多到少."""
    alike = same(said)
    return tuple(
        word
        for word in _triggers(question)
        if len(word) > 2 and "+" not in word and _met(word, said if word.isascii() else alike)
    )


def _met(trigger: str, said: str) -> bool:
    """Whether a trigger is in the sentence: all parts of 问题+整改; English ones as whole words.

    >>> _met("问题+整改", "问题有没有整改"), _met("each", "did it reach 90")
    (True, False)
    """
    if trigger.isascii():
        return trigger.casefold() in said and re.search(rf"\b{re.escape(trigger.casefold())}\b", said) is not None
    return trigger in said or ("+" in trigger and all(part in said for part in trigger.split("+")))


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
