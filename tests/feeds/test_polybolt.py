"""Frames of the price socket become reports of the oracle, or one counted reason why not."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import OracleTick
from engine.market import Asset
from feeds.frames import IGNORED, REFUSALS, decode
from feeds.polybolt import PolyboltParser, authentication, subscriptions
from tests.feeds.mutation import ANY_JSON, mutated
from tests.feeds.oracle_frames import PLAIN, TIME_MS, VALUE, polybolt_history, polybolt_update
from tests.feeds.recorded import frames, needs_recordings

GOOD = [polybolt_update(0), polybolt_update(60), polybolt_history(0), polybolt_history(60)]


def told(ticks: list[OracleTick]) -> list[tuple[Any, ...]]:
    return [dataclasses.astuple(tick) for tick in ticks]


@pytest.mark.parametrize("window_s", [0, 60])
def test_an_update_is_one_report_and_its_full_text_is_plain_dollars(window_s: int) -> None:
    parser = PolyboltParser(Asset.BTC)
    assert told(parser.events(polybolt_update(window_s), 7, 8)) == [(7, 8, TIME_MS, VALUE, window_s)]
    assert not parser.counters


@pytest.mark.parametrize("window_s", [0, 60])
def test_a_history_is_all_its_reports_in_order(window_s: int) -> None:
    ticks = PolyboltParser(Asset.BTC).events(polybolt_history(window_s), 7, 8)
    assert told(ticks) == [(7, 8, TIME_MS + 1000 * n, VALUE, window_s) for n in range(3)]


def changed(frame: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in (frame | fields).items() if value is not ...}


def payload_without(frame: dict[str, Any], name: str) -> dict[str, Any]:
    return frame | {"payload": {key: value for key, value in frame["payload"].items() if key != name}}


NOT_REPORTS = [
    ("", "empty_text"),
    ("PONG", "unknown_text"),
    (None, "not_an_object"),
    ([polybolt_update()], "not_an_object"),
    ({}, "missing_field"),
    ({"op": "authed", "rid": "1"}, "authed"),
    ({"op": "subscribed", "channel": "price.crypto", "rid": "2"}, "subscribed"),
    ({"op": "error", "code": "auth_invalid", "rid": "1"}, "invalid_operation"),
    ({"op": "news"}, "unknown_event"),
    ({"op": ["authed"]}, "bad_type"),
    (changed(polybolt_update(), channel="price.equity"), "unknown_event"),
    (changed(polybolt_update(), channel={}), "bad_type"),
    (changed(polybolt_update(), v=2), "unknown_version"),
    (changed(polybolt_update(), v=...), "missing_field"),
    (changed(polybolt_update(), payload=...), "missing_field"),
    (changed(polybolt_update(), payload=[]), "bad_type"),
    (polybolt_update(symbol="ethusd"), "foreign_symbol"),
    (polybolt_update(symbol=None), "bad_type"),
    (polybolt_update(0, source="pyth"), "foreign_source"),
    (polybolt_history(0, source="pyth"), "foreign_source"),
    (payload_without(polybolt_update(), "source"), "missing_field"),
    (polybolt_update(60, window_seconds=30), "bad_window"),
    (payload_without(polybolt_update(), "window_seconds"), "missing_field"),
    (polybolt_history(60, window_seconds=30), "bad_window"),
    (polybolt_update(timestamp=TIME_MS + 500), "off_second"),
    (polybolt_update(full_accuracy_value=PLAIN.replace(".", "")), "value_differs"),
    (polybolt_update(full_accuracy_value=PLAIN + "1"), "off_grid"),
    (polybolt_update(full_accuracy_value="nan"), "bad_number"),
    (polybolt_update(value=None), "bad_type"),
    (polybolt_update(value=-VALUE), "value_differs"),
    (polybolt_history(data=[]), "empty_history"),
    (polybolt_history(data="text"), "bad_type"),
]


@pytest.mark.parametrize(("frame", "name"), NOT_REPORTS, ids=lambda value: str(value)[:60])
def test_what_makes_no_report_is_one_count_and_leaves_its_neighbours_alone(frame: object, name: str) -> None:
    parser = PolyboltParser(Asset.BTC)
    assert parser.events(frame, 7, 8) == []
    assert len(parser.events(polybolt_update(), 7, 8)) == 1
    assert parser.counters == {name: 1}
    assert name in REFUSALS | IGNORED


def test_accepted_credentials_and_refused_requests_are_heard() -> None:
    parser = PolyboltParser(Asset.BTC)
    parser.events({"op": "error", "code": "auth_in\x1bvalid", "rid": "1"}, 7, 8)
    assert (parser.authed, parser.error) == (False, "auth_in\N{REPLACEMENT CHARACTER}valid")
    parser.events({"op": "authed", "rid": "1"}, 7, 8)
    assert parser.authed


def test_numbers_left_out_and_frames_dropped_are_counted_as_lost() -> None:
    parser = PolyboltParser(Asset.BTC)
    for seq in (1, 2, 5, 6):
        parser.events(polybolt_update(60, seq), 7, 8)
    parser.events(polybolt_update(0, 40), 7, 8)
    assert parser.lost == 2
    parser.events(polybolt_update(60, 1), 7, 8)  # another connection counts anew
    assert parser.lost == 2
    parser.events(polybolt_update(60, 2) | {"dropped": 3}, 7, 8)
    assert parser.lost == 5


@settings(max_examples=500, derandomize=True, deadline=None)
@given(mutated(GOOD))
def test_any_change_to_a_frame_gives_reports_or_one_count(frame: object) -> None:
    parser = PolyboltParser(Asset.BTC)
    ticks = parser.events(frame, 7, 8)
    assert bool(ticks) + parser.counters.total() == 1
    assert parser.counters.keys() <= REFUSALS | IGNORED
    assert all(tick.window_s in (0, 60) and tick.time_ms % 1000 == 0 and tick.value > 0 for tick in ticks)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(ANY_JSON, st.text().map(decode), st.binary().map(decode)))
def test_no_frame_raises(frame: object) -> None:
    parser = PolyboltParser(Asset.BTC)
    assert parser.events(frame, 7, 8) == []
    assert parser.counters.total() == 1


def test_the_requests_are_those_of_the_documents() -> None:
    assert json.loads(authentication("k", "s", "p")) == {
        "op": "auth",
        "rid": "1",
        "auth": {"apiKey": "k", "secret": "s", "passphrase": "p"},
    }
    average, spot = (json.loads(text) for text in subscriptions(Asset.SOL))
    assert average["subscriptions"] == [
        {"channel": "price.crypto.twap", "filter": {"symbol": "solusd", "window_seconds": 60}}
    ]
    assert spot["subscriptions"] == [{"channel": "price.crypto", "filter": {"symbol": "solusd"}}]
    assert average["rid"] != spot["rid"]


@needs_recordings
def test_the_documented_shapes_are_read() -> None:
    parser = PolyboltParser(Asset.BTC)
    read = [parser.events(frame, 7, 8) for frame in frames("samples/rtds/polybolt_shapes_docs.jsonl")]
    assert [[(tick.value, tick.window_s) for tick in ticks] for ticks in read if ticks] == [[(84_740.1, 60)]] * 2
    assert parser.counters == {"authed": 1, "subscribed": 1}
