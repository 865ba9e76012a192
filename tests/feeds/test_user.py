"""User channel frames become reports of our own orders and trades, or one counted reason why not."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.execution import Leg, OrderReport, OrderState, TradeReport, TradeStatus
from feeds.frames import IGNORED, REFUSALS, decode
from feeds.user import UserParser, subscription
from tests.feeds.account_rows import OTHER, OWN, made, order, trade, trade_as_maker, without
from tests.feeds.mutation import ANY_JSON, mutated
from tests.feeds.recorded import all_files, frames, needs_recordings

GOOD = [order(), order(type="CANCELLATION", status="CANCELED"), trade(), trade_as_maker(made(OTHER), made())]


def parser() -> UserParser:
    return UserParser(OWN)


def test_the_credentials_open_the_channel_for_all_markets_or_for_some() -> None:
    auth = {"apiKey": "key", "secret": "c2VjcmV0", "passphrase": "pass"}
    assert json.loads(subscription("key", "c2VjcmV0", "pass")) == {"type": "user", "auth": auth}
    some = json.loads(subscription("key", "c2VjcmV0", "pass", ("0xfe",)))
    assert some == {"type": "user", "auth": auth, "markets": ["0xfe"]}


def test_a_frame_is_a_message_or_an_array_of_them_in_order() -> None:
    user = parser()
    alone = [report for frame in GOOD for report in user.reports(frame)]
    assert parser().reports(GOOD) == alone
    assert [type(report) for report in alone] == [OrderReport, OrderReport, TradeReport, TradeReport]
    assert not user.counters


@pytest.mark.parametrize("frame", GOOD, ids=lambda frame: frame["event_type"])
def test_a_message_that_does_not_name_its_event_is_known_by_its_type(frame: dict[str, Any]) -> None:
    assert parser().reports(without(frame, "event_type")) == parser().reports(frame)


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        ("PONG", "pong"),
        ("PONG\n", "pong"),
        ("", "empty_text"),
        ([], "empty_array"),
        ("INVALID OPERATION", "invalid_operation"),
        ("hello", "unknown_text"),
        (None, "not_an_object"),
        (["PONG"], "not_an_object"),
        ([[order()]], "not_an_object"),
        ({}, "unknown_event"),
        ({"type": "TRADES"}, "unknown_event"),
        (order(event_type="book"), "unknown_event"),
        (order(event_type="trade"), "missing_field"),
        (order(status="PENDING"), "unknown_status"),
        (trade_as_maker(made(OTHER)), "no_own_leg"),
    ],
    ids=str,
)
def test_a_frame_that_reports_nothing_is_one_count_and_leaves_its_neighbours_alone(frame: object, name: str) -> None:
    user = parser()
    told = [report for good in GOOD for report in (*user.reports(good), *user.reports(frame))]
    assert told == parser().reports(GOOD)
    assert user.counters == {name: len(GOOD)}
    assert name in REFUSALS | IGNORED


@settings(max_examples=1500, derandomize=True, deadline=None)
@given(mutated([*GOOD, trade_as_maker(made(), made())]))
def test_any_change_to_a_message_gives_its_reports_or_one_count(frame: object) -> None:
    before = copy.deepcopy(frame)
    user = parser()
    reports = user.reports(frame)
    assert bool(reports) + user.counters.total() == 1
    assert user.counters.keys() <= REFUSALS | IGNORED
    assert frame == before
    assert all(report.size > 0 and 0 < report.price <= 10_000 for report in reports if isinstance(report, TradeReport))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.one_of(ANY_JSON, st.text().map(decode), st.binary().map(decode)))
def test_no_frame_raises(frame: object) -> None:
    user = parser()
    assert user.reports(frame) == []
    assert user.counters.total() == (len(frame) or 1 if isinstance(frame, list) else 1)
    assert user.counters.keys() <= REFUSALS | IGNORED


REAL_OWN = "0xa3D82Ed56F4c68d2328Fb8c29e568Ba2cAF7d7c8"
PLACED, KILLED = ("order", OrderState.LIVE), ("order", OrderState.CANCELED)
TOOK = ("taker", TradeStatus.CONFIRMED)

REAL: dict[str, list[tuple[str, str]]] = {
    "data/clob-user-frames-2026-07/ws_user_order_cancellation.json": [KILLED],
    "data/clob-user-frames-2026-07/ws_user_order_placement.json": [PLACED],
    "samples/clob_user_ws/byronxlg_2026-07_order_cancellation.json": [KILLED],
    "samples/clob_user_ws/byronxlg_2026-07_order_placement.json": [PLACED],
    "samples/clob_user_ws/nautilus_ws_user_order_cancellation.json": [KILLED],
    "samples/clob_user_ws/nautilus_ws_user_order_fok_killed.json": [KILLED],
    "samples/clob_user_ws/nautilus_ws_user_order_matched.json": [("order", OrderState.MATCHED)],
    "samples/clob_user_ws/nautilus_ws_user_order_placement.json": [PLACED],
    "samples/clob_user_ws/nautilus_ws_user_order_update.json": [PLACED],
    "samples/clob_user_ws/nautilus_ws_user_order_venue_cancel.json": [("order", OrderState.INVALID)],
    "samples/clob_user_ws/nautilus_ws_user_trade.json": [TOOK],
    "samples/clob_user_ws/nautilus_ws_user_trade_msg.json": [TOOK],
    "data/nautilus-polymarket-testdata/py/ws_messages/order_cancel.json": [KILLED],
    "data/nautilus-polymarket-testdata/py/ws_messages/order_placement.json": [PLACED],
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade1.json": [("maker", TradeStatus.MINED)],
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade2.json": [("taker", TradeStatus.MATCHED)],
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade3.json": [("maker", TradeStatus.CONFIRMED)],
    "data/nautilus-polymarket-testdata/py/ws_messages/user_trade4.json": [("maker", TradeStatus.CONFIRMED)] * 2,
    "data/clob-user-frames-2026-07/ws_market_book.json": [("unknown_event", "1")],
    "data/clob-user-frames-2026-07/ws_market_last_trade_price.json": [("unknown_event", "1")],
    "data/clob-user-frames-2026-07/ws_market_price_change.json": [("unknown_event", "3")],
}
"""Every file of the user channel's folders, the older ones of another collection, and what each must give."""


@needs_recordings
def test_no_recorded_frame_of_the_channel_is_missing_from_the_table() -> None:
    folders = ("data/clob-user-frames-2026-07/", "samples/clob_user_ws/")
    recorded = {name for name in all_files() if name.startswith(folders) and name.endswith(".json")}
    assert recorded <= REAL.keys()


@needs_recordings
@pytest.mark.parametrize("name", REAL)
def test_a_recorded_frame_gives_just_these_reports_or_counts(name: str) -> None:
    user = UserParser(REAL_OWN)
    reports = [report for frame in frames(name) for report in user.reports(frame)]
    told: list[tuple[str, str]] = [
        ("order", report.state) if isinstance(report, OrderReport) else (report.leg, report.status)
        for report in reports
    ]
    assert told + [(count, str(number)) for count, number in user.counters.items()] == REAL[name]


@needs_recordings
def test_a_recorded_match_as_a_maker_is_ours_alone_of_its_many_makers() -> None:
    name = "data/nautilus-polymarket-testdata/py/ws_messages/user_trade1.json"
    (report,) = [report for frame in frames(name) for report in UserParser(REAL_OWN).reports(frame)]
    assert isinstance(report, TradeReport)
    assert (report.leg, report.price, report.size) == (Leg.MAKER, 5180, 5_000_000)
