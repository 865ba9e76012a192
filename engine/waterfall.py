"""Where the edge goes, step by step, from what the model promised to what was paid out.

Per share: `(fair - mid) - (ask - mid) - (ask at arrival - ask) - (fill - ask at arrival) - fee + (payout - fair)`,
which is `payout - fill - fee`. Summed in money units, so the steps add up to the profit exactly.
"""

from typing import Final, NamedTuple

from engine.markout import worth
from engine.orders import Order
from engine.units import PRICE

LUCK: Final = "settlement_luck"
STEP_NAMES: Final = ("model_edge", "spread", "latency_drift", "slippage", "fee", LUCK)


def fair_units(order: Order) -> int:
    """What the strategy held a share to be worth, to the nearest price unit: the one rounding of the waterfall."""
    return order.price + round(order.edge * PRICE)


class Steps(NamedTuple):
    """The steps of some fills of `size` shares together, in money units; what costs is negative."""

    size: int = 0
    model_edge: int = 0
    """Fair value over the book's middle when the order was decided: what the model claims to know."""
    spread: int = 0
    """From that middle to the ask."""
    latency_drift: int = 0
    """From the ask that was seen to the ask that the order met; positive where it came closer."""
    slippage: int = 0
    """From the best ask at arrival to the average paid."""
    fee: int = 0
    settlement_luck: int = 0
    """Payout over fair value: nothing on average, if the model is right."""

    @property
    def net(self) -> int:
        """What is left of it: payout less cost and fee."""
        return sum(self[1:])

    def plus(self, other: "Steps") -> "Steps":
        """Both together."""
        return Steps(*(mine + its for mine, its in zip(self, other, strict=True)))


class Leg(NamedTuple):
    """What is known of one filled order before its market is settled.

    `fair`, `ask` and `ask_at_arrival` in price units, `middle` twice the middle at the decision; `size`, `cost`
    (before the fee) and `fee` of all its fills.
    """

    strategy: str
    outcome: int
    fair: int
    middle: int
    ask: int
    ask_at_arrival: int
    size: int
    cost: int
    fee: int

    def steps(self, winner: int) -> Steps:
        """The waterfall once `winner` pays a dollar a share."""
        size = self.size
        fair, middle, met = self.fair * size, worth(self.middle, size), self.ask_at_arrival * size
        payout = PRICE * size if winner == self.outcome else 0
        return Steps(
            size=size,
            model_edge=fair - middle,
            spread=middle - self.ask * size,
            latency_drift=self.ask * size - met,
            slippage=met - self.cost,
            fee=-self.fee,
            settlement_luck=payout - fair,
        )
