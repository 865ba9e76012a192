"""How a run of a recording began, and what it is made of from there on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.restore import Earlier
from engine.carried import Carried
from engine.events import Event
from engine.limits import Limits
from engine.market import Market
from engine.signal import Strategy
from engine.strategies import standard
from feeds.recording import BadRecording
from feeds.text import clean

OURS: Final[Mapping[str, Strategy]] = {strategy.name: strategy for strategy in standard()}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a run began: on which market, under which limits, with what an earlier run of the window had left."""

    run_id: str
    mono: int
    wall: int
    market: Market
    limits: Limits
    strategies: tuple[str, ...]
    """Their names, in the order in which they are asked; none in a run that only recorded."""
    earlier: Earlier
    refusals: Mapping[str, Mapping[str, int]]
    """By feed, the messages that made no event so far (see `feeds.frames`): it grows while the run is read."""
    carried: Carried | None = None
    """Of a live run what its engine took over instead of `earlier`; None of a run on paper."""
    gaps: Sequence[int] = ()
    """The lines that the disk refused so far, gap by gap: it grows while the run is read."""

    @property
    def dropped(self) -> int:
        """How many lines of the run are missing, as far as it is read."""
        return sum(self.gaps)

    def rules(self, known: Mapping[str, Strategy] = OURS) -> tuple[Strategy, ...]:
        """The strategies themselves, out of those that are known; BadRecording where one is not."""
        for name in self.strategies:
            if name not in known:
                raise BadRecording(f"the run record's strategy {clean(name)!r} is none of {', '.join(known)}")
        return tuple(known[name] for name in self.strategies)


Step = Opening | Sequence[Event]
