"""Charts of match weights as files: HTML with one drawing in it, no script and no address, nobody's name.

Splink draws its own charts with a megabyte of JavaScript, in English and without the outcomes; a page that has
only to show bars is drawn here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

WIDTH, RIGHT = 960, 70
COLOURS = {"auto": "#2b6cb0", "review": "#c05621", "rejected": "#718096"}
OUTCOMES = {
    "auto": "自动认定 linked automatically",
    "review": "待人工核对 in review",
    "rejected": "不予认定 not linked",
}
_PANEL, _ROW, _TOP = 130, 30, 40
_LEFT_OF_PANELS, _LEFT_OF_BARS = 220, 460  # room for the words


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: what was compared, how it came out (no value of anybody's), and its weight in
    bits: log2 of how much likelier that is for one person than for two.
    """

    zh: str
    en: str
    found: str
    weight: float


def histogram(weights: Mapping[str, Sequence[float]], thresholds: Mapping[str, float], title: str) -> str:
    """A page with the distribution of match weights, one panel for each of OUTCOMES that is in `weights`.

    The panels share the axis of weights, in bins of one bit, but not that of counts: rejected pairs would hide
    the others. `thresholds`: words -> weight, drawn as lines. ValueError without a single weight.
    """
    panels = [(name, weights[name]) for name in OUTCOMES if weights.get(name)]
    everything = [weight for _, values in panels for weight in values]
    if not everything:
        raise ValueError("no weights to draw")
    low, high = floor(min(everything)), max(floor(max(everything)) + 1, floor(min(everything)) + 1)
    scale = _Scale(min(low, floor(min(thresholds.values(), default=low))), high, _LEFT_OF_PANELS)
    drawn = []
    for n, (name, values) in enumerate(panels):
        drawn.append(_panel(name, values, scale, top=_TOP + n * (_PANEL + 30)))
    bottom = _TOP + len(panels) * (_PANEL + 30)
    for n, (word, weight) in enumerate(thresholds.items()):
        x = scale.x(weight)
        drawn.append(_line(x, 4, x, bottom - 10, dashes=True))
        drawn.append(_text(x + 4, 14 + 14 * (n % 2), f"{word} {weight:g}"))
    drawn.append(scale.axis(bottom - 10))
    drawn.append(_text(scale.left, bottom + 28, "权重（比特） match weight, bits"))
    totals = "；".join(f"{OUTCOMES[name]} {len(values):,}" for name, values in panels)
    return _page(title, f"{totals}（对 pairs）", "".join(drawn), bottom + 40)


def waterfall(steps: Sequence[Step], title: str) -> str:
    """A page that shows how the weight of one pair comes about: each bar starts where the one before ended.

    ValueError without a single step.
    """
    if not steps:
        raise ValueError("no weights to draw")
    ends = running(steps)
    scale = _Scale(floor(min(0.0, *ends)), ceil(max(1.0, *ends)), _LEFT_OF_BARS)
    drawn = []
    for n, (step, end) in enumerate(zip(steps, ends, strict=True)):
        top, begin = 20 + n * _ROW, end - step.weight
        colour = COLOURS["auto"] if step.weight >= 0 else COLOURS["review"]
        x, width = scale.x(min(begin, end)), abs(scale.x(end) - scale.x(begin))
        drawn.append(_text(scale.left - 10, top + 15, f"{step.zh} {step.en}：{step.found}", anchor="end"))
        drawn.append(f'<rect x="{x:.1f}" y="{top}" width="{max(width, 1):.1f}" height="{_ROW - 10}" fill="{colour}"/>')
        drawn.append(_text(x + width + 5, top + 15, f"{step.weight:+.1f}"))
    bottom = 20 + len(steps) * _ROW
    drawn.append(_line(scale.x(0), 10, scale.x(0), bottom, dashes=True))
    drawn.append(scale.axis(bottom + 5))
    return _page(title, f"合计权重 total weight {ends[-1]:+.1f}", "".join(drawn), bottom + 40)


def running(steps: Sequence[Step]) -> list[float]:
    """Sum of the weights after each step."""
    ends, total = [], 0.0
    for step in steps:
        total += step.weight
        ends.append(total)
    return ends


def _panel(name: str, values: Sequence[float], scale: "_Scale", top: float) -> str:
    counts: dict[int, int] = {}
    for weight in values:
        counts[floor(weight)] = counts.get(floor(weight), 0) + 1
    most = max(counts.values())
    drawn = [_text(scale.left - 10, top + 40, OUTCOMES[name], anchor="end")]
    drawn.append(_text(scale.left - 10, top + 60, f"最高 most {most:,}", anchor="end"))
    for start, n in sorted(counts.items()):
        height = n / most * (_PANEL - 20)
        x, width = scale.x(start), scale.x(start + 1) - scale.x(start)
        drawn.append(
            f'<rect x="{x:.1f}" y="{top + _PANEL - height:.1f}" width="{max(width - 1, 1):.1f}" '
            f'height="{height:.1f}" fill="{COLOURS[name]}"><title>{start} … {start + 1}: {n:,}</title></rect>'
        )
    drawn.append(_line(scale.left, top + _PANEL, WIDTH - RIGHT, top + _PANEL))
    return "".join(drawn)


@dataclass(frozen=True)
class _Scale:
    """Weights across the width of the drawing."""

    low: float
    high: float
    left: float

    def x(self, weight: float) -> float:
        return self.left + (weight - self.low) / (self.high - self.low) * (WIDTH - self.left - RIGHT)

    def axis(self, y: float) -> str:
        step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000) if (self.high - self.low) / size <= 12)
        ticks = range(ceil(self.low / step) * step, int(self.high) + 1, step)
        texts = "".join(_text(self.x(at), y + 16, str(at), anchor="middle") for at in ticks)
        return _line(self.left, y, WIDTH - RIGHT, y) + texts


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, dashes: bool = False) -> str:
    dashed = ' stroke-dasharray="3 3"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#718096"{dashed}/>'


def _page(title: str, said: str, drawing: str, height: float) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
</head>
<body style="font-family: system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif; margin: 24px">
<h1 style="font-size: 20px">{escape(title)}</h1>
<p>{escape(said)}</p>
<svg width="{WIDTH}" height="{height:.0f}" role="img">{drawing}</svg>
</body>
</html>
"""
