"""Links between the things of two columns as SVG: names left and right, a curve for each link."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from server.charts.points import Edge
from server.charts.svg import cut, svg, width_of, words

LINKS = 60
"""Links that are shown, the strongest."""


def network(edges: Sequence[Edge], width: int, title: str) -> Markup:
    """Who is linked with whom: two columns of names, the links between them. Names never overlap, whatever their number."""
    shown = edges[:LINKS]
    left = list(dict.fromkeys(edge.source for edge in shown))
    right = _facing(shown, left)
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
            parts.append(words(x, at + 4.5, cut(name, share), "name", anchor, name))
    return svg(width, tall, title, parts)


def mutual(edges: Sequence[Edge], width: int, title: str) -> Markup:
    """Who is linked with whom where neither comes first: every name once, an arc for each pair, partners near each other."""
    shown = edges[:LINKS]
    names = _neighbours(shown)
    step = 28
    place = {name: step * (at + 0.5) + 4 for at, name in enumerate(names)}
    bows = {edge: 24 + 0.7 * abs(place[edge.source] - place[edge.target]) for edge in shown}
    # Names have the room that the arcs leave them, and no more than the longest needs.
    longest = max((width_of(name) for name in names), default=0.0)
    share = min(longest, width - 24 - min(max(bows.values(), default=0.0), width / 2))
    heaviest = max((edge.weight for edge in shown), default=1)
    x = share + 8
    reach = width - x - 8
    parts = []
    for edge in shown:
        y1, y2 = sorted((place[edge.source], place[edge.target]))
        out = x + min(reach, bows[edge]) * 4 / 3
        thick = 1.2 + 4 * edge.weight / heaviest if heaviest > 1 else 1.5
        said = f"{edge.source} — {edge.target} {edge.label}" + (f" ×{edge.weight}" if edge.weight > 1 else "")
        parts.append(
            f'<path d="M{x:.1f} {y1:.1f}C{out:.1f} {y1:.1f} {out:.1f} {y2:.1f} {x:.1f} {y2:.1f}" class="tie" '
            f'stroke-width="{thick:.1f}"><title>{escape(said)}</title></path>'
        )
    for name, y in place.items():
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="f1"/>')
        parts.append(words(share, y + 4.5, cut(name, share), "name", "end", name))
    return svg(width, step * len(names) + 8, title, parts)


def _neighbours(edges: Sequence[Edge]) -> list[str]:
    """The names in an order in which those that are linked stand near one another: one after the other, by its strongest link."""
    links: dict[str, list[str]] = {}
    for edge in edges:
        links.setdefault(edge.source, []).append(edge.target)
        links.setdefault(edge.target, []).append(edge.source)
    found: dict[str, None] = {}
    for start in links:
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                waiting += reversed(links[name])
    return list(found)


def _facing(edges: Sequence[Edge], left: Sequence[str]) -> list[str]:
    """The names of the right side, each near what it is linked with, so that few links cross."""
    place = {name: at for at, name in enumerate(left)}
    ends: dict[str, list[int]] = {}
    for edge in edges:
        ends.setdefault(edge.target, []).append(place[edge.source])
    return sorted(ends, key=lambda name: sum(ends[name]) / len(ends[name]))
