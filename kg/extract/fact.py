"""Facts: what is read from sentences, each with its exact words, its place and the rule that read it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.corpus.document import Document, Level, Span
from kg.corpus.outline import Outline
from kg.corpus.sentence import Sentence

StatementKind = Literal["goal", "measure", "plan", "result", "problem", "background"]
ActorRole = Literal["lead", "partner", "target", "grantor", "recipient"]
Qualifier = Literal["exact", "approx", "at_least", "at_most", "over"]
Relation = Literal["implements", "issues", "studies", "publicises", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What all facts have. `quote == document.text[span.start:span.end]`, always."""

    span: Span
    quote: str
    sentence: int | None
    """`Sentence.order`; None for what stands in a heading or a title line."""
    rule: str
    confidence: float = 1.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Fact):
    """What a sentence states; one for each type that it has. The span is the sentence's."""

    kind: StatementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Fact):
    """A main action as printed: 成立 | 全省首支民营企业法治督察员队伍."""

    verb: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Fact):
    """A body or class of bodies where it is printed."""

    name: str
    """Canonical: the jurisdiction's own name and the short form as printed (宁海县司法局)."""
    body_kind: str
    """party, government, department, township, court, procuratorate, congress, supervision, judicial, team, institution, group."""
    level: Level | None
    section: str | None = None
    """`Section.key` when it stands in a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement(Fact):
    """A body's part in what its sentence states. `basis` is inferred for the reporting government that nobody named."""

    body: str
    role: ActorRole
    basis: Literal["stated", "inferred"] = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Fact):
    """A reported or planned figure. The value is scaled (201.7万件 → 2017000, 件; 51.81亿元 → 5181000000, 元)."""

    name: str
    name_raw: str
    """The clause that the name was cut from."""
    indicator: str | None
    """Canonical key where the synonyms know the name, else None."""
    value: Decimal | None
    """None for 数十 and the like, with the flag `vague`."""
    value_max: Decimal | None = None
    unit: str
    qualifier: Qualifier = "exact"
    former_value: Decimal | None = None
    former_year: int | None = None
    direction: Literal["up", "down"] | None = None
    year: int | None = None
    target: bool = False
    """Planned, not reached."""
    part_of: Span | None = None
    """Span of the figure that this one is a part of (其中, 含)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Fact):
    """A document named in a sentence. The span is the title without its marks."""

    title: str
    number: str | None
    """发文字号."""
    document_kind: str
    relation: Relation | None
    """None where it is only mentioned outside a sentence (heading, title line)."""
    stands_for: str | None = None
    """The full title, where the report has made this title short for it: 以下简称《纲要》."""

    @property
    def document(self) -> str:
        """The title of the document that is meant."""
        return self.stands_for or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour(Fact):
    """An award, title, designation, or a first in a wider area."""

    name: str
    recipient: str | None
    grantor: str | None
    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(Fact):
    """A named scheme, campaign, platform, mechanism or brand, where it is printed."""

    name: str
    kind: str
    """platform, application, mechanism, campaign, reform, brand, system."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Text where no figure may start, and the reason (title, marker, date, ordinal, name-word, quoted …)."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A digit, number word, quoted name or title that became neither fact nor mask."""

    span: Span
    quote: str
    sentence: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read of one report; `facts` in order of their spans."""

    document: Document
    outline: Outline
    sentences: tuple[Sentence, ...]
    facts: tuple[Fact, ...]
    masks: tuple[Mask, ...]
    unread: tuple[Unread, ...]
    corrections: tuple[str, ...] = ()
    """Rule ids of the decisions of people that changed a fact here."""
