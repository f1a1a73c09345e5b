"""What was measured, and the one table that shows it."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Target:
    """The most, or the least, that one statistic of a figure may be."""

    statistic: str
    sign: str
    limit: float

    def is_met(self, figure: Figure) -> bool:
        value = figure.statistic(self.statistic)
        return value <= self.limit if self.sign == "≤" else value >= self.limit

    def words(self) -> str:
        return f"{self.statistic} {self.sign} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """Measured values of one thing, all in `unit`."""

    name: str
    unit: str
    values: Sequence[float]
    targets: Sequence[Target] = field(default=())

    def statistic(self, name: str) -> float:
        if name == "median":
            return statistics.median(self.values)
        return percentile(self.values, int(name.removeprefix("p")))

    def is_met(self) -> bool | None:
        """Whether every target is reached; `None` when there is none."""
        return all(target.is_met(self) for target in self.targets) if self.targets else None

    def as_json(self, section: str) -> dict[str, object]:
        return {
            "section": section,
            "name": self.name,
            "unit": self.unit,
            "count": len(self.values),
            "median": self.statistic("median"),
            "min": min(self.values),
            "p99": self.statistic("p99"),
            "max": max(self.values),
            "targets": [target.words() for target in self.targets],
            "met": self.is_met(),
        }


def at_most(limit: float, statistic: str = "median") -> Target:
    return Target(statistic, "≤", limit)


def at_least(limit: float, statistic: str = "median") -> Target:
    return Target(statistic, "≥", limit)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of 100 values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Of measurements that were taken in turns: only those of one round saw the same machine."""
    return [value / other for value, other in zip(values, others)]


HEADS = ("section", "figure", "unit", "n", "median", "min–max", "p99", "target", "met")


def table(found: Sequence[tuple[str, Figure]]) -> str:
    """All figures, one line each."""
    rows = [HEADS, *(_row(section, figure) for section, figure in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(row, widths) for row in rows)


def _row(section: str, figure: Figure) -> tuple[str, ...]:
    met = figure.is_met()
    many = len(figure.values) > 1
    return (
        section,
        figure.name,
        figure.unit,
        str(len(figure.values)),
        _number(figure.statistic("median")),
        f"{_number(min(figure.values))}–{_number(max(figure.values))}" if many else "",
        _number(figure.statistic("p99")) if len(figure.values) >= 100 else "",
        ", ".join(target.words() for target in figure.targets),
        "" if met is None else "yes" if met else "NO",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if column in (0, 1, 2, 7, 8) else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths))
    ]
    return "  ".join(cells).rstrip()


def _number(value: float) -> str:
    """Three digits that mean something."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}" if abs(value) >= 0.01 else f"{value:.3f}"
