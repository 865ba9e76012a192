"""Asks the venue what it knows: of one order whose fate is open, and of the whole account after a gap."""

import asyncio
from collections import Counter
from typing import Final

from app.live.account import LiveAccount
from app.live.calls import Unanswered
from app.live.client import VenueClient
from app.live.listing import Listing
from engine.absence import Look
from engine.entries import Question
from engine.execution import OrderReport, TradeReport

OFTEN_S: Final = 5.0
"""Between two comparisons while the user channel is down, or an order has not come to its end."""

SELDOM_S: Final = 30.0
SLACK_S: Final = 60
"""The venue's clock and ours may differ by that much in what "since" means."""

LATE_S: Final = 3600
"""A trade that is listed so much later than it was made is found all the same. Older ones, of orders that are at rest,
are not read for ever: the list would grow until it cannot be read at all."""


class Lookup:
    """Reads go one after the other, so a slow venue is not asked more than it can answer."""

    def __init__(self, account: LiveAccount, client: VenueClient) -> None:
        self._account = account
        self._client = client
        self._stir = asyncio.Event()
        self.calm = False
        """The user channel is up, so that asking seldom will do."""
        self.counters: Counter[str] = Counter()
        self.trouble = ""
        """Why the last comparison failed, empty after one that worked."""
        self.compared = False
        """One comparison has read everything."""
        self.since_s = account.now()[1] // 1_000_000_000 - SLACK_S
        """Trades are read from here on (unix time)."""

    def hurry(self) -> None:
        """Compare soon: a connection came up, and nobody replays what was missed."""
        self._stir.set()

    async def answer(self) -> None:
        """Look for orders as the blotter asks for it, until cancelled."""
        while True:
            question = await self._account.questions.get()
            look = await self._look(question)
            account = self._account
            account.act(account.blotter.looked(question.order, look, *account.now()))

    async def compare(self) -> None:
        """Compare the whole account with the venue, again and again, until cancelled."""
        while True:
            await self.once()
            try:
                async with asyncio.timeout(
                    SELDOM_S if self.calm and not self.trouble and not self._restless() else OFTEN_S
                ):
                    await self._stir.wait()
            except TimeoutError:
                pass
            self._stir.clear()

    async def once(self) -> bool:
        """One comparison; whether the venue could be read whole. What is not read is unknown, never nothing."""
        asked_s = self._account.now()[1] // 1_000_000_000
        orders, trades = await self._client.open_orders(), await self._client.trades(after_s=self.since_s)
        read = self._take(orders), self._take(trades)
        if all(read):
            self.trouble, self.compared = "", True
            self.since_s = max(self.since_s, min([asked_s - LATE_S, *self._open_since()]))
        return all(read)

    async def _look(self, question: Question) -> Look:
        asked, _ = self._account.now()
        one = await self._client.order(question.order)
        if isinstance(one, OrderReport):
            self._account.heard([one])
        orders = await self._client.open_orders(question.condition_id)
        since_s = question.since_ms // 1000 - SLACK_S
        trades = await self._client.trades(question.condition_id, after_s=since_s)
        read = self._take(orders), self._take(trades)
        found = None if isinstance(one, Unanswered) else one is not None
        if found is False and isinstance(orders, Listing):
            # Its trades are no sign that more of it is to come: the rest of a fill-and-kill order is nowhere.
            found = any(row.order_id.lower() == question.order for row in orders.rows)
        return Look(asked, found, *read)

    def _take(self, listing: "Listing[OrderReport] | Listing[TradeReport] | Unanswered") -> bool:
        """Hand on what a list holds; whether it was whole."""
        if isinstance(listing, Unanswered):
            self.counters["unanswered"] += 1
            self.trouble = str(listing)
            return False
        self._account.heard(listing.rows)
        for name, count in listing.refused.items():
            self.counters[name] += count
        if not listing.complete:
            self.trouble = f"{sum(listing.refused.values())} rows of the venue's list cannot be read"
        return listing.complete

    def _restless(self) -> bool:
        return any(not life.at_rest for life in self._account.blotter.account.orders.values())

    def _open_since(self) -> list[int]:
        """When each order that is not at rest was decided, and some time before."""
        lives = self._account.blotter.account.orders.values()
        return [life.order.wall // 1_000_000_000 - SLACK_S for life in lives if not life.at_rest]
