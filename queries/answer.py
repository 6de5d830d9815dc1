"""A question answered: rows with labels, their quotes, one sentence, what was covered, what to loosen when nothing was found.

The pages, the API, the command line and the tools for language models all show what is made here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kg.store.answer import Cell, Row, Store
from queries.binding import RESOURCES, Values, bind, chosen, term
from queries.counting import count, counted, told
from queries.coverage import Coverage, coverage, looked_at
from queries.evidence import Evidence, evidence
from queries.header import ANY, SLOT, Language, NamedQuery, Param, Text
from queries.labels import Label, labels, local_name
from queries.page import page
from queries.saying import sentence
from queries.spread import spread
from queries.units import unit_after
from queries.wording import slot_name, wording, words

WIDE = 100
"""Reports up to which it is counted what an opened slot would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosened:
    """A slot that, left open, would give rows, or may."""

    slot: str
    rows: int | None
    """None where it was not counted, because more than `WIDE` reports would have to be looked at."""
    values: Mapping[str, tuple[str, ...]]

    def say(self, query: NamedQuery, language: str) -> str:
        """One sentence."""
        text = wording("loosen" if self.rows is not None else "loosen_uncounted")[language]
        return text.format(slot=slot_name(query.params[self.slot])[language], rows=f"{self.rows or 0:,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Everything that is shown of an answer. Rows hold all projected variables, hidden ones too; unbound ones are absent."""

    query: NamedQuery
    values: Mapping[str, tuple[str, ...]]
    """Slot → chosen values, as given; slots that were not spoken of are absent, 任意 is an empty tuple."""
    rows: tuple[Row, ...]
    total: int
    """Rows in all; more than `len(rows)` where the answer goes on."""
    offset: int
    distinct: Mapping[str, int]
    """Column → how many different values it has in the whole answer."""
    labels: Mapping[str, Label]
    evidence: Mapping[str, Evidence]
    coverage: Coverage
    loosened: tuple[Loosened, ...]
    sparql: str
    """The query as it was run, without LIMIT."""
    release: str
    base: str
    at_least: bool = False
    """There may be more than `total` and `distinct` say: they were counted no further."""
    first: tuple[Row, ...] = ()
    """The first rows of the whole answer, whatever page this is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The shown columns."""
        return tuple(self.query.columns)

    @property
    def more(self) -> bool:
        """Whether rows follow after these."""
        return self.offset + len(self.rows) < self.total

    @property
    def title(self) -> Text:
        """What was asked, as a title."""
        return self.query.titled(self.values)

    def say(self, language: Language = "zh") -> str:
        """The answer in one sentence."""
        return sentence(self, language)

    def slot(self, name: str, language: Language = "zh") -> str:
        """What stands in a slot, as people say it."""
        return slot_text(self.query.params[name], self.values.get(name), self.labels, self.base, language)

    def text(self, row: Row, column: str, language: Language = "zh") -> str:
        """One cell as people read it: labels for things, numbers with their unit, quotes for sentences."""
        cell = row.get(column)
        if cell is None:
            return ""
        if cell.kind == "uri":
            if cell.value in self.evidence:
                return self.evidence[cell.value].quote
            return self.labels[cell.value][language] if cell.value in self.labels else local_name(cell.value)
        described = self.query.columns.get(column)
        if described is not None and cell.value in described.labels:
            return described.labels[cell.value][language]
        if described is not None and described.english and language.startswith("en"):
            return row[described.english].value
        if described is None or described.kind not in ("number", "percent"):
            return cell.value
        unit = row.get(described.unit) if described.unit else None
        said, indicator = plain_number(cell.value), row.get("indicator")
        named = self.labels[indicator.value].zh if indicator and indicator.value in self.labels else ""
        return said + unit_after(
            unit.value if unit else "%" if described.kind == "percent" else "", said, language, named
        )

    def evidence_of(self, row: Row) -> tuple[Evidence, ...]:
        """The quotes behind one row, each with the marks of this row's things."""
        found = []
        for part in self.query.evidence:
            cell = row.get(part.sentence)
            if cell is None or cell.value not in self.evidence:
                continue
            marked = [row[name] for name in part.marks if name in row]
            things = [mark.value for mark in marked if mark.kind == "uri"]
            words = [mark.value for mark in marked if mark.kind != "uri"]
            found.append(self.evidence[cell.value].only(things, words))
        return tuple(found)


_IN_TEXT = "/s/"
"""What is read from a sentence has a name only where it is shown: an honour has one, a figure has none."""


def answer(
    query: NamedQuery,
    values: Values,
    store: Store,
    *,
    base: str,
    limit: int | None = None,
    offset: int = 0,
    seconds: float | None = None,
    quotes: int | None = None,
) -> Answered:
    """Run a question and gather all that belongs to its answer. `limit` None: the question's own.

    `quotes` is how many of the sentences behind the rows are fetched, from the first on; None: all of them. A drawing of
    thousands of rows shows few.

    Values are ids or typed values; `queries.slots.resolve` makes them of names. Raises `Refusal` for slots that do not
    fit, `QueryError` where the engine refuses.
    """
    # An explicit 任意 is kept as an empty tuple: it opens a slot that has a default.
    kept = {name: chosen(values, name) for name in query.params if name in values}
    size = query.limit if limit is None else limit
    ids = spread(query, kept, store, base)
    sparql = bind(query, ids, base)
    rows = page(query, ids, store, base=base, limit=size + 1, offset=offset, seconds=seconds or query.seconds)
    more, rows = len(rows) > size, rows[:size]
    total, distinct, at_least = offset + len(rows), _distinct(query, rows), False
    if more or offset:
        whole = counted(query, sparql, store)
        distinct, at_least = whole.distinct or distinct, whole.at_least
        total = max(whole.rows, total + more if rows else 1) if at_least else whole.rows
    # The best of all is told on every page, not the best of the page.
    ahead = _ahead(query)
    first = page(query, ids, store, base=base, limit=ahead) if rows and ahead and (offset or size < ahead) else rows
    sentences = list(dict.fromkeys(_sentences(query, rows)))
    found = evidence(store, sentences[:quotes])
    chosen_iris = [iri for name in query.params for iri in _iris(query, name, _shown(query, name, kept), base)]
    shown = {
        cell.value
        for row in (*rows, *first[:1])
        for name in query.columns
        if (cell := row.get(name)) and cell.kind == "uri"
    }
    beside = {cell.value for row in rows for name in query.hidden if (cell := row.get(name)) and cell.kind == "uri"}
    cells = (shown | {iri for iri in beside if _IN_TEXT not in iri}) - set(sentences)
    reports = {iri for one in found.values() for iri in (one.report.iri, one.report.area, one.report.issuer) if iri}
    return Answered(
        query=query,
        values=kept,
        rows=tuple(rows),
        total=total,
        at_least=at_least,
        first=tuple(first),
        offset=offset,
        distinct=distinct,
        labels=labels(store, sorted({*cells, *chosen_iris, *reports})),
        evidence=found,
        coverage=coverage(query, kept, store, base=base),
        loosened=() if total else loosen(query, kept, store, base=base),
        sparql=sparql,
        release=store.release,
        base=base,
    )


def loosen(query: NamedQuery, values: Values, store: Store, *, base: str) -> tuple[Loosened, ...]:
    """The slots of an empty answer, in the question's own order, whose opening would give rows.

    An empty answer about one place must not cost a look at the whole country: what is wide is proposed without a count.
    """
    order = [*query.loosen, *(name for name in query.params if name not in query.loosen)]
    found = []
    for name in order:
        if not chosen(values, name) or query.params[name].required:
            continue
        rest = {**{other: chosen(values, other) for other in values}, name: ()}
        wide = len(looked_at(query, rest, store, base=base)) > WIDE
        rows = None if wide else count(query, rest, store, base=base)
        if rows is None or rows:
            found.append(Loosened(slot=name, rows=rows, values=rest))
    return tuple(found)


def slot_text(
    param: Param, values: tuple[str, ...] | None, names: Mapping[str, Label], base: str, language: Language = "zh"
) -> str:
    """The values of a slot in words; the open slot's phrase where there are none."""
    if values is None and param.default != ANY:
        values = (param.default,)
    if not values:
        return (param.any or wording("any", param.type))[language]
    return wording("join")[language].join(_one(param, value, names, base, language) for value in values)


def _one(param: Param, value: str, names: Mapping[str, Label], base: str, language: Language) -> str:
    if param.type in RESOURCES:
        iri = value if value.startswith(base) else base + value
        return names[iri][language] if iri in names else value
    if param.type == "code":
        found = next((label for iri, label in names.items() if local_name(iri) == local_name(value)), None)
        return found[language] if found else value
    if isinstance(param.choices, Mapping) and value in param.choices:
        return param.choices[value][language]
    if param.type in ("year", "text"):
        return wording(param.type)[language].format(value=value.removesuffix("年"))
    return value


def plain_number(value: str) -> str:
    """A decimal without needless zeros.

    >>> plain_number("99.60"), plain_number("22.0"), plain_number("2017000"), plain_number("x")
    ('99.6', '22', '2017000', 'x')
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _iris(query: NamedQuery, name: str, several: tuple[str, ...], base: str) -> list[str]:
    param = query.params[name]
    if param.type not in RESOURCES and param.type != "code":
        return []
    vocabulary = re.search(r"PREFIX fz: <([^>]+)>", query.body)
    ids = [value for value in several if not value.startswith(words("every"))]
    return [term(param, value, base, vocabulary[1] if vocabulary else "", name)[1:-1] for value in ids]


def _shown(query: NamedQuery, name: str, kept: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    default = query.params[name].default
    return kept.get(name, () if default == ANY else (default,))


def _sentences(query: NamedQuery, rows: list[Row]) -> list[str]:
    cells: list[Cell] = [row[part.sentence] for row in rows for part in query.evidence if part.sentence in row]
    return [cell.value for cell in cells if cell.kind == "uri"]


def _ahead(query: NamedQuery) -> int:
    """How many of the first rows the sentence of an answer speaks of: a page where it tells which are level."""
    said = {found[1] for found in SLOT.finditer(query.answer.zh)}
    return query.limit if "ties" in said else 1 if "first" in said else 0


def _distinct(query: NamedQuery, rows: list[Row]) -> Mapping[str, int]:
    return {name: len({row[name] for row in rows if name in row}) for name in told(query)}
