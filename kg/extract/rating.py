"""Shares, rates and ranks: what a percentage is of, what a place in a ranking is for."""

import re
from dataclasses import dataclass

from kg.extract.amount import Quantity
from kg.extract.comparison import CHANGES
from kg.extract.constituent import bare_verbs, noun_phrase
from kg.extract.counting import Counted
from kg.extract.phrase import KEPT, VERBS, Words, clause, ends_as, links, text, trimmed
from kg.extract.surrounding import JOINTS, Name, tail
from kg.extract.words import cues
from kg.lexicon import pattern

STEM = pattern("rating.stem")
_BESIDE = pattern("rating.beside")
_CONTEST = pattern("rating.contest")
_GRADED = pattern("rating.graded")
_REDUCED = pattern("rating.reduced")
_REDUCIBLE = pattern("rating.reducible")
_REVIEW = pattern("rating.review")
_LEVEL = pattern("rating.level")
_MOVED_BY = pattern("rating.moved-by")
_NUMBER_OF = pattern("rating.number-of")
_PLACE = pattern("rating.place")
_PLACED = pattern("rating.placed", ranked=cues("rank"))
_RIVALS = pattern("rating.rivals", ranked=cues("rank"))


@dataclass(slots=True)
class Rated(Counted):
    """Names of shares, rates and ranks, which may be of what the figure before was of."""

    def _stem(self, name: str) -> str:
        """A name of a count without 数; 天数 and 人数 stay whole where they are printed so: 优良天数354天,占98%."""
        printed = _NUMBER_OF.search(name) and name[-4:] in self.passage.text
        return name if printed else re.sub("(?<!指)数$", "", name)

    def _share(self, quantity: Quantity, left: Words, phrase: Words) -> Name | None:
        """占43.1%, 约为一审案件的1.4倍: a relation to the figure before."""
        at = next((i for i, word in enumerate(left) if word.word in ("占", "占比", "占到", "占总数")), None)
        base = self._unit_left_out(quantity) or re.sub("占比$", "", self._stem(self.topic.name))
        if base.endswith("排名"):  # 审结418件,数量居全省首位,占全省的1/4
            counted = (name for name in reversed(self.given) if not re.search("(?:率|排名|占比|比例)$", name))
            base = next((STEM.sub("", name) for name in counted), base)
        if at is not None and not text(trimmed(left[: at + 1])).removesuffix("占"):
            base = base or self._subject_of_all()
            return self._name(f"{base}占比", quantity, "figure.share") if base else None
        if at is not None and left[at].word != "占比":
            done = trimmed(left[:at])
            if done and (how := next((word for word in left if word.end == done[0].start and word.word in KEPT), None)):
                done = (how, *done)  # 当场 | 办结占85%
            subject = text(tail(done))
            subject = base if subject in ("总数", "数量", "") else subject
            return self._name(f"{subject}占比", quantity, "figure.share")
        if quantity.unit == "%" and left and left[-1].word == "的":  # 承诺时限压缩至法定时限的11%
            to = next((i for i, word in enumerate(left) if _REDUCED.search(word.word) and i), None)
            if to is not None and text(trimmed(left[:to])) and text(left[to + 1 : -1]):
                subject, whole = text(tail(trimmed(left[:to]))), text(left[to + 1 : -1])
                return self._name(f"{subject}占{whole}比例", quantity, "figure.share")
        whose = next((i for i, word in enumerate(left) if word.word in ("是", "为", "相当于") and i), None)
        if quantity.unit == "倍" and left and left[-1].word == "的" and whose:  # 复议受理量是行政诉讼的3倍
            subject, whole = text(tail(trimmed(left[:whose]))), text(trimmed(left[whose + 1 : -1]))
            if subject and whole:
                return self._name(f"{subject}与{whole}之比", quantity, "figure.multiple")
        if quantity.unit == "倍" and left and left[-1].word == "的" and base:
            return self._name(f"{base}与{text(trimmed(left[:-1]))}之比", quantity, "figure.multiple")
        return None

    def _of_those(self, index: int, left: Words, phrase: Words) -> Name | None:
        """大厅90%以上便民事项和全部审批事项做到“一次办成”: the share of those that stand right after it, who do something."""
        right = self._right(index)
        right = right[1:] if right and right[0].word == "的" else right
        said = text(phrase)
        if not right or (left and left[-1].word in ("占", "的")) or ends_as("rate", said) or ends_as("bare", said):
            return None
        noun, rest = noun_phrase(right, closed=self._is_last(index))
        alone = not rest and ends_as("person", said) and noun[0].word[:2] in VERBS
        if (
            not noun or bare_verbs(noun) or alone or _LEVEL.search(text(noun))
        ):  # 负责人100% | 出庭应诉, 保持98%以上的 | 高水平
            return None
        done = _done(self._shared(index) if not rest or rest[0].word in JOINTS else rest)
        done = done if len(done) <= 12 else ""
        self.used = noun[-1].end
        return self._name(text(noun) + done + "占比", self.found[index], "figure.rate-of", 0.8)

    def _unit_left_out(self, quantity: Quantity) -> str:
        """查处治安案件1326,同比上升48.6%: what was counted right before, without a unit."""
        start, _ = self.passage.inside(quantity.span)
        for bare in self.skipped:
            begin, end = self.passage.inside(bare.span)
            if bare.unit_class == "bare" and end < start and self.passage.shadow[end] in ",(" and end + 12 > start:
                low, _ = self._clause(bare)
                return text(tail(trimmed(self._words(low, begin))))
        return ""

    def _rate_or_rank(self, quantity: Quantity, phrase: Words, index: int = 0) -> Name:
        said = text(tail(phrase))
        if quantity.kind == "rank":
            said = _PLACED.sub("", said)
            said = _REVIEW.sub(r"\1", said)  # 甲市在法治政府评估中排名第二
            if _PLACE.search(said):  # 在测评中,甲县连续第五年排名第一: the place is no name of it
                said = self._contest(quantity, index) or said
            low, _ = self._clause(quantity)
            first, end = self.passage.inside(quantity.span)
            if _RIVALS.search(self.passage.shadow, low, first) or (
                not said and _RIVALS.search(self.passage.shadow[first:end])
            ):
                # 空气质量改善,在全省30个城市中排名第三
                said = self._contest(quantity, index) or self._subject_of_all()
            before = re.sub("综合得分$|得分$|(?<!指)数$|金额$|人次$", "", self.topic.name)
            if _MOVED_BY.fullmatch(said) and not _MOVED_BY.search(before):
                said = before + said
            said = said or self._contest(quantity, index) or before
            return self._name(said if said.endswith("排名") else f"{said}排名", quantity, "figure.rank", 0.9)
        if said in ("上", "下"):  # 2022年 | 下降至18%: of what the figure before was of
            said = ""
        if not said:
            return self._rate_of_what_follows(quantity, index)
        if quantity.unit == "%" and _REDUCIBLE.search(said):  # 压缩办结时限50%以上
            said += next((CHANGES[word.word][1] for word in phrase if word.word in CHANGES), "")
        if _BESIDE.match(said) and self.topic.name:  # 败诉率4.1%,低于全省平均水平2.3个百分点
            return self._name(self.topic.name + said, quantity, "figure.beside")
        if ends_as("bare", said) and self.topic.object and len(said) <= 5:  # but 合法性审查率 says it all
            said = self._leaned(said)
        elif quantity.unit_class == "rate" and not ends_as("rate", said):
            done = _done(self._right(index))  # 依申请事项100% | 网上可办
            said += (done if len(done) <= 8 else "") + "比例"
        return self._name(said, quantity, "figure.rate")

    def _rate_of_what_follows(self, quantity: Quantity, index: int) -> Name:
        """85%的行政村; with nothing to its left and right a figure is of what the one before was of."""
        after, _ = noun_phrase(trimmed(self._right(index)))
        if after and not (_LEVEL.search(text(after)) and self.topic.name):
            return self._name(text(after) + "占比", quantity, "figure.rate-of", 0.7)
        base = re.sub("(?<!指)数$", "", self.topic.name)
        return self._name(
            base if re.search("(?:率|比例|占比|比重|强度|度|指数)$", base) else base + "比例",
            quantity,
            "figure.unnamed",
            0.4,
        )

    def _contest(self, quantity: Quantity, index: int) -> str:
        """在第三方评估中,我市位列全国第12名: the contest stands in the clause before."""
        start, _ = self.passage.inside(quantity.span)
        last = self.passage.inside(self.found[index - 1].span)[1] if index else 0
        contest = _CONTEST.search(self.passage.shadow, last, start) or _GRADED.search(self.passage.shadow, last, start)
        return self.passage.text[slice(*contest.span(1))].strip("《“") if contest else ""

    def _subject_of_all(self) -> str:
        """What the sentence begins with."""
        first, _ = noun_phrase(trimmed(self._words(0, clause(self.passage, 0, 0)[1])))
        return text(first)


def _done(rest: Words) -> str:
    """What is said of a share, as printed up to the next mark, without adverbs before it: 均 | 在诉前化解."""
    first = next((i for i, word in enumerate(rest) if not (word.tag == "d" and links(word))), len(rest))
    last = next((i for i in range(first, len(rest)) if not re.match(r"[\w“(]", rest[i].word)), len(rest))
    return text(rest[first:last])
