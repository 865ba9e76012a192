"""The account desk: API keys, balances, open orders and trades over HTTP."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

from app.demo.accounts import CASH, Account, Accounts
from app.demo.answers import answer
from app.demo.blotter import Blotter
from app.demo.contracts import ALL
from app.demo.credentials import ApiKey, KeyRing
from app.demo.gate import Gate
from app.demo.house import SIGNATURE_TYPES
from app.demo.matches import Match
from app.demo.orders import DELAYED, LIVE, Order
from app.demo.refusals import Refusal, refusing
from app.demo.trouble import Trouble
from app.demo.user_frames import Document, order_read, trade_read

PAGE: Final = 100
FIRST: Final = "MA=="
LAST: Final = "LTE="
"""The cursors of a first page and behind a last one: "0" and "-1" in base64."""

_ALLOWANCE: Final = str(2**256 - 1)


class AccountDesk:
    """`/auth/...`, `/balance-allowance`, `/data/...`."""

    def __init__(self, gate: Gate, keys: KeyRing, accounts: Accounts, blotter: Blotter, trouble: Trouble) -> None:
        self._gate = gate
        self._keys = keys
        self._accounts = accounts
        self._blotter = blotter
        self._trouble = trouble

    def add_routes(self, app: web.Application) -> None:
        """Below the order book service's base address."""
        app.router.add_post("/auth/api-key", refusing(self._create))
        app.router.add_get("/auth/derive-api-key", refusing(self._derive))
        app.router.add_get("/auth/api-keys", refusing(self._list_keys))
        app.router.add_get("/auth/ban-status/closed-only", refusing(self._closed_only))
        app.router.add_get("/balance-allowance", refusing(self._balance))
        app.router.add_get("/balance-allowance/update", refusing(self._update))
        app.router.add_get("/data/orders", refusing(self._orders))
        app.router.add_get("/data/order/{id}", refusing(self._order))
        app.router.add_get("/data/trades", refusing(self._trades))

    async def _create(self, request: web.Request) -> web.Response:
        return self._credentials(self._keys.create(request.headers, self._gate.now_s()))

    async def _derive(self, request: web.Request) -> web.Response:
        return self._credentials(self._keys.derive(request.headers, self._gate.now_s()))

    def _credentials(self, key: ApiKey) -> web.Response:
        self._accounts.open(key.owner)
        return answer({"apiKey": key.key, "secret": key.secret, "passphrase": key.passphrase})

    async def _list_keys(self, request: web.Request) -> web.Response:
        key = await self._gate.holder(request)
        return answer({"apiKeys": [each.key for each in self._keys.of(key.owner)]})

    async def _closed_only(self, request: web.Request) -> web.Response:
        await self._gate.holder(request)
        return answer({"closed_only": self._trouble.closed_only})

    async def _balance(self, request: web.Request) -> web.Response:
        account, asset = self._asked(await self._gate.holder(request), request.query)
        allowances = {exchange.address: _ALLOWANCE for exchange in ALL}
        return answer({"balance": str(account.has(asset)), "allowances": allowances})

    async def _update(self, request: web.Request) -> web.Response:
        account, asset = self._asked(await self._gate.holder(request), request.query)
        account.look(asset)
        return web.Response(text="")

    def _asked(self, key: ApiKey, query: Mapping[str, str]) -> tuple[Account, str]:
        """Which wallet a balance is asked of, and which asset."""
        signature_type = query.get("signature_type", "0")
        if signature_type not in map(str, SIGNATURE_TYPES):
            raise Refusal("Invalid signature type")
        account = self._accounts.of(key.owner, int(signature_type))
        match query.get("asset_type"):
            case "COLLATERAL":
                return account, CASH
            case "CONDITIONAL" | "CONDITIONAL-V2" if query.get("token_id"):
                return account, query["token_id"]
        raise Refusal("GetBalanceAndAllowance invalid params: assetAddress invalid hex address ''")

    async def _orders(self, request: web.Request) -> web.Response:
        key, query = await self._gate.holder(request), request.query
        found = [
            order
            for order in self._blotter.open.values()
            if order.key.owner == key.owner
            and query.get("market", order.window.condition_id) == order.window.condition_id
            and query.get("asset_id", order.token) == order.token
            and query.get("id", order.order_id) == order.order_id
        ]
        return _page(found, query, order_read)

    async def _order(self, request: web.Request) -> web.Response:
        """Empty where the order is unknown or has ended; its trades tell what became of it."""
        key = await self._gate.holder(request)
        order = self._blotter.orders.get(request.match_info["id"])
        if order is None or order.key.owner != key.owner or order.status not in (LIVE, DELAYED):
            return answer(None)
        return answer(order_read(order))

    async def _trades(self, request: web.Request) -> web.Response:
        key, query = await self._gate.holder(request), request.query
        found = [
            (match, taker)
            for match in reversed(self._blotter.matches)
            for taker in _roles(match, key)
            if _wanted(match, query)
        ]
        return _page(found, query, lambda each: trade_read(each[0], taker=each[1]))


def _roles(match: Match, key: ApiKey) -> list[bool]:
    """In which roles the holder of a key is in a match: True as its taker, False as a maker."""
    taker = _owns(match.taker.order, key)
    maker = any(_owns(leg.order, key) for leg in match.makers)
    return [role for role, played in ((True, taker), (False, maker)) if played]


def _owns(order: Order | None, key: ApiKey) -> bool:
    return order is not None and order.key.owner == key.owner


def _wanted(match: Match, query: Mapping[str, str]) -> bool:
    second = match.matched_ms // 1000
    wallets = {leg.wallet for leg in match.legs}
    return (
        query.get("id", match.trade_id) == match.trade_id
        and query.get("market", match.window.condition_id) == match.window.condition_id
        and ("asset_id" not in query or query["asset_id"] in {match.window.tokens[leg.outcome] for leg in match.legs})
        and ("maker_address" not in query or query["maker_address"].lower() in wallets)
        and second >= _second(query, "after", 0)
        and second <= _second(query, "before", second)
    )


def _second(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() else default


def _page(found: list[Any], query: Mapping[str, str], show: Callable[[Any], Document]) -> web.Response:
    """One page of what was found, and the cursor of the next."""
    try:
        first = int(base64.b64decode(query.get("next_cursor") or FIRST, validate=True))
    except ValueError:
        raise Refusal("Invalid next_cursor") from None
    if first < 0:
        return answer({"limit": PAGE, "count": 0, "next_cursor": LAST, "data": []})
    rows = found[first : first + PAGE]
    more = first + PAGE < len(found)
    cursor = base64.b64encode(str(first + PAGE).encode()).decode() if more else LAST
    return answer({"limit": PAGE, "count": len(rows), "next_cursor": cursor, "data": [show(row) for row in rows]})
