"""Involvements: which part the bodies named in a sentence have in what it states; and who is implied when nobody is named."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kg.extract.body import Found
from kg.extract.boundary import SITTING, SWEPT, heads
from kg.extract.done_to import is_count
from kg.extract.fact import Action, ActorRole, Involvement
from kg.extract.founding import HOUSING, LEADING, appoints, houses, set_up
from kg.extract.partaking import ESTEEM, capability, held, passed_by, praised, reported_to, required
from kg.extract.passage import Passage
from kg.extract.predicate import Predicate
from kg.extract.standing import apart, listed, subjects
from kg.extract.unit import Clause, Frame, Unit
from kg.extract.words import either, words_of
from kg.lexicon import pattern, table

STRENGTH: tuple[ActorRole, ...] = ("lead", "grantor", "recipient", "partner", "target")
GIVES: dict[str, set[str]] = {}
for _verb, _gives in table("role_verbs", "verb", "gives", key=2):
    GIVES.setdefault(_verb, set()).add(_gives)
CONVENING, FOUNDED = (
    tuple(sorted(verb for verb, gives in GIVES.items() if part in gives)) for part in ("lead", "set-up")
)
GRANTING = words_of("granting")
DOUBTFUL = words_of("doubtful-award")
_ACCEPTED = "involvement.accepted"
"""接受县人大监督: a body of a place; 人大监督 alone is a kind of supervision, as 社会监督 is."""
_WHOLE = pattern("deed.whole")
PASSING = words_of("passing")
SUPERVISING = tuple(sorted(words_of("supervising")))
SITED, HELPING = map(words_of, ("sited", "helping"))
GIVING = {*words_of("giving"), "给予"}
EQUIPPING = words_of("equipping")
ATTENDING, CAUSING, STRIVING = map(words_of, ("attending", "causing", "striving"))
STAGING, STUDYING = map(words_of, ("staging", "studying"))
TEACHING, TAUGHT = words_of("teaching"), tuple(sorted(words_of("taught")))
MODEL = re.compile(either(words_of("model")))
ROLES_BY_FRAME: dict[str, ActorRole] = {"agent": "lead", "target": "target", "partner": "partner"}


def involvements(
    passage: Passage, predicates: tuple[Predicate, ...], found: tuple[Found, ...]
) -> tuple[Involvement, ...]:
    """One role per body and sentence, the strongest: lead, grantor, recipient, partner, target."""
    names = {one.start: one for one in found}
    best: dict[str, tuple[int, Found, ActorRole, str]] = {}
    for n, one in enumerate(predicates):
        for unit, role, rule in (*_roles(one, predicates[:n], predicates[n + 1 :]), *_topic(one, predicates[n + 1 :])):
            body = names.get(unit.start)
            if body is None or (rule == _ACCEPTED and body.level is None):
                continue
            rank = STRENGTH.index(role)
            if body.name not in best or rank < best[body.name][0]:
                best[body.name] = (rank, body, role, rule)
    result = []
    for _, body, role, rule in best.values():
        span = passage.at(body.start, body.end)
        result.append(
            Involvement(
                span=span,
                quote=passage.document.quote(span),
                sentence=passage.order,
                rule=rule,
                confidence=round(0.8 * body.confidence, 2),
                body=body.name,
                role=role,
            )
        )
    return tuple(sorted(result, key=lambda fact: fact.span))


def implied(passage: Passage, actions: tuple[Action, ...], stated: tuple[Involvement, ...]) -> tuple[Involvement, ...]:
    """The reporting body as the lead that nobody named: inferred, never stated."""
    issuer = passage.document.meta.issuer
    if not issuer or not actions or any(one.role == "lead" for one in stated):
        return ()
    first = actions[0]
    return tuple(
        Involvement(
            span=first.span,
            quote=first.quote,
            sentence=passage.order,
            rule="involvement.implied-issuer",
            confidence=0.5,
            flags=("inferred",),
            body=name,
            role="lead",
            basis="inferred",
        )
        for name in issuer.split("、")
    )


def _roles(
    one: Predicate, earlier: tuple[Predicate, ...], later: tuple[Predicate, ...]
) -> Iterator[tuple[Unit, ActorRole, str]]:
    gives = _parts_given(one.verb)
    award = "award" in gives and (one.verb not in DOUBTFUL or any(MODEL.search(u.word) for u in one.units))
    if (one.verb or one.verb_kind == "guided") and not one.object.startswith("以下"):
        praises = one.verb == "评价" and any(unit.word == "高度" for unit in one.units)  # 给予高度评价
        praises = praises or (one.verb in GIVING and one.object.endswith(ESTEEM))  # 予以充分肯定
        role: ActorRole = "grantor" if praises else "lead" if not award else "grantor" if _grants(one) else "recipient"
        for unit in subjects(one.subject, officers=role == "grantor"):  # 省委书记给予充分肯定
            yield unit, role, f"involvement.subject-{role}"
    if one.verb_kind == "helping":
        for unit in subjects(one.subject):
            yield unit, "partner", "involvement.helping"
        for frame in one.frames:
            for unit in frame.units:
                if frame.kind == "agent" and unit.kind == "body":
                    yield unit, "lead", "involvement.agent"
    for frame in _shared(one.frames):
        bodies = [unit for unit in frame.units if unit.kind == "body" and not apart(unit, frame.units)]
        if frame.kind == "passive":
            esteemed = one.verb.endswith(ESTEEM) or (
                not one.verb and any(unit.word.endswith(ESTEEM) for unit in frame.units[-1:])
            )
            for unit in bodies:
                yield unit, "grantor" if award or esteemed else "lead", "involvement.passive"
        elif frame.kind == "recipient" and frame.word == "向" and one.verb:
            for unit in bodies:
                yield unit, "recipient", "involvement.to"
        elif frame.kind == "recipient" and frame.word == "为" and one.verb in EQUIPPING:  # 为各村聘请法律顾问
            for unit in bodies:
                yield unit, "target", "involvement.for"
        elif frame.kind == "place" and one.verb and not any("领导" in unit.word for unit in frame.units):
            last = next((unit for unit in reversed(frame.units) if unit.kind != "adverb"), None)
            for unit in bodies if last and last.kind == "body" else ():
                yield unit, "target", "involvement.in"
        elif frame.kind in ROLES_BY_FRAME and (
            one.verb or (frame.kind == "partner" and (any(x.verb for x in later) or one.units[-2:][0].kind == "number"))
        ):  # 与县公安局联合执法48次
            for unit in bodies:
                yield unit, ROLES_BY_FRAME[frame.kind], f"involvement.{frame.kind}"
        elif frame.kind == "agent" and frame.units and frame.units[-1].word in LEADING:  # 由办公室具体执行
            for unit in bodies:
                yield unit, "lead", "involvement.agent"
        elif frame.kind == "manner":
            yield from capability(frame.units)
            if frame.word in PASSING:  # 经县委常委会会议等 | 审议
                yield from passed_by((*frame.units, *(unit for unit in one.units if unit.word == one.verb)))
            if one.verb and bodies and frame.word == "以" and frame.units[-1].word == "名义":
                yield bodies[-1], "lead", "involvement.in-name-of"
    yield from _object_roles(one, gives, award)
    if "set-up" in gives:
        led = any(True for other in (*earlier, one) for _ in subjects(other.subject))
        yield from set_up(one, later, led=led)
    yield from reported_to(one.units)
    yield from required(one.units)
    yield from praised(one.units)
    for n, unit in enumerate(one.units[:-1]):
        if unit.word == "已经" and one.units[n + 1].kind == "body":  # 方案已经县委同意
            yield from passed_by(one.units[n + 1 :])


def _shared(frames: tuple[Frame, ...]) -> Iterator[Frame]:
    """The frames of a predicate; 被 A 和 B 授予 names B as it names A."""
    last = None
    for frame in frames:
        joins = last and last.kind in ("passive", "agent", "recipient") and frame.word in ("和", "与", "及")
        last = replace(frame, kind=last.kind, word=last.word) if last and joins else frame
        yield last


@cache
def _parts_given(verb: str) -> frozenset[str]:
    """What a verb, or one of those that it is made of, makes of a body: 引导鼓励 W as 引导 W."""
    if verb not in GIVES and verb.endswith(FOUNDED):  # 支持设立 W, which is not yet there to be supported
        return frozenset()
    parts = (part for part, of in GIVES.items() if "target" in of)
    made_of = {"target"} if any(verb.startswith(part) or verb.endswith(part) for part in parts) else set()
    if verb.endswith(CONVENING):  # 提请召开
        made_of.add("lead")
    return frozenset(GIVES.get(verb) or made_of)


def _grants(one: Predicate) -> bool:
    """Whether the subject gives the award: 省司法厅通报表扬县司法局, not 县司法局被通报表扬."""
    return one.verb in GRANTING and not any(frame.kind == "passive" for frame in one.frames)


def _topic(one: Predicate, later: tuple[Predicate, ...]) -> Iterator[tuple[Unit, ActorRole, str]]:
    """镇执法大队现有人员11名,全年办理案件46件: the subject of a state acts in the next clause that has none."""
    if one.verb or one.verb_kind == "helping":
        return
    following = next((other for other in later if other.verb or other.subject), None)
    goes_on = following is not None and following.verb and not following.subject
    if houses(one):  # 领导小组下设办公室, 负责日常工作
        housed = next(n for n, unit in enumerate(one.units) if unit.word in HOUSING)
        for unit in one.units[housed + 1 : housed + 3] if goes_on else ():
            if unit.kind == "body":
                yield unit, "lead", "involvement.set-up"
        return
    if not one.subject:
        return
    last = next(
        (u for u in reversed(one.subject) if u.kind != "adverb" and u.word != "、" and u.word not in STRIVING),
        one.subject[-1],
    )
    charged = (
        goes_on and following is not None and following.verb.endswith(tuple(LEADING))
    )  # 办公室设在县司法局,负责协调
    if one.units[-1].word in ("后", "前", "时") or (not charged and any(unit.word in SITED for unit in one.units)):
        return  # 班子换届后, 办公室设在县司法局
    if last.kind not in ("body", "bracket") and not last.word.endswith(SITTING):
        return
    if appoints(one, last.end):
        return
    if following and goes_on:
        award = "award" in _parts_given(following.verb) and following.verb not in DOUBTFUL | GRANTING
        for unit in subjects(one.subject):
            yield unit, "recipient" if award else "lead", "involvement.topic"


def _does(units: Clause, at: int) -> bool:
    """推动各部门出台细则: whether a verb that is no noun stands at `at`, after 全部 or an adverb."""
    at = next(
        (n for n in range(at, len(units)) if units[n].kind != "adverb" and units[n].word not in SWEPT), len(units)
    )
    how = 0 < at < len(units) and units[at].is_verb and units[at - 1].kind == "adverb"  # 推动各部门全面整改
    if how or at + 1 >= len(units):
        return how
    # 推动各部门落实责任, but not 推动各部门改革任务落实
    has = units[at].kind == "noun-verb" and units[at + 1].kind in ("word", "title") and not units[-1].is_verb
    return has or heads(units[at]) or units[at].word in ("把", "将")  # 推动各部门把普法列入计划


def _studies(behind: Clause) -> bool:
    """Whether nothing but learning stands behind a body: 会议 | 专题学习2次, but not 学习宪法."""
    said = [u for u in behind if u.kind not in ("adverb", "number") and not is_count(u) and not u.word.endswith("会议")]
    return bool(said) and all(unit.word in STUDYING for unit in said)


def _object_roles(one: Predicate, gives: frozenset[str], award: bool) -> Iterator[tuple[Unit, ActorRole, str]]:
    units = one.object_units if one.rule != "action.subject-verb" else ()
    units = units[1:] if not award and units and units[0].word == "全国" else units
    inner = (unit for unit in units if unit.kind not in ("number", "adverb") and not _WHOLE.fullmatch(unit.word))
    first = next(inner, None)
    if first and first.kind == "quoted":  # 培育“甲”“乙”等 | 调解工作室
        such = next((n for n, unit in enumerate(units) if unit.kind not in ("quoted", "mark")), len(units))
        first = units[such + 1] if such + 1 < len(units) and units[such].word == "等" else first
    bodies = [unit for unit in units if unit.kind == "body"]
    if award and first and first.kind == "body" and (_grants(one) or first is not units[-1]):
        yield first, "recipient" if _grants(one) else "grantor", "involvement.award-of"
    if "lead" in gives:
        for unit in bodies:
            came = unit.word.endswith("系统") or _WHOLE.fullmatch(units[units.index(unit) - 1].word)
            if not came:  # 召开全市教育系统会议: who came, not who met
                yield unit, "lead", "involvement.meeting-of"
    caused = [*listed(units, first)] if one.verb in CAUSING and first and first.kind == "body" else []
    causes = bool(caused) and _does(units, units.index(caused[-1]) + 1)
    behind_first = units[units.index(first) + 1 :][:1] if first else ()
    theirs = one.rule == "action.ba" and any(unit.kind == "of" for unit in behind_first)  # 将党中央的部署落实到基层
    studies = first is not None and one.verb in STAGING and _studies(units[units.index(first) + 1 :])
    if studies and first and first.kind == "body":  # 开展县政府常务会议学法6次
        yield first, "lead", "involvement.studies"
    elif ("target" in gives or causes) and first and first.kind == "body" and not theirs:
        for unit in listed(units, first):
            yield unit, "target", "involvement.object"
    if "recipient" in gives:
        behind = (
            [unit for unit in one.units if unit.kind == "body" and unit.start >= one.span[1]]
            if one.rule == "action.ba"
            else []
        )
        if one.rule != "action.ba" and first and first.kind == "body":
            behind = [*listed(units, first)] if one.verb == "提请" else [first]
        for unit in behind:
            yield unit, "recipient", "involvement.moved-to"
    if "partner" in gives and first and first.kind == "body":  # 邀请县委党校教授授课
        yield from ((unit, "partner", "involvement.invited") for unit in listed(units, first))
    if one.verb in HELPING and first and first is units[-1] and first.kind == "body":  # 全力配合县法院
        yield first, "partner", "involvement.helped"
    if "capability" in gives:
        yield from capability(units)
    if one.verb in TEACHING and first and first.kind == "body" and units[-1].word.endswith(TAUGHT):
        yield from ((unit, "target", "involvement.taught") for unit in listed(units, first))
    if one.verb in ATTENDING or any(unit.word in ATTENDING for unit in units):
        yield from held(units)
    if one.verb.startswith(("接受", "配合", "通过")):
        for n, unit in enumerate(units[:-1]):
            if unit.kind == "body" and units[n + 1].word == "开展":
                yield unit, "lead", "involvement.supervision-by"
            elif unit.kind == "body" and any(later.word.endswith(SUPERVISING) for later in units[n + 1 :]):
                yield unit, "lead", _ACCEPTED
