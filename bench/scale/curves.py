"""Curves as pictures: both axes in powers of ten, so that what grows in step with the size is a straight line."""

import math
from collections.abc import Mapping, Sequence

_WIDE, _HIGH, _LEFT, _BELOW, _ABOVE, _RIGHT = 640, 360, 70, 50, 40, 170
_COLOURS = ("#0b6e69", "#b4460a", "#3b4cc0", "#7a2a8b", "#5b6b00", "#a3123a", "#1c7ed6", "#777777")
Points = Sequence[tuple[float, float]]


def drawn(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """Return an SVG picture of these lines, each of points with a positive size and a positive value."""
    points = [point for line in lines.values() for point in line]
    left, right = _span([size for size, _ in points])
    low, high = _span([value for _, value in points])

    def at(size: float, value: float) -> tuple[float, float]:
        x = _LEFT + (math.log10(size) - left) / (right - left) * (_WIDE - _LEFT - _RIGHT)
        y = _HIGH - _BELOW - (math.log10(value) - low) / (high - low) * (_HIGH - _BELOW - _ABOVE)
        return round(x, 1), round(y, 1)

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title><rect width="{_WIDE}" height="{_HIGH}" fill="white"/>'
    )
    parts = [
        head,
        f'<text x="{_LEFT}" y="22" font-size="15">{title}</text>',
        f'<text x="{_LEFT}" y="{_HIGH - 10}">{across}</text>',
        f'<text x="16" y="{_HIGH - _BELOW}" transform="rotate(-90 16 {_HIGH - _BELOW})">{up}</text>',
    ]
    for power in range(left, right + 1):
        x, y = at(10.0**power, 10.0**low)
        parts.append(f'<path d="M{x} {_ABOVE}V{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{y + 16}" text-anchor="middle">{_said(power)}</text>')
    for power in range(low, high + 1):
        x, y = at(10.0**left, 10.0**power)
        parts.append(f'<path d="M{x} {y}H{_WIDE - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 6}" y="{y + 4}" text-anchor="end">{_said(power)}</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour, places = _COLOURS[number % len(_COLOURS)], [at(*point) for point in line]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<text x="{_WIDE - _RIGHT + 10}" y="{_ABOVE + 16 * number + 10}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _span(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _said(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
