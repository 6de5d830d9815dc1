"""Lists of figures: what is said of the last of a list is said of all, and what a figure sums up."""

import re
from dataclasses import dataclass, replace

from kg.extract.amount import Quantity
from kg.extract.constituent import bare_verbs, noun_phrase, object_of, verb_at
from kg.extract.phrase import ACTS, AWARDS, CUTS, VERBS, Word, Words, ends_as, text, trimmed
from kg.extract.surrounding import JOINTS, Name
from kg.extract.trailing import Trailing, said_of

_LEVEL = re.compile("(?:国家|[省市县区镇乡村])级?")


@dataclass(slots=True)
class Listed(Trailing):
    """What figures that stand side by side have in common."""

    def _noun_after(self, quantity: Quantity, right: Words, index: int) -> tuple[Words, Words]:
        """The noun that is counted, right of the figure; for 8省(区、市) the unit is the noun."""
        counted, rest = noun_phrase(right, closed=self._is_last(index))
        if quantity.unit_class != "thing" or (quantity.unit == "类" and counted):  # 5大类 | 权责清单
            if quantity.unit in ("家", "户", "所") and counted and not ends_as("agent", text(counted)):
                # 12家餐具 | 集中消毒企业
                stop = next((i for i in range(1, 5) if ends_as("agent", text(rest[:i]))), 0)
                if stop and all(re.match(r"\w", word.word) and word.word not in ACTS for word in rest[:stop]):
                    return (*counted, *rest[:stop]), rest[stop:]
            of = next((i for i, word in enumerate(counted[:-1], 1) if word.word.endswith("案件")), None)
            if of and quantity.unit in ("件", "起", "宗") and ends_as("person", text(counted)):
                return counted[:of], (*counted[of:], *rest)  # 3件案件 | 负责人出庭应诉
            return counted, rest
        _, end = self.passage.inside(quantity.span)
        start = end - len(quantity.unit)
        start -= quantity.unit == "类" and self.passage.shadow[start - 1] == "大"  # 3大类
        if right and right[0].word in ("(", "（"):
            close = next((i for i, word in enumerate(right) if word.word in (")", "）")), 0)
            end, right = right[close].end, right[close + 1 :]
        more, rest = noun_phrase(right, closed=self._is_last(index))
        noun = Word(start, end, self.passage.text[start:end], "n")
        return (noun, *more), rest

    def _adjacent(self, index: int) -> Words:
        """梳理12类 | 58项事项: what the figures right after it count; else what stands before the first: 清单 | 分为5大类20小类."""
        first = last = index
        while last + 1 < len(self.found) and self._touch(last):
            last += 1
            right = self._right(last)
            if right and (noun := self._noun_after(self.found[last], right, last)[0]):
                return noun
        while first and self._touch(first - 1):
            first -= 1
        left = self._words(self._clause(self.found[first])[0], self.passage.inside(self.found[first].span)[0])
        cut = next((i for i in range(len(left) - 1, 0, -1) if left[i].word in CUTS), None)
        return () if cut is None or trimmed(left[cut + 1 :]) else object_of(trimmed(left[:cut]))

    def _touch(self, index: int) -> bool:
        """Whether the next figure is printed right behind a figure."""
        return self.passage.inside(self.found[index].span)[1] == self.passage.inside(self.found[index + 1].span)[0]

    def _classes(self, quantity: Quantity, phrase: Words, things: Words) -> Name:
        """Classes of what the figure right after them counts; the verb is that of both."""
        at = verb_at((*phrase, *things))
        verb, noun = phrase[at].word if at is not None and at < len(phrase) else "", text(object_of(things))
        verb = "" if verb in CUTS else verb
        self._about(verb, noun, quantity)
        _, self.used = self.passage.inside(quantity.span)
        return self._name(f"{verb}{noun}类数", quantity, "figure.classes", 0.8, scope=True)

    def _of_level(self, index: int, after: Words) -> Words:
        """2个省级、4个县级 | 普法基地: the noun that a list of levels shares stands after the last of them."""
        if not after or not _LEVEL.fullmatch(text(after)):
            return after
        for following in range(index + 1, len(self.found)):
            noun, _ = self._noun_after(self.found[following], self._right(following), following)
            if self._clause(self.found[following]) != self._clause(self.found[index]) or not noun:
                break
            if not _LEVEL.fullmatch(text(noun)):
                return (*after, *(noun[1:] if _LEVEL.fullmatch(noun[0].word) else noun))
        return after

    def _does_with_others(self, index: int, after: Words) -> bool:
        """Whether those counted stand first in a list whose last tells what all of them did."""
        if index + 1 == len(self.found) or self.passage.shadow[after[-1].end : after[-1].end + 1] not in (
            "、",
            "和",
            ",",
        ):
            return False
        shared = said_of(self._shared(index))
        return bool(shared) and shared[0].word in VERBS | AWARDS

    def _shared(self, index: int) -> Words:
        """对9个部门、6个乡镇 | 开展督察: what is said of the last of a list is said of all."""
        run = [index]
        for following in range(index + 1, len(self.found)):
            same = self._clause(self.found[following]) == self._clause(self.found[index])
            if not same and not self._goes_over(run[-1], following):
                break
            run.append(following)
        if len(run) == 1:
            return ()
        right = self._right(run[-1])
        right = right[1:] if right and right[0].word == "的" else right
        _, rest = self._noun_after(self.found[run[-1]], right, run[-1])
        return rest

    def _goes_over(self, one: int, other: int) -> bool:
        """Whether a list goes on over a comma, with nothing said in between: 7个集体, | 2名个人获得表彰."""
        low, _ = self._clause(self.found[other])
        begins = self.passage.inside(self.found[other].span)[0] == low and self.passage.masked[low - 1 : low] == ","
        noun, rest = self._noun_after(self.found[one], self._right(one), one)
        more, _ = self._noun_after(self.found[other], self._right(other), other)
        people = ends_as("agent", text(noun)) and ends_as("agent", text(more))
        return begins and not rest and people and noun[-1].end == low - 1


def sums_up(left: Words, phrase: Words) -> bool:
    """Whether a figure counts the list before it: 制定停车管理、养犬管理 | 2部法规; 处长和执法人员共 | 12名专家."""
    marks = [at for at, word in enumerate(phrase) if word.word in JOINTS]
    quoted = sum(word.tag == "quoted" for word in phrase) > 1
    if not phrase or phrase[-1].word in ACTS or not (marks or quoted):
        return False
    if left[-1].word in ("共", "共计", "合计"):
        return True
    last = phrase[marks[-1] :] if marks else ()
    return phrase[0].word in ACTS and not any(word.word in ACTS for word in last)


def one_of(right: Words) -> str:
    """Those of whom one is told, in the words up to 之一."""
    last = next((i for i, word in enumerate(right) if word.word == "之一" or not re.match(r"\w", word.word)), None)
    return text(right[:last]) if last and right[last].word == "之一" else ""


def in_common(subjects: list[Words]) -> str:
    """What the last of a list says for all: 调解、排查纠纷量分别为 …, 甲产业、乙产业增加值分别增长 …."""
    last = subjects[-1] if subjects else ()
    first = (
        subjects[0][1:] if subjects and len(subjects[0]) > 1 and subjects[0][0].word in VERBS else ()
    )  # 办理 | 复议、应诉案件
    for one in (text(first), text(subjects[0]) if subjects else ""):
        left_out = text(last)[len(one) :] if len(one) > 1 and subjects[0] is not last else ""
        if ends_as("caseload", left_out) and len(left_out) <= 2:
            return left_out
    if (
        len(last) == 1
        and len(text(subjects[0])) <= 3
        and len(last[0].word) >= 4
        and not text(subjects[0]).endswith("数")
    ):  # 刑事、治安案件
        return last[0].word[2:]
    if len(last) < 2 or subjects[0] is last or re.search("[数率额量次费值]$", text(subjects[0])):
        return ""
    if bare_verbs(subjects[0]):
        return text(object_of(last[(verb_at(last) or 0) + 1 :]))
    nouns = all(len(one) == 1 and one[0].tag.startswith("n") for one in subjects[:-1]) and last[0].tag.startswith("n")
    if nouns and len(subjects) > 2 and ends_as("rate", text(last)):  # 甲、乙和丙浓度达标天数比例
        return text(last[1:])
    tail = last[-1].word
    short = len(text(subjects[0])) <= 3  # 刑事、治安案件
    return tail if short or ends_as("rate", tail) or ends_as("money", tail) else ""


def _of_a_kind(phrase: Words, rate: str) -> bool:
    """Whether the last word of a phrase lacks only the 率 that a rate of the same kind has: 网办 beside 掌办率."""
    said = text(phrase)[-2:]
    return len(said) == 2 and said[1] == rate[1] and said != rate[:2]


def with_rate(listed: list[Words]) -> list[Words]:
    """“甲”“乙” | 满意率: quoted names in a row share the rate that follows the last of them; 网办、掌办率 share its last letter."""
    *before, last = listed or [()]
    named = text(last)
    if len(named) == 3 and named[2] == "率" and before and all(_of_a_kind(one, named) for one in before):
        return [*((*one[:-1], replace(one[-1], word=one[-1].word + "率")) for one in before), last]
    names = [(word,) for part in before for word in part]
    first = next((at for at, word in enumerate(last) if word.tag != "quoted"), 0)
    names += [(word,) for word in last[:first]]
    if len(names) < 2 or first == len(last) or any(name[0].tag != "quoted" for name in names):
        return listed
    return [(*name, *last[first:]) for name in names]
