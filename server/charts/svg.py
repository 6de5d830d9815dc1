"""Charts as SVG, drawn on the server: they need no script, print, follow the colours of the page, and start at zero."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from flask_babel import gettext as _
from markupsafe import Markup, escape

from server.charts.points import Panel, Point, nice
from server.i18n import exact, measured, short, unit_of

_WIDE, _NARROW = 760, 356
_COLOURS = 6
"""Series that have a colour of their own; an eye tells no more of them apart."""
_ROW, _BAR, _NEXT = 30, 14, 19
_BESIDE = 6
"""Pixels between the axis and a name above its bars."""
_APART = 13
"""Pixels between two labels on one line that can both be read."""


def in_two_sizes(draw: Callable[[int], Markup]) -> Markup:
    """A picture for wide windows and one for phones; the style sheet shows one of them."""
    return Markup('<div class="wide-only">{}</div><div class="narrow-only">{}</div>').format(draw(_WIDE), draw(_NARROW))


def width_of(text: str, size: float = 13) -> float:
    """About how wide a text is, in pixels: a Chinese character is a square, a Latin letter little more than half of one.

    >>> round(width_of("宁海县"), 1), round(width_of("ab", 10), 1)
    (39, 11.2)
    """
    return sum(size if character > "\u2e80" or character in "“”‘’…—·" else size * 0.56 for character in text)


def cut(text: str, width: float, size: float = 13) -> str:
    """A text that fits, with an ellipsis where it was cut.

    >>> cut("法治督察发现问题数", 70)
    '法治督察…'
    """
    if width_of(text, size) <= width:
        return text
    while text and width_of(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def svg(width: int, height: float, title: str, parts: Sequence[str]) -> Markup:
    """A picture of parts that are escaped already; its title is what a screen reader says."""
    inside = "".join(parts)
    return Markup(  # noqa: S704 (every text in `parts` went through `escape`)
        f'<svg class="chart" viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "start", full: str = "") -> str:
    """A text at a place; what is shown in short has `full` as its tip."""
    title = f"<title>{escape(full)}</title>" if full and full != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{title}{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _said(value: Decimal, unit: str) -> str:
    return short(value) + measured(value, unit)


def _whole(point: Point, unit: str, name: str = "") -> str:
    """A point in words, with all its digits: what is shown on hover."""
    high = "" if point.high is None else f"—{exact(point.high)}"
    return " ".join(
        filter(
            None,
            (
                name or point.label,
                point.series,
                f"{exact(point.value)}{high}{measured(point.high or point.value, unit)}",
            ),
        )
    )


def _dot(x: float, y: float, point: Point, colour: str, size: float, said: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" class="{colour}" data-value="{point.value}">'
        f"<title>{escape(said)}</title></circle>"
    )


class _Axis:
    """A horizontal scale that holds zero."""

    def __init__(self, values: Sequence[Decimal], unit: str, left: float, right: float) -> None:
        self.low, self.high, self.step = nice(values, unit)
        self.left, self.right, self.unit = left, right, unit

    def x(self, value: Decimal) -> float:
        return self.left + (self.right - self.left) * float((value - self.low) / (self.high - self.low))

    def draw(self, top: float, bottom: float) -> list[str]:
        parts, tick = [], self.low
        while tick <= self.high:
            zero = tick == 0
            parts.append(_line(self.x(tick), top, self.x(tick), bottom, "zero" if zero else "grid"))
            parts.append(words(self.x(tick), bottom + 16, short(tick), "tick", "middle"))
            tick += self.step
        return parts


def _legend(names: Sequence[str], panel: Panel, width: int, more: str = "") -> tuple[list[str], float]:
    """The series with their colours, in as many lines as they need, and the height that they take."""
    parts, x, y = [], 0.0, 12.0
    for name in (*names, *filter(None, (more,))):
        wide = width_of(name, 12) + 34
        if x and x + wide - 18 > width:
            x, y = 0.0, y + 18
        colour = "back" if name == more else f"f{_colour(panel, name)}"
        parts.append(f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="10" height="10" class="{colour}"/>')
        parts.append(words(x + 15, y, name, "tick"))
        x += wide
    return parts, y + 12 if parts else 4


def _colour(panel: Panel, name: str) -> int:
    """The colour of a series: the same in all panels of an answer; one for all where there are too many of them."""
    return panel.order.index(name) + 1 if name and len(panel.order) <= _COLOURS else 1


def _told(panel: Panel) -> tuple[str, ...]:
    """The series that the legend explains."""
    return panel.series if len(panel.order) <= _COLOURS else ()


def _name(point: Point, panel: Panel) -> str:
    """What stands beside a bar: with the series, where colours do not tell it."""
    return point.label if not point.series or _told(panel) else f"{point.label} {point.series}"


def bars(panel: Panel, width: int, title: str) -> Markup:
    """Horizontal bars from zero, each with its value; bars of one name stand together and have it once.

    On a narrow picture the names stand above the bars.
    """
    above = width < 500
    groups = _grouped(panel)
    names = 0 if above else min(max((width_of(name) for name, _points in groups), default=0) + 14, width * 0.42)
    most = max((width_of(_said(point.value, panel.unit), 12) for point in panel.points), default=0) + 10
    legend, head = _legend(_told(panel), panel, width)
    falls = any(point.value < 0 for point in panel.points)
    axis = _Axis([point.value for point in panel.points], panel.unit, names + (most if falls else 2), width - most)
    tall = [(18 if above else 0) + _ROW + _NEXT * (len(points) - 1) for _name, points in groups]
    bottom = head + sum(tall) + 2
    parts = [*legend, *axis.draw(head, bottom)]
    top = head
    for (name, points), height in zip(groups, tall, strict=True):
        label = cut(name, width - 2 * _BESIDE if above else names - 14)
        beside = top + 19 + _NEXT * (len(points) - 1) / 2
        parts.append(
            words(axis.left + _BESIDE, top + 17, label, "name", full=name)
            if above
            else words(names - 10, beside, label, "name", "end", name)
        )
        for at, point in enumerate(points):
            y = top + (18 if above else 0) + _NEXT * at + 7
            parts += _bar(axis, y, point, panel)
        top += height
    return svg(width, bottom + 24, title, parts)


def _grouped(panel: Panel) -> list[tuple[str, list[Point]]]:
    """The points under their names, each name once, series in their order."""
    rank = {name: at for at, name in enumerate(dict.fromkeys(_name(point, panel) for point in panel.points))}
    place = {name: at for at, name in enumerate(panel.order)}
    points = sorted(panel.points, key=lambda point: (rank[_name(point, panel)], place.get(point.series, 0)))
    return [(name, list(several)) for name, several in groupby(points, key=lambda point: _name(point, panel))]


def _bar(axis: _Axis, y: float, point: Point, panel: Panel) -> list[str]:
    zero, end, left = axis.x(Decimal(0)), axis.x(point.value), point.value < 0
    return [
        f'<rect x="{min(zero, end):.1f}" y="{y:.1f}" width="{max(abs(end - zero), 1):.1f}" height="{_BAR}" '
        f'class="f{_colour(panel, point.series)}" data-value="{point.value}">'
        f"<title>{escape(_whole(point, panel.unit))}</title></rect>",
        words(end + (-6 if left else 6), y + 11.5, _said(point.value, panel.unit), "value", "end" if left else "start"),
    ]


def dots(panel: Panel, width: int, title: str) -> Markup:
    """One row for each name, a dot for each value; a range is a line between two dots."""
    above = width < 500
    rows = list(dict.fromkeys(point.label for point in panel.points))
    names = 0 if above else min(max((width_of(name) for name in rows), default=0) + 14, width * 0.42)
    row = _ROW + (18 if above else 0)
    legend, head = _legend(_told(panel), panel, width)
    every = [point.value for point in panel.points] + [point.high for point in panel.points if point.high is not None]
    most = max(width_of(_said(value, panel.unit), 12) for value in every) + 12
    axis = _Axis(every, panel.unit, names + 8, width - most)
    bottom = head + row * len(rows) + 2
    parts = [*legend, *axis.draw(head, bottom)]
    for at, name in enumerate(rows):
        y = head + row * at + (18 if above else 0) + 14
        label = cut(name, width - 2 * _BESIDE if above else names - 14)
        parts.append(
            words(axis.left + _BESIDE, y - 15, label, "name", full=name)
            if above
            else words(names - 10, y + 5, label, "name", "end", name)
        )
        parts.append(_line(axis.left, y, axis.right, y, "grid"))
        for point in (one for one in panel.points if one.label == name):
            colour, said = _colour(panel, point.series), _whole(point, panel.unit)
            if point.high is not None:
                parts.append(_line(axis.x(point.value), y, axis.x(point.high), y, f"span s{colour}"))
                parts.append(f'<circle cx="{axis.x(point.high):.1f}" cy="{y:.1f}" r="5" class="f{colour}"/>')
            parts.append(_dot(axis.x(point.value), y, point, f"f{colour}", 5, said))
        last = max((one for one in panel.points if one.label == name), key=lambda one: one.high or one.value)
        parts.append(
            words(axis.x(last.high or last.value) + 10, y + 4.5, _said(last.high or last.value, panel.unit), "value")
        )
    return svg(width, bottom + 24, title, parts)


def lines(panel: Panel, width: int, title: str) -> Markup:
    """Values over years, one line for each series. A year without a value is a gap, never a straight line across; nothing tells
    which of two values of one year a line should go to, so none goes there.

    Of many series the fullest have a colour; the others are thin lines behind them, with their names on hover.
    """
    points = [point for point in panel.points if point.label.isdigit()]
    years = sorted({int(point.label) for point in points})
    if not years:
        return svg(width, 1, title, [])
    series = {name: sorted(_of(points, name), key=lambda one: int(one.label)) for name in panel.series or ("",)}
    fullest = sorted(series, key=lambda name: (-len(series[name]), -series[name][-1].value))[:_COLOURS]
    shown = Panel(unit=panel.unit, points=panel.points, order=tuple(name for name in series if name in fullest))
    others = len(series) - len(fullest)
    more = _("其余 %(n)s 条线未标名称，见表格", n=others) if others else ""
    legend, head = _legend([name for name in shown.order if name], shown, width, more)
    low, high, step = nice([point.value for point in points], panel.unit)
    ticks = [low + step * at for at in range(int((high - low) / step) + 1)]
    left = max(width_of(short(tick), 12) for tick in ticks) + 12
    head, tall, right = head + 10, 240, max(width_of(_said(one[-1].value, panel.unit), 12) for one in series.values())
    start, end = left + (right / 2 if len(series) == 1 else 0) + 12, width - right - 12
    span = max(years[-1] - years[0], 1)

    def x(year: int) -> float:
        return (start + end) / 2 if len(years) == 1 else start + (end - start) * (year - years[0]) / span

    def y(value: Decimal) -> float:
        return head + tall * (1 - float((value - low) / (high - low)))

    parts = list(legend)
    for tick in ticks:
        parts.append(_line(left, y(tick), end + 8, y(tick), "zero" if tick == 0 else "grid"))
        parts.append(words(left - 8, y(tick) + 4, short(tick), "tick", "end"))
    parts += [words(x(year), head + tall + 20, str(year), "tick", "middle") for year in range(years[0], years[-1] + 1)]
    behind = [name for name in series if name not in fullest]
    for name in (*behind, *fullest):
        one, colour = series[name], 0 if name in behind else _colour(shown, name)
        several = Counter(point.label for point in one)
        for before, after in pairwise(one):
            if int(after.label) - int(before.label) == 1 and several[before.label] == several[after.label] == 1:
                ends = (x(int(before.label)), y(before.value), x(int(after.label)), y(after.value))
                parts.append(_line(*ends, f"curve s{colour}"))
        for point in one:
            at = (x(int(point.label)), y(point.value))
            parts.append(_dot(*at, point, f"f{colour}", 4.5 if colour else 3, _whole(point, panel.unit)))
            if len(series) == 1:
                parts.append(words(at[0], at[1] - 10, _said(point.value, panel.unit), "value", "middle"))
    free: list[tuple[float, float]] = []
    for name in fullest if len(series) > 1 else ():
        at = (x(int(series[name][-1].label)) + 10, y(series[name][-1].value) + 4)
        if all(abs(at[1] - other[1]) >= _APART or at[0] != other[0] for other in free):
            free.append(at)
            parts.append(words(*at, _said(series[name][-1].value, panel.unit), "value"))
    return svg(width, head + tall + 32, title, parts)


def _of(points: Sequence[Point], series: str) -> list[Point]:
    return [point for point in points if point.series == series]


def drawing(kind: str, title: str) -> Callable[[Panel], Markup]:
    """What draws the panels of a view in both sizes: "bar", "dot" or "line"."""
    draw = {"bar": bars, "dot": dots, "line": lines}[kind]

    def drawn(panel: Panel) -> Markup:
        named = f"{panel.name or title} {unit_of(panel.unit)}".strip()
        return in_two_sizes(lambda width: draw(panel, width, named))

    return drawn
