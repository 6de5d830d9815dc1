"""Explanations: which rules read what in one sentence, and what lost against what."""

from collections.abc import Iterator, Mapping

from kg.corpus.document import Span
from kg.errors import UsageError
from kg.extract.body import bodies, candidates, of_teams
from kg.extract.clause import predicates
from kg.extract.exchange import case_of
from kg.extract.extractors import without_titles
from kg.extract.fact import Action, Fact, Reading
from kg.extract.told_place import gazetteer
from kg.extract.unit import clauses

HEADS = {name: name for name in ("clauses", "facts", "lost", "masked", "unread")} | {
    "against": "against",
    "no-action": "the sentence states none, or it is manner or an end",
}


def explain(reading: Reading, number: int, heads: Mapping[str, str] = HEADS) -> str:
    """What was read of sentence `number` (from 1), and why: its clauses as units, each fact with its rule, and the losers.

    `heads` are the words above and between, in the reader's language; names of rules and fields are never translated.
    Raises UsageError when the report has no such sentence.
    """
    if not 1 <= number <= len(reading.sentences):
        raise UsageError(
            f"no sentence {number}",
            where=reading.document.source.name,
            hint=f"it has {len(reading.sentences)}; count from 1",
        )
    return "\n".join(_lines(reading, number - 1, heads)) + "\n"


def _lines(reading: Reading, order: int, heads: Mapping[str, str]) -> Iterator[str]:
    sentence = reading.sentences[order]
    section = next((one for one in reading.outline.sections if one.key == sentence.section), None)
    role = f"{section.number}{section.title} ({section.role})" if section else "opening"
    yield f"s{order + 1} [{sentence.span.start}, {sentence.span.end}) {role}"
    yield sentence.text
    shadow = reading.document.shadow[sentence.span.start : sentence.span.end]
    places = gazetteer(reading.document)
    found, _ = of_teams(bodies(without_titles(shadow), places))
    yield ""
    yield heads["clauses"]
    for clause in clauses(shadow, found):
        yield "  " + " ".join(f"{unit.word}/{unit.kind}{'' if unit.known else '?'}" for unit in clause)
    yield heads["facts"]
    for fact in reading.facts:
        if fact.sentence == order:
            yield "  " + _fact(fact)
    lost = [one for one in candidates(without_titles(shadow), places) if one not in found]
    done = {(fact.verb, fact.object) for fact in reading.facts if isinstance(fact, Action) and fact.sentence == order}
    dropped = [one for one in predicates(shadow, found) if one.verb and (one.verb, one.object) not in done]
    if lost or dropped:
        yield heads["lost"]
    for body in lost:
        winner = next((one for one in found if one.start < body.end and body.start < one.end), None)
        against = f" {heads['against']} {winner.rule} {winner.name}" if winner else ""
        yield f"  Mention {shadow[body.start : body.end]} → {body.name} by {body.rule}{against}"
    for one in dropped:
        yield f"  Action {one.verb} | {one.object} by {one.rule or 'no object'}: {heads['no-action']}"
    masked = [mask for mask in reading.masks if _inside(mask.span, sentence.span)]
    if masked:
        yield heads["masked"]
    for mask in masked:
        yield f"  {reading.document.quote(mask.span)} {mask.why}"
    for unread in reading.unread:
        if unread.sentence == order:
            yield f"{heads['unread']}  {unread.quote} {unread.reason}"


def _fact(fact: Fact) -> str:
    told = " ".join(f"{name}={value}" for name, value in case_of(fact).items() if name != "quote")
    quote = "" if fact.quote.endswith(("。", ";", "；")) else f" “{fact.quote}”"
    return f"{type(fact).__name__} {told}{quote} by {fact.rule} ({fact.confidence:g})"


def _inside(span: Span, outer: Span) -> bool:
    return outer.start <= span.start and span.end <= outer.end
