"""Links: a name as read → the shared thing that it names, and what the report contributes to the registries about it."""

from collections import Counter
from collections.abc import Iterable

from kg.corpus.document import Area, Level
from kg.extract.indicator import in_english, wordings
from kg.graph import iri as names
from kg.graph import vocabulary
from kg.graph.home import home, reform
from kg.graph.quads import TYPE, fz, integer, iri, term, text
from kg.graph.registry import Entry, RegistryKind

LABEL, PREF, ALT = term("rdfs:label"), term("skos:prefLabel"), term("skos:altLabel")
_RANK: dict[str, int] = {"central": 0, "province": 1, "city": 2, "county": 3, "township": 4, "village": 5}
_NATION = Area(code=names.NATION, name="中华人民共和国", level="central")
_GOVERNMENTS = {"central": "国务院"}


class Linker:
    """Links the names of one report; `entries()` gives what it found, with how often the report bears it out."""

    def __init__(self, base: str, area: Area | None) -> None:
        self.base = base
        self.area = area = _NATION if area and area.level == "central" else area
        self.code = names.area_key(area)
        self._chain = (_NATION, *area.parents, area) if area and area is not _NATION else (_NATION,)
        self._near = tuple(division.code for division in reversed(self._chain[1:]) if division.code)
        self._found: Counter[tuple[RegistryKind, str, str, str]] = Counter()
        self._bodies: dict[str, str] = {}
        self._programmes: dict[str, str] = {}
        self._rules: dict[str, tuple[str, str]] = {}
        for index, division in enumerate(self._chain):
            self._area(division, self._chain[index - 1] if index and division.code else None)

    def entries(self) -> tuple[Entry, ...]:
        """What the report says of shared things, sorted."""
        return tuple(Entry(*key, weight) for key, weight in sorted(self._found.items()))

    def say(self, kind: RegistryKind, subject: str, predicate: str, value: str) -> None:
        """Contribute one triple about a shared thing."""
        self._found[kind, subject, predicate, value] += 1

    def _area(self, division: Area, parent: Area | None) -> None:
        subject = iri(names.area(self.base, names.area_key(division)))
        self.say("areas", subject, TYPE, fz("Jurisdiction"))
        self.say("areas", subject, LABEL, text(division.name, "zh"))
        if division.code:
            self.say("areas", subject, fz("divisionCode"), text(division.code))
        self.say("areas", subject, fz("adminLevel"), vocabulary.code("AdminLevels", division.level))
        if parent:
            self.say("areas", subject, fz("parentJurisdiction"), iri(names.area(self.base, names.area_key(parent))))

    def area_of(self, level: Level | None) -> Area | None:
        """The area of the report's chain that a body of a level belongs to: its own for what lies at or below it.

        县委 in a county's report is the county's, 省委 the province's; a township's body belongs to the county.
        """
        if level == "central":
            return _NATION
        if level is None or not self.area:
            return self.area
        if self.area is _NATION:
            return None  # a province or county that the State Council's report names is not known by its level
        reach = [division for division in self._chain[1:] if _RANK[division.level] <= _RANK[level]]
        return reach[-1] if reach else None  # the city of a county whose parents are not known

    def body(self, name: str, kind: str, level: Level | None, printed: str = "") -> str:
        """The body of a canonical name; `printed` is kept as another label."""
        given = name
        name, areas = self._at_home(name, level)
        area = areas[0] if len(areas) == 1 else None
        subject = iri(names.body(self.base, names.area_key(area or self.area), name))
        self._bodies.setdefault(given, subject)
        self._bodies.setdefault(name, subject)
        group = kind == "group"
        self.say("bodies", subject, TYPE, fz("BodyGroup" if group else "Organization"))
        self.say("bodies", subject, LABEL, text(name, "zh"))
        self.say("bodies", subject, PREF, text(name, "zh"))
        self.say("bodies", subject, fz("bodyKind"), vocabulary.code("BodyKinds", kind))
        if printed and printed != name and not group:
            self.say("bodies", subject, ALT, text(printed, "zh"))
        if level:
            self.say("bodies", subject, fz("adminLevel"), vocabulary.code("AdminLevels", level))
        for one in areas if not area else ():
            self.say("bodies", subject, fz("candidateJurisdiction"), iri(names.area(self.base, names.area_key(one))))
        if not group:
            self._reformed(subject, name, kind, level)
        if area:
            self.say("bodies", subject, fz("jurisdiction"), iri(names.area(self.base, names.area_key(area))))
            if (kind in {"department", "government"} or (kind, level) == ("township", "township")) and not group:
                self._parent(subject, name, kind, area)
        return subject

    def _at_home(self, name: str, level: Level | None) -> tuple[str, tuple[Area, ...]]:
        """A body's name and the areas that it can be of: by the place in its name, else by its level in the own chain.

        余姚市司法局 in a report of 宁海县 is of 余姚市; 鼓楼区司法局 there is of any of four. The issuer 宁波市宁海县司法局 is
        the 宁海县司法局 of its text.
        """
        there = None if level == "central" else home(name, self._near)
        own = {division.code or division.name for division in self._chain}
        if there is None or any(area.code in own or area.name in own for area in there.areas):
            area = self.area_of(level)
            return there.name if there else name, (area,) if area else ()
        for area in there.areas:
            for index, division in enumerate((*area.parents, area)):
                self._area(division, (_NATION, *area.parents)[index])
        return there.name, there.areas

    def _reformed(self, subject: str, name: str, kind: str, level: Level | None) -> None:
        """The years of an office, and the one that took its place: 县法制办 until 2019, then 县司法局."""
        known = reform(name, level)
        if known is None:
            return
        for predicate, year in (("nameSince", known.since), ("nameUntil", known.until)):
            if year:
                self.say("bodies", subject, fz(predicate), integer(year))
        if known.successor:
            kind = "supervision" if known.successor.endswith("监委") else kind
            self.say("bodies", subject, fz("succeededBy"), self.body(known.successor, kind, level))

    def _above(self, area: Area) -> Area:
        """The area directly above one of the own chain, or of another place."""
        return self._chain[self._chain.index(area) - 1] if area in self._chain else (_NATION, *area.parents)[-1]

    def _parent(self, subject: str, name: str, kind: str, area: Area) -> None:
        """A department and a township stand under the government of their area, a government under that of the next."""
        if kind == "department" and area.level != "central" and not name.startswith(area.name):
            return  # 江苏省司法厅 in a county of 浙江: not ours to place
        if kind == "township" and area.level == "township":
            if not area.code:
                return  # of a place without a code nobody knows what stands above it
            area = self._above(area)
        own = _GOVERNMENTS.get(area.level, f"{area.name}人民政府")
        if kind == "government":
            if name != own or area is _NATION:
                return
            if not area.code:
                return
            area = self._above(area)
            own = _GOVERNMENTS.get(area.level, f"{area.name}人民政府")
        parent = iri(names.body(self.base, names.area_key(area), own))
        if parent == subject:
            return
        self.say("bodies", subject, fz("parentBody"), parent)
        if own not in self._bodies:
            self.body(own, "government", area.level)

    def known_body(self, name: str) -> str | None:
        """The body that this report mentions under a canonical name."""
        return self._bodies.get(name)

    def document(self, title: str, kind: str, number: str | None = None) -> str:
        """The document of a title."""
        subject = iri(names.document(self.base, title))
        self.say("documents", subject, TYPE, fz("Document"))
        self.say("documents", subject, LABEL, text(title, "zh"))
        self.say("documents", subject, term("dcterms:title"), text(title, "zh"))
        self.say("documents", subject, fz("documentKind"), vocabulary.code("DocumentKinds", kind))
        if number:
            self.say("documents", subject, fz("documentNumber"), text(number))
        return subject

    def indicator(self, name: str, unit: str, theme: str, printed: str = "") -> str:
        """The indicator of a canonical name."""
        subject = iri(names.indicator(self.base, name))
        self.say("indicators", subject, TYPE, fz("Indicator"))
        self.say("indicators", subject, LABEL, text(name, "zh"))
        self.say("indicators", subject, PREF, text(name, "zh"))
        if english := in_english().get(name):
            self.say("indicators", subject, LABEL, text(english, "en"))
            self.say("indicators", subject, PREF, text(english, "en"))
        self.say("indicators", subject, term("skos:inScheme"), iri(f"{self.base}indicators"))
        self.say("indicators", subject, fz("unit"), unit)
        if theme:
            self.say("indicators", subject, fz("theme"), theme)
        for wording in sorted({printed, *wordings().get(name, ())} - {"", name}):
            self.say("indicators", subject, ALT, text(wording, "zh"))
        return subject

    def programme(self, name: str, kind: str) -> str:
        """The named scheme, platform or brand of this place."""
        subject = iri(names.programme(self.base, self.code, name))
        self._programmes.setdefault(name, subject)
        self.say("programmes", subject, TYPE, fz("Programme"))
        self.say("programmes", subject, LABEL, text(name, "zh"))
        self.say("programmes", subject, fz("programmeKind"), vocabulary.code("ProgrammeKinds", kind))
        if self.code:
            self.say("programmes", subject, fz("jurisdiction"), iri(names.area(self.base, self.code)))
        return subject

    def rule(self, name: str) -> str:
        """The rule that read a fact."""
        if name not in self._rules:  # asked for every fact
            self._rules[name] = iri(names.rule(self.base, name)), text(name, "en")
        subject, label = self._rules[name]
        self.say("provenance", subject, TYPE, fz("ExtractionRule"))
        self.say("provenance", subject, LABEL, label)
        return subject

    def known_programme(self, name: str) -> str | None:
        """The programme that this report mentions under a name."""
        return self._programmes.get(name)

    def known_area(self, name: str) -> str | None:
        """The area of the report's own chain that bears a name: 宁海县, 宁波市宁海县."""
        for division in reversed(self._chain):
            if name in {division.name, division.full_name}:
                return iri(names.area(self.base, names.area_key(division)))
        return None


def unit_code(unit: str) -> str:
    """The unit of a figure; `fz:unit-other` for one that the list does not have (its printed form stays).

    >>> unit_code("件"), unit_code("铢")
    ('<https://w3id.org/fazhi/ns#unit-case>', '<https://w3id.org/fazhi/ns#unit-other>')
    """
    units = vocabulary.codes("Units")
    return units.get(unit) or units["other"]


def weigh(entries: Iterable[Entry]) -> dict[tuple[RegistryKind, str, str, str], int]:
    """Entries of several reports, added up."""
    found: Counter[tuple[RegistryKind, str, str, str]] = Counter()
    for entry in entries:
        found[entry.kind, entry.subject, entry.predicate, entry.object] += entry.weight
    return found
