"""A line chart with logarithmic axes as SVG, readable on a light and on a dark background."""

import math
from html import escape

WIDTH, HEIGHT = 800, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 500, 20, 380
# Their contrast is at least 3:1 on white and on the dark background of GitHub.
COLORS = ["#2f81f7", "#bc6c00", "#a3569f", "#3f8a4f"]
TEXT = "#777777"
LINE_HEIGHT = 18


def chart(title, x_title, y_title, lines):
    """Draws these lines: a list of name, number of the colour, whether it is dashed, and points."""
    points = [point for *_, points in lines for point in points]
    xs = sorted({x for x, _ in points})
    decades = range(math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points))) + 1)

    def x_of(x):
        return LEFT + (RIGHT - LEFT) * share(math.log10(x), math.log10(xs[0]), math.log10(xs[-1]))

    def y_of(y):
        return BOTTOM - (BOTTOM - TOP) * share(math.log10(y), decades[0], decades[-1])

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="14" fill="{TEXT}">',
        f"<title>{escape(title)}</title>",
    ]
    for decade in decades:
        y = y_of(10**decade)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{TEXT}" stroke-opacity="0.35"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{10**decade:,g}</text>')
    for x in xs:
        parts.append(f'<path d="M{x_of(x):.1f} {TOP}V{BOTTOM}" stroke="{TEXT}" stroke-opacity="0.35"/>')
        parts.append(f'<text x="{x_of(x):.1f}" y="{BOTTOM + 22}" text-anchor="middle">{x:,}</text>')
    parts.append(f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 46}" text-anchor="middle">{escape(x_title)}</text>')
    middle = (TOP + BOTTOM) / 2
    parts.append(f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>')
    ends = []
    for name, color, is_dashed, line in lines:
        color, dash = COLORS[color], ' stroke-dasharray="7 5"' if is_dashed else ""
        style = f'fill="none" stroke="{color}" stroke-width="2.5"{dash}'
        places = [(x_of(x), y_of(y)) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" {style}/>')
        inside = "none" if is_dashed else color
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{inside}" stroke="{color}"/>' for x, y in places]
        ends.append((places[-1][1], name, color, style))
    parts += legend(ends)
    return "\n".join([*parts, "</svg>"]) + "\n"


def share(value, low, high):
    """The place of a value between two others, from 0 to 1; the middle if these are equal."""
    return (value - low) / (high - low) if high > low else 0.5


def legend(ends):
    """The names of the lines, each at the height where its line ends if there is space, the highest first."""
    lowest = -math.inf
    for y, name, color, style in sorted(ends):
        lowest = max(lowest + LINE_HEIGHT, y)
        yield f'<path d="M{RIGHT + 16} {lowest:.1f}h30" {style}/>'
        yield f'<text x="{RIGHT + 54}" y="{lowest + 5:.1f}" fill="{color}">{escape(name)}</text>'
