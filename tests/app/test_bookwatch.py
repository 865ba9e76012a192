"""When a session asks for fresh books, and when it asks less. The figures stand here as they are meant."""

import asyncio
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import orjson
from websockets.asyncio.server import ServerConnection

from app.bookwatch import BookWatch
from app.news import News, Trouble
from app.plan import Plan
from app.session import Session
from app.telemetry.writer import Writer
from engine.book import Ladder
from engine.events import DOWN, UP
from engine.limits import Limits
from engine.market import Market
from engine.state import MarketState
from feeds.connect_budget import ConnectBudget
from tests.engine.builders import LENGTH_S, link, market, snapshot, wall
from tests.feeds.loopback import PATIENCE_S, venue

SECOND = 1_000_000_000
LATER = 10**15
QUOTE_MAX_AGE_MS = 5000.0


class Watch:
    """A watch whose state is looked at in mid-window, so many seconds after `LATER`."""

    def __init__(self, state: MarketState) -> None:
        self.watch = BookWatch(QUOTE_MAX_AGE_MS)
        self.state = state

    def look(self, second: float, *, refused: int = 0, window_s: float = 100.0) -> str:
        return self.watch.look(self.state, refused, LATER + round(second * SECOND), wall(window_s))


def connected() -> MarketState:
    """Connected, with both books."""
    state = MarketState(market())
    state.on_link(link(0.0))
    for outcome in (UP, DOWN):
        state.on_snapshot(snapshot(0.0, outcome, {0.50: 100}, {0.52: 100}))
    for ladder in state.ladders:
        heard(ladder, 0)
    return state


def heard(ladder: Ladder, second: float) -> None:
    """The venue spoke of this book."""
    ladder.mono = LATER + round(second * SECOND)


def test_usable_books_need_nothing() -> None:
    watch = Watch(connected())
    for second in range(100):
        for ladder in watch.state.ladders:
            heard(ladder, second)
        assert watch.look(second) == ""


def test_a_book_without_snapshot_is_given_five_seconds_and_then_asked_for() -> None:
    watch = Watch(connected())
    watch.state.ladders[DOWN].invalidate("no snapshot yet")
    assert watch.look(0) == ""
    assert watch.look(5) == ""
    assert watch.look(5.001) == "no usable DOWN book: no snapshot yet"


def test_a_book_that_stays_crossed_for_two_seconds_is_asked_for() -> None:
    watch = Watch(connected())
    watch.state.ladders[UP].crossed_since = LATER
    assert watch.look(2) == ""
    assert watch.look(2.001) == "the UP book stays crossed"


def test_more_than_a_hundred_unreadable_messages_in_ten_looks_mean_a_broken_connection() -> None:
    watch = Watch(connected())
    assert watch.look(0, refused=100) == ""
    assert watch.look(1, refused=101) == "too many messages that cannot be read"
    assert watch.look(2, refused=101) == ""


def test_a_hundred_unreadable_messages_over_a_longer_time_are_let_pass() -> None:
    watch = Watch(connected())
    for second in range(30):
        for ladder in watch.state.ladders:
            heard(ladder, second)
        assert watch.look(second, refused=11 * second) == ""


def test_a_lost_connection_is_the_links_affair() -> None:
    watch = Watch(connected())
    watch.state.on_link(link(1.0, up=False))
    assert [watch.look(second) for second in range(60)] == [""] * 60


def test_after_three_tries_it_asks_once_a_minute_and_afresh_once_the_books_were_there() -> None:
    watch = Watch(connected())
    watch.state.ladders[UP].invalidate("no snapshot yet")
    asked = [second for second in range(300) if watch.look(second)]
    assert len(asked) > 3
    assert asked[2] < 30
    assert all(later - sooner >= 60 for sooner, later in pairwise(asked[2:]))
    assert watch.watch.sitting_out
    watch.state.on_snapshot(snapshot(1.0, UP, {0.50: 100}, {0.52: 100}))
    for ladder in watch.state.ladders:
        heard(ladder, 301)
    assert watch.look(301) == ""
    assert not watch.watch.sitting_out


def test_a_book_that_is_silent_beside_a_fresh_one_is_asked_for_after_three_times_the_age() -> None:
    watch = Watch(connected())
    heard(watch.state.ladders[UP], 14)
    assert watch.look(15) == ""
    assert watch.look(15.001) == "nothing of the DOWN book for 15 s, the other one is fresh"


def test_both_silent_is_the_links_affair() -> None:
    watch = Watch(connected())
    assert watch.look(60) == ""
    heard(watch.state.ladders[UP], 54)
    assert watch.look(60) == ""


def test_before_the_start_and_after_the_end_a_book_may_be_silent() -> None:
    watch = Watch(connected())
    heard(watch.state.ladders[UP], 59)
    assert watch.look(60, window_s=-0.001) == watch.look(60, window_s=LENGTH_S) == ""
    assert watch.look(60, window_s=0.0)


def test_a_silent_book_is_asked_for_once_a_minute() -> None:
    watch = Watch(connected())
    asked = []
    for second in range(200):
        heard(watch.state.ladders[UP], second)
        if watch.look(second):
            asked.append(second)
            heard(watch.state.ladders[DOWN], second)  # the snapshot of the fresh connection, and then silence again
    assert asked == [16, 76, 136, 196]


def frame(event_type: str, **fields: object) -> str:
    stamp = str(time.time_ns() // 1_000_000)
    return orjson.dumps({"event_type": event_type, "timestamp": stamp} | fields).decode()


async def test_a_session_whose_venue_forgets_one_of_its_books_connects_anew(tmp_path: Path) -> None:
    start_ms = time.time_ns() // 1_000_000 - 60_000
    of: Market = replace(market(), start_ms=start_ms, end_ms=start_ms + 300_000)
    guests: list[ServerConnection] = []

    async def forget_down(socket: ServerConnection) -> None:
        guests.append(socket)
        for token in of.tokens:
            sides = {"bids": [{"price": "0.4", "size": "9"}], "asks": [{"price": "0.6", "size": "9"}]}
            await socket.send(frame("book", asset_id=token, **sides))
        while True:
            change = {"asset_id": of.up_token, "price": "0.3", "size": "5", "side": "BUY"}
            await socket.send(frame("price_change", price_changes=[change]))
            await asyncio.sleep(0.05)

    news: list[News] = []
    writer = Writer()
    async with venue(forget_down) as url:
        limits = Limits(quote_max_age_ms=300.0)
        plan = Plan(limits, (), url.removesuffix("/feed"), "test", "0", record=False, tape=False)
        session = await Session.open(of, plan, writer, tmp_path, news.append, ConnectBudget())
        work = asyncio.create_task(session.run())
        async with asyncio.timeout(PATIENCE_S):
            while len(guests) < 2:  # noqa: ASYNC110 - a server rings no bell
                await asyncio.sleep(0.02)
        work.cancel()
        await asyncio.wait({work})
        await session.close()
    await writer.close()
    told = [each.sentence for each in news if isinstance(each, Trouble)]
    assert any(sentence.startswith("nothing of the DOWN book for") for sentence in told), told
