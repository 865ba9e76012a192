"""Positions as the data service lists them, and paying out what has won.

Winning shares are worth a dollar each from the outcome on, but become cash only when they are redeemed: automatically
after a while where the house rules say so, else when the control endpoint is asked to.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from app.demo.accounts import CASH, MILLION, Account, Accounts, Lot
from app.demo.answers import answer
from app.demo.book import DOLLAR
from app.demo.clock import Clock
from app.demo.floor import Floor
from app.demo.signatures import checksummed
from app.demo.titles import iso, title
from app.demo.windows import OUTCOMES, Window
from app.demo.world import World


class PositionDesk:
    """`/v2/positions` of the data service, and redemption."""

    def __init__(self, world: World, clock: Clock, floor: Floor, accounts: Accounts) -> None:
        self._world = world
        self._clock = clock
        self._floor = floor
        self._accounts = accounts

    def app(self) -> web.Application:
        """The routes, below this service's base address."""
        app = web.Application()
        app.router.add_get("/v2/positions", self._positions)
        return app

    def resolved(self, window: Window) -> None:
        """A window that was traded in has its winner: pay out later, if that is the rule."""
        after_s = self._world.config.house.redeem_after_s
        if after_s is not None:
            asyncio.get_running_loop().call_later(after_s, self.redeem, None, window.condition_id)

    def redeem(self, wallet: str | None, condition_id: str | None) -> list[dict[str, Any]]:
        """Turn resolved positions into cash, of one wallet or all, in one market or all: what was paid, in
        millionths. Shares that are not on the chain yet stay for another time."""
        paid = []
        for account in self._accounts:
            if wallet is not None and account.wallet != wallet.lower():
                continue
            for window, outcome, size in self._held(account):
                if condition_id in (None, window.condition_id, window.listed_condition_id) and self._over(window):
                    paid.append(self._pay(account, window, outcome, size))
        return paid

    def _pay(self, account: Account, window: Window, outcome: int, size: int) -> dict[str, Any]:
        token = window.tokens[outcome]
        dollars = size if self._world.settlement(window).winner == outcome else 0
        account.look(token)
        account.give(token, -size)
        account.give(CASH, dollars)
        return {"wallet": account.wallet, "market": window.condition_id, "token": token, "size": size, "paid": dollars}

    def _held(self, account: Account) -> Iterator[tuple[Window, int, int]]:
        """(window, outcome, size) of every token on the chain."""
        for token in list({*account.held, *account.landed} - {CASH}):
            window, size = self._world.by_token(token), account.owns(token)
            if window is not None and size > 0:
                yield window, window.tokens.index(token), size

    async def _positions(self, request: web.Request) -> web.Response:
        account = self._accounts.at(request.query.get("user", ""))
        rows = [] if account is None else [self._row(account, *each) for each in self._held(account)]
        market, status = request.query.get("condition_id"), request.query.get("status", "")
        rows = [row for row in rows if market in (None, row["condition_id"]) and status in ("", *_statuses(row))]
        return answer({"data": rows, "pagination": {"has_more": False, "next_cursor": None}})

    def _row(self, account: Account, window: Window, outcome: int, size: int) -> dict[str, Any]:
        over, lot = self._over(window), account.lots.get(window.tokens[outcome], Lot())
        price, entry = self._price(window, outcome), lot.cost / max(lot.size, 1)
        shares, cost, fees = size / MILLION, size * entry / MILLION, lot.fees * size / max(lot.size, 1) / MILLION
        gain = shares * price - cost - fees
        return {
            "proxy_wallet": checksummed(account.wallet),
            "token_id": window.tokens[outcome],
            "condition_id": window.listed_condition_id,
            "current_size": shares,
            "avg_price": round(entry, 6),
            "entry_cost_usdc": round(cost, 6),
            "entry_fees_usdc": round(fees, 6),
            "total_cost_usdc": round(cost + fees, 6),
            "current_price": price,
            "current_value": round(shares * price, 6),
            "total_size": lot.size / MILLION,
            "realized_pnl": 0.0,
            "unrealized_pnl": round(gain, 6),
            "total_pnl": round(gain, 6),
            "percent_pnl": round(100 * gain / (cost + fees), 4) if cost else 0.0,
            "percent_realized_pnl": 0.0,
            "status": "REDEEMABLE" if over else "OPEN",
            "redeemable": over,
            "mergeable": False,
            "negative_risk": False,
            "archived": False,
            "verified": True,
            "title": title(window),
            "slug": window.slug,
            "icon": "",
            "event_slug": window.slug,
            "outcome": OUTCOMES[outcome],
            "opposite_outcome": OUTCOMES[1 - outcome],
            "outcome_index": outcome,
            "opposite_token_id": window.tokens[1 - outcome],
            "end_date": iso(window.unix_end)[:10],
        }

    def _price(self, window: Window, outcome: int) -> float:
        if self._over(window):
            return 1.0 if self._world.settlement(window).winner == outcome else 0.0
        bid, ask = self._floor.market(window).shown.touch(outcome)
        return (bid + ask) / 2 / DOLLAR

    def _over(self, window: Window) -> bool:
        return self._clock.now_ns() >= window.resolved_ns


def _statuses(row: dict[str, Any]) -> tuple[str, ...]:
    """The filters under which a row is found: one that has lost is not among the redeemable ones."""
    if row["redeemable"]:
        return ("REDEEMABLE",) if row["current_price"] else ("REDEEMABLE_LOST",)
    return ("OPEN",)
