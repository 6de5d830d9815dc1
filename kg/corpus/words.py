"""Words by which the reader knows titles, issuers, places, dates and sources: the table as parts of patterns."""

from functools import cache

from kg.lexicon import table


@cache
def any_of(role: str) -> str:
    """A part of a pattern that matches any word of a role of `reader_words.tsv`, the longest first.

    Raises `KeyError` where no word has the role.

    >>> any_of("written-label")
    '(?:成文|印发|落款)'
    """
    words = [word for one, word in table("reader_words", "role", "word", key=2) if one == role]
    if not words:
        raise KeyError(role)
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"
