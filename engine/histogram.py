"""How long things took: counts in buckets that grow by a fifth, cheap enough for the hot path."""

from math import log2
from typing import Final

PER_OCTAVE: Final = 4
"""Buckets for each doubling, so a quantile is right to within 19 %."""

BUCKETS: Final = 27 * PER_OCTAVE
"""From 1 µs to two minutes."""

WIDEST: Final = 4
"""Columns of a bucket in a shape at most: a single one spread over all of them would look like many."""


class Histogram:
    """Durations in microseconds. The maximum is kept exactly, quantiles to within a bucket."""

    __slots__ = ("counts", "most", "total")

    def __init__(self) -> None:
        self.counts = [0] * BUCKETS
        self.total = 0
        self.most = 0.0

    def add(self, us: float) -> None:
        """Count one duration; what is below a microsecond counts as one."""
        bucket = int(log2(us) * PER_OCTAVE) if us > 1.0 else 0
        self.counts[bucket if bucket < BUCKETS else BUCKETS - 1] += 1
        self.total += 1
        if us > self.most:
            self.most = us

    def quantile(self, share: float) -> float:
        """The duration in µs below which `share` of all lie: the upper end of its bucket, 0 where there is none."""
        wanted = share * self.total
        seen = 0
        for bucket, count in enumerate(self.counts):
            seen += count
            if seen and seen >= wanted:
                return min(float(2 ** ((bucket + 1) / PER_OCTAVE)), self.most)
        return 0.0

    def shape(self, columns: int) -> list[int]:
        """The counts from the first used bucket to the last in at most `columns` columns; empty where there are none.

        Every column stands for as many buckets, or every bucket for as many columns, so a blank one was not used.
        """
        used = [bucket for bucket, count in enumerate(self.counts) if count]
        if not used or columns < 1:
            return []
        counts = self.counts[used[0] : used[-1] + 1]
        if len(counts) > columns:
            of = -(-len(counts) // columns)
            return [sum(counts[place : place + of]) for place in range(0, len(counts), of)]
        return [count for count in counts for _ in range(min(columns // len(counts), WIDEST))]
