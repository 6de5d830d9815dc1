"""Counts: the name of a number of things, from the verb and the noun around it; who does it, what is moved."""

import re
from dataclasses import dataclass

from kg.extract.amount import UNITS, Quantity
from kg.extract.comparison import CHANGES
from kg.extract.constituent import bare_verbs, noun_phrase, object_of, verb_at
from kg.extract.listing import Listed, one_of, sums_up
from kg.extract.phrase import ACTS, AWARDS, CUTS, NEVER, NOUN_VERBS, VERBS, WHOLE, Words, ends_as, text, trimmed
from kg.extract.surrounding import JOINTS, Name, suffix, tail
from kg.extract.trailing import AREA, FRAMES, TIMES, said_of
from kg.extract.words import either, words_of
from kg.lexicon import pattern, table

_PEOPLE = ("人", "名", "人次")
_PLACE = pattern("counting.place")
_MOVES = ("将", "把")
_HELD = pattern("counting.held")
_POINTS = words_of("seen-from")
_SENDS = frozenset(word for word, place in table("name_edges", "word", "place", key=2) if place == "send")
_GOING = frozenset(word for word, place in table("name_edges", "word", "place", key=2) if place == "going")
_FORMER = re.compile(rf"[由从自将把]?(?:原来|原有|过去)?的? *[\d.]+[余多]?[十百千万]*{either(UNITS)}")
_LONGEST = 18
"""Characters of a predicate that tells which things are counted."""


@dataclass(slots=True)
class Counted(Listed):
    """Names of counts: verb, thing and 数; who does it; what is moved; a part of the figure before."""

    def _count(self, index: int, quantity: Quantity, left: Words, phrase: Words) -> Name:
        right = self._right(index)
        if (noun := one_of(right)) and quantity.unit_class == "count":  # 全省5个 | 建设试点地区 | 之一
            self._about("", noun, quantity)
            return self._name(noun + suffix(quantity, noun, after=True), quantity, "figure.one-of", 0.8, scope=True)
        if alone := _apart(left, right) or _points(left, right):
            self.used, self.frame = alone[-1].end, ""
            said = text(alone)
            return self._name(said + suffix(quantity, said, after=True), quantity, "figure.apart", 0.8, scope=True)
        after, rest = self._noun_after(quantity, right, index)
        after = self._of_level(index, after)
        low, _ = self._clause(quantity)
        held = _HELD.search(self.passage.masked, low, self.passage.inside(quantity.span)[0])
        if held and (of := next((i for i, word in enumerate(after) if i and word.word == "的"), None)):
            after, rest = after[:of], after[of:]  # 含3个章节、12项 | 指标的体系
        while len(left) > 1 and AREA.match(left[-1].word) and (after or left[-2].word in FRAMES):
            left = left[:-1]  # 组织全县 | 3000余人, 公布省级 | 36个部门
            phrase = trimmed(left)
        if after and left and left[-1].word == "层面":  # 落实国家及省级层面 | 59项重点任务
            left = left[: 1 + max((i for i, word in enumerate(left) if word.word in ACTS), default=len(left))]
            phrase = trimmed(left)
        if left and left[-1].word in FRAMES and quantity.unit in _PEOPLE and right and right[0].word in ACTS:
            return self._taking_part(quantity, trimmed(right))
        if quantity.unit in _PEOPLE and text(right[:2]) in ("参加的", "参与的", "报名的"):  # 举行300人 | 参加的会操
            return self._taking_part(quantity, (right[0], *noun_phrase(right[2:])[0]))
        if moved := self._noun_between(quantity):
            return self._name(text(moved) + suffix(quantity, text(moved), after=True), quantity, "figure.from-to", 0.9)
        start, _ = self.passage.inside(quantity.span)
        joined = left[-1].word in JOINTS if left else bool(index) and self.used == start
        listed = bool(left) and (left[-1].word in ("等", "的", "等等") or sums_up(left, phrase))
        if not right and quantity.unit == "类" and (things := self._adjacent(index)):
            return self._classes(quantity, phrase, things)
        verb = phrase[-1].word if phrase and (phrase[-1].word in ACTS or _heads(phrase)) else ""
        if phrase and not verb and bare_verbs(phrase) and phrase[-1].word not in CUTS:  # 获批建设2家实验室
            verb = text(phrase)
        if not verb and left and (left[-1].word in ACTS or (not phrase and left[-1].word in CHANGES)):
            verb = left[-1].word  # 增加3个窗口, 各部门共完成67个项目
        if verb and not after:
            after = _named_by_verb(right)
        elif verb and rest and rest[0].word in ("、", "强") and any(word.word == "的" for word in rest):
            last = max(i for i, word in enumerate(rest) if word.word == "的")  # 52项操作性、针对性强的改革措施
            after = noun_phrase(rest[last + 1 :])[0] or after
        frame = next((word.word for word in reversed(left[-2:]) if word.word in FRAMES), "")
        if listed and left[0].word in FRAMES:
            frame = left[0].word
        if joined and not trimmed(left[:-1]):
            phrase, frame, verb = (), self.frame, self.topic.verb if not self.frame else ""
        if after and phrase and phrase[-1].word in CUTS and (len(phrase) > 1 or held):  # 体系 | 包括12项指标
            phrase = phrase[:-1] if not bare_verbs(phrase) else ()
        if after and phrase and not verb and phrase[-1].word not in JOINTS and self._names_those(phrase, after):
            phrase = ()  # 甲县、乙县2个县 | 获评示范
        if after and left and left[-1].word == frame and not verb:  # 邀请律师到 | 14个村讲课
            phrase = ()
        if phrase and after and not verb and ends_as("agent", text(after)) and self._does_with_others(index, after):
            phrase = ()  # 交通系统11个集体、9名个人 | 获表彰
        closed = bool(phrase) and not verb and verb_at(phrase) is not None
        counts_times = quantity.unit.endswith("次") or quantity.unit == "轮"
        if counts_times and not verb and right and right[0].word in VERBS:  # 常委会3次听取汇报
            after = ()
        after = self._without_rate(after, quantity, index)
        goes = next((i for i, word in enumerate(after) if i and word.word in _GOING), None)
        if goes:  # 科技特派员 | 到基层开展服务
            after, rest = after[:goes], (*after[goes:], *rest)
        if after and rest and rest[0].word in _GOING and any(word.word in _SENDS for word in left[-2:]):
            return self._sent(quantity, after, rest)
        if verb and after and not rest and not joined and (owned := self._owned(index, after)):
            return self._owner(quantity, verb, after, owned)
        if (
            after
            and (joined or listed or not closed)
            and not (quantity.unit in TIMES and not verb and not listed and not joined)
        ):
            self.used = after[-1].end
            examined = _examined(after)
            if examined:
                return self._in_review(quantity, *examined, rest, verb)
            if joined and rest and rest[0].word in ACTS and ends_as("agent", text(after)):
                verb = ""  # 组织7次学习、12个集体 | 获得表扬: those who do something by themselves
            if verb:
                return self._before(quantity, phrase, after, verb)
            self.frame = frame
            if left and left[-1].word in CUTS and (said_of(rest) or said_of(self._shared(index))):
                phrase = ()  # 系统共有7个集体、9名职工 | 获得表彰
            if not phrase or joined or listed or frame:
                return self._subject(index, quantity, after, rest, frame, phrase if listed else ())
            return self._before(quantity, phrase, after, verb)
        if closed and after and not rest and ends_as("measures", text(after)) and quantity.unit_class == "count":
            self.used = after[-1].end  # 出台优化营商环境 | 12项措施
            said = text(phrase) + text(after)
            return self._name(said + suffix(quantity, said, after=True), quantity, "figure.measures", 0.8)
        self.frame = ""
        if (quantity.unit.endswith("次") or quantity.unit == "轮") and not after and not closed and not verb:
            done = trimmed(right) if right and re.match(r"\w", right[0].word) else ()
            if done and (done[0].word in VERBS or done[0].tag == "v"):  # 县委常委会3次听取汇报
                self.used = done[-1].end
                said = text(done) if len(text(done)) <= 20 else _brief(done)
                return self._name(said + suffix(quantity, ""), quantity, "figure.times-verb", 0.8)
        return self._after(index, quantity, left, phrase)

    def _taking_part(self, quantity: Quantity, done: Words) -> Name:
        """组织3000余人 | 参加网络学习: those who are counted are known by what they do."""
        self.used = done[-1].end
        self._about(done[0].word, text(object_of(done[1:])), quantity)
        said = text(done)
        return self._name(said + suffix(quantity, said), quantity, "figure.taking-part", 0.9)

    def _sent(self, quantity: Quantity, who: Words, rest: Words) -> Name:
        """安排7名执法人员 | 参加省里举办的培训班: those who are sent, with what they went for."""
        noun, goal = text(who), text(object_of(trimmed(rest[1:])))
        self._about("", noun, quantity)
        self.used = who[-1].end
        name = f"{rest[0].word}{goal}的{noun}" if 1 < len(goal) <= _LONGEST else noun
        return self._name(name + suffix(quantity, noun, after=True), quantity, "figure.sent", 0.8)

    def _in_review(self, quantity: Quantity, who: Words, event: Words, rest: Words, verb: str) -> Name:
        """对12个乡镇法治建设情况进行评估: those whose work was looked at are counted, not their 情况."""
        done = text(event) or verb or text(trimmed(rest))
        done = re.sub("^(?:进行|开展|实施)(?=..)", "", done)
        noun = text(who)
        self._about(verb, noun, quantity)
        name = f"{done}的{noun}" if 1 < len(done) <= 14 else noun
        return self._name(name + suffix(quantity, noun, after=True), quantity, "figure.in-review", 0.8, scope=True)

    def _noun_between(self, quantity: Quantity) -> Words:
        """把62项考核指标优化为13项: the noun stands after the former value."""
        start, end = self.passage.inside(quantity.span)
        former = _FORMER.match(self.passage.masked, start, end) if quantity.former_value is not None else None
        if former is None or quantity.unit_class != "count":
            return ()
        noun, _ = noun_phrase(self._words(former.end(), end))
        return () if bare_verbs(noun) or re.search(r"\d", text(noun)) else noun

    def _names_those(self, phrase: Words, after: Words) -> bool:
        """Whether a list before a figure only names those that are counted."""
        listed = any(word.word in JOINTS for word in phrase)
        return listed and all(ends_as("agent", text(one)) or _PLACE.search(text(one)) for one in (phrase, after))

    def _owned(self, index: int, after: Words) -> Words:
        """省级36个部门 | 5300项权责清单: what those who are counted have, printed right after them."""
        if self._is_last(index) or not ends_as("agent", text(after)):
            return ()
        following = self.found[index + 1]
        adjacent = self.passage.inside(following.span)[0] == after[-1].end and following.unit_class == "count"
        return self._noun_after(following, self._right(index + 1), index + 1)[0] if adjacent else ()

    def _owner(self, quantity: Quantity, verb: str, who: Words, owned: Words) -> Name:
        self.used, self.frame, noun = who[-1].end, "", text(who)
        self._about(verb, noun, quantity)
        return self._name(
            f"{verb}{text(object_of(owned))}的{noun}" + suffix(quantity, noun, after=True),
            quantity,
            "figure.owner",
            0.8,
            scope=True,
        )

    def _without_rate(self, after: Words, quantity: Quantity, index: int) -> Words:
        """203个断面 | 水质优良率达100%, 266个事项 | 效率提升30%: the rate and the change are of another figure."""
        if len(after) < 2 or quantity.unit_class != "count":
            return after
        following = self.found[index + 1] if not self._is_last(index) else None
        if ends_as("rate", text(after)) and (
            who := next((i for i in range(1, len(after)) if ends_as("agent", text(after[:i]))), 0)
        ):
            return after[:who]  # 86名工作人员 | 年度考核达标率
        changed = following is not None and following.kind == "change" and after[-1].word == following.change
        return after[: max(1, len(after) - 2)] if changed or ends_as("rate", text(after)) else after

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
        acted = len(phrase) > 1 and phrase[0].word in VERBS and (phrase[0].word in ACTS or phrase[1].word == "了")
        if acted and not frame:  # 深化甲、乙等6个整治项目, 审计了甲、乙等6个专题
            self._about(phrase[0].word, noun, quantity)
            return self._name(
                phrase[0].word + noun + suffix(quantity, noun, after=True), quantity, "figure.verb-list-noun", 0.8
            )
        predicate = () if text(rest).endswith("率") else said_of(rest)  # 86名工作人员 | 考核达标率100%
        if not predicate or rest[0].word in JOINTS:
            predicate = said_of(self._shared(index))
        at = next((i for i, word in enumerate(predicate) if word.word in VERBS | AWARDS or word.word == "通过"), None)
        at = at - 1 if at and predicate[at - 1].word in NEVER else at
        said = _brief(predicate[at:]) if at is not None else ""
        whole = len(said) > 2 or said in WHOLE
        name = f"{said}的{noun}" if whole and len(said) <= _LONGEST else noun
        if len(said) <= 20 and said.endswith(noun) and said != noun:  # 2个村获评省级示范村: what they became
            name = said
        if said and rest and predicate[-1].end < high and self.passage.masked[predicate[-1].end] == "、":
            self.used = predicate[-1].end  # 243项实现跨省通办、158项实现省内通办
        if frame in ("会同", "组织", "指导", "督促", "推动", "覆盖"):
            name = frame + noun
        done = text(object_of(predicate[at + 1 :])) if at is not None else ""
        self._about("", done if quantity.unit_class != "money" and len(done) < 12 and done else noun, quantity)
        self.topic.subject = noun
        if ends_as("agent", noun):  # 对218家机构开展检查,责令整改 | 31家
            self.topic.by_unit[quantity.unit] = noun
        return self._name(name + suffix(quantity, noun, after=True), quantity, "figure.subject", 0.8, scope=True)

    def _before(self, quantity: Quantity, phrase: Words, after: Words, verb: str) -> Name:
        """组建12个服务团队: verb, figure, noun; 政府建设10项主要指标: noun, figure, noun."""
        noun = text(object_of(after))
        if verb:
            self._about(verb, noun, quantity)
            return self._name(verb + noun + suffix(quantity, noun, after=True), quantity, "figure.verb-noun")
        said = text(tail(phrase))
        self._about("", said if quantity.unit == "类" and noun.endswith("类") else noun, quantity)
        return self._name(said + noun + suffix(quantity, noun, after=True), quantity, "figure.noun-noun", 0.8)


def _heads(phrase: Words) -> bool:
    """Whether a verb that may be a noun is the verb of a phrase that ends in it: it stands alone, or after an adverb."""
    return phrase[-1].word in NOUN_VERBS and (len(phrase) == 1 or verb_at((*phrase, phrase[-1])) == len(phrase) - 1)


def _brief(predicate: Words) -> str:
    """A predicate in at most so many characters: verb and class of a list, from the last verb on, verb and last word."""
    said = text(predicate)
    if len(said) > _LONGEST and predicate[0].word == "通过":
        return "通过" + text(predicate[-2:])
    if len(said) > _LONGEST:
        last = max((i for i, word in enumerate(predicate[:-1]) if word.word in ACTS), default=0)
        if any(word.word == "等" for word in predicate[:-1]):  # 提供康复、融入等针对性服务
            return predicate[0].word + text(object_of(predicate[1:]))
        if last and predicate[last - 1].word not in JOINTS:
            predicate = predicate[last:]
            said = text(predicate)
    if len(said) > _LONGEST and predicate[-1].word in NOUN_VERBS and predicate[0].word in ACTS:
        said = predicate[0].word + predicate[-1].word  # 开展全面依法治县和法治政府建设督察
    return said


def _examined(after: Words) -> tuple[Words, Words] | None:
    """Those whose 情况 was looked at, and the name of the event: 部门 | 依法行政情况 | 第三方评估."""
    state = next((i for i, word in enumerate(after) if word.word.endswith("情况")), None)
    if state is None:
        return None
    who = next((i for i in range(1, state + 1) if ends_as("agent", text(after[:i]))), None)
    return (after[:who], after[state + 1 :]) if who else None


def _named_by_verb(right: Words) -> Words:
    """What a verb before the figure has for its object when it looks like a verb itself: 作出4次批示, 开展3次会前学法."""
    if not right or not re.match(r"\w", right[0].word):  # 废止120件、修改15件: the figure ends its verb
        return ()
    after, _ = noun_phrase(trimmed(right))
    if not after and right[0].tag == "p":  # 发生24起以县政府为被告的 | 案件
        of = max((at for at, word in enumerate(right) if word.word == "的"), default=len(right))
        after, _ = noun_phrase(right[of + 1 :])
    if after:
        return after
    short = tuple(word for word in right if re.match(r"\w", word.word))
    return short if len(text(short)) <= 6 and short and short[0].tag not in ("p", "c", "u") else ()


def _apart(left: Words, right: Words) -> Words:
    """除3项 | 长期任务 | 外均已办结: what is left out is counted."""
    if not left or left[-1].word != "除":
        return ()
    end = next((i for i, word in enumerate(right) if word.word in ("外", "以外", "之外")), 0)
    return right[:end]


def _points(left: Words, right: Words) -> Words:
    """从公开、监督6个 | 方面提出措施: points that a list before them names."""
    listed = any(word.word == "从" for word in left) and any(word.word in JOINTS for word in left)
    return right[:1] if listed and right and right[0].word in _POINTS else ()
