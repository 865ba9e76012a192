"""Frames are handed over whole, as text or bytes, and by nothing but the arrival of their bytes."""

import asyncio
import time
from collections.abc import AsyncIterator

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode

from feeds.wire import Ears, open_wire
from tests.feeds.loopback import PATIENCE_S, Handler, silence, venue


class Ear:
    """Keeps what it is given; `enough` is set after `count` frames."""

    def __init__(self, count: int) -> None:
        self.heard: list[str | bytes] = []
        self.sizes: list[int] = []
        self.enough = asyncio.Event()
        self.bugs: list[Exception] = []
        self._count = count

    def take(self, raw: str | bytes, mono: int, wall: int, size: int) -> None:
        self.heard.append(raw)
        self.sizes.append(size)
        if len(self.heard) == self._count:
            self.enough.set()

    def ears(self) -> Ears:
        return Ears(self.take, self.bugs.append, time.monotonic_ns, time.time_ns)


async def heard_from(handler: Handler, count: int) -> Ear:
    ear = Ear(count)
    async with venue(handler) as url, asyncio.timeout(PATIENCE_S):
        wire = await open_wire(url, ear.ears(), None)
        await ear.enough.wait()
        await wire.shut()
    return ear


async def test_fragments_arrive_as_one_frame_with_pings_between_them() -> None:
    async def fragments(socket: ServerConnection) -> None:
        async def parts() -> AsyncIterator[str]:
            for part in ("da", "", "ta €"):
                yield part
                await socket.ping()

        await socket.send(parts())
        await socket.send([b"\x00", b"\x01"])
        await socket.send("whole")
        await silence(socket)

    ear = await heard_from(fragments, 3)
    assert ear.heard == ["data €", b"\x00\x01", "whole"]
    assert ear.sizes == [8, 2, 5]


async def test_a_character_cut_by_a_fragment_is_made_whole() -> None:
    async def cut(socket: ServerConnection) -> None:
        socket.transport.write(Frame(Opcode.TEXT, b"\xe2\x82", fin=False).serialize(mask=False))
        socket.transport.write(Frame(Opcode.CONT, b"\xac").serialize(mask=False))
        await silence(socket)

    assert (await heard_from(cut, 1)).heard == ["€"]


async def test_text_that_is_not_utf8_ends_the_connection_and_is_not_handed_over() -> None:
    async def broken(socket: ServerConnection) -> None:
        socket.transport.write(Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=False))
        socket.transport.write(Frame(Opcode.TEXT, b"after").serialize(mask=False))
        await silence(socket)

    ear = Ear(1)
    async with venue(broken) as url, asyncio.timeout(PATIENCE_S):
        wire = await open_wire(url, ear.ears(), None)
        await wire.ended
        await wire.shut()
    assert ear.heard == []
    assert wire.failure().reason == ("closed by us with 1007 (invalid frame payload data): text is not UTF-8")


async def test_a_muted_wire_hands_nothing_over() -> None:
    async def echo(socket: ServerConnection) -> None:
        async for text in socket:
            await socket.send(text)

    ear = Ear(1)
    async with venue(echo) as url, asyncio.timeout(PATIENCE_S):
        wire = await open_wire(url, ear.ears(), None)
        assert wire.write("first")
        await ear.enough.wait()
        wire.mute()
        assert wire.write("second")
        await (await wire.ping())
        await wire.shut()
        assert not wire.write("third")
    assert ear.heard == ["first"]
