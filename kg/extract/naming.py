"""Names: what a figure measures, as the shortest phrase that is understood outside its sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.extract.amount import Quantity
from kg.extract.comparison import CHANGES
from kg.extract.passage import Passage
from kg.extract.phrase import (
    ACTS,
    CUTS,
    NOUN_VERBS,
    Word,
    Words,
    bare_verbs,
    clause,
    ends_as,
    generic,
    noun_phrase,
    object_of,
    parts,
    shortened,
    text,
    trimmed,
    verb_at,
    words,
)
from kg.lexicon import table

_NOUNS = {unit: noun for unit, _, _, _, noun in table("units", "unit", "base", "scale", "class", "noun") if noun}
_TIMES = frozenset(("次", "轮", "期", "场", "年", "元", "美元", "分"))
_FRAMES = frozenset("在 对 将 把 由 向 给 从 与 为 会同 组织 指导 督促 让 使 推动 覆盖".split())  # noqa: SIM905
_MOVES = ("将", "把")
_COMPARED = re.compile(r"同比|环比|[较比](?:上|去|前|\0|20)|上年|去年")
_THAN = re.compile("^(?:较|比|同比|相比)+(?:上一?|去|前)?年?度?(?:同期)?")
_BESIDE = re.compile("低于|高于|优于|超出|超过|多于|少于")
_CONTEST = re.compile(
    r"在([^,;。]{2,24}?(?:评[估价比选]|考[核评]|测评|督[查察]|比武|竞赛|大赛|活动|检查|排名))(?:活动)?[中内]"
)
_LEVEL = re.compile("^(?:国家级|[省市县区镇乡村]级)$")
_ALL = re.compile("^(?:各类|各种|各项|各|全部|所有)")
_IN_A_REVIEW = re.compile("中(?=综合?得?(?:得分|排名|评分|成绩)|得分|排名)")
_JOINTS = ("、", "和", "及", "以及", "与")
_SERIES = re.compile(r"[、,和及与以]{0,2}(?:\([^()]*\))?")


@dataclass(slots=True)
class Topic:
    """What the figures of a sentence have been about so far."""

    verb: str = ""
    object: str = ""
    by_unit: dict[str, str] = field(default_factory=dict)
    """The last object that was counted in a unit: 受理58件, 举办培训2期, 审结55件."""
    name: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a figure, the words that it was cut from, and how sure it is."""

    name: str
    raw: str
    rule: str
    sure: float = 1.0
    scope: bool = False


@dataclass(slots=True)
class Namer:
    """Names the figures of one sentence in order; each may lean on those before it."""

    passage: Passage
    found: Sequence[Quantity]
    skipped: Sequence[Quantity]
    topic: Topic = field(default_factory=Topic)
    used: int = 0
    """Up to where the words right of the last figure belong to its name."""
    given: list[str] = field(default_factory=list)
    """The names given so far, one for each quantity."""
    running: tuple[Quantity, ...] = field(init=False)
    """Years that something went on (连续三年): no figure's words end at them."""
    frame: str = ""
    """The frame of the last figure, which holds for the list that it begins: 对9个部门、6个乡镇开展督察."""

    def __post_init__(self) -> None:
        before = self.passage.shadow
        self.running = tuple(
            quantity
            for quantity in self.found
            if quantity.unit_class == "time" and before[: self.passage.inside(quantity.span)[0]].endswith("连续")
        )

    def names(self) -> list[tuple[Name, ...]]:
        """One or more names for each quantity: a figure that holds for a list of rates has a name for each."""
        named: dict[int, tuple[Name, ...]] = {}
        for index in range(len(self.found)):
            if index not in named:
                named.update(self._series(index) or {index: self._names(index)})
            self.given.append(named[index][-1].name)
        return [named[index] for index in range(len(self.found))]

    # --- several names ------------------------------------------------------------------------------------------------

    def _series(self, index: int) -> dict[int, tuple[Name, ...]]:
        """受理、审结分别为120件、98件: subjects and values in the same order."""
        left = self._left(index)
        at = next((i for i, word in enumerate(left) if word.word.startswith("分别")), None)
        if at is None:
            return {}
        subjects, predicate, run = parts(trimmed(left[:at])), text(trimmed(left[at + 1 :])), self._run(index)
        said = [text(object_of(subject)) for subject in subjects]
        if len(said) == 1 and ends_as("bare", said[0]) and len(run) <= len(self.given):  # 占比分别为26%、74%
            said = [re.sub("数$", "", name) + said[0] for name in self.given[-len(run) :]]
        elif len(said) == 1:  # 城乡居民收入分别增长4.4%、5.6%: two values of one name
            said = said * len(run)
        else:
            shared = self._shared(subjects)
            said = [one + predicate + (shared if one is not said[-1] else "") for one in said]
        if len(run) < 2 or len(said) != len(run):
            return {}
        first = self.found[index]
        return {
            place: (
                self._name(one + self._suffix_of(self.found[place], first, one), first, "figure.respectively", 0.8),
            )
            for place, one in zip(run, said, strict=True)
        }

    def _shared(self, subjects: list[Words]) -> str:
        """What the last of a list says for all: 调解、排查纠纷量分别为 …, 甲产业、乙产业增加值分别增长 …."""
        last = subjects[-1] if subjects else ()
        if len(last) < 2 or subjects[0] is last:
            return ""
        if bare_verbs(subjects[0]):
            return text(object_of(last[(verb_at(last) or 0) + 1 :]))
        tail = last[-1].word
        return tail if ends_as("rate", tail) or ends_as("money", tail) else ""

    def _suffix_of(self, quantity: Quantity, first: Quantity, said: str) -> str:
        """Of the values of a list all are changes when the first is one: 分别增长6.8%、12.3%."""
        if first.kind == "change" and first.change in CHANGES:
            return CHANGES[first.change][1]
        return _suffix(quantity, said)

    def _run(self, index: int) -> list[int]:
        """The quantities that follow one another from `index` with nothing but 、 between them."""
        run = [index]
        for following in range(index + 1, len(self.found)):
            _, end = self.passage.inside(self.found[following - 1].span)
            start, _ = self.passage.inside(self.found[following].span)
            if not _SERIES.fullmatch(self.passage.masked[end:start]):
                break
            run.append(following)
        return run

    def _names(self, index: int) -> tuple[Name, ...]:
        quantity, left = self.found[index], self._left(index)
        phrase = trimmed(left)
        if quantity.unit_class in ("rate", "rank") and quantity.kind != "change":
            listed = [part for part in parts(phrase) if part]
            if len(listed) > 1 and all(ends_as("rate", text(part)) for part in listed):
                return tuple(self._rate_or_rank(quantity, part) for part in listed)
        name = self._one(index, quantity, left, phrase)
        return (name,)

    # --- one name -----------------------------------------------------------------------------------------------------

    def _one(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        if "verbal" in quantity.flags:
            return self._nought(quantity, phrase)
        if quantity.unit_class == "time" and any(word.word == "连续" for word in left[-2:]):
            return self._years(index, quantity, phrase)
        if quantity.kind == "change":
            return self._change(quantity, left, phrase)
        if quantity.unit_class in ("rate", "rank", "ratio"):
            return self._share(quantity, left, phrase) or self._rate_or_rank(quantity, phrase, index)
        return self._count(index, quantity, left, phrase)

    def _years(self, index: int, quantity: Quantity, phrase: Words) -> Name:
        """连续13年只减不增."""
        _, high = clause(self.passage, *self.passage.inside(quantity.span))
        _, end = self.passage.inside(quantity.span)
        said = self.passage.text[end : min(high, end + 14)].lstrip("的")
        return self._name(f"{text(_tail(phrase))}连续{said}年数", quantity, "figure.years-running")

    def _nought(self, quantity: Quantity, phrase: Words) -> Name:
        """零投诉, 案件零发生: what did not happen."""
        start, end = self.passage.inside(quantity.span)
        event = re.sub("^(?:零|无一例?)|发生$", "", self.passage.text[start:end])
        return self._name(f"{text(_tail(phrase))}{event}数", quantity, "figure.nought", 0.8)

    def _change(self, quantity: Quantity, left: Words, phrase: Words) -> Name:
        """What changed and how it is called: 同比增幅, 压缩比例."""
        noun = CHANGES[quantity.change][1] if quantity.change in CHANGES else "增幅"
        before = "".join(word.word for word in left)
        when = "同比" if _COMPARED.search(before) or not phrase else ""
        if quantity.unit_class not in ("rate", "ratio") and quantity.unit not in ("倍", "成", "位"):
            noun = f"{quantity.change}数" if quantity.unit_class != "money" else f"{quantity.change}额"
        changed = text(_tail(phrase)) or self.topic.name
        changed = re.sub("(?:次|人|家|户|条)?数$|金额$", "", changed) if not text(phrase) else changed
        changed = _THAN.sub("", changed) or re.sub("数$|金额$", "", self.topic.name)
        if changed.endswith(quantity.change):
            changed = changed.removesuffix(quantity.change)
        if noun == "增幅" and changed.endswith("增幅"):
            noun = ""
        return self._name(changed + when + noun, quantity, "figure.change")

    def _share(self, quantity: Quantity, left: Words, phrase: Words) -> Name | None:
        """占43.1%, 约为一审案件的1.4倍: a relation to the figure before."""
        at = next((i for i, word in enumerate(left) if word.word in ("占", "占比", "占到", "占总数")), None)
        base = re.sub("数$", "", self.topic.name)
        if at is not None and not text(trimmed(left[: at + 1])).removesuffix("占"):
            return self._name(f"{base}占比", quantity, "figure.share") if base else None
        if at is not None and left[at].word != "占比":
            subject = text(_tail(trimmed(left[:at])))
            subject = base if subject in ("总数", "数量", "") else subject
            return self._name(f"{subject}占比", quantity, "figure.share")
        if quantity.unit == "倍" and left and left[-1].word == "的" and base:
            return self._name(f"{base}与{text(trimmed(left[:-1]))}之比", quantity, "figure.multiple")
        return None

    def _rate_or_rank(self, quantity: Quantity, phrase: Words, index: int = 0) -> Name:
        said = text(_tail(phrase))
        if quantity.kind == "rank":
            said = re.sub("(?:位列|列|居|排)$", "", said)
            said = said or re.sub("综合得分$|得分$|数$|金额$|人次$", "", self.topic.name) or self._contest(quantity)
            return self._name(said if said.endswith("排名") else f"{said}排名", quantity, "figure.rank", 0.9)
        if not said:
            return self._rate_of_what_follows(quantity, index)
        if _BESIDE.match(said) and self.topic.name:  # 败诉率4.1%,低于全省平均水平2.3个百分点
            return self._name(self.topic.name + said, quantity, "figure.beside")
        if ends_as("bare", said) and self.topic.object and len(said) <= 6:
            said = self._leaned(said)
        elif quantity.unit_class == "rate" and not ends_as("rate", said):
            said += "比例"
        return self._name(said, quantity, "figure.rate")

    def _contest(self, quantity: Quantity) -> str:
        """在第三方评估中,我市位列全国第12名: the contest stands in the clause before."""
        start, _ = self.passage.inside(quantity.span)
        contest = _CONTEST.search(self.passage.shadow, 0, start)
        return self.passage.text[slice(*contest.span(1))] if contest else ""

    def _leaned(self, said: str) -> str:
        """采纳率 of the opinions, 涉及金额 of the disputes: the topic of the nearest figure before."""
        if said.startswith("成功率"):
            return self.topic.verb + said
        if said[:2] in self.topic.object:
            return said
        return said if self.topic.object in said else self.topic.object + said

    def _rate_of_what_follows(self, quantity: Quantity, index: int) -> Name:
        """85%的行政村; with nothing to its left and right a figure is of what the one before was of."""
        after, _ = noun_phrase(trimmed(self._right(index)))
        if after:
            return self._name(text(after) + "占比", quantity, "figure.rate-of", 0.7)
        return self._name(re.sub("数$", "", self.topic.name) + "比例", quantity, "figure.unnamed", 0.4)

    # --- counts -------------------------------------------------------------------------------------------------------

    def _count(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        right = self._right(index)
        after, rest = self._noun_after(quantity, right, index)
        start, _ = self.passage.inside(quantity.span)
        joined = left[-1].word in _JOINTS if left else bool(index) and self.used == start
        listed = bool(left) and left[-1].word in ("等", "的", "等等")
        verb = phrase[-1].word if phrase and (phrase[-1].word in ACTS or _heads(phrase)) else ""
        if not phrase and left and left[-1].word in CHANGES and left[-1].word != "增":  # 增加3个窗口
            verb = left[-1].word
        frame = next((word.word for word in reversed(left[-2:]) if word.word in _FRAMES), "")
        if listed and left[0].word in _FRAMES:
            frame = left[0].word
        if joined and not trimmed(left[:-1]):
            phrase, frame, verb = (), self.frame, self.topic.verb if not self.frame else ""
        closed = bool(phrase) and not verb and verb_at(phrase) is not None
        if after and (joined or listed or not closed) and not (quantity.unit in _TIMES and not verb):
            self.used = after[-1].end
            if verb:
                return self._before(quantity, phrase, after, verb)
            self.frame = frame
            if not phrase or joined or listed or frame:
                return self._subject(index, quantity, after, rest, frame, phrase if listed else ())
            return self._before(quantity, phrase, after, verb)
        self.frame = ""
        if (quantity.unit.endswith("次") or quantity.unit == "轮") and not after and not closed and not verb:
            done = trimmed(right)
            if done and (done[0].word in ACTS | NOUN_VERBS or done[0].tag == "v"):  # 县委常委会3次听取汇报
                self.used = done[-1].end
                return self._name(text(done) + _suffix(quantity, ""), quantity, "figure.times-verb", 0.8)
        return self._after(index, quantity, left, phrase)

    def _is_last(self, index: int) -> bool:
        """Whether no other figure stands in the clause after this one."""
        if index + 1 == len(self.found):
            return True
        _, high = clause(self.passage, *self.passage.inside(self.found[index].span))
        return self.passage.inside(self.found[index + 1].span)[0] >= high

    def _noun_after(self, quantity: Quantity, right: Words, index: int) -> tuple[Words, Words]:
        """The noun that is counted, right of the figure; for 8省(区、市) the unit is the noun."""
        if quantity.unit_class != "thing":
            return noun_phrase(right, closed=self._is_last(index))
        _, end = self.passage.inside(quantity.span)
        start = end - len(quantity.unit)
        if right and right[0].word in ("(", "（"):
            close = next((i for i, word in enumerate(right) if word.word in (")", "）")), 0)
            end, right = right[close].end, right[close + 1 :]
        more, rest = noun_phrase(right, closed=self._is_last(index))
        noun = Word(start, end, self.passage.text[start:end], "n")
        return (noun, *more), rest

    def _subject(self, index: int, quantity: Quantity, after: Words, rest: Words, frame: str, phrase: Words) -> Name:
        """18个乡镇均设立受理点: the count of those that do something; 将299项处罚权下放: of what is moved."""
        noun = text(object_of(after))
        _, high = clause(self.passage, *self.passage.inside(quantity.span))
        following = self._words(after[-1].end, high)
        if frame in _MOVES:
            moves = (word.word for word in following if word.word in ACTS or (word.tag == "v" and len(word.word) > 1))
            verb = next((word for word in moves if word not in NOUN_VERBS), "")
            self._about("", noun, quantity)
            return self._name(verb + noun + _suffix(quantity, noun), quantity, "figure.moved", 0.9, scope=True)
        if phrase and not frame and phrase[0].word in ACTS:  # 深化甲、乙等6个整治项目
            self._about(phrase[0].word, noun, quantity)
            return self._name(phrase[0].word + noun + _suffix(quantity, noun), quantity, "figure.verb-list-noun", 0.8)
        predicate = trimmed(rest)
        if not predicate or rest[0].word in _JOINTS:
            predicate = self._shared_predicate(index)
        at = next((i for i, word in enumerate(predicate) if word.word in ACTS | NOUN_VERBS), None)
        said = text(predicate[at:]) if at is not None else ""
        name = f"{said}的{noun}" if 2 < len(said) <= 14 else noun
        if frame in ("会同", "组织", "指导", "督促", "推动", "覆盖"):
            name = frame + noun
        done = text(object_of(predicate[at + 1 :])) if at is not None else ""
        self._about("", done if quantity.unit_class != "money" and len(done) < 12 and done else noun, quantity)
        return self._name(name + _suffix(quantity, noun), quantity, "figure.subject", 0.8, scope=True)

    def _shared_predicate(self, index: int) -> Words:
        """对9个部门、6个乡镇 | 开展督察: what is said of the last of a list is said of all."""
        run = [index]
        for following in range(index + 1, len(self.found)):
            if clause(self.passage, *self.passage.inside(self.found[following].span)) != clause(
                self.passage, *self.passage.inside(self.found[index].span)
            ):
                break
            run.append(following)
        if len(run) == 1:
            return ()
        _, rest = self._noun_after(self.found[run[-1]], self._right(run[-1]), run[-1])
        return trimmed(rest)

    def _before(self, quantity: Quantity, phrase: Words, after: Words, verb: str) -> Name:
        """组建12个服务团队: verb, figure, noun; 政府建设10项主要指标: noun, figure, noun."""
        noun = text(object_of(after))
        if verb:
            self._about(verb, noun, quantity)
            return self._name(verb + noun + _suffix(quantity, noun), quantity, "figure.verb-noun")
        said = text(_tail(phrase))
        self._about("", noun, quantity)
        return self._name(said + noun + _suffix(quantity, noun), quantity, "figure.noun-noun", 0.8)

    def _after(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        """审查合同31份: verb and noun stand before the figure; either may come from the figure before."""
        if not phrase and left and ends_as("outcome", left[-1].word):  # 继续有效189件
            phrase = tuple(word for word in left[-2:] if re.match(r"\w", word.word))
        if not phrase and left and left[-1].word == "成功":  # as a lead-in 成功 says nothing, alone it is the predicate
            phrase = left[-1:]
        part = next((word for word in left[:2] if word.word in ("其中", "含", "包括", "包含")), None)
        if part and not phrase:  # 其中继续有效38件
            rest = tuple(word for word in left if word.start >= part.end and re.match(r"\w", word.word))
            phrase = rest if len(text(rest)) > 1 else ()
        if not phrase:
            done = "" if left else self._done(index)
            if done:  # 200人参加, 30件办结
                said = done + self.topic.by_unit.get(quantity.unit, "")
                return self._name(said + _suffix(quantity, said), quantity, "figure.done", 0.7)
            counted = next((word.word for word in left if word.word in ("累计", "新增", "现有")), "")
            said = counted + (self.topic.object or re.sub("数$", "", self.topic.name)) or self._done(index)
            return self._name(said + _suffix(quantity, said), quantity, "figure.same-topic", 0.6)
        said = text(phrase)
        if said.endswith("成功"):
            said = (self.topic.verb if said == "成功" else "") + said
            return self._name(
                said + self.topic.object + _suffix(quantity, self.topic.object), quantity, "figure.succeeded"
            )
        if bare_verbs(phrase):
            noun = "" if quantity.unit == "人次" else self.topic.by_unit.get(quantity.unit, "")
            noun = "" if said in noun else noun
            if noun or len(phrase) == 1:
                self.topic.verb = said
            return self._name(said + noun + _suffix(quantity, noun or said), quantity, "figure.verb-alone", 0.8)
        at = verb_at(phrase) if not ends_as("rate", said) or phrase[0].word in ACTS else None
        listed = next((i for i in range(len(phrase) - 2, 0, -1) if phrase[i].word == "等"), None)
        if listed and at is not None:  # 作出撤销、变更等纠错决定: the verb of a list stands before it
            at = next((i for i in range(listed) if phrase[i].word in ACTS), at)
        if any(word.tag == "base" for word in phrase):
            at = None
        if ends_as("bare", said) and self.topic.object and len(said) <= 7:
            said = self._leaned(said)
            return self._name(said + _suffix(quantity, said), quantity, "figure.rate")
        if at is None:
            return self._noun(quantity, phrase, left, part)
        end = at + 1
        while (
            not listed
            and end < len(phrase) - 1
            and (phrase[end].word in ACTS or (phrase[end].word == "、" and phrase[end + 1].word in ACTS | NOUN_VERBS))
        ):
            end += 1
        verb, noun, before = text(phrase[at:end]), text(object_of(phrase[end:])), self.topic.object
        subject = text(trimmed(phrase[:at])) if generic(noun) and at else ""
        if not ends_as("body", subject) or any(word.word in _FRAMES for word in phrase[:at]):
            subject = ""
        if quantity.unit_class != "money" and not ends_as("outcome", noun):
            self._about(verb, noun, quantity)
        if ends_as("outcome", noun) and len(noun) <= 4 and self.given and quantity.unit_class == "count":
            noun += before  # 确认违法4件, 终止3件: of the cases before
        if quantity.unit in ("件", "起", "宗") and ends_as("agent", noun):  # 移送司法机关12件
            noun += "案件"
        return self._name(subject + verb + noun + _suffix(quantity, noun), quantity, "figure.verb-object")

    def _done(self, index: int) -> str:
        """What those who are counted do, where nothing else is said of them."""
        done = trimmed(self._right(index))
        return text(done) if done and done[0].tag in ("v", "vn") and len(text(done)) <= 12 else ""

    def _noun(self, quantity: Quantity, phrase: Words, left: Words, part: Word | None) -> Name:
        """A noun phrase without a verb: a part of the figure before, one of a list, or a thing counted by itself."""
        cut = next((i for i in range(len(phrase) - 2, -1, -1) if phrase[i].word in CUTS), None)
        if any(word.tag == "base" for word in phrase):
            cut = None
        said = _IN_A_REVIEW.sub("", text(object_of(phrase if cut is None else phrase[cut + 1 :])))
        joined = bool(left) and left[0].word in ("、", "和", "及", "以及", "与")
        if ends_as("outcome", said) and len(said) <= 6 and self.topic.object:  # 维持52件
            return self._name(said + self.topic.object + _suffix(quantity, said), quantity, "figure.outcome", 0.9)
        if _LEVEL.match(said) and self.topic.object:  # 市级阵地12个、县级46个
            said += re.sub("^(?:国家级|[省市县区镇乡村]级)", "", self.topic.object)
        if part or (joined and self.topic.verb and (self.topic.verb != "其中" or not said.endswith(tuple(NOUN_VERBS)))):
            whole = self.topic.object
            if part or self.topic.verb == "其中":
                more = whole if len(whole) <= 8 and whole not in said and quantity.unit_class == "count" else ""
                self.topic.verb = "其中"
                return self._name(said + more + _suffix(quantity, said + more), quantity, "figure.part", 0.9)
            self._about(self.topic.verb, said, quantity)
            return self._name(self.topic.verb + said + _suffix(quantity, said), quantity, "figure.listed", 0.9)
        if joined and self.topic.object and said.endswith(tuple(NOUN_VERBS)):
            said += self.topic.object if self.topic.object not in said else ""
            return self._name(said + _suffix(quantity, said), quantity, "figure.part", 0.8)
        if quantity.unit_class != "money":
            self._about("涉及" if said.startswith("涉及") else "", said.removeprefix("涉及"), quantity)
        return self._name(said + _suffix(quantity, said), quantity, "figure.noun", 0.9)

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _left(self, index: int) -> Words:
        start, _ = self.passage.inside(self.found[index].span)
        low, _ = clause(self.passage, *self.passage.inside(self.found[index].span))
        for earlier in self.found[:index]:
            if earlier in self.running:
                continue
            _, stop = self.passage.inside(earlier.compared or earlier.span)
            if low < stop <= start:
                low = stop
        return self._words(max(low, min(self.used, start)), start)

    def _right(self, index: int) -> Words:
        _, end = self.passage.inside(self.found[index].span)
        _, high = clause(self.passage, *self.passage.inside(self.found[index].span))
        for later in self.found[index + 1 :]:
            begin, _ = self.passage.inside(later.span)
            if end <= begin < high:
                high = begin
                break
        return self._words(end, high)

    def _words(self, start: int, end: int) -> Words:
        """With quantities that are no figures (连续5年) as words of time."""
        found: list[Word] = []
        for quantity in sorted((*self.skipped, *self.running), key=lambda one: one.span):
            begin, stop = self.passage.inside(quantity.span)
            if start <= begin and stop <= end:
                found += [*words(self.passage, start, begin), Word(begin, stop, self.passage.text[begin:stop], "time")]
                start = stop
        return (*found, *words(self.passage, start, end))

    def _about(self, verb: str, noun: str, quantity: Quantity) -> None:
        self.topic.verb, self.topic.object = verb, _ALL.sub("", noun)
        self.topic.by_unit[quantity.unit] = self.topic.object

    def _name(self, name: str, quantity: Quantity, rule: str, sure: float = 1.0, *, scope: bool = False) -> Name:
        name = shortened(re.sub("^(?:共|已|均|还|也|再|又|了)(?=.{3})", "", name.strip("、，,：:的")))
        start, end = self.passage.inside(quantity.span)
        low, high = clause(self.passage, start, end)
        if quantity.kind != "change":
            self.topic.name = name
        return Name(name, self.passage.text[low:high].strip(), rule, sure, scope)


def _heads(phrase: Words) -> bool:
    """Whether a verb that may be a noun is the verb of a phrase that ends in it: it stands alone, or after an adverb."""
    return phrase[-1].word in NOUN_VERBS and (len(phrase) == 1 or verb_at((*phrase, phrase[-1])) == len(phrase) - 1)


def _tail(phrase: Words) -> Words:
    """The noun phrase at the end of a phrase: what stands after its last verb that is never a noun."""
    at = next((i for i in range(len(phrase) - 1, -1, -1) if phrase[i].word in ACTS and i < len(phrase) - 1), None)
    if at and ends_as("rate", text(phrase)) and len(text(phrase[at + 1 :])) <= 4 and phrase[at - 1].tag.startswith("n"):
        return object_of(phrase)  # 规范性文件报备及时率
    if at is not None and any(word.word == "的" for word in phrase[at:]):  # 聘请法律顾问的行政机关
        return phrase[at:]
    return object_of(phrase if at is None else phrase[at + 1 :])


def _suffix(quantity: Quantity, noun: str) -> str:
    """What a name of a count ends in: 数, 次数, 人次, 金额; nothing where the noun says it."""
    unit = quantity.unit
    if unit.endswith("次") and len(unit) > 1:
        if ends_as("rate", noun):
            return ""
        return "" if noun.endswith(unit) else unit
    if quantity.unit_class == "money":
        return "" if ends_as("money", noun) else "金额"
    if ends_as("rate", noun) or noun.endswith("数"):
        return ""
    if unit in _NOUNS:
        return _NOUNS[unit]
    if unit in ("人", "名") and noun and not ends_as("person", noun):
        return "人数"
    if unit in ("家", "户") and noun and not ends_as("agent", noun):
        return unit + "数"
    if quantity.unit_class == "rate":
        return "比例"
    return "数"
