"""Classes of bodies and single organs without a name of their own: 各乡镇（街道）, 行政机关, 县直各部门."""

from collections.abc import Iterator
from typing import cast

from kg.corpus.document import Level
from kg.extract.found import Found
from kg.extract.office import BESIDE, ORGANS, STEMS
from kg.extract.place import Gazetteer
from kg.extract.reporter import issuer_kind
from kg.extract.words import beginning, either, words_of
from kg.lexicon import pattern, rules, table

GROUPS = {word: (kind, level) for word, kind, level in table("groups", "word", "kind", "level")}
INDEFINITE = tuple(sorted(words_of("indefinite")))
_GROUP = pattern("group.group", begins=beginning([*GROUPS, *"各有相所省市县区州旗"]), words=either(GROUPS))
_LEADS = pattern("group.leads")
_TOWNS = ("镇", "乡", "苏木")
_OTHERS = pattern("group.others")
_FIELD = pattern("group.field", stems=STEMS)
COUNT = pattern("group.count")


def groups(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Classes of bodies (各部门, 乡镇法院) by the words of `groups.tsv`; one that is of the reporting place has its name."""
    for match in _GROUP.finditer(text):
        kind, level = GROUPS[match["word"]]
        name = match[0]
        if kind in ("court", "procuratorate") and name in ("法院", "检察院"):
            name = "人民" + name
        if match["each"]:
            kind = "group"
        elif (
            not _OTHERS.search(text, 0, match.start())
            and not _LEADS.match(text, match.end())
            and (own := _own(match["word"], kind, gazetteer))
        ):
            name, level = own + name, gazetteer.area.level if gazetteer.area else level
        town = _own("党委", "party", gazetteer) if name.endswith(("党委", "党委政府")) and not match["each"] else ""
        end = match.end()
        if name == "党委政府" and town.endswith(_TOWNS):
            name, end, level = town + "党委", end - len("政府"), "township"
        yield from _counted(text, match.start(), end, name, kind, level, "body.group", gazetteer)
        beside = BESIDE.match(text, end) if name == town + "党委" and town.endswith(_TOWNS) else None
        if beside:  # 党委、政府 of the town
            its, tail = ORGANS[beside["organ"]]
            its = "township" if its == "government" else its
            yield Found(
                beside.start("organ"), beside.end("organ"), town + tail, its, "township", "body.organ-beside", 0.9
            )
    for match in _FIELD.finditer(text) if "部门" in text else ():
        yield from _counted(
            text, match.start(), match.end(), match[0], "group", "", "body.field-departments", gazetteer
        )
    for rule in rules("group"):
        if rule.id == "group.commissions-of-towns" and gazetteer.area and gazetteer.area.level == "township":
            continue  # 全面依法治乡委员会 is the town's own
        for match in rule.matches(text):
            if match[0]:
                fields = rule.fields
                yield from _counted(
                    text,
                    match.start(),
                    match.end(),
                    match[0],
                    fields["kind"],
                    fields.get("level", ""),
                    rule.id,
                    gazetteer,
                )


def _own(word: str, kind: str, gazetteer: Gazetteer) -> str:
    """Whose 党组, 党委 or 党工委 it is: in a report of a department its own, in one of a town or street that place's."""
    if word.startswith(("公司", "基层")):
        return ""
    issuer, area = (gazetteer.issuer or "").split("、")[-1], gazetteer.area
    if issuer and issuer_kind(issuer) == "department":
        if word.endswith("工委"):  # the zone's or the town's, whose office reports
            return gazetteer.zone
        if word.startswith("党委") and gazetteer.led_by_group:
            return ""
        return issuer if kind == "party" and not word.endswith("组织") else ""
    if not area:
        return ""
    if word == "政府党组":
        return area.name + "人民" if issuer_kind(issuer) in ("government", "township") else ""
    if area.name.endswith("街道") or issuer.endswith(("管理委员会", "管委会")):
        if issuer.endswith(area.name + word):  # 青榆县石桥街道办事处 calls itself 办事处
            return issuer.removesuffix(word)
        return area.name if word.endswith(("工委", "工委会", "办事处")) or (gazetteer.zone and kind == "party") else ""
    return area.name if area.level == "township" and word in ("党委", "党委会", "党委常委会") else ""


def _counted(
    text: str, start: int, end: int, name: str, kind: str, level: str, rule: str, gazetteer: Gazetteer
) -> Iterator[Found]:
    """A class with the number printed before it, which is in the mention but not in the name; another place's is kept."""
    if text.endswith(INDEFINITE, 0, start):
        return
    count = COUNT.search(text, 0, start)
    named = None if count else gazetteer.before(text, start)
    if named and (gazetteer.area is None or named[1].name != gazetteer.area.name):
        start, name = named[0], named[1].name + name
    yield Found(count.start() if count else start, end, name, kind, cast("Level | None", level or None), rule, 0.9)
