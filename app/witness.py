"""A second opinion on the books: the venue's REST answer beside what the socket built. Off unless it is asked for."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

import httpx
import orjson

from app.news import Tell, Trouble
from engine.book import Ladder
from engine.events import OUTCOME_NAMES, BookSnapshot
from engine.market import Market
from engine.units import NO_ASK, NO_BID
from feeds.clob import ClobParser

Tops = tuple[int, int]
"""Best bid and best ask."""

TWICE: Final = 2
"""Differences in a row that make a book wrong: one may be an answer that was overtaken."""


class BookWitness:
    """Compares both books of a session every `every_s` seconds; counts what it asked and what differed."""

    def __init__(self, client: httpx.AsyncClient, clob_rest_url: str, every_s: float, tell: Tell) -> None:
        self.asked = 0
        self.differed = 0
        self._client = client
        self._url = f"{clob_rest_url}/book"
        self._every_s = every_s
        self._tell = tell

    async def watch(self, market: Market, ladders: tuple[Ladder, Ladder], renew: Callable[[str], None]) -> None:
        """Look until cancelled. A book that differs twice in a row is told, and `renew` is asked for fresh ones."""
        parser = ClobParser(*market.tokens)
        in_a_row = [0, 0]
        while True:
            await asyncio.sleep(self._every_s)
            for outcome, token in enumerate(market.tokens):
                agrees = await self._agrees(parser, token, ladders[outcome])
                in_a_row[outcome] = 0 if agrees else in_a_row[outcome] + 1
                if in_a_row[outcome] == TWICE:
                    in_a_row[outcome] = 0
                    why = f"the {OUTCOME_NAMES[outcome]} book differs from the venue's REST answer"
                    self._tell(Trouble(market.slug, f"{why}; asking for fresh books"))
                    renew(why)

    async def _agrees(self, parser: ClobParser, token: str, ladder: Ladder) -> bool:
        """Whether the answer is the book as it was when asked or when answered; what cannot be compared agrees."""
        if not ladder.valid:
            return True
        before = _tops_of(ladder)
        self.asked += 1
        try:
            response = await self._client.get(self._url, params={"token_id": token})
            answer = orjson.loads(response.content)
        except (httpx.HTTPError, orjson.JSONDecodeError):
            return True
        seen = {_tops_in(book) for book in _books(parser, answer)}
        agrees = not seen or not ladder.valid or bool(seen & {before, _tops_of(ladder)})
        self.differed += not agrees
        return agrees


def _books(parser: ClobParser, answer: object) -> Iterator[BookSnapshot]:
    now = time.time_ns()
    return (event for event in parser.events(answer, now, now, 0) if isinstance(event, BookSnapshot))


def _tops_in(book: BookSnapshot) -> Tops:
    return max(book.bids, default=NO_BID), min(book.asks, default=NO_ASK)


def _tops_of(ladder: Ladder) -> Tops:
    return ladder.best_bid, ladder.best_ask
