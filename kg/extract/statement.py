"""Statements: what each sentence states: a goal, measure, plan, result, problem, or background. The section's role goes first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.corpus.document import Span
from kg.extract.fact import Action, Figure, Honour, Statement, StatementKind
from kg.extract.passage import Passage
from kg.lexicon import Rule, pattern, rules, table

ORDER: tuple[StatementKind, ...] = ("goal", "measure", "plan", "result", "problem", "background")
EXPLAINING = frozenset(("interpretation", "news", "yearbook", "article"))
"""Genres that tell of a report: what they say of measures is the report's, not theirs."""

_END_STATE = pattern("statement.end-state")
_WEAK = pattern("statement.weak")
_NUMBERED = pattern("statement.numbered")
_MADE = pattern("statement.made")
_QUOTED = re.compile("“[^“”]*”")
_GENERAL = pattern("statement.general")
_LEADING = pattern("statement.leading")
CASELOAD = table("caseload_verbs", "verb", "object", key=2)


@dataclass(frozen=True, slots=True)
class Running:
    """What the sentences before have set: a paragraph of shortcomings, or 下一步, holds until the section ends."""

    section: str | None = None
    kind: StatementKind | None = None
    undated: bool = False
    """Of the whole report: it has no role for any section, no year, no figure: then it is an excerpt that plans."""


def statements(
    passage: Passage,
    actions: tuple[Action, ...],
    figures: tuple[Figure, ...],
    honours: tuple[Honour, ...],
    running: Running,
    aims: tuple[Span, ...] = (),
) -> tuple[tuple[Statement, ...], Running]:
    """The types of one sentence, in a fixed order, and what the next one is to know.

    `actions` are those that the sentence would have in a section of measures: a problem has none in the end. In `aims`
    the sentence tells its end (确保…): a figure there is no result.
    """
    section = passage.section.key if passage.section else None
    if running.section != section:
        running = Running(section, undated=running.undated)
    cues = tuple(_cues(passage.shadow))
    if running.kind == "problem" and not any(rule.fields["kind"] == "problem" for rule in cues) and _turns(passage):
        running = replace(running, kind=None)
    kinds = dict(_kinds(passage, actions, figures, honours, cues, running, aims))
    if "problem" in kinds and passage.role != "problem":
        running = replace(running, kind="problem")
    elif "plan" in kinds and passage.role != "plan":
        running = replace(running, kind="plan")
    return tuple(_statement(passage, kind, kinds[kind]) for kind in ORDER if kind in kinds), running


def _turns(passage: Passage) -> bool:
    """Whether a paragraph begins here that goes on with something else than shortcomings: none is numbered or said to be weak."""
    words = passage.shadow.lstrip()
    start = passage.span.start + len(passage.shadow) - len(words)
    begins = passage.document.shadow[max(0, start - 9) : start].rstrip(" ").endswith("\n")
    return begins and not _WEAK.search(words) and not _NUMBERED.match(words)


def overlong(passage: Passage) -> tuple[Statement, ...]:
    """A sentence that is too long to be one states nothing that could be told."""
    return (_statement(passage, "background", "statement.overlong"),) if passage.sentence else ()


def _statement(passage: Passage, kind: StatementKind, rule: str) -> Statement:
    general = (
        _GENERAL.match(passage.shadow) if kind == "problem" else kind == "plan" and _LEADING.search(passage.shadow)
    )
    return Statement(
        span=passage.span,
        quote=passage.text,
        sentence=passage.order,
        rule=rule,
        confidence=0.9 if rule.startswith("statement.section") else 0.8,
        flags=("general",) if general else (),
        kind=kind,
    )


def _cues(shadow: str) -> Iterator[Rule]:
    """The rules that a sentence meets; an aim inside quotation marks is a name or a theme: “全力打造标杆”培训."""
    for rule in rules("statement"):
        if next(rule.matches(shadow), None) and (
            rule.fields["kind"] != "goal" or next(rule.matches(_unquoted(shadow)), None)
        ):
            yield rule


def _unquoted(shadow: str) -> str:
    """A sentence without what its quotation marks hold."""
    return _QUOTED.sub(lambda quoted: "“" + "\0" * (len(quoted[0]) - 2) + "”", shadow)


def _kinds(
    passage: Passage,
    actions: tuple[Action, ...],
    figures: tuple[Figure, ...],
    honours: tuple[Honour, ...],
    cues: tuple[Rule, ...],
    running: Running,
    aims: tuple[Span, ...],
) -> Iterator[tuple[StatementKind, str]]:
    said = {rule.fields["kind"]: rule.id for rule in reversed(cues)}
    if passage.document.genre.name in EXPLAINING:
        yield "background", "statement.genre"
        return
    if passage.role == "other":  # what the words of a report mean, told at its end
        yield "background", "statement.section-other"
        return
    if said.get("background") == "statement.vocative":
        yield "background", said["background"]
        return
    told = _results(tuple(figure for figure in figures if not any(figure.span in aim for aim in aims)), honours, said)
    planned = passage.role == "plan" or "plan" in said or running.kind == "plan"
    if passage.role == "problem" and not ("plan" in said or running.kind == "plan"):
        yield "problem", "statement.section-problem"
        if "problem" in said and "result" in said and "但" in passage.shadow:
            yield "result", said["result"]
        return
    if ("problem" in said or running.kind == "problem") and not planned:
        yield "problem", said.get("problem", "statement.running-problem")
        if "result" in said and "但" in passage.shadow:
            yield "result", said["result"]
        return
    if planned:
        yield "plan", said.get("plan", "statement.section-plan" if passage.role == "plan" else "statement.running-plan")
        if "goal" in said:
            yield "goal", said["goal"]
        elif _END_STATE.search(passage.shadow):
            yield "goal", "statement.planned-end"
        return
    if running.undated and actions:
        yield "plan", "statement.undated"
        if "goal" in said:
            yield "goal", said["goal"]
        return
    if "background" in said and not actions:
        yield "background", said["background"]
        return
    if "goal" in said:
        yield "goal", said["goal"]
    # 创建示范村9个 is work done, 创成“省级示范村” an honour got
    deeds = [one for one in actions if one.rule != "action.award" or (not honours and _MADE.match(one.verb))]
    if deeds and not (told and all(_is_caseload(action) for action in deeds)):
        yield "measure", "statement.section-measure"
    if told:
        yield "result", told
    if not deeds and not told and "goal" not in said:  # 把 W 列为重点 reads like an award and is none
        yield ("measure", "statement.section-measure") if actions else ("background", "statement.nothing")


def _is_caseload(action: Action) -> bool:
    return any(action.verb == verb and (not thing or thing in action.object) for verb, thing in CASELOAD)


def _results(figures: tuple[Figure, ...], honours: tuple[Honour, ...], said: dict[str, str]) -> str:
    """The rule by which a sentence reports a result; empty when it does not."""
    if any("scope" not in figure.flags for figure in figures):
        return "statement.figure"
    if any(honour.rule != "honour.first" for honour in honours):  # 全省首支… is no result by itself
        return "statement.honour"
    return said.get("result", "")
