"""The control endpoint: what should go wrong, and what really happened. On loopback only, without a password.

    POST   /faults   {"answers": ["hang", {"kind": "status", "status": 429}], "fail_trades": 1, ...}
    GET    /faults   what is set now
    DELETE /faults   back to a venue without trouble
    GET    /ledger   every POST of an order, every order, match and account
    POST   /redeem   {} or {"wallet": "0x...", "market": "0x..."}: winnings become cash

Besides what `trouble` knows, two things are done at once: `"drop_user_sockets": true` cuts the user channel, and
`"balances": [{"wallet": "0x...", "asset": "pUSD", "amount": "12.5"}]` sets what an account has; an asset is "pUSD" or
a token. `docs/demo-venue.md` tells it at length.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson
from aiohttp import web

from app.demo.accounts import MILLION, Account, Accounts
from app.demo.answers import answer
from app.demo.ledger import Ledger
from app.demo.positions import PositionDesk
from app.demo.trouble import Trouble
from app.demo.user_channel import UserChannel

_DROP: Final = "drop_user_sockets"
_BALANCES: Final = "balances"
_MOST: Final = 10**9


class ControlDesk:
    """The routes of the control endpoint."""

    def __init__(
        self, trouble: Trouble, ledger: Ledger, accounts: Accounts, channel: UserChannel, positions: PositionDesk
    ) -> None:
        self._trouble = trouble
        self._ledger = ledger
        self._accounts = accounts
        self._channel = channel
        self._positions = positions

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_post("/faults", self._set)
        app.router.add_get("/faults", self._show)
        app.router.add_delete("/faults", self._clear)
        app.router.add_get("/ledger", self._facts)
        app.router.add_post("/redeem", self._redeem)
        return app

    async def _set(self, request: web.Request) -> web.Response:
        try:
            wanted = _object(await request.read())
            drop, balances = wanted.pop(_DROP, False), wanted.pop(_BALANCES, [])
            amounts = [self._amount(each) for each in balances]
            self._trouble.set(wanted)
        except (ValueError, TypeError) as error:
            return answer({"error": str(error)}, 400)
        for account, asset, amount in amounts:
            account.landed.pop(asset, None)
            account.held[asset] = amount
        if drop is True:
            self._channel.drop()
        return answer(self._present())

    async def _show(self, _: web.Request) -> web.Response:
        return answer(self._present())

    async def _clear(self, _: web.Request) -> web.Response:
        self._trouble.clear()
        return answer(self._present())

    async def _facts(self, _: web.Request) -> web.Response:
        return answer(self._ledger.facts())

    async def _redeem(self, request: web.Request) -> web.Response:
        try:
            wanted = _object(await request.read() or b"{}")
        except ValueError as error:
            return answer({"error": str(error)}, 400)
        return answer({"paid": self._positions.redeem(wanted.get("wallet"), wanted.get("market"))})

    def _present(self) -> dict[str, Any]:
        return self._trouble.present()

    def _amount(self, wanted: dict[str, Any]) -> tuple[Account, str, int]:
        """Which account shall have how many millionths of what."""
        account, asset = self._accounts.at(str(wanted.get("wallet"))), wanted.get("asset", "pUSD")
        if account is None:
            raise ValueError(f"wallet is {wanted.get('wallet')!r}, which has no account here")
        try:
            amount = Decimal(str(wanted.get("amount")))
        except InvalidOperation:
            amount = Decimal(-1)
        if not isinstance(asset, str) or not 0 <= amount <= _MOST:
            raise ValueError(f"amount is {wanted.get('amount')!r} and asset {asset!r}, which cannot be used")
        return account, asset, int(amount * MILLION)


def _object(body: bytes) -> dict[str, Any]:
    wanted = orjson.loads(body)
    if not isinstance(wanted, dict):
        raise ValueError("the body is a JSON object")
    return wanted
