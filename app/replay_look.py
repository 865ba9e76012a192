"""Fills the view from a tape's player: what the panels show live, as of the recording's own time."""

import time
from bisect import bisect_right
from collections import Counter
from typing import Final

from app.backtest.made_up import is_made_up
from app.backtest.opening import Opening
from app.backtest.player import Player
from app.backtest.run import Run
from app.backtest.tape import Tape
from app.lines import KEPT
from app.scorecard import SHOWN
from app.standing import lacking, standing
from engine.events import BestBidAsk, BookChange, BookSnapshot, OracleTick, Print, TickSize, Trade
from engine.lenses import REALISTIC
from engine.scorecard import ALL, Scorecard
from engine.settlement import settle
from engine.view import WINDOW, DayView, FeedView, MarketView, TapeView, View
from feeds.windows import span_text

MODE: Final = "REPLAY"
RATE_OVER_NS: Final = 2_000_000_000
_FEEDS: Final = ("Binance", "CLOB", "oracle")
_FEED_OF: Final[dict[type, int]] = {
    Trade: 0,
    OracleTick: 2,
    **dict.fromkeys((BookSnapshot, BookChange, BestBidAsk, Print, TickSize), 1),
}
_LIVE_S: Final = 5.0
"""A feed that was silent for longer shows as stale."""


class ReplayLook:
    """One look at the player of the recording that is open."""

    def __init__(self, name: str) -> None:
        self.view = View("", "", mode=MODE, state="READING", tape=TapeView(name))
        self._player: Player | None = None
        self._jumps = -1
        self._settled_for: tuple[int, int | None] = (-1, None)
        self._looked = 0

    def show(self, player: Player, name: str, number: int, of: int) -> None:
        """Look at another recording from now on."""
        view = self.view
        self._player, self._jumps = player, -1
        view.tape = TapeView(name, number=number, of=of)
        view.market = None
        view.state, view.reasons, view.span = "READING", (), ""

    def refill(self) -> None:
        """Let the time that passed here pass on the tape, and bring the view up to it."""
        now = time.monotonic_ns()
        player, view = self._player, self.view
        if player is not None:
            player.pass_time(now - self._looked if self._looked else 0)
            self._show(player, view)
        self._looked = view.painted = now

    def beat(self, late_ms: float) -> None:
        """How late the loop woke the painter: the largest of the last second or so, fading."""
        self.view.loop_lag_ms = max(late_ms, self.view.loop_lag_ms * 0.9)

    def _show(self, player: Player, view: View) -> None:
        tape, run = player.tape, player.run
        _tell_tape(player, view)
        if run is None:
            if tape.whole:
                view.state, view.reasons = "NOTHING TO SHOW", (tape.trouble or "the recording is empty",)
            return
        engine, market = run.engine, run.opening.market
        if player.jumps != self._jumps or view.market is None:
            self._jumps = player.jumps
            view.market = MarketView(engine)
            view.rewinds += 1
            view.asset, view.interval = market.asset, market.interval
            view.demo = is_made_up(tape.path, market)
            view.span = span_text(market.start_ms, market.end_ms)
        view.market.look()
        view.mono, view.wall = player.now, player.wall
        view.history = tape.prices[: bisect_right(tape.price_monos, player.now)]
        shown = bisect_right(tape.line_monos, player.now)
        view.lines = tape.lines[max(shown - KEPT, 0) : shown]
        view.gaps = engine.state.counters["trade_gap"]
        view.feeds = _feeds(tape, player.taken, player.now)
        missing = lacking(engine.state) + (() if engine.state.strike else ("no strike yet",))
        view.state, view.reasons = standing(engine, missing, view.mono, view.wall)
        if engine.winner is not None:
            view.state, view.reasons = "SETTLED", _unseen(run)
        self._sum_up(run, view)

    def _sum_up(self, run: Run, view: View) -> None:
        """The window's result stands for the day and for all markets: nothing else is known here."""
        winner = run.engine.winner
        if (self._jumps, winner) == self._settled_for:
            return
        self._settled_for = (self._jumps, winner)
        view.day, view.score = DayView(name=WINDOW), Scorecard()
        if winner is None:
            return
        view.score.add(run.score, winner)
        day, result = view.day, settle(run.engine.position.total, winner)
        day.trades, day.won = _trades(run, view.score, winner)
        day.markets = 1
        day.net, day.fees = result.net, result.fees
        for name, tally in run.engine.position.by_strategy.items():
            day.by_strategy[name] = settle(tally, winner).net
        if not run.live:  # the lenses are of paper orders
            day.lenses = {lens: run.score.net(lens, winner) for lens in SHOWN}


def _trades(run: Run, score: Scorecard, winner: int) -> tuple[int, int]:
    """Orders of which something was filled, and those of them that won; of a live run by its own fills."""
    if not run.live:
        record = score.record(ALL, REALISTIC)
        return record.trades, record.won
    earlier = run.opening.carried.fills if run.opening.carried is not None else ()
    held: Counter[tuple[str, int]] = Counter()
    for fill in (*earlier, *run.fills):
        held[fill.order_id, fill.outcome] += fill.size
    filled = [outcome for (_, outcome), size in held.items() if size > 0]
    return len(filled), filled.count(winner)


def _unseen(run: Run) -> tuple[str, ...]:
    """What the lenses do not show: an earlier run's fills, where the window's CSV files are not beside the recording.

    The net has them all the same.
    """
    seen = {fill.order_id for fill in run.score.fills}
    if all(fill.order_id in seen for fill in run.opening.earlier.fills):
        return ()
    return ("lenses: last run alone",)


def _tell_tape(player: Player, view: View) -> None:
    tape, bar = player.tape, view.tape
    if bar is None:
        return
    bar.playing, bar.speed = player.playing, player.speed
    bar.passed, bar.length = max(player.now - tape.begin, 0), tape.end - tape.begin
    bar.event, bar.events = player.taken, len(tape.steps)
    bar.marks = [(mark.mono - tape.begin, mark.kind) for mark in tape.marks]
    bar.loading, bar.trouble = not tape.whole, tape.trouble


def _feeds(tape: Tape, taken: int, now: int) -> tuple[FeedView, ...]:
    """Each feed's age and rate over the last seconds before `now`, counted in the steps themselves."""
    since = bisect_right(tape.monos, now - RATE_OVER_NS, hi=taken)
    counts, last = [0, 0, 0], [0, 0, 0]
    for place in range(since, taken):
        feed = _feed_of(tape, place)
        if feed is not None:
            counts[feed] += 1
            last[feed] = tape.monos[place]
    seconds = RATE_OVER_NS / 1e9
    feeds = []
    for place, name in enumerate(_FEEDS):
        age = (now - last[place]) / 1e9 if last[place] else _silence(tape, place, since, now)
        if age is not None:
            feeds.append(FeedView(name, "live" if age < _LIVE_S else "stale", "", age, counts[place] / seconds, 0, 0))
    return tuple(feeds)


def _silence(tape: Tape, feed: int, before: int, now: int) -> float | None:
    """How long a feed has been silent that said nothing lately, None where it never spoke; looks back a minute."""
    horizon = bisect_right(tape.monos, now - 60_000_000_000, hi=before)
    for place in range(before - 1, horizon - 1, -1):
        if _feed_of(tape, place) == feed:
            return (now - tape.monos[place]) / 1e9
    return None


def _feed_of(tape: Tape, place: int) -> int | None:
    step = tape.steps[place]
    if isinstance(step, Opening):
        return None
    return _FEED_OF.get(type(step[0]))
