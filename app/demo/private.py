"""The venue's private side, put together: accounts, orders, the user channel, and the control endpoint.

Needs the packages of the extra `live`; without them `absent` stands in its place.
"""

from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from app.demo.account_desk import AccountDesk
from app.demo.accounts import Accounts
from app.demo.blotter import Blotter
from app.demo.clock import Clock
from app.demo.control import ControlDesk
from app.demo.credentials import KeyRing
from app.demo.exchange import Exchange
from app.demo.floor import Floor
from app.demo.gate import Gate
from app.demo.ledger import Ledger
from app.demo.order_desk import OrderDesk
from app.demo.positions import PositionDesk
from app.demo.signatures import CHAIN_ID
from app.demo.trouble import Trouble
from app.demo.user_channel import UserChannel
from app.demo.wallets import play_wallet
from app.demo.world import World


class PrivateSide:
    """Everything that needs an account. `prefix` is where the order book service is mounted."""

    def __init__(self, prefix: str, world: World, clock: Clock, floor: Floor) -> None:
        seed, house = world.config.seed, world.config.house
        self._protocol = world.config.protocol
        self._house = house
        self._play = play_wallet(seed, house.signature_type)
        self._trouble = Trouble()
        keys, accounts = KeyRing(seed), Accounts(house, self._play)
        self._channel = UserChannel(keys, self._trouble)
        blotter = Blotter(seed, house, self._trouble, lambda: world.wall_ms(clock.now_ns()), self._channel)
        self._positions = PositionDesk(world, clock, floor, accounts)
        self._exchange = Exchange(world, clock, floor, accounts, blotter, self._positions.resolved)
        gate, ledger = Gate(prefix, keys, world, clock, self._trouble), Ledger(blotter, accounts)
        self._ledger = ledger
        self._orders = OrderDesk(gate, self._exchange, ledger, self._trouble, house.heartbeat_s)
        self._desk = AccountDesk(gate, keys, accounts, blotter, self._trouble)
        self._control = ControlDesk(self._trouble, ledger, accounts, self._channel, self._positions)

    def add_routes(self, app: web.Application) -> None:
        """Below the order book service's base address."""
        public = set(app.router.routes())
        self._orders.add_routes(app)
        self._desk.add_routes(app)
        app.router.add_get("/ws/user", self._channel.socket)
        self._count_requests(app, frozenset(app.router.routes()) - public)

    def _count_requests(self, app: web.Application, private: frozenset[web.AbstractRoute]) -> None:
        """Enter every request to these routes in the ledger before anything is done with it."""

        @web.middleware
        async def counting(request: web.Request, handler: Handler) -> web.StreamResponse:
            route = request.match_info.route
            if route in private:
                self._ledger.request(request.method, route.resource.canonical if route.resource is not None else "")
            return await handler(request)

        app.middlewares.append(counting)

    def control(self) -> web.Application:
        """The control endpoint."""
        return self._control.app()

    def data(self) -> web.Application:
        """The data service."""
        return self._positions.app()

    def facts(self) -> dict[str, Any]:
        """The play wallet and what else a client has to know."""
        return {
            "wallet_key": self._play.key,
            "funder": self._play.funder,
            "signature_type": self._play.signature_type,
            "api": {
                "address": self._play.address,
                "chain_id": CHAIN_ID,
                "protocol": self._protocol,
                "balance_usd": self._house.balance_usd,
                "hold_ms": self._house.hold_ms,
            },
        }

    def geoblocked(self) -> bool:
        """Whether the venue says that it does not serve this place."""
        return self._trouble.geoblocked

    async def close(self) -> None:
        """The venue ends."""
        self._orders.close()
        await self._exchange.close()
