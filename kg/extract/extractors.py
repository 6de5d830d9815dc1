"""The order in which facts are read from sentences; nothing else knows it."""

from kg.corpus.document import Document
from kg.corpus.outline import Outline
from kg.corpus.sentence import Sentence
from kg.extract.fact import Fact, Reading


def extract_facts(document: Document, outline: Outline, sentences: tuple[Sentence, ...]) -> Reading:
    """Read all facts of a report, in order of their places.

    Every stage is a pure function of the layers before it; no stage changes what another has found.
    """
    facts: list[Fact] = []
    facts.sort(key=lambda fact: (fact.span, type(fact).__name__, fact.rule))
    return Reading(
        document=document,
        outline=outline,
        sentences=sentences,
        facts=tuple(facts),
        masks=(),
        unread=(),
    )
