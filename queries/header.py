"""The header of a question file: its keys and their types."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Language = Literal["zh", "en"]
SlotType = Literal[
    "area", "body", "report", "indicator", "document", "programme", "figure", "code", "year", "number", "date", "text",
    "choice",
]  # fmt: skip
Group = Literal["bodies", "results", "plans", "places", "documents", "checks"]
ColumnKind = Literal["link", "text", "number", "percent", "year", "date", "quote", "code"]
Pages = Literal["reports", "successors", "plans", "successor-plans", "areas", "figures", "area-reports", "indicators"]
ViewName = Literal[
    "table", "card", "bar", "line", "dot", "heatmap", "network", "timeline", "map", "side-by-side", "quote"
]  # fmt: skip

ANY = "any"
SLOT = re.compile(r"\{([A-Za-z_]+)(?::([a-z_A-Z]+(?: [a-z_A-Z]+)*))?\}")
MARKER = re.compile(r"^[ \t]*#(?P<how>params|sift)(?P<names>[ \t]+[\w \t]+)[ \t]*$", re.M)
WHEN = re.compile(r"^(?P<indent>[ \t]*)#when[ \t]+(?P<names>\w+(?:[ \t]+\w+)*):[ \t]*(?P<line>[^\n]*)$", re.M)
UNLESS = re.compile(r"^(?P<line>[^\n]*?)[ \t]*#unless(?P<names>[ \t]+[\w \t]+?)[ \t]*$", re.M)
SPOKEN = re.compile(r"(?:\b(one|several)[ \t]+)?(\w+)")
"""The slots of a #when or #unless, each with the number of values that it must have to count as filled."""
ORDERS: Mapping[Pages, tuple[str, str]] = {
    "reports": ("?year ?area", "report"),
    "successors": ("?year ?area", "report"),
    "plans": ("?year ?area", "report"),
    "successor-plans": ("?year ?area", "report"),
    "areas": ("?area", "area"),
    "figures": ("?area", "area"),
    "area-reports": ("?area", "report"),
    "indicators": ("DESC(?indicator)", "indicator"),
}
"""What rows may follow each other by → how the query orders them, and the variable that a page holds."""


class Strict(BaseModel):
    """Unknown keys are refused; nothing can be changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Strict):
    """One wording in both languages.

    >>> Text(zh="指标", en="indicator")["en"]
    'indicator'
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


class Cues(Strict):
    """Words beside a name that tell the router which of two slots it belongs to: 对力洋镇, 力洋镇被."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Param(Strict):
    """A slot. `any` is the phrase that stands in the answer where the slot is open; the type has one by default.

    `name` is what the slot is called on forms; the name of its type by default (`queries.wording.slot_name`).
    The rest is for the router: a sentence that fills no `key` slot is not understood as this question, unless a word of
    `all_of` asks for everything that the slot could hold; a text slot takes what stands in one of its `framed` forms
    (与{}有关), one of its `words`, the name of a thing of the kind `names`, or (`free`) the words that nothing else explains.
    """

    type: SlotType
    default: str = ANY
    multi: bool = False
    required: bool = False
    choices: str | tuple[str, ...] | Mapping[str, Text] | None = None
    scheme: str | None = None
    help: Text
    any: Text | None = None
    name: Text | None = None
    key: bool = False
    all_of: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    framed: tuple[str, ...] = ()
    names: str | None = None
    free: bool = False
    cues: Cues | None = None

    @property
    def must_be_given(self) -> bool:
        """Whether a question cannot be asked without it: one that is never open may still have a default."""
        return self.required and self.default == ANY


class Column(Strict):
    """A column of the answer. `unit`, `name` and `english` point at hidden columns that belong to its value."""

    zh: str
    en: str
    kind: ColumnKind
    unit: str | None = None
    name: str | None = None
    english: str | None = None
    labels: Mapping[str, Text] = {}
    """What the values of a plain text column are called."""

    def __getitem__(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


class EvidenceOf(Strict):
    """Which column holds the sentence, and which columns hold what is marked in it."""

    sentence: str
    marks: tuple[str, ...] = ()


class Axes(Strict):
    """What a view draws: names of columns."""

    x: str | None = None
    y: str | None = None
    series: str | None = None
    group: str | None = None
    label: str | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    left: str | None = None
    right: str | None = None
    middle: str | None = None
    max: str | None = None
    mutual: bool = False
    """Links of a network have no direction."""

    def columns(self) -> tuple[str, ...]:
        """The columns that are named."""
        return tuple(value for value in self.model_dump(exclude={"mutual"}).values() if value)


class View(Strict):
    """The view that is shown first and the others that are offered, each with its axes."""

    default: ViewName = "table"
    also: tuple[ViewName, ...] = ()
    card: Axes | None = None
    bar: Axes | None = None
    line: Axes | None = None
    dot: Axes | None = None
    heatmap: Axes | None = None
    network: Axes | None = None
    timeline: Axes | None = None
    map: Axes | None = None
    side_by_side: Axes | None = Field(default=None, alias="side-by-side")

    def axes(self, name: str) -> Axes | None:
        """The axes of a view; None for those that need none."""
        found: Axes | None = getattr(self, name.replace("-", "_"), None)
        return found

    def offered(self) -> tuple[str, ...]:
        """All views, the default first."""
        return tuple(dict.fromkeys((self.default, *self.also)))


class Triggers(Strict):
    """Words by which the router knows the question. `not` names words that speak against it."""

    zh: tuple[str, ...]
    en: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


class Case(Strict):
    """A case that a test runs: the slots, and how many rows they give. `has` is a row that must be among them."""

    slots: Mapping[str, str | tuple[str, ...]] = {}
    rows: str
    data: Literal["examples", "report"] = "examples"
    has: Mapping[str, str] = {}

    def holds(self, found: int) -> bool:
        """Whether `found` rows are right.

        >>> Case(rows=">=4").holds(3), Case(rows="4").holds(4)
        (False, True)
        """
        return found >= int(self.rows[2:]) if self.rows.startswith(">=") else found == int(self.rows)


class NamedQuery(Strict):
    """One question: its file's header and its SPARQL."""

    id: str
    title: Text
    all: Text | None = None
    """The title where no `key` slot is filled: all figures of a report, not the value of one indicator."""
    group: Group
    sentence: Text
    params: Mapping[str, Param] = {}
    triggers: Triggers
    columns: Mapping[str, Column]
    hidden: tuple[str, ...] = ()
    evidence: tuple[EvidenceOf, ...]
    """Empty only where the answer comes from a report's metadata and not from its sentences."""
    answer: Text
    one: Text | None = None
    """The answer's sentence where there is exactly one row."""
    none: Text | None = None
    """The answer's sentence where there is no row; without it, that nothing was found in so many reports."""
    caveat: Text
    view: View = View()
    loosen: tuple[str, ...] = ()
    pages: Pages | None = None
    """What the rows follow each other by, so that a page is read from few of them (`queries.page`)."""
    limit: int = 1000
    seconds: float | None = None
    expect: tuple[Case, ...]
    body: str
    """The SPARQL below the header, with its #params markers."""
    path: str

    @field_validator("evidence", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, Mapping) else value

    def titled(self, values: Mapping[str, object]) -> Text:
        """What the question is called with these slots filled."""
        open_key = all(not values.get(name) for name, param in self.params.items() if param.key)
        return self.all if self.all and open_key else self.title

    def variables(self) -> tuple[str, ...]:
        """The projected variables, shown columns first."""
        return (*self.columns, *self.hidden)
