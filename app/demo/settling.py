"""Settlement: what a match takes and gives, and when. Matched, mined, confirmed; or retried and failed."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final

from app.demo.accounts import CASH, Account, Lot
from app.demo.fees import cost
from app.demo.house import HouseRules
from app.demo.matches import CONFIRMED, FAILED, MINED, RETRYING, Leg, Match
from app.demo.trouble import Trouble

_MS: Final = 1000


class Settling:
    """Carries matches to their end; `told` is called at every step after the first."""

    def __init__(
        self,
        seed: int,
        house: HouseRules,
        trouble: Trouble,
        now_ms: Callable[[], int],
        told: Callable[[Match], None],
    ) -> None:
        self._random = Random(f"{seed}/settling")
        self._house = house
        self._trouble = trouble
        self._now_ms = now_ms
        self._told = told

    def begin(self, match: Match) -> None:
        """Take what is given for the match, and let the rest follow."""
        fails = self._trouble.fails_next() or self._random.random() < self._house.fail_chance
        for leg in match.legs:
            _exchange(match, leg, given=-1)
        loop = asyncio.get_running_loop()
        loop.call_later(self._house.mined_ms / _MS, self._step, match, RETRYING if fails else MINED)
        loop.call_later(self._house.confirmed_ms / _MS, self._step, match, FAILED if fails else CONFIRMED)

    def _step(self, match: Match, status: str) -> None:
        match.status, match.updated_ms = status, self._now_ms()
        for leg in match.legs:
            if status == MINED:
                _exchange(match, leg, got=1)
            elif status == FAILED:
                _exchange(match, leg, given=1)
            elif status == CONFIRMED and leg.order is not None:
                leg.order.account.look(_assets(leg)[1])
        self._told(match)


def _exchange(match: Match, leg: Leg, *, given: int = 0, got: int = 0) -> None:
    """Move what a leg gives (back where `given` is 1) or, onto the chain, what it gets."""
    if leg.order is None:
        return
    account, (gives, gets) = leg.order.account, _assets(leg)
    dollars, fee = cost(leg.size, leg.price), match.fee if leg is match.taker else 0
    if given:
        account.give(gives, given * (dollars + fee if leg.buys else leg.size))
    if got:
        account.land(gets, leg.size if leg.buys else dollars - fee)
        if leg.buys:
            _count(account, gets, leg.size, dollars, fee)


def _assets(leg: Leg) -> tuple[str, str]:
    """What a leg gives, and what it gets."""
    assert leg.order is not None
    token = leg.order.window.tokens[leg.outcome]
    return (CASH, token) if leg.buys else (token, CASH)


def _count(account: Account, token: str, size: int, dollars: int, fee: int) -> None:
    lot = account.lots.setdefault(token, Lot())
    lot.size += size
    lot.cost += dollars
    lot.fees += fee
