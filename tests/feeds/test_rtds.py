"""Frames of the older price socket become reports of the oracle, or one counted reason why not."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import OracleTick
from engine.market import Asset
from feeds.frames import IGNORED, REFUSALS, decode
from feeds.rtds import RtdsParser, subscription
from tests.feeds.mutation import ANY_JSON, mutated
from tests.feeds.oracle_frames import TIME_MS, VALUE, rtds_history, rtds_update
from tests.feeds.recorded import SHARED, lines, needs_recordings

GOOD = [rtds_update(0), rtds_update(30), rtds_update(60), rtds_history(0), rtds_history(60)]


def told(ticks: list[OracleTick]) -> list[tuple[Any, ...]]:
    return [dataclasses.astuple(tick) for tick in ticks]


@pytest.mark.parametrize("window_s", [0, 30, 60])
def test_an_update_is_one_report_in_dollars_from_its_full_text(window_s: int) -> None:
    parser = RtdsParser(Asset.BTC)
    assert told(parser.events(rtds_update(window_s), 7, 8)) == [(7, 8, TIME_MS, VALUE, window_s)]
    assert not parser.counters


@pytest.mark.parametrize("window_s", [0, 30, 60])
def test_a_history_is_all_its_reports_in_order(window_s: int) -> None:
    ticks = RtdsParser(Asset.BTC).events(rtds_history(window_s), 7, 8)
    assert told(ticks) == [(7, 8, TIME_MS + 1000 * n, VALUE, window_s) for n in range(3)]


def test_the_full_text_counts_where_the_number_beside_it_is_rounded() -> None:
    (tick,) = RtdsParser(Asset.BTC).events(rtds_update(value=75_913.4724543), 7, 8)
    assert tick.value == VALUE


def test_a_whole_number_of_dollars_is_a_price_too() -> None:
    (tick,) = RtdsParser(Asset.BTC).events(rtds_update(value=75_913, full_accuracy_value="75913" + 18 * "0"), 7, 8)
    assert (tick.value, type(tick.value)) == (75_913.0, float)


def changed(frame: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in (frame | fields).items() if value is not ...}


def payload_without(frame: dict[str, Any], name: str) -> dict[str, Any]:
    return frame | {"payload": {key: value for key, value in frame["payload"].items() if key != name}}


NOT_REPORTS = [
    ("", "empty_text"),
    ("PONG", "pong"),
    ('{"payload":', "unknown_text"),
    (None, "not_an_object"),
    ([rtds_update()], "not_an_object"),
    (5, "not_an_object"),
    ({}, "unknown_event"),
    ({"body": {"message": "topic: x and type: * not found"}, "statusCode": 401}, "invalid_operation"),
    ({"message": "Invalid request body", "connectionId": "x", "requestId": "y"}, "invalid_message"),
    (changed(rtds_update(), topic="activity"), "unknown_event"),
    (changed(rtds_update(), topic=["crypto_prices"]), "bad_type"),
    (changed(rtds_update(), type="unsubscribe"), "unknown_event"),
    (changed(rtds_update(), type=...), "missing_field"),
    (changed(rtds_update(), payload=...), "missing_field"),
    (changed(rtds_update(), payload="text"), "bad_type"),
    (rtds_update(symbol="eth/usd"), "foreign_symbol"),
    (rtds_update(symbol=5), "bad_type"),
    (changed(rtds_update(0, symbol="btcusdt"), topic="crypto_prices"), "binance_mirror"),
    (changed(rtds_update(0), topic="crypto_prices"), "binance_mirror"),
    (rtds_history(0, symbol="btcusdt"), "binance_mirror"),
    (rtds_history(0, symbol="eth/usd"), "foreign_symbol"),
    (rtds_update(60) | {"topic": "crypto_prices_twap_thirty"}, "bad_window"),
    (rtds_update(60, window_s=30), "bad_window"),
    (rtds_history(60, window_s=30), "bad_window"),
    (payload_without(rtds_update(), "timestamp"), "missing_field"),
    (payload_without(rtds_update(), "value"), "missing_field"),
    (rtds_update(timestamp=TIME_MS + 1), "off_second"),
    (rtds_update(timestamp=TIME_MS // 1000), "bad_time"),
    (rtds_update(timestamp=str(TIME_MS)), "bad_type"),
    (rtds_update(value=str(VALUE)), "bad_type"),
    (rtds_update(value=True), "bad_type"),
    (rtds_update(value=VALUE * 1e18), "value_differs"),
    (rtds_update(full_accuracy_value="75913.472454263285"), "off_grid"),
    (rtds_update(full_accuracy_value="75913"), "value_differs"),
    (rtds_update(full_accuracy_value=75_913), "bad_type"),
    (rtds_update(full_accuracy_value="7.5e22"), "bad_number"),
    (rtds_update(full_accuracy_value="-75913472454263285000000"), "bad_number"),
    (rtds_update(value=0, full_accuracy_value="0"), "price_out_of_range"),
    (rtds_history(data=[]), "empty_history"),
    (rtds_history(data={}), "bad_type"),
    (rtds_history(data=[{"timestamp": TIME_MS, "value": VALUE}, None]), "bad_type"),
]


@pytest.mark.parametrize(("frame", "name"), NOT_REPORTS, ids=lambda value: str(value)[:60])
def test_what_makes_no_report_is_one_count_and_leaves_its_neighbours_alone(frame: object, name: str) -> None:
    parser = RtdsParser(Asset.BTC)
    assert parser.events(frame, 7, 8) == []
    assert len(parser.events(rtds_update(), 7, 8)) == 1
    assert parser.counters == {name: 1}
    assert name in REFUSALS | IGNORED


@settings(max_examples=500, derandomize=True, deadline=None)
@given(mutated(GOOD))
def test_any_change_to_a_frame_gives_reports_or_one_count(frame: object) -> None:
    parser = RtdsParser(Asset.BTC)
    ticks = parser.events(frame, 7, 8)
    assert bool(ticks) + parser.counters.total() == 1
    assert parser.counters.keys() <= REFUSALS | IGNORED
    assert all(tick.window_s in (0, 30, 60) and tick.time_ms % 1000 == 0 and tick.value > 0 for tick in ticks)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(ANY_JSON, st.text().map(decode), st.binary().map(decode)))
def test_no_frame_raises(frame: object) -> None:
    parser = RtdsParser(Asset.BTC)
    assert parser.events(frame, 7, 8) == []
    assert parser.counters.total() == 1


def test_a_request_names_one_topic_and_its_filter_has_no_blank() -> None:
    request = json.loads(subscription(Asset.ETH, 60))
    (wanted,) = request["subscriptions"]
    assert (request["action"], wanted["topic"], wanted["type"]) == ("subscribe", "crypto_prices_twap_sixty", "update")
    assert wanted["filters"] == '{"symbol":"eth/usd"}'


@needs_recordings
class TestRealFrames:
    FIXTURES = SHARED / "data" / "clob-rtds-fixtures-2026-09"

    @pytest.mark.parametrize(
        ("name", "asset", "reports", "window_s", "last"),
        [
            ("rtds_chainlink_update.json", Asset.BTC, 1, 0, 75913.47245426329),
            ("rtds_chainlink_snapshot.json", Asset.BTC, 6, 0, 75913.46795426328),
            ("rtds_twap30_update.json", Asset.XRP, 1, 30, 1.2889627416793126),
            ("rtds_twap60_update.json", Asset.SOL, 1, 60, 97.26542568815323),
            ("rtds_twap60_snapshot.json", Asset.BTC, 6, 60, 75882.54725851085),
        ],
    )
    def test_each_kind_of_september(self, name: str, asset: Asset, reports: int, window_s: int, last: float) -> None:
        parser = RtdsParser(asset)
        ticks = parser.events(json.loads((self.FIXTURES / name).read_text()), 7, 8)
        assert [tick.window_s for tick in ticks] == [window_s] * reports
        assert ticks[-1].value == last
        assert not parser.counters

    def test_binances_mirror_and_the_refusals_are_no_reports(self) -> None:
        parser = RtdsParser(Asset.BTC)
        for name in ("rtds_binance_update.json", "rtds_binance_snapshot.json"):
            assert parser.events(json.loads((self.FIXTURES / name).read_text()), 7, 8) == []
        for error in json.loads((self.FIXTURES / "rtds_errors.json").read_text()):
            assert parser.events(error, 7, 8) == []
        assert parser.counters == {"binance_mirror": 2, "invalid_operation": 2, "invalid_message": 1}

    def test_every_number_of_april_is_the_full_text_to_the_last_digit(self) -> None:
        sessions = sorted((SHARED / "data" / "multifeed-raw-2026-04").glob("*/raw_messages.jsonl"))
        received = [json.loads(line) for path in sessions for line in lines(str(path.relative_to(SHARED)))]
        frames = [decode(line["payload"]) for line in received if line["source"] == "polymarket_rtds_chainlink"]
        parsers = [RtdsParser(asset) for asset in (Asset.BTC, Asset.ETH, Asset.SOL)]
        ticks = [tick for parser in parsers for frame in frames for tick in parser.events(frame, 7, 8)]
        assert len(frames) == 93
        assert len(ticks) == 1303
        assert all(parser.counters.keys() == {"foreign_symbol"} for parser in parsers)
        written = {
            frame["payload"]["value"] for frame in frames if isinstance(frame, dict) and frame["type"] == "update"
        }
        assert written <= {tick.value for tick in ticks}
