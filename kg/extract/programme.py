"""Programmes: named schemes, campaigns, platforms, mechanisms and brands, quoted or not."""

import re
from collections.abc import Iterable, Iterator

from kg.corpus.document import Span
from kg.extract.fact import Citation, Fact, Programme, Unread
from kg.extract.passage import Passage
from kg.extract.phrase import ACTS, VERBS, WHOLE, clause, words
from kg.extract.quoted_scheme import quoted
from kg.extract.scheme import ENDING, IN_USE, KNOWN, NOT, SUFFIXES, scheme, widened
from kg.extract.words import cues, either
from kg.lexicon import pattern, rules

_NO_WORKS = re.compile(f"{cues('works')}$")
_FORMER = pattern("programme.former", verb=either(suffix for suffix, (_, need) in SUFFIXES.items() if need == "verb"))
_UNQUOTED = re.compile(either(s for s, (_, need) in SUFFIXES.items() if need != "quote"))
_KNOWN_NAME = re.compile(either(KNOWN))
_REFORMED = pattern("programme.reformed")
_NEWLY = re.compile(cues("new"))
_NEW = re.compile(rf"{cues('new')}[^,;。]{{0,20}}$")
_BUILT = pattern("programme.built")
_HELD = pattern("programme.held")
_SORTS = pattern("programme.sorts")
_COUNTED = pattern("programme.counted")
_AREA = pattern("programme.area")
_BODY = pattern("programme.body")
_KIND_OF_LIST = re.compile('[”"]等[^,;。:、“”]{0,8}$')


def programmes(passage: Passage, others: Iterable[Fact] = ()) -> tuple[Programme, ...]:
    """Every named scheme printed in a passage; titles of documents and names of awards among `others` are none."""
    taken = [fact.span for fact in others if isinstance(fact, Citation) or fact.rule == "honour.award"]
    found: list[Programme] = []
    for programme in (*quoted(passage), *_known(passage), *_unquoted(passage), *_by_rule(passage)):
        if any(span.start <= programme.span.start and programme.span.end <= span.end for span in taken):
            continue
        if not any(programme.span.overlaps(other.span) for other in found):
            found.append(programme)
    return tuple(sorted(found, key=lambda programme: programme.span))


def again(facts: Iterable[Fact], unread: Iterable[Unread]) -> tuple[list[Programme], list[Unread]]:
    """Quoted names that nothing around them tells, but that the report elsewhere prints as a scheme; and what stays unread."""
    kinds = {fact.name: fact.kind for fact in facts if isinstance(fact, Programme)}
    found: list[Programme] = []
    left: list[Unread] = []
    for one in unread:
        name = one.quote[1:-1]
        if one.reason != "quoted" or name not in kinds:
            left.append(one)
            continue
        span = Span(one.span.start + 1, one.span.end - 1)
        rule = "programme.again"
        found.append(
            Programme(
                span=span, quote=name, sentence=one.sentence, rule=rule, confidence=0.6, name=name, kind=kinds[name]
            )
        )
    return found, left


def _known(passage: Passage) -> Iterator[Programme]:
    for match in _KNOWN_NAME.finditer(passage.shadow):
        place = passage.at(*match.span())
        if not any(mask.why == "title" and mask.span.overlaps(place) for mask in passage.masks):
            yield scheme(passage, match.start(), match.end(), KNOWN[match[0]], "programme.known", 0.9)


def _by_rule(passage: Passage) -> Iterator[Programme]:
    for rule in rules("programme"):
        for match in rule.matches(passage.shadow):
            place = passage.at(*match.span("name"))
            if not any(mask.why in ("title", "quoted") and mask.span.overlaps(place) for mask in passage.masks):
                yield scheme(passage, *match.span("name"), rule.fields["kind"], rule.id, 0.7)


def _unquoted(passage: Passage) -> Iterator[Programme]:
    for match in _UNQUOTED.finditer(passage.shadow):
        kind, need = SUFFIXES[match[0]]
        following = passage.shadow[match.end() : match.end() + 2]
        place = passage.at(*match.span())
        if any(mask.why in ("title", "quoted") and mask.span.overlaps(place) for mask in passage.masks):
            continue
        if _KIND_OF_LIST.search(passage.shadow, 0, match.start()):  # “甲”“乙”等专项行动: the kind of those before
            continue
        if re.match("[建性化专领委办机组项中工服派员力治“]|创新", following) and not following.startswith(
            ("工作", "服务")
        ):
            continue
        if _BODY.match(passage.shadow, match.end()):  # 12345热线受理中心
            continue
        if following == "考核" and kind == "system":  # 通过目标责任制考核
            continue
        low, _ = clause(passage, match.start(), match.end())
        start, governed, short = widened(passage, match.start()), None, False
        if kind == "campaign" and need == "noun":
            held = _held(passage.shadow, low, match.start())
            short = held is not None and match[0] == "行动" and passage.shadow[held : match.start()] not in VERBS
            start = held if held is not None and (short or match.start() - held > 2) else start
        start = _AREA.match(passage.shadow, start, match.start()).end()  # type: ignore[union-attr]
        if need in ("verb", "joint"):
            governed = _governed(passage.shadow, low, match.start(), 2 if match[0].endswith("制") else 3)
            start = governed or start
        if passage.shadow[start : match.end()] in NOT or _NO_WORKS.search(passage.shadow, start, match.end()):
            continue
        begins = words(passage, start, match.start())
        if governed and begins and begins[0].word in ACTS - WHOLE:  # 坚持做到责任机制…到位
            continue
        name = passage.shadow[start : match.start()]
        before = passage.shadow[low:start]
        if match[0] == "改革" and not _REFORMED.search(name):
            continue
        if len(name) < (2 if governed or short else 3) or (
            re.search("[、和与及等]$", before) and need != "noun" and not governed
        ):
            continue
        if (
            _COUNTED.match(name)
            or re.search("等[^,;。]{0,3}$|各[项类种]", name)
            or (name.startswith(("重大", "重点")) and before.endswith(("一项", "一个")))  # 作为一项重大民生工程
            or name.startswith(("等", "各项", "相关", "有关", "一系列"))
        ):
            continue
        used = bool(governed or _in_use(passage.shadow, low, start)) and not _NEW.search(before)
        if need in ("verb", "joint") and not used and not (need == "joint" and re.search("共同|联合", before)):
            continue
        if kind in ("mechanism", "system") and (_BUILT.match(name) or (need == "noun" and _NEW.search(before))):
            continue
        yield scheme(passage, start, match.end(), kind, "programme.unquoted", 0.7)


def _held(shadow: str, low: int, end: int) -> int | None:
    """Where the name of a campaign begins that is held: 开展 | 医疗机构依法执业专项行动, behind the campaigns before it."""
    held = [match.end() for match in _HELD.finditer(shadow, low, end)]
    if not held or re.search("[,;:“”的]", shadow[held[-1] : end]):
        return None
    *before, last = re.split("[、和及]", shadow[held[-1] : end])
    name = last if before and ENDING.search(before[-1]) else shadow[held[-1] : end]
    return end - len(name) if 1 < len(name) <= 26 and not _SORTS.match(name) else None


def _governed(shadow: str, low: int, end: int, least: int) -> int | None:
    """Where the name begins that a verb like 落实 governs: right after the verb, when nothing divides them."""
    uses = [match.end() for match in IN_USE.finditer(shadow, low, end) if least <= end - match.end() <= 60]
    # 严格执行: of two verbs side by side the second governs
    whole = [use for use in uses if not re.search("[,;、:“”]", shadow[use:end]) and not IN_USE.match(shadow, use)]
    whole = whole or [start for use in uses if (start := _last_listed(shadow, use, end))]
    if not whole or _only_made(shadow, whole[0]):
        return None
    # 落实责任人职责机制和述法制度: two schemes under one verb
    first = max((match.end() for match in _FORMER.finditer(shadow, whole[0], end)), default=whole[0])
    first += shadow[first : first + 1] in ("了", "好", "的")  # 推行了首问负责制
    return first if end - first >= 2 else None


def _in_use(shadow: str, low: int, start: int) -> bool:
    """Whether a verb right before a name says that the scheme is there: 落实."""
    verb = IN_USE.search(shadow, max(low, start - 12), start)
    return verb is not None and not _only_made(shadow, verb.end())


def _only_made(shadow: str, end: int) -> bool:
    """完善由甲牵头、乙落实 | 的责任机制: whether the verb before `end` tells of a scheme that is only made."""
    return shadow.startswith("的", end) and bool(_NEWLY.search(re.split("[,;:。]", shadow[:end])[-1]))


def _last_listed(shadow: str, start: int, end: int) -> int | None:
    """推行公示制度、记录制度、审核制度: where the last one begins when all before it end as schemes do."""
    *before, last = shadow[start:end].split("、")
    listed = before and all(ENDING.search(one) for one in before) and not re.search("[,;:“”]", shadow[start:end])
    return end - len(last) if listed and len(last) > 2 else None
