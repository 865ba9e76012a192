"""The order book channel of one window, from before its start to its outcome.

Every `EPOCH_S` seconds the makers start afresh from a random state of their own and the venue sends both books
whole. So a window can be entered at any moment, after at most one epoch of catching up, and tells the same story
to everyone from there on: what is sent does not depend on who listens, or since when.
"""

import math
from collections import deque
from random import Random
from typing import Final, NamedTuple

from app.demo import clob_frames as wire
from app.demo.book import ASK, BID
from app.demo.fair import fair_up
from app.demo.flow import Flow, draw
from app.demo.frame import Frame
from app.demo.makers import COARSE, Change, Quote, fidget, fill_book, quote, steps_towards, tick_for
from app.demo.price import SECOND
from app.demo.shown import HUNDREDTH, Shown
from app.demo.telling import Teller
from app.demo.windows import UP, Window
from app.demo.world import World

EPOCH_S: Final = 10
"""Seconds between two fresh starts of the makers."""

BEFORE_START: Final = 0.1
"""Order book activity before the window opens, against that while it is open."""

_PRINT_CHANCE: Final = 0.08
_BOOK_AFTER_PRINT: Final = 0.3
_MOOD: Final = 0.003
_PULL_MS: Final = (150, 450)


class _Moment(NamedTuple):
    ns: int
    fresh: bool


class Market:
    """One window's book and the frames that tell of it; `shown` is as of the latest frame.

    It begins at `from_ns` or, where that lies within an epoch, catches up to it silently.
    """

    def __init__(self, world: World, window: Window, from_ns: int) -> None:
        self.window = window
        self.shown = Shown()
        self.teller = Teller(world, window, self.shown)
        self.flow = Flow(self.shown, self.teller)
        self._book = self.shown.book
        self._world = world
        self._lag_ns = world.config.maker_lag_ms * 1_000_000
        self._random = Random()
        self._agenda: deque[_Moment] = deque()
        self._wanted_tick = COARSE
        self._wanted_tick_s = window.start_s
        self._owed = 0
        self._said = 0
        self._mood = 0.0
        self._pulled: int | None = None
        self._pulled_until = 0
        self._second = window.start_s + (from_ns // SECOND - window.start_s) // EPOCH_S * EPOCH_S
        self._ended = from_ns > window.resolved_ns
        self.shown.tick = self._tick_at(min(self._second, window.end_s) - 1)
        self._catch_up(from_ns)

    @property
    def next_ns(self) -> int | None:
        """When the book speaks next, in nanoseconds from the script's start; None after the outcome."""
        while not self._agenda and not self._ended:
            self._plan_second()
        return self._agenda[0].ns if self._agenda else None

    def advance(self) -> list[Frame]:
        """Go to `next_ns`."""
        if self.next_ns is None:
            return []
        ns, fresh = self._agenda.popleft()
        if ns >= self.window.resolved_ns:
            self._ended = True
            return [self.teller.resolved(ns)]
        if ns >= self.window.end_ns:
            return self._close(ns)
        self._said = 0
        if fresh:
            frames = self._start_afresh(ns)
            self._owed += self._said
        elif self._owed:
            self._owed -= 1
            return []
        else:
            frames = self._trade_or_quote(ns)
            self._owed = self._said - 1
        return frames

    def snapshot(self, ns: int, outcome: int) -> wire.Document:
        """The whole book of one outcome now, as `/book` answers it."""
        return self.teller.snapshot(ns, outcome)

    def _catch_up(self, from_ns: int) -> None:
        self.flow.silent = True
        while (next_ns := self.next_ns) is not None and next_ns < from_ns:
            self.advance()
        self.flow.silent = False

    def _plan_second(self) -> None:
        second, window = self._second, self.window
        self._second += 1
        if second >= window.end_s:
            if second == window.end_s:
                self._agenda.append(_Moment(window.end_ns, fresh=True))
            self._agenda.append(_Moment(window.resolved_ns, fresh=True))
            self._second = window.end_s + EPOCH_S
            return
        epoch, into = divmod(second - window.start_s, EPOCH_S)
        if into == 0:
            config = self._world.config
            self._random.seed(f"{config.seed}/{window.asset}/{window.interval}/{window.index}/{epoch}")
            self._owed, self._mood, self._pulled = 0, 0.0, None
        self._mood = 0.7 * self._mood + self._random.gauss(0.0, _MOOD)
        if self._tick_at(second) != self.shown.tick or into == 0:
            self._agenda.append(_Moment(second * SECOND, fresh=True))
        times = sorted(self._random.randrange(1, SECOND) for _ in range(self._slots(second)))
        self._agenda.extend(_Moment(second * SECOND + offset, fresh=False) for offset in times)

    def _slots(self, second: int) -> int:
        path = self._world.paths[self.window.asset]
        rate = self._world.config.book_frames_per_s * (1.0 if second >= self.window.start_s else BEFORE_START)
        return int(rate * path.activity(second + 1)) - int(rate * path.activity(second))

    def _tick_at(self, second: int) -> int:
        while self._wanted_tick_s <= second:
            self._wanted_tick = tick_for(self._fair(self._wanted_tick_s * SECOND), self._wanted_tick)
            self._wanted_tick_s += 1
        return self._wanted_tick

    def _fair(self, ns: int) -> float:
        return fair_up(self._world, self.window, ns - self._lag_ns)

    def _quote(self, ns: int) -> Quote:
        return quote(self._fair(ns) + self._mood, self.shown.tick, self._pulled)

    def _start_afresh(self, ns: int) -> list[Frame]:
        old, self.shown.tick = self.shown.tick, self._wanted_tick
        fill_book(self._random, self._book, self._quote(ns), self.shown.tick)
        self.shown.interest.forget()
        side = self._random.randrange(2)
        frames = [
            *self.flow.uncross(ns),
            *self.flow.tape(ns, draw(self._random), side, self._best(side), 1000 * HUNDREDTH),
        ]
        self._said += 1
        if self.shown.tick != old:
            frames += self.teller.tick_change(ns, old)
            self._said += 2
        self._said += 2
        return frames + self._both_books(ns)

    def _trade_or_quote(self, ns: int) -> list[Frame]:
        random = self._random
        self._pull_or_return(ns)
        steps = steps_towards(random, self._book, self._quote(ns), self.shown.tick)
        if steps:
            return self._apply(ns, steps, self.shown.touch(UP))
        if random.random() < _PRINT_CHANCE and all(self._book.sides):
            ahead = fair_up(self._world, self.window, ns) - self._fair(ns)
            side = ASK if random.random() < 0.5 + 0.4 * math.tanh(20.0 * ahead) else BID
            return self._print(ns, side)
        return self._apply(ns, [fidget(random, self._book, self.shown.tick)], self.shown.touch(UP))

    def _pull_or_return(self, ns: int) -> None:
        config = self._world.config
        if self._pulled is not None:
            if ns >= self._pulled_until:
                self._pulled = None
        elif self._random.random() < config.pull_rate / config.book_frames_per_s:
            cheap = fair_up(self._world, self.window, ns) > self._fair(ns)
            self._pulled = ASK if cheap else BID
            self._pulled_until = ns + self._random.randint(*_PULL_MS) * 1_000_000

    def _print(self, ns: int, side: int) -> list[Frame]:
        """A taker takes from the best level of `side`, and from private orders that offer as much."""
        levels = self._book.sides[side]
        price = self._best(side)
        size = min(levels[price], round(self._random.lognormvariate(7.5, 1.0)) + 100)
        drawn = draw(self._random)
        self._said += 1
        before = self.shown.touch(UP)
        frames, left = self.flow.meet(ns, drawn, side, price, size * HUNDREDTH, better=True)
        makers = self.shown.makers(side, price)
        taken = min(left, makers)
        frames += self.flow.meet(ns, drawn, side, price, left - taken, better=False)[0]
        frames += self.flow.tape(ns, drawn, side, price, taken)
        change = Change(side, price, levels[price] - size)
        frames += self._apply(ns, [change], before, shown=min(makers - taken, change.size * HUNDREDTH))
        if self._random.random() < _BOOK_AFTER_PRINT:
            self._said += 2
            frames += self._both_books(ns)
        return frames

    def _best(self, side: int) -> int:
        return self._book.best_ask() if side == ASK else self._book.best_bid()

    def _apply(self, ns: int, changes: list[Change], before: tuple[int, int], shown: int | None = None) -> list[Frame]:
        """The makers state new sizes. `before` is the touch that was told last; `shown` is what is left to see of the
        level that a taker took from."""
        scripted = self._book.touch(UP)
        frames: list[Frame] = []
        documents: list[wire.Document] = []
        for change in changes:
            size = shown_size = change.size * HUNDREDTH
            if shown is not None:
                shown_size = shown
            elif self.shown.interest:
                met, shown_size = self.flow.arrive(ns, change.side, change.price, size)
                if met:
                    frames += [*self._levels(ns, documents), *met]
                    documents = []
            self._book.set(*change)
            self.shown.state(change.side, change.price, size - shown_size)
            if not self.flow.silent:
                documents.append(self.teller.level(ns, change.side, change.price))
        self._said += 1 if self._book.touch(UP) == scripted else 3
        frames += self._levels(ns, documents)
        if not self.flow.silent and self.shown.touch(UP) != before:
            frames += self.teller.touch(ns)
        return frames

    def _levels(self, ns: int, documents: list[wire.Document]) -> list[Frame]:
        return [self.teller.levels(ns, documents)] if documents else []

    def _both_books(self, ns: int) -> list[Frame]:
        return [] if self.flow.silent else self.teller.books(ns)

    def _close(self, ns: int) -> list[Frame]:
        self._book.clear()
        self.shown.interest.clear()
        return self._both_books(ns)
