"""A place on a tape, and the run as it stood there: on, back, and to wherever one wants, exactly."""

from bisect import bisect_left, bisect_right
from typing import Final

from app.backtest.opening import Opening
from app.backtest.run import Run
from app.backtest.tape import CHECKPOINT_STEPS, Mark, Tape

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0)


class Player:
    """Plays a tape. `run` is the engine and all around it at `now`, None before the first step."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.run: Run | None = None
        self.now = 0
        """Monotonic ns of the recording; 0 while nothing is read."""
        self.taken = 0
        """Steps that have been taken in."""
        self.playing = False
        self.speed = 1.0
        self.finished = False
        """It has been played to its end, not only taken there."""
        self.jumps = 0
        """How often the run was put in place of another: what was remembered of that one is no more true."""

    @property
    def wall(self) -> int:
        """Wall clock at `now`."""
        return self.run.timeline.wall_at(self.now) if self.run is not None else 0

    @property
    def at_end(self) -> bool:
        """Nothing follows, and nothing more will be read."""
        return self.tape.whole and self.taken == len(self.tape.steps)

    def pass_time(self, ns: int) -> None:
        """So much time goes by for a person: the tape moves on if it is playing, as fast as it is set."""
        if not self.tape.steps:
            return
        if not self.now:
            self.go(self.tape.begin)
        if self.playing:
            self.go(min(self.now + round(ns * self.speed), self.tape.end))
            self.finished = self.at_end
            self.playing = not self.at_end

    def go(self, mono: int) -> None:
        """To an instant, in either direction; one beyond the tape is its end."""
        mono = min(max(mono, self.tape.begin), self.tape.end)
        self._take_until(bisect_right(self.tape.monos, mono), back=mono < self.now)
        self._let_pass(mono)

    def step(self, steps: int) -> None:
        """So many events on, or back."""
        wanted = min(max(self.taken + steps, 1), len(self.tape.steps))
        if self.tape.steps:
            self._take_until(wanted, back=steps < 0)
            self._let_pass(self.tape.monos[wanted - 1])

    def go_to_mark(self, kinds: frozenset[str], *, back: bool = False) -> Mark | None:
        """To the next mark of these kinds, or the one before; None where there is none that way."""
        marks = self.tape.marks
        if back:
            place = bisect_left(marks, self.now, key=lambda mark: mark.mono)
            way = reversed(marks[:place])
        else:
            place = bisect_right(marks, self.now, key=lambda mark: mark.mono)
            way = iter(marks[place:])
        found = next((mark for mark in way if mark.kind in kinds), None)
        if found is not None:
            self.go(found.mono)
        return found

    def faster(self, steps: int) -> None:
        """The next of SPEEDS, or the one before."""
        place = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]

    def _take_until(self, wanted: int, *, back: bool) -> None:
        """Take in steps until `wanted` are taken; from the checkpoint before where that is behind, or far ahead."""
        if back or wanted < self.taken or wanted - self.taken > CHECKPOINT_STEPS:
            taken, run = self.tape.run_before(wanted)
            if back or taken > self.taken:
                self.taken, self.run = taken, run
                self.jumps += 1
        for step in self.tape.steps[self.taken : wanted]:
            if isinstance(step, Opening):
                self.run = self.tape.begun(step)
                self.jumps += 1
            else:
                assert self.run is not None  # a tape begins with an Opening
                self.run.take(step)
        self.taken = wanted

    def _let_pass(self, mono: int) -> None:
        """What is due by then happens: ticks, paper fills, looks of the lenses."""
        self.now = mono
        if self.run is not None:
            self.run.timeline.advance(mono)
