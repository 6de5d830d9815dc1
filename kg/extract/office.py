"""Organs by name: central ones, those of a level or place (县委, 云桥市司法局), townships and villages."""

import re
from collections.abc import Iterator
from typing import get_args

from kg.corpus.document import Level
from kg.extract.found import Found
from kg.extract.place import ENDS, LEVELS, Gazetteer, Place
from kg.extract.words import beginning, either, words_of
from kg.lexicon import divisions, pattern, table

_FIELDS = tuple(stem for (stem,) in table("departments", "stem"))
STEM = either(_FIELDS)
STEMS = f"(?:{beginning(_FIELDS)}(?:[和与]?{STEM}){{1,4}}|[{''.join(sorted(words_of('field-letter')))}]{{2,5}}(?=局))"
"""A field of government, or several that one office has: 教育科技和体育, 文广体旅."""
_WORK = either(words_of("work-of-office"))
"""What an office does in its field: 营商环境|建设监督|局."""
_PARK = either(words_of("park-field"))
"""What a park is for, which a level governs by a committee: 县|循环经济|产业园区|管委会."""
ORGANS = {tail: (kind, name) for tail, kind, name in table("organs", "tail", "kind", "canonical")}
_ORGANS = re.compile(either(ORGANS))
CENTRAL = {name: (kind, canonical) for name, kind, canonical in table("central_bodies", "name", "kind", "canonical")}
LEVEL = rf"(?P<level>(?<![各辖社园团])(?<!(?<!健)全)(?<![乡街](?=镇))(?<!县(?=区))(?<![两三四五六七八九十](?=[县区]))(?<![党纪常](?=委))(?<!设区(?=市))(?<!级(?=市))(?<!以上(?=市)){ENDS})"
OFFICE = pattern("office.kind").pattern
_PROVINCES = [word for word, (level, _) in LEVELS.items() if level == "province"]
_RULED = "[省市县区旗州盟镇乡街团师疆藏蒙桂宁]"
"""What is ruled by law: a level, or an autonomous region by its sign."""
_RULE_OF_LAW = pattern("office.ruling", ruled=_RULED).pattern
_ORGAN = pattern(
    "office.organ",
    level=LEVEL,
    rule_of_law=_RULE_OF_LAW,
    stems=STEMS,
    work=_WORK,
    office=OFFICE,
    park=_PARK,
    organs=either(ORGANS),
)
_INSIDE = words_of("inside-office")
"""What an office has, as a place has it: 局工会, 局机关党委."""
_BY_SHORT_NAME = words_of("by-short-name")
"""What bears the short name of its city: 湖州海关."""
_OF_PARTIES = re.compile(either(words_of("before-committee")) + r"\Z")
_LEAGUE = pattern("office.league")
_LEVEL_RULED = {"街": "街道"} | dict.fromkeys("疆藏蒙桂宁", "自治区")
_ORDINAL = re.compile("^第[一二三四五六七八九十]{1,2}")
_PARTS = tuple("小城校片景")
"""城区, 校区, 景区 are parts of a place, where no name (东城区, 景县) ends so."""
_CALLED = pattern("office.called")
_COMMISSION = pattern("office.commission", ruled=_RULED)
_COMMITTEE = pattern("office.committee", ends=ENDS)
_PREFECTURE = pattern("office.prefecture")
BESIDE = pattern("office.beside")
_LEADS_LIST = words_of("leads-list")
"""Organs whose place the organs beside them share: 县人大、政府、政协."""
_BEFORE = either(words_of("before-office"))
_BARE = pattern("office.bare", stems=STEMS, before=_BEFORE)
_BARE_OF_TOWN = pattern("office.bare-of-town", stems=STEMS, before=_BEFORE)
_BARE_OF_PROVINCE = pattern("office.bare-of-province", stems=STEMS)
_CENTRAL = pattern("office.central", names=either(name for name in CENTRAL if name not in ("中办", "国办", "中央")))
_OF_ZONES = words_of("of-zones")
_OF_DISTRICTS = pattern("office.of-districts")
_INNER = pattern("office.inner")
_BRANCH = pattern("office.branch")
_DIVISION = pattern("office.division")
_GROUP = pattern("office.group")
_VILLAGE = pattern("office.village")
_OWN_VILLAGE = pattern("office.own-village")
TOWN = pattern("office.town")


def central(text: str) -> Iterator[Found]:
    """Bodies of the centre by their names, with their Party groups, branches and inner offices: 民政部, 民政部党组, 教育部政策法规司."""
    for match in _CENTRAL.finditer(text):
        kind, name = CENTRAL[match[0]]
        yield Found(match.start(), match.end(), name, kind, "central", "body.central")
        if kind == "department" and (group := _GROUP.match(text, match.end())):  # 民政部党组
            yield Found(match.start(), group.end(), name + group[0], "party", "central", "body.central-group", 0.9)
        if kind == "department" and (branch := _BRANCH.match(text, match.end())):
            yield Found(match.start(), branch.end(), name + branch[0], kind, None, "body.central-branch", 0.9)
        if kind == "department" and (inner := _INNER.match(text, match.end())):  # 教育部政策法规司
            yield Found(match.start(), inner.end(), name + inner[0], kind, "central", "body.central-inner", 0.9)


def organs(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """县委, 宁安市人民政府, 我县司法局: a level or place, then an organ or department."""
    last: dict[str, Place] = {}
    behind = 0
    for match in _ORGAN.finditer(text):
        word, tail = match["level"], match["tail"]
        issuers_own = LEVELS[word][1] == "issuer"
        partys = tail.startswith(("党", "理论")) and not tail.startswith("党校")  # 举办|党校
        of_level = gazetteer.short(word) is None and text[match.start() - 1 : match.start()] in tuple(_RULED[1:-1])
        if issuers_own and ((tail not in _INSIDE and not partys) or of_level):  # 市|局党组 of a field unknown
            continue
        kind, canonical = ORGANS.get(tail) or (ORGANS.get(_ORDINAL.sub("", tail), ("", ""))[0], tail)
        if not kind:
            kind = office_kind(tail)
        start, place, confidence = match.start(), gazetteer.short(word), 1.0
        if gazetteer.zone and word == "区":
            if canonical in _OF_ZONES:
                place = gazetteer.named[gazetteer.zone]
            elif place and place.name == gazetteer.zone and _OF_DISTRICTS.match(tail):
                place = None
        elif place is None and LEVELS[word][1] == "zone" and gazetteer.area and not gazetteer.zone:
            place = Place(gazetteer.area.name + word, "county")  # 高新区, 市高新区 in the report of a city
            start -= text.endswith(gazetteer.area.name[-1], 0, start)
        named = gazetteer.before(text, match.end("level"))
        city = divisions.named(text[start - 1 : start + 1] + "市") if word == "州" and not named else ()
        if city:  # 湖州海关, which is none of a prefecture
            named = start - 1, Place(city[0].name, "city")
        if not named and LEVELS[word][1] == "zone":  # 雄安新区管委会
            named = gazetteer.fictitious(text, match.end("level"), word)
        if text.endswith(word, 0, start):  # 滨海新区|区委, 石桥镇|镇政府
            named = gazetteer.before(text, start) or named
        if not named and text[max(0, start - 1) : start] in _PARTS:
            continue
        if not named and not issuers_own and (place is None or tail.startswith("人民")):
            named = gazetteer.fictitious(text, match.end("level"), word, nouns=tail.startswith("人民"))
        beside = behind and (start == behind or (start == behind + 1 and text[behind] in "、和"))
        behind = 0
        if named:
            start, place = named
            last[word], behind = place, match.end()
        elif word in last and (place is None or beside):  # 滨海新区区委、区政府
            place = last[word]
            behind = match.end()
        elif place and len(place.name) > len(word) and text.endswith(place.name, 0, match.end("level")):
            start = match.end("level") - len(place.name)  # of a place that no table has
        above = gazetteer.area.parents if gazetteer.area else ()
        if word == "市" and tail.endswith("支队") and place and place.level == "county" and not named and above:
            place = next(
                (Place(one.name, one.level) for one in above if one.level == "city"), place
            )  # none of a county
        if place and not place.known:
            confidence = 0.7
        if start and not named and text[start - 1] in "我本" and not issuers_own:
            start -= 1
        if kind == "party" and text.endswith("中共", 0, start):
            start -= 2
        if tail == "税务局" and text.endswith("国家税务总局", 0, start):
            start -= len("国家税务总局")
        level = LEVELS[word][0] if place is None else place.level
        if kind == "government" and level == "township":
            kind = "township"
        whose = place.name if place else word
        if city and tail in _BY_SHORT_NAME:
            whose = text[start : match.end("level")]
        if gazetteer.is_own(place, tail):  # 州公安局 is the issuer 临夏州公安局, not 临夏回族自治州公安局
            whose, canonical = "", gazetteer.issuer or ""
        if tail == "委" and (party := _OF_PARTIES.search(text, max(0, start - 8), start)):  # 共青团青榆县委
            start, whose, kind = party.start(), party[0] + whose, "group"
        yield Found(start, match.end(), whose + canonical, kind, level, "body.organ", confidence)
        inside = _DIVISION.match(text, match.end()) if kind in ("court", "procuratorate", "supervision") else None
        if inside:  # 县法院行政审判庭
            yield Found(start, inside.end(), whose + canonical + inside[0], kind, level, "body.division", confidence)
        organ = BESIDE.match(text, match.end()) if tail in _LEADS_LIST else None
        while organ:  # 乡党委、政府, 县人大常委会、政府、法院、检察院党组
            its, name = ORGANS[organ["organ"]]
            its = "township" if its == "government" and level == "township" else its
            if organ["group"]:
                its, name = "party", name + "党组"
            yield Found(organ.start("organ"), organ.end(), whose + name, its, level, "body.organ-beside", 0.95)
            organ = BESIDE.match(text, organ.end())
        if tail in ("委", "党委") and (called := _CALLED.match(text, match.end())):  # 县委召开常委会会议
            yield Found(called.start(1), called.end(), whose + tail + "常委会", kind, level, "body.organ-called", 0.8)
    for match in _BARE.finditer(text):
        own = gazetteer.area
        name = own.name if own and own.level in get_args(Level)[1:5] else ""
        level = own.level if own else None
        if level == "township" and not match[0].endswith("办"):  # a town has no 局: that is the county's
            name, level = gazetteer.county or "", "county"
        yield Found(
            match.start(), match.end(), name + match[0], office_kind(match[0]), level, "body.bare-department", 0.8
        )
    town = gazetteer.area if gazetteer.area and gazetteer.area.level == "township" else None
    for match in _BARE_OF_TOWN.finditer(text) if town and "办公室" in text else ():  # 平安法治办公室
        name = town.name + match[0] if town else match[0]
        yield Found(match.start(), match.end(), name, "department", "township", "body.bare-department", 0.8)
    for match in _BARE_OF_PROVINCE.finditer(text) if "厅" in text else ():  # 司法厅
        province = next((place for word in _PROVINCES if (place := gazetteer.short(word))), None)
        name = (province.name if province else "") + match[0]
        yield Found(match.start(), match.end(), name, office_kind(match[0]), "province", "body.bare-department", 0.8)


def courts(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """青榆法院: the court of a place of the report by the place's short name."""
    for name, place in gazetteer.named.items() if "法院" in text or "检察院" in text else ():
        short = divisions.short(name) if place.level == "county" else ""  # 广东法院 are those of the province
        for match in re.finditer(rf"{short}(法院|检察院)", text) if len(short) > 1 else ():
            kind, canonical = ORGANS[match[1]]
            yield Found(match.start(), match.end(), place.name + canonical, kind, place.level, "body.short-court", 0.9)


def committees(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """中共青榆县委员会: the party committee by its whole name is 青榆县委."""
    for match in _COMMITTEE.finditer(text):
        named = gazetteer.before(text, match.end("place")) or gazetteer.fictitious(
            text, match.end("place"), match["place"][-1]
        )
        if named:
            name = named[1].name + ("党委" if named[1].level == "township" else "委")
            yield Found(match.start(), match.end(), name, "party", named[1].level, "body.committee")


def leagues(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """团县委: the youth league of a place."""
    for match in _LEAGUE.finditer(text):
        place = gazetteer.short(match["level"])
        name = place.name if place else match["level"]
        level = place.level if place else LEVELS[match["level"]][0]
        yield Found(match.start(), match.end(), f"团{name}委", "group", level, "body.league")


def commissions(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """依法治县委员会 without 县委 before it: that of the place in its own name."""
    for match in _COMMISSION.finditer(text):
        place = gazetteer.short(_LEVEL_RULED.get(match["level"], match["level"]))
        name, level = (place.name, place.level) if place else ("", LEVELS.get(match["level"], (None, ""))[0])
        kind = "team" if match[0].endswith("小组") else "party"
        yield Found(match.start(), match.end(), name + match[0], kind, level, "body.commission", 0.8)


def prefectures(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """地委 and 行署: those of the prefecture (地区) or league (盟) in the report's own chain."""
    place = gazetteer.short("地区") or gazetteer.short("盟")
    if place is None:
        return
    for match in _PREFECTURE.finditer(text):
        party = match[0] == "地委"
        if party and not place.name.endswith("地区"):
            continue
        name = place.name.removesuffix("区") + "委" if party else place.name + match[0]
        yield Found(
            match.start(), match.end(), name, "party" if party else "government", place.level, "body.prefecture", 0.9
        )


def office_kind(tail: str) -> str:
    """What an office is by the end of its name.

    >>> office_kind("依法治县办"), office_kind("执法大队"), office_kind("服务中心"), office_kind("局")
    ('party', 'team', 'institution', 'department')
    """
    if "依法治" in tail or tail.startswith("委") or tail.endswith(("党组", "党委")):
        return "party"
    if tail.endswith(("大队", "支队", "总队", "中队", "队")):
        return "team"
    return "institution" if tail.endswith(("中心", "公司", "集团")) else "department"


def towns(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Townships and villages: those of the own county by the division table, others by their form."""
    own = gazetteer.area.name if gazetteer.area and gazetteer.area.level == "township" else ""
    known = set()
    for match in gazetteer.township_pattern.finditer(text) if gazetteer.township_pattern else ():
        known.add(match.end())
        name, town = (gazetteer.county or "") + match[0], match[0] != own
        yield from _town(text, match.start(), match.end(), name, 1.0, town=town)
    for match in TOWN.finditer(text):
        found = _behind_place(text, match, gazetteer) or gazetteer.fictitious(text, match.end(), match["word"])
        if found and match.end() not in known:
            start, place = found
            if gazetteer.area and text.endswith(gazetteer.area.name, 0, match.end()):
                continue
            yield from _town(text, start, match.end(), place.name, 0.6)
    for match in _OWN_VILLAGE.finditer(text) if own else ():
        yield Found(match.start(), match.end(), own + match[0], "township", "village", "body.village", 0.7)


def _behind_place(text: str, town: re.Match[str], gazetteer: Gazetteer) -> tuple[int, Place] | None:
    """云岭省白石市|石溪镇: a town of two to four letters right behind the place that it lies in, and where that one starts."""
    if divisions.named(text[town.start() - 2 : town.end() + 1]):  # 白石市委、景德镇|市人民政府
        return None
    for start in range(town.start() - 2, max(town.start() - 5, 1), -1):
        if not "\u4e00" <= text[start] <= "\u9fff":
            return None
        if text[start - 1] in "县市区旗" and (above := gazetteer.before(text, start)):
            one = divisions.find(text[above[0] : town.end()])
            county = divisions.parents(one)[-1].name if one else above[1].name
            return above[0], Place(county + text[start : town.end()], "township", known=one is not None)
    return None


def _town(text: str, start: int, end: int, name: str, confidence: float, *, town: bool = True) -> Iterator[Found]:
    """A town as its government (unless it is the place that reports), its village, its organ."""
    flags = () if confidence == 1.0 else ("form",)
    if town:
        yield Found(start, end, name, "township", "township", "body.township", confidence, flags)
    if village := _VILLAGE.match(text, end):
        yield Found(start, village.end(), name + village[0], "township", "village", "body.village", confidence, flags)
    if organ := _ORGANS.match(text, end):
        kind, canonical = ORGANS[organ[0]]
        kind = "township" if kind == "government" else kind
        yield Found(start, organ.end(), name + canonical, kind, "township", "body.township-organ", confidence, flags)
