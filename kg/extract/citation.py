"""Citations: 《》 documents and named lists, their number, kind and relation."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.corpus.document import Document
from kg.extract.amount import one_of
from kg.extract.fact import Citation, Fact, Relation
from kg.extract.mask import closing
from kg.extract.passage import Passage
from kg.lexicon import pattern, rules, table

_KINDS = {ending: kind for ending, kind in table("documents", "ending", "kind")}  # noqa: C416 (rows are open tuples)
_KIND = re.compile(f"({one_of(list(_KINDS))})$")
_TAIL = pattern("citation.tail")
_VERBS = table("refer_verbs", "word", "place", "relation", key=2)
_RELATION: dict[tuple[str, str], Relation] = {(word, place): relation for word, place, relation in _VERBS}  # type: ignore[misc]
_GOVERNS = re.compile(one_of([word for word, place, _ in _VERBS if place == "before"]))
_BY = pattern("citation.by")
_NEW = re.compile("(?<![创重更革])新$")
_AT = one_of([word for word, place, _ in _VERBS if place == "after"])
_AFTER = rf"(?P<verb>(?<!新){_AT})(?!的|{pattern('citation.print').pattern})"
_FOLLOWS = re.compile(rf"[\u4e00-\u9fff\d]{{0,8}}?{_AFTER}")
# 将《…》等法律和行业内相关规定的知识 | 纳入学习: what 将 puts first may be long
_FOLLOWS_FAR = re.compile(rf"[^,;。:]{{0,40}}?{_AFTER}")
_JOINED = pattern("citation.joined")
_NUMBER = pattern("citation.number")
_IN_SHORT = pattern("citation.in-short")
_CLAUSE_END = re.compile("[,;。:!?]")
_AND = re.compile("了?[并、和][\u4e00-\u9fff]{0,2}")
_GOES_ON = ("以及", "及", "和", "与")
_CERTIFICATE = pattern("citation.certificate")
_FOCUS = pattern("citation.focus")
_LESSON = pattern("citation.lesson")
_TAUGHT = ("law", "regulation")
_PLACED = pattern("citation.placed")
_OF_WORK = pattern("citation.of-work")
_OF_PAPER = pattern("citation.of-paper")
_SPREAD = pattern("citation.spread")
_ASIDE = pattern("citation.aside")
_ISSUED_BY = pattern("citation.issued-by")
_THEN_ISSUED = pattern("citation.then-issued")
_BY_WHOM = pattern("citation.by-whom")
_AS_ASKED = pattern("citation.as-asked")
_AS_LESSON = pattern("citation.as-lesson")
_THEN_READ = pattern("citation.then-read")
_CARRIED_OUT = pattern("citation.carried-out")


def citations(passage: Passage) -> tuple[Citation, ...]:
    """Every document named in a passage; a run of titles shares the verb that governs it. In headings relation is None."""
    found = [*_titles(passage), *_lists(passage)]
    return tuple(sorted(found, key=lambda citation: citation.span))


def in_full(document: Document, facts: Iterable[Fact]) -> list[Fact]:
    """Facts in order of their places, each short title with the full one that the report has it stand for.

    《法治政府建设实施纲要》（以下简称《纲要》） holds from there on, until the same short title is given to another.
    """
    short: dict[str, Citation] = {}
    last: Citation | None = None
    told: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Citation):
            if last and _IN_SHORT.fullmatch(document.shadow, last.span.end, fact.span.start):
                short[fact.title] = last
            full = short.get(fact.title)
            last = fact
            if full:
                fact = replace(fact, stands_for=full.document, document_kind=full.document_kind)
        told.append(fact)
    return told


def document_kind(title: str) -> str:
    """Kind by the last word, brackets at the end left off.

    >>> document_kind("法治政府建设实施纲要（2021—2025年）"), document_kind("行政处罚法"), document_kind("执法监督办法(试行)")
    ('outline', 'law', 'measures')
    """
    ending = _KIND.search(_TAIL.sub("", title.replace("（", "(").replace("）", ")")))
    return _KINDS[ending[1]] if ending else "other"


def _titles(passage: Passage) -> Iterator[Citation]:
    shadow = passage.shadow
    places = list(_places(shadow))
    relation: Relation | None = None
    for index, (start, end) in enumerate(places):
        before = shadow[places[index - 1][1] if index else 0 : start]
        if not index or not _runs_on(before):
            last = index
            while last + 1 < len(places) and _runs_on(shadow[places[last][1] : places[last + 1][0]]):
                last += 1
            relation = _governed(before, shadow[places[last][1] :])
            if relation in ("implements", "other") and _FOCUS.search(before):
                kind = document_kind(passage.text[start + 1 : end - 1])
                relation = _in_focus(relation, kind, shadow[places[last][1] :])
        number = _NUMBER.match(shadow, end)
        title = passage.text[start + 1 : end - 1]
        yield Citation(
            span=passage.at(start + 1, end - 1),
            quote=title,
            sentence=passage.order,
            rule="citation.title",
            title=title,
            number=passage.text[slice(*number.span("number"))] if number else None,
            document_kind=document_kind(title),
            relation=_told(relation, title) if passage.sentence else None,
        )


def _in_focus(relation: Relation, kind: str, after: str) -> Relation:
    """围绕《水法》等法规,开展专题培训: a law in the focus of what is learnt or made known in this clause or the next."""
    if lesson := _LESSON.match(after) if kind in _TAUGHT else None:
        return "studies" if lesson["learnt"] else "publicises"
    return relation if kind == "other" else "implements"


def _told(relation: Relation | None, title: str) -> Relation | None:
    """发放《卫生许可证》: who hands it out makes nothing known."""
    return "other" if relation == "publicises" and _CERTIFICATE.search(title) else relation


def _runs_on(between: str) -> bool:
    """Whether a run of titles goes on, with no verb of its own between two: 制定考评《细则》和人员考评《办法》.

    Who issued the second, said in passing, is none: 落实《纲要》和省里印发的《方案》.
    """
    if _ISSUED_BY.fullmatch(between):
        return True
    return bool(_JOINED.fullmatch(between)) and not _GOVERNS.search(between)


def _places(shadow: str) -> Iterator[tuple[int, int]]:
    start = shadow.find("《")
    while start >= 0:
        end = closing(shadow, start)
        if end - start > 2:
            yield start, end
        start = shadow.find("《", max(end, start + 1))


def _governed(before: str, after: str) -> Relation:
    """The relation of the last verb before the titles in their clause; else of the verb after them; else `other`."""
    *earlier, clause = _CLAUSE_END.split(before)
    if earlier and clause in _GOES_ON:  # 学习新思想,以及《…法》
        clause = earlier[-1]
    # 完成合同评估工作和《…》修订工作, 印发学习计划《…》: what says of which kind a work or a paper is governs nothing
    verbs = [verb for verb in _GOVERNS.finditer(clause) if not _OF_WORK.match(clause, verb.end())]
    verbs = [verb for verb in verbs if not _OF_PAPER.match(clause, verb.start())] or verbs
    if len(verbs) > 1 and clause[verbs[-1].end() :] in ("的", "了的"):
        verbs.pop()  # 按照…印发的《规定》: who issued it is said in passing
    elif len(verbs) > 1 and _BY_WHOM.search(clause, verbs[-2].end()) and _AS_ASKED.match(_ASIDE.sub("", after)):
        verbs.pop()  # 根据省政府印发《规定》要求: as above
    verb = verbs[-1] if verbs else None
    if len(verbs) > 1 and _AND.fullmatch(
        clause, verbs[-2].end(), verbs[-1].start()
    ):  # 制定并学习《规则》: what made it
        verb = verbs[-2] if _RELATION[verbs[-2][0], "before"] == "issues" else verb
    placed = _PLACED.search(clause[verb.end() if verb else 0 :])
    after = _CLAUSE_END.split(_ASIDE.sub("", after))[0]
    follows = (_FOLLOWS_FAR if placed or not clause else _FOLLOWS).match(after)
    if placed and (lesson := _AS_LESSON.match(after)):  # 将《…》作为日常学法的材料
        return "studies" if lesson["learnt"] else "publicises"
    # 以《…》宣传为抓手: the verb of the titles stands after them
    new = verb is not None and _NEW.search(
        clause, 0, verb.start()
    )  # 开展新修订《…》宣传: of which text, not what is done
    if follows and (verb is None or placed or new):
        return _RELATION[follows["verb"], "after"]
    relation = _RELATION[verb[0], "before"] if verb else _short(clause)
    if relation == "other" and _CARRIED_OUT.match(after):
        return "implements"  # 保障《…》部署的任务落到实处
    if relation == "publicises" and _THEN_READ.match(after):
        return "studies"  # 向干部发放《…》作为学习读本
    if relation == "issues" and _SPREAD.match(after):
        return "publicises"  # 印发《…》宣传手册: what is printed makes the document known
    return "issues" if relation == "other" and _THEN_ISSUED.match(after) else relation


def _short(clause: str) -> Relation:
    """按《…》, 学《…》: the relation of one character right before the titles; else `other`."""
    verb = _BY.search(clause)
    return "other" if verb is None else "studies" if verb["learnt"] else "implements"


def _lists(passage: Passage) -> Iterator[Citation]:
    """免罚清单2.0版, “跟办清单”: named lists and editions without 《》."""
    if "单" not in passage.shadow and "版" not in passage.shadow and "目录" not in passage.shadow:
        return
    for rule in rules("document"):
        for match in rule.pattern.finditer(passage.shadow):
            start, end = match.span("title")
            if any(mask.why == "title" and mask.span.overlaps(passage.at(start, end)) for mask in passage.masks):
                continue
            title = passage.text[start:end]
            yield Citation(
                span=passage.at(start, end),
                quote=title,
                sentence=passage.order,
                rule=rule.id,
                title=title,
                number=None,
                document_kind="list" if re.search("清单|目录", title) else document_kind(title),
                relation=_governed(passage.shadow[:start].rstrip("“"), "") if passage.sentence else None,
            )
