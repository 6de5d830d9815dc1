"""One sentence of an invented report, read as if the rest stood around it: what the files under cases/ hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from kg.corpus.document import Area, Document, Genre, Level, Meta, Span
from kg.corpus.outline import Outline, Section
from kg.corpus.sentence import Sentence
from kg.corpus.source import source_of
from kg.extract.extractors import extract_facts
from kg.extract.fact import Reading
from kg.lexicon import Correction, shadow

PROVINCE = Area(code="", name="云岭省", level="province")
CITY = Area(code="", name="白石市", level="city", parents=(PROVINCE,))
COUNTY = Area(code="", name="青榆县", level="county", parents=(PROVINCE, CITY))
TOWN = Area(code="", name="石桥镇", level="township", parents=(PROVINCE, CITY, COUNTY))
BANNER = Area(code="", name="云泽旗", level="county", parents=(Area(code="", name="北原自治区", level="province"),))
CITY_BELOW = Area(code="", name="柳川市", level="county", parents=(PROVINCE, CITY))
REGIMENT = Area(code="", name="九团", level="county", parents=(Area(code="", name="雪山师", level="city"),))
REMOTE = Area(code="", name="云溪县", level="county", parents=(PROVINCE, Area(code="", name="雪岭地区", level="city")))
REPORTERS: dict[str, tuple[Area | None, str | None]] = {
    "unknown": (None, None),
    "county": (COUNTY, "青榆县人民政府"),
    "city": (CITY, "白石市人民政府"),
    "province": (PROVINCE, "云岭省人民政府"),
    "town": (TOWN, "石桥镇人民政府"),
    "bureau": (COUNTY, "青榆县教育局"),
    "office": (PROVINCE, "云岭省生态环境厅"),
    "banner": (BANNER, "云泽旗人民政府"),
    "remote": (REMOTE, "云溪县人民政府"),
    "city below": (CITY_BELOW, "柳川市人民政府"),
    "regiment": (REGIMENT, "雪山师九团"),
}


@dataclass(frozen=True)
class Said:
    """A text of one or more sentences, who reports it, and the role of its section.

    `report` is who reports it as `fazhi extract --format yaml` prints it: issuer, places by level, years.
    """

    text: str
    reporter: str = "county"
    role: str = "reported"
    report: Mapping[str, Any] | None = None

    def meta(self) -> Meta:
        area, issuer = REPORTERS[self.reporter]
        if self.report is None:
            return Meta(issuer=issuer, area=area, period_year=2023, plan_year=2024, evidence={})
        found: tuple[Area, ...] = ()
        for level in get_args(Level):
            if level in self.report:
                found += (Area(code="", name=self.report[level], level=level, parents=found),)
        years = {key: self.report.get(key) for key in ("period_year", "plan_year")}
        return Meta(issuer=self.report.get("issuer"), area=found[-1] if found else None, **years, evidence={})


def reading_of(said: Said, decisions: tuple[Correction, ...] = ()) -> Reading:
    """The reading of a text alone."""
    document = Document(
        source=source_of(said.text.encode()),
        text=said.text,
        shadow=shadow(said.text),
        blocks=(),
        meta=said.meta(),
        genre=Genre(accepted=True, name="annual-report", reason=""),
    )
    whole = Span(0, len(said.text))
    section = Section(key="1", number="", title="", level=1, parent=None, role=said.role, span=Span(0, 0), extent=whole)
    return extract_facts(document, Outline(sections=(section,)), sentences_of(said.text), decisions=decisions)


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text without headings: one for each 。 or ;"""
    found, start = [], 0
    for end in range(1, len(text) + 1):
        if text[end - 1] in "。;；" or end == len(text):
            span = Span(start, end)
            found.append(Sentence(order=len(found), section="1", span=span, text=text[start:end], clauses=(span,)))
            start = end
    return tuple(found)
