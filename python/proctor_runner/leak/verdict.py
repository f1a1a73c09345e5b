"""Whether a series of measurements grows: robust against outliers, and honest about what it cannot tell."""

from __future__ import annotations

from math import erf, sqrt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Memory comes in pages: what grows by less than twenty of them in the whole series is no leak. The more iterations,
# the smaller a leak can be and still be seen.
LEAST_GROWTH = 20 * 4096
# Bytes per iteration that pytest and its plugins may keep themselves.
LEAST_LEAK = 256
# A verdict needs so much confidence.
SURE = 0.95
# Of a standard normal distribution: 95 % lie between minus and plus this.
Z_95 = 1.959964
# With fewer measurements there is no verdict.
LEAST_ITERATIONS = 8
# Objects up to this size come from Python's own allocator, so its blocks are at most so large.
LARGEST_BLOCK = 512


class Verdict:
    """What a series says."""

    __slots__ = ("confidence", "high", "low", "reason", "slope", "threshold", "word")

    def __init__(self, word: str, reason: str, confidence: float, trend: Trend, threshold: float) -> None:
        self.word = word
        self.reason = reason
        self.confidence = confidence
        self.slope, self.low, self.high = trend.slope, trend.low, trend.high
        self.threshold = threshold

    def fields(self) -> dict[str, Any]:
        return {
            "verdict": self.word,
            "reason": self.reason,
            "bytes_per_iteration": round(self.slope),
            "interval": [round(self.low), round(self.high)],
            "confidence": round(self.confidence, 4),
            "threshold_bytes": round(self.threshold),
        }


class Trend:
    """The slope of a series by Theil and Sen, and the interval that holds it with 95 % confidence by Sen's ranks."""

    __slots__ = ("high", "low", "slope")

    def __init__(self, values: Sequence[int]) -> None:
        slopes = sorted(_slopes(values))
        if not slopes:
            self.slope = self.low = self.high = 0.0
            return
        self.slope = _median(slopes)
        outside = int((len(slopes) - Z_95 * _deviation(len(values))) / 2)
        rank = max(0, outside - 1)
        self.low, self.high = slopes[rank], slopes[-1 - rank]


def judge(memory: Sequence[int], blocks: Sequence[int], heap: Sequence[int]) -> Verdict:
    """The verdict on what a process held after each iteration; see `Series` for the three."""
    trend = Trend(memory)
    threshold = max(LEAST_LEAK, LEAST_GROWTH / max(1, len(memory)))
    growing = confidence_above(memory, threshold)

    def verdict(word: str, reason: str, confidence: float) -> Verdict:
        return Verdict(word, reason, confidence, trend, threshold)

    either = max(growing, 1 - growing)
    if len(memory) < LEAST_ITERATIONS:
        return verdict("unclear", f"there are only {len(memory)} iterations, {LEAST_ITERATIONS} are needed", either)
    if growing <= 1 - SURE:
        return verdict("clean", _clean(threshold, Trend(blocks).slope), 1 - growing)
    if growing < SURE:
        return verdict("unclear", "growth cannot be told from noise: hunt with more iterations", either)
    if not _lasts(memory, trend.slope):
        return verdict("unclear", "memory grew in leaps or came to rest: hunt with more iterations", growing)
    if _is_unowned(trend.slope, blocks, heap):
        reason = (
            "memory grows, but neither Python nor malloc has given out more: fragmentation, or memory that an "
            "extension maps by itself"
        )
        return verdict("unclear", reason, growing)
    return verdict("leak", "memory grows with every iteration", growing)


def confidence_above(values: Sequence[int], slope: float) -> float:
    """How sure it is that the series grows by more than `slope` at each step: Kendall's test of what is left without
    that slope, which asks only for the signs of differences."""
    count = len(values)
    if count < 2:
        return 0.5
    signs = sum((value > slope) - (value < slope) for value in _slopes(values))
    # One less towards zero, because the sum is a whole number and the normal distribution is not.
    signs -= (signs > 0) - (signs < 0)
    return (1 + erf(signs / _deviation(count) / sqrt(2))) / 2


def _slopes(values: Sequence[int]) -> list[float]:
    count = len(values)
    return [(values[late] - values[early]) / (late - early) for late in range(count) for early in range(late)]


def _median(ordered: Sequence[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _deviation(count: int) -> float:
    """The standard deviation of Kendall's sum of signs when nothing grows."""
    return sqrt(count * (count - 1) * (2 * count + 5) / 18)


def _lasts(memory: Sequence[int], slope: float) -> bool:
    """Whether it grows in the first half and goes on in the second: a cache that fills up does not."""
    middle = len(memory) // 2
    return all(Trend(half).slope >= slope / 4 for half in (memory[:middle], memory[middle:]))


def _is_unowned(slope: float, blocks: Sequence[int], heap: Sequence[int]) -> bool:
    """Whether most of the growth belongs to nothing that is allocated, as far as the allocators tell."""
    if not any(blocks) or not any(heap):
        return False
    return Trend(heap).slope + LARGEST_BLOCK * Trend(blocks).slope < slope / 4


def _clean(threshold: float, blocks: float) -> str:
    words = f"memory grows by less than {threshold:.0f} bytes per iteration"
    if blocks >= 1:
        words += f"; {blocks:.0f} more blocks stay each time, which a hunt with more iterations may show to be a leak"
    return words
