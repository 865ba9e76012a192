"""What stands in the private side's place where the packages that check signatures are not installed."""

from typing import Any, Final

from aiohttp import web

from app.demo.answers import answer

PATHS: Final = (
    ("POST", "/order"),
    ("POST", "/orders"),
    ("DELETE", "/order"),
    ("DELETE", "/orders"),
    ("DELETE", "/cancel-all"),
    ("DELETE", "/cancel-market-orders"),
    ("POST", "/v1/heartbeats"),
    ("POST", "/auth/api-key"),
    ("GET", "/auth/derive-api-key"),
    ("GET", "/auth/api-keys"),
    ("GET", "/auth/ban-status/closed-only"),
    ("GET", "/balance-allowance"),
    ("GET", "/balance-allowance/update"),
    ("GET", "/data/orders"),
    ("GET", "/data/order/{id}"),
    ("GET", "/data/trades"),
    ("GET", "/ws/user"),
)
"""Everything below the order book service's address that needs an account."""

_WHY: Final = (
    "This demo venue has no accounts: install pmtui with the extra 'live', which brings the signatures' check."
)


class AbsentSide:
    """Every private call answers 503 with one sentence."""

    def add_routes(self, app: web.Application) -> None:
        """Below the order book service's base address."""
        for method, path in PATHS:
            app.router.add_route(method, path, _refuse)

    def control(self) -> web.Application:
        """The control endpoint."""
        return _nothing()

    def data(self) -> web.Application:
        """The data service."""
        return _nothing()

    def facts(self) -> dict[str, Any]:
        """There is no wallet to tell of."""
        return {}

    def geoblocked(self) -> bool:
        """Nobody can say so."""
        return False

    async def close(self) -> None:
        """There is nothing to end."""


def _nothing() -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _refuse)
    return app


async def _refuse(_: web.Request) -> web.Response:
    return answer({"error": _WHY}, 503)
