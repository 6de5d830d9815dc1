"""The numbers of an answer as points of a chart. Values with different units never share an axis."""

from collections.abc import Callable, Mapping, Sequence
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

    @property
    def series(self) -> tuple[str, ...]:
        """The names of the series, in the order in which they come."""
        return tuple(dict.fromkeys(point.series for point in self.points if point.series))


def panels(answered: Answered, axes: Axes, label: str, value: str, language: Language) -> tuple[Panel, ...]:
    """The points of an answer by unit. A value column that holds no numbers is counted: distinct values per label."""
    column = answered.query.columns.get(value)
    if column is None or column.kind not in ("number", "percent", "year"):
        return _counted(answered, label, value, language)
    found: dict[tuple[str, str], list[Point]] = {}
    several = label != "indicator" and len({row["indicator"].value for row in answered.rows if "indicator" in row}) > 1
    for row in answered.rows:
        number = _decimal(row, value)
        if number is None or label not in row:
            continue
        unit = row[column.unit].value if column.unit and column.unit in row else "%" if column.kind == "percent" else ""
        point = Point(
            label=answered.text(row, label, language),
            value=number,
            series=answered.text(row, axes.series, language) if axes.series and axes.series in row else "",
            high=_decimal(row, axes.max) if axes.max else None,
        )
        name = answered.text(row, "indicator", language) if several and "indicator" in row else ""
        if point not in found.setdefault((name, unit), []):
            found[name, unit].append(point)
    return tuple(Panel(unit=unit, points=tuple(points), name=name) for (name, unit), points in found.items())


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
    """A table of two names: how much stands where they meet. `shade` is 0 to 5; 0 means nothing stands there."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: Mapping[tuple[str, str], str]
    shades: Mapping[tuple[str, str], int]


def grid(answered: Answered, axes: Axes, language: Language) -> Grid | None:
    """The answer as a grid of its x and y columns: the label column's value, or how many rows there are."""
    if not axes.x or not axes.y:
        return None
    weights: dict[tuple[str, str], Decimal] = {}
    texts: dict[tuple[str, str], str] = {}
    for row in answered.rows:
        if axes.x not in row or axes.y not in row:
            continue
        key = (answered.text(row, axes.y, language), answered.text(row, axes.x, language))
        number = _decimal(row, axes.label)
        weights[key] = number if number is not None else weights.get(key, Decimal(0)) + 1
        texts[key] = (
            answered.text(row, axes.label, language) if number is not None and axes.label else str(weights[key])
        )
    most = max((abs(weight) for weight in weights.values()), default=Decimal(1)) or Decimal(1)
    columns = sorted({key[1] for key in weights})
    rows = list(dict.fromkeys(key[0] for key in weights))
    shades = {key: max(1, min(5, -(-int(abs(weight) * 5 * 100 / most) // 100))) for key, weight in weights.items()}
    return Grid(columns=tuple(columns), rows=tuple(rows), cells=texts, shades=shades)


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
    items: tuple[tuple[str, str], ...]
    """What, and where or how."""


def moments(answered: Answered, axes: Axes, language: Language) -> tuple[Moment, ...]:
    """The answer along time, oldest first."""
    if not axes.x or not axes.y:
        return ()
    found: dict[str, dict[tuple[str, str], None]] = {}
    for row in answered.rows:
        if axes.x in row and axes.y in row:
            note = answered.text(row, axes.label, language) if axes.label and axes.label in row else ""
            found.setdefault(row[axes.x].value, {})[answered.text(row, axes.y, language), note] = None
    return tuple(Moment(when=when, items=tuple(found[when])) for when in sorted(found))


Scale = Callable[[Decimal], float]


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
