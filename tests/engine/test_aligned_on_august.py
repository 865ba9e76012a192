"""One real window, twice: with the distance in the settlement's dollars, and with Binance's as it stands.

It settled Down by $4.07 while Binance stood $50 above the oracle all along. One window proves no strategy; it shows
which of the two distances was about the market that was traded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, median

import pytest

from engine.alignment import Alignment
from engine.basis import BasisWord
from engine.events import DOWN, UP, Event, OracleTick, Strike, Trade
from engine.limits import Limits
from engine.lockin import REBUILD_ERROR, Average
from engine.settlement import settle
from engine.state import MarketState
from engine.strategies import standard
from engine.timeline import Timeline
from engine.units import MONEY
from tests.app.backtest.converters import TwapSource, read_twap_window
from tests.app.backtest.report import TWAP_WINDOW
from tests.engine.august import SECOND, averaged_market, averages, prices, reports, window
from tests.engine.builders import Heard
from tests.feeds.recorded import needs_recordings

pytestmark = needs_recordings

FULL = 62 + 62
"""Seconds after the first report from which every average of the file is over reports that it holds."""


@dataclass
class Run:
    """What the engine did with the window."""

    heard: Heard = field(default_factory=Heard)
    signalled: set[int] = field(default_factory=set)
    """Outcomes that any strategy wanted."""
    net: float = 0.0
    hash: str = ""


def run(source: TwapSource, *, exact: bool) -> Run:
    """The three strategies over the window."""
    done = Run()
    events: Sequence[Event] = list(window(source, exact=exact))
    market = averaged_market(source, source.start_s + 300)
    line = Timeline(market, Limits(), standard(), done.heard, events[0].mono, events[0].wall)
    for event in events:
        evaluation = line.deliver(event)
        if evaluation is not None:
            done.signalled.update(signal.outcome for signal in evaluation.signals)
    assert line.engine.winner == DOWN
    done.net = settle(line.engine.position.total, DOWN).net / MONEY
    done.hash = line.engine.decisions.hexdigest()
    return done


@pytest.fixture(scope="module")
def source() -> TwapSource:
    return read_twap_window(TWAP_WINDOW)


@pytest.fixture(scope="module")
def aligned(source: TwapSource) -> Run:
    return run(source, exact=True)


@pytest.fixture(scope="module")
def raw(source: TwapSource) -> Run:
    return run(source, exact=False)


# --- what the strategies did


def test_raw_distance_bought_the_loser_ten_times(raw: Run) -> None:
    assert raw.signalled == {UP}
    assert [order.outcome for order, _, _ in raw.heard.answers] == [UP] * 10
    assert raw.net == pytest.approx(-73.98, abs=0.005)


def test_aligned_distance_never_wanted_the_loser(aligned: Run) -> None:
    assert aligned.signalled == {DOWN}
    assert [(order.outcome, order.strategy) for order, _, _ in aligned.heard.answers] == [
        (DOWN, "settlement_sniper"),
        (DOWN, "distance_fade"),
    ]
    assert aligned.net == pytest.approx(6.62, abs=0.005)


def test_aligned_run_decides_the_same_again(source: TwapSource, aligned: Run) -> None:
    assert run(source, exact=True).hash == aligned.hash


# --- how far the distances were from what they mean


@dataclass
class Moment:
    """One second of the window: how far each price was from the final one and from the oracle's, in dollars."""

    left_s: float
    raw: float
    aligned: float
    raw_now: float
    aligned_now: float


@pytest.fixture(scope="module")
def moments(source: TwapSource) -> list[Moment]:
    """Each second of the window for which the oracle's own report exists, which came later."""
    state = MarketState(averaged_market(source, source.start_s + 300))
    told, found = reports(source), []
    for event in window(source, exact=True):
        if isinstance(event, Trade):
            state.on_trade(event)
            second = event.time_ms // 1000
            now, final = told.get(second), state.expected_final
            if now is not None and final is not None and source.start_s <= second < source.start_s + 300:
                less_basis = state.price - state.alignment.basis.value
                found.append(
                    Moment(
                        left_s=source.start_s + 300 - event.wall / SECOND,
                        raw=abs(state.price - source.final),
                        aligned=abs(final - source.final),
                        raw_now=abs(state.price - now),
                        aligned_now=abs(less_basis - now),
                    )
                )
        elif isinstance(event, OracleTick):
            state.on_report(event)
        elif isinstance(event, Strike):
            state.on_strike(event)
    return found


def test_price_less_basis_is_the_oracles_own_report_but_for_noise(moments: list[Moment]) -> None:
    assert len(moments) > 250
    assert median(one.raw_now for one in moments) == pytest.approx(52.2, abs=0.5)
    assert median(one.aligned_now for one in moments) < 2.5


def test_expected_final_is_nearer_to_the_final_than_the_price_all_along(moments: list[Moment]) -> None:
    assert median(one.raw for one in moments) > 45.0
    assert median(one.aligned for one in moments) < 20.0
    last = [one for one in moments if one.left_s < 60]
    assert median(one.aligned for one in last) < 8.0 < 40.0 < median(one.raw for one in last)


def test_basis_is_known_from_the_fifth_pair_to_the_end(source: TwapSource) -> None:
    alignment = Alignment(averaged_market(source, source.start_s + 300))
    words = []
    for event in prices(source.events):
        if isinstance(event, Trade):
            alignment.seconds.see(event.time_ms, event.price)
        else:
            alignment.on_report(event)
            words.append(alignment.basis.word(event.mono))
    known = words.index(BasisWord.KNOWN)
    assert alignment.basis.pairs > 50
    assert known <= 12
    assert set(words[known:]) == {BasisWord.KNOWN}


# --- the lock-in


def test_every_average_of_the_file_is_rebuilt_from_the_spot_reports_before_it(source: TwapSource) -> None:
    spot, errors = reports(source), []
    for stamp, value in averages(source).items():
        if stamp < min(spot) + FULL:
            continue
        average = Average(stamp * 1000, 60)
        for second in range(stamp - 70, stamp + 3):
            if second in spot:
                average.add(second, spot[second])
        lock_in = average.lock_in()
        assert lock_in is not None
        assert lock_in.share == 1.0
        errors.append(abs(lock_in.expected(0.0) - value))
    assert len(errors) == 596
    assert median(errors) < 0.0001
    assert max(errors) == pytest.approx(2.645, abs=0.001)
    squared = sqrt(fmean(error**2 for error in errors))
    assert squared == pytest.approx(REBUILD_ERROR * source.final, abs=0.001)


def test_plain_mean_of_the_reports_that_came_is_what_the_interpolation_improves_on(source: TwapSource) -> None:
    spot, errors = reports(source), []
    for stamp, value in averages(source).items():
        came = [spot[second] for second in range(stamp - 62, stamp - 2) if second in spot]
        if stamp >= min(spot) + FULL:
            errors.append(abs(fmean(came) - value))
    assert (round(median(errors), 2), round(max(errors), 2)) == (0.38, 3.66)


AT_MOST = {45: 16.0, 30: 8.0, 15: 3.0, 5: 0.3}
"""Seconds left, and dollars that the expected final was off by in the median."""


def misses(source: TwapSource, end_s: int, final: float) -> Iterator[tuple[int, float, float]]:
    """Seconds left, how far the final was from what had been expected then, and the error that was stated then."""
    alignment, price, left = Alignment(averaged_market(source, end_s)), 0.0, list(AT_MOST)
    for event in prices([one for one in source.events if end_s - 130 < one[0] < end_s]):
        if left and event.wall >= (end_s - left[0]) * SECOND:
            error = alignment.error(price)
            assert error is not None
            yield left.pop(0), price * alignment.weight + alignment.offset - final, error
        if isinstance(event, Trade):
            alignment.seconds.see(event.time_ms, event.price)
            price = event.price
        else:
            alignment.on_report(event)


def test_stated_error_is_that_of_the_finals_that_came(source: TwapSource) -> None:
    """Every tenth second is taken for the end of a window. Its final is missed by the stated error on the average."""
    finals = averages(source)
    ends = [end_s for end_s in range(source.start_s - 150, source.start_s + 379, 10) if end_s in finals]
    missed = [miss for end_s in ends for miss in misses(source, end_s, finals[end_s])]
    assert len(missed) == len(ends) * len(AT_MOST)
    assert len(ends) > 45
    for left_s, at_most in AT_MOST.items():
        then = [(abs(off), stated) for left, off, stated in missed if left == left_s]
        assert median(off for off, _ in then) < at_most
        assert 0.75 < sqrt(fmean((off / stated) ** 2 for off, stated in then)) < 1.25
