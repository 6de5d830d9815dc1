"""Names: what a figure measures, as the shortest phrase that is understood outside its sentence."""

import re
from dataclasses import dataclass, replace

from kg.extract.amount import Quantity
from kg.extract.comparison import CHANGES
from kg.extract.constituent import object_of
from kg.extract.listing import in_common, with_rate
from kg.extract.phrase import Words, ends_as, parts, text, trimmed
from kg.extract.rating import STEM, Rated
from kg.extract.surrounding import Name, Topic, suffix, tail
from kg.lexicon import pattern

_COMPARED = pattern("naming.compared")
_THAN = pattern("naming.than")
_SINCE = pattern("naming.since")
_AGAINST = pattern("naming.against")
_RATE = pattern("naming.rate")
_STAYS = pattern("naming.stays")
_SERIES = pattern("naming.series")


@dataclass(slots=True)
class Namer(Rated):
    """Names the figures of one sentence in order; each may lean on those before it."""

    def names(self) -> list[tuple[Name, ...]]:
        """One or more names for each quantity: a figure that holds for a list of rates has a name for each."""
        named: dict[int, tuple[Name, ...]] = {}
        before: Topic | None = None
        for index, quantity in enumerate(self.found):
            if self._is_aside(quantity):
                before = before or replace(self.topic, by_unit=dict(self.topic.by_unit))
            elif before:  # 受理案件640件(含结转25件),同比上升8%: not the 25 rose
                self.topic.take(before)
                before = None
            if index not in named:
                named.update(self._series(index) or {index: self._names(index)})
            self.given.append(named[index][-1].name)
        if before:
            self.topic.take(before)
        return [named[index] for index in range(len(self.found))]

    # --- several names ------------------------------------------------------------------------------------------------

    def _series(self, index: int) -> dict[int, tuple[Name, ...]]:
        """受理、审结分别为120件、98件: subjects and values in the same order."""
        left = self._left(index)
        at = next((i for i, word in enumerate(left) if word.word.startswith("分别")), None)
        if at is None:
            return self._paired(index, trimmed(left))
        if at == 0 or not trimmed(left[:at]) or _AGAINST.fullmatch(text(left[:at])):
            return self._of_those_before(index)
        subjects, predicate, run = parts(trimmed(left[:at])), text(trimmed(left[at + 1 :])), self._run(index)
        said = [text(object_of(subject)) for subject in subjects]
        if len(said) == 1 and ends_as("bare", said[0]) and len(run) <= len(self.given):  # 占比分别为26%、74%
            said = [re.sub("数$", "", name) + said[0] for name in self.given[-len(run) :]]
        elif len(said) == 1:  # 城乡居民收入分别增长4.4%、5.6%: two values of one name
            said = said * len(run)
        else:
            shared = in_common(subjects)
            since = self._since(self.found[index]) if self.found[index].kind == "change" else ""
            said = [one + predicate + (shared if one is not said[-1] else "") + since for one in said]
        if len(run) < 2 or len(said) != len(run):
            return {}
        first = self.found[index]
        return {
            place: (
                self._name(one + self._suffix_of(self.found[place], first, one), first, "figure.respectively", 0.8),
            )
            for place, one in zip(run, said, strict=True)
        }

    def _of_those_before(self, index: int) -> dict[int, tuple[Name, ...]]:
        """企业31户、个体户52户,分别增长9.8%和13.7%: values of the figures before, in the same order."""
        run = self._run(index)
        if len(run) > 1 and text(self._left(index)).endswith("占"):  # 民事90件、刑事10件,分别占90%、10%
            counted = [
                self._stem(name) for name, one in zip(self.given, self.found, strict=False) if one.unit_class != "rate"
            ]
            said = counted[-len(run) :] if len(counted) >= len(run) else []
            return {
                place: (self._name(one + "占比", self.found[place], "figure.respectively", 0.8),)
                for place, one in zip(run, said, strict=False)
            }
        if len(run) < 2 or self.found[index].kind != "change":
            return {}
        listed = parts(self._clause_before(index))  # 火灾起数、伤人、损失,比上年分别下降14%、4%和26%
        if len(listed) == len(run):
            return self._changes_of([text(object_of(one)) for one in listed], run, "同比")
        if len(run) > len(self.given):
            return {}
        said = [self._thing(name) for name in self.given[-len(run) :]]
        return self._changes_of(said, run, self._since(self.found[index]) or "同比")

    def _paired(self, index: int, phrase: Words) -> dict[int, tuple[Name, ...]]:
        """警情、损失同比下降12%、8%: as many changes as subjects, in the same order, without 分别."""
        run = self._run(index)
        if len(run) < 2 or any(self.found[place].kind != "change" for place in run):
            return {}
        if not text(phrase):
            return self._of_those_before(index)
        subjects = parts(phrase)
        if len(subjects) != len(run):
            return {}
        shared = in_common(subjects)
        said = [text(object_of(one)) + (shared if one is not subjects[-1] else "") for one in subjects]
        return self._changes_of(said, run, "同比" if _COMPARED.search(text(self._left(index))) else "")

    def _changes_of(self, said: list[str], run: list[int], when: str) -> dict[int, tuple[Name, ...]]:
        return {
            place: (
                self._name(one + when + _change_noun(self.found[place]), self.found[place], "figure.respectively", 0.8),
            )
            for place, one in zip(run, said, strict=True)
        }

    def _suffix_of(self, quantity: Quantity, first: Quantity, said: str) -> str:
        """Of the values of a list all are changes when the first is one: 分别增长6.8%、12.3%."""
        if first.kind == "change" and first.change in CHANGES:
            return CHANGES[first.change][1]
        return suffix(quantity, said)

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
            listed = with_rate([part for part in parts(phrase) if part])
            if len(listed) > 1 and all(_RATE.search(text(part)) for part in listed):
                return self._listed(quantity, listed)
        if quantity.unit_class == "rate" and quantity.kind == "level" and (of := self._of_those(index, left, phrase)):
            return (of,)
        name = self._one(index, quantity, left, phrase)
        return (name,)

    def _listed(self, quantity: Quantity, listed: list[Words]) -> tuple[Name, ...]:
        """办复率、满意率均为100%: what the first is of the others are of too."""
        names = [self._rate_or_rank(quantity, part) for part in listed]
        first = text(listed[0])
        of = names[0].name.removesuffix(first) if names[0].name != first else ""
        bare = (len(text(part)) <= 3 and name.name == text(part) for part, name in zip(listed, names, strict=True))
        return tuple(
            replace(name, name=of + name.name) if lone else name for name, lone in zip(names, bare, strict=True)
        )

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
        _, high = self._clause(quantity)
        _, end = self.passage.inside(quantity.span)
        said = self.passage.text[end : min(high, end + 14)].lstrip("的")
        of = self.topic.name  # 满意度91%,连续4年超过90%: of what the figure before is of
        what = text(tail(phrase)) or (of if _RATE.search(of) and _STAYS.match(said) else "")
        name = self._name(f"{what}连续{said}{quantity.unit[-1]}数", quantity, "figure.years-running")
        self.topic.name = of or name.name
        return name

    def _nought(self, quantity: Quantity, phrase: Words) -> Name:
        """零投诉, 案件零发生: what did not happen."""
        start, end = self.passage.inside(quantity.span)
        event = re.sub("^(?:零|无一例?)|发生$", "", self.passage.text[start:end])
        return self._name(f"{text(tail(phrase))}{event}数", quantity, "figure.nought", 0.8)

    def _change(self, quantity: Quantity, left: Words, phrase: Words) -> Name:
        """What changed and how it is called: 同比增幅, 压缩比例."""
        alone = not phrase or text(phrase) == quantity.change + "幅"  # 增加198件,增幅为96.6%
        if alone and (before := self._unit_left_out(quantity) or self._changed_before(quantity)):
            self.topic.name = before
        elif not phrase and (counted := self._counted_before(quantity)):
            self.topic.name = counted
        noun = _change_noun(quantity)
        before = "".join(word.word for word in left)
        when = self._since(quantity) or ("同比" if _COMPARED.search(before) or not phrase else "")
        changed = text(tail(phrase)) or self.topic.name
        if not text(phrase):
            changed = changed if self._stem(changed).endswith("数") else STEM.sub("", changed)
        changed = re.sub("(?:[同环]比)?(?:[增减降涨升]幅)?$|[较比]前$", "", _THAN.sub("", changed)) or re.sub(
            "数$|金额$", "", self.topic.name
        )
        if re.search(f"{quantity.change}(?:比例|幅度|率)$", changed):  # 删减比例20%
            when = noun = ""
        if changed.endswith(quantity.change):
            changed = changed.removesuffix(quantity.change) or self.topic.name
        if noun == "增幅" and changed.endswith("增幅"):
            noun = ""
        return self._name(changed + when + noun, quantity, "figure.change")

    def _thing(self, name: str) -> str:
        """A name of a count without what it ends in: 起诉嫌疑人数 leaves 嫌疑人 where that is printed, 参训人数 leaves 参训."""
        return name[:-1] if name[-1:] == "数" and name[-3:-1] in self.passage.text else STEM.sub("", name)

    def _since(self, quantity: Quantity) -> str:
        """较2019年下降31.4%: the year that a value is compared with, unless it is the one before."""
        start, _ = self.passage.inside(quantity.span)
        low, _ = self._clause(quantity)
        base = _SINCE.search(self.passage.shadow, low, start)
        year = self.passage.year_at(start)
        if base and not base[1].isdigit():
            return f"较{base[1]}年"
        return f"较{base[1]}年" if base and year and int(base[1]) < year - 1 else ""

    def _counted_before(self, quantity: Quantity) -> str:
        """优良天数354天,占98%,比上年增加8天: so many more of what was counted in the same unit, not of the share."""
        index = self.found.index(quantity)
        if quantity.unit_class not in ("count", "time") or not index or self.found[index - 1].unit_class != "rate":
            return ""
        named = zip(reversed(self.found[:index]), reversed(self.given), strict=True)
        return next((name for one, name in named if one.unit == quantity.unit and one.kind == "level"), "")

    def _changed_before(self, quantity: Quantity) -> str:
        """受案增加167件,上升10.21%: what changed by so many changed by so much."""
        index = self.found.index(quantity)
        earlier = self.found[index - 1] if index else None
        if earlier is None or earlier.kind != "change" or earlier.direction != quantity.direction:
            return ""
        between = self.passage.masked[self.passage.inside(earlier.span)[1] : self.passage.inside(quantity.span)[0]]
        alike = re.fullmatch(f",{quantity.change}幅?[为达约是]*", between) and earlier.unit != quantity.unit
        return re.sub(f"(?:[同环]比)?{earlier.change}[数额]$", "", self.given[-1]) if alike else ""


def _change_noun(quantity: Quantity) -> str:
    """How a change is called: 降幅 of a rate, 减少数 of a count, 增加额 of money."""
    places = quantity.unit == "名" and CHANGES.get(quantity.change, ("", ""))[1].endswith("位数")  # 比上年前进2名
    if quantity.unit_class in ("rate", "ratio") or quantity.unit in ("倍", "成", "位") or places:
        return CHANGES[quantity.change][1] if quantity.change in CHANGES else "增幅"
    return f"{quantity.change}{'额' if quantity.unit_class == 'money' else '数'}"
