"""Which windows a sweep searches in, and which it keeps back: what came later, cut at one instant."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.backtest.job import skipped
from app.backtest.opening import Opening
from app.backtest.recorded import play
from app.backtest.results import is_of_a_demo
from engine.market import Market
from feeds.text import clean


class Span(NamedTuple):
    """The window of a recording. Times in ms UTC."""

    start_ms: int
    end_ms: int
    slug: str
    path: Path
    made_up: bool = False
    """It is of a demo."""
    top_only: bool = False
    """It has best prices without sizes: an order is filled whole there."""


class Skip(NamedTuple):
    """A recording that is left out, and why, in words that name it."""

    path: Path
    why: str


class Split(NamedTuple):
    """The windows in their order of time, in two parts that share no instant."""

    search: tuple[Span, ...]
    """They ended before `cut_ms`, or then."""
    holdout: tuple[Span, ...]
    """They began at `cut_ms` or later."""
    across: tuple[Span, ...]
    """They were open at `cut_ms`: what they tell of the one part is also told of the other, so they are in neither."""
    cut_ms: int


def survey(paths: Iterable[Path]) -> tuple[list[Span], list[Skip]]:
    """The windows of these recordings, by time, from their first lines alone; and what cannot be used.

    A window that was recorded more than once stands there as often, in the order in which it was found (see `copies`).
    """
    found: list[Span] = []
    left_out: list[Skip] = []
    for path in paths:
        try:
            found.append(_span(path))
        except Exception as fault:
            left_out.append(Skip(path, clean(skipped(path, fault).why)))
    return sorted(found, key=lambda span: (span.start_ms, span.slug)), left_out


def split(spans: Sequence[Span], holdout_percent: int) -> Split:
    """Cut where the last `holdout_percent` of the windows begin.

    All windows that begin at one instant fall on the same side of it, so the later part may be larger than asked for.
    """
    spans = sorted(spans)
    cut_ms = spans[len(spans) * (100 - holdout_percent) // 100].start_ms if spans else 0
    return Split(
        search=tuple(span for span in spans if span.end_ms <= cut_ms),
        holdout=tuple(span for span in spans if span.start_ms >= cut_ms),
        across=tuple(span for span in spans if span.start_ms < cut_ms < span.end_ms),
        cut_ms=cut_ms,
    )


def _span(path: Path) -> Span:
    market = _market(path)
    made_up = is_of_a_demo(path, market)
    return Span(market.start_ms, market.end_ms, market.slug, path, made_up, market.top_only)


def _market(path: Path) -> Market:
    steps = play(path)
    opening = next(steps)
    assert isinstance(opening, Opening)
    return opening.market
