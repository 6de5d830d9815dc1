"""The order in which facts are read from sentences; nothing else knows it."""

import re
from collections.abc import Iterator

from kg.corpus.document import Document, Span
from kg.corpus.outline import Outline
from kg.corpus.sentence import Sentence
from kg.extract.body import bodies
from kg.extract.fact import Fact, Mention, Reading
from kg.extract.place import Gazetteer, gazetteer

_TITLES = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")


def extract_facts(document: Document, outline: Outline, sentences: tuple[Sentence, ...]) -> Reading:
    """Read all facts of a report, in order of their places.

    Every stage is a pure function of the layers before it; no stage changes what another has found.
    """
    mentions = find_mentions(document, outline, sentences)
    facts: list[Fact] = [*mentions]
    facts.sort(key=lambda fact: (fact.span, type(fact).__name__, fact.rule))
    return Reading(
        document=document,
        outline=outline,
        sentences=sentences,
        facts=tuple(facts),
        masks=(),
        unread=(),
    )


def find_mentions(document: Document, outline: Outline, sentences: tuple[Sentence, ...]) -> tuple[Mention, ...]:
    """The bodies named anywhere: in sentences, in headings, and in title lines and page furniture."""
    places = gazetteer(document)
    shadow = _TITLES.sub(lambda match: "\0" * len(match[0]), document.shadow)
    mentions: list[Mention] = []
    done = 0
    parts: list[tuple[Span, int | None, str | None]] = [
        (section.span, None, section.key) for section in outline.sections
    ]
    parts += [(sentence.span, sentence.order, sentence.section) for sentence in sentences]
    for span, order, section in [
        *sorted(parts, key=lambda part: part[0]),
        (Span(len(shadow), len(shadow)), None, None),
    ]:
        mentions += _mentions(document, shadow, Span(done, max(done, span.start)), None, None, places)
        mentions += _mentions(document, shadow, span, order, section, places)
        done = max(done, span.end)
    return tuple(mentions)


def _mentions(
    document: Document, shadow: str, span: Span, order: int | None, section: str | None, places: Gazetteer
) -> Iterator[Mention]:
    for found in bodies(shadow[span.start : span.end], places):
        place = Span(span.start + found.start, span.start + found.end)
        yield Mention(
            span=place,
            quote=document.quote(place),
            sentence=order,
            rule=found.rule,
            confidence=found.confidence,
            flags=found.flags,
            name=found.name,
            body_kind=found.kind,
            level=found.level,
            section=section if order is None else None,
        )
