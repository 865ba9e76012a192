import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.telemetry.telegram import QUEUE_MESSAGES, RETRY_AFTER_MAX_S, Telegram
from app.values import Secret

TOKEN = "123456:CANARY-token_not_to_be_seen"
Answer = Callable[[], web.StreamResponse]


class BotApi:
    """The venue's side: answers `sendMessage` with what is laid out for it, then with success."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.paths: list[str] = []
        self.bodies: list[dict[str, object]] = []
        self.answers: deque[Answer] = deque()
        self.arrived = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.texts.append(body["text"])
        self.paths.append(request.path)
        self.arrived.set()
        return self.answers.popleft()() if self.answers else web.json_response({"ok": True, "result": {}})

    async def until(self, texts: list[str]) -> None:
        async with asyncio.timeout(10):
            while self.texts != texts:
                self.arrived.clear()
                await self.arrived.wait()


class Time:
    """A clock that only moves by being slept on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application()
    app.router.add_post("/{path:.*}", api.handle)
    server = TestServer(app)
    await server.start_server(access_log=None)
    api.url = str(server.make_url("/"))
    yield api
    await server.close()


@asynccontextmanager
async def running(url: str, time: Time, tell: Callable[[str], None] = lambda sentence: None) -> AsyncIterator[Telegram]:
    telegram = Telegram(url, Secret(TOKEN), "42", tell=tell, clock=time.clock, sleep=time.sleep)
    task = asyncio.ensure_future(telegram.run())
    try:
        yield telegram
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await telegram.close()


@asynccontextmanager
async def black_hole() -> AsyncIterator[str]:
    """A server that takes whatever comes and never answers."""
    open_connections: set[asyncio.Task[None]] = set()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_connections.add(task)
        await reader.read()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(10):
            await asyncio.gather(*open_connections)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110  counters have no event
            await asyncio.sleep(0.005)


def refuse(status: int, description: str = "no", **parameters: object) -> Answer:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return lambda: web.json_response(body, status=status)


async def test_messages_arrive_in_order_as_plain_text_a_second_apart(api: BotApi) -> None:
    time = Time()
    async with running(api.url, time) as telegram:
        for text in ("BTC 5m <b>one</b>", "BTC 5m two", "BTC 5m three"):
            telegram.send(text)
        await api.until(["BTC 5m <b>one</b>", "BTC 5m two", "BTC 5m three"])
        await until(lambda: telegram.sent == 3)
    assert api.paths == [f"/bot{TOKEN}/sendMessage"] * 3
    assert api.bodies[0] == {"chat_id": "42", "text": "BTC 5m <b>one</b>"}
    assert time.slept == [1.0, 1.0]
    assert (telegram.dropped, telegram.failed, telegram.trouble) == (0, 0, "")


async def test_too_many_requests_waits_as_long_as_it_is_told_and_sends_the_same_message(api: BotApi) -> None:
    time = Time()
    api.answers.append(refuse(429, "Too Many Requests: retry after 7", retry_after=7))
    async with running(api.url, time) as telegram:
        telegram.send("one")
        telegram.send("two")
        await api.until(["one", "one", "two"])
        await until(lambda: telegram.sent == 2)
    assert time.slept == [7.0, 1.0]
    assert telegram.failed == 0
    assert telegram.trouble == "Telegram asked to wait 7 s"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refuse(429, retry_after=10**12), RETRY_AFTER_MAX_S),
        (refuse(429, retry_after=-1), 1.0),
        (refuse(429, retry_after="soon"), 5.0),
        (lambda: web.Response(status=429, text="<html>"), 5.0),
    ],
)
async def test_a_wait_that_makes_no_sense_is_bounded(api: BotApi, answer: Answer, wait: float) -> None:
    time = Time()
    api.answers.append(answer)
    async with running(api.url, time) as telegram:
        telegram.send("one")
        await until(lambda: telegram.sent == 1)
    assert time.slept == [wait]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (refuse(500, "Internal"), "Telegram answered 500: Internal"),
        (refuse(401, f"Unauthorized {TOKEN}\x1b[2J"), "Telegram answered 401: Unauthorized ***�[2J"),
        (lambda: web.Response(status=502, text="<html>"), "Telegram answered 502: without a reason"),
        (lambda: web.Response(status=200, text="<html>"), "Telegram answered 200: without a reason"),
        (lambda: web.json_response([1]), "Telegram answered 200: without a reason"),
        (
            lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
            "Telegram answered 302: without a reason",
        ),
    ],
)
async def test_an_error_is_counted_told_once_and_the_next_message_goes_out(
    api: BotApi, answer: Answer, sentence: str
) -> None:
    told: list[str] = []
    api.answers.extend([answer, answer])
    async with running(api.url, Time(), told.append) as telegram:
        for text in ("one", "two", "three"):
            telegram.send(text)
        await until(lambda: telegram.sent == 1)
    assert telegram.failed == 2
    assert telegram.trouble == sentence
    assert api.texts == ["one", "two", "three"]
    assert told == [f"{sentence}; messages are lost until it works again"]


async def test_one_that_fails_again_and_again_is_told_once_an_hour(api: BotApi) -> None:
    told: list[str] = []
    time = Time()
    async with running(api.url, time, told.append) as telegram:
        for number in range(6):
            api.answers.extend([refuse(500), lambda: web.json_response({"ok": True, "result": {}})])
            telegram.send("lost")
            telegram.send("sent")
            await until(lambda: telegram.sent == number + 1)  # noqa: B023
            time.now += 1000
    assert telegram.failed == 6
    assert len(told) == 2


async def test_nobody_listening_is_an_error_like_another(unused_tcp_port: int) -> None:
    async with running(f"http://127.0.0.1:{unused_tcp_port}", Time()) as telegram:
        telegram.send("one")
        await until(lambda: telegram.failed == 1)
    assert telegram.trouble == "Telegram could not be reached (ConnectError)"


async def test_a_server_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.telemetry.telegram.TIMEOUT_S", 0.05)
    monkeypatch.setattr("app.telemetry.telegram.CLOSE_S", 0.05)
    async with black_hole() as url, running(url, Time()) as telegram:
        for n in range(QUEUE_MESSAGES + 3):
            telegram.send(f"{n}")
        await until(lambda: telegram.failed == 2)
    assert telegram.trouble == "Telegram did not answer within 0.05 s"
    assert telegram.sent == 0


async def test_an_answer_in_drips_is_given_up_like_none(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.telemetry.telegram.TIMEOUT_S", 0.2)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.01)
        return response

    app = web.Application()
    app.router.add_post("/{path:.*}", drip)
    async with TestServer(app) as server, running(str(server.make_url("/")), Time()) as telegram:
        telegram.send("one")
        await until(lambda: telegram.failed == 1)
    assert telegram.trouble == "Telegram did not answer within 0.2 s"


async def test_a_full_queue_drops_the_oldest(api: BotApi) -> None:
    telegram = Telegram(api.url, Secret(TOKEN), "42")
    for n in range(QUEUE_MESSAGES + 3):
        telegram.send(str(n))
    assert telegram.dropped == 3
    await telegram.close()
    assert api.texts[0] == "3"
    assert api.texts == [str(n) for n in range(3, 3 + len(api.texts))]
    assert telegram.sent + telegram.dropped + telegram.failed == QUEUE_MESSAGES + 3


async def test_the_end_sends_what_is_queued_without_the_pause(api: BotApi) -> None:
    time = Time()
    telegram = Telegram(api.url, Secret(TOKEN), "42", clock=time.clock, sleep=time.sleep)
    for n in range(5):
        telegram.send(str(n))
    await telegram.close()
    assert api.texts == ["0", "1", "2", "3", "4"]
    assert time.slept == []


async def test_the_end_does_not_wait_out_a_block(api: BotApi) -> None:
    api.answers.append(refuse(429, retry_after=30))
    telegram = Telegram(api.url, Secret(TOKEN), "42")
    telegram.send("one")
    telegram.send("two")
    await telegram.close()
    assert api.texts == ["one"]
    assert telegram.dropped == 2


async def test_the_end_gives_a_dead_server_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.telemetry.telegram.CLOSE_S", 0.1)

    async with black_hole() as url:
        telegram = Telegram(url, Secret(TOKEN), "42")
        telegram.send("one")
        telegram.send("two")
        await telegram.close()
    assert (telegram.sent, telegram.failed, telegram.dropped) == (0, 1, 1)


async def test_the_token_is_nowhere_to_be_seen(
    api: BotApi, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    seen: list[str] = []
    api.answers.extend([refuse(401, f"bad {TOKEN}"), refuse(429, retry_after=2)])
    for url in (api.url, f"http://127.0.0.1:{unused_tcp_port}"):
        async with running(url, Time()) as telegram:
            telegram.send("one")
            telegram.send("two")
            await until(lambda: telegram.sent + telegram.failed == 2)
            seen += [telegram.trouble, repr(telegram), str(vars(telegram))]
    assert "sendMessage" in caplog.text, "httpx does log the address, so the filter has something to do"
    assert "***" in caplog.text
    assert "CANARY" not in caplog.text + "".join(seen)


async def test_an_address_that_httpx_refuses_is_not_told() -> None:
    async with running("nowhere", Time()) as telegram:
        telegram.send("one")
        await until(lambda: telegram.failed == 1)
    assert telegram.trouble == "Telegram could not be reached (UnsupportedProtocol)"


async def test_the_filter_goes_with_the_client() -> None:
    before = list(logging.getLogger("httpx").filters)
    telegram = Telegram("http://127.0.0.1:9", Secret(TOKEN), "42")
    await telegram.close()
    assert logging.getLogger("httpx").filters == before
