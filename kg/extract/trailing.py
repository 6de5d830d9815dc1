"""Counts that stand after their noun: 审查合同31份, 其中继续有效38件; a verb or noun may come from the figure before."""

import re
from dataclasses import dataclass

from kg.extract.amount import Quantity
from kg.extract.constituent import bare_verbs, object_of, verb_at
from kg.extract.phrase import (
    ACTS,
    AWARDS,
    CUTS,
    NEVER,
    NOUN_VERBS,
    VERBS,
    Word,
    Words,
    ends_as,
    generic,
    parts,
    text,
    trimmed,
)
from kg.extract.preceding import COUNTED, IN_ALL, Preceding
from kg.extract.surrounding import INCLUDED, JOINTS, Name, suffix
from kg.lexicon import pattern, table

CASES = frozenset(("件", "起", "宗"))
TIMES = frozenset(("次", "轮", "期", "场", "年", "元", "美元", "分"))
FRAMES = frozenset(word for word, place in table("name_edges", "word", "place", key=2) if place == "frame")
AREA = pattern("trailing.area")
_ON_AVERAGE = ("日均", "月均", "年均", "周均")
_BESIDE = pattern("trailing.beside")
_CASE = pattern("trailing.case")
_LEVEL = pattern("trailing.level")
_IN_A_REVIEW = pattern("trailing.in-a-review")


@dataclass(slots=True)
class Trailing(Preceding):
    """Names of counts whose noun stands before them or is that of the figure before."""

    def _after(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        """审查合同31份: verb and noun stand before the figure; either may come from the figure before."""
        if not phrase and left and ends_as("outcome", left[-1].word):  # 继续有效189件
            phrase = tuple(word for word in left[-2:] if re.match(r"\w", word.word))
        each = parts(phrase) if left and left[-1].word in ("等", "等等") else []
        if len(each) > 1 and all(len(one) > 1 and one[0].word in VERBS for one in each):
            said = text(each[0]) + "等"  # 举办宣讲、发放资料、设置展板等 | 30场次
            return self._name(said + suffix(quantity, said), quantity, "figure.deeds", 0.7)
        passed = next((at for at, word in enumerate(left) if word.word == "通过"), None)
        if passed is not None and left[-1].word.endswith("人数") and any(ends_as("passed", w.word) for w in left):
            said = text(left[passed:])  # 通过司法考试并取得证书 | 人数
            return self._name(said, quantity, "figure.passed", 0.8)
        if not phrase and quantity.unit_class == "time":  # 全程 | 不超过10分钟
            phrase = tuple(word for word in left if re.match(r"\w", word.word))
        if not phrase and left and left[-1].word == "成功":  # as a lead-in 成功 says nothing, alone it is the predicate
            phrase = left[-1:]
        owned = bool(left) and left[-1].word == "的" and quantity.unit in CASES and phrase[-1:] == left[-2:-1]
        if owned and (cases := self._cases(quantity, text(phrase))):  # 以县政府为被申请人的 | 29件
            self.topic.object = f"{text(phrase)}的{cases}"
            return self._name(self.topic.object + "数", quantity, "figure.cases", 0.8)
        part = next((word for word in left[:2] if word.word in ("其中", *INCLUDED)), None)
        if part and not phrase:  # 其中继续有效38件
            rest = tuple(word for word in left if word.start >= part.end and re.match(r"\w", word.word))
            phrase = rest if len(text(rest)) > 1 else ()
        if not phrase:
            if text(left).endswith(("另有", "还有")) and (told := _told_after(self._right(index))):
                noun = self.topic.by_unit.get(quantity.unit, "")  # 另有2件 | 因撤回申请而终止
                name = f"{told}的{noun}" if noun else told
                return self._name(name + suffix(quantity, noun), quantity, "figure.others", 0.7)
            done = "" if any(word.word not in JOINTS and word is not part for word in left) else self._done(index)
            if done and left and self.topic.subject:  # 243项事项实现跨省通办、158项 | 实现省内通办
                said = f"{done}的{self.topic.subject}"
                return self._name(said + suffix(quantity, self.topic.subject, after=True), quantity, "figure.done", 0.7)
            if done:  # 200人参加, 30件办结
                said = done + self.topic.by_unit.get(quantity.unit, "")
                return self._name(said + suffix(quantity, said), quantity, "figure.done", 0.7)
            if not left and self.given:  # 培训3期180人次
                said = COUNTED.sub("", self.given[-1])
                return self._name(said + suffix(quantity, said), quantity, "figure.same-topic", 0.8)
            if of := self._made_up(index, text(left)):
                return self._name(of + suffix(quantity, of), quantity, "figure.total", 0.8)
            counted = next((word.word for word in left if word.word in ("累计", "新增", "现有")), "")
            if self.topic.object and left and all(word.word in JOINTS for word in left):  # 受理案件12件、15件
                counted = self.topic.verb
            topic = self.topic.object or re.sub("数$", "", self.topic.name)
            said = counted + topic or self._done(index) or self._thing_before(index)
            return self._name(said + suffix(quantity, said), quantity, "figure.same-topic", 0.6)
        by = next((i for i in range(len(phrase) - 3, 1, -1) if ends_as("way", phrase[i].word)), 0)
        if by and any(word.word == "等" for word in phrase[:by]):  # 以纠错、调解等方式 | 化解争议4426件
            phrase = trimmed(phrase[by + 1 :])
        said = text(phrase)
        if self.topic.name and _BESIDE.fullmatch(said):  # 人均办案12件,较全市平均水平高 | 2件
            return self._name(self.topic.name + said, quantity, "figure.beside", 0.8)
        if (
            left
            and left[-1].word in IN_ALL
            and len(each := parts(phrase)) > 1
            and {each[0][0].word, each[-1][0].word} <= VERBS
        ):
            return self._name(said + suffix(quantity, said), quantity, "figure.total", 0.8)  # 撤销、确认违法合计12件
        if said.endswith("成功"):
            said = (self.topic.verb if said == "成功" else "") + said
            done, whole = said.removesuffix("成功"), self.topic.object
            # 各级组织调解纠纷120件,调解成功118件
            what = (whole.rpartition(done)[2] or whole) if done else whole
            return self._name(said + what + suffix(quantity, what), quantity, "figure.succeeded")
        event = tuple(word for word in left[1:] if re.match(r"\w", word.word)) if left[0].word in JOINTS else ()
        if event and quantity.unit in TIMES and phrase[-1].word in NOUN_VERBS and bare_verbs(phrase):
            said = text(event)  # 召开例会12次、集体学习4次: an event by itself
            return self._name(said + suffix(quantity, said), quantity, "figure.event", 0.8)
        if bare_verbs(phrase):
            noun = "" if quantity.unit == "人次" else self.topic.by_unit.get(quantity.unit, "")
            noun = "" if said in noun or (quantity.unit in ("人", "名") and not ends_as("people", noun)) else noun
            if (
                quantity.unit in TIMES and noun[-2:] in NOUN_VERBS
            ):  # 中心组学习18次,研讨6次: another event, not what was learnt
                noun = ""
            if not noun and not self.given:
                noun = self._event_before(index, said)
                said = "" if noun.endswith(said) else said
                self.topic.by_unit[quantity.unit] = noun
            if noun or len(phrase) == 1:
                self.topic.verb = said
            return self._name(said + noun + suffix(quantity, noun or said), quantity, "figure.verb-alone", 0.8)
        at = verb_at(phrase) if not ends_as("rate", said) or phrase[0].word in ACTS else None
        listed = next((i for i in range(len(phrase) - 2, 0, -1) if phrase[i].word == "等"), None)
        if listed and at is not None and not any(word.word in ACTS for word in phrase[listed + 2 : -1]):
            # 作出撤销、变更等纠错决定: the verb of a list stands before it
            at = next((i for i in range(listed) if phrase[i].word in (ACTS if i else VERBS)), at)
            at = next((i for i in range(at + 2, listed) if phrase[i].word in VERBS and _who(phrase[at + 1 : i])), at)
        if at is not None and ends_as("works", phrase[-1].word) and phrase[-2].word in ACTS | NOUN_VERBS:
            at = next((i for i in range(at) if phrase[i].word in ACTS), at)  # 完成饮水安全巩固提升工程12处
        if any(word.tag == "base" for word in phrase):
            at = None
        if ends_as("bare", said) and self.topic.object and len(said) <= 7:
            said = self._leaned(said)
            return self._name(said + suffix(quantity, said), quantity, "figure.rate")
        if at is None:
            return self._noun(index, quantity, phrase, left, part)
        end = at + 1
        while (
            not listed
            and end < len(phrase) - 1
            and (
                phrase[end].word in ACTS
                or (phrase[end].word in ("、", "及") and phrase[end + 1].word in ACTS | NOUN_VERBS)
            )
        ):
            end += 1
        level = phrase[-1].word if _LEVEL.match(phrase[-1].word) and len(phrase) > end + 1 else ""
        thing = object_of(phrase[end:-1] if level else phrase[end:])  # 建成服务平台 | 县级1个
        verb, noun, before = text(phrase[at:end]), text(thing), self.topic.object
        subject = text(trimmed(phrase[:at])) if generic(noun) and at else ""
        if not ends_as("body", subject) or any(word.word in FRAMES for word in phrase[:at]):
            subject = ""
        if not subject and noun == _found(noun) and 2 < len(before) <= 10 and not generic(before):
            subject = before  # 开展法治督察6次,发现问题47个
        handed = quantity.unit in CASES and ends_as("agent", noun)  # 移送司法机关12件
        if quantity.unit_class != "money" and not (ends_as("outcome", noun) and len(noun) <= 4) and not handed:
            self._about(verb, noun, quantity)
        if ends_as("outcome", noun) and len(noun) <= 4 and self.given and quantity.unit_class == "count":
            noun += before  # 确认违法4件, 终止3件: of the cases before
        if handed:
            noun += "案件"
        return self._name(subject + verb + level + noun + suffix(quantity, noun), quantity, "figure.verb-object")

    def _cases(self, quantity: Quantity, said: str) -> str:
        """What is counted by 件 where only who or what it is of is told: the cases before, or cases."""
        before = self.topic.by_unit.get(quantity.unit, "").rpartition("的")[2]
        if 1 < len(before) <= 8 and not ends_as("agent", before):
            return "" if before in said else before
        return "案件" if _CASE.search(self.passage.shadow) else ""

    def _done(self, index: int) -> str:
        """What those who are counted do, where nothing else is said of them."""
        done = said_of(self._right(index))
        longest = 24 if done and done[0].word in AWARDS else 12
        return text(done) if done and done[0].tag in ("v", "vn") and len(text(done)) <= longest else ""

    def _noun(self, index: int, quantity: Quantity, phrase: Words, left: Words, part: Word | None) -> Name:
        """A noun phrase without a verb: a part of the figure before, one of a list, or a thing counted by itself."""
        cut = next((i for i in range(len(phrase) - 2, -1, -1) if phrase[i].word in CUTS), None)
        if any(word.tag == "base" for word in phrase):
            cut = None
        said = _IN_A_REVIEW.sub("", text(object_of(phrase if cut is None else phrase[cut + 1 :])))
        joined = bool(left) and left[0].word in JOINTS
        if len(said) == 2 and not self.given and (thing := self._event_before(index, said)):  # 清理文件,保留 | 9件
            self.topic.by_unit[quantity.unit] = thing
            thing = thing.removesuffix(said)
            return self._name(said + thing + suffix(quantity, said + thing), quantity, "figure.verb-alone", 0.7)
        if said in _ON_AVERAGE and self.topic.object:  # 受理诉求12万件,日均 | 337件
            said += self.topic.verb + self.topic.object
            return self._name(said + suffix(quantity, said), quantity, "figure.average", 0.8)
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
                    and not said.endswith("数")
                    and not said.endswith(whole[-2:])
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
            # 审结案件9件、调解3件, but 行政许可9项、行政裁决3项 and 读书班3次、联组学习1次 stand side by side
            beside = self.topic.object.endswith(tuple(NOUN_VERBS)) or quantity.unit in TIMES
            said += self.topic.object if self.topic.object not in said and not beside else ""
            return self._name(said + suffix(quantity, said), quantity, "figure.part", 0.8)
        got = len(phrase) > 1 and phrase[-1].word in ACTS and phrase[-2].word not in NEVER
        if got and cut is None and not joined and not bare_verbs(phrase[:-1]):
            # 服务热线共 | 收到86件: who or what got them is no thing that was counted
            whose = text(trimmed(phrase[:-1]))
            self._about(phrase[-1].word, "" if ends_as("agent", whose) else whose, quantity)
            said = whose + phrase[-1].word
            return self._name(said + suffix(quantity, said), quantity, "figure.got", 0.8)
        if quantity.unit in CASES and (ends_as("agent", said) or ends_as("body", said)):  # 公安机关12件: its cases
            return self._name(said + (self._cases(quantity, said) or "案件") + "数", quantity, "figure.cases", 0.7)
        denied = phrase[0].word in NEVER  # 不批准逮捕12件: nothing that the next deed is done to
        if quantity.unit_class != "money" and not denied and not ends_as("outcome", said):
            self._about("涉及" if said.startswith("涉及") else "", said.removeprefix("涉及"), quantity)
        return self._name(said + suffix(quantity, said), quantity, "figure.noun", 0.9)


def _told_after(rest: Words, most: int = 18) -> str:
    """What is said of others than those counted before, when it is short enough to be a name."""
    said = text(rest)
    return said if 2 < len(said) <= most else ""


def _found(noun: str) -> str:
    """The noun itself when it is one of what a measure brings to light, alone or with 各类: 问题, 建议."""
    return noun if ends_as("found", noun) and len(noun) <= 3 else ""


def _who(phrase: Words) -> bool:
    """Whether words tell who acts next: 聘请 | 法律顾问全程 | 参与…等工作."""
    said = text(word for word in phrase if word.tag != "d")
    return ends_as("person", said) or ends_as("agent", said)


def said_of(rest: Words) -> Words:
    """What is said of those that are counted: the words after them, without what leads in but with a verb among it."""
    if rest and rest[0].word == "通过" and ends_as("passed", text(rest)):
        return rest  # 3名同志 | 通过法律职业资格考试
    said = trimmed(rest)
    lead = (word for word in rest if said and word.start < said[0].start and word.word in ACTS | AWARDS)
    verb = next(lead, None)
    if said and not verb and (never := next((w for w in rest if w.end == said[0].start and w.word in NEVER), None)):
        return (never, *said)  # 3家企业 | 未完成改造
    return (verb, *said) if verb else said
