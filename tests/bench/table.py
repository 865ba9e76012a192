"""What a measurement looks like on paper."""

import time
from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One figure: what was measured, what came out, and what it should reach."""

    what: str
    got: str
    reach: str = ""


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a block of figures."""
    width = max((len(row.what) for row in rows), default=0)
    print(f"\n{title}")
    for row in rows:
        print(f"  {row.what:<{width}}  {row.got:<42}  {row.reach}".rstrip(), flush=True)


def machine_row() -> Row:
    """How fast this machine is right now: a fixed loop, whose absolute time scales all the others."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        total = 0
        for number in range(1_000_000):
            total += number * number % 7
        times.append(time.perf_counter() - begun)
    return Row("a loop of a million additions", f"{min(times) * 1e3:.0f} ms best of 5, {max(times) * 1e3:.0f} ms worst")


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def spread(values: Sequence[float], unit: str = "µs") -> str:
    """Median, 99th percentile and maximum in words."""
    if not values:
        return "nothing measured"
    ordered = sorted(values)
    parts = (("median", quantile(ordered, 0.5)), ("99 %", quantile(ordered, 0.99)), ("max", ordered[-1]))
    return ", ".join(f"{name} {value:.2f}" for name, value in parts) + f" {unit}"
