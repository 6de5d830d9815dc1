"""Charts as SVG, drawn on the server: they need no script, print, follow the colours of the page, and start at zero."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup, escape

from server.i18n import exact, short
from server.points import Edge, Panel, Point, nice

WIDE, NARROW = 760, 356
_COLOURS = 6
_ROW, _BAR, _GAP = 30, 14, 14


def width_of(text: str, size: float = 13) -> float:
    """About how wide a text is, in pixels: a Chinese character is a square, a Latin letter little more than half of one.

    >>> round(width_of("宁海县"), 1), round(width_of("ab", 10), 1)
    (39, 11.2)
    """
    return sum(size if ord(character) > 0x2E80 else size * 0.56 for character in text)


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


def _svg(width: int, height: float, title: str, parts: Sequence[str]) -> Markup:
    inside = "".join(parts)
    return Markup(  # noqa: S704 (every text in `parts` went through `escape`)
        f'<svg class="chart" viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start", full: str = "") -> str:
    title = f"<title>{escape(full)}</title>" if full and full != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{title}{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _said(value: Decimal, unit: str) -> str:
    return short(value) + unit


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
            parts.append(_text(self.x(tick), bottom + 16, short(tick), "tick", "middle"))
            tick += self.step
        return parts


def _legend(panel: Panel, y: float) -> list[str]:
    parts, x = [], 0.0
    for at, name in enumerate(panel.series):
        parts.append(f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="10" height="10" class="f{at % _COLOURS + 1}"/>')
        parts.append(_text(x + 15, y, name, "tick"))
        x += width_of(name, 12) + 34
    return parts


def _colour(panel: Panel, point: Point) -> int:
    return panel.series.index(point.series) % _COLOURS + 1 if point.series else 1


def bars(panel: Panel, width: int, title: str) -> Markup:
    """Horizontal bars from zero, each with its value. On a narrow picture the names stand above the bars."""
    above = width < 500
    names = 0 if above else min(max((width_of(point.label) for point in panel.points), default=0) + 14, width * 0.42)
    most = max((width_of(_said(point.value, panel.unit), 12) for point in panel.points), default=0) + 10
    row = _ROW + (18 if above else 0)
    head = 24 if panel.series else 4
    axis = _Axis(
        [point.value for point in panel.points], panel.unit, names + (most if _falls(panel) else 2), width - most
    )
    bottom = head + row * len(panel.points) + 2
    parts = [*_legend(panel, 12), *axis.draw(head, bottom)]
    for at, point in enumerate(panel.points):
        y = head + row * at + (18 if above else 0)
        zero, end = axis.x(Decimal(0)), axis.x(point.value)
        label = cut(point.label, width if above else names - 14)
        parts.append(
            _text(0, y - 1, label, "name", full=point.label)
            if above
            else _text(names - 10, y + 19, label, "name", "end", point.label)
        )
        parts.append(
            f'<rect x="{min(zero, end):.1f}" y="{y + 7:.1f}" width="{max(abs(end - zero), 1):.1f}" height="{_BAR}" '
            f'class="f{_colour(panel, point)}" data-value="{point.value}"><title>{escape(point.label)} {escape(exact(point.value))}{escape(panel.unit)}</title></rect>'
        )
        left = point.value < 0
        parts.append(
            _text(
                end + (-6 if left else 6), y + 18.5, _said(point.value, panel.unit), "value", "end" if left else "start"
            )
        )
    return _svg(width, bottom + 24, title, parts)


def _falls(panel: Panel) -> bool:
    return any(point.value < 0 for point in panel.points)


def dots(panel: Panel, width: int, title: str) -> Markup:
    """One row for each name, a dot for each value; a range is a line between two dots."""
    above = width < 500
    rows = list(dict.fromkeys(point.label for point in panel.points))
    names = 0 if above else min(max((width_of(name) for name in rows), default=0) + 14, width * 0.42)
    row = _ROW + (18 if above else 0)
    head = 24 if panel.series else 4
    every = [point.value for point in panel.points] + [point.high for point in panel.points if point.high is not None]
    axis = _Axis(every, panel.unit, names + 8, width - 60)
    bottom = head + row * len(rows) + 2
    parts = [*_legend(panel, 12), *axis.draw(head, bottom)]
    for at, name in enumerate(rows):
        y = head + row * at + (18 if above else 0) + 14
        label = cut(name, width if above else names - 14)
        parts.append(
            _text(0, y - 15, label, "name", full=name)
            if above
            else _text(names - 10, y + 5, label, "name", "end", name)
        )
        parts.append(_line(axis.left, y, axis.right, y, "grid"))
        for point in (one for one in panel.points if one.label == name):
            x = axis.x(point.value)
            said = _said(point.value, panel.unit)
            if point.high is not None:
                parts.append(_line(x, y, axis.x(point.high), y, f"span s{_colour(panel, point)}"))
                parts.append(
                    f'<circle cx="{axis.x(point.high):.1f}" cy="{y:.1f}" r="5" class="f{_colour(panel, point)}"/>'
                )
                said = f"{short(point.value)}—{_said(point.high, panel.unit)}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="f{_colour(panel, point)}" data-value="{point.value}">'
                f"<title>{escape(name)} {escape(point.series)} {escape(said)}</title></circle>"
            )
        last = max((one for one in panel.points if one.label == name), key=lambda one: one.high or one.value)
        parts.append(
            _text(axis.x(last.high or last.value) + 10, y + 4.5, _said(last.high or last.value, panel.unit), "value")
        )
    return _svg(width, bottom + 24, title, parts)


def lines(panel: Panel, width: int, title: str) -> Markup:
    """Values over years, one line for each series. A year without a value is a gap, never a straight line across."""
    years = sorted({int(point.label) for point in panel.points if point.label.isdigit()})
    if not years:
        return _svg(width, 1, title, [])
    low, high, step = nice([point.value for point in panel.points], panel.unit)
    ticks = [low + step * at for at in range(int((high - low) / step) + 1)]
    left = max(width_of(_said(tick, panel.unit), 12) for tick in ticks) + 12
    head, tall, right = 30 if panel.series else 14, 240, 64
    span = max(years[-1] - years[0], 1)

    def x(year: int) -> float:
        middle = (left + width - right) / 2
        return middle if len(years) == 1 else left + 12 + (width - left - right - 12) * (year - years[0]) / span

    def y(value: Decimal) -> float:
        return head + tall * (1 - float((value - low) / (high - low)))

    parts = _legend(panel, 12)
    for tick in ticks:
        parts.append(_line(left, y(tick), width - right + 20, y(tick), "zero" if tick == 0 else "grid"))
        parts.append(_text(left - 8, y(tick) + 4, _said(tick, panel.unit), "tick", "end"))
    parts += [_text(x(year), head + tall + 20, str(year), "tick", "middle") for year in range(years[0], years[-1] + 1)]
    for name in panel.series or ("",):
        points = sorted((p for p in panel.points if p.series == name and p.label.isdigit()), key=lambda p: int(p.label))
        for before, after in pairwise(points):
            if int(after.label) - int(before.label) == 1:
                kind = f"curve s{_colour(panel, after)}"
                parts.append(_line(x(int(before.label)), y(before.value), x(int(after.label)), y(after.value), kind))
        for point in points:
            at = (x(int(point.label)), y(point.value))
            parts.append(
                f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="4.5" class="f{_colour(panel, point)}" data-value="{point.value}">'
                f"<title>{escape(point.series)} {escape(point.label)}: {escape(_said(point.value, panel.unit))}</title></circle>"
            )
            parts.append(_text(at[0], at[1] - 10, _said(point.value, panel.unit), "value", "middle"))
    return _svg(width, head + tall + 32, title, parts)


def network(edges: Sequence[Edge], width: int, title: str, *, most: int = 60) -> Markup:
    """Who is linked with whom: two columns of names, the links between them. Names never overlap, whatever their number."""
    shown = edges[:most]
    left = list(dict.fromkeys(edge.source for edge in shown))
    right = list(dict.fromkeys(edge.target for edge in shown))
    step = 28
    tall = step * max(len(left), len(right)) + 8
    share = width * (0.34 if width > 500 else 0.36)

    def y(at: int, of: int) -> float:
        return (tall - step * of) / 2 + step * (at + 0.5)

    places = {("from", name): y(at, len(left)) for at, name in enumerate(left)}
    places |= {("to", name): y(at, len(right)) for at, name in enumerate(right)}
    heaviest = max((edge.weight for edge in shown), default=1)
    a, b = share + 8, width - share - 8
    parts = []
    for edge in shown:
        y1, y2 = places["from", edge.source], places["to", edge.target]
        middle = (a + b) / 2
        thick = 1.2 + 4 * edge.weight / heaviest if heaviest > 1 else 1.5
        said = f"{edge.source} → {edge.target} {edge.label}" + (f" ×{edge.weight}" if edge.weight > 1 else "")
        parts.append(
            f'<path d="M{a:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {b:.1f} {y2:.1f}" class="tie" '
            f'stroke-width="{thick:.1f}"><title>{escape(said)}</title></path>'
        )
    for side, names, x, anchor in (("from", left, share, "end"), ("to", right, width - share, "start")):
        for name in names:
            at = places[side, name]
            parts.append(f'<circle cx="{a if side == "from" else b:.1f}" cy="{at:.1f}" r="4" class="f1"/>')
            parts.append(_text(x, at + 4.5, cut(name, share), "name", anchor, name))
    return _svg(width, tall, title, parts)
