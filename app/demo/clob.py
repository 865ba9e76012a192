"""The order book service's look-alike: the market channel and the public reads."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import orjson
from aiohttp import WSMsgType, web

from app.demo import clob_frames as wire
from app.demo.answers import answer
from app.demo.book import DOLLAR
from app.demo.clients import Audience, Client
from app.demo.clock import Clock, Player
from app.demo.frame import Frame
from app.demo.listings import Listings
from app.demo.market import Market
from app.demo.titles import iso
from app.demo.windows import OUTCOMES, Window
from app.demo.world import World

_CUSTOM_KINDS: Final = frozenset({"best_bid_ask", "new_market", "market_resolved"})
_CUSTOM: Final = "custom/"
_EVERYONE: Final = "*"
_REFUSED: Final = b"INVALID OPERATION"
_DAY_S: Final = 86_400


class _Playing(NamedTuple):
    market: Market
    stop: Callable[[], None]


class ClobService:
    """`/ws/market`, `/book`, `/clob-markets/{condition id}`, `/tick-size`, `/time`, `/version`.

    A window's book is played from the first subscription to one of its tokens until the last listener leaves.
    """

    def __init__(self, world: World, clock: Clock, player: Player) -> None:
        self._world = world
        self._clock = clock
        self._player = player
        self._audience = Audience()
        self._playing: dict[str, _Playing] = {}
        player.add(Listings(world, clock.now_ns()), self._publish)

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/ws/market", self._socket)
        app.router.add_get("/book", self._book)
        app.router.add_get("/clob-markets/{condition}", self._market_info)
        app.router.add_get("/tick-size", self._tick_size)
        app.router.add_get("/time", self._time)
        app.router.add_get("/version", self._version)
        return app

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        client = Client(request)
        await client.open()
        self._audience.join(client)
        try:
            async for message in client.socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(client, message.data)
        finally:
            self._audience.leave(client)
            self._rest()
            await client.done()
        return client.socket

    def _hear(self, client: Client, text: str) -> None:
        if text == "PING":
            client.send(b"PONG")
            return
        order = _order(text)
        if order is None:
            client.send(_REFUSED)
        elif order.get("operation") == "unsubscribe":
            self._unsubscribe(client, order["assets_ids"])
        elif order.get("operation") == "subscribe" or order.get("type") == "market":
            self._subscribe(client, order)
        else:
            client.send(_REFUSED)

    def _subscribe(self, client: Client, order: dict[str, Any]) -> None:
        tokens = [token for token in order["assets_ids"] if self._window(token) is not None]
        self._audience.subscribe(client, tokens)
        if order.get("custom_feature_enabled") is True:
            self._audience.subscribe(client, [_CUSTOM + topic for topic in (*tokens, _EVERYONE)])
        for token in tokens:
            self._play(token)
        if order.get("initial_dump") is not False:
            books = [self._book_now(token) for token in tokens]
            client.send(orjson.dumps([wire.snapshot(book) for book in books if book is not None]))

    def _unsubscribe(self, client: Client, tokens: list[str]) -> None:
        self._audience.unsubscribe(client, [*tokens, *(_CUSTOM + token for token in tokens)])
        self._rest()

    def _publish(self, frame: Frame) -> None:
        about = frame.channel.removeprefix("clob/")
        window = self._world.by_condition(about)
        topics = (about,) if window is None else window.tokens
        prefix = _CUSTOM if frame.kind in _CUSTOM_KINDS else ""
        self._audience.publish(frame.payload, *(prefix + topic for topic in topics))

    def _play(self, token: str) -> None:
        window = self._window(token)
        if window is not None and window.condition_id not in self._playing:
            market = Market(self._world, window, self._clock.now_ns())
            self._playing[window.condition_id] = _Playing(market, self._player.add(market, self._publish))

    def _rest(self) -> None:
        """Stop playing what nobody listens to."""
        for condition_id, playing in list(self._playing.items()):
            if not self._audience.listeners(*playing.market.window.tokens):
                playing.stop()
                del self._playing[condition_id]

    def _window(self, token: str) -> Window | None:
        """The window of a token, unless it is unknown or resolved."""
        now_ns = self._clock.now_ns()
        self._world.list_until(now_ns)
        window = self._world.by_token(token)
        return None if window is None or now_ns >= window.resolved_ns else window

    def _market(self, window: Window) -> Market:
        """The window's book as it is now, whether or not somebody listens to it."""
        playing = self._playing.get(window.condition_id)
        return playing.market if playing is not None else Market(self._world, window, self._clock.now_ns())

    def _book_now(self, token: str) -> wire.Document | None:
        window = self._window(token)
        if window is None:
            return None
        return self._market(window).snapshot(self._clock.now_ns(), window.tokens.index(token))

    async def _book(self, request: web.Request) -> web.Response:
        book = self._book_now(request.query.get("token_id", ""))
        if book is None:
            return answer({"error": "No orderbook exists for the requested token id"}, 404)
        return answer(book)

    async def _tick_size(self, request: web.Request) -> web.Response:
        window = self._window(request.query.get("token_id", ""))
        if window is None:
            return answer({"error": "market not found"}, 404)
        return answer({"minimum_tick_size": self._market(window).shown.tick / DOLLAR})

    async def _market_info(self, request: web.Request) -> web.Response:
        now_ns = self._clock.now_ns()
        self._world.list_until(now_ns)
        window = self._world.by_condition(request.match_info["condition"])
        if window is None:
            return answer({"error": "market not found"}, 404)
        return answer(
            {
                "r": {"mi": 50, "ma": 4.5, "moas": 30},
                "t": [{"t": token, "o": name} for token, name in zip(window.tokens, OUTCOMES, strict=True)],
                "c": window.condition_id,
                "mos": 5,
                "mts": self._market(window).shown.tick / DOLLAR,
                "mbf": 1000,
                "tbf": 1000,
                "ao": now_ns < window.end_ns,
                "aot": iso(window.unix_start - _DAY_S),
                "itode": True,
                "fd": {"r": wire.FEE_RATE, "e": 1, "to": True},
                "v": "v1",
            }
        )

    async def _time(self, _: web.Request) -> web.Response:
        return web.Response(text=str(self._world.wall_ms(self._clock.now_ns()) // 1000))

    async def _version(self, _: web.Request) -> web.Response:
        return answer({"version": 2})


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
