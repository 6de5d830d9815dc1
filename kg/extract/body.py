"""Bodies named in a text, each with the canonical name that it has in its report; of those that overlap the longest."""

import re
from dataclasses import replace

from kg.extract.found import Found
from kg.extract.group import groups
from kg.extract.headed import headed
from kg.extract.office import central, commissions, committees, courts, leagues, organs, prefectures, towns
from kg.extract.place import Gazetteer
from kg.extract.reporter import offices, superiors
from kg.lexicon import pattern

__all__ = ["Found", "bodies", "candidates", "of_teams"]

_OWN = {"congress": re.compile("及其(常委会)"), "team": re.compile("及其?(办公室)")}
"""What a body is named with: 县人大及其常委会, 领导小组及其办公室."""
_STUDY_GROUP = pattern("body.study-group")
_SENT = pattern("body.sent")
_PARTY_OF = pattern("body.party-of")
_OFFICE_AGAIN = pattern("body.office-again")
_DOCUMENT_NUMBER = pattern("body.document-number")
_PARTY_OF_CLASS = pattern("body.party-of-class")
_HAS_PARTY = ("body.headed", "body.organ", "body.own-office", "body.short", "body.we")
_STUDYING = ("委", "党组", "党工委", "党支部", "政府")


def bodies(shadow: str, gazetteer: Gazetteer) -> tuple[Found, ...]:
    """The bodies named in a sentence, a heading or a title line; of those that overlap the longest.

    `shadow` has half-width marks; 《》 titles in it are blanked by the caller.
    """
    whole = (_sent(_study_group(_party_of(one, shadow), shadow), shadow) for one in candidates(shadow, gazetteer))
    found = tuple(_reporting(one, gazetteer) for one in whole if not _DOCUMENT_NUMBER.match(shadow, one.end))
    ends = {one.end for one in found if one.rule in ("body.organ", "body.committee")}
    found = tuple(one for one in found if one.rule != "body.headed" or one.end not in ends)
    taken: list[Found] = []
    for one in sorted(found, key=lambda found: (found.start - found.end, -found.confidence, found.start, found.rule)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
            if (own := _OWN.get(one.kind)) and (its := own.match(shadow, one.end)):
                taken.append(replace(one, start=its.start(1), end=its.end(1), name=one.name + its[1], rule="body.its"))
    return _offices_again(sorted(taken, key=lambda found: found.start), shadow)


def _offices_again(taken: list[Found], shadow: str) -> tuple[Found, ...]:
    """设立法治办公室,办公室设在司法所: an office that was set up before, or that of a team, is named again without its name."""
    of_team = [one for one in taken if one.rule in ("group.new-team", "group.office-of-team") and one.name == "办公室"]
    again = {
        match.start(): replace(one, start=match.start(), end=match.end(), rule="body.office-again")
        for one in (*of_team, *(one for one in taken if one.rule == "group.office-set-up"))
        for match in _OFFICE_AGAIN.finditer(shadow, one.end)
    }
    named = [*again.values(), *(one for one in taken if one.start not in again)]
    return tuple(sorted(named, key=lambda found: found.start))


def of_teams(found: tuple[Found, ...], teams: tuple[Found, ...] = ()) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """成立普法领导小组,下设办公室;领导小组开会: an office or a team without a name is of the team, or is the team, named last.

    `teams` are those named before these, the last one last; with the bodies come the teams to go on with.
    """
    named: list[Found] = []
    for one in found:
        group = next((team for team in reversed(teams) if team.name.endswith("领导小组")), None)
        rest = one.name.removeprefix("领导小组")
        if rest != one.name and rest in ("", "办公室") and group:
            one = replace(one, name=group.name + rest, level=group.level, rule="body.team-again")
        elif one.rule == "group.office-of-team" and not teams:
            continue
        elif rest == "办公室" and one.kind == "team" and teams:
            one = replace(one, name=teams[-1].name + rest, level=teams[-1].level, rule="body.office-of")
        if (one.kind == "team" and not one.name.endswith("队")) or one.name.endswith("小组"):
            teams = (*teams, one) if not one.name.endswith("办公室") else teams
        named.append(one)
    return tuple(named), teams


def _reporting(one: Found, gazetteer: Gazetteer) -> Found:
    """石桥镇人民政府, where 青榆县石桥镇人民政府 reports, is that one; what a guessed office is named by is a guess."""
    issuers = (gazetteer.issuer or "").split("、")
    if gazetteer.guessed and one.name.startswith(issuers[0]):
        return replace(one, confidence=0.5, flags=(*one.flags, "form"))
    own = one.kind == "township" and one.level == "township"
    its = next((name for name in issuers if name != one.name and name.endswith(one.name)), "") if own else ""
    return replace(one, name=gazetteer.own_government(its) or its) if its else one


def _study_group(one: Found, shadow: str) -> Found:
    """县委理论学习中心组, 党组中心组: the study group of a party organ is a body of its own."""
    if not one.name.endswith(_STUDYING) or not (group := _STUDY_GROUP.match(shadow, one.end)):
        return one
    return replace(one, end=group.end(), name=one.name + group[0], kind="group", rule="body.study-group")


def _party_of(one: Found, shadow: str) -> Found:
    """市第一医院党委, 市法院党组, 市人大常委会机关党组: the party organ of a body; 直属单位党支部: those of a class."""
    if one.rule == "body.group" and one.name.endswith(("单位", "部门")):
        organ = _PARTY_OF_CLASS.match(shadow, one.end)
        return replace(one, end=organ.end(), name=one.name + organ[0]) if organ else one
    if one.rule not in _HAS_PARTY or one.kind == "party" or not (organ := _PARTY_OF.match(shadow, one.end)):
        return one
    return replace(one, end=organ.end(), name=one.name + organ[0], kind="party", rule="body.party-of")


def _sent(one: Found, shadow: str) -> Found:
    """省委第五巡视组, 国务院第二督察组: a group that such a body sends out is one of its own."""
    if one.kind not in ("party", "government", "department") or not (group := _SENT.match(shadow, one.end)):
        return one
    return replace(one, end=group.end(), name=one.name + group[0], kind="team", rule="body.sent-group")


def candidates(shadow: str, gazetteer: Gazetteer) -> tuple[Found, ...]:
    """All that some rule takes for a body, before overlaps are settled."""
    return (
        *central(shadow),
        *organs(shadow, gazetteer),
        *committees(shadow, gazetteer),
        *courts(shadow, gazetteer),
        *commissions(shadow, gazetteer),
        *leagues(shadow, gazetteer),
        *offices(shadow, gazetteer),
        *prefectures(shadow, gazetteer),
        *superiors(shadow, gazetteer),
        *towns(shadow, gazetteer),
        *headed(shadow, gazetteer),
        *groups(shadow, gazetteer),
    )
