import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import orjson
import pytest

from app.backtest.replay import replay
from app.news import News, OrderEnded, Trouble, WindowSettled
from app.plan import Plan
from app.session import Session
from app.telemetry.csvfile import read_rows
from app.telemetry.info import read_info
from app.telemetry.writer import Writer
from engine.events import DOWN, UP, BookSnapshot, Link, Strike, StrikeSource, Trade
from engine.limits import Limits
from engine.market import Market
from engine.orders import OrderStatus
from engine.signal import Signal, Strategy
from feeds.connect_budget import ConnectBudget
from tests.engine.builders import STRIKE, Wants, levels, market


def a_market_now() -> Market:
    """A window that began a minute ago."""
    start_ms = time.time_ns() // 1_000_000 - 60_000
    return replace(market(), start_ms=start_ms, end_ms=start_ms + 300_000)


Kind = TypeVar("Kind")


@dataclass
class Scene:
    """A session without feeds, and what it told."""

    session: Session
    news: list[News] = field(default_factory=list)

    def told(self, kind: type[Kind]) -> list[Kind]:
        """The news of one kind."""
        return [one for one in self.news if isinstance(one, kind)]

    def frame(self, *messages: object) -> None:
        """A frame of the books' socket."""
        self.session._on_book_frame(orjson.dumps(list(messages)), time.monotonic_ns(), time.time_ns(), 1)

    def trade(self, trade_id: int, time_ms: int, price: float) -> None:
        """A trade of Binance's that arrives now."""
        mono, wall = time.monotonic_ns(), time.time_ns()
        self.session.on_prices("{}", True, [Trade(mono, wall, trade_id, time_ms, price, 1, False)], mono, wall)


@asynccontextmanager
async def scene(
    folder: Path, of: Market, strategies: Sequence[Strategy] = (), *, tape: bool = False
) -> AsyncIterator[Scene]:
    """Open a session in `folder`; it is closed, and its files are written, on leaving."""
    writer = Writer()
    news: list[News] = []
    plan = Plan(Limits(), strategies, "ws://127.0.0.1:9", "test", "0", record=False, tape=tape)
    session = await Session.open(of, plan, writer, folder, news.append, ConnectBudget())
    try:
        yield Scene(session, news)
    finally:
        await session.close()
        await writer.close()


async def test_an_order_on_its_way_when_the_session_closes_still_gets_its_ack(tmp_path: Path) -> None:
    async with scene(tmp_path, a_market_now(), (Wants(),)) as of:
        session = of.session
        mono, wall = time.monotonic_ns(), time.time_ns()
        for event in (
            Link(mono, wall, "clob", 0, True),
            Strike(mono, wall, STRIKE, StrikeSource.CHAINLINK_TWAP, exact=True),
            Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 1, False),
            BookSnapshot(mono, wall, 0, UP, levels({0.40: 50}), levels({0.50: 100}), 0, 0),
        ):
            session.timeline.deliver(event)
        assert session.engine.risk.in_flight == 1
    (ended,) = of.told(OrderEnded)
    assert ended.ack.status is OrderStatus.NONE
    assert "book unknown at arrival" in ended.ack.reason
    (row,) = read_rows(tmp_path / "fills.csv")
    assert (row["order_id"], row["filled_size"]) == (ended.order.order_id, "")
    assert session.engine.risk.in_flight == 0


async def test_an_order_that_cannot_be_written_down_is_the_last_until_it_can(tmp_path: Path) -> None:
    writer = Writer()
    limits = Limits(cooldown_ns=0, quote_max_age_ms=60_000.0, price_max_age_ms=60_000.0)
    plan = Plan(limits, (Wants(),), "ws://127.0.0.1:9", "test", "0", record=True, tape=False)
    session = await Session.open(a_market_now(), plan, writer, tmp_path, lambda news: None, ConnectBudget())
    (tmp_path / "orders.csv").symlink_to("/dev/full")
    work = [asyncio.create_task(writer.run()), asyncio.create_task(session.run())]
    of, stamp = session.market, {"timestamp": "1790000000000"}

    def frame(message: dict[str, object]) -> None:
        session._on_book_frame(orjson.dumps(message), time.monotonic_ns(), time.time_ns(), 1)

    mono, wall = time.monotonic_ns(), time.time_ns()
    session.strike.take(Strike(mono, wall, STRIKE, StrikeSource.CHAINLINK_SPOT, exact=True))
    trade = {"e": "trade", "s": "BTCUSDT", "t": 1, "p": str(STRIKE), "q": "1", "T": wall // 1_000_000, "m": False}
    session.on_prices(
        orjson.dumps(trade), True, [Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 10**8, False)], mono, wall
    )
    session._take_link("clob", 1, up=True)
    frame(book(of.up_token, {"0.4": "50"}, {"0.5": "100"}) | stamp)
    assert session.engine.risk.orders == 1
    async with asyncio.timeout(10):
        while session.engine.state.disk_up:  # noqa: ASYNC110 - a disk rings no bell
            await asyncio.sleep(0.01)
    change = {"asset_id": of.up_token, "price": "0.3", "size": "7", "side": "BUY"}
    frame({"event_type": "price_change", "price_changes": [change], **stamp})
    (answer,) = session.engine.answers
    assert isinstance(answer, Signal)
    assert answer.block == ("disk", 0.0, 1.0)
    assert "the disk takes no orders" in session.missing()
    for task in work:
        task.cancel()
    await asyncio.wait(work)
    await session.close()
    hash_of_the_run = read_info(tmp_path / "market_info.txt")["decision_hash"]
    (again,) = replay(tmp_path, {"wants": Wants()})
    assert again.decision_hash == hash_of_the_run
    assert again.events["Link"] >= 3
    await writer.close()
    assert writer.mishaps.counts["lost"] == 1


def resolved(of: Market, winner: str) -> dict[str, object]:
    """The venue's own word."""
    tokens = list(of.tokens)
    return {"event_type": "market_resolved", "assets_ids": tokens, "winning_asset_id": winner}


@pytest.mark.parametrize("first", ["gamma", "frame"])
async def test_a_second_word_that_contradicts_the_first_is_told_and_changes_nothing(tmp_path: Path, first: str) -> None:
    of = a_market_now()
    async with scene(tmp_path, of) as scened:
        if first == "gamma":
            scened.session.settle(UP, "gamma")
        else:
            scened.frame(resolved(of, of.up_token))
        scened.frame(resolved(of, of.up_token))
        assert scened.told(Trouble) == []
        scened.frame(resolved(of, of.down_token))
        scened.session.settle(DOWN, "gamma")
        scened.session.finish(None)
    source = "gamma" if first == "gamma" else "market_resolved"
    assert [one.sentence for one in scened.told(Trouble)] == [
        f"{said} says DOWN, {source} said UP; UP was booked, check the venue" for said in ("market_resolved", "gamma")
    ]
    (settled,) = scened.told(WindowSettled)
    assert (settled.resolution.outcome, settled.resolution.source) == (UP, source)


async def test_the_final_binance_price_is_the_last_one_before_the_end(tmp_path: Path) -> None:
    of = a_market_now()
    async with scene(tmp_path, of) as scened:
        for number, (after_ms, price) in enumerate([(-1000, 101.0), (-1, 102.0), (0, 103.0), (500, 104.0)], 1):
            scened.trade(number, of.end_ms + after_ms, price)
        scened.session.settle(UP, "gamma")
        scened.session.finish(None)
    assert read_info(tmp_path / "market_info.txt")["final_binance_price"] == "102"


def book(token: str, bids: dict[str, str], asks: dict[str, str]) -> dict[str, object]:
    """A snapshot as the venue sends it."""
    message: dict[str, object] = {"event_type": "book", "asset_id": token, "timestamp": "1790000000000"}
    for name, side in (("bids", bids), ("asks", asks)):
        message[name] = [{"price": price, "size": size} for price, size in side.items()]
    return message


async def test_the_tape_has_a_row_a_quote_also_while_a_side_is_empty(tmp_path: Path) -> None:
    of = a_market_now()
    change = {
        "asset_id": of.up_token,
        "price": "0.51",
        "size": "0",
        "side": "SELL",
        "best_bid": "0.48",
        "best_ask": "1",
    }
    traded = {"event_type": "last_trade_price", "asset_id": of.up_token, "price": "0.5", "size": "9", "side": "BUY"}
    grid = {"event_type": "tick_size_change", "asset_id": of.down_token, "new_tick_size": "0.001"}
    stamp = {"timestamp": "1790000000000"}
    async with scene(tmp_path, of, tape=True) as scened:
        scened.session.timeline.deliver(Link(0, 0, "clob", 1, True))
        scened.frame(book(of.up_token, {}, {}))
        scened.frame(book(of.up_token, {"0.48": "9"}, {"0.51": "9"}), book(of.down_token, {"0.49": "9"}, {"0.52": "9"}))
        scened.frame(traded | stamp)
        scened.frame({"event_type": "price_change", "price_changes": [change], **stamp})
        scened.frame(grid | stamp)
        scened.frame(
            {"event_type": "best_bid_ask", "asset_id": of.up_token, "best_bid": "0.48", "best_ask": "1", **stamp}
        )
    rows = read_rows(tmp_path / "polymarket.csv")
    names = ("up_price", "down_price", "up_bid", "up_ask", "down_bid", "down_ask")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("", "", "0", "1", "0", "1"),
        ("0.495", "", "0.48", "0.51", "0", "1"),
        ("0.495", "0.505", "0.48", "0.51", "0.49", "0.52"),
        ("", "0.505", "0.48", "1", "0.49", "0.52"),
        ("", "", "0.48", "1", "0", "1"),
    ]
