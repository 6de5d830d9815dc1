"""Counts: the name of a number of things, from the verb and the noun around it or those of the figure before."""

import re
from dataclasses import dataclass

from kg.extract.amount import Quantity
from kg.extract.comparison import CHANGES
from kg.extract.phrase import (
    ACTS,
    CUTS,
    NOUN_VERBS,
    Word,
    Words,
    bare_verbs,
    ends_as,
    generic,
    noun_phrase,
    object_of,
    text,
    trimmed,
    verb_at,
)
from kg.extract.surrounding import Name, Surrounding, suffix, tail
from kg.lexicon import table

_TIMES = frozenset(("次", "轮", "期", "场", "年", "元", "美元", "分"))
_FRAMES = frozenset(word for word, place in table("name_edges", "word", "place", key=2) if place == "frame")
_PEOPLE = ("人", "名", "人次")
_MOVES = ("将", "把")
_LEVEL = re.compile("^(?:国家级|[省市县区镇乡村]级)$")
_IN_A_REVIEW = re.compile("中(?=综合?得?(?:得分|排名|评分|成绩)|得分|排名)")
_JOINTS = ("、", "和", "及", "以及", "与")


@dataclass(slots=True)
class Counted(Surrounding):
    """Names of counts: verb, thing and 数; who does it; what is moved; a part of the figure before."""

    def _count(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        right = self._right(index)
        if len(left) > 1 and left[-2].word in _FRAMES and not trimmed(left[-1:]):  # 组织全县 | 3000余人
            left = left[:-1]
            phrase = trimmed(left)
        if left and left[-1].word in _FRAMES and quantity.unit in _PEOPLE and right and right[0].word in ACTS:
            return self._taking_part(quantity, trimmed(right))
        after, rest = self._noun_after(quantity, right, index)
        start, _ = self.passage.inside(quantity.span)
        joined = left[-1].word in _JOINTS if left else bool(index) and self.used == start
        listed = bool(left) and left[-1].word in ("等", "的", "等等")
        verb = phrase[-1].word if phrase and (phrase[-1].word in ACTS or _heads(phrase)) else ""
        if phrase and not verb and bare_verbs(phrase):  # 获批建设2家实验室
            verb = text(phrase)
        if not phrase and left and (left[-1].word in ACTS or left[-1].word in CHANGES):  # 增加3个窗口
            verb = left[-1].word
        if verb and not after:
            after = _named_by_verb(right)
        elif verb and rest and rest[0].word in ("、", "强") and any(word.word == "的" for word in rest):
            last = max(i for i, word in enumerate(rest) if word.word == "的")  # 52项操作性、针对性强的改革措施
            after = noun_phrase(rest[last + 1 :])[0] or after
        frame = next((word.word for word in reversed(left[-2:]) if word.word in _FRAMES), "")
        if listed and left[0].word in _FRAMES:
            frame = left[0].word
        if joined and not trimmed(left[:-1]):
            phrase, frame, verb = (), self.frame, self.topic.verb if not self.frame else ""
        closed = bool(phrase) and not verb and verb_at(phrase) is not None
        counts_times = quantity.unit.endswith("次") or quantity.unit == "轮"
        if counts_times and not verb and right and right[0].word in ACTS | NOUN_VERBS:  # 常委会3次听取汇报
            after = ()
        after = _without_rate(after, quantity)
        if after and (joined or listed or not closed) and not (quantity.unit in _TIMES and not verb):
            self.used = after[-1].end
            examined = _examined(after)
            if examined:
                return self._in_review(quantity, *examined, rest, verb)
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
                return self._name(text(done) + suffix(quantity, ""), quantity, "figure.times-verb", 0.8)
        return self._after(index, quantity, left, phrase)

    def _taking_part(self, quantity: Quantity, done: Words) -> Name:
        """组织3000余人 | 参加网络学习: those who are counted are known by what they do."""
        self.used = done[-1].end
        self._about(done[0].word, text(object_of(done[1:])), quantity)
        said = text(done)
        return self._name(said + suffix(quantity, said), quantity, "figure.taking-part", 0.9)

    def _in_review(self, quantity: Quantity, who: Words, event: Words, rest: Words, verb: str) -> Name:
        """对12个乡镇法治建设情况进行评估: those whose work was looked at are counted, not their 情况."""
        done = text(event) or verb or text(trimmed(rest))
        done = re.sub("^(?:进行|开展|实施)(?=..)", "", done)
        noun = text(who)
        self._about(verb, noun, quantity)
        name = f"{done}的{noun}" if 1 < len(done) <= 14 else noun
        return self._name(name + suffix(quantity, noun, after=True), quantity, "figure.in-review", 0.8, scope=True)

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
        _, high = self._clause(quantity)
        following = self._words(after[-1].end, high)
        if frame in _MOVES:
            moves = (word.word for word in following if word.word in ACTS or (word.tag == "v" and len(word.word) > 1))
            verb = next((word for word in moves if word not in NOUN_VERBS), "")
            self._about("", noun, quantity)
            return self._name(
                verb + noun + suffix(quantity, noun, after=True), quantity, "figure.moved", 0.9, scope=True
            )
        if phrase and not frame and phrase[0].word in ACTS:  # 深化甲、乙等6个整治项目
            self._about(phrase[0].word, noun, quantity)
            return self._name(
                phrase[0].word + noun + suffix(quantity, noun, after=True), quantity, "figure.verb-list-noun", 0.8
            )
        predicate = trimmed(rest)
        if not predicate or rest[0].word in _JOINTS:
            predicate = self._shared_predicate(index)
        at = next((i for i, word in enumerate(predicate) if word.word in ACTS | NOUN_VERBS), None)
        said = text(predicate[at:]) if at is not None else ""
        name = f"{said}的{noun}" if 2 < len(said) <= 16 else noun
        if (
            len(said) <= 20 and said.endswith(noun) and said != noun
        ):  # 2个村获评省级示范村: what they became says what they are
            name = said
        if frame in ("会同", "组织", "指导", "督促", "推动", "覆盖"):
            name = frame + noun
        done = text(object_of(predicate[at + 1 :])) if at is not None else ""
        self._about("", done if quantity.unit_class != "money" and len(done) < 12 and done else noun, quantity)
        return self._name(name + suffix(quantity, noun, after=True), quantity, "figure.subject", 0.8, scope=True)

    def _shared_predicate(self, index: int) -> Words:
        """对9个部门、6个乡镇 | 开展督察: what is said of the last of a list is said of all."""
        run = [index]
        for following in range(index + 1, len(self.found)):
            if self._clause(self.found[following]) != self._clause(self.found[index]):
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
            return self._name(verb + noun + suffix(quantity, noun, after=True), quantity, "figure.verb-noun")
        said = text(tail(phrase))
        self._about("", noun, quantity)
        return self._name(said + noun + suffix(quantity, noun, after=True), quantity, "figure.noun-noun", 0.8)

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
                return self._name(said + suffix(quantity, said), quantity, "figure.done", 0.7)
            if not left and self.given:  # 培训3期180人次
                said = re.sub("(?:期数|次数|场次|轮次|面积|数)$", "", self.given[-1])
                return self._name(said + suffix(quantity, said), quantity, "figure.same-topic", 0.8)
            counted = next((word.word for word in left if word.word in ("累计", "新增", "现有")), "")
            said = counted + (self.topic.object or re.sub("数$", "", self.topic.name)) or self._done(index)
            return self._name(said + suffix(quantity, said), quantity, "figure.same-topic", 0.6)
        said = text(phrase)
        if said.endswith("成功"):
            said = (self.topic.verb if said == "成功" else "") + said
            return self._name(
                said + self.topic.object + suffix(quantity, self.topic.object), quantity, "figure.succeeded"
            )
        event = tuple(word for word in left[1:] if re.match(r"\w", word.word)) if left[0].word in _JOINTS else ()
        if event and quantity.unit in _TIMES and phrase[-1].word in NOUN_VERBS and bare_verbs(phrase):
            said = text(event)  # 召开例会12次、集体学习4次: an event by itself
            return self._name(said + suffix(quantity, said), quantity, "figure.event", 0.8)
        if bare_verbs(phrase):
            noun = "" if quantity.unit == "人次" else self.topic.by_unit.get(quantity.unit, "")
            noun = "" if said in noun else noun
            if noun or len(phrase) == 1:
                self.topic.verb = said
            return self._name(said + noun + suffix(quantity, noun or said), quantity, "figure.verb-alone", 0.8)
        at = verb_at(phrase) if not ends_as("rate", said) or phrase[0].word in ACTS else None
        listed = next((i for i in range(len(phrase) - 2, 0, -1) if phrase[i].word == "等"), None)
        if listed and at is not None:  # 作出撤销、变更等纠错决定: the verb of a list stands before it
            at = next((i for i in range(listed) if phrase[i].word in ACTS), at)
        if any(word.tag == "base" for word in phrase):
            at = None
        if ends_as("bare", said) and self.topic.object and len(said) <= 7:
            said = self._leaned(said)
            return self._name(said + suffix(quantity, said), quantity, "figure.rate")
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
        if not subject and noun == _found(noun) and 2 < len(before) <= 10 and not generic(before):
            subject = before  # 开展法治督察6次,发现问题47个
        if quantity.unit_class != "money" and not ends_as("outcome", noun):
            self._about(verb, noun, quantity)
        if ends_as("outcome", noun) and len(noun) <= 4 and self.given and quantity.unit_class == "count":
            noun += before  # 确认违法4件, 终止3件: of the cases before
        if quantity.unit in ("件", "起", "宗") and ends_as("agent", noun):  # 移送司法机关12件
            noun += "案件"
        return self._name(subject + verb + noun + suffix(quantity, noun), quantity, "figure.verb-object")

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
        if said in ("总量", "总数", "总规模") and self.topic.object:  # 新增公司45家、总量达1224家
            return self._name(self.topic.object + "总数", quantity, "figure.total", 0.9)
        if ends_as("outcome", said) and len(said) <= 6 and self.topic.object:  # 维持52件
            return self._name(said + self.topic.object + suffix(quantity, said), quantity, "figure.outcome", 0.9)
        if _LEVEL.match(said) and self.topic.object:  # 市级阵地12个、县级46个
            said += re.sub("^(?:国家级|[省市县区镇乡村]级)", "", self.topic.object)
        if part or (joined and self.topic.verb and (self.topic.verb != "其中" or not said.endswith(tuple(NOUN_VERBS)))):
            whole = self.topic.object
            if part or self.topic.verb == "其中":
                more = (
                    whole
                    if not ends_as("agent", said)
                    and len(whole) <= 8
                    and whole not in said
                    and quantity.unit_class == "count"
                    else ""
                )
                self.topic.verb = "其中"
                return self._name(said + more + suffix(quantity, said + more), quantity, "figure.part", 0.9)
            if ends_as("meeting", whole) and not ends_as("meeting", said):  # 召开例会5次、业务培训3次
                self._about("", said, quantity)
                return self._name(said + suffix(quantity, said), quantity, "figure.event", 0.8)
            self._about(self.topic.verb, said, quantity)
            return self._name(self.topic.verb + said + suffix(quantity, said), quantity, "figure.listed", 0.9)
        if joined and self.topic.object and said.endswith(tuple(NOUN_VERBS)):
            said += self.topic.object if self.topic.object not in said else ""
            return self._name(said + suffix(quantity, said), quantity, "figure.part", 0.8)
        if quantity.unit_class != "money":
            self._about("涉及" if said.startswith("涉及") else "", said.removeprefix("涉及"), quantity)
        return self._name(said + suffix(quantity, said), quantity, "figure.noun", 0.9)


def _heads(phrase: Words) -> bool:
    """Whether a verb that may be a noun is the verb of a phrase that ends in it: it stands alone, or after an adverb."""
    return phrase[-1].word in NOUN_VERBS and (len(phrase) == 1 or verb_at((*phrase, phrase[-1])) == len(phrase) - 1)


def _examined(after: Words) -> tuple[Words, Words] | None:
    """Those whose 情况 was looked at, and the name of the event: 部门 | 依法行政情况 | 第三方评估."""
    state = next((i for i, word in enumerate(after) if word.word.endswith("情况")), None)
    if state is None:
        return None
    who = next((i for i in range(1, state + 1) if ends_as("agent", text(after[:i]))), None)
    return (after[:who], after[state + 1 :]) if who else None


def _found(noun: str) -> str:
    """The noun itself when it is one of what a measure brings to light, alone or with 各类: 问题, 建议."""
    return noun if ends_as("found", noun) and len(noun) <= 3 else ""


def _named_by_verb(right: Words) -> Words:
    """What a verb before the figure has for its object when it looks like a verb itself: 作出4次批示, 开展3次会前学法."""
    if not right or not re.match(r"\w", right[0].word):  # 废止120件、修改15件: the figure ends its verb
        return ()
    after, _ = noun_phrase(trimmed(right))
    if after:
        return after
    short = tuple(word for word in right if re.match(r"\w", word.word))
    return short if len(text(short)) <= 6 and short and short[0].tag not in ("p", "c", "u") else ()


def _without_rate(after: Words, quantity: Quantity) -> Words:
    """203个断面 | 水质优良率达100%: the rate is of another figure."""
    if len(after) > 1 and quantity.unit_class == "count" and ends_as("rate", text(after)):
        return after[: max(1, len(after) - 2)]
    return after
