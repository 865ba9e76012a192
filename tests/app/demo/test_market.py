"""The book of one window: one book with two sides, told frame by frame."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.config import DemoConfig
from app.demo.frame import Frame
from app.demo.market import EPOCH_S, Market
from app.demo.price import SECOND
from app.demo.world import World

START_S = 1_790_000_000


def play(market: Market) -> list[Frame]:
    told = []
    while market.next_ns is not None:
        told += market.advance()
    return told


def market_of(config: DemoConfig, index: int = 0, interval: str = "5m", from_s: float | None = None) -> Market:
    world = World(config, START_S)
    window = world.window("btc", interval, index)
    return Market(world, window, window.start_ns if from_s is None else window.start_ns + int(from_s * SECOND))


def events(told: list[Frame]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for frame in told:
        document = orjson.loads(frame.payload)
        found += document if isinstance(document, list) else [document]
    return found


class Rebuilt:
    """The book as a client rebuilds it, a ladder for each token; prices in tenths of a cent."""

    def __init__(self) -> None:
        self.sides: dict[tuple[str, str], dict[int, str]] = {}

    def take(self, event: dict[str, Any]) -> None:
        if event["event_type"] == "book":
            for side, name in (("BUY", "bids"), ("SELL", "asks")):
                levels = {mils(each["price"]): each["size"] for each in event[name]}
                self.sides[event["asset_id"], side] = levels
        for change in event.get("price_changes", []):
            levels = self.sides[change["asset_id"], change["side"]]
            if change["size"] == "0":
                levels.pop(mils(change["price"]), None)
            else:
                levels[mils(change["price"])] = change["size"]

    def touch(self, token: str) -> tuple[int, int]:
        return max(self.sides[token, "BUY"], default=0), min(self.sides[token, "SELL"], default=1000)


def mils(text: str) -> int:
    return round(float(text) * 1000)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), interval=st.sampled_from(["5m", "1h"]))
def test_both_tokens_show_one_book_and_the_stated_touch_is_the_rebuilt_one(seed: int, interval: str) -> None:
    market = market_of(DemoConfig(seed=seed, window_s=15, rate=40), interval=interval)
    up, down = market.window.tokens
    book, compared = Rebuilt(), 0
    for event in events(play(market)):
        book.take(event)
        if "price_changes" in event:
            for change in event["price_changes"]:
                stated = (mils(change["best_bid"]), mils(change["best_ask"]))
                assert stated == book.touch(change["asset_id"])
            assert {1000 - price: size for price, size in book.sides[up, "BUY"].items()} == book.sides[down, "SELL"]
            assert {1000 - price: size for price, size in book.sides[up, "SELL"].items()} == book.sides[down, "BUY"]
            bid, ask = book.touch(up)
            assert bid < ask
            compared += 1
    assert compared > 50


def test_whole_books_have_the_best_level_last() -> None:
    for event in events(play(market_of(DemoConfig(seed=2, window_s=15, rate=40)))):
        if event["event_type"] == "book":
            bids, asks = ([mils(each["price"]) for each in event[side]] for side in ("bids", "asks"))
            assert bids == sorted(bids)
            assert asks == sorted(asks, reverse=True)


@pytest.mark.parametrize("from_s", [-2.0, 0.0, 3.7, 12.5, 31.0, 59.9, 60.5])
def test_who_joins_later_hears_the_same_story_from_there_on(from_s: float) -> None:
    config = DemoConfig(seed=3, window_s=60, rate=20)
    late = market_of(config, from_s=from_s)
    whole = play(market_of(config, from_s=-EPOCH_S))
    assert play(late) == [frame for frame in whole if frame.offset_ns >= late.window.start_ns + int(from_s * SECOND)]


def test_when_the_tick_changes_both_whole_books_follow_at_once() -> None:
    changes = 0
    for seed in range(8):
        told = events(play(market_of(DemoConfig(seed=seed, window_s=60, rate=20))))
        for at, event in enumerate(told):
            if event["event_type"] == "tick_size_change" and told[at + 1]["event_type"] == "tick_size_change":
                changes += 1
                assert {event["old_tick_size"], event["new_tick_size"]} == {"0.01", "0.001"}
                after = told[at + 2 : at + 4]
                assert [each["event_type"] for each in after] == ["book", "book"]
                assert {each["asset_id"] for each in after} == {event["asset_id"], told[at + 1]["asset_id"]}
    assert changes > 0


def test_on_the_coarse_grid_prices_are_whole_cents() -> None:
    coarse = True
    for event in events(play(market_of(DemoConfig(seed=6, window_s=60, rate=50)))):
        if event["event_type"] == "tick_size_change":
            coarse = event["new_tick_size"] == "0.01"
        for change in event.get("price_changes", []):
            assert not coarse or mils(change["price"]) % 10 == 0


def test_after_the_end_the_book_is_empty_and_the_winner_follows_the_settlement() -> None:
    market = market_of(DemoConfig(seed=3, window_s=15, rate=20))
    world = World(DemoConfig(seed=3, window_s=15, rate=20), START_S)
    *_, up_book, down_book, resolved = events(play(market))
    assert (up_book["bids"], up_book["asks"], down_book["bids"], down_book["asks"]) == ([], [], [], [])
    winner = world.settlement(market.window).winner
    assert resolved["event_type"] == "market_resolved"
    assert resolved["winning_asset_id"] == market.window.tokens[winner]


def test_makers_that_pull_leave_the_touch_more_often() -> None:
    def wide(pull_rate: float) -> int:
        told = events(play(market_of(DemoConfig(seed=3, window_s=60, rate=40, pull_rate=pull_rate))))
        return sum(mils(each["spread"]) > 30 for each in told if each["event_type"] == "best_bid_ask")

    assert wide(pull_rate=3.0) > wide(pull_rate=0.0)
