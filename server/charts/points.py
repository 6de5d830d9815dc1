"""The rows of an answer as what is drawn: points, a grid, links, moments. Values with different units never share an axis."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kg.store.answer import Row
from queries.answer import Answered
from queries.header import Axes, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value with its name. `high` is the upper bound of a range."""

    label: str
    value: Decimal
    series: str = ""
    high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Points that share a unit, and so an axis."""

    unit: str
    points: tuple[Point, ...]
    name: str = ""
    """The indicator, where the answer holds several: different indicators never share an axis."""
    order: tuple[str, ...] = ()
    """The series of all panels of the answer, so that one series has one colour in all of them."""

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series that have a point here."""
        held = {point.series for point in self.points}
        return tuple(name for name in self.order if name in held)


def panels(answered: Answered, axes: Axes, label: str, value: str, language: Language) -> tuple[Panel, ...]:
    """The points of an answer by unit. A value column that holds no numbers is counted: distinct values per label.

    Where one label would name several places or years, there is a panel for each label, and places and years name
    the points.
    """
    column = answered.query.columns.get(value)
    if column is None or column.kind not in ("number", "percent", "year"):
        return _counted(answered, label, value, language)
    rows = [row for row in answered.rows if label in row and _decimal(row, value) is not None]
    around = [] if axes.series else _around(rows, label)
    several = label != "indicator" and len({row["indicator"].value for row in rows if "indicator" in row}) > 1
    found: dict[tuple[str, str], dict[Point, None]] = {}
    for row in rows:
        unit = row[column.unit].value if column.unit and column.unit in row else "%" if column.kind == "percent" else ""
        named = answered.text(row, label, language)
        point = Point(
            label=" ".join(answered.text(row, name, language) for name in around if name in row) or named,
            value=_decimal(row, value) or Decimal(0),
            series=answered.text(row, axes.series, language) if axes.series and axes.series in row else "",
            high=_decimal(row, axes.max) if axes.max else None,
        )
        name = named if around else answered.text(row, "indicator", language) if several and "indicator" in row else ""
        found.setdefault((name, unit), {})[point] = None
    order = _series(point for points in found.values() for point in points)
    return tuple(
        Panel(unit=unit, points=tuple(points), name=name, order=order) for (name, unit), points in found.items()
    )


def _around(rows: Sequence[Row], label: str) -> list[str]:
    """The columns of place and year that tell rows with the same label apart; none where labels do not repeat."""
    if len({row[label].value for row in rows}) == len(rows):
        return []
    told = [name for name in ("area", "year") if name != label]
    return [name for name in told if len({row[name].value for row in rows if name in row}) > 1]


def _series(points: Iterable[Point]) -> tuple[str, ...]:
    """All series: years by time, names in the order in which they come."""
    names = dict.fromkeys(point.series for point in points if point.series)
    return tuple(sorted(names) if all(name.isdigit() for name in names) else names)


def _counted(answered: Answered, label: str, value: str, language: Language) -> tuple[Panel, ...]:
    values: dict[str, set[str]] = {}
    for row in answered.rows:
        if label in row and value in row:
            values.setdefault(answered.text(row, label, language), set()).add(row[value].value)
    points = sorted((Point(label=name, value=Decimal(len(several))) for name, several in values.items()), key=_falling)
    return (Panel(unit="", points=tuple(points)),) if points else ()


def _falling(point: Point) -> tuple[Decimal, str]:
    return (-point.value, point.label)


def _decimal(row: Row, name: str | None) -> Decimal | None:
    if name is None or name not in row:
        return None
    try:
        return Decimal(row[name].value)
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of two names: what stands where they meet. `shade` is 0 to 5; 0 means nothing stands there."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[Decimal, ...]]
    shades: Mapping[tuple[str, str], int]
    unit: str = ""
    name: str = ""
    left_out: int = 0
    """Cells that are in none of the shown rows and columns."""


_WIDE, _TALL = 24, 60


def grids(answered: Answered, axes: Axes, language: Language) -> tuple[Grid, ...]:
    """The answer as grids of its x and y columns: the label column's values, or how many rows there are.

    Counts are summed; measured values of different indicators or units stand in grids of their own, and two of them
    that meet stand beside each other.
    """
    if not axes.x or not axes.y:
        return ()
    column = answered.query.columns.get(axes.label or "")
    unit_of = column.unit if column else None
    measured = bool(unit_of) or (column is not None and column.kind == "percent")
    found: dict[tuple[str, str], dict[tuple[str, str], list[Decimal]]] = {}
    for row in answered.rows:
        if axes.x not in row or axes.y not in row:
            continue
        number = _decimal(row, axes.label)
        if measured and number is None:
            continue
        key = (answered.text(row, axes.y, language), answered.text(row, axes.x, language))
        name = answered.text(row, "indicator", language) if measured and "indicator" in row else ""
        unit = row[unit_of].value if unit_of and unit_of in row else "%" if measured else ""
        held = found.setdefault((name, unit), {}).setdefault(key, [])
        if measured:
            held += [number] if number is not None and number not in held else []
        else:
            held[:] = [sum(held, number if number is not None else Decimal(1))]
    fullest = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple(_grid(cells, name, unit) for (name, unit), cells in fullest)


def _grid(cells: Mapping[tuple[str, str], list[Decimal]], name: str, unit: str) -> Grid:
    columns = _heaviest(cells, 1, _WIDE)
    kept = {key: tuple(values) for key, values in cells.items() if key[1] in columns}
    rows = _heaviest(kept, 0, _TALL)
    kept = {key: values for key, values in kept.items() if key[0] in rows}
    most = max((abs(value) for values in kept.values() for value in values), default=Decimal(1)) or Decimal(1)
    return Grid(
        columns=tuple(sorted({key[1] for key in kept})),
        rows=tuple(dict.fromkeys(key[0] for key in kept)),
        cells=kept,
        shades={key: max(1, min(5, -(-int(max(map(abs, v)) * 500 / most) // 100))) for key, v in kept.items()},
        unit=unit,
        name=name,
        left_out=len(cells) - len(kept),
    )


def _heaviest(cells: Mapping[tuple[str, str], Sequence[Decimal]], side: int, most: int) -> set[str]:
    """The names of one side on which most stands."""
    weights: dict[str, Decimal] = {}
    for key, values in cells.items():
        weights[key[side]] = weights.get(key[side], Decimal(0)) + sum(map(abs, values))
    return set(sorted(weights, key=lambda name: -weights[name])[:most])


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link of a network: both ends, what stands on it, how often."""

    source: str
    target: str
    label: str
    weight: int


def edges(answered: Answered, axes: Axes, language: Language) -> tuple[Edge, ...]:
    """The answer as links between the things of two columns, strongest first."""
    if not axes.from_ or not axes.to:
        return ()
    labels: dict[tuple[str, str], dict[str, None]] = {}
    weights: dict[tuple[str, str], int] = {}
    for row in answered.rows:
        if axes.from_ not in row or axes.to not in row:
            continue
        key = (answered.text(row, axes.from_, language), answered.text(row, axes.to, language))
        said = answered.text(row, axes.label, language) if axes.label else ""
        number = _decimal(row, axes.label)
        labels.setdefault(key, {}).update({said: None} if said and number is None else {})
        weights[key] = int(number) if number is not None else weights.get(key, 0) + 1
    made = [Edge(source=a, target=b, label="、".join(labels[a, b]), weight=n) for (a, b), n in weights.items()]
    return tuple(sorted(made, key=lambda edge: (-edge.weight, edge.source, edge.target)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What stands at one time."""

    when: str
    items: tuple[tuple[str, tuple[str, ...], int, tuple[str, ...]], ...]
    """What, where or how, in how many rows, and the sentences that say so."""


def moments(answered: Answered, axes: Axes, language: Language) -> tuple[Moment, ...]:
    """The answer along time, oldest first. Rows without a time are in none."""
    if not axes.x or not axes.y:
        return ()
    found: dict[str, dict[str, dict[str, int]]] = {}
    sentences: dict[tuple[str, str], dict[str, None]] = {}
    for row in answered.rows:
        if axes.x in row and axes.y in row:
            note = answered.text(row, axes.label, language) if axes.label and axes.label in row else ""
            when, what = row[axes.x].value, answered.text(row, axes.y, language)
            notes = found.setdefault(when, {}).setdefault(what, {})
            notes[note] = notes.get(note, 0) + 1
            said = {row[part.sentence].value: None for part in answered.query.evidence if part.sentence in row}
            sentences.setdefault((when, what), {}).update(said)
    return tuple(
        Moment(
            when=when,
            items=tuple(
                (what, tuple(filter(None, notes)), sum(notes.values()), tuple(sentences[when, what]))
                for what, notes in found[when].items()
            ),
        )
        for when in sorted(found)
    )


def nice(values: Sequence[Decimal], unit: str) -> tuple[Decimal, Decimal, Decimal]:
    """Ends and step of an axis. It holds zero, always; percentages that fit end at 100.

    >>> [str(part) for part in nice([Decimal("86"), Decimal("99.6")], "%")]
    ['0', '100', '25']
    >>> [str(part) for part in nice([Decimal("622"), Decimal("18")], "件")]
    ['0', '800', '200']
    >>> [str(part) for part in nice([Decimal("-9.4"), Decimal("3")], "百分点")]
    ['-10', '5', '5']
    """
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    if unit == "%" and low == 0 and high <= 100 and high > 50:
        return Decimal(0), Decimal(100), Decimal(25)
    span = high - low or Decimal(1)
    raw = span / 4
    power = Decimal(10) ** (raw.adjusted())
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor >= raw)
    bottom = (low / step).to_integral_value(rounding="ROUND_FLOOR") * step
    top = (high / step).to_integral_value(rounding="ROUND_CEILING") * step
    return _plain(bottom), _plain(top), _plain(step)


def _plain(number: Decimal) -> Decimal:
    return Decimal(format(number.normalize(), "f")) if number else Decimal(0)
