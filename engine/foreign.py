"""Orders and trades of the wallet that are none of ours: shown, counted, and part of what is at risk.

A person may trade by hand with the same wallet, or another program may. Neither is touched, but what they hold can be
lost as well.
"""

from engine.execution import Leg, OrderReport, OrderState, TradeReport, TradeStatus
from engine.fees import FeeCurve


class Foreign:
    """What is known of them. Money in money units."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[tuple[str, ...], tuple[str, int]] = {}
        """By (order) and by (order, trade, leg): the market, and what is at risk there."""

    def trade(self, report: TradeReport, fees: FeeCurve | None) -> bool:
        """A trade of a foreign order; whether it was not known. `fees` are its market's where that is known."""
        cost = report.price * report.size
        if fees is not None and report.leg is Leg.TAKER:
            cost += fees.bound(cost)
        at_risk = report.buys and report.status is not TradeStatus.FAILED
        return self._hold((report.order_id, report.trade_id, report.leg), report.condition_id, cost if at_risk else 0)

    def order(self, report: OrderReport) -> bool:
        """A foreign order; whether it was not known."""
        rests = report.buys and report.state in {OrderState.LIVE, OrderState.DELAYED}
        open_size = max(report.original - report.matched, 0) if rests else 0
        return self._hold((report.order_id,), report.condition_id, open_size * report.price)

    def settled(self, condition_id: str) -> None:
        """Nothing of this market is at risk any more."""
        for key, (market, _) in self._held.items():
            if market == condition_id:
                self._held[key] = (market, 0)

    @property
    def exposure(self) -> int:
        """What they have committed."""
        return sum(money for _, money in self._held.values())

    @property
    def orders(self) -> int:
        """How many orders were seen, or seen to trade."""
        return len({key[0] for key in self._held})

    def _hold(self, key: tuple[str, ...], condition_id: str, money: int) -> bool:
        new = key not in self._held
        self._held[key] = (condition_id, money)
        return new
