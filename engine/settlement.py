"""The end: which outcome won, and what that makes of the money: winners, losers and fees."""

from dataclasses import dataclass

from engine.events import DOWN, UP, Outcome
from engine.position import Tally


@dataclass(frozen=True, slots=True)
class Result:
    """What a set of fills earned, in money units: `gross` is payout less cost, `net` is after fees."""

    gross: int
    fees: int

    @property
    def net(self) -> int:
        """Gross less fees."""
        return self.gross - self.fees


def settle(tally: Tally, winner: int) -> Result:
    """The result of a tally when `winner` pays a dollar a share and the other outcome nothing."""
    return Result(tally.gross(winner), tally.fees)


def decide(strike: float, final: float) -> Outcome:
    """The winner by the two prices that the market compares, dollars a coin. A tie is Up.

    Every rule the venue has for these markets says "greater than or equal". The prices must be the very ones it
    compared: our own, a few cents off, name the wrong winner near a tie.
    """
    return UP if final >= strike else DOWN
