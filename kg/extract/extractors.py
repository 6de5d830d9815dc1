"""The order in which facts are read from sentences, and who wins where two overlap; nothing else knows it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.corpus.document import Document, Span, read_document
from kg.corpus.outline import Outline, parse_outline
from kg.corpus.sentence import Sentence, split_sentences
from kg.corpus.source import Source
from kg.extract.action import actions
from kg.extract.body import Found, bodies, of_teams
from kg.extract.citation import citations, in_full
from kg.extract.clause import predicates
from kg.extract.correction import corrected
from kg.extract.coverage import account, outside
from kg.extract.fact import Citation, Fact, Honour, Mask, Mention, Reading, Unread
from kg.extract.figure import figures
from kg.extract.honour import honours, once
from kg.extract.involvement import implied, involvements
from kg.extract.passage import LONGEST, Passage, passage_of, passages
from kg.extract.place import Gazetteer
from kg.extract.predicate import Predicate
from kg.extract.programme import again, programmes
from kg.extract.quantity import Quantity, quantities
from kg.extract.statement import EXPLAINING, Running, overlong, statements
from kg.extract.surrounding import Topic
from kg.extract.told_place import gazetteer
from kg.extract.words import words_of
from kg.lexicon import Correction, corrections, pattern

_ABOUT = words_of("about")
_DONE = ("action.verb-object", "action.ba", "action.target-verb")
_PAST = pattern("deed.past")
_TITLES = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")


def read(source: Source, *, force: bool = False, ocr: bool = False) -> Reading:
    """One source, read: its text, outline, sentences and facts.

    Raises DocumentError where the bytes are no text, or no report (unless `force`).
    """
    document = read_document(source, force=force, ocr=ocr)
    outline = parse_outline(document)
    return extract_facts(document, outline, split_sentences(document, outline))


def extract_facts(
    document: Document,
    outline: Outline,
    sentences: tuple[Sentence, ...],
    *,
    decisions: tuple[Correction, ...] | None = None,
) -> Reading:
    """Read all facts of a report, in order of their places.

    Every stage is a pure function of the layers before it; no stage changes what another has found. The `decisions` of
    people come last: those of the packaged corrections.yaml, when none are given.
    """
    places = gazetteer(document)
    facts: list[Fact] = []
    masks: list[Mask] = []
    unread: list[Unread] = []
    running = Running(undated=_is_undated(document, sentences))
    topic = Topic()
    teams: tuple[Found, ...] = ()
    done = 0
    for passage in passages(document, outline, sentences):
        facts += _outside(document, Span(done, max(done, passage.span.start)), places)
        masks += outside(document, Span(done, max(done, passage.span.start)))
        done = max(done, passage.span.end)
        masks += passage.masks
        if len(passage.text) > LONGEST:
            facts += overlong(passage)
            unread.append(Unread(span=passage.span, quote=passage.text, sentence=passage.order, reason="overlong"))
            continue
        found, teams = of_teams(bodies(without_titles(passage.shadow), places), teams)
        mentions = tuple(_mentions(document, found, passage.span, passage))
        amounts = quantities(passage)
        read: list[Fact] = [*citations(passage)]
        awards: tuple[Honour, ...] = ()
        if passage.sentence is not None:
            told, awards, running = _told(passage, found, amounts, mentions, running, topic)
            read += told
            if passage.shadow.rstrip()[-1:] != ";":  # 收到申请120件;受理110件: a semicolon keeps the topic
                topic = Topic()
        read += programmes(passage, read)
        read += (one for one in mentions if not any(one.span in title for title in _titles(awards)))
        also, missed = account(passage, amounts, read)
        facts += read
        masks += also
        unread += missed
    facts += _outside(document, Span(done, len(document.text)), places)
    masks += outside(document, Span(done, len(document.text)))
    named, unread = again(facts, unread)
    facts += named
    facts.sort(key=lambda fact: (fact.span.start, fact.span.end, type(fact).__name__, fact.rule))
    facts = in_full(document, once(facts))
    decided, fired = corrected(document, facts, corrections() if decisions is None else decisions)
    return Reading(
        document=document,
        outline=outline,
        sentences=sentences,
        facts=decided,
        masks=tuple(sorted(masks, key=lambda mask: (mask.span, mask.why))),
        unread=tuple(unread),
        corrections=fired,
    )


def _is_undated(document: Document, sentences: tuple[Sentence, ...]) -> bool:
    """Whether nothing that is printed says that an excerpt looks back: no year, no past, no figure."""
    year = document.meta.evidence.get("period_year")
    if document.genre.name == "annual-report" or (year and year.basis in ("text", "page")):
        return False
    return not any(_PAST.search(document.shadow, sentence.span.start, sentence.span.end) for sentence in sentences)


def without_titles(shadow: str) -> str:
    """The text with every 《title》 blanked, same length: a body inside one is not named.

    >>> without_titles("按《县政府规则》办").replace(chr(0), "_")
    '按_______办'
    """
    return _TITLES.sub(lambda match: "\0" * len(match[0]), shadow)


def _told(
    passage: Passage,
    found: tuple[Found, ...],
    amounts: tuple[Quantity, ...],
    mentions: tuple[Mention, ...],
    running: Running,
    topic: Topic,
) -> tuple[list[Fact], tuple[Honour, ...], Running]:
    """What one sentence tells: figures and honours, then actions, then types; who acts comes last."""
    explains = passage.document.genre.name in EXPLAINING
    counted = () if explains else figures(passage, amounts, topic)
    awards = () if explains else honours(passage, amounts, mentions)
    tabled = passage.grid is not None and passage.grid.counts(passage.span)
    said = () if tabled else predicates(passage.shadow, found)
    done = actions(passage, said)
    types, running = statements(passage, done, counted, awards, running, _aims(passage, said))
    kinds = {statement.kind for statement in types}
    if "problem" in kinds:
        done = ()
    stated = involvements(passage, said, found) if "problem" not in kinds else ()
    stated = tuple(one for one in stated if not any(one.span in title for title in _titles(awards)))
    inferred = implied(passage, done, stated) if kinds & {"measure", "plan"} else ()
    return [*counted, *awards, *types, *done, *stated, *inferred], awards, running


def _titles(awards: Iterable[Honour]) -> tuple[Span, ...]:
    """Where names of awards stand: a body inside one is not named, and has no part in what is told."""
    return tuple(award.span for award in awards if award.rule == "honour.award")


def _aims(passage: Passage, said: tuple[Predicate, ...]) -> tuple[Span, ...]:
    """Where figures are no results: from 确保 on, up to the next clause that says what was done; clauses on what it was for."""
    found = []
    for n, one in enumerate(said):
        if one.verb_kind == "purpose":
            later = (p.start for p in said[n + 1 :] if p.verb and not p.subject and p.rule in _DONE)
            found.append(passage.at(one.start, next(later, len(passage.shadow))))
        elif not one.verb and not one.subject and any(frame.word in _ABOUT for frame in one.frames):
            found.append(passage.at(one.start, one.end))  # 对照上级部署的6项任务, 细化措施
    return tuple(found)


def _outside(document: Document, span: Span, places: Gazetteer) -> Iterator[Mention | Citation]:
    """The bodies named in title lines, sign-offs and page furniture, and the documents named in titles."""
    if span.start < span.end:
        found = bodies(without_titles(document.shadow[span.start : span.end]), places)
        yield from _mentions(document, found, span, None)
    if "《" in document.shadow[span.start : span.end]:
        for block in document.blocks:
            if block.kind != "furniture" and block.span in span and "《" in document.quote(block.span):
                yield from citations(passage_of(document, block.span))


def _mentions(document: Document, found: Sequence[Found], span: Span, passage: Passage | None) -> Iterator[Mention]:
    heading = passage is not None and passage.sentence is None and passage.section
    for one in found:
        place = Span(span.start + one.start, span.start + one.end)
        yield Mention(
            span=place,
            quote=document.quote(place),
            sentence=passage.order if passage else None,
            rule=one.rule,
            confidence=one.confidence,
            flags=one.flags,
            name=one.name,
            body_kind=one.kind,
            level=one.level,
            section=heading.key if heading else None,
        )
