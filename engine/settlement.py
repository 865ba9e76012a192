"""Money at the end: winners, losers and fees."""

from dataclasses import dataclass

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
