"""The predicates of a sentence: what each clause says, piece by piece, and what one takes over from those before it."""

from dataclasses import replace

from kg.extract.body import Found
from kg.extract.done_to import PRONOUNS, sits
from kg.extract.moved import TAKEN_AS
from kg.extract.piece import pieces
from kg.extract.predicate import Predicate, predicate
from kg.extract.unit import COUNT, clauses, lead, without_count

_COUNTING = "0123456789.,—–~-〇零一二三四五六七八九十百千万亿余多约近超逾共达不少于低至"


def predicates(shadow: str, found: tuple[Found, ...] = ()) -> tuple[Predicate, ...]:
    """The predicates of a sentence, in order.

    >>> [(p.verb, p.object, p.rule) for p in predicates("将299项处罚权下放至乡镇,出台审批办法,网办率达97%。")]
    [('下放', '处罚权', 'action.ba'), ('出台', '审批办法', 'action.verb-object'), ('', '', '')]
    """
    result: list[Predicate] = []
    for number, clause in enumerate(clauses(shadow, found)):
        skip = clause[0].start + lead(shadow[clause[0].start : clause[-1].end])
        rest = tuple(unit for unit in clause if unit.start >= skip)
        for piece in pieces(rest):
            if piece[0].word == "其中" or shadow.startswith("其中", clause[0].start):
                result.append(Predicate(start=piece[0].start, end=piece[-1].end, clause=number, units=piece))
                continue
            one = predicate(shadow, piece, number)
            if result and _moves_on(one, result[-1]):  # 将职责分解,落实到各部门
                one = replace(one, object=result[-1].object, rule="action.moved-on")
            elif (
                result and one.rule == "action.ba" and one.object in PRONOUNS and result[-1].object
            ):  # 细化举措,将其纳入要点
                one = replace(one, object=result[-1].object)
            if one.verb and not one.object and not sits(one.subject):
                after_statement = bool(result) and not result[-1].verb and result[-1].verb_kind == "stative"
                last = None if after_statement else next((p for p in reversed(result) if p.object), None)
                one = _with_object(shadow, one, last)
            result.append(one)
    return tuple(result)


def _moves_on(one: Predicate, last: Predicate) -> bool:
    """Whether a verb that only says where to goes on with what the clause before it moved."""
    where_to = one.verb in TAKEN_AS or (one.verb_kind == "move" and one.verb.endswith(("入", "到", "于", "为", "至")))
    return (
        where_to
        and (
            last.rule in ("action.ba", "action.moved-on")
            or (bool(last.object) and any(u.word == "到" for u in last.units))
        )
        and one.rule == "action.verb-object"
        and not one.subject
    )


def _with_object(shadow: str, one: Predicate, last: Predicate | None) -> Predicate:
    """A verb that stands alone takes what the sentence spoke of last, with its own count: 清理文件32件,废止19件.

    Another unit means another thing: in 检查单位30户,立案12件 the object is 12件.
    """
    said = without_count(last.object) if last else ""
    said = "" if COUNT.fullmatch(said) else said  # 取消48项,保留157项
    count = COUNT.search(shadow, one.span[0], one.end)
    if not count:
        return replace(one, object=said, rule="action.bare-verb")
    before = COUNT.search(shadow, last.span[0], last.end) if last else None
    same = before is None or before[0].lstrip(_COUNTING) == count[0].lstrip(_COUNTING)
    return replace(one, object=(said if same else "") + count[0], rule="action.bare-verb")
