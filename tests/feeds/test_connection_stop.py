"""Stopping takes less than two seconds, whatever the link and the other end are doing."""

import asyncio

import pytest
from websockets.asyncio.server import ServerConnection

from tests.feeds.loopback import Session, deliver, link_to, raw_server, running, silence, venue

STOP_S = 2.0


async def stuck(socket: ServerConnection) -> None:
    """Shake hands, say something, then neither read nor write."""
    await socket.send("data")
    socket.transport.pause_reading()
    await asyncio.Event().wait()


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept, and answer no handshake."""
    await asyncio.Event().wait()


async def test_while_frames_arrive() -> None:
    session = Session()
    async with venue(deliver) as url, running(link := link_to(url, session)) as task:
        await session.until(lambda: bool(session.frames))
        async with asyncio.timeout(STOP_S):
            await link.stop()
            await task
        heard = len(session.frames)
        assert session.links[-1] == (False, 1, "stopped")
        assert link.state(0) == "down: stopped"
        await asyncio.sleep(0.05)
        assert len(session.frames) == heard


async def test_with_a_peer_that_does_not_answer_the_close() -> None:
    session = Session()
    async with venue(stuck) as url, running(link := link_to(url, session, replace_after_s=60)):
        await session.until(lambda: bool(session.frames))
        async with asyncio.timeout(STOP_S):
            await link.stop()


async def test_with_several_peers_that_do_not_answer_the_close() -> None:
    session = Session()
    async with venue(stuck) as url, running(link := link_to(url, session, replace_after_s=60)):
        await session.until(lambda: bool(session.data_of(1)))
        link.reconnect("again")
        await session.until(lambda: bool(session.data_of(2)))
        link.rotate()
        await session.until(lambda: bool(session.data_of(3)))
        async with asyncio.timeout(STOP_S):
            await link.stop()


async def test_while_the_handshake_is_not_answered() -> None:
    session = Session()
    async with raw_server(mute) as url, running(link := link_to(url, session)):
        await session.until(lambda: link.health.connects == 1)
        async with asyncio.timeout(STOP_S):
            await link.stop()
    assert session.log == []


async def test_while_it_waits_for_the_next_attempt() -> None:
    async def forever(_: float) -> None:
        await asyncio.Event().wait()

    async def close(socket: ServerConnection) -> None:
        await socket.close(1013)

    session = Session()
    async with venue(close) as url, running(link := link_to(url, session, options={"sleep": forever})):
        await session.until(lambda: link.health.waiting_until > 0)
        async with asyncio.timeout(STOP_S):
            await link.stop()


async def test_while_a_rotation_is_under_way() -> None:
    arrivals = 0

    async def second_is_silent(socket: ServerConnection) -> None:
        nonlocal arrivals
        arrivals += 1
        await (deliver if arrivals == 1 else silence)(socket)

    session = Session()
    async with venue(second_is_silent) as url, running(link := link_to(url, session, first_data_s=60)):
        await session.until(lambda: bool(session.frames))
        link.rotate()
        await session.until(lambda: arrivals == 2)
        async with asyncio.timeout(STOP_S):
            await link.stop()
    assert session.links == [(True, 1, "connected"), (False, 1, "stopped")]


async def test_cancelling_run_closes_the_connection_and_stays_a_cancellation() -> None:
    gone = asyncio.Event()

    async def watch(socket: ServerConnection) -> None:
        await socket.send("data")
        await socket.wait_closed()
        gone.set()

    session = Session()
    async with venue(watch) as url:
        task = asyncio.create_task(link_to(url, session).run())
        await session.until(lambda: bool(session.frames))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(STOP_S):
            await gone.wait()


async def test_a_link_stopped_before_it_runs_does_not_connect() -> None:
    session = Session()
    link = link_to("ws://127.0.0.1:1/feed", session)
    await link.stop()
    await link.run()
    assert link.health.connects == 0
