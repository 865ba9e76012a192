"""One request, and what is known of it afterwards: whether it had begun to leave, and what came back."""

import asyncio
import socket

import httpx
import pytest
from aiohttp import web

from app.live import calls
from app.live.calls import MAX_BYTES, HeldBack, Unanswered, ask, value_of
from tests.app.live.scripted import Script, says


async def test_a_request_that_arrived_had_begun_to_leave(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(says([1], 200, **{"Retry-After": "7"}))
    reply = await ask(http, "POST", f"{venue.url}/x", query={"a": "1"}, headers={"A": "b"}, body=b"{}")
    assert (reply.started, reply.status, bytes(reply.body), reply.error) == (True, 200, b"[1]", None)
    assert reply.retry_after_s == 7.0
    (asked,) = venue.asked
    assert (asked.method, asked.path, asked.query, asked.body) == ("POST", "/x", {"a": "1"}, b"{}")
    assert (asked.headers["A"], asked.headers["USER-AGENT"]) == ("b", "pmtui")


@pytest.mark.parametrize("failure", ["reset", "hang"])
async def test_so_had_one_that_was_never_answered(
    venue: Script, http: httpx.AsyncClient, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "READ_LIMIT_S", 0.2)
    venue.then(getattr(venue, failure))
    reply = await ask(http, "POST", venue.url, body=b"{}")
    assert (reply.started, reply.status) == (True, 0)
    assert isinstance(reply.error, httpx.HTTPError | TimeoutError)


async def test_one_that_found_nobody_had_not(http: httpx.AsyncClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connecting is refused
        reply = await ask(http, "POST", f"http://127.0.0.1:{taken.getsockname()[1]}", body=b"{}")
    assert (reply.started, reply.status) == (False, 0)
    assert isinstance(reply.error, httpx.ConnectError)


async def test_nor_had_one_that_was_never_let_in(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system accepts the connection, and nobody answers its TLS."""
    monkeypatch.setattr(calls, "_READ_TIMEOUT", httpx.Timeout(None, connect=0.2))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        reply = await ask(http, "POST", f"https://127.0.0.1:{silent.getsockname()[1]}", body=b"{}")
    assert (reply.started, reply.status) == (False, 0)
    assert isinstance(reply.error, httpx.ConnectTimeout)


async def test_what_is_forbidden_at_the_last_moment_does_not_leave_and_costs_no_connection(
    venue: Script, http: httpx.AsyncClient
) -> None:
    venue.then(says([1]))
    for _ in range(11):  # one more than there are connections
        reply = await ask(http, "POST", f"{venue.url}/x", body=b"{}", order=True, forbidden=lambda: "disarmed")
        assert isinstance(reply.error, HeldBack)
        assert (str(reply.error), reply.started, reply.status) == ("disarmed", False, 0)
    assert venue.asked == []
    assert (await ask(http, "GET", venue.url)).status == 200


async def test_what_came_before_a_break_is_kept(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(venue.begin)
    reply = await ask(http, "GET", venue.url)
    assert (reply.status, bytes(reply.body)) == (200, b'{"success":true,"orderID":"0x')
    assert reply.error is not None
    assert isinstance(value_of(reply, "it"), Unanswered)


async def test_an_answer_without_end_is_cut(venue: Script, http: httpx.AsyncClient) -> None:
    venue.then(says(b"1" * (MAX_BYTES * 2)))
    reply = await ask(http, "GET", venue.url)
    assert len(reply.body) <= MAX_BYTES + 2**20
    assert value_of(reply, "it") == Unanswered("the venue gave no whole answer about it (TooLong)", 200)


async def test_an_answer_that_drips_is_cut_by_the_clock(
    venue: Script, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "READ_LIMIT_S", 0.3)

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not venue.closing.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    venue.then(drip)
    reply = await ask(http, "GET", venue.url)
    assert isinstance(reply.error, TimeoutError)
    assert len(reply.body) > 1


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b'{"error":"slow \x1b[2Jdown"}', 429, "the venue answered 429 when asked about it: "),
        (b'{"error":"slow down"}', 429, "the venue answered 429 when asked about it: slow down"),
        (
            b"<html>\n\x1b[2J</html>",
            502,
            "the venue answered 502 when asked about it: <html> \N{REPLACEMENT CHARACTER}[2J",
        ),
        (b"", 500, "the venue answered 500 when asked about it"),
        (b"[5]", 404, "the venue answered 404 when asked about it"),
        (b"OK", 200, "the venue answered about it with something that is not JSON"),
        (b"", 200, "the venue answered about it with something that is not JSON"),
        (b'{"a":NaN}', 200, "the venue answered about it with something that is not JSON"),
    ],
)
async def test_what_is_no_answer_is_one_clean_sentence(
    venue: Script, http: httpx.AsyncClient, body: bytes, status: int, told: str
) -> None:
    venue.then(says(body, status))
    value = value_of(await ask(http, "GET", venue.url), "it")
    assert isinstance(value, Unanswered)
    assert str(value).startswith(told)
    assert "\x1b" not in str(value)
    assert value.status == status


@pytest.mark.parametrize(("body", "value"), [(b"null", None), (b" null\n", None), (b"0", 0), (b'{"a":[]}', {"a": []})])
async def test_any_json_is_an_answer(venue: Script, http: httpx.AsyncClient, body: bytes, value: object) -> None:
    venue.then(says(body))
    assert value_of(await ask(http, "GET", venue.url), "it") == value
