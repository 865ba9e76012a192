"""The venue's clock against ours, over real HTTP on loopback."""

import time
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from feeds.venue_clock import ClockOffset, clock_offset


@pytest.fixture
async def venue() -> AsyncIterator[tuple[str, dict[str, object]]]:
    answer: dict[str, object] = {"ahead": 0.0, "status": 200, "text": None}

    async def tell(request: web.Request) -> web.Response:
        text = answer["text"] if answer["text"] is not None else str(int(time.time() + float(str(answer["ahead"]))))
        return web.Response(text=str(text), status=int(str(answer["status"])))

    app = web.Application()
    app.router.add_get("/time", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", answer
    await runner.cleanup()


async def ask(url: str) -> ClockOffset | str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await clock_offset(client, url)


async def test_a_clock_that_agrees_is_not_worth_telling(venue: tuple[str, dict[str, object]]) -> None:
    offset = await ask(venue[0])
    assert isinstance(offset, ClockOffset)
    assert not offset.worth_telling


@pytest.mark.parametrize("ahead", [-90.0, 90.0])
async def test_a_clock_that_is_off_is_told_with_its_sign(venue: tuple[str, dict[str, object]], ahead: float) -> None:
    venue[1]["ahead"] = ahead
    offset = await ask(venue[0])
    assert isinstance(offset, ClockOffset)
    assert offset.worth_telling
    assert offset.ahead_s == pytest.approx(-ahead, abs=5)


@pytest.mark.parametrize(
    ("status", "text"), [(200, "soon"), (200, ""), (200, "-5"), (503, "1795000000"), (200, "9" * 30)]
)
async def test_an_answer_that_is_no_time_is_one_sentence(
    venue: tuple[str, dict[str, object]], status: int, text: str
) -> None:
    venue[1].update(status=status, text=text)
    said = await ask(venue[0])
    assert said == f"the venue's clock answered {status} and no time"


async def test_nobody_there_is_one_sentence() -> None:
    assert await ask("http://127.0.0.1:9") == "the venue's clock gave no answer (ConnectError)"
