"""Who won a market, by Gamma's word, for a market that no session of this run follows."""

from engine.market import Market
from feeds.gamma import Gamma
from feeds.verdict import Verdict


class Winners:
    """Asks once; whoever wants to know asks again."""

    def __init__(self, gamma: Gamma) -> None:
        self._gamma = gamma

    async def of(self, market: Market) -> int | None:
        """The outcome that won, None while it is not known."""
        answer = await self._gamma.outcome(market.slug, market.start_ms)
        return answer.outcome if isinstance(answer, Verdict) else None
