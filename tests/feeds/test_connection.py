"""A link stays connected whatever the venue does, and says how it is."""

import asyncio
import http
import itertools
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from feeds.connect_budget import LIMIT, PERIOD_NS, ConnectBudget
from feeds.connection import Link, LinkSpec
from tests.feeds.loopback import Session, deliver, link_to, raw_server, running, silence, spec, venue


class Skipped:
    """A monotonic clock that jumps over every pause between attempts instead of waiting."""

    def __init__(self) -> None:
        self.skipped = 0
        self.pauses: list[float] = []

    def now(self) -> int:
        return time.monotonic_ns() + self.skipped

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)
        self.skipped += int(pause_s * 1e9) + 1
        await asyncio.sleep(0)


async def test_frames_arrive_in_order_with_their_epoch_and_both_stamps() -> None:
    async def send_all(socket: ServerConnection) -> None:
        for text in ("data 1", "PONG", "[]"):
            await socket.send(text)
        await socket.send(b"\x00\xff")
        await silence(socket)

    session = Session()
    async with venue(send_all) as url, running(link := link_to(url, session)):
        before = (time.monotonic_ns(), time.time_ns())
        await session.until(lambda: len(session.frames) == 4)
        after = (time.monotonic_ns(), time.time_ns())
    assert session.frames == [("data 1", 1), ("PONG", 1), ("[]", 1), (b"\x00\xff", 1)]
    assert all(a <= b <= c for s in session.stamps for a, b, c in zip(before, s, after, strict=True))
    assert session.log[0] == "up 1"
    assert (link.health.frames, link.health.data_frames, link.health.bytes) == (4, 1, 14)


async def test_a_burst_of_5000_frames_is_delivered_whole_and_in_order() -> None:
    async def burst(socket: ServerConnection) -> None:
        for number in range(5000):
            await socket.send(f"data {number}")
        await silence(socket)

    session = Session()
    async with venue(burst) as url, running(link_to(url, session)):
        await session.until(lambda: len(session.frames) == 5000)
    assert session.data_of(1) == [f"data {number}" for number in range(5000)]


async def test_hello_is_said_at_once_and_the_ping_text_again_and_again() -> None:
    heard: asyncio.Queue[str | bytes] = asyncio.Queue()

    async def listen(socket: ServerConnection) -> None:
        async for text in socket:
            heard.put_nowait(text)

    session = Session()
    said_by_us: dict[str, Any] = {"hello": ("subscribe", "more"), "ping_text": "PING", "ping_every_s": 0.01}
    async with venue(listen) as url, running(link := link_to(url, session, **said_by_us)):
        said = [await heard.get() for _ in range(4)]
        assert link.send("later")
        while await heard.get() != "later":
            pass
    assert said == ["subscribe", "more", "PING", "PING"]
    assert not link.send("too late")


async def test_a_silent_venue_that_answers_pings_is_stale_and_then_replaced() -> None:
    async def one_frame(socket: ServerConnection) -> None:
        await socket.send("data")
        await silence(socket)

    session = Session()
    async with venue(one_frame) as url, running(link := link_to(url, session)):
        await session.until(lambda: bool(session.frames))
        first = session.stamps[0][0]
        assert link.state(first + 200_000_000) == "live"
        assert link.state(first + 200_000_001) == "stale"
        await session.until(lambda: len(session.frames) == 2)
    assert session.log[:4] == ["up 1", "frame 1", "down 1", "up 2"]
    assert session.links[1] == (False, 1, "no data for 0.6 s on an open connection")
    assert link.health.reconnects == 1


async def test_frames_that_are_no_data_do_not_keep_a_connection_alive() -> None:
    async def firehose(socket: ServerConnection) -> None:
        await socket.send("data")
        while True:
            await socket.send("new_market")
            await asyncio.sleep(0.02)

    session = Session()
    async with venue(firehose) as url, running(link_to(url, session)):
        await session.until(lambda: len(session.links) == 3)
    assert session.links[1] == (False, 1, "no data for 0.6 s on an open connection")


async def test_a_connection_whose_first_data_does_not_come_is_replaced() -> None:
    session = Session()
    async with venue(silence) as url, running(link := link_to(url, session, first_data_s=0.05)):
        await session.until(lambda: len(session.links) >= 3)
        assert link.state(time.monotonic_ns()) in ("connecting", "down: connected, but no data within 0.05 s")
    assert session.links[1] == (False, 1, "connected, but no data within 0.05 s")
    assert [epoch for up, epoch, _ in session.links if up][:2] == [1, 2]


async def test_the_session_may_ask_for_a_fresh_connection() -> None:
    session = Session()
    async with venue(deliver) as url, running(link := link_to(url, session)):
        link.reconnect("before it is up there is nothing to replace")
        await session.until(lambda: bool(session.data_of(1)))
        link.reconnect("book diverged\x1b[2J")
        await session.until(lambda: bool(session.data_of(2)))
    assert session.links[1] == (False, 1, "book diverged\ufffd[2J")
    assert session.log[session.log.index("down 1") :].count("frame 1") == 0
    assert session.data_of(2)[0] == "data 0"
    assert link.health.faults == 1


async def test_a_half_open_peer_is_given_up() -> None:
    """It accepts, shakes hands, then neither reads nor writes, as a stopped process does."""

    async def stops_reading(socket: ServerConnection) -> None:
        await socket.send("data")
        socket.transport.pause_reading()
        await asyncio.Event().wait()

    session = Session()
    async with venue(stops_reading) as url, running(link_to(url, session)):
        await session.until(lambda: bool(session.data_of(2)))
    assert session.links[1][2] == "no data for 0.6 s on an open connection"


async def test_a_peer_that_answers_no_ping_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.wire.PING_EVERY_S", 0.1)
    monkeypatch.setattr("feeds.wire.PONG_TIMEOUT_S", 0.1)
    monkeypatch.setattr("feeds.wire.CLOSE_TIMEOUT_S", 0.1)

    async def stops_reading(socket: ServerConnection) -> None:
        await socket.send("data")
        socket.transport.pause_reading()
        await asyncio.Event().wait()

    session = Session()
    async with venue(stops_reading) as url, running(link_to(url, session, replace_after_s=60)):
        await session.until(lambda: len(session.links) >= 2)
    assert session.links[1] == (False, 1, "no pong: the other end of the connection is dead")


async def test_a_frame_over_the_limit_is_a_fault_with_its_code() -> None:
    async def giant(socket: ServerConnection) -> None:
        await socket.send("data")
        await socket.send("x" * 8 * 2**20)
        await silence(socket)

    session = Session()
    async with venue(giant) as url, running(link := link_to(url, session)):
        await session.until(lambda: len(session.links) >= 3)
    assert "closed by us with 1009 (frame too big)" in session.links[1][2]
    assert link.health.faults >= 1
    assert session.data_of(1) == ["data"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (1000, "closed by the venue with 1000 (OK): bye"),
        (1012, "closed by the venue with 1012 (service restart): bye"),
        (1013, "closed by the venue with 1013 (slow consumer or overload, try again later): bye"),
        (4003, "closed by the venue with 4003: bye"),
    ],
)
async def test_the_venues_close_is_named_and_followed_by_a_new_connection(code: int, said: str) -> None:
    async def close(socket: ServerConnection) -> None:
        await socket.send("data")
        await socket.close(code, "bye")

    session = Session()
    async with venue(close) as url, running(link_to(url, session)):
        await session.until(lambda: bool(session.data_of(2)))
    assert session.links[1] == (False, 1, said)


async def test_a_venue_that_closes_before_it_has_heard_hello_does_no_harm() -> None:
    async def close(socket: ServerConnection) -> None:
        await socket.close(1001)

    session = Session()
    async with venue(close) as url, running(link_to(url, session, hello=("a", "b", "c"))):
        await session.until(lambda: len([1 for up, _, _ in session.links if up]) == 2)
    assert session.links[1] == (False, 1, "closed by the venue with 1001 (going away)")


async def test_a_cut_line_is_a_reset_not_a_silence() -> None:
    async def cut(socket: ServerConnection) -> None:
        await socket.send("data")
        socket.transport.abort()

    session = Session()
    async with venue(cut) as url, running(link_to(url, session)):
        await session.until(lambda: len(session.links) >= 2)
    assert session.links[1][2] in ("connection reset", "connection lost without a close frame")


@pytest.mark.parametrize(
    ("status", "pause_s"),
    [
        (301, 60),
        (400, 60),
        (401, 60),
        (403, 60),
        (404, 60),
        (451, 60),
        (425, 7),
        (429, 7),
        (418, 7),
        (500, 7),
        (503, 7),
        (520, 7),
    ],
)
async def test_no_answer_to_the_handshake_ends_a_link(status: int, pause_s: float) -> None:
    """Refusals wait a minute; "later" waits as long as the venue says, here 7 s."""

    def refuse(socket: ServerConnection, _: Request) -> Response:
        answer = socket.respond(http.HTTPStatus.OK, "")
        answer.status_code, answer.reason_phrase = status, "Words of the venue"
        answer.headers["Retry-After"] = "7"
        answer.headers["Location"] = "/elsewhere"
        return answer

    session, clock = Session(), Skipped()
    options = {"clock": clock.now, "sleep": clock.sleep, "random": lambda: 1.0}
    async with (
        venue(silence, process_request=refuse) as url,
        running(link := link_to(url, session, options=options)) as task,
    ):
        await session.until(lambda: link.health.connects >= 3)
        assert not task.done()
        assert f" answered the handshake with {status} (" in link.state(clock.now())
        assert link.state(clock.now()).startswith("down: 127.0.0.1:")
    assert clock.pauses[0] == pytest.approx(pause_s, abs=0.5)
    assert session.links == []


async def refused() -> str:
    async with raw_server(lambda _r, _w: asyncio.sleep(0)) as url:
        return url


async def test_a_refused_connection_is_said_and_tried_again() -> None:
    session = Session()
    link = link_to(await refused(), session)
    async with running(link):
        await session.until(lambda: link.health.connects >= 2)
        assert link.state(time.monotonic_ns()).endswith(" refused the connection")


async def test_a_name_that_does_not_exist_is_said() -> None:
    session = Session()
    link = link_to("ws://no-such-host.invalid/feed", session)
    async with running(link):
        await session.until(lambda: link.health.faults >= 1)
        assert "down: the name no-such-host.invalid cannot be resolved" in link.state(time.monotonic_ns())


async def test_a_server_that_hangs_up_during_the_handshake_is_said() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    session = Session()
    async with raw_server(hang_up) as url, running(link := link_to(url, session)):
        await session.until(lambda: link.health.faults >= 1)
        assert "the handshake" in link.state(time.monotonic_ns())


@pytest.mark.parametrize("frames", [0, 1])
async def test_a_storm_of_accept_and_close_stays_within_the_budget(frames: int) -> None:
    """Ten minutes, jumped over: at most 60 connects in any five, over both links of the host."""
    clock = Skipped()
    opened: list[int] = []

    async def close_at_once(socket: ServerConnection) -> None:
        opened.append(clock.now())
        for _ in range(frames):
            await socket.send("data")

    start = clock.now()
    budget = ConnectBudget()
    options = {"budget": budget, "clock": clock.now, "sleep": clock.sleep, "random": lambda: 0.0}
    sessions = (Session(), Session())
    async with venue(close_at_once) as url:
        first, second = (link_to(url, session, options=options) for session in sessions)
        slow = False
        async with running(first), running(second):
            while clock.now() - start < 2 * PERIOD_NS:
                await asyncio.sleep(0.001)
                slow = slow or "one attempt a minute" in first.state(clock.now())
    assert slow
    assert all(sum(moment <= other < moment + PERIOD_NS for other in opened) <= LIMIT for moment in opened)
    assert len(opened) > LIMIT


async def test_a_short_life_does_not_make_the_next_pause_short() -> None:
    async def brief(socket: ServerConnection) -> None:
        await socket.send("data")

    session, clock = Session(), Skipped()
    options = {"clock": clock.now, "sleep": clock.sleep, "random": lambda: 1.0}
    async with venue(brief) as url, running(link_to(url, session, options=options)):
        await session.until(lambda: len(clock.pauses) >= 5)
    assert [round(pause) for pause in clock.pauses[2:5]] == [1, 2, 4]


async def test_half_a_minute_of_data_makes_the_next_pause_short() -> None:
    clock = Skipped()
    lives = itertools.count(1)

    async def sometimes_long(socket: ServerConnection) -> None:
        await socket.send("data")
        if next(lives) == 4:
            await socket.send("data")
            await (await socket.ping())
            clock.skipped += 31 * 10**9
            await socket.send("data")

    session = Session()
    options = {"clock": clock.now, "sleep": clock.sleep, "random": lambda: 1.0}
    times = {"replace_after_s": 60, "stale_after_s": 50}
    async with venue(sometimes_long) as url, running(link_to(url, session, options=options, **times)):
        await session.until(lambda: len(clock.pauses) >= 5)
    assert [round(pause, 1) for pause in clock.pauses[:5]] == pytest.approx([0.2, 0.5, 1, 0.2, 0.5], abs=0.1)


Consumer = Callable[[Session], tuple[Callable[..., bool], Callable[..., None]]]


def breaks_on_frame(session: Session) -> tuple[Callable[..., bool], Callable[..., None]]:
    def on_frame(raw: str, *_: int) -> bool:
        session.on_frame(raw, 0, 0, 0)
        raise LookupError(raw)

    return on_frame, session.on_link


def breaks_on_up(session: Session) -> tuple[Callable[..., bool], Callable[..., None]]:
    def on_link(up: bool, epoch: int, reason: str) -> None:
        raise LookupError("data 0")

    return session.on_frame, on_link


def breaks_on_down(session: Session) -> tuple[Callable[..., bool], Callable[..., None]]:
    def on_link(up: bool, epoch: int, reason: str) -> None:
        if not up:
            raise LookupError("data 0")

    return session.on_frame, on_link


@pytest.mark.parametrize("consumer", [breaks_on_frame, breaks_on_up, breaks_on_down])
async def test_a_bug_of_the_consumer_reaches_the_owner(consumer: Consumer) -> None:
    async def burst_and_close(socket: ServerConnection) -> None:
        for _ in range(3):
            await socket.send("data 0")

    session = Session()
    async with venue(burst_and_close) as url:
        link = Link(spec(url), *consumer(session))
        with pytest.raises(LookupError, match="data 0"):
            await link.run()
    assert len(session.frames) <= (1 if consumer is breaks_on_frame else 3)
    assert not link.health.up


def test_an_address_that_is_none_is_refused_before_anything_runs() -> None:
    bad = LinkSpec("clob", "https://venue.test", stale_after_s=1, replace_after_s=3)
    with pytest.raises(ValueError, match=r"url of feed clob is no ws:// or wss:// address"):
        Link(bad, lambda *_: True, lambda *_: None)


def test_what_is_said_in_hello_never_shows() -> None:
    spoken = LinkSpec("user", "wss://venue.test", hello=("secret",), stale_after_s=1, replace_after_s=3)
    assert "secret" not in repr(spoken)


async def test_random_pauses_are_the_default() -> None:
    """Two links of one host do not come back in step."""
    url = await refused()
    clock = Skipped()
    session = Session()
    options = {"clock": clock.now, "sleep": clock.sleep, "random": random.Random(7).random}
    link = link_to(url, session, options=options)
    async with running(link):
        await session.until(lambda: len(clock.pauses) >= 6)
    assert len(set(clock.pauses[:6])) == 6
