"""One market's view of the oracle: each report once, from either socket, its average named by the market."""

from dataclasses import replace

import pytest

from engine.events import OracleTick
from engine.market import Asset, Interval, Market, Settlement
from feeds.oracle import MarketReports, OracleParser, stated_average
from feeds.recording import FrameReader, Record
from tests.engine.builders import START_MS, market
from tests.feeds.oracle_frames import TIME_MS, VALUE, polybolt_history, polybolt_update, rtds_history, rtds_update


def averaged(seconds: int = 300, lookback_s: int = 60, interval: Interval = Interval.M5) -> Market:
    base = market(length_s=seconds, settlement=Settlement.CHAINLINK_TWAP)
    return replace(base, interval=interval, lookback_s=lookback_s)


def tick(second: int = 0, value: float = VALUE, window_s: int = 60) -> OracleTick:
    return OracleTick(7, 8, START_MS + 1000 * second, value, window_s)


def facts(ticks: list[OracleTick]) -> list[tuple[int, float, int]]:
    return [(one.time_ms, one.value, one.window_s) for one in ticks]


@pytest.mark.parametrize(
    ("of", "stated_s"),
    [
        (averaged(), 60),
        (averaged(lookback_s=30), 30),
        (averaged(900, 60, Interval.M15), 60),
        (averaged(18_000, 60, Interval.H4), 60),  # the clock changes inside
        (averaged(20, 4), 60),
        (averaged(150, 30), 60),
        (averaged(900, 180, Interval.M15), 60),
        (market(), 0),
    ],
    ids=["60 s", "30 s", "15m", "5 h", "demo", "demo of 150 s", "demo as long as the interval", "spot"],
)
def test_what_the_sockets_call_a_markets_average(of: Market, stated_s: int) -> None:
    assert stated_average(of) == stated_s


def test_a_report_that_comes_again_is_not_new() -> None:
    reports = MarketReports(averaged())
    assert len(reports.new([tick(0), tick(1), tick(1), tick(0, window_s=0)])) == 3
    assert facts(reports.new([tick(0), tick(1), tick(2)])) == facts([tick(2)])
    assert reports.counters == {"report_repeated": 3}


def test_another_value_for_the_same_second_is_counted_and_the_first_one_stays() -> None:
    reports = MarketReports(averaged())
    reports.new([tick(0)])
    assert reports.new([tick(0, VALUE + 0.01)]) == []
    assert reports.counters == {"report_contradicted": 1}


def test_a_hole_is_filled_by_a_later_history() -> None:
    reports = MarketReports(averaged())
    reports.new([tick(0), tick(3)])
    assert facts(reports.new([tick(second) for second in range(4)])) == facts([tick(1), tick(2)])


def test_a_loopback_venues_average_is_named_by_the_markets_lookback() -> None:
    (of_60, of_30, spot) = MarketReports(averaged(20, 4)).new([tick(), tick(window_s=30), tick(window_s=0)])
    assert (of_60.window_s, of_30.window_s, spot.window_s) == (4, 30, 0)


def test_hours_of_reports_take_no_more_memory_than_minutes() -> None:
    reports = MarketReports(averaged())
    for second in range(14_400):
        assert reports.new([tick(second)])
    assert not reports.new([tick(14_399 - 240)])


def test_the_sockets_are_told_apart_by_their_frames() -> None:
    parser = OracleParser(Asset.BTC)
    for frame in (rtds_update(), polybolt_update(), rtds_history(), polybolt_history(0)):
        assert parser.events(frame, 7, 8)
    assert not parser.counters
    parser.events({"op": "authed", "rid": "1"}, 7, 8)
    parser.events("", 7, 8)
    assert parser.counters == {"authed": 1, "empty_text": 1}


def test_a_recording_gives_each_report_once_whichever_socket_it_came_by() -> None:
    reader = FrameReader(averaged())
    frames = (rtds_history(60), polybolt_update(60), rtds_update(0), polybolt_update(60, timestamp=TIME_MS + 5000))
    events = [reader.events(Record(8 + n, 7 + n, "oracle", frame)) for n, frame in enumerate(frames)]
    assert [len(some) for some in events] == [3, 0, 1, 1]
    (last,) = events[-1]
    assert isinstance(last, OracleTick)
    assert (last.mono, last.wall, last.time_ms) == (10, 11, TIME_MS + 5000)
