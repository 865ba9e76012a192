"""The website's look-alike: the undocumented price call and the geoblock."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from aiohttp import web

from app.demo.answers import answer
from app.demo.clock import Clock
from app.demo.price import SECOND
from app.demo.windows import ASSETS
from app.demo.world import World

_KNOWN_AFTER_S: Final = 2
"""Seconds until a price that decides something can be asked for."""


class SiteService:
    """`/api/crypto/crypto-price`, `/api/geoblock`."""

    def __init__(self, world: World, clock: Clock, geoblocked: Callable[[], bool]) -> None:
        self._world = world
        self._clock = clock
        self._geoblocked = geoblocked

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/api/crypto/crypto-price", self._crypto_price)
        app.router.add_get("/api/geoblock", self._geoblock)
        return app

    async def _crypto_price(self, request: web.Request) -> web.Response:
        """The oracle at both ends of a window; without the TWAP parameters the spot report, as at the venue."""
        query = request.query
        asset = query.get("symbol", "").lower()
        try:
            start_s, end_s = (self._second(query.get(name, "")) for name in ("eventStartTime", "endDate"))
            lookback_s = int(query.get("twapLookbackSeconds", "0")) if query.get("twapEnabled") == "true" else 0
        except ValueError:
            return answer({"error": "Invalid parameters"}, 400)
        if asset not in ASSETS:
            return answer({"error": "Invalid parameters"}, 400)
        close = self._price(asset, end_s, lookback_s)
        return answer(
            {
                "openPrice": self._price(asset, start_s, lookback_s),
                "closePrice": close,
                "timestamp": self._world.wall_ms(self._clock.now_ns()),
                "completed": close is not None,
                "incomplete": close is None,
                "cached": False,
            }
        )

    def _second(self, text: str) -> int:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(f"{text} has no time zone")
        return int(moment.timestamp()) - self._world.start_s

    def _price(self, asset: str, second: int, lookback_s: int) -> float | None:
        if not 0 <= second <= self._clock.now_ns() // SECOND - _KNOWN_AFTER_S:
            return None
        path = self._world.paths[asset]
        return path.stamped(second, self._world.config.lookback_s) if lookback_s else path.spot(second)

    async def _geoblock(self, _: web.Request) -> web.Response:
        return answer({"blocked": self._geoblocked(), "ip": "127.0.0.1", "country": "CH", "region": "ZH"})
