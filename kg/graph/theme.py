"""Themes: what a heading is about, so that differently titled sections of two places compare. Cues are rows of themes.tsv."""

from functools import cache

from kg.graph import vocabulary
from kg.lexicon import table


@cache
def _cues() -> tuple[tuple[str, str, int], ...]:
    rows = table("themes", "cue", "theme", "weight", "note")
    found = [(cue, vocabulary.code("Themes", theme), int(weight)) for cue, theme, weight, _ in rows]
    return tuple(sorted(found, key=lambda row: (-len(row[0]), row[0])))


@cache
def theme_of(title: str) -> str:
    """The theme of a heading, as an N-Triples term; empty when no cue stands in it, or two themes weigh the same.

    >>> theme_of("全面推进严格规范公正文明执法")
    '<https://w3id.org/fazhi/ns#theme-enforcement>'
    >>> theme_of("主要举措和成效")
    ''
    """
    left, weights = title, dict[str, int]()
    for cue, theme, weight in _cues():
        if cue in left:
            weights[theme] = weights.get(theme, 0) + weight
            left = left.replace(cue, "　")  # the longer cue takes its words: 行政决策 in 行政决策制度 counts once
    ranked = sorted(weights.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]
