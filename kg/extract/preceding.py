"""What stands before the clause of a figure: the event, the thing sifted, what grew, what a sum is made up of."""

from dataclasses import dataclass
from decimal import Decimal

from kg.extract.comparison import CHANGES
from kg.extract.constituent import object_of, verb_at
from kg.extract.phrase import NOUN_VERBS, VERBS, Words, ends_as, text, trimmed
from kg.extract.surrounding import Surrounding
from kg.extract.words import either
from kg.lexicon import pattern

COUNTED = pattern("trailing.counted")
IN_ALL = ("共", "共计", "合计", "总计", "总共")
_LONGEST = 24
"""Characters of a list that names what a sum is made up of."""
_MOST = pattern("trailing.most")
_SIFT = "(?:清理|梳理|审查|审核|评估|核查)"
_SIFTED = pattern("trailing.sifted", sift=_SIFT)
_GREW = pattern("trailing.grew", changes=either(CHANGES))


@dataclass(slots=True)
class Preceding(Surrounding):
    """What figures and clauses before tell of a figure whose own clause says nothing."""

    def _made_up(self, index: int, said: str) -> str:
        """维持12件、撤销3件,共 | 15件: what those before it, of which it is the sum, have in common and what not."""
        left, names = self.found[index].value or Decimal(0), list[str]()
        for earlier in range(index - 1, -1, -1) if said in IN_ALL else ():
            one = self.found[earlier]
            if one.unit_class == "rate":
                continue
            if one.unit != self.found[index].unit or one.kind != "level" or one.value is None:
                break
            left -= one.value
            names.insert(0, COUNTED.sub("", self.given[earlier]))
            if left <= 0:
                break
        if left or len(set(names)) < max(2, len(names)):
            return ""
        verb = first if (first := names[0][: _alike(names)]) in VERBS else ""
        names = [name[len(verb) :] for name in names]
        shared = _alike([name[::-1] for name in names])
        if any(len(name) < shared + 2 for name in names):  # 非常满意、满意
            shared = 0
        thing = names[0][len(names[0]) - shared :]
        whole = verb + "、".join(name.removesuffix(thing) for name in names) + thing
        return whole if len(whole) <= _LONGEST else verb + thing

    def _clause_before(self, index: int) -> Words:
        """The words of the clause before that of a figure, when no figure stands in it: 开展普法宣讲,共举办20场."""
        low, _ = self._clause(self.found[index])
        if low < 2 or self.passage.masked[low - 1] != ",":
            return ()
        start = max(self.passage.masked.rfind(mark, 0, low - 1) for mark in ",;。:!?\n") + 1
        if any(start < self.passage.inside(earlier.span)[1] for earlier in self.found[:index]):
            return ()
        return trimmed(self._words(start, low - 1))

    def _event_before(self, index: int, said: str) -> str:
        """The event of the clause before, or what it says was done with: 加强合同审查,共审查 | 12份."""
        phrase = self._clause_before(index)
        at = verb_at(phrase)
        before = text(object_of(phrase if at is None else phrase[at + 1 :]))
        if not 2 < len(before) <= 16:
            return ""
        if self.found[index].unit.endswith(("次", "场", "期", "轮")):
            event = at is not None and (phrase[-1].word in NOUN_VERBS or ends_as("meeting", before))
            return before if event else ""
        low, _ = self._clause(self.found[index])
        sifted = _SIFTED.search(self.passage.shadow, 0, low - 1) if not before.endswith(said) else None
        if sifted:  # 清理规范性文件,修改 | 7件, 对合同进行全面审查,退回 | 5份
            return self.passage.text[slice(*sifted.span(sifted.lastgroup or 0))]
        return before if before.endswith(said) else ""

    def _thing_before(self, index: int) -> str:
        """What the clause before says there is most of: 获得补助资金最多,为 | 860万元."""
        phrase = self._clause_before(index)
        at = verb_at(phrase)
        low, _ = self._clause(self.found[index])
        if _GREW.search(self.passage.shadow, 0, max(0, low - 1)):  # 案件数量持续上升,共 | 640件
            grown = text(object_of(trimmed(_without_verb(phrase))))
            return grown if ends_as("number", grown) else ""
        most = _MOST.search(text(phrase))
        return _MOST.sub("", text(object_of(phrase if at is None else phrase[at + 1 :]))) if most else ""


def _without_verb(phrase: Words) -> Words:
    """A clause up to the adverbs before its last verb: 犯罪人数 | 继续增多."""
    end = len(phrase)
    while end and not ends_as("number", phrase[end - 1].word) and phrase[end - 1].tag in ("d", "ad", "v", "vd"):
        end -= 1
    return phrase[:end]


def _alike(names: list[str]) -> int:
    """How many letters names begin with alike."""
    return next(
        (at for at, letters in enumerate(zip(*names, strict=False)) if len(set(letters)) > 1), min(map(len, names))
    )
