"""What people say around a question: who they are, what they need the answer for, thanks. It is not asked."""

import re
from collections.abc import Iterable

from queries.router.samples import all_words
from queries.router.spotting import Spot
from queries.router.words import content
from queries.wording import words

_CLAUSE = re.compile(r"[^,;:.?!]+[,;:.?!]*")
_LEAST = 4
"""Characters that must be left to ask something."""
_CALL = 8
"""Characters of a clause before a colon that asks nothing."""


def asked(said: str, spots: Iterable[Spot]) -> str:
    """A tidied sentence without the clauses that ask nothing.

    >>> asked("我是记者,在写稿.宁海的网办率是多少?谢谢!", ())
    '宁海的网办率是多少?'
    """
    named = [(one.start, one.end) for one in spots if one.kind != "body"]  # 我是审计局的 asks for no 审计局
    kept = [
        clause[0]
        for clause in _CLAUSE.finditer(said)
        if any(clause.start() < end and start < clause.end() for start, end in named) or not _beside(clause[0])
    ]
    question = "".join(kept)
    return question if len(question) >= _LEAST else said


def _beside(clause: str) -> bool:
    said = content(clause)
    # 书记要看: says who asks, 县际对比: says what.
    called = clause.endswith(":") and len(clause) <= _CALL and not any(word in all_words() for _, _, word in said)
    return called or clause.startswith(words("asides")) or not said
