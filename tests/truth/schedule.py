"""A buyer by the clock: it knows nothing, so what its orders lose is what an order costs.

It stands in for the strategies where a recording has books but no price. Times and sides are drawn once, from the
window's start as the seed, before anything of the window is seen.
"""

import random
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from engine.events import Outcome
from engine.signal import Gate, Signal, to_billionth
from engine.state import MarketState
from engine.units import PRICE

ORDERS: Final = 10
"""A market; as many as the default limits let through."""

OPEN_S: Final = 3.0
"""For so long a slot takes the first quote that comes; shorter than the cooldown, so one order comes of it."""

QUIET_END_S: Final = 10.0
"""At the window's end, where the engine's cutoff begins."""


class Slot(NamedTuple):
    """An order to send: from when on, in seconds left in the window, and of what."""

    left_s: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Schedule:
    """Wants each slot's outcome at its time, whatever it costs within the bounds.

    `edge` is no claim: it makes half Kelly exceed `cap` at every price within the bounds, so that every order spends
    the same.
    """

    name: ClassVar[str] = "schedule"
    lowest: ClassVar[float] = 0.05
    highest: ClassVar[float] = 0.89
    edge: ClassVar[float] = 0.10
    cap: ClassVar[float] = 0.05

    slots: tuple[Slot, ...]
    """In the order of time: `left_s` falls."""

    def evaluate(self, state: MarketState) -> Signal | Gate:
        """The outcome of the slot that is open."""
        left = state.left_s
        slot = next((slot for slot in self.slots if slot.left_s - OPEN_S < left <= slot.left_s), None)
        if slot is None:
            return ("slot", left, 0.0)
        ask = state.ladders[slot.outcome].best_ask / PRICE
        if ask < self.lowest:
            return ("cheap", ask, self.lowest)
        if ask > self.highest:
            return ("dear", ask, self.highest)
        return Signal(self.name, slot.outcome, to_billionth(ask + self.edge), ask, self.edge, 1.0, self.cap)


def schedule(seed: int, length_s: float, quoted: tuple[Outcome, ...]) -> Schedule:
    """ORDERS slots over a window of `length_s` seconds, one in each equal part, each for one of `quoted`."""
    dice = random.Random(seed)
    part = (length_s - QUIET_END_S) / ORDERS
    slots = []
    for number in range(ORDERS):
        after = part * number + dice.random() * (part - OPEN_S)
        slots.append(Slot(length_s - after, quoted[int(dice.random() * len(quoted))]))
    return Schedule(tuple(slots))
