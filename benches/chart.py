"""A line chart with logarithmic axes as SVG, readable on a light and on a dark background."""

import math
from html import escape

WIDTH, HEIGHT = 800, 440
LEFT, RIGHT, TOP, BOTTOM = 84, 500, 24, 376
LINE_HEIGHT = 20
# The panel, its border, the text, the grid and the lines, each with a contrast of at least 4.5:1 to the panel, except
# for the grid.
LIGHT = ["#ffffff", "#8c959f", "#1f2328", "#afb8c1", "#0969da", "#953800", "#8250df", "#116329"]
DARK = ["#0d1117", "#6e7681", "#e6edf3", "#484f58", "#58a6ff", "#f0883e", "#d2a8ff", "#56d364"]


def chart(title, description, x_title, y_title, lines):
    """Draws these lines: a list of name, number of the colour, whether it is dashed, and points."""
    points = [point for *_, points in lines for point in points]
    xs = sorted({x for x, _ in points})
    decades = range(math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points))) + 1)

    def x_of(x):
        return LEFT + (RIGHT - LEFT) * share(math.log10(x), math.log10(xs[0]), math.log10(xs[-1]))

    def y_of(y):
        return BOTTOM - (BOTTOM - TOP) * share(math.log10(y), decades[0], decades[-1])

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title desc" font-family="sans-serif" font-size="15" class="text">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(description)}</desc>',
        f"<style>{rules(LIGHT)}",
        f"@media (prefers-color-scheme:dark){{{rules(DARK)}}}</style>",
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="9" class="panel"/>',
    ]
    for decade in decades:
        y = y_of(10**decade)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{10**decade:,g}</text>')
    for x in xs:
        parts.append(f'<path d="M{x_of(x):.1f} {TOP}V{BOTTOM}" class="grid"/>')
        parts.append(f'<text x="{x_of(x):.1f}" y="{BOTTOM + 22}" text-anchor="middle">{x:,}</text>')
    parts.append(f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 46}" text-anchor="middle">{escape(x_title)}</text>')
    middle = (TOP + BOTTOM) / 2
    parts.append(f'<text transform="translate(26 {middle}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>')
    ends = []
    for name, color, is_dashed, line in lines:
        style = f'class="line{color}" fill="none" stroke-width="2.5"' + (' stroke-dasharray="7 5"' if is_dashed else "")
        places = [(x_of(x), y_of(y)) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" {style}/>')
        point = f'r="5" class="{"panel" if is_dashed else f"fill{color}"} line{color}" stroke-width="2.5"'
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" {point}/>' for x, y in places]
        ends.append((places[-1][1], name, color, style, point))
    parts += legend(ends)
    return "\n".join([*parts, "</svg>"]) + "\n"


def rules(theme):
    """The rules of a style sheet for the classes of the chart."""
    panel, border, text, grid, *lines = theme
    fixed = f".panel{{fill:{panel};stroke:{border}}}.text{{fill:{text}}}.grid{{stroke:{grid}}}"
    return fixed + "".join(f".line{n}{{stroke:{color}}}.fill{n}{{fill:{color}}}" for n, color in enumerate(lines))


def share(value, low, high):
    """The place of a value between two others, from 0 to 1; the middle if these are equal."""
    return (value - low) / (high - low) if high > low else 0.5


def legend(ends):
    """The names of the lines, each at the height where its line ends if there is space, the highest first."""
    lowest = -math.inf
    for y, name, color, style, point in sorted(ends):
        lowest = max(lowest + LINE_HEIGHT, y)
        yield f'<path d="M{RIGHT + 16} {lowest:.1f}h36" {style}/>'
        yield f'<circle cx="{RIGHT + 34}" cy="{lowest:.1f}" {point}/>'
        yield f'<text x="{RIGHT + 60}" y="{lowest + 5:.1f}" class="fill{color}">{escape(name)}</text>'
