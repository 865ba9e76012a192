"""The combinations that a sweep tries: all of a grid, or so many that were drawn."""

from collections.abc import Sequence
from itertools import product
from math import prod
from random import Random
from typing import Final

from app.backtest.axis import Axis
from app.values import SettingError

MOST: Final = 10_000
"""Combinations that are tried at most: beyond it a grid is a mistake, and chance finds something in every one."""

Point = tuple[str, ...]
"""One value of each axis, in the axes' order."""


def points(axes: Sequence[Axis], drawn: int | None, seed: int) -> list[Point]:
    """The whole grid, or `drawn` different points of it. SettingError with one sentence where that cannot be."""
    return _grid(axes) if drawn is None else _draw(axes, drawn, seed)


def _grid(axes: Sequence[Axis]) -> list[Point]:
    for axis in axes:
        if axis.span is not None:
            raise SettingError(
                f"--set {axis.name}={'..'.join(axis.values)} is a range, to draw from; add --random N, or list values."
            )
    if (count := prod(len(axis.values) for axis in axes)) > MOST:
        raise SettingError(
            f"--set: these make {count:,} combinations, and {MOST:,} is the most; leave some out, or add --random N."
        )
    return list(product(*(axis.values for axis in axes)))


def _draw(axes: Sequence[Axis], count: int, seed: int) -> list[Point]:
    there_are = prod(axis.size for axis in axes)
    if count > there_are:
        raise SettingError(f"--random {count}: there are only {there_are:.0f} combinations; ask for no more than that.")
    random = Random(seed)
    found: dict[Point, None] = {}
    while len(found) < count:
        found[tuple(axis.draw(random) for axis in axes)] = None
    return list(found)
