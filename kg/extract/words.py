"""Word lists: as patterns that try the longest word first, and by the part that they have in the clause grammar."""

import re
from collections.abc import Iterable

from kg.lexicon import table


def either(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first; fast also for hundreds of words.

    >>> either(["县政府", "县委", "县"])
    '(?:县(?:委|政府)?)'
    """
    tree: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _pattern(tree)


def beginning(words: Iterable[str]) -> str:
    """A pattern for a place where one of `words` may begin: put first, it saves trying the rest of a pattern elsewhere.

    >>> beginning(["县政府", "委", "县"])
    '(?=[县委])'
    """
    return "(?=[" + "".join(re.escape(letter) for letter in sorted({word[0] for word in words})) + "])"


def _pattern(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    branches = []
    for letter in sorted(key for key in node if key):
        rest, letters = node[letter], letter
        while len(rest) == 1 and "" not in rest:
            ((letter, rest),) = rest.items()
            letters += letter
        branches.append(re.escape(letters) + (_pattern(rest) if any(rest) else ""))
    return "(?:" + "|".join(branches) + ")" + ("?" if "" in node else "")


def cues(role: str) -> str:
    """A pattern of the words of `cues.tsv` with a role.

    >>> bool(re.fullmatch(cues("aim"), "力争"))
    True
    """
    return either(word for word, of in table("cues", "word", "role", key=2) if of == role)


def words_of(kind: str) -> frozenset[str]:
    """The words of one kind in clause_words.tsv.

    >>> sorted(words_of("giving"))
    ['予以', '加以', '给予']
    """
    return frozenset(word for word, own in table("clause_words", "word", "kind", key=2) if own == kind)
