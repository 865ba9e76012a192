"""How many orders a signer may send: a bucket that fills at a steady rate, up to its burst."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from app.demo.refusals import TOO_MANY, Refusal
from app.demo.trouble import Trouble


class _Level(NamedTuple):
    tokens: float
    at_s: float


class Buckets:
    """A bucket a signer, of the size that the present trouble says; without one there is no limit."""

    def __init__(self, trouble: Trouble, now_s: Callable[[], float] = time.monotonic) -> None:
        self._trouble = trouble
        self._now_s = now_s
        self._levels: dict[str, _Level] = {}

    def take(self, signer: str, cost: int) -> None:
        """Pay for `cost` orders. Refusal, 429, with the seconds until it may be tried again, where the bucket has
        less; a cost above the burst can never be paid."""
        rate, burst, now_s = self._trouble.orders_per_s, self._trouble.order_burst, self._now_s()
        if not rate:
            return
        before = self._levels.get(signer, _Level(burst, now_s))
        tokens = min(before.tokens + (now_s - before.at_s) * rate, burst)
        if tokens < cost:
            self._levels[signer] = _Level(tokens, now_s)
            wait_s = math.ceil((cost - tokens) / rate)
            raise Refusal(TOO_MANY, 429, headers={"Retry-After": str(wait_s), "Poly-RateLimit-Remaining": "0"})
        self._levels[signer] = _Level(tokens - cost, now_s)
