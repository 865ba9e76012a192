"""A gate in a trader's words: what is in the way, and by how much.

A gate is a name with a value and the limit that it did not meet, each in a unit of its own (fractions of the
strike, dollars a share, ms, s, counts). One table turns them into what the screen and the log say.
"""

from dataclasses import dataclass
from math import isfinite, isinf, isnan
from typing import Final

from engine.signal import Gate
from widgets.cells import NONE, clock

_DECIMALS: Final = 6
"""A limit is a round number: the binary dust behind this decimal is taken off, and no value needs as many."""

_LONG_S: Final = 100.0
"""From here on seconds are written as minutes."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How a value is written: multiplied by `factor`, to `places` decimals, between `before` and `after`."""

    factor: float = 1.0
    places: int = 1
    after: str = ""
    before: str = ""

    def limit(self, limit: float) -> str:
        """A limit, which is a round number: without trailing zeros."""
        return self._write(f"{limit * self.factor:.10g}")

    def value(self, value: float, limit: float) -> str:
        """A value beside its limit: rounding never moves it across."""
        shown = value * self.factor
        if isnan(shown):
            return NONE
        if isinf(shown):
            return self._write("∞" if shown > 0 else "-∞")
        bound, side = round(limit * self.factor, _DECIMALS), _side(value, limit)
        for places in range(self.places, _DECIMALS):
            if _side(round(shown, places), bound) == side:
                break
        return self._write(f"{shown:.{places}f}")

    def _write(self, number: str) -> str:
        digits = number.lstrip("-")
        sign = "−" if digits != number and digits.strip("0.") else ""
        return f"{sign}{self.before}{digits}{self.after}"


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)


_COUNT: Final = Unit(places=0)
_CENTS: Final = Unit(100.0, 1, "¢")
_BP: Final = Unit(10_000.0, 1, " bp")
_BP_S: Final = Unit(10_000.0, 2, " bp/s")
_PERCENT: Final = Unit(100.0, 0, " %")
_SECONDS: Final = Unit(after=" s")
_FROM_MS: Final = Unit(0.001, 1, " s")
_DOLLARS: Final = Unit(places=2, before="$")


@dataclass(frozen=True, slots=True)
class Words:
    """One gate: what its value is called, its unit, and what is said when it is closed.

    `closed` may use {value}, {limit} and {over}, the amount by which the value is past the limit. `needs` says on
    which side of the limit the value must be; empty where the gate is a plain yes or no.
    """

    label: str
    unit: Unit
    needs: str
    closed: str


GATES: Final = {
    # The strategies, in the order in which they ask.
    "distance": Words("distance", _BP, ">", "only {value} off"),
    "edge": Words("edge", _CENTS, "≥", "edge {value} < {limit}"),
    "left": Words("time left", _PERCENT, ">", "in the last {limit}"),
    "trades": Words("trades in 30 s", _COUNT, "≥", "{value} of {limit} trades"),
    "gap": Words("trades missing for", _FROM_MS, "≤", "trade gap {value}"),
    "velocity": Words("speed", _BP_S, ">", "slow {value}"),
    "agreement": Words("signs that agree", _COUNT, "≥", "{value}/{limit} signs agree"),
    "ask": Words("ask", _CENTS, "<", "ask ≥ {limit}"),
    "early": Words("time left", _SECONDS, "<", "{over} too early"),
    "late": Words("time left", _SECONDS, ">", "under {limit} left"),
    "reversal": Words("runs back", _BP_S, "≤", "back {value}"),
    "error": Words("rule failed", _COUNT, "", "rule failed"),
    # What an order needs beyond a signal: clock, price, quote and book that can be believed.
    "clock_step": Words("clock jumped", _SECONDS, "≤", "clock jump {value}"),
    "clock_behind": Words("clock behind", _SECONDS, "≤", "clock {value} slow"),
    "clock_offset": Words("clock off venue's", _SECONDS, "≤", "clock {value} off"),
    "disk": Words("disk takes orders", _COUNT, "", "disk refuses"),
    "price_age": Words("price age", _FROM_MS, "≤", "price {value} old"),
    "price_late": Words("price came late", _FROM_MS, "≤", "price {value} late"),
    "oracle_age": Words("oracle age", _FROM_MS, "≤", "oracle {value} old"),
    "basis": Words("basis pairs", _COUNT, "≥", "basis {value} of {limit}"),
    "book": Words("book", _COUNT, "", "no book"),
    "quote_age": Words("quote age", _FROM_MS, "≤", "quote {value} old"),
    "book_late": Words("book came late", _FROM_MS, "≤", "book {value} late"),
    "crossed": Words("bid over ask", _CENTS, "<", "bid {value} ≥ {limit}"),
    "ghost_book": Words("spread", _CENTS, "<", "nobody in the book"),
    "mirror": Words("Up against Down", _CENTS, "≤", "Up, Down differ"),
    "frozen_book": Words("price ran by", _BP, "≤", "book stands still"),
    "off_grid": Words("ask off the grid", _CENTS, "", "ask off the grid"),
    # Limits of the market, then the size, then the way out.
    "cooldown": Words("cooldown", _SECONDS, "≤", "cooldown {value}"),
    "orders": Words("orders", _COUNT, "<", "{value} of {limit} orders"),
    "position": Words("position", _DOLLARS, "<", "position ≥ {limit}"),
    "allowance": Words("account has left", _DOLLARS, ">", "account limit"),
    "net_edge": Words("net edge", _CENTS, "≥", "net {value} < {limit}"),
    "kelly": Words("edge after fee", _CENTS, ">", "fair ≤ ask + fee"),
    "min_shares": Words("shares", _COUNT, "≥", "under {limit} shares"),
    "min_dollars": Words("order", _DOLLARS, "≥", "{value} < {limit} order"),
    "queue": Words("orders waiting", _COUNT, "", "order queue full"),
    "not_best": Words("edge × confidence", _CENTS, "≥", "another is best"),
    "halted": Words("halted", _COUNT, "", "halted"),
    "switched": Words("switched away", _COUNT, "", "switched away"),
    # What else keeps a live order back.
    "disarmed": Words("disarmed", _COUNT, "", "disarmed"),
    "strike_exact": Words("strike exact", _COUNT, "", "strike not exact"),
    "venue": Words("venue", _COUNT, "", "venue restricted"),
    "unknown": Words("unknown orders", _COUNT, "≤", "{value} unknown"),
    "in_flight": Words("orders under way", _COUNT, "≤", "order under way"),
    "paused": Words("pause", _SECONDS, "≤", "pause {value}"),
}
"""Every gate by its name."""


def words_for(name: str) -> Words:
    """The words of a gate; one that has none is called by its name."""
    known = GATES.get(name)
    if known is not None:
        return known
    label = name.replace("_", " ")
    return Words(label, Unit(), "", label.replace("{", "(").replace("}", ")"))


def say(gate: Gate) -> str:
    """Why a gate is closed, in 16 columns or less for every gate that has words: `edge 3.0¢ < 8¢`."""
    name, value, limit = gate
    words = words_for(name)
    unit = words.unit
    return words.closed.format(value=unit.value(value, limit), limit=unit.limit(limit), over=_over(value - limit))


def _over(seconds: float) -> str:
    """Whole seconds as the time left shows them, but never none."""
    if not isfinite(seconds):
        return NONE
    return clock(seconds) if seconds >= _LONG_S else f"{max(int(seconds), 1)} s"


def against(gate: Gate) -> tuple[str, str, str]:
    """A gate's label, its value, and what the value is held against: `("edge", "3.0¢", "≥ 8¢")`."""
    name, value, limit = gate
    words = words_for(name)
    if not words.needs:
        return words.label, "", ""
    return words.label, words.unit.value(value, limit), f"{words.needs} {words.unit.limit(limit)}"
