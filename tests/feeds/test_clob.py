"""Market channel frames become events of one market, or one counted reason why not."""

import copy
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import (
    DOWN,
    UP,
    BestBidAsk,
    BookChange,
    BookSnapshot,
    Event,
    Print,
    Resolution,
    TickSize,
)
from engine.units import NO_ASK, NO_BID
from feeds.clob import ClobParser
from feeds.frames import IGNORED, REFUSALS, decode
from tests.feeds.mutation import ANY_JSON, mutated

UP_TOKEN = "1" * 77
DOWN_TOKEN = "2" * 77
OTHER_TOKEN = "3" * 77
TIME = "1790000000123"
MS = 1_790_000_000_123
HEAD: dict[str, Any] = {"market": "0xfeed", "timestamp": TIME}


def level(price: Any, size: Any) -> dict[str, Any]:
    return {"price": price, "size": size}


def book(token: str = UP_TOKEN, **fields: Any) -> dict[str, Any]:
    sides = {"bids": [level("0.01", "1234.56"), level("0.8", "300")], "asks": [level("0.99", "5"), level("0.82", "20")]}
    return HEAD | {"event_type": "book", "asset_id": token, "tick_size": "0.01", "hash": "0"} | sides | fields


def entry(token: str = UP_TOKEN, **fields: Any) -> dict[str, Any]:
    values = {"price": "0.84", "size": "100", "side": "SELL", "hash": "0", "best_bid": "0.81", "best_ask": "0.82"}
    return {"asset_id": token} | values | fields


def change(*entries: Any) -> dict[str, Any]:
    return HEAD | {"event_type": "price_change", "price_changes": list(entries)}


def best(**fields: Any) -> dict[str, Any]:
    values = {"asset_id": UP_TOKEN, "best_bid": "0.8", "best_ask": "0.82", "spread": "0.02"}
    return HEAD | {"event_type": "best_bid_ask"} | values | fields


def trade(**fields: Any) -> dict[str, Any]:
    values = {"asset_id": DOWN_TOKEN, "price": "0.19", "size": "12.345678", "side": "BUY", "fee_rate_bps": "0"}
    return HEAD | {"event_type": "last_trade_price"} | values | fields


def tick(**fields: Any) -> dict[str, Any]:
    values = {"asset_id": UP_TOKEN, "old_tick_size": "0.01", "new_tick_size": "0.001"}
    return HEAD | {"event_type": "tick_size_change"} | values | fields


def resolved(**fields: Any) -> dict[str, Any]:
    values = {"assets_ids": [UP_TOKEN, DOWN_TOKEN], "winning_asset_id": DOWN_TOKEN, "winning_outcome": "Down"}
    return HEAD | {"event_type": "market_resolved", "id": "1", "tags": ["5M"]} | values | fields


MIRRORED = change(entry(DOWN_TOKEN, price="0.16", side="BUY", best_bid="0.18", best_ask="0.19"), entry())
GOOD = [book(), MIRRORED, best(), trade(), tick(), resolved()]


def without(frame: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name != key}


def parser() -> ClobParser:
    return ClobParser(UP_TOKEN, DOWN_TOKEN)


def told(events: list[Event]) -> list[tuple[str, tuple[object, ...]]]:
    """Events compare by identity; this is what they say."""
    return [(type(event).__name__, dataclasses.astuple(event)) for event in events]


def read(frame: object) -> Event:
    """The one event of a frame that must give exactly one, and no count."""
    clob = parser()
    (event,) = clob.events(frame, 7, 8, 3)
    assert not clob.counters
    return event


def test_a_book_is_the_whole_book_of_one_outcome() -> None:
    event = read(book())
    assert isinstance(event, BookSnapshot)
    assert (event.mono, event.wall, event.epoch, event.outcome) == (7, 8, 3, UP)
    assert event.bids == {100: 1_234_560_000, 8000: 300_000_000}
    assert event.asks == {9900: 5_000_000, 8200: 20_000_000}
    assert (event.tick, event.venue_ms) == (100, MS)


def test_levels_may_come_in_any_order() -> None:
    levels = [level("0.3", "1"), level(".48", "2"), level("0.1", "3")]
    event = read(book(bids=levels, asks=[]))
    assert isinstance(event, BookSnapshot)
    assert max(event.bids) == 4800
    assert event.asks == {}


def test_a_book_need_not_say_its_tick() -> None:
    event = read(without(book(), "tick_size"))
    assert isinstance(event, BookSnapshot)
    assert event.tick == 0


def test_a_book_as_rest_answers_it_is_a_snapshot_too() -> None:
    event = read(without(book(min_order_size="5", neg_risk=False, last_trade_price=""), "event_type"))
    assert isinstance(event, BookSnapshot)


def test_a_change_carries_both_tokens_levels_and_the_tops_they_lead_to() -> None:
    event = read(MIRRORED)
    assert isinstance(event, BookChange)
    assert (event.mono, event.wall, event.epoch, event.venue_ms) == (7, 8, 3, MS)
    assert event.changes == ((DOWN, True, 1600, 100_000_000), (UP, False, 8400, 100_000_000))
    assert event.tops == ((DOWN, 1800, 1900), (UP, 8100, 8200))


def test_a_change_to_nothing_removes_the_level() -> None:
    event = read(change(entry(size="0")))
    assert isinstance(event, BookChange)
    assert event.changes == ((UP, False, 8400, 0),)


def test_the_last_stated_top_of_each_outcome_holds() -> None:
    event = read(change(entry(best_bid="0.1"), entry(DOWN_TOKEN), entry(best_bid="0", best_ask="1")))
    assert isinstance(event, BookChange)
    assert event.tops == ((UP, NO_BID, NO_ASK), (DOWN, 8100, 8200))


def test_old_frames_state_no_tops() -> None:
    event = read(change(without(without(entry(), "best_bid"), "best_ask")))
    assert isinstance(event, BookChange)
    assert event.tops == ()
    assert len(event.changes) == 1


def test_of_a_message_that_mixes_markets_ours_is_taken() -> None:
    event = read(change({"asset_id": OTHER_TOKEN}, entry(), entry(OTHER_TOKEN)))
    assert isinstance(event, BookChange)
    assert [outcome for outcome, *_ in event.changes] == [UP]
    assert [outcome for outcome, *_ in event.tops] == [UP]


@pytest.mark.parametrize(
    ("bid", "ask", "top"),
    [
        ("0.8", "0.82", (8000, 8200)),
        ("0", "0.01", (NO_BID, 100)),
        ("0.99", "1", (9900, NO_ASK)),
        ("", "", (NO_BID, NO_ASK)),
        ("0", "0", (NO_BID, NO_ASK)),
    ],
)
def test_an_empty_side_has_no_best_price_however_the_venue_writes_it(bid: str, ask: str, top: tuple[int, int]) -> None:
    event = read(best(best_bid=bid, best_ask=ask))
    assert isinstance(event, BestBidAsk)
    assert (event.bid, event.ask) == top
    assert (event.mono, event.wall, event.epoch, event.outcome, event.venue_ms) == (7, 8, 3, UP, MS)


def test_a_trade_of_the_venue_is_a_print() -> None:
    assert dataclasses.astuple(read(trade())) == (7, 8, DOWN, 1900, 12_345_678, True, MS)
    sold = read(trade(side="SELL", price="0.810"))
    assert isinstance(sold, Print)
    assert (sold.taker_buys, sold.price) == (False, 8100)


def test_a_changed_tick_is_told() -> None:
    event = read(tick())
    assert isinstance(event, TickSize)
    assert dataclasses.astuple(event) == (7, 8, 3, UP, 10)


@pytest.mark.parametrize(("token", "name", "outcome"), [(UP_TOKEN, "Up", UP), (DOWN_TOKEN, "Down", DOWN)])
def test_the_winning_token_decides(token: str, name: str, outcome: int) -> None:
    event = read(resolved(winning_asset_id=token, winning_outcome=name))
    assert isinstance(event, Resolution)
    assert dataclasses.astuple(event) == (7, 8, outcome, "market_resolved")


def test_fields_we_do_not_use_may_change_and_new_ones_may_come() -> None:
    for frame in GOOD:
        drifted = frame | {"market": 5, "hash": None, "spread": 0.02, "old_tick_size": [], "new": {"a": 1}}
        assert told(parser().events(drifted, 7, 8, 3)) == told(parser().events(frame, 7, 8, 3))


def test_an_array_gives_its_messages_in_order() -> None:
    events = parser().events([book(), book(DOWN_TOKEN), MIRRORED], 7, 8, 3)
    assert [type(event) for event in events] == [BookSnapshot, BookSnapshot, BookChange]


def test_in_an_array_the_good_messages_count_beside_the_bad() -> None:
    clob = parser()
    events = clob.events([book(), book(bids=5), None, "PONG", [book()], book(OTHER_TOKEN), MIRRORED], 7, 8, 3)
    assert [type(event) for event in events] == [BookSnapshot, BookChange]
    assert clob.counters == {"bad_type": 1, "not_an_object": 3, "foreign_token": 1}


IGNORED_FRAMES = [
    ("PONG", "pong"),
    ("PONG\n", "pong"),
    ("", "empty_text"),
    ("NO NEW ASSETS", "no_new_assets"),
    ([], "empty_array"),
    (HEAD | {"event_type": "new_market", "assets_ids": [OTHER_TOKEN]}, "ignored_new_market"),
    (book(OTHER_TOKEN), "foreign_token"),
    (best(asset_id=OTHER_TOKEN), "foreign_token"),
    (trade(asset_id=OTHER_TOKEN), "foreign_token"),
    (tick(asset_id=OTHER_TOKEN), "foreign_token"),
    (change(entry(OTHER_TOKEN), entry(OTHER_TOKEN)), "foreign_token"),
    (resolved(winning_asset_id=OTHER_TOKEN, assets_ids=[OTHER_TOKEN, "7"]), "foreign_token"),
]

REFUSED_FRAMES = [
    # Text that is no message, and JSON that is no object.
    ("INVALID OPERATION", "invalid_operation"),
    ("INVALID MESSAGE", "invalid_message"),
    ("hello", "unknown_text"),
    ('{"event_type":"book","bids":[{"pri', "unknown_text"),
    ("[" * 20_000 + "]" * 20_000, "unknown_text"),
    (None, "not_an_object"),
    (5, "not_an_object"),
    (0.5, "not_an_object"),
    (True, "not_an_object"),
    # Kinds that we do not know, and the one of before September 2025.
    ({}, "unknown_event"),
    (HEAD | {"event_type": "order", "asset_id": UP_TOKEN, "price": "0.5"}, "unknown_event"),
    (book(event_type="books"), "unknown_event"),
    (book(event_type=5), "unknown_event"),
    (book(event_type=["book"]), "unknown_event"),
    (without(MIRRORED, "event_type"), "unknown_event"),
    (HEAD | {"event_type": "price_change", "asset_id": UP_TOKEN, "changes": [level("0.5", "1")]}, "old_schema"),
    (HEAD | {"event_type": "price_change", "asset_id": UP_TOKEN, "price": "0.5", "side": "BUY"}, "old_schema"),
    # Numbers.
    (change(entry(price="nan")), "bad_number"),
    (change(entry(price="Infinity")), "bad_number"),
    (change(entry(price="1e999")), "bad_number"),
    (change(entry(price="5e-1")), "bad_number"),
    (change(entry(price="-0.5")), "bad_number"),
    (change(entry(price="+0.5")), "bad_number"),
    (change(entry(price=" 0.5")), "bad_number"),
    (change(entry(price="0_5")), "bad_number"),
    (change(entry(price="٣")), "bad_number"),
    (change(entry(price="")), "bad_number"),
    (change(entry(price=0.5)), "bad_type"),
    (change(entry(price=None)), "bad_type"),
    (change(entry(price=["0.5"])), "bad_type"),
    (change(entry(price={"0.5": 1})), "bad_type"),
    (change(entry(price="0")), "price_out_of_range"),
    (change(entry(price="1")), "price_out_of_range"),
    (change(entry(price="52")), "price_out_of_range"),
    (change(entry(price="0.12345")), "off_grid"),
    (change(entry(size="nan")), "bad_number"),
    (change(entry(size="1_000")), "bad_number"),
    (change(entry(size="-1")), "bad_number"),
    (change(entry(size=100)), "bad_type"),
    (change(entry(size="9" * 30)), "size_out_of_range"),
    (change(entry(size="1000000000")), "size_out_of_range"),
    (change(entry(size="0.0000001")), "off_grid"),
    (change(entry(best_bid="1")), "price_out_of_range"),
    (change(entry(best_ask="1.5")), "price_out_of_range"),
    (change(entry(best_bid=None)), "bad_type"),
    (change(entry(best_ask=0.5)), "bad_type"),
    (change(entry(best_bid="?")), "bad_number"),
    # Fields lost or changed in kind.
    *((change(without(entry(), key)), "missing_field") for key in ("asset_id", "price", "size", "side")),
    (change(without(entry(), "best_bid")), "missing_field"),
    (change(without(entry(), "best_ask")), "missing_field"),
    (change(entry(), entry(side="buy")), "bad_side"),
    (change(entry(side=1)), "bad_type"),
    (change(entry(asset_id=5)), "bad_type"),
    (change(entry(asset_id=[UP_TOKEN])), "bad_type"),
    (change(entry(), None), "bad_type"),
    (change(entry(), "BUY"), "bad_type"),
    (change(entry(), [entry()]), "bad_type"),
    (change(), "bad_change"),
    (MIRRORED | {"price_changes": {"0": entry()}}, "bad_type"),
    (MIRRORED | {"price_changes": "none"}, "bad_type"),
    (without(MIRRORED, "price_changes"), "missing_field"),
    (without(MIRRORED, "timestamp"), "missing_field"),
    (MIRRORED | {"timestamp": MS}, "bad_type"),
    (MIRRORED | {"timestamp": "2026-09-16T10:27:40Z"}, "bad_time"),
    (MIRRORED | {"timestamp": "1790000000"}, "bad_time"),
    (MIRRORED | {"timestamp": TIME + "000"}, "bad_time"),
    # Snapshots.
    *((without(book(), key), "missing_field") for key in ("asset_id", "bids", "asks", "timestamp")),
    (book(asset_id=5), "bad_type"),
    (book(bids=None), "bad_type"),
    (book(bids={}), "bad_type"),
    (book(asks="none"), "bad_type"),
    (book(asks=[["0.5", "10"]]), "bad_type"),
    (book(asks=[5]), "bad_type"),
    (book(asks=[{"price": "0.5"}]), "missing_field"),
    (book(asks=[{"size": "5"}]), "missing_field"),
    (book(asks=[level("0.5", "0")]), "zero_size"),
    (book(asks=[level("0.5", "1"), level("0.50", "2")]), "duplicate_level"),
    (book(bids=[level("1.0", "1")]), "price_out_of_range"),
    (book(tick_size="0.3"), "bad_tick"),
    (book(tick_size=""), "bad_number"),
    (book(tick_size=0.01), "bad_type"),
    # The rest.
    *((without(best(), key), "missing_field") for key in ("asset_id", "best_bid", "best_ask", "timestamp")),
    (best(best_bid=0.8), "bad_type"),
    (best(best_ask="0.820001"), "off_grid"),
    *((without(trade(), key), "missing_field") for key in ("asset_id", "price", "size", "side", "timestamp")),
    (trade(size="0"), "zero_size"),
    (trade(price="1"), "price_out_of_range"),
    (trade(side=""), "bad_side"),
    *((without(tick(), key), "missing_field") for key in ("asset_id", "new_tick_size")),
    (tick(new_tick_size="0"), "bad_tick"),
    *((without(resolved(), key), "missing_field") for key in ("winning_asset_id", "assets_ids")),
    (resolved(winning_asset_id=OTHER_TOKEN), "bad_winner"),
    (resolved(assets_ids=[UP_TOKEN]), "bad_winner"),
    (resolved(assets_ids=[]), "bad_winner"),
    (resolved(winning_outcome="Up"), "bad_winner"),
    (resolved(assets_ids=UP_TOKEN), "bad_type"),
    (resolved(assets_ids=[[UP_TOKEN]]), "bad_winner"),
    (resolved(assets_ids=[[UP_TOKEN]], winning_asset_id=OTHER_TOKEN), "bad_type"),
    (resolved(winning_asset_id=None), "bad_winner"),
    (resolved(winning_asset_id=None, assets_ids=[OTHER_TOKEN]), "bad_type"),
]


def label(value: object) -> str:
    return repr(value).replace(UP_TOKEN, "UP").replace(DOWN_TOKEN, "DOWN").replace(OTHER_TOKEN, "OTHER")[-90:]


@pytest.mark.parametrize(("frame", "name"), IGNORED_FRAMES, ids=label)
def test_what_we_know_and_do_not_use_is_counted_under_its_name(frame: object, name: str) -> None:
    clob = parser()
    assert clob.events(frame, 7, 8, 3) == []
    assert clob.counters == {name: 1}
    assert name in IGNORED


@pytest.mark.parametrize(("frame", "name"), REFUSED_FRAMES, ids=label)
def test_a_bad_frame_is_one_counted_refusal_and_leaves_its_neighbours_alone(frame: object, name: str) -> None:
    clean, disturbed = parser(), parser()
    events: list[Event] = []
    for good in GOOD:
        events += disturbed.events(good, 7, 8, 3)
        assert disturbed.events(frame, 7, 8, 3) == []
    assert told(events) == told(clean.events(GOOD, 7, 8, 3))
    assert disturbed.counters == {name: len(GOOD)}
    assert name in REFUSALS


@settings(max_examples=2000, derandomize=True, deadline=None)
@given(mutated([*GOOD, book(DOWN_TOKEN), change(entry(), entry(DOWN_TOKEN), entry())]))
def test_any_change_to_a_message_gives_one_event_or_one_count(frame: object) -> None:
    before = copy.deepcopy(frame)
    clob = parser()
    clob.events(GOOD, 7, 8, 3)
    events = clob.events(frame, 7, 8, 3)
    assert len(events) + clob.counters.total() == 1
    assert clob.counters.keys() <= REFUSALS | IGNORED
    assert frame == before
    assert told(clob.events(GOOD, 7, 8, 3)) == told(parser().events(GOOD, 7, 8, 3))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.one_of(ANY_JSON, st.text().map(decode), st.binary().map(decode)))
def test_no_frame_raises(frame: object) -> None:
    clob = parser()
    assert clob.events(frame, 7, 8, 3) == []
    assert clob.counters.total() == (len(frame) or 1 if isinstance(frame, list) else 1)
    assert clob.counters.keys() <= REFUSALS | IGNORED


def test_what_the_wire_says_cannot_fill_memory_with_counters() -> None:
    clob = parser()
    for number in range(1000):
        clob.events(HEAD | {"event_type": f"kind{number}"}, 7, 8, 3)
        clob.events(f"text {number}", 7, 8, 3)
    assert clob.counters == {"unknown_event": 1000, "unknown_text": 1000}
