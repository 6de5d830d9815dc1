"""The office that reports, by the names it calls itself (我局, 管委会), and those above it in its field (市局, 省厅)."""

import re
from collections.abc import Iterator
from functools import cache

from kg.extract.found import Found
from kg.extract.office import ORGANS, STEMS, TOWN, office_kind
from kg.extract.place import ENDS, LEVELS, REGIMENT, VERBS, Gazetteer, Place
from kg.extract.words import either, words_of
from kg.lexicon import pattern

_SUPERIOR = pattern("reporter.superior", ends=ENDS)
_FIELD = pattern("reporter.field", stems=STEMS)
_END_OF_PLACE = re.compile(ENDS + "委$")
_OURS = pattern("reporter.ours")
_STAFF = pattern("reporter.staff", stems=STEMS)
_SHORT = pattern("reporter.short")
_GOVERNMENT = pattern("reporter.government")
_BY_ITSELF = r"(?:(?<![\u4e00-\u9fff])|(?<=[是由将把对在向与和入年月日请使原、]))"
"""What an issuer may be called without its name, and where it is: 大队印发方案, 纳入管理局考核."""
_HERE = re.compile(_BY_ITSELF)


_ZONE = pattern("reporter.zone", by_itself=_BY_ITSELF, office=either(words_of("before-office")))


def superiors(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """省厅, 市局 in the report of an office: the office of the same field at that level of the issuer's own chain."""
    field = gazetteer.field(_FIELD)
    for match in _SUPERIOR.finditer(text) if field else ():
        place = gazetteer.short(match["level"]) or Place(match["level"], LEVELS[match["level"]][0])
        if LEVELS[match["level"]][1] != "issuer":
            office, group = place.name + field + match["office"], match["group"] or ""
            office = gazetteer.issuer or "" if gazetteer.is_own(place, field + match["office"]) else office
            kind = "party" if group else "department"
            yield Found(match.start(), match.end(), office + group, kind, place.level, "body.superior-office", 0.8)


def offices(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """我局, 管委会: the issuer itself, where it is such an office; and its full name as printed."""
    issuer, level = gazetteer.issuer, gazetteer.area.level if gazetteer.area else None
    if not issuer:
        return
    last = issuer.split("、")[-1]
    called = last.removesuffix("员会").removesuffix("公室")
    for match in _OURS.finditer(text):
        if match["word"] in ("单位", "机关") or called.endswith(match["word"]):
            yield Found(match.start(), match.end(), last, office_kind(last), level, "body.we")
    for match in _STAFF.finditer(text) if "机关" in text else ():
        if called.endswith(match["word"]) and not match["field"] and _begins(text, match.start()):
            yield Found(match.start(), match.end(), last, office_kind(last), level, "body.staff")
    field = gazetteer.field(_FIELD)
    tail = issuer[issuer.rindex(field) :] if field else ""
    for match in re.finditer(tail + "(?![势面限部长])", text) if tail else ():
        if _begins(text, match.start()):  # 制定教育局工作方案
            yield Found(match.start(), match.end(), issuer, office_kind(issuer), level, "body.own-office", 0.8)
    short = _SHORT.search(issuer)
    for match in re.finditer(f"{_BY_ITSELF}{short[0]}(党组|党委|(?![党长]))", text) if short else ():
        name = issuer + match[1]
        yield Found(match.start(), match.end(), name, office_kind(name), level, "body.short")
    own = last if last.endswith(("管理委员会", "管委会")) else gazetteer.zone + "管委会" if gazetteer.zone else ""
    for match in _ZONE.finditer(text) if own else ():
        yield Found(match.start(), match.end(), own, issuer_kind(own), level, "body.zone")
    its = issuer_kind(last) if gazetteer.area and last.endswith("人民政府") else ""
    for match in _GOVERNMENT.finditer(text) if its and "政府" in text else ():
        name = gazetteer.own_government(last) or last
        yield Found(match.start(), match.end(), name, its, level, "body.own-government", 0.8)
    for one in issuer.split("、"):
        where = TOWN.search(one, len(one) - 2) or (len(one) < 5 and REGIMENT.fullmatch(one))
        for match in re.finditer(re.escape(one), text) if not where else ():  # 青榆县石桥镇, 七团 are where, not who
            name = gazetteer.own_government(one) or one.removeprefix("中共")
            yield Found(match.start(), match.end(), name, issuer_kind(one), level, "body.issuer")


def _begins(text: str, at: int) -> bool:
    """Whether a name without its place can begin here: behind a mark, a preposition or a verb, not behind another place or level."""
    verb = text[:at].removesuffix("了")[-2:]
    return _HERE.match(text, at) is not None or (verb in VERBS and not verb.endswith("级"))


@cache
def issuer_kind(name: str) -> str:
    """government, party, department, township … by the form of a full name.

    >>> issuer_kind("宁海县人民政府"), issuer_kind("望江区教育局"), issuer_kind("石门镇人民政府")
    ('government', 'department', 'township')
    >>> issuer_kind("望江区委"), issuer_kind("望江区卫生健康委")
    ('party', 'department')
    """
    tails = [tail for tail in ORGANS if name.endswith(tail)]
    if tails and (tails != ["委"] or _END_OF_PLACE.search(name)):  # 青榆省卫生健康委 is no committee of the party
        tail = max(tails, key=len)
        kind = ORGANS[tail][0]
        town = name.removesuffix(tail).endswith(("镇", "乡", "街道", "苏木"))
        return "township" if town and kind == "government" else kind
    if name.endswith(("镇", "乡", "街道", "苏木")):
        return "township"
    return (
        "government" if name.endswith(("团", "师", "兵团", "县", "市", "区", "旗", "州", "盟", "省")) else "department"
    )
