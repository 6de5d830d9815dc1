"""Surroundings: the words left and right of each figure of a sentence, and what the figures before it were about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.corpus.document import Span
from kg.extract.amount import Quantity
from kg.extract.constituent import object_of
from kg.extract.passage import Passage
from kg.extract.phrase import ACTS, KEPT, VERBS, WHOLE, Word, Words, clause, ends_as, shortened, text, without, words
from kg.lexicon import pattern, table

_NOUNS = {unit: noun for unit, _, _, _, noun in table("units", "unit", "base", "scale", "class", "noun") if noun}
_REACHED = pattern("surrounding.reached")
_TELLING = re.compile(
    "^(?!(?:金额|比例|排名|占比|面积|得分|人次)$)(?:.*[\u4e00-\u9fff“].*[^数次]|.*[\u4e00-\u9fff]{3,})"
)
INCLUDED = ("含", "不含", "包括", "包含", "不包括")
JOINTS = ("、", "和", "及", "以及", "与", "暨")
_NAMED_BEFORE = pattern("surrounding.named-before")
_COUNTED = pattern("surrounding.counted")
_ALL = pattern("surrounding.all")


@dataclass(slots=True)
class Topic:
    """What the figures of a sentence have been about so far."""

    verb: str = ""
    object: str = ""
    by_unit: dict[str, str] = field(default_factory=dict)
    """The last object that was counted in a unit: 受理58件, 举办培训2期, 审结55件."""
    name: str = ""
    subject: str = ""

    def take(self, other: "Topic") -> None:
        """Be about what another topic is about."""
        self.verb, self.object, self.name, self.subject = other.verb, other.object, other.name, other.subject
        self.by_unit = other.by_unit


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a figure, the words that it was cut from, and how sure it is."""

    name: str
    raw: str
    rule: str
    sure: float = 1.0
    scope: bool = False


@dataclass(slots=True)
class Surrounding:
    """The figures of one sentence with the words around each, and what the names so far have been about."""

    passage: Passage
    found: Sequence[Quantity]
    skipped: Sequence[Quantity]
    topic: Topic = field(default_factory=Topic)
    used: int = 0
    """Up to where the words right of the last figure belong to its name."""
    given: list[str] = field(default_factory=list)
    """The names given so far, one for each quantity."""
    _bounds: dict[Span, tuple[int, int]] = field(default_factory=dict)
    _cut: dict[tuple[int, int], Words] = field(default_factory=dict)
    running: tuple[Quantity, ...] = field(init=False)
    """Years that something went on (连续三年): no figure's words end at them."""
    frame: str = ""
    """The frame of the last figure, which holds for the list that it begins: 对9个部门、6个乡镇开展督察."""

    def __post_init__(self) -> None:
        before = self.passage.shadow
        self.running = tuple(
            quantity
            for quantity in self.found
            if quantity.unit_class == "time"
            and before[: self.passage.inside(quantity.span)[0]].rstrip(" ").endswith("连续")
        )

    def _is_last(self, index: int) -> bool:
        """Whether no other figure stands in the clause after this one."""
        if index + 1 == len(self.found):
            return True
        _, high = self._clause(self.found[index])
        return self.passage.inside(self.found[index + 1].span)[0] >= high

    def _clause(self, quantity: Quantity) -> tuple[int, int]:
        """The bounds of the clause of a figure, looked for once."""
        if quantity.span not in self._bounds:
            start, end = self.passage.inside(quantity.span)
            low, high = clause(self.passage, start, end)
            if named := _NAMED_BEFORE.search(self.passage.masked, 0, low):  # 备案率:100%
                low = named.start() if not self.passage.masked[low:start].strip() else low
            self._bounds[quantity.span] = (low, high)
        return self._bounds[quantity.span]

    def _is_aside(self, quantity: Quantity) -> bool:
        """Whether a figure stands in brackets: it says something by the way."""
        start, _ = self.passage.inside(quantity.span)
        return self.passage.masked.count("(", 0, start) > self.passage.masked.count(")", 0, start)

    def _left(self, index: int) -> Words:
        start, _ = self.passage.inside(self.found[index].span)
        low, _ = self._clause(self.found[index])
        for earlier in self.found[:index]:
            if earlier in self.running:
                continue
            _, stop = self.passage.inside(earlier.compared or earlier.span)
            if low < stop <= start:
                low = stop
        # 参训人员超3万、平均学习12天: a number without a unit ends the words of another figure
        for bare in self.skipped:
            _, stop = self.passage.inside(bare.span)
            if bare.unit_class == "bare" and low < stop < start and self.passage.shadow[stop] in "、,和":
                low = stop
        said = self._words(max(low, min(self.used, start)), start)
        return _without_who(_without_aside(_without_condition(_without_years(said))))

    def _right(self, index: int) -> Words:
        _, end = self.passage.inside(self.found[index].span)
        _, high = self._clause(self.found[index])
        for later in self.found[index + 1 :]:
            begin, _ = self.passage.inside(later.span)
            if end <= begin < high:
                high = begin
                break
        for bare in self.skipped:  # 5万参保人员和2万学员: as on the left
            begin, _ = self.passage.inside(bare.span)
            if bare.unit_class == "bare" and end < begin < high and self.passage.shadow[begin - 1] in "、,和":
                high = begin
        return self._words(end, high)

    def _words(self, start: int, end: int) -> Words:
        """With quantities that are no figures (连续5年) as words of time."""
        found: list[Word] = []
        if (start, end) in self._cut:
            return self._cut[start, end]
        whole, first = (start, end), start
        for quantity in sorted((*self.skipped, *self.running), key=lambda one: one.span):
            begin, stop = self.passage.inside(quantity.span)
            if quantity.unit_class == "bare" and re.match("[\u4e00-\u9fff]", self.passage.shadow[stop:][:1]):
                continue  # 500强企业
            if first <= begin and stop <= end:
                found += [*words(self.passage, first, begin), Word(begin, stop, self.passage.text[begin:stop], "time")]
                first = stop
        self._cut[whole] = (*found, *words(self.passage, first, end))
        return self._cut[whole]

    def _about(self, verb: str, noun: str, quantity: Quantity) -> None:
        self.topic.verb, self.topic.object = verb, _COUNTED.sub("", _ALL.sub("", noun))
        self.topic.by_unit[quantity.unit] = self.topic.object

    def _name(self, name: str, quantity: Quantity, rule: str, sure: float = 1.0, *, scope: bool = False) -> Name:
        name = _REACHED.sub("", name).replace("()", "")
        name = shortened(
            re.sub("^(?:共(?![建同享治有识])|已|均|还|也|再(?!审)|又|了)(?=.{3})", "", name.strip("、，,：:的"))
        )
        start, end = self.passage.inside(quantity.span)
        low, high = self._clause(quantity)
        raw = self.passage.text[low:high].strip()
        if not _TELLING.search(name):  # better the clause itself than 数
            around = self.passage.text[low:start] + self.passage.text[end:high]
            around = _REACHED.sub("", shortened(around.strip("、，,：: 的")))
            name, rule, sure = around if len(around) > 2 else name, "figure.clause", 0.3
        if quantity.kind != "change":
            self.topic.name = name
        return Name(name, raw, rule, sure, scope)

    def _leaned(self, said: str) -> str:
        """采纳率 of the opinions, 涉及金额 of the disputes: the topic of the nearest figure before."""
        if said.startswith("成功率"):
            return self.topic.verb + said
        head = without("bare", said)
        if (
            len(head) > 1 and head not in KEPT and (head not in VERBS or head in WHOLE)
        ):  # 普法 | 覆盖率: what it is of stands before it
            return said
        if said[:2] in self.topic.object:
            return said
        return said if self.topic.object in said else self.topic.object + said


def _without_years(left: Words) -> Words:
    """连续4年 | 超过90%: how long it has been so is no name of it."""
    running = len(left) > 2 and left[0].word == "连续" and left[1].tag == "time"
    return left[2:] if running else left


def _without_who(left: Words) -> Words:
    """全市公安机关共 | 立刑事案件620件: who did it all is no part of the name."""
    at = next((i for i, word in enumerate(left) if i and word.word in ("共", "共计", "累计")), None)
    if at is None or at + 1 == len(left) or any(word.word in JOINTS for word in left[:at]):
        return left
    who = text(left[:at])
    return left[at + 1 :] if ends_as("agent", who) or ends_as("body", who) else left


def _without_condition(left: Words) -> Words:
    """经审查后(含上期积存) | 批准12件: what came before it is no part of the name."""
    if left and left[0].word in ("中", "之中"):  # 12个乡镇 | 中有3个
        return left[1:]
    if not left or left[0].word not in ("经", "经过"):
        return left
    after = next((at for at, word in enumerate(left) if word.word in ("后", "之后")), None)
    if after is None:
        return left
    if after + 1 < len(left) and left[after + 1].word in ("(", "（"):
        after = next((at for at in range(after, len(left)) if left[at].word in (")", "）")), after)
    return left[after + 1 :]


def _without_aside(left: Words) -> Words:
    """结案(包括诉前调解) | 86件: what a bracket before the figure says is included is no part of its name."""
    if not left or left[-1].word not in (")", "）"):
        return left
    opening = max((at for at, word in enumerate(left) if word.word in ("(", "（")), default=0)
    return left[:opening] if opening and left[opening + 1].word in INCLUDED else left


def tail(phrase: Words) -> Words:
    """The noun phrase at the end of a phrase: what stands after its last verb that is never a noun."""
    at = next((i for i in range(len(phrase) - 1, -1, -1) if phrase[i].word in ACTS and i < len(phrase) - 1), None)
    if at and ends_as("rate", text(phrase)) and len(text(phrase[at + 1 :])) <= 4 and phrase[at - 1].tag.startswith("n"):
        return object_of(phrase)  # 规范性文件报备及时率
    short = at is not None and len(text(phrase[at + 1 :])) <= 2
    if short and at and phrase[at - 1].word in ACTS:  # 压缩 | 办结时限
        return phrase[at:]
    if short and at and phrase[-1].word in ("时间", "时限") and phrase[at - 1].tag.startswith("v"):
        return object_of(phrase)  # 投诉举报办结时间
    if at is not None and any(word.word == "的" for word in phrase[at:]):  # 聘请法律顾问的行政机关
        return phrase[at:]
    return object_of(phrase if at is None else phrase[at + 1 :])


def suffix(quantity: Quantity, noun: str, *, after: bool = False) -> str:
    """What a name of a count ends in: 数, 次数, 人次, 金额; nothing where the noun says it."""
    return ending(quantity.unit, quantity.unit_class, noun, after=after)


def ending(unit: str, unit_class: str, noun: str, *, after: bool = False) -> str:
    """What the name of what is counted in a unit ends in.

    >>> ending("次", "count", "常务会议学法"), ending("元", "money", "罚没金额")
    ('次数', '')
    """
    if unit.endswith("次") and len(unit) > 1:
        if ends_as("rate", noun):
            return ""
        return "" if noun.endswith(unit) else unit
    if unit_class == "money":
        return "" if ends_as("money", noun) else "金额"
    if ends_as("rate", noun) or noun.endswith("数"):
        return ""
    if unit in _NOUNS:
        return _NOUNS[unit]
    if after and unit_class in ("count", "thing"):  # the noun stands after the figure: 2家实验室
        return "数"
    if unit in ("人", "名") and noun and not ends_as("person", noun):
        return "人数"
    if unit in ("家", "户") and noun and not ends_as("agent", noun):
        return unit + "数"
    if unit_class == "rate":
        return "比例"
    return "数"
