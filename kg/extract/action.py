"""Actions: the main verbs of a sentence with what they are done to."""

from collections.abc import Iterator

from kg.extract.fact import Action
from kg.extract.passage import Passage
from kg.extract.predicate import Predicate
from kg.extract.words import words_of
from kg.lexicon import pattern, table

_AWARDS = frozenset(verb for verb, gives in table("role_verbs", "verb", "gives", key=2) if gives == "award")
_GUIDED = pattern("deed.guided")
_WAY = pattern("deed.way")
_DENIED = pattern("deed.denied")
_TREND = pattern("deed.trend")
BRINGING = words_of("bringing-about")
_RESULTS = frozenset(("实现", "达成"))


def actions(passage: Passage, found: tuple[Predicate, ...]) -> tuple[Action, ...]:
    """The actions of a sentence that reports or plans; a sentence on a shortcoming has none."""
    assert passage.sentence is not None
    result: list[Action] = []
    for one in _main(found):
        start, end = one.span
        if _DENIED.search(passage.shadow, 0, start) and passage.shadow.startswith(one.verb, start):
            continue  # 不批准逮捕33人
        span = passage.at(start, end)
        result.append(
            Action(
                span=span,
                quote=passage.document.quote(span),
                sentence=passage.order,
                rule="action.award" if one.verb_kind == "award" or one.verb in _AWARDS else one.rule,
                confidence=_confidence(one),
                verb=one.verb,
                object=_printed(passage, one).strip(),
            )
        )
    return tuple(result)


def _printed(passage: Passage, one: Predicate) -> str:
    """The object with the marks of the text: patterns see half-width ones."""
    at = passage.shadow.find(one.object, min(one.start, one.span[0]))
    at = at if at >= 0 else passage.shadow.find(one.object)
    return passage.text[at : at + len(one.object)] if at >= 0 else one.object


def _main(found: tuple[Predicate, ...]) -> Iterator[Predicate]:
    """Without manner clauses, and without the end state that closes a sentence on what was done (…,实现全覆盖)."""
    stated = [one for one in found if one.verb and one.object]
    clauses = {one.clause for one in found}
    for one in stated:
        if one.verb in _RESULTS and one.clause == max(clauses) and any(other.clause < one.clause for other in stated):
            continue
        if any(unit.word == "如下" for unit in one.units):
            continue
        if one.object.startswith(("以下", "如下")) or (
            one.object == "学" and not any(unit.kind == "body" for unit in one.subject)  # 领导带头学
        ):
            continue
        if _TREND.search(one.object) and one.verb not in BRINGING:  # 查处治安案件数较上年下降
            continue
        if one.verb == "发挥" and _is_manner(one, stated):
            continue
        if one.verb == "走" and not _WAY.search(one.object):  # 走在前列, 走出去
            continue
        if one.verb == "坚持" and _GUIDED.fullmatch(one.object):  # 坚持以…为指导, 坚持在…领导下
            continue
        yield one


def _is_manner(one: Predicate, stated: list[Predicate]) -> bool:
    """充分发挥…作用 is manner where it opens a sentence that goes on to say what was done."""
    return one.object.endswith("优势") or (one is stated[0] and any(other.clause > one.clause for other in stated))


def _confidence(one: Predicate) -> float:
    return {"action.unknown-verb": 0.6, "action.bare-verb": 0.7, "action.subject-verb": 0.7}.get(one.rule, 0.9)
