"""Places of a report: its own jurisdiction with all above it, and what 县, 市, 我省 or 局 before an organ means in it."""

import re
from dataclasses import dataclass
from typing import get_args

from kg.corpus.document import Area, Level
from kg.extract import zones
from kg.extract.tokens import segmenter
from kg.extract.words import either
from kg.lexicon import divisions, pattern, table

LEVELS: dict[str, tuple[Level | None, str]] = {
    word: (level if level in get_args(Level) else None, scope)  # type: ignore[misc]
    for word, level, scope in table("levels", "word", "level", "scope")
}
ENDS = either(LEVELS)
_END = re.compile(ENDS + "$")
_DOUBLE = re.compile(r"[\u4e00-\u9fff]{2,12}区\([\u4e00-\u9fff]{2,6}\)")
"""A zone and the district that it governs with: 高新区(新市区)."""
_BRANCH = pattern("place.branch")
_NUMBERED = pattern("place.numbered")
REGIMENT = re.compile(rf".*?{_NUMBERED.pattern}")
_NO_END = {"区": "地区", "新区": "高新区"}
_ALSO = {"团": "团镇", "师": "师市"}
"""A regiment that is a town too, a division that is a city too."""
_STOP = re.compile(r"[^\u4e00-\u9fff]")
LONGEST = 12
"""Of the name of a place before its last word, in characters: 积石山保安族东乡族撒拉族自治."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as printed before an organ: the name that it has in full, and its level."""

    name: str
    level: Level | None
    known: bool = True
    """Found in the report's own chain or in the division table."""


class Gazetteer:
    """What the short forms of places mean in one report.

    >>> county = Area(code="330226", name="宁海县", level="county", parents=(Area(code="330000", name="浙江省", level="province"),))
    >>> gazetteer = Gazetteer(county, "宁海县司法局")
    >>> gazetteer.short("县"), gazetteer.short("省"), gazetteer.short("局")
    (Place(name='宁海县', level='county', known=True), Place(name='浙江省', level='province', known=True), Place(name='宁海县司法局', level='county', known=True))
    """

    def __init__(self, area: Area | None, issuer: str | None) -> None:
        self.area = area
        self.own: dict[str, Place] = {}
        self.named: dict[str, Place] = {}
        chain = [*area.parents, area] if area else []
        for one in chain:
            name = one.name
            if _NUMBERED.match(name) and one.parents:  # 第七团 is one only with its division
                name = one.parents[-1].name + name
            self.named[one.name] = Place(name, one.level)
            for word in ends(one.name):
                self.own[word] = self.named[one.name]
        self.zone = area.name if area and not area.code and zones.is_zone(area.name) else ""
        """The zone that reports, or whose office does; it lies in a district and is none."""
        if area and self.zone:
            place = self.named[area.name]
            district = next((one for one in reversed(chain[:-1]) if one.name.endswith("区")), None)
            self.own |= dict.fromkeys((*zones.also(area.name), *ends(area.name)), place)
            self.own.pop("区", None)
            if district:
                self.own["区"] = self.named[district.name]
            elif issuer and not issuer.endswith(("委员会", "管委会")):  # an office of the zone
                self.own["区"] = place
            self.named |= dict.fromkeys(zones.without_seat(area.name), place)
            seat = None if area.parents else divisions.seat(area.name)
            for above in (*divisions.parents(seat), seat) if seat else ():  # 湖南湘江新区 lies in 湖南省
                for word in ends(above.name):
                    self.own.setdefault(word, Place(above.name, above.level))
        branch = _BRANCH.search(issuer or "")
        if branch and area and (below := divisions.named(branch[1], inside=area.code)):  # 白石市公安局青榆区分局
            self.own[branch[1][-1]] = Place(branch[1], below[0].level)
        double = _DOUBLE.match(issuer or "")
        if double and "区" not in self.own:
            self.own["区"] = Place(double[0], "county")
        if issuer and not chain and REGIMENT.fullmatch(issuer):  # 五团 without its division
            self.own = {word: Place(issuer, LEVELS[word][0]) for word in ends(issuer)}
        self.issuer = issuer = issuer and without_places_above(issuer, area)
        last = (issuer or "").split("、")[-1]
        if (end := _END.search(last.removesuffix("员会").removesuffix("公室"))) and LEVELS[end[0]][1] == "issuer":
            self.own[end[0]] = Place(last, area.level if area else None)
        county = area and (area.code[:6] if area.level in ("county", "township") else "")
        self.townships = {one.name: one for one in divisions.townships(county)} if county else {}
        self.led_by_group = False
        """Whether the office that reports has a 党组: then a 党委 is not its own."""
        self.guessed = False
        """Whether the office that reports is concluded from its field alone, and printed nowhere."""
        self._chain = self._chains()
        self.county = next((one.name for one in reversed(chain) if one.level == "county"), None)
        self.township_pattern = re.compile(either(self.townships)) if self.townships else None

    def _chains(self) -> re.Pattern[str]:
        return re.compile(f"(?:{either(self.named)})+" if self.named else r"(?!)")

    def know(self, *chain: divisions.Division) -> None:
        """The places that the text tells to be its own, from the province down: printed in a row they mean the last."""
        self.named |= {one.name: Place(one.name, one.level) for one in chain}
        self._chain = self._chains()

    def spell_out(self) -> None:
        """An issuer that says only of which level it is, 州民宗局, by the name of its place, once that is known."""
        issuer = self.issuer or ""
        place = self.own.get(issuer[:1])
        if place and place.name != issuer:
            self.issuer = place.name + issuer[1:]
            for word, own in self.own.items():
                if own.name == issuer:
                    self.own[word] = Place(self.issuer, place.level)

    def short(self, word: str) -> Place | None:
        """The place that a level word alone (县, 市, 局) means here; None when the report's own chain does not say."""
        return self.own.get(word)

    def field(self, office: re.Pattern[str]) -> str:
        """The field of government of the issuer, where it is an office of one: 教育 of 宁海县教育局; else empty."""
        name = self.issuer or ""
        found = office.fullmatch(name, at.end() if (at := self._chain.match(name)) else 0)
        return found[1] if found else ""

    def is_own(self, place: Place | None, tail: str) -> bool:
        """Whether an office of the report's own place is the issuer, by whatever short name of the place it calls itself."""
        if place is None or self.area is None or place.name != self.area.name or not self.issuer or tail == "人民政府":
            return False
        return self.issuer.endswith(tail) and _END.search(self.issuer.removesuffix(tail)) is not None

    def own_government(self, issuer: str) -> str:
        """The government that reports by its place's own name, as another's report names it; empty where it is no government.

        云桥市青榆区人民政府 is 青榆区人民政府, 甘孜州人民政府 that of 甘孜藏族自治州, 云桥市青榆区石桥镇人民政府 青榆区石桥镇人民政府.
        """
        area = self.area if self.area and issuer.endswith("人民政府") else None
        if area and area.level == "township":
            return issuer[issuer.index(self.county) :] if self.county and self.county in issuer else ""
        return f"{area.name}人民政府" if area and (area.code or issuer.endswith(f"{area.name}人民政府")) else ""

    def before(self, text: str, end: int) -> tuple[int, Place] | None:
        """The longest place name of `text` that ends at `end` with a level word, and where it starts.

        >>> Gazetteer(None, None).before("会同余姚市", 5)
        (2, Place(name='余姚市', level='county', known=True))
        >>> city = Area(code="330200", name="宁波市", level="city")
        >>> yuyao = Area(code="330281", name="余姚市", level="county", parents=(city,))
        >>> Gazetteer(yuyao, None).before("会同宁波市", 5)
        (2, Place(name='宁波市', level='city', known=True))
        """
        low = max(0, end - LONGEST - 4)
        for match in self._chain.finditer(text, low, end):
            if match.end() == end:
                last = max((name for name in self.named if text.endswith(name, 0, end)), key=len)
                return match.start(), self.named[last]
        for start in range(low, end - 1):
            name = text[start:end]
            if (found := divisions.named(name)) and _stands_alone(text, start, name):
                for above in range(max(0, start - LONGEST), start - 1) if len(found) > 1 else ():
                    if divisions.find(text[above:end]):  # 南京市鼓楼区: the name alone would be that of four
                        return above, Place(text[above:end], found[0].level)
                official = official_name(found) or name
                for parent in reversed(divisions.parents(found[0])):  # 云桥市|青榆区
                    start -= len(parent.name) if text.endswith(parent.name, 0, start) else 0
                return start, Place(official, found[0].level)
        zone = zones.before(text, low, end)
        verb = zone and zone[1][:2] in VERBS  # 会同|市高新区 is none of 会同县
        return (zone[0], Place(zone[1], "county")) if zone and not verb else None

    def fictitious(self, text: str, end: int, word: str, *, nouns: bool = False) -> tuple[int, Place] | None:
        """A place name that no table knows, by its form: up to five characters that are no words of their own, or nouns.

        A town that stands alone lies in the county that reports, like those that the table of townships has of it.

        >>> taojiang = Area(code="430922", name="桃江县", level="county")
        >>> Gazetteer(taojiang, None).fictitious("指导榆垭坪镇", 6, "镇")
        (2, Place(name='桃江县榆垭坪镇', level='township', known=False))
        """
        low = end - len(word)
        start = low
        stretch = text[max(0, low - 12) : low]
        cut = [match.end() for match in _STOP.finditer(stretch)]
        stretch = stretch[cut[-1] :] if cut else stretch
        for token in reversed(segmenter().cut(stretch)):
            name = token.tag.startswith("n" if nouns else ("ns", "nr", "nz")) and token.word not in VERBS
            if (
                not (name or len(token.word) == 1)
                or token.word in NO_NAME
                or token.word == "中共"
                or low - start + len(token.word) > 5
            ):
                break
            start -= len(token.word)
        if low - start < 2 and LEVELS[word][0] == "township":
            start = low - _name_after_mark(stretch)
        if low - start < 2:
            return None
        level = LEVELS[word][0]
        alone = level == "township" and not text.endswith(("县", "市", "区", "旗"), 0, start)
        county = self.county if alone and self.townships else None
        return start, Place((county or "") + text[start:end], level, known=False)


def without_places_above(issuer: str, area: Area | None) -> str:
    """An office by its own place's name, as the reports of others call it: 云桥市青榆区司法局 is 青榆区司法局.

    >>> district = Area(code="", name="青榆区", level="county", parents=(Area(code="", name="云桥市", level="city"),))
    >>> without_places_above("云桥市青榆区司法局", district), without_places_above("云桥市青榆区人民政府", district)
    ('青榆区司法局', '云桥市青榆区人民政府')
    """
    if area is None or area.level == "township" or issuer.endswith("人民政府"):
        return issuer
    at = issuer.find(area.name)
    above = "".join(one.name for one in area.parents)
    return issuer[at:] if at > 0 and above.endswith(issuer[:at]) else issuer


def official_name(found: tuple[divisions.Division, ...]) -> str:
    """The full name that all divisions found by a printed one bear: 甘孜州 is 甘孜藏族自治州; empty where they bear several.

    >>> official_name(divisions.named("甘孜州")), official_name(divisions.named("互助县"))
    ('甘孜藏族自治州', '互助土族自治县')
    """
    names = {one.name for one in found}
    return names.pop() if len(names) == 1 else ""


def _stands_alone(text: str, start: int, name: str) -> bool:
    """Whether a name is no accident of its letters: 召开县委 holds 开县, 党委和县人大 和县, 会同县纪委 会同县."""
    if len(name) == 2 and name[1] == "区":
        return False  # 城区, 矿区: part of a place as a rule
    if len(name) == 2:
        before = text[start - 1 : start]  # 代县政府起草 is done for the county
        if name[0] in "代应和":  # 依法治市和县委 holds no 和县, 马鞍山市和县 does
            return any(
                text.endswith(above.name, 0, start) for one in divisions.named(name) for above in divisions.parents(one)
            )
        return before in ("省", "市", "州") or not "\u4e00" <= before <= "\u9fff"
    return divisions.short(name) not in VERBS


def _name_after_mark(stretch: str) -> int:
    """How long the name of a town is that is made of words, between a mark or preposition and its 镇: 、幸福街道, 对红旗镇."""
    tokens = segmenter().cut(stretch)
    length = 0
    for token in reversed(tokens):
        if token.tag in ("p", "c") or token.word in ("与", "和", "及", "由", "将"):
            break
        numeral = token.tag == "m"
        if (token.word in NO_NAME and not numeral) or token.word in VERBS or (numeral and len(token.word) > 1):
            return 0
        length += len(token.word)
    return length if 2 <= length <= 3 else 0


VERBS = frozenset(verb for verb, _, _ in table("verbs", "verb", "class", "use")) | {
    word for word, _ in table("body_stops", "word", "where")
}
NO_NAME = frozenset(word for (word,) in table("no_names", "word"))


def ends(name: str) -> tuple[str, ...]:
    """The level words by which a place of this name is called: 自治县 is also called 县, 自治区 also 区."""
    words = tuple(
        word
        for word in LEVELS
        if name.endswith(word) and len(name) > len(word) and not name.endswith(_NO_END.get(word, "\0"))
    )
    return (*words, _ALSO[name[-1]]) if REGIMENT.fullmatch(name) else words
