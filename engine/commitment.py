"""What the account has committed in one market: its orders, what they hold back, and what they bought.

Position and Risk are the engine's own classes, fed with the events that the engine is fed with. So the account's last
check before an order leaves is the same as the engine's first, and a restart can give the engine what it had.
"""

from collections.abc import Iterator

from engine.breakers import MarketBreaker
from engine.carried import Carried
from engine.events import Ack, Allowance, Fill, Standing, Strike
from engine.execution import Answer, AnswerKind, TradeStatus, VenueMode
from engine.fees import FeeCurve
from engine.limits import Limits
from engine.market import Market
from engine.order_life import OrderLife, Stage
from engine.orders import Order
from engine.position import Position
from engine.risk import Risk
from engine.settlement import settle
from engine.units import PRICE


class Commitment:
    """One market on the account. Money in money units, times in ns."""

    __slots__ = (
        "breaker",
        "closed_net",
        "cutoff_ns",
        "end_ns",
        "fees",
        "fills",
        "journalled",
        "last_order_wall",
        "limits",
        "market",
        "orders",
        "position",
        "risk",
        "standing",
        "strike",
        "winner",
    )

    def __init__(self, market: Market, limits: Limits) -> None:
        self.market = market
        self.limits = limits
        self.end_ns = market.end_ms * 1_000_000
        self.cutoff_ns = self.end_ns - limits.cutoff_ns
        """Wall ns: from here on no order leaves."""
        self.position = Position()
        self.risk = Risk(limits)
        self.fees = FeeCurve(market.fee)
        self.breaker = MarketBreaker()
        self.fills: list[Fill] = []
        """All that was booked, what was taken back included."""
        self.orders: dict[str, OrderLife] = {}
        """By our own id, in the order in which they were intended."""
        self.strike: Strike | None = None
        self.journalled = False
        """The journal knows this market, with its present strike."""
        self.last_order_wall = 0
        self.winner: int | None = None
        self.closed_net: int | None = None
        """The net that was last said to be the market's result."""
        self.standing: Standing | None = None
        """What the market's engine was told last."""

    def reserve(self, order: Order) -> int:
        """What an order may cost: its budget, and the most that its fees can be."""
        return order.budget + self.fees.bound(order.budget)

    def intend(self, order: Order) -> OrderLife:
        """An order is to be sent: count it, start the cooldown, and hold its money back."""
        life = OrderLife(self.market, order, self.reserve(order))
        self.orders[order.order_id] = life
        self.risk.commit(order.order_id, life.reserve, order.mono)
        position = self.position
        position.of(order.strategy).orders += 1
        position.total.orders += 1
        self.last_order_wall = order.wall
        return life

    def book(self, life: OrderLife, mono: int, wall: int) -> Iterator[tuple[Fill | Ack, TradeStatus | None]]:
        """Book whatever is due of one order: fills with how far their settlement has come, then its ack, once."""
        order = life.order
        for due in life.matches.due():
            fill = Fill(
                mono, wall, order.order_id, order.strategy, order.outcome, due.price, due.size, due.fee, due.trade_id
            )
            self.fills.append(fill)
            self.position.add(fill)
            self.risk.spend(order.order_id, due.amount)
            yield fill, due.status
        if life.last_word and not life.acked:
            life.acked = True
            self.risk.release(order.order_id)
            yield Ack(mono, wall, order.order_id, order.strategy, order.outcome, life.status, life.reason), None
        elif life.last_word and life.back:
            life.back = False
            self.risk.release(order.order_id)

    def hold_again(self, life: OrderLife) -> None:
        """It came back: hold back what it may still spend. Its engine had the ack, and hears of it by its allowance."""
        name = life.order.order_id
        spent = sum(fill.price * fill.size + fill.fee for fill in self.fills if fill.order_id == name)
        self.risk.hold(name, max(life.reserve - spent - life.matches.failed, 0))

    def learn_strike(self, strike: Strike) -> None:
        """The strike is known, or known better."""
        known = self.strike
        if known is None or (known.value, known.source, known.exact) != (strike.value, strike.source, strike.exact):
            self.strike, self.journalled = strike, False

    def count(self, answer: Answer) -> None:
        """What the answer to an order means for the cooldown: refusals in a row make it longer."""
        if answer.kind in {AnswerKind.MATCHED, AnswerKind.WORKING}:
            self.breaker.answered(refused=False)
        elif answer.kind is AnswerKind.REJECTED and answer.mode is not VenueMode.RESTARTING:
            self.breaker.answered(refused=True)

    @property
    def carried(self) -> Carried:
        """What the engine of a session that begins in the middle of things has to take over."""
        orders = tuple(life.order.strategy for life in self.orders.values())
        open_ones = {name: held for name, held in self.risk.reserves.items() if not self.orders[name].acked}
        return Carried(orders, tuple(self.fills), self.risk.cooldown_until, open_ones)

    def open(self) -> None:
        """Its engine begins, or begins again, and knows nothing of the account."""
        self.risk.allowance = None
        self.standing = None

    def news(self, allowance: int, venue: VenueMode, mono: int, wall: int) -> Iterator[Allowance | Standing]:
        """What the market's engine has to be told, since it is another than it was told last."""
        if self.risk.allowance != allowance:
            self.risk.allowance = allowance
            yield Allowance(mono, wall, allowance)
        breaker = self.breaker
        standing = Standing(mono, wall, venue, self.unknown, breaker.paused_until, breaker.cooldown_factor)
        if self.standing is None or _says(self.standing) != _says(standing):
            self.standing = standing
            self.risk.slow_down(standing.cooldown_factor)
            yield standing

    @property
    def unknown(self) -> int:
        """Orders of unknown fate, and those that were taken to be over and are not."""
        return sum(life.stage is Stage.UNKNOWN or life.back for life in self.orders.values())

    @property
    def in_flight(self) -> OrderLife | None:
        """An order that has not had its last word; there is one at most, beside those that came back."""
        return next((life for life in self.orders.values() if life.back or not life.acked), None)

    @property
    def failed(self) -> int:
        """Cost and fees of what failed in settlement. It still counts: the venue may settle it after all."""
        return sum(life.matches.failed for life in self.orders.values())

    @property
    def room(self) -> int:
        """What may still be committed here by this market's own limit."""
        return self.limits.max_position - self.position.spent - self.risk.reserved - self.failed

    @property
    def exposure(self) -> int:
        """What can still be lost: all that was spent until the market is settled, and what is held back."""
        return (self.position.spent if self.winner is None else 0) + self.risk.reserved

    @property
    def net(self) -> int:
        """What the market earned; 0 while it is not settled."""
        return settle(self.position.total, self.winner).net if self.winner is not None else 0

    @property
    def payout(self) -> int:
        """What its winning shares pay when they are redeemed; 0 while it is not settled."""
        return self.position.total.shares[self.winner] * PRICE if self.winner is not None else 0

    @property
    def at_rest(self) -> bool:
        """Whether nothing more is expected: settled, and every order with it."""
        return self.winner is not None and all(life.at_rest for life in self.orders.values())


def _says(standing: Standing) -> tuple[VenueMode, int, int, int]:
    return standing.venue, standing.unknown, standing.paused_until, standing.cooldown_factor
