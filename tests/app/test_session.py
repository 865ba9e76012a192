import time
from dataclasses import replace
from pathlib import Path

from app.news import News, OrderEnded
from app.plan import Plan
from app.session import Session
from app.telemetry.csvfile import read_rows
from app.telemetry.writer import Writer
from engine.events import UP, BookSnapshot, Link, Strike, StrikeSource, Trade
from engine.limits import Limits
from engine.market import Market
from engine.orders import OrderStatus
from feeds.connect_budget import ConnectBudget
from tests.engine.builders import STRIKE, Wants, levels, market


def a_market_now() -> Market:
    """A window that began a minute ago."""
    start_ms = time.time_ns() // 1_000_000 - 60_000
    return replace(market(), start_ms=start_ms, end_ms=start_ms + 300_000)


async def test_an_order_on_its_way_when_the_session_closes_still_gets_its_ack(tmp_path: Path) -> None:
    writer = Writer()
    news: list[News] = []
    plan = Plan(Limits(), (Wants(),), "ws://127.0.0.1:9", "test", "0", record=False, tape=False)
    session = await Session.open(a_market_now(), plan, writer, tmp_path, news.append, ConnectBudget())
    mono, wall = time.monotonic_ns(), time.time_ns()
    for event in (
        Link(mono, wall, "clob", 0, True),
        Strike(mono, wall, STRIKE, StrikeSource.CHAINLINK_TWAP, exact=True),
        Trade(mono, wall, 1, wall // 1_000_000, STRIKE, 1, False),
        BookSnapshot(mono, wall, 0, UP, levels({0.40: 50}), levels({0.50: 100}), 0, 0),
    ):
        session.timeline.deliver(event)
    assert session.engine.risk.in_flight == 1
    await session.close()
    await writer.close()
    (ended,) = [one for one in news if isinstance(one, OrderEnded)]
    assert ended.ack.status is OrderStatus.NONE
    assert "book unknown at arrival" in ended.ack.reason
    (row,) = read_rows(tmp_path / "fills.csv")
    assert (row["order_id"], row["filled_size"]) == (ended.order.order_id, "")
    assert session.engine.risk.in_flight == 0
