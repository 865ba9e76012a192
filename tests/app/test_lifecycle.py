import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from app.deadline import Deadline
from app.desk import Desk
from app.ledger import Ledger
from app.lifecycle import Lifecycle
from app.news import Trouble, WindowOpened, WindowSettled
from app.telemetry.info import read_info
from engine.engine import Mode
from engine.market import Asset, Interval
from feeds.windows import Calendar, Window
from tests.app.windows_venue import Room, a_room
from tests.feeds.gamma_events import a_market, an_event

SPRING_MS = 1_805_000_400_000  # 2027-03-14 05:00Z, New York's midnight; its clock goes forward two hours later
HOUR_MS = 3_600_000


@asynccontextmanager
async def running(lifecycle: Lifecycle) -> AsyncIterator[None]:
    work = asyncio.create_task(lifecycle.run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.wait({work})


def list_cut(room: Room, *starts_ms: int) -> None:
    """The venue cuts four hours on end, whatever the clock in New York does."""
    for start_ms in starts_ms:
        window = Calendar(Asset.BTC, Interval.H4).current(start_ms)
        slug = f"btc-updown-4h-{start_ms // 1000}"
        window = replace(window, slug=slug, start_ms=start_ms, end_ms=start_ms + 4 * HOUR_MS)
        room.listings.events[slug] = an_event(window)


async def test_where_the_clock_changes_the_next_window_begins_where_the_listed_one_ends(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        # By the clock on the wall the first of these would end at 08:00Z, and the 09:00Z one would begin then.
        list_cut(room, SPRING_MS, SPRING_MS + 4 * HOUR_MS)
        room.now_ms = SPRING_MS + 60_000
        async with running(room.lifecycle(room.settings(Asset.BTC, Interval.H4))):
            await room.until(lambda: len(room.told(WindowOpened)) == 1)
            room.now_ms = SPRING_MS + 3 * HOUR_MS + 60_000
            await asyncio.sleep(2.5)  # as long as it takes to look at the time twice
            assert len(room.told(WindowOpened)) == 1
            room.now_ms = SPRING_MS + 4 * HOUR_MS - 30_000
            await room.until(lambda: len(room.told(WindowOpened)) == 2)
    assert [news.market.start_ms for news in room.told(WindowOpened)] == [SPRING_MS, SPRING_MS + 4 * HOUR_MS]


async def test_a_window_that_a_switch_left_is_not_opened_a_second_time(tmp_path: Path) -> None:
    window = Calendar(Asset.BTC, Interval.M5).current(SPRING_MS)
    async with a_room(tmp_path) as room:
        room.listings.events[window.slug] = an_event(window)
        room.now_ms = SPRING_MS + 60_000
        settings = room.settings(Asset.BTC, Interval.M5)
        left = room.lifecycle(settings)
        async with running(left):
            await room.until(lambda: bool(left.sessions))
            again = room.lifecycle(settings)
            async with running(again):
                await room.until(lambda: bool(again.waiting))
                assert not again.sessions
                await left.sessions[0].close()
    assert len(room.told(WindowOpened)) == 1


async def test_a_window_that_was_left_before_its_start_is_entered_again(tmp_path: Path) -> None:
    calendar = Calendar(Asset.BTC, Interval.M5)
    window = calendar.current(SPRING_MS)
    async with a_room(tmp_path) as room:
        room.listings.events[window.slug] = an_event(window)
        room.now_ms = window.start_ms - 30_000
        settings = room.settings(Asset.BTC, Interval.M5)
        left = room.lifecycle(settings)
        async with running(left):
            await room.until(lambda: bool(left.sessions))
            left.leave()
            again = room.lifecycle(settings)
            async with running(again):
                await room.until(lambda: bool(again.sessions))
    assert len(room.told(WindowOpened)) == 2


async def test_the_winner_is_known_before_the_prices_and_they_are_waited_for(tmp_path: Path) -> None:
    window = Calendar(Asset.BTC, Interval.M5).current(SPRING_MS)
    resolved = a_market(window, closed=True, umaResolutionStatus="resolved", outcomePrices='["1", "0"]')
    async with a_room(tmp_path) as room:
        room.listings.events[window.slug] = an_event(window)
        room.now_ms = window.start_ms + 60_000
        async with running(room.lifecycle(room.settings(Asset.BTC, Interval.M5))):
            await room.until(lambda: len(room.told(WindowOpened)) == 1)
            room.listings.events[window.slug] = an_event(window, resolved)
            asked = room.listings.asked
            room.now_ms = window.end_ms + 45_000
            await room.until(lambda: room.listings.asked > asked + 1)
            assert not room.told(WindowSettled)
            prices = {"finalPrice": 84_741.5, "priceToBeat": 84_740.0}
            room.listings.events[window.slug] = an_event(window, resolved, eventMetadata=prices)
            room.now_ms = window.end_ms + 50_000
            await room.until(lambda: bool(room.told(WindowSettled)))
    info = read_info(next(tmp_path.rglob("market_info.txt")))
    assert (info["outcome"], info["final"], info["audit_strike"]) == ("UP", "84741.5", "unknown")


async def test_a_kill_reaches_the_windows_to_come_until_disarm(tmp_path: Path) -> None:
    calendar = Calendar(Asset.BTC, Interval.M5)
    window = calendar.current(SPRING_MS)
    async with a_room(tmp_path) as room:
        for each in (window, calendar.following(window)):
            room.listings.events[each.slug] = an_event(each)
        room.now_ms = window.start_ms + 60_000
        lifecycle = room.lifecycle(room.settings(Asset.BTC, Interval.M5))
        async with running(lifecycle):
            await room.until(lambda: len(lifecycle.sessions) == 1)
            lifecycle.command("kill", Mode.HALTED)
            room.now_ms = window.end_ms - 30_000
            await room.until(lambda: len(lifecycle.sessions) == 2)
            assert [session.engine.mode for session in lifecycle.sessions] == [Mode.HALTED] * 2
            lifecycle.command("disarm", Mode.PAPER)
            assert [session.engine.mode for session in lifecycle.sessions] == [Mode.PAPER] * 2


async def test_the_clocks_difference_reaches_the_windows_and_the_markets_to_come(tmp_path: Path) -> None:
    window, other = (
        Calendar(*which).current(SPRING_MS) for which in ((Asset.BTC, Interval.M5), (Asset.ETH, Interval.M15))
    )
    async with a_room(tmp_path) as room:
        for each in (window, other):
            room.listings.events[each.slug] = an_event(each)
        room.now_ms = window.start_ms + 60_000
        desk = Desk(room.settings(Asset.BTC, Interval.M5), room.lifecycle, Ledger(), room.news.append, Deadline())
        desk.on_venue_clock(-3_000)
        work = asyncio.create_task(desk.run())
        await room.until(lambda: bool(desk.current.sessions))
        assert desk.current.sessions[0].engine.state.clock.venue_ms == -3_000
        desk.on_venue_clock(700)
        assert desk.current.sessions[0].engine.state.clock.venue_ms == 700
        desk.switch(Asset.ETH, Interval.M15)
        await room.until(lambda: bool(desk.current.sessions))
        assert desk.current.sessions[0].engine.state.clock.venue_ms == 700
        work.cancel()
        await asyncio.wait({work})
        await desk.close()


async def test_a_kill_reaches_the_market_that_a_switch_goes_to(tmp_path: Path) -> None:
    window = Calendar(Asset.ETH, Interval.M15).current(SPRING_MS)
    async with a_room(tmp_path) as room:
        room.listings.events[window.slug] = an_event(window)
        room.now_ms = window.start_ms + 60_000
        desk = Desk(room.settings(Asset.BTC, Interval.M5), room.lifecycle, Ledger(), room.news.append, Deadline())
        work = asyncio.create_task(desk.run())
        desk.command("kill")
        desk.switch(Asset.ETH, Interval.M15)
        await room.until(lambda: bool(desk.current.sessions))
        assert (desk.mode, desk.current.sessions[0].engine.mode) == (Mode.HALTED, Mode.HALTED)
        work.cancel()
        await asyncio.wait({work})
        await desk.close()


async def two_windows(room: Room) -> tuple[Window, Window, Lifecycle]:
    """A lifecycle in the middle of the first of two listed windows."""
    calendar = Calendar(Asset.BTC, Interval.M5)
    window = calendar.current(SPRING_MS)
    following = calendar.following(window)
    for each in (window, following):
        room.listings.events[each.slug] = an_event(each)
    room.now_ms = window.start_ms + 60_000
    return window, following, room.lifecycle(room.settings(Asset.BTC, Interval.M5))


async def read_ahead(room: Room, window: Window) -> None:
    """Until this window has been read, which it has when the one after it is asked for."""
    after = Calendar(window.asset, window.interval).following(window)
    await room.until(lambda: after.slug in room.listings.wanted)


def opened_as_listed(room: Room) -> list[Trouble]:
    return [news for news in room.told(Trouble) if "opened as it was listed" in news.sentence]


async def test_a_gamma_that_is_down_when_a_window_is_due_costs_nothing_of_it(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        _, following, lifecycle = await two_windows(room)
        async with running(lifecycle):
            await read_ahead(room, following)
            room.listings.down = True
            room.now_ms = following.start_ms - 60_000
            await room.until(lambda: len(lifecycle.sessions) == 2)
            assert lifecycle.sessions[1].market.start_ms == following.start_ms
    (told,) = opened_as_listed(room)
    assert told.about == following.slug
    assert "answered 503" in told.sentence
    assert told.sentence.endswith(" 180 s ago")


async def test_a_window_that_was_read_before_is_read_again_when_it_is_due(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        _, following, lifecycle = await two_windows(room)
        async with running(lifecycle):
            await read_ahead(room, following)
            finer = a_market(following, orderPriceMinTickSize=0.001)
            room.listings.events[following.slug] = an_event(following, finer)
            room.now_ms = following.start_ms - 60_000
            await room.until(lambda: len(lifecycle.sessions) == 2)
            assert lifecycle.sessions[1].market.tick == 10
    assert opened_as_listed(room) == []


async def test_without_having_been_read_before_it_waits_for_gamma(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        _, following, lifecycle = await two_windows(room)
        listed = room.listings.events.pop(following.slug)
        async with running(lifecycle):
            await room.until(lambda: bool(lifecycle.sessions))
            room.listings.down = True
            room.now_ms = following.start_ms - 60_000
            await room.until(lambda: bool(lifecycle.waiting))
            assert len(lifecycle.sessions) == 1
            room.listings.down, room.listings.events[following.slug] = False, listed
            await room.until(lambda: len(lifecycle.sessions) == 2)


async def test_only_the_next_three_windows_are_read_ahead_and_none_more_than_ten_minutes(tmp_path: Path) -> None:
    starts = {Interval.M5: [300_000, 600_000], Interval.M15: [900_000]}
    for interval, ahead_ms in starts.items():
        calendar = Calendar(Asset.BTC, interval)
        async with a_room(tmp_path) as room:
            window = calendar.current(SPRING_MS)
            room.now_ms = window.start_ms + (0 if interval is Interval.M5 else 300_000)
            async with running(room.lifecycle(room.settings(Asset.BTC, interval))):
                wanted = [calendar.current(window.start_ms + ms).slug for ms in (0, *ahead_ms)]
                await room.until(lambda: set(room.listings.wanted) >= set(wanted))  # noqa: B023
                await asyncio.sleep(0.2)
                assert set(room.listings.wanted) == set(wanted)
