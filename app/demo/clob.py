"""The order book service's look-alike: the market channel and the public reads."""

from typing import Any, Final

import orjson
from aiohttp import WSMsgType, web

from app.demo import clob_frames as wire
from app.demo.answers import answer
from app.demo.book import DOLLAR
from app.demo.clients import REFUSED, Client
from app.demo.clock import Clock
from app.demo.floor import CUSTOM, EVERYONE, Floor
from app.demo.quotes import QuoteDesk
from app.demo.titles import iso
from app.demo.windows import OUTCOMES
from app.demo.world import World

_DAY_S: Final = 86_400


class ClobService:
    """`/ws/market`, `/book`, `/clob-markets/{condition id}`, `/time`, `/version`, `/ok` and the quotes."""

    def __init__(self, world: World, clock: Clock, floor: Floor) -> None:
        self._world = world
        self._clock = clock
        self._floor = floor

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/ws/market", self._socket)
        app.router.add_get("/book", self._book)
        app.router.add_get("/clob-markets/{condition}", self._market_info)
        app.router.add_get("/time", self._time)
        app.router.add_get("/version", self._version)
        app.router.add_get("/ok", self._ok)
        QuoteDesk(self._floor).add_routes(app)
        return app

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        client = Client(request)
        await client.open()
        self._floor.audience.join(client)
        try:
            async for message in client.socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(client, message.data)
        finally:
            self._floor.audience.leave(client)
            self._floor.rest()
            await client.done()
        return client.socket

    def _hear(self, client: Client, text: str) -> None:
        if text == "PING":
            client.send(b"PONG")
            return
        order = _order(text)
        if order is None:
            client.send(REFUSED)
        elif order.get("operation") == "unsubscribe":
            self._unsubscribe(client, order["assets_ids"])
        elif order.get("operation") == "subscribe" or order.get("type") == "market":
            self._subscribe(client, order)
        else:
            client.send(REFUSED)

    def _subscribe(self, client: Client, order: dict[str, Any]) -> None:
        windows = {token: window for token in order["assets_ids"] if (window := self._floor.window(token)) is not None}
        tokens = list(windows)
        self._floor.audience.subscribe(client, tokens)
        if order.get("custom_feature_enabled") is True:
            self._floor.audience.subscribe(client, [CUSTOM + topic for topic in (*tokens, EVERYONE)])
        for window in windows.values():
            self._floor.play(window)
        if order.get("initial_dump") is not False:
            books = [self._floor.book(token) for token in tokens]
            client.send(orjson.dumps([wire.snapshot(book) for book in books if book is not None]))

    def _unsubscribe(self, client: Client, tokens: list[str]) -> None:
        self._floor.audience.unsubscribe(client, [*tokens, *(CUSTOM + token for token in tokens)])
        self._floor.rest()

    async def _book(self, request: web.Request) -> web.Response:
        book = self._floor.book(request.query.get("token_id", ""))
        if book is None:
            return answer({"error": "No orderbook exists for the requested token id"}, 404)
        return answer(book)

    async def _market_info(self, request: web.Request) -> web.Response:
        window = self._floor.by_condition(request.match_info["condition"])
        if window is None:
            return answer({"error": "market not found"}, 404)
        return answer(
            {
                "r": {"mi": 50, "ma": 4.5, "moas": 30},
                "t": [{"t": token, "o": name} for token, name in zip(window.tokens, OUTCOMES, strict=True)],
                "c": window.condition_id,
                "mos": 5,
                "mts": self._floor.market(window).shown.tick / DOLLAR,
                "mbf": 1000,
                "tbf": 1000,
                "ao": self._clock.now_ns() < window.end_ns,
                "aot": iso(window.unix_start - _DAY_S),
                "itode": True,
                "fd": {"r": wire.FEE_RATE, "e": 1, "to": True},
                "v": window.protocol,
            }
        )

    async def _time(self, _: web.Request) -> web.Response:
        return web.Response(text=str(self._world.wall_ms(self._clock.now_ns()) // 1000))

    async def _version(self, _: web.Request) -> web.Response:
        return answer({"version": 2})

    async def _ok(self, _: web.Request) -> web.Response:
        return answer("OK")


def _order(text: str) -> dict[str, Any] | None:
    """A message that names tokens; None where it is anything else."""
    try:
        order = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    tokens = order.get("assets_ids") if isinstance(order, dict) else None
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return None
    return dict(order)
