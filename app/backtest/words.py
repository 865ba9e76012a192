"""What a backtest says, in sentences: its verdicts, and over each chart what there is to be seen in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from app.backtest.buckets import Bucket, Fall
from app.backtest.calibration import Bin
from app.backtest.figures import cents, gained, per_share, percent, spent
from app.backtest.results import Line, Results
from app.said import counted
from engine.lenses import INSTANT, PESSIMISTIC, REALISTIC
from engine.scorecard import ALL, Record
from engine.verdict import MIN_MARKETS, MOST_NEEDED, Ruling
from engine.waterfall import LUCK, STEP_NAMES, Steps

NOT_OF_THE_WORLD: Final = "what is earned there says nothing about the world"
LUCK_IS: Final = "is the payout over the fair value: nothing on average, if the model is right"
TOO_MUCH: Final = "the model promised clearly more than was won"


def period(results: Results) -> str:
    """Which markets were run, and from when to when."""
    markets = [window.market for window in results.windows]
    kinds = sorted({f"{market.asset} {market.interval}" for market in markets})
    first, last = min(market.start_ms for market in markets), max(market.end_ms for market in markets)
    return f"{', '.join(kinds)}: {counted(len(markets), 'window')} from {minute(first)} to {minute(last)} UTC"


def minute(ms: int) -> str:
    """A time in ms as a date and a time of day, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def earned(money: int) -> str:
    """`earned $1.20`, `lost $3.00`, `came out even`."""
    amount = gained(money)
    if amount == gained(0):
        return "came out even"
    return f"{'lost' if money < 0 else 'earned'} ${amount[1:]}"


def made_up_said(made_up: int, windows: int) -> str:
    """That so many windows of all are of a demo, and what that means; at least one is."""
    are = "is" if made_up == 1 else "are"
    return f"{counted(made_up, 'window')} of {windows:,} {are} a demo's: {NOT_OF_THE_WORLD}"


def gaps_said(results: Results) -> str:
    """How much of the recordings is missing, and what that means."""
    windows, lines = len(results.gaps), sum(window.dropped for window in results.gaps)
    return (
        f"{counted(windows, 'window')} with {counted(lines, 'line')} dropped by a full disk: what follows a gap cannot "
        "be trusted"
    )


HEADLINES: Final = {
    Ruling.REAL: "The edge is real.",
    Ruling.PHANTOM: "The edge is fake.",
    Ruling.NONE: "There is no edge.",
    Ruling.OPEN: "Not enough data to tell.",
}


def verdict_said(results: Results, name: str) -> str:
    """Why the verdict on a strategy is what it is. A market is an observation, however much was bought in it."""
    verdict, record = results.card.verdict(name), results.card.record(name, REALISTIC)
    if not record.trades:
        return "Nothing was bought, so there is nothing to judge."
    low, high = record.sample.interval
    made = f"{counted(record.sample.count, 'market')} with a fill made {cents(record.sample.mean)} a share on average"
    between = f"(95 %: {cents(low)} to {cents(high)})"
    naive = f"the naive fill {cents(results.card.record(name, INSTANT).sample.mean)}"
    summed = _summed(record)
    match verdict.ruling:
        case Ruling.REAL:
            return f"{made} {between}: all of the interval is above zero.{summed}"
        case Ruling.PHANTOM:
            return f"{made} {between}, {naive}: only a fill that nobody gets earns.{summed}"
        case Ruling.NONE:
            return f"{made} {between}, {naive}: neither earns.{summed}"
    more = f"more than {MOST_NEEDED:,}" if verdict.needed > MOST_NEEDED else f"{verdict.needed:,}"
    if record.sample.count < MIN_MARKETS:
        return f"{made}; fewer than {MIN_MARKETS} markets are not judged. At least {more} more are needed.{summed}"
    return f"{made} {between}. About {more} more like these would settle it.{summed}"


def _summed(record: Record) -> str:
    """A word where the sum over all shares says something else than the average market."""
    if (record.net > 0) == (record.sample.mean > 0):
        return ""
    return f" The sum over all shares is {_money(record.net)}: more was bought in some markets than in others."


def equity_said(results: Results) -> str:
    """What the three fills made of the same orders."""
    realistic, instant, pessimistic = (results.card.record(ALL, lens).net for lens in (REALISTIC, INSTANT, PESSIMISTIC))
    return (
        f"Realistic fills {earned(realistic)}, the naive fill of the same orders {earned(instant)}, "
        f"the pessimistic {earned(pessimistic)}"
    )


def fall_said(results: Results, fall: Fall) -> str:
    """The deepest fall and its windows, from the start of the first to when the last of them had ended.

    They stand in the order of their starts; a longer one may end after those that follow it.
    """
    if not fall.money:
        return "The sum never stood below its best"
    fell = [window.market for window in results.settled[fall.since + 1 : fall.until + 1]]
    since = "the start" if fall.since < 0 else minute(fell[0].start_ms)
    until = minute(max(market.end_ms for market in fell))
    return f"The deepest fall was ${spent(fall.money)}, from {since} to {until}"


def calibration_said(bins: Sequence[Bin]) -> str:
    """Promise and outcome of the bets, or of the signals where nothing was bought."""
    bets, signals = sum(found.bets for found in bins), sum(found.signals for found in bins)
    if bets:
        fair, won = sum(found.bets_fair for found in bins) / bets, sum(found.bets_won for found in bins) / bets
        return f"The sides bought were held to be worth {_value(fair)} on average and won {percent(won)} of the time"
    if signals:
        fair = sum(found.signals_fair for found in bins) / signals
        won = sum(found.signals_won for found in bins) / signals
        return f"Signals held their side to be worth {_value(fair)} on average; it won {percent(won)} of the time"
    return "No signal: no fair value to compare"


def edges_said(line: Line, least: float) -> str:
    """What a signal promised, and how many promised enough; `least` in dollars a share after the fee."""
    if not line.tally.signals:
        return "No signal: no edge was promised"
    promised = f"A signal promised {cents(line.net_edge)} a share after the fee on average"
    if not (least * 100).is_integer():
        return promised  # they are counted by whole cents
    enough = sum(count for edge, count in line.tally.edge_cents.items() if edge >= least * 100)
    return f"{promised}; {percent(enough / line.tally.signals)} promised enough for an order"


def time_said(buckets: Sequence[Bucket]) -> str:
    """In which part of the window the money was made or lost."""
    return _best_and_worst(buckets, "with {} % of the window left")


def price_said(buckets: Sequence[Bucket]) -> str:
    """At which prices the money was made or lost."""
    return _best_and_worst(buckets, "on shares of {}¢")


def ladder_said(results: Results, first: Record, last: Record, last_ms: int) -> str:
    """What speed is worth."""
    if first.net_per_share is None or last.net_per_share is None:
        return "Too few fills to say what speed is worth"
    return (
        f"A share made {cents(first.net_per_share)} without latency and {cents(last.net_per_share)} at {last_ms:,} ms, "
        "the venue's hold on top of both"
    )


def waterfall_said(steps: Steps | None, too_much: bool) -> str:
    """What was promised, what was left, and which step took most; `too_much`: the calibration says it is no luck."""
    if steps is None or not steps.size:
        return "Nothing was filled: there is no edge to follow"
    promised, left = (per_share(money, steps.size) for money in (steps.model_edge, steps.net))
    worst = min(zip(steps[2:], STEP_NAMES[1:], strict=True))
    most = f"; most went to {worst[1].replace('_', ' ')}" if worst[0] < 0 else ""
    if most and worst[1] == LUCK and too_much:
        most += f", but {TOO_MUCH}"
    return f"The model promised {cents(promised)} a share and {cents(left)} was left{most}"


def _best_and_worst(buckets: Sequence[Bucket], where: str) -> str:
    filled = [bucket for bucket in buckets if bucket.bets]
    if not filled:
        return "Nothing was bought"
    told = []
    best, worst = max(filled, key=lambda bucket: bucket.net), min(filled, key=lambda bucket: bucket.net)
    if best.net > 0:
        told.append(f"most was earned {where.format(best.percent)} ({_money(best.net)})")
    if worst.net < 0:
        told.append(f"most was lost {where.format(worst.percent)} ({_money(worst.net)})")
    words = ", ".join(told) or "every bet came out even"
    return words[0].upper() + words[1:]


def _money(money: int) -> str:
    amount = gained(money)
    return f"{amount[0]}${amount[1:]}"


def _value(fair: float) -> str:
    return f"{fair * 100:.1f}¢"
