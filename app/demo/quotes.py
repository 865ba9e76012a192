"""The small public questions about one token that clients and bots ask: price, midpoint, tick, fee cap."""

import orjson
from aiohttp import web

from app.demo.answers import answer
from app.demo.book import DOLLAR
from app.demo.clob_frames import PRICE_TEXT
from app.demo.floor import Floor
from app.demo.windows import Window

_MOST_BOOKS = 500


class QuoteDesk:
    """`/price`, `/midpoint`, `/spread`, `/books`, `/tick-size`, `/neg-risk`, `/fee-rate`, `/markets-by-token/{id}`."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def add_routes(self, app: web.Application) -> None:
        """Below the order book service's base address."""
        app.router.add_get("/price", self._price)
        app.router.add_get("/midpoint", self._midpoint)
        app.router.add_get("/spread", self._spread)
        app.router.add_post("/books", self._books)
        app.router.add_get("/tick-size", self._tick_size)
        app.router.add_get("/neg-risk", self._neg_risk)
        app.router.add_get("/fee-rate", self._fee_rate)
        app.router.add_get("/markets-by-token/{token}", self._by_token)

    async def _price(self, request: web.Request) -> web.Response:
        """BUY asks for the best bid and SELL for the best ask, as at the venue."""
        window, side = self._asked(request), request.query.get("side", "").upper()
        if side not in ("BUY", "SELL"):
            return answer({"error": "Invalid side"}, 400)
        if window is None:
            return _no_book()
        bid, ask = self._touch(window, request)
        return answer({"price": PRICE_TEXT[bid if side == "BUY" else ask]})

    async def _midpoint(self, request: web.Request) -> web.Response:
        window = self._asked(request)
        if window is None:
            return _no_book()
        bid, ask = self._touch(window, request)
        return answer({"mid": f"{(bid + ask) / 2 / DOLLAR:.4f}".rstrip("0").rstrip(".")})

    async def _spread(self, request: web.Request) -> web.Response:
        window = self._asked(request)
        if window is None:
            return _no_book()
        bid, ask = self._touch(window, request)
        return answer({"spread": PRICE_TEXT[ask - bid]})

    async def _books(self, request: web.Request) -> web.Response:
        try:
            wanted = [str(each["token_id"]) for each in orjson.loads(await request.read())]
        except (ValueError, TypeError, KeyError):
            return answer({"error": "Invalid payload"}, 400)
        books = [self._floor.book(token) for token in wanted[:_MOST_BOOKS]]
        return answer([book for book in books if book is not None])

    async def _tick_size(self, request: web.Request) -> web.Response:
        window = self._asked(request)
        if window is None:
            return _no_market()
        return answer({"minimum_tick_size": self._floor.market(window).shown.tick / DOLLAR})

    async def _neg_risk(self, request: web.Request) -> web.Response:
        return _no_market() if self._asked(request) is None else answer({"neg_risk": False})

    async def _fee_rate(self, request: web.Request) -> web.Response:
        """The cap, in basis points; it says nothing about the fee that is charged."""
        return _no_market() if self._asked(request) is None else answer({"base_fee": 1000})

    async def _by_token(self, request: web.Request) -> web.Response:
        window = self._floor.window(request.match_info["token"])
        if window is None:
            return _no_market()
        up, down = window.tokens
        return answer({"condition_id": window.condition_id, "primary_token_id": up, "secondary_token_id": down})

    def _asked(self, request: web.Request) -> Window | None:
        return self._floor.window(request.query.get("token_id", ""))

    def _touch(self, window: Window, request: web.Request) -> tuple[int, int]:
        return self._floor.market(window).shown.touch(window.tokens.index(request.query["token_id"]))


def _no_book() -> web.Response:
    return answer({"error": "No orderbook exists for the requested token id"}, 404)


def _no_market() -> web.Response:
    return answer({"error": "market not found"}, 404)
