"""Binance's look-alike: the trade streams and two REST calls."""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from app.demo.answers import answer
from app.demo.binance_frames import SYMBOL_ASSETS, TradeStream, kline
from app.demo.clients import Audience, Client
from app.demo.clock import Clock, Player
from app.demo.frame import Frame
from app.demo.windows import ASSETS
from app.demo.world import World

_COMBINED: Final = "combined/"
_STREAM_ASSETS: Final = {f"{asset}usdt@trade": asset for asset in ASSETS}


class BinanceService:
    """`/ws/{stream}`, `/stream?streams=`, `/api/v3/klines`, `/api/v3/time`.

    A coin's trades are made only while somebody listens; they are the same ones whenever that is.
    """

    def __init__(self, world: World, clock: Clock, player: Player) -> None:
        self._world = world
        self._clock = clock
        self._player = player
        self._audience = Audience()
        self._playing: dict[str, Callable[[], None]] = {}

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/ws/{stream}", self._raw)
        app.router.add_get("/stream", self._combined)
        app.router.add_get("/api/v3/klines", self._klines)
        app.router.add_get("/api/v3/time", self._time)
        return app

    async def _raw(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, [request.match_info["stream"]], "")

    async def _combined(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, request.query.get("streams", "").split("/"), _COMBINED)

    async def _serve(self, request: web.Request, streams: list[str], prefix: str) -> web.StreamResponse:
        known = [stream for stream in streams if stream in _STREAM_ASSETS]
        client = Client(request)
        await client.open()
        self._audience.join(client)
        self._audience.subscribe(client, [prefix + stream for stream in known])
        self._play(known)
        try:
            async for _ in client.socket:
                pass
        finally:
            self._audience.leave(client)
            self._rest()
            await client.done()
        return client.socket

    def _play(self, streams: list[str]) -> None:
        for stream in streams:
            if stream not in self._playing:
                trades = TradeStream(self._world, _STREAM_ASSETS[stream], self._clock.now_ns())
                self._playing[stream] = self._player.add(trades, self._publish)

    def _publish(self, frame: Frame) -> None:
        """One trade, to those on its own stream and, wrapped, to those on a combined one."""
        stream = frame.channel.removeprefix("binance/")
        self._audience.publish(frame.payload, stream)
        wrapped = b'{"stream":"%s","data":%s}' % (stream.encode(), frame.payload)
        self._audience.publish(wrapped, _COMBINED + stream)

    def _rest(self) -> None:
        for stream in [each for each in self._playing if not self._audience.listeners(each, _COMBINED + each)]:
            self._playing.pop(stream)()

    async def _klines(self, request: web.Request) -> web.Response:
        asset = SYMBOL_ASSETS.get(request.query.get("symbol", ""))
        if asset is None:
            return answer({"code": -1121, "msg": "Invalid symbol."}, 400)
        if request.query.get("interval") != "1h":
            return answer({"code": -1120, "msg": "Invalid interval."}, 400)
        try:
            limit = min(int(request.query.get("limit", "500")), 1000)
            start_ms = int(request.query.get("startTime", "0"))
        except ValueError:
            return answer({"code": -1100, "msg": "Illegal characters found in a parameter."}, 400)
        return answer(self._candles(asset, start_ms, limit))

    def _candles(self, asset: str, start_ms: int, limit: int) -> list[list[int | str]]:
        """Candles of a window's length that begin when windows do, from `start_ms` on, the open one included."""
        world, now_ns = self._world, self._clock.now_ns()
        after_ms = start_ms - world.window(asset, "1h", 0).unix_start * 1000
        index = max(-(-after_ms // (world.config.window_s * 1000)), 0)
        rows: list[list[int | str]] = []
        while len(rows) < limit:
            window = world.window(asset, "1h", index)
            bar = world.tapes[asset].candle(window.start_s, min(window.end_ns, now_ns))
            if bar is None:
                break
            rows.append(kline(window.unix_start * 1000, window.unix_end * 1000 - 1, bar))
            index += 1
        return rows

    async def _time(self, _: web.Request) -> web.Response:
        return answer({"serverTime": self._world.wall_ms(self._clock.now_ns())}, 200)
