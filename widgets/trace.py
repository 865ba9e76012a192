"""The window's price path, thinned to what a chart of a given width can show."""

from collections.abc import Sequence

Point = tuple[int, float]
"""(wall ms, price)."""


class Trace:
    """Keeps the first, lowest, highest and last point of each column.

    A line drawn through those four is the same picture as a line through all points, so hours of prices can be
    sent to the worker as a few hundred points and no peak is lost.
    """

    __slots__ = ("_columns", "_end_ms", "_kept", "_seen_ms", "_start_ms", "newest_ms")

    def __init__(self, start_ms: int, end_ms: int, columns: int) -> None:
        self._start_ms = start_ms
        self._end_ms = end_ms
        self._columns = columns
        self._seen_ms = -1
        self.newest_ms = -1
        """Time of the newest point inside the window, −1 before the first."""
        self._kept: dict[int, list[Point]] = {}

    def follow(self, history: Sequence[Point]) -> None:
        """Take the points that came since the last call; costs nothing for those seen before."""
        fresh: list[Point] = []
        for point in reversed(history):
            if point[0] <= self._seen_ms:
                break
            fresh.append(point)
        for point in reversed(fresh):
            self._take(point)

    def _take(self, point: Point) -> None:
        ms, price = point
        self._seen_ms = ms
        if not self._start_ms <= ms <= self._end_ms:
            return
        self.newest_ms = ms
        column = (ms - self._start_ms) * self._columns // max(self._end_ms - self._start_ms, 1)
        kept = self._kept.get(column)
        if kept is None:
            self._kept[column] = [point] * 4
            return
        if price < kept[1][1]:
            kept[1] = point
        if price > kept[2][1]:
            kept[2] = point
        kept[3] = point

    def points(self) -> tuple[Point, ...]:
        """What was kept, oldest first, each point once."""
        return tuple(point for kept in self._kept.values() for point in sorted(set(kept)))
