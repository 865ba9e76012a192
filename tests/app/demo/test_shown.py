"""Private orders in a book: what is shown is always one book that a client can rebuild, and the makers play on as if
nobody were there."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.book import ASK, BID, DOLLAR
from app.demo.config import DemoConfig
from app.demo.frame import Frame
from app.demo.market import EPOCH_S, Market
from app.demo.price import SECOND
from app.demo.shown import Rest
from app.demo.windows import UP
from app.demo.world import World
from tests.app.demo.test_market import START_S, Rebuilt, events, mils

SHARE = 1_000_000


def market_of(seed: int) -> Market:
    world = World(DemoConfig(seed=seed, window_s=25, rate=40, pull_rate=2), START_S)
    window = world.window("btc", "5m", 0)
    return Market(world, window, window.start_ns - EPOCH_S * SECOND)


def come(market: Market, random: Random, number: int) -> list[Frame]:
    """Somebody takes from the book, or comes to rest within it; the frames that tell of it."""
    shown, side = market.shown, random.choice((BID, ASK))
    bid, ask = shown.touch(UP)
    if random.random() < 0.5 and bid > 0 and ask < DOLLAR:
        price = ask if side == ASK else bid
        before = shown.makers(side, price)
        shown.take(side, price, min(before, random.randint(1, 50 * SHARE)))
    else:
        low, high = (1, ask - 1) if side == BID else (bid + 1, DOLLAR - 1)
        if low > high:
            return []
        price = min(max((bid if side == BID else ask) + random.randint(-30, 30), low), high)
        shown.interest.add(Rest(str(number), side, price, random.randint(1, 40 * SHARE)))
    return [market.teller.levels(0, [market.teller.level(0, side, price)])]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_is_told_is_one_book_that_is_never_crossed(seed: int) -> None:
    market, random, book, compared = market_of(seed), Random(seed), Rebuilt(), 0
    up, down = market.window.tokens
    known = False
    while market.next_ns is not None:
        frames = market.advance()
        if known and random.random() < 0.2:
            frames += come(market, random, compared)
        for event in events(frames):
            book.take(event)
            known = known or event["event_type"] == "book"
            for change in event.get("price_changes", []) if known else ():
                compared += 1
                bid, ask = book.touch(change["asset_id"])
                assert (mils(change["best_bid"]), mils(change["best_ask"])) == (bid, ask)
                assert bid < ask
        assert {1000 - price: size for price, size in book.sides.get((up, "BUY"), {}).items()} == book.sides.get(
            (down, "SELL"), {}
        )
    assert compared > 100


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_makers_play_on_as_if_nobody_were_there(seed: int) -> None:
    alone, visited, random = market_of(seed), market_of(seed), Random(seed)
    visits = 0
    while alone.next_ns is not None:
        assert visited.next_ns == alone.next_ns
        alone.advance()
        visited.advance()
        assert visited.shown.book.sides == alone.shown.book.sides
        assert visited.shown.tick == alone.shown.tick
        if random.random() < 0.2 and alone.next_ns is not None:
            come(visited, random, visits)
            visits += 1
    assert visits > 20


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_flow_takes_no_more_of_an_order_than_there_is_and_tells_the_tape_what_it_took(seed: int) -> None:
    market, random, sizes = market_of(seed), Random(seed), {}
    taped = 0
    number = 0
    while market.next_ns is not None and market.next_ns < market.window.end_ns - SECOND:
        frames = market.advance()
        for event in events(frames):
            if event["event_type"] == "last_trade_price":
                taped += round(float(event["size"]) * SHARE)
        bid, ask = market.shown.touch(UP)
        if random.random() < 0.2 and bid + 1 < ask:
            rest = Rest(str(number), random.choice((BID, ASK)), random.randint(bid + 1, ask - 1), 20 * SHARE)
            market.shown.interest.add(rest)
            sizes[rest.order_id] = rest
            number += 1
    filled: dict[str, int] = {}
    for fill in market.flow.filled:
        assert fill.size > 0
        filled[fill.rest.order_id] = filled.get(fill.rest.order_id, 0) + fill.size
    assert all(filled.get(name, 0) + rest.left == 20 * SHARE for name, rest in sizes.items())
    assert filled
    assert sum(filled.values()) <= taped
