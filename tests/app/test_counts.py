"""What could not be read or went wrong: in the window's own file, and under one name each on the desk."""

import asyncio
import io
import logging
from pathlib import Path

from app.counts import refused
from app.deadline import Deadline
from app.desk import Desk
from app.ledger import Ledger
from app.log import Log, overhearing
from app.telemetry.info import read_info
from engine.market import Asset, Interval
from feeds.windows import Calendar
from tests.app.test_hard_times import lines_of
from tests.app.test_lifecycle import SPRING_MS
from tests.app.test_session import a_market_now, scene
from tests.app.windows_venue import a_room
from tests.feeds.gamma_events import an_event

BAD_TRADE = {"event_type": "last_trade_price", "asset_id": "1", "price": "1e5", "size": "9", "side": "BUY"}


def test_what_is_known_and_of_no_use_is_not_refused() -> None:
    assert refused("clob", {"bad_number": 2, "pong": 7, "zero_size": 0}) == {"clob.bad_number": 2}


async def test_a_windows_own_file_says_what_could_not_be_read_and_nothing_of_what_could(tmp_path: Path) -> None:
    of = a_market_now()
    for runs in (1, 2):
        async with scene(tmp_path, of) as scened:
            scened.frame(BAD_TRADE, {"event_type": "unheard"}, {"event_type": "unheard"})
            scened.session._on_book_frame("PONG", 1, 1, 1)
            assert scened.session.counts() == {"clob.bad_number": 1, "clob.unknown_event": 2}
            await scened.session.close({"binance.bad_type": 3, "oracle.lost": 4})
        info = read_info(tmp_path / "market_info.txt")
        assert {key: value for key, value in info.items() if key.startswith("refused.")} == {
            "refused.clob.bad_number": str(runs),
            "refused.clob.unknown_event": str(2 * runs),
            "refused.binance.bad_type": str(3 * runs),
            "refused.oracle.lost": str(4 * runs),
        }


async def test_the_desk_counts_over_windows_closed_and_markets_left(tmp_path: Path) -> None:
    window = Calendar(Asset.BTC, Interval.M5).current(SPRING_MS)
    async with a_room(tmp_path) as room:
        room.listings.events[window.slug] = an_event(window)
        room.now_ms = window.start_ms + 60_000
        beside = [lambda: {"telegram.failed": 2, "telegram.dropped": 0}]
        settings = room.settings(Asset.BTC, Interval.M5)
        desk = Desk(settings, room.lifecycle, Ledger(), room.news.append, Deadline(), beside=beside)
        work = asyncio.create_task(desk.run())
        await room.until(lambda: bool(desk.current.sessions))
        first = desk.current
        (session,) = first.sessions
        first.prices.parser.events("{", 0, 0)
        session._on_book_frame("{", 1, 1, 1)
        assert desk.counts() == {"binance.unknown_text": 1, "clob.unknown_text": 1, "telegram.failed": 2}
        await first.close()
        assert read_info(next(tmp_path.rglob("market_info.txt")))["refused.binance.unknown_text"] == "1"
        room.listings.down = True
        for interval in (Interval.M15, Interval.H1):
            desk.switch(Asset.ETH, interval)
            asked = room.listings.asked
            await room.until(lambda: room.listings.asked > asked + 1)  # noqa: B023
        counts = dict(desk.counts())
        assert counts.pop("gamma.status") >= 2
        assert counts == {"binance.unknown_text": 1, "clob.unknown_text": 1, "telegram.failed": 2}
        work.cancel()
        await asyncio.wait({work})
        await desk.close()


def test_what_a_library_would_log_by_itself_is_a_line_like_the_others() -> None:
    told = io.StringIO()
    with overhearing(Log(told)):
        logging.getLogger("asyncio").error("a task of %s\nfailed", "x" * 40)
        logging.getLogger("asyncio").info("nothing")
    logging.getLogger("asyncio").info("over")
    (line,) = lines_of(told.getvalue())
    assert "  trouble   about=asyncio what=" in line
    assert "xxxx" not in line
