"""What `--set NAME=...` varies: a setting that changes decisions, or a strategy's constant, over values or a range."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, floor, log, log10
from random import Random
from typing import Any, Final

from app.settings import SETTINGS
from app.strategies import constants, with_constants
from app.telemetry.figures import real_text
from app.values import Parser, SettingError, number, shown
from engine.signal import Strategy

STRATEGIES: Final = "STRATEGIES"
TOGETHER: Final = "+"
"""Stands between the strategies of one value, since a comma stands between two values."""

SWEPT: Final = (
    "MIN_NET_EDGE",
    "COOLDOWN_MS",
    "MAX_POSITION_USD",
    "MAX_ORDERS_PER_MARKET",
    "BANKROLL_USD",
    "ORDER_LATENCY_MS",
    "TAKER_HOLD_MS",
    "QUOTE_MAX_AGE_MS",
    "PRICE_MAX_AGE_MS",
    "ORACLE_MAX_AGE_MS",
    "ORDER_CUTOFF_S",
    STRATEGIES,
)
"""The settings that a recording run again can decide otherwise by: those of the limits, and the rules."""

DECADE: Final = 10.0
"""Ends of a range so many times apart are drawn by their logarithm: no part of it is then left out."""

_RANGE: Final = ".."
_FORM: Final = "give it as NAME=V1,V2,... or, with --random, as NAME=LOW..HIGH"
_MOST: Final = 1e9
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied. Values are texts, as a person writes them."""

    name: str
    values: tuple[str, ...]
    """In the order given; the two ends of a range."""
    span: tuple[float, float] | None = None
    """The ends of a range as numbers, None of a list."""
    whole: bool = False
    """A range of whole numbers alone."""

    @property
    def size(self) -> float:
        """How many values there are; infinite of a range that has fractions."""
        if self.span is None:
            return len(self.values)
        low, high = self.span
        return high - low + 1 if self.whole else float("inf")

    def draw(self, random: Random) -> str:
        """One of the values: each as likely as any other, by logarithm in a positive range of a decade or more."""
        if self.span is None:
            return random.choice(self.values)
        low, high = self.span
        by_log = low > 0 and high >= DECADE * low
        if self.whole and not by_log:
            return str(random.randint(int(low), int(high)))
        value = exp(random.uniform(log(low), log(high))) if by_log else random.uniform(low, high)
        decimals = 0 if self.whole else _decimals(value if by_log else high - low)
        value = round(value, decimals)
        if not low < value < high:
            return self.values[value >= high]
        return real_text(value, decimals)


def read_axes(given: Sequence[str], readers: Mapping[str, Parser]) -> tuple[Axis, ...]:
    """The axes of all `--set` options, with `readers` by name; see `readers_of`. SettingError with one sentence."""
    axes: dict[str, Axis] = {}
    for text in given:
        name, items = split(text)
        if name in axes:
            raise SettingError(f"--set {name} stands twice; put all its values into one.")
        if name not in readers:
            raise SettingError(f"--set {shown(name)}: {_why_not(name, readers)}.")
        axes[name] = _axis(name, items, readers[name])
    return tuple(axes.values())


def split(text: str) -> tuple[str, str]:
    """The name and what stands behind it. SettingError where either is missing."""
    name, equals, items = (part.strip() for part in text.partition("="))
    if not name or not equals or not items:
        raise SettingError(f"--set {shown(text)} cannot be read; {_FORM}.")
    return name, items


def readers_of(strategies: Iterable[Strategy]) -> dict[str, Parser]:
    """What can be varied where these strategies run, each with what reads a value of it."""
    readers: dict[str, Parser] = {setting.name: setting.parse for setting in SETTINGS if setting.name in SWEPT}
    for strategy in strategies:
        for field in constants(strategy):
            dotted = f"{strategy.name}.{field}"
            readers.setdefault(dotted, partial(_constant, strategy, field))
    return readers


def _constant(strategy: Strategy, field: str, name: str, text: str) -> float:
    """A value that the strategy takes for this constant."""
    value: float = number(-_MOST, _MOST, "in the unit of the constant")(name, text)
    return constants(with_constants(strategy, {field: value}))[field]


def _axis(name: str, items: str, read: Parser) -> Axis:
    if name == STRATEGIES:
        return Axis(name, _different(name, items, lambda name, text: read(name, text.replace(TOGETHER, ","))))
    low, dots, high = (part.strip() for part in items.partition(_RANGE))
    if not dots:
        return Axis(name, _different(name, items, read))
    ends = read(name, low), read(name, high)
    if not ends[0] < ends[1]:
        raise SettingError(f"--set {name}={shown(items)}: a range goes from its lower end to its higher one.")
    return Axis(name, (low, high), ends, whole=all(type(end) is int for end in ends))


def _different(name: str, items: str, read: Callable[[str, str], Any]) -> tuple[str, ...]:
    texts: dict[Any, str] = {}
    for item in (item.strip() for item in items.split(",")):
        if not item:
            raise SettingError(f"--set {name}={shown(items)} has an empty value; {_FORM}.")
        value = read(name, item)
        if value in texts:
            raise SettingError(f"--set {name}={shown(items)} has {shown(item)} twice; leave one out.")
        texts[value] = item
    return tuple(texts.values())


def _why_not(name: str, readers: Mapping[str, Parser]) -> str:
    strategies = dict.fromkeys(known.partition(".")[0] for known in readers if "." in known)
    strategy, dot, _ = name.partition(".")
    if dot and strategy in strategies:
        fields = (known.partition(".")[2] for known in readers if known.startswith(f"{strategy}."))
        return f"{strategy} has no such constant; it has {', '.join(fields)}"
    if dot:
        return f"no strategy {shown(strategy)} with constants runs here; those that do are {', '.join(strategies)}"
    settings = ", ".join(SWEPT)
    if any(setting.name == name for setting in SETTINGS):
        return f"it changes nothing in a recording that is run again; what can be varied is {settings}"
    return f"it is no setting; what can be varied is {settings}, and strategies' constants such as momentum.min_edge"


def _decimals(scale: float) -> int:
    """Decimals that leave more values between 0 and `scale` than are ever drawn."""
    return max(_DIGITS - floor(log10(scale)), 0)
