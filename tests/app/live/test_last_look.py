"""The last look at the data of an order, at its socket: what has gone stale or wrong since the decision leaves nothing.

The engine is told a price and books; the order then waits for a connection while something becomes of them.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.telemetry.window_files import WindowFiles
from engine.events import DOWN, UP, BookChange, BookSnapshot, Event, Link, Trade, VenueClock
from engine.order_life import Stage
from engine.units import PRICE, SIZE
from tests.app.demo.trading import Desk, running
from tests.app.live.rig import VENUE, Rig, busy, rigged

OLD_NS = 10_000_000_000
"""Over every limit of age."""


@pytest.fixture(scope="module")
def venue() -> Iterator[Desk]:
    with running(*VENUE) as desk:
        yield desk


def say(rig: Rig, *events: Event) -> None:
    rig.live._deliver(*events)


def trade(number: int, *, late_ms: int = 0, age_ns: int = 0) -> Trade:
    mono, wall = time.monotonic_ns() - age_ns, time.time_ns() - age_ns
    return Trade(mono, wall, number, wall // 1_000_000 - late_ms, 71_000.0, 1, False)


def books(ask: int, *, bid: int = 100, age_ns: int = 0) -> list[Event]:
    """Both books, each the other's mirror."""
    mono, wall = time.monotonic_ns() - age_ns, time.time_ns() - age_ns
    mirror = {PRICE - ask: SIZE}, {PRICE - bid: SIZE}
    up = BookSnapshot(mono, wall, 1, UP, {bid: SIZE}, {ask: SIZE}, 0, 0)
    return [up, BookSnapshot(mono, wall, 1, DOWN, *mirror, 0, 0)]


def link(feed: str, up: bool) -> Link:
    return Link(time.monotonic_ns(), time.time_ns(), feed, 1, up)


def nothing(_: Rig) -> None:
    pass


def the_price_grows_old(rig: Rig) -> None:
    say(rig, trade(2, age_ns=OLD_NS))


def the_quote_grows_old(rig: Rig) -> None:
    say(rig, *books(rig.touch(), age_ns=OLD_NS))


def price_and_quote_go_on(rig: Rig) -> None:
    say(rig, trade(2), *books(rig.touch()))


def the_connection_of_the_books_ends(rig: Rig) -> None:
    say(rig, link("clob", False))


def it_ends_and_comes_back_without_a_book(rig: Rig) -> None:
    say(rig, link("clob", False), Link(time.monotonic_ns(), time.time_ns(), "clob", 2, True))


def the_book_is_crossed(rig: Rig) -> None:
    say(rig, *books(5_000, bid=5_100))


def the_makers_go(rig: Rig) -> None:
    say(rig, *books(9_900))


def the_price_comes_late(rig: Rig) -> None:
    say(rig, trade(2, late_ms=4_000))


def the_books_come_late(rig: Rig) -> None:
    mono, wall = time.monotonic_ns(), time.time_ns()
    said = (UP, True, 100, 2 * SIZE), (DOWN, False, PRICE - 100, 2 * SIZE)
    say(rig, BookChange(mono, wall, 1, said, (), wall // 1_000_000 - 6_000))


def the_disk_fails(rig: Rig) -> None:
    rig.patch.setattr(WindowFiles, "writable", False)  # or the next pulse would say that it does not
    say(rig, link("disk", False))


def our_clock_is_off(rig: Rig) -> None:
    say(rig, VenueClock(time.monotonic_ns(), time.time_ns(), 5_000))


@pytest.mark.parametrize(
    ("meanwhile", "gate"),
    [
        (nothing, ""),
        (price_and_quote_go_on, ""),
        (the_price_grows_old, "price_age"),
        (the_quote_grows_old, "quote_age"),
        (the_connection_of_the_books_ends, "book"),
        (it_ends_and_comes_back_without_a_book, "book"),
        (the_book_is_crossed, "crossed"),
        (the_makers_go, "ghost_book"),
        (the_price_comes_late, "price_late"),
        (the_books_come_late, "book_late"),
        (the_disk_fails, "disk"),
        (our_clock_is_off, "clock"),
    ],
)
async def test_an_order_leaves_only_on_data_that_is_still_to_be_trusted(
    venue: Desk, tmp_path: Path, meanwhile: Callable[[Rig], None], gate: str
) -> None:
    async with rigged(venue, tmp_path, fed=True) as rig, busy(rig.opened.client) as free:
        say(rig, link("binance", True), link("clob", True), trade(1), *books(rig.touch()))
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        meanwhile(rig)
        await free()
        await rig.until(lambda: life.answered or life.stage is Stage.DROPPED)
        if not gate:
            await rig.rest(life)
            assert life.stage is Stage.CONFIRMED
            assert len(rig.posts()) == 1
        else:
            assert life.stage is Stage.DROPPED
            assert f"no longer to be trusted ({gate}" in life.reason
            assert rig.posts() == []
            assert rig.risk_held == 0
    rig.check()


async def test_an_order_of_a_window_that_is_closed_does_not_leave(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, busy(rig.opened.client) as free:
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        rig.opened.account.detach(rig.live)
        await free()
        await rig.until(lambda: life.stage is Stage.DROPPED)
        assert life.reason == "its window is closed"
        assert rig.posts() == []
    rig.check()


async def test_a_program_that_stood_still_sends_nothing_on_what_waited_for_it(venue: Desk, tmp_path: Path) -> None:
    async with rigged(venue, tmp_path) as rig, busy(rig.opened.client) as free:
        life = rig.intend()
        await rig.until(lambda: life.sent_at is not None)
        await free()
        time.sleep(2.2)  # noqa: ASYNC251 - the whole program stands still
        await rig.until(lambda: life.stage is Stage.DROPPED)
        assert rig.posts() == []
        await rig.until(lambda: not rig.opened.account.armed)
        assert "disarmed: the program stood still for 2." in rig.alarms()
    rig.check()


async def test_a_live_engine_hears_that_the_disk_takes_no_rows(
    venue: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rigged(venue, tmp_path, fed=True) as rig:
        say(rig, link("binance", True), link("clob", True), trade(1), *books(rig.touch()))
        assert rig.live.engine.distrust(UP, time.monotonic_ns()) is None
        with monkeypatch.context() as patch:
            patch.setattr(WindowFiles, "writable", False)
            await rig.until(lambda: not rig.live.engine.state.disk_up)
            gate = rig.live.engine.distrust(UP, time.monotonic_ns())
            assert gate is not None
            assert gate[0] == "disk"
        await rig.until(lambda: rig.live.engine.state.disk_up)
    rig.check()
