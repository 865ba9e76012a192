import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.completion import complete, unsettled
from app.news import Trouble
from app.telemetry import columns
from app.telemetry.cells import csv_line
from app.telemetry.info import MarketInfo, read_info, write_info
from engine.market import Asset, Interval
from feeds.gamma import Gamma
from feeds.windows import Calendar, Window
from tests.app.windows_venue import Room, a_room
from tests.feeds.gamma_events import a_market, an_event

WINDOW = Calendar(Asset.BTC, Interval.M5).current(1_795_336_000_000)

OF_BOTH = {"ts_ms": "1795336000200", "strategy": "momentum", "side": "UP", "mode": "paper", "run_id": "1a2b3c4d"}
BET = {"price": "0.6", "size": "10", "edge": "0.1", "spot": "84000.1", "time_left_s": "200.5"}
ORDER = OF_BOTH | BET | {"type": "FAK", "fee_est": "0.168"}
BOUGHT = {"status": "filled", "filled_price": "0.6", "filled_size": "10", "pnl_if_correct": "4", "fee": "0.168"}
SETTLED = {"submit_to_ack_ms": "200.1", "settle_state": "confirmed", "trade_id": "o1.1"}
FILL = OF_BOTH | BOUGHT | SETTLED | {"order_id": "o1", "seq": "1"}
NOTHING = {"status": "none", "submit_to_ack_ms": "200", "pnl_if_correct": "0", "fee": "0"}
UNFILLED = OF_BOTH | NOTHING | {"order_id": "o2", "seq": "2"}
"""Rows as an earlier run writes them: two orders, of which one bought 10 shares at 60 c."""


def rows(path: Path, names: tuple[str, ...], *facts: Mapping[str, str]) -> None:
    lines = (csv_line(tuple(fact.get(name, "") for name in names)) for fact in facts)
    path.write_bytes(csv_line(names) + b"".join(lines))


def left_behind(root: Path, window: Window = WINDOW) -> Path:
    """A window in which one strategy gave three signals and sent two orders, of which one bought 10 shares at 60 c."""
    folder = root / window.interval / window.slug
    folder.mkdir(parents=True)
    info = MarketInfo(folder / "market_info.txt")
    info.update({"slug": window.slug, "start_ms": window.start_ms, "end_ms": window.end_ms})
    write_info(info.path, info.text())
    rows(folder / "signals.csv", columns.SIGNALS, *[{"strategy": "momentum"}] * 3)
    rows(folder / "orders.csv", columns.ORDERS, *(ORDER | {"order_id": f"o{n}", "seq": str(n)} for n in (1, 2)))
    rows(folder / "fills.csv", columns.FILLS, FILL, UNFILLED)
    return folder


def resolve(room: Room) -> None:
    market = a_market(WINDOW, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
    room.listings.events[WINDOW.slug] = an_event(WINDOW, market, closed=True)


async def test_a_window_that_was_left_gets_everything_that_its_files_tell(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        resolve(room)
        await complete(tmp_path, Gamma(room.client, room.address), WINDOW.end_ms + 1, room.news.append)
    info = read_info(folder / "market_info.txt")
    assert (info["outcome"], info["outcome_source"]) == ("UP", "gamma")
    assert (info["gross_pnl"], info["fees"], info["net_pnl"]) == ("4", "0.168", "3.832")
    assert (info["total_signals"], info["total_orders"], info["total_filled"]) == ("3", "2", "1")
    assert info["strategy.momentum"] == "signals=3 orders=2 fills=1 gross=4 fees=0.168 net=3.832"
    (told,) = room.told(Trouble)
    assert told.about == WINDOW.slug
    assert "net 3.832" in told.sentence


async def test_it_is_asked_for_until_the_venue_can_tell(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        gamma = Gamma(room.client, room.address)
        room.listings.down = True
        work = asyncio.create_task(complete(tmp_path, gamma, WINDOW.end_ms + 1, room.news.append, pause_s=0.01))
        await room.until(lambda: room.listings.asked > 1)
        room.listings.events[WINDOW.slug] = an_event(WINDOW)
        room.listings.down = False
        asked = room.listings.asked
        await room.until(lambda: room.listings.asked > asked)
        resolve(room)
        await work
    assert read_info(folder / "market_info.txt")["outcome"] == "UP"
    assert len(room.told(Trouble)) == 2  # that there is none yet, once, and what it came to


async def test_what_the_venue_does_not_know_is_asked_for_once(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    async with a_room(tmp_path) as room:
        await complete(tmp_path, Gamma(room.client, room.address), WINDOW.end_ms + 1, room.news.append)
    assert room.listings.asked == 1
    assert "outcome" not in read_info(folder / "market_info.txt")


def test_a_window_of_this_run_is_left_to_its_session(tmp_path: Path) -> None:
    folder = left_behind(tmp_path)
    assert list(unsettled(tmp_path, WINDOW.end_ms)) == []
    assert list(unsettled(tmp_path, WINDOW.end_ms + 1)) == [folder]
