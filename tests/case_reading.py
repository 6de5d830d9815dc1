"""One sentence of an invented report, read as if the rest stood around it: what the files under cases/ hold."""

from dataclasses import dataclass

from kg.corpus.document import Area, Document, Genre, Meta, Span
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
    "regiment": (REGIMENT, "雪山师九团"),
}


@dataclass(frozen=True)
class Said:
    """A text of one or more sentences, who reports it, and the role of its section."""

    text: str
    reporter: str = "county"
    role: str = "reported"


def reading_of(said: Said, decisions: tuple[Correction, ...] = ()) -> Reading:
    """The reading of a text alone."""
    area, issuer = REPORTERS[said.reporter]
    document = Document(
        source=source_of(said.text.encode()),
        text=said.text,
        shadow=shadow(said.text),
        blocks=(),
        meta=Meta(issuer=issuer, area=area, period_year=2023, plan_year=2024, evidence={}),
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
