"""Which places a report means that its head does not tell: by the organs it names, its titles, its prose."""

import re
from collections import Counter
from collections.abc import Iterator

from kg.corpus.area import area_of
from kg.corpus.area import place as area_named
from kg.corpus.document import Area, Document
from kg.extract import zones
from kg.extract.office import STEM, STEMS, TOWN
from kg.extract.place import ENDS, LEVELS, VERBS, Gazetteer, Place, ends, official_name
from kg.lexicon import divisions, pattern

_NEW_AREA = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2}新区|(?<=[定好动设进为在])[\u4e00-\u9fff]{2}新区")
_ZONE_ORGAN = re.compile("区(?:党工委|管委会|全面依法治|依法治)")
_ZONES_OWN = re.compile("(?<![\u4e00-\u9fff新城园])区(?:党工委|管委会)")
"""区 is the zone in the report of one that speaks of its 区党工委; else it is the district that the zone lies in."""
_ORGAN_OF = pattern("place.organ-of", ends=ENDS)
_TITLE_OF = pattern("place.title-of", ends=ENDS)
_DATED = pattern("place.dated")
_TOLD = pattern("place.told")
_WISH = pattern("place.wish")
_SPEAKER = pattern("place.speaker", ends=ENDS)
_TOWN_SPEAKS = pattern("place.town-speaks")
_ELSEWHERE = pattern("place.elsewhere")
_TOWN_AT_HEAD = pattern("place.town-at-head")
_OFFICE_SPEAKS = pattern("place.office-speaks", stems=STEMS)
_OFFICE = pattern("place.office", stems=STEMS)
_OFFICE_ACTS = pattern("place.office-acts", stems=STEMS)
_OFFICE_SYSTEM = pattern("place.office-system", stems=STEMS)
_OFFICE_RULE = pattern("place.office-rule", stem=STEM)
_LED_BY_GROUP = pattern("place.led-by-group")
_LED_BY_COMMITTEE = pattern("place.led-by-committee")
_STEM = pattern("place.stem-of-town")
_LONGEST_TOWN = 6
_WISHED = {"县", "市", "区", "旗", "州", "盟"}
_LOWEST = ("county", "city", "province")


def gazetteer(document: Document) -> Gazetteer:
    """The gazetteer of a report; a level that its own chain lacks means the one place of that level that the text knows.

    That is the one whose organ it names (永清县委: then 县政府 is 永清县人民政府), or else the one in the titles of its
    documents. What lies above such a place follows from the division table.
    """
    area, issuer = _reporting(document)
    places = Gazetteer(area, issuer)
    for read in (_of_zones, _of_organs, _in_titles, _in_prose, _in_wishes, _named_alone, _by_places_within):
        named: dict[str, set[Place]] = {}
        for word, place in read(document.shadow, places):
            if word not in places.own and LEVELS[word][1] != "issuer":
                named.setdefault(word, set()).add(place)
        places.own |= {word: only for word, (only, *others) in named.items() if not others}
    if places.zone and _ZONES_OWN.search(document.shadow):
        places.own["区"] = places.named[places.zone]
    for word, place in _above_town(document.shadow, document.meta.area):
        places.own.setdefault(word, place)
    own = [place for word, place in places.own.items() if LEVELS[word][1] != "issuer"]
    for place in own if area is None or not (area.code or area.parents) else ():
        for above in _above(place.name):
            for word in ends(above.name):
                places.own.setdefault(word, Place(above.name, above.level, known=False))
    for word, place in places.own.items() if area is None else ():
        if (one := divisions.find(place.name)) and place.name.endswith(
            one.name
        ):  # 广州市白云区 is 白云区 in its own report
            places.own[word] = Place(one.name, place.level, place.known)
            places.know(*divisions.parents(one), one)
    if issuer is None and (office := _own_office(document.shadow, places)):
        places = _as_reported_by(*office, told=places)
        places.guessed = office[1].removeprefix(office[0].name) not in document.shadow
    elif area is None and issuer is None and (home := _home(document.shadow, places)):
        street = home.name.endswith("街道")
        places = _as_reported_by(home, home.name + ("办事处" if street else "人民政府"), told=places)
        for word, place in _above_town(document.shadow, home):
            places.own.setdefault(word, place)
    places.spell_out()
    shadow = document.shadow
    places.led_by_group = bool(_LED_BY_GROUP.search(shadow) and not _LED_BY_COMMITTEE.search(shadow))
    return places


def _reporting(document: Document) -> tuple[Area | None, str | None]:
    """The area and the issuer by the head, a zone by its whole name: 经开区 is 武汉经济技术开发区 where the text names that one."""
    area, issuer = document.meta.area, document.meta.issuer
    if issuer and issuer.endswith("管理委员会") and issuer.split("、")[-1] not in document.shadow:
        issuer = issuer.removesuffix("管理委员会") + "管委会"  # not printed, so called as all call it
    if area and area.name in zones.KINDS and (whole := zones.whole(document.shadow, area.name)):
        return area_named(whole), whole + (issuer or "").removeprefix(area.name)
    return area, issuer


def _home(text: str, places: Gazetteer) -> Area | None:
    """The place that speaks of itself in a text without head: the lowest that it calls 我县, or the one town that it names."""
    if _TOWN_SPEAKS.search(text):
        towns = {*_towns(text)} or {
            match[0] for match in _TOWN_AT_HEAD.finditer(text) if match["stem"][:2] not in VERBS
        }
        towns = towns or {*_wished(text)} or {*_repeated(text)}
        if len(towns) == 1:
            found = divisions.townships_named(name := towns.pop())
            return area_of(found[0]) if len(found) == 1 else Area(code="", name=name, level="township")
    said = {match["word"] for match in _SPEAKER.finditer(text)}
    told = [place for word in said & places.own.keys() if (place := places.own[word]).known]
    named = [one for level in _LOWEST for place in told if place.level == level and (one := divisions.find(place.name))]
    return area_of(named[0]) if named else None


def _towns(text: str) -> Iterator[str]:
    """The towns and streets of the table that a text names, each as often as it does; none that somebody goes to."""
    for match in TOWN.finditer(text):
        names = (text[start : match.end()] for start in range(max(0, match.start() - _LONGEST_TOWN), match.start() - 1))
        known = [name for name in names if divisions.townships_named(name)][:1]
        yield from (name for name in known if not _is_elsewhere(text, match.end() - len(name)))


def _wished(text: str) -> Iterator[str]:
    """The town that a wish names, of those that the table knows: 法治石溪 where 我乡 speaks."""
    kinds = {match[0][1:] for match in _TOWN_SPEAKS.finditer(text) if match[0][0] in "我本"}
    wished = {match["name"] for match in _WISH.finditer(text) if match[0][:2] not in VERBS} - VERBS if kinds else ()
    yield from (name + kind for name in wished for kind in kinds if divisions.townships_named(name + kind))


def _repeated(text: str) -> Iterator[str]:
    """The one town or street that a text names more than once: 在下榆镇落地, 列入下榆镇委党校."""
    ends = [match for match in TOWN.finditer(text) if _STEM.fullmatch(text, max(0, match.start() - 2), match.start())]
    said = Counter(text[match.start() - 2 : match.end()] for match in ends)
    for name in (only for only, count in said.items() if count > 1):
        at = [match for match in ends if text.endswith(name, 0, match.end())]
        letters = {text[match.start() - 3 : match.start() - 2] for match in at}
        yield (letters.pop() if len(letters) == 1 else "") + name


def _own_office(text: str, places: Gazetteer) -> tuple[Area, str] | None:
    """The office of its own place that a text without head tells of, where it speaks of itself as 我局 or of 局党组.

    It is the one named in full; else the one that acts by its level (市财政局党组始终); else that of the one field whose
    offices (全市财政系统) or whose rule of law (法治财政建设) it speaks of.
    """
    speaks = {match["word"] for match in _OFFICE_SPEAKS.finditer(text)}
    if not speaks:
        return None
    own = [place for word, place in places.own.items() if LEVELS[word][1] != "issuer"]
    lowest = next((level for level in _LOWEST if any(place.level == level for place in own)), None)
    for read in (_in_full, _by_level, _of_field):
        named = {name: place for word, name, place in read(text, places) if word in speaks}
        if named:
            (name, place), *others = named.items()
            division = divisions.find(place.name)
            return (area_of(division), name) if division and not others and lowest in (None, place.level) else None
    return None


def _in_full(text: str, places: Gazetteer) -> Iterator[tuple[str, str, Place]]:
    for match in _OFFICE.finditer(text):
        if found := places.before(text, match.start()):
            yield match["word"], found[1].name + match[0], found[1]


def _by_level(text: str, places: Gazetteer) -> Iterator[tuple[str, str, Place]]:
    for match in _OFFICE_ACTS.finditer(text):
        if place := places.short(match["level"]):
            yield match["word"], place.name + match["office"], place


def _of_field(text: str, places: Gazetteer) -> Iterator[tuple[str, str, Place]]:
    """Of the lowest place of the text, unless it speaks of organs of a place that is not known, which may lie below."""
    said = {match[0] for match in _ORGAN_OF.finditer(text)}
    seats = [place for level in _LOWEST for place in places.own.values() if place.level == level]
    seat = seats[0] if seats and said <= places.own.keys() else None
    fields = [match["field"] for match in _OFFICE_SYSTEM.finditer(text)] if seat else []
    fields = fields or ([match["field"] or match["of"] for match in _OFFICE_RULE.finditer(text)] if seat else [])
    yield from ((word, seat.name + field + word, seat) for field in fields for word in "局厅委" if seat)


def _as_reported_by(home: Area, issuer: str, *, told: Gazetteer) -> Gazetteer:
    """The gazetteer that a head with the name of this place would give, with all that the text tells besides."""
    places = Gazetteer(home, issuer)
    places.own = told.own | places.own
    places.named = told.named | places.named
    return places


def _above(name: str) -> tuple[divisions.Division, ...]:
    """What lies above a place by the table, from the province down; above a zone also the city whose name it bears."""
    standing = [one for one in divisions.named(name) or (divisions.find(name),) if one and one.until is None]
    if len(standing) == 1:
        return divisions.parents(standing[0])
    seat = divisions.seat(name) if zones.is_zone(name) else None
    return (*divisions.parents(seat), seat) if seat else ()


def _above_town(text: str, area: Area | None) -> Iterator[tuple[str, Place]]:
    """What lies above a town of which nothing but the name is printed: only one that bears it is in a place of the kind told of."""
    named = divisions.townships_named(area.name) if area and area.level == "township" and not area.parents else ()
    said = {match[0] for match in _ORGAN_OF.finditer(text) if LEVELS[match[0]][0] == "county"}
    chains = [chain for one in named if said <= set(ends((chain := divisions.parents(one))[-1].name))]
    if len(chains) > 1:  # 西兴街道 in a text that speaks of 浙江 is the one that lies there
        chains = [chain for chain in chains if any(divisions.short(one.name) in text for one in chain)]
    if len(chains) == 1 and (said or len(named) == 1):
        for one in reversed(chains[0]):  # 市 is the county-level one, before the one above it
            yield from ((word, Place(one.name, one.level, known=False)) for word in ends(one.name))


def _of_zones(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    """新区 and its 党工委 in a text that names one zone that the table knows."""
    if places.zone or not _ZONE_ORGAN.search(text):
        return
    named = {match[0] for match in _NEW_AREA.finditer(text) if divisions.named(match[0])}
    for name in (*divisions.zones(), *named):
        if name in text:
            yield from ((word, Place(name, "county")) for word in ends(name) if LEVELS[word][1] == "zone")


def _of_organs(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    for match in _ORGAN_OF.finditer(text):
        found = places.before(text, match.end())
        if not found and match["sure"]:
            found = places.fictitious(text, match.end(), match[0])
        if found:
            yield match[0], found[1]


def _in_titles(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    for match in _TITLE_OF.finditer(text):
        chained = divisions.find(match["name"])  # 《中共白石市青榆区委…》 is of 青榆区
        if known := (chained,) if chained else divisions.named(match["name"]):
            yield match["word"], Place(official_name(known) or match["name"], LEVELS[match["word"]][0])
        elif _DATED.match(text, match.end()):
            found = places.fictitious(text, match.end(), match["word"])
            if found and found[0] == match.start("name"):  # 《禾阳市2024年度工作要点》 of a place that no table has
                yield match["word"], found[1]


def _in_prose(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    """云泽州法治建设规划: a place whose rule of law, or whose year, the text tells of."""
    for match in _TOLD.finditer(text):
        if not text.startswith("》", match.end()) and (found := places.before(text, match.end())):
            yield match[0], found[1]


def _in_wishes(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    """建设美丽竹山 in a report that speaks of 县委: of the counties and cities only 竹山县 is called so."""
    said = {match[0] for match in _ORGAN_OF.finditer(text)} - places.own.keys()
    for match in _WISH.finditer(text) if said & _WISHED else ():
        for word in sorted(said & _WISHED):
            whole = match["name"] if match["name"].endswith(word) else match["name"] + word  # 法治滑县 has its 县
            found = [one for one in divisions.named(whole) if one.until is None]
            if len(found) == 1:
                yield word, Place(found[0].name, found[0].level)


def _named_alone(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    """我县, or a bare 县委, in a text that names one county, and tells of nobody's going there."""
    if places.area and places.area.parents:
        return
    said = {match["word"] for match in _SPEAKER.finditer(text)} | {match[0] for match in _ORGAN_OF.finditer(text)}
    for word in sorted(said - places.own.keys()):
        for at in re.finditer(word, text):
            found = places.before(text, at.end())
            if found and found[1].level in (LEVELS[word][0], "county") and not _is_elsewhere(text, found[0]):
                yield word, found[1]


def _by_places_within(text: str, places: Gazetteer) -> Iterator[tuple[str, Place]]:
    """我区 in a text that names two places at least, towns too: the one district, city and province in which all of them lie."""
    said = {match["word"] for match in _SPEAKER.finditer(text)} | {match[0] for match in _ORGAN_OF.finditer(text)}
    if places.area or not (said - places.own.keys()) & {"县", "市", "区", "旗", "省"}:
        return
    told = {one for place in places.own.values() if (one := divisions.find(place.name))}
    named = [*((one,) for one in told | {*_divisions(text, places)}), *map(divisions.townships_named, {*_towns(text)})]
    lines = [[(*divisions.parents(one), one) for one in alike] for alike in named]
    for level in _LOWEST if len(lines) > 1 else ():
        around = {over for alike in lines for line in alike for over in line if over.level == level}
        common = [
            one
            for one in around
            if all(any(one in line or line[-1] in divisions.parents(one) for line in alike) for alike in lines)
        ]
        for one in common if len(common) == 1 else ():
            yield from ((word, Place(one.name, one.level)) for word in ends(one.name))


def _divisions(text: str, places: Gazetteer) -> Iterator[divisions.Division]:
    """The counties and cities that a text names and that no other bears the name of; none that somebody goes to."""
    for end in re.finditer("[市县区州旗盟]", text):
        found = places.before(text, end.end())
        one = divisions.find(text[found[0] : end.end()]) if found else None
        if found and one and not _is_elsewhere(text, found[0] - text.endswith("、", 0, found[0])):
            yield one


def _is_elsewhere(text: str, start: int) -> bool:
    return _ELSEWHERE.search(text, max(0, start - 2), start) is not None
