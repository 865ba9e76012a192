"""The venue's REST answer beside the book that the socket built."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.news import News, Trouble
from app.witness import BookWitness
from engine.book import Ladder
from tests.engine.builders import levels, market

EVERY_S = 0.02
BIDS, ASKS = {0.49: 10.0}, {0.51: 10.0}


class Venue:
    """Answers for both tokens with these sides, or with this text."""

    def __init__(self) -> None:
        self.url = ""
        self.bids, self.asks = dict(BIDS), dict(ASKS)
        self.text = ""
        self.asked = 0

    async def book(self, request: web.Request) -> web.Response:
        self.asked += 1
        sides = {"bids": self.bids, "asks": self.asks}
        book = {name: [{"price": str(p), "size": str(s)} for p, s in side.items()] for name, side in sides.items()}
        said = {"market": "0x0", "asset_id": request.query["token_id"], "timestamp": "1795000000000", "hash": "0"}
        return web.Response(text=self.text or json.dumps(said | book | {"tick_size": "0.01"}))


@pytest.fixture
async def venue() -> AsyncIterator[Venue]:
    venue = Venue()
    app = web.Application()
    app.router.add_get("/book", venue.book)
    async with TestServer(app) as server:
        venue.url = str(server.make_url("")).rstrip("/")
        yield venue


def books() -> tuple[Ladder, Ladder]:
    made = Ladder(100), Ladder(100)
    for ladder in made:
        ladder.replace(levels(BIDS), levels(ASKS), 100, 1)
    return made


async def watched(venue: Venue, ladders: tuple[Ladder, Ladder], until_asked: int) -> tuple[list[str], list[News]]:
    """What was renewed and told until the venue was asked so often."""
    renewed: list[str] = []
    news: list[News] = []
    async with httpx.AsyncClient(trust_env=False) as client:
        witness = BookWitness(client, venue.url, EVERY_S, news.append)
        watching = asyncio.create_task(witness.watch(market(), ladders, renewed.append))
        async with asyncio.timeout(10):
            while venue.asked < until_asked:  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(EVERY_S)
        watching.cancel()
        await asyncio.wait({watching})
    return renewed, news


async def test_books_that_agree_are_left_alone(venue: Venue) -> None:
    assert await watched(venue, books(), 8) == ([], [])


async def test_a_book_that_differs_twice_in_a_row_is_told_and_renewed(venue: Venue) -> None:
    ladders = books()
    ladders[1].set_ask(5000, 10)
    renewed, news = await watched(venue, ladders, 6)
    assert renewed[0] == "the DOWN book differs from the venue's REST answer"
    assert isinstance(news[0], Trouble)
    assert news[0].sentence == "the DOWN book differs from the venue's REST answer; asking for fresh books"


@pytest.mark.parametrize("text", ["<html>busy</html>", "[]", '{"error":"no book"}', "nothing"])
async def test_an_answer_that_is_no_book_says_nothing(venue: Venue, text: str) -> None:
    venue.text = text
    assert await watched(venue, books(), 6) == ([], [])


async def test_a_book_that_we_do_not_have_is_not_asked_for(venue: Venue) -> None:
    ladders = books()
    ladders[0].invalidate("connection lost")
    ladders[1].set_ask(5000, 10)
    renewed, _ = await watched(venue, ladders, 4)
    assert {why.split()[1] for why in renewed} <= {"DOWN"}
