"""A rotation: the next connection delivers before the old one goes, and nothing is lost in between."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from feeds.connection import Link
from tests.feeds.loopback import Session, deliver, link_to, running, silence, spec, venue


@pytest.fixture(autouse=True)
def _short_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.connection.OVERLAP_S", 0.1)


@asynccontextmanager
async def market() -> AsyncIterator[tuple[str, set[ServerConnection]]]:
    """One stream of numbered trades, sent to everyone who is connected."""
    guests: set[ServerConnection] = set()

    async def trade() -> None:
        for number in itertools.count():
            for guest in tuple(guests):
                with suppress(ConnectionClosed):
                    await guest.send(f"data {number}")
            await asyncio.sleep(0.005)

    async def join(socket: ServerConnection) -> None:
        guests.add(socket)
        try:
            await socket.wait_closed()
        finally:
            guests.discard(socket)

    trading = asyncio.create_task(trade())
    try:
        async with venue(join) as url:
            yield url, guests
    finally:
        trading.cancel()


def numbers(session: Session) -> list[int]:
    return sorted({int(str(raw).split()[1]) for raw, _ in session.frames})


async def test_no_trade_is_lost_and_each_carries_the_epoch_of_its_own_connection() -> None:
    def settled(epoch: int) -> bool:
        return len(session.data_of(epoch)) >= 5 and len(guests) == 1

    session = Session()
    async with market() as (url, guests), running(link := link_to(url, session)):
        for epoch in (1, 2, 3):
            await session.until(partial(settled, epoch))
            link.rotate()
        await session.until(lambda: bool(session.data_of(4)))
    seen = numbers(session)
    assert seen == list(range(seen[0], seen[-1] + 1))
    assert [(up, epoch) for up, epoch, _ in session.links[:4]] == [(True, n) for n in (1, 2, 3, 4)]
    assert session.links[1][2] == "rotated"
    assert (link.health.faults, link.health.reconnects) == (0, 0)


async def test_the_old_connection_delivers_on_for_a_moment_under_its_own_epoch() -> None:
    session = Session()
    async with market() as (url, _), running(link := link_to(url, session)):
        await session.until(lambda: bool(session.data_of(1)))
        link.rotate()
        await session.until(lambda: link.health.rotations == 1 and len(session.data_of(2)) >= 5)
    late = session.log[session.log.index("up 2") :]
    assert "frame 1" in late
    assert "down 1" not in late
    both = set(session.data_of(1)) & set(session.data_of(2))
    assert both, "the two overlapped"


async def test_a_connection_that_grows_old_rotates_by_itself() -> None:
    session = Session()
    async with market() as (url, _), running(link := link_to(url, session, rotate_after_s=0.2)):
        await session.until(lambda: link.health.rotations >= 2)
    assert link.health.faults == 0


async def test_a_successor_without_data_never_shows_and_the_old_one_goes_on() -> None:
    arrivals = itertools.count(1)

    async def only_the_first(socket: ServerConnection) -> None:
        await (deliver if next(arrivals) == 1 else silence)(socket)

    session = Session()
    async with venue(only_the_first) as url, running(link := link_to(url, session, first_data_s=0.1)):
        await session.until(lambda: bool(session.data_of(1)))
        link.rotate()
        await session.until(lambda: link.health.faults == 1)
        before = len(session.data_of(1))
        await session.until(lambda: len(session.data_of(1)) > before)
        assert link.health.reason == "not rotated: no frame on the new connection"
        assert session.links == [(True, 1, "connected")]


async def test_when_the_old_one_is_cut_meanwhile_the_successor_takes_over() -> None:
    release = asyncio.Event()
    arrivals = itertools.count(1)

    async def cut_then_late(socket: ServerConnection) -> None:
        if next(arrivals) == 1:
            await socket.send("data old")
            await release.wait()
            await socket.close(1001)
        else:
            release.set()
            await session.until(lambda: len(session.links) == 2)
            await socket.send("data new")
            await silence(socket)

    session = Session()
    async with venue(cut_then_late) as url, running(link := link_to(url, session)):
        await session.until(lambda: bool(session.data_of(1)))
        link.rotate()
        await session.until(lambda: bool(session.data_of(2)))
    assert session.log[:5] == ["up 1", "frame 1", "down 1", "up 2", "frame 2"]
    assert link.health.connects == 2


async def test_a_bug_while_hearing_the_successor_reaches_the_owner() -> None:
    session = Session()

    def on_link(up: bool, epoch: int, reason: str) -> None:
        session.on_link(up, epoch, reason)
        if epoch == 2:
            raise LookupError("second")

    async with market() as (url, _):
        link = Link(spec(url), session.on_frame, on_link)
        task = asyncio.create_task(link.run())
        await session.until(lambda: bool(session.data_of(1)))
        link.rotate()
        with pytest.raises(LookupError, match="second"):
            await task
