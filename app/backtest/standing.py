"""How the combinations of a sweep stand: each on its own, and in the order in which they are told from luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.backtest.noise import bar, chance, highest_by_luck, sidak
from app.backtest.stake import Estimate, Kinship, difference, kinship, per_share, z_of
from app.backtest.sweep import Part
from engine.verdict import MIN_MARKETS


class Standing(NamedTuple):
    """What one combination came to in one part of the windows. Money in dollars."""

    trial: int
    orders: int
    trades: int
    markets: int
    """In which it held shares to the end: its observations."""
    net: float
    per_share: Estimate | None
    """None where it held nothing."""
    z: float
    """Standard deviations of luck by which its net stands above zero."""
    by_luck: float | None = None
    """How often luck reaches this z, corrected for all that were ranked; None where it is not ranked."""

    @property
    def ranked(self) -> bool:
        """Whether it has the markets that a verdict takes."""
        return self.markets >= MIN_MARKETS


@dataclass(frozen=True, slots=True)
class Ranking:
    """The combinations by z, the highest first; behind them those of too few markets, by how many they have."""

    standings: tuple[Standing, ...]
    now: Standing
    """The present settings, which are one of them."""
    bar: float
    """The z that the best of all that are ranked reaches by luck in 5 % of cases."""
    sidak: float | None
    """The best one's chance to be luck if all that are ranked were independent; None where none is."""
    ahead: Estimate | None
    """What the best one earned a share more than the present settings; None where these are not ranked, or the best."""

    @property
    def ranked(self) -> int:
        """How many have enough markets: those among which the best one is chosen, and for which luck is corrected."""
        return sum(one.ranked for one in self.standings)

    @property
    def best(self) -> Standing | None:
        """The first, None where none has enough markets."""
        first = self.standings[0]
        return first if first.ranked else None


def rank(part: Part, now: int, seed: int) -> Ranking:
    """Rank the trials of a part; `now` is the one of the present settings, and leads where another one equals it."""
    kin = kin_of(part)
    standings = [stand(part, trial, kin) for trial in range(len(part.rows))]
    ranked = [one.trial for one in standings if one.ranked]
    highest = highest_by_luck((part.stakes(trial) for trial in ranked), len(part.spans), seed)
    standings = [one._replace(by_luck=chance(one.z, highest)) if one.ranked else one for one in standings]
    standings.sort(key=lambda one: (not one.ranked, -one.z if one.ranked else -one.markets, one.trial != now))
    best, present = standings[0], next(one for one in standings if one.trial == now)
    compared = best.ranked and present.ranked and best is not present
    return Ranking(
        standings=tuple(standings),
        now=present,
        bar=bar(highest),
        sidak=sidak(best.z, len(ranked)) if best.ranked else None,
        ahead=difference(part.stakes(best.trial), part.stakes(now), kin) if compared else None,
    )


def judge_alone(part: Part, trial: int, seed: int) -> Standing:
    """One trial on a part where nothing was chosen: its chance to be luck needs no correction."""
    one = stand(part, trial, kin_of(part))
    highest = highest_by_luck([part.stakes(trial)], len(part.spans), seed)
    return one._replace(by_luck=chance(one.z, highest) if one.markets else None)


def stand(part: Part, trial: int, kin: Kinship) -> Standing:
    """What one trial came to."""
    holdings, stakes = part.holdings(trial), part.stakes(trial)
    return Standing(
        trial=trial,
        orders=sum(held.orders for _, held in holdings),
        trades=sum(held.trades for _, held in holdings),
        markets=len(stakes),
        net=sum(stake.net for stake in stakes),
        per_share=per_share(stakes, kin) if stakes else None,
        z=z_of(stakes, kin),
    )


def kin_of(part: Part) -> Kinship:
    """Which markets of the part hang together."""
    spans: Sequence[tuple[int, int]] = [(span.start_ms, span.end_ms) for span in part.spans]
    return kinship(spans)
