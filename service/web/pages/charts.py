"""Pictures of numbers, measured out: what the template draws as SVG, each part in the units of its view box."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

WIDE, TALL = 420, 190
LEFT, RIGHT, TOP, BOTTOM = 30, 6, 14, 22
ROW, BAR, NAMES = 24, 13, 118


class Bar(NamedTuple):
    """A rectangle; `kind` is the class that colours it, `words` what it says when one points at it."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str = ""


class Label(NamedTuple):
    x: float
    y: float
    text: str
    anchor: str = "middle"
    kind: str = ""


class Chart(NamedTuple):
    """A picture: its size, its rectangles, its words, and the lines behind them (height each)."""

    width: int
    height: int
    bars: list[Bar]
    labels: list[Label]
    lines: list[float]


def columns(names: Sequence[str], series: Sequence[Sequence[int]], kinds: Sequence[str], *, stacked: bool) -> Chart:
    """Upright bars: for each name one of every series, side by side or one upon the other."""
    highest = (
        [sum(row) for row in zip(*series, strict=True)] if stacked else [max(row) for row in zip(*series, strict=True)]
    )
    most, step = scale(max([*highest, 1]))
    room = TALL - TOP - BOTTOM
    slot = (WIDE - LEFT - RIGHT) / max(len(names), 1)
    thick = min(slot * 0.7, 46) / (1 if stacked else len(series))
    bars, labels = [], []
    for n, name in enumerate(names):
        middle = LEFT + slot * (n + 0.5)
        floor = float(TALL - BOTTOM)
        for nth, (values, kind) in enumerate(zip(series, kinds, strict=True)):
            height = room * values[n] / most
            x = middle - thick / 2 if stacked else middle + thick * (nth - len(series) / 2)
            top = floor - height if stacked else TALL - BOTTOM - height
            if values[n]:
                bars.append(
                    Bar(round(x, 1), round(top, 1), round(thick - 1, 1), round(height, 1), kind, str(values[n]))
                )
            floor = top if stacked else floor
        labels.append(Label(round(middle, 1), TALL - 7, name))
        if stacked and highest[n]:
            labels.append(Label(round(middle, 1), round(floor - 4, 1), str(highest[n]), kind="strong"))
    lines = []
    for value in range(0, most + 1, step):
        y = round(TALL - BOTTOM - room * value / most, 1)
        lines.append(y)
        labels.append(Label(LEFT - 5, y + 4, str(value), "end"))
    return Chart(WIDE, TALL, bars, labels, lines)


def rows(
    names: Sequence[str], rates: Sequence[float], notes: Sequence[str], *, low: float = 80, fair: float = 95
) -> Chart:
    """Lying bars of percentages: what is low is coloured as late, what is fair as waiting."""
    room = WIDE - NAMES - 96
    bars, labels = [], []
    for n, (name, rate, note) in enumerate(zip(names, rates, notes, strict=True)):
        y = n * ROW + 6
        kind = "f4" if rate < low else "f3" if rate < fair else "f2"
        bars.append(Bar(NAMES, y, room, BAR, "rest"))
        bars.append(Bar(NAMES, y, round(room * rate / 100, 1), BAR, kind, note))
        labels.append(Label(NAMES - 8, y + BAR - 2, shortened(name), "end"))
        labels.append(Label(NAMES + room + 6, y + BAR - 2, note, "start", "strong"))
    return Chart(WIDE, len(names) * ROW + 8, bars, labels, [])


def scale(most: int) -> tuple[int, int]:
    """The number at the top of the scale, and the step of its lines: at most five, all whole."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000):
        if most <= step * 4:
            return step * max(ceil(most / step), 1), step
    step = 10 ** len(str(most))
    return step, step


def shortened(name: str, most: int = 8) -> str:
    """A name that fits beside its bar; the table beneath has it whole. Latin letters are half as wide."""
    width, kept = 0.0, ""
    for letter in name:
        width += 1 if ord(letter) > 0x2E7F else 0.55
        if width > most:
            return f"{kept}…"
        kept += letter
    return name
