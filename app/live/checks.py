"""What the venue says of itself, of this place and of the account, asked again while the account is open."""

import asyncio
from collections.abc import Callable
from typing import Final

import httpx

from app.live.calls import Unanswered
from app.live.client import VenueClient
from app.live.funds import Funds
from app.live.gates import LEAST, clock_gate, format_gate, funds_gate, geoblock_gate, standing_gate
from app.live.public import Geoblock, ListedTerms, contradiction, geoblock, listed_terms, order_format
from app.settings import Settings
from engine.market import Market
from engine.view import ArmGate
from feeds.gamma_fields import Refusal
from feeds.venue_clock import ClockOffset, clock_offset

AGAIN_S: Final = 30.0
"""Between two rounds. A connection stays open for longer, so that an order finds one."""

RETRY_S: Final = 2.0
_NOT_ASKED: Final = Unanswered("not asked yet")


class Checks:
    """The last answers. What was not answered is unknown, and unknown closes a gate."""

    def __init__(
        self, http: httpx.AsyncClient, settings: Settings, client: VenueClient, clock: ClockOffset | str
    ) -> None:
        self.where: Geoblock | Unanswered = _NOT_ASKED
        self.order_format: int | Unanswered = _NOT_ASKED
        self.clock: ClockOffset | str = clock
        self.closed_only: bool | Unanswered = _NOT_ASKED
        self.funds: Funds | Unanswered = _NOT_ASKED
        self.asked = asyncio.Event()
        """The first round is over."""
        self._terms: dict[str, ListedTerms | Refusal | Unanswered] = {}
        self._wanted: set[str] = set()
        self._http = http
        self._settings = settings
        self._client = client

    async def run(self, refused: Callable[[str], None]) -> None:
        """Ask again and again, until cancelled; `refused` is told what speaks against trading at all."""
        while True:
            await self.ask()
            self.asked.set()
            against = self.refuses()
            if against is not None:
                refused(f"{against.name}: {against.state}")
            await asyncio.sleep(AGAIN_S)

    async def ask(self) -> None:
        """One round."""
        http, url = self._http, self._settings.clob_rest_url
        self.clock = await clock_offset(http, url)
        if isinstance(self.clock, ClockOffset):
            self._client.ahead_s = self.clock.ahead_s
        self.where = await geoblock(http, self._settings.site_url)
        self.order_format = await order_format(http, url)
        self.closed_only = await self._client.closed_only()
        self.funds = await self._client.funds()

    def needs_terms(self, market: Market) -> bool:
        """Whether somebody must ask for the market's terms; who is told so has to, and nobody else meanwhile."""
        name = market.condition_id
        if name in self._wanted or isinstance(self._terms.get(name), ListedTerms | Refusal):
            return False
        self._wanted.add(name)
        return True

    async def ask_terms(self, market: Market) -> None:
        """What the order book itself says of a market; asked again after a while where it does not answer."""
        name = market.condition_id
        try:
            self._terms[name] = await listed_terms(self._http, self._settings.clob_rest_url, name)
            if isinstance(self._terms[name], Unanswered):
                await asyncio.sleep(RETRY_S)
        finally:
            self._wanted.discard(name)

    def neg_risk(self, condition_id: str) -> bool:
        """Whether the market is of the kind that another contract settles; no Up/Down market is known to be."""
        terms = self._terms.get(condition_id)
        return terms.neg_risk if isinstance(terms, ListedTerms) else False

    def gates(self, market: Market | None) -> tuple[ArmGate, ...]:
        """Each answer as a gate."""
        return (
            geoblock_gate(self.where),
            format_gate(self.order_format),
            clock_gate(self.clock),
            standing_gate(self.closed_only),
            funds_gate(self.funds, market, LEAST),
            self._terms_gate(market),
        )

    def objection(self, market: Market) -> str | None:
        """What keeps a market from being traded live; "" where nothing does, None while that is not known."""
        terms = self._terms.get(market.condition_id)
        if terms is None or isinstance(terms, Unanswered):
            return None
        return contradiction(market, terms) if isinstance(terms, ListedTerms) else str(terms)

    def refuses(self) -> ArmGate | None:
        """What the last answers say against trading at all. Not to have been answered says nothing."""
        answers = (self.where, self.order_format, self.clock, self.closed_only)
        gates = (
            geoblock_gate(self.where),
            format_gate(self.order_format),
            clock_gate(self.clock),
            standing_gate(self.closed_only),
        )
        known = (not isinstance(answer, Unanswered | str) for answer in answers)
        return next((gate for gate, sure in zip(gates, known, strict=True) if sure and not gate.passed), None)

    def _terms_gate(self, market: Market | None) -> ArmGate:
        """Book and listing must be of one mind about tokens, fee and smallest order."""
        terms = self._terms.get(market.condition_id) if market is not None else None
        if market is None or terms is None:
            return ArmGate("market", False, "the order book has not been asked about it yet")
        if not isinstance(terms, ListedTerms):
            return ArmGate("market", False, f"unknown: {terms}")
        wrong = contradiction(market, terms)
        return ArmGate("market", not wrong, wrong or f"protocol {market.version}, as the order book says too")
