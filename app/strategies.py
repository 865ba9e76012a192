"""Which strategies run: ours, those of installed packages, those of files, each by its name or its path.

A package has an entry point in the group `pmtui.strategies`, a file a name `STRATEGY`; either is a strategy, or a class
or function that makes one when called without arguments. STRATEGIES.md shows both.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from math import isfinite
from pathlib import Path
from typing import Any, Final

from app.strategy_file import BadStrategyFile, from_file
from app.values import SettingError, shown
from engine.signal import Strategy
from engine.strategies import standard
from engine.strategies.guarded import Guarded
from feeds.text import clean

GROUP: Final = "pmtui.strategies"
FILE_END: Final = ".py"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""It gets into CSV files, keys of `market_info.txt` and the columns of the screen."""

_OURS: Final = {strategy.name: strategy for strategy in standard()}


@dataclass(frozen=True, slots=True)
class Selection:
    """Strategies as plain text, for another process: a class of a file cannot be sent there, its path can.

    `spec` has names and paths, `constants` pairs such as `("momentum.min_edge", 0.04)`.
    """

    spec: tuple[str, ...]
    constants: tuple[tuple[str, float], ...] = ()

    def load(self) -> tuple[Strategy, ...]:
        """The strategies in their order, with these constants in place of their own. Raises SettingError."""
        return self.changed(load(self.spec))

    def changed(self, loaded: Sequence[Strategy]) -> tuple[Strategy, ...]:
        """The same for the strategies of `spec` where they are loaded already, which takes a thousand times as long."""
        strategies = {strategy.name: strategy for strategy in loaded}
        for dotted, value in self.constants:
            name, _, field = dotted.partition(".")
            if name not in strategies:
                raise SettingError(f"{shown(dotted)} is of no strategy here; these are {', '.join(strategies)}.")
            strategies[name] = with_constants(strategies[name], {field: value})
        return tuple(strategies.values())


def load(spec: Sequence[str]) -> tuple[Strategy, ...]:
    """The strategies that names and paths of `.py` files stand for, in this order; ties are decided by it.

    Those that are not ours come guarded: a fault of theirs closes a gate. Raises SettingError with one sentence.
    """
    loaded: dict[str, Strategy] = {}
    for item in spec:
        strategy = _from_file(item) if item.endswith(FILE_END) else _by_name(item)
        if strategy.name in loaded:
            raise SettingError(f"STRATEGIES: two strategies are called {strategy.name}; rename one or leave it out.")
        loaded[strategy.name] = strategy
    return tuple(loaded.values())


def ours() -> tuple[Strategy, ...]:
    """Those that come with the program, in the order in which they are asked by default."""
    return tuple(_OURS.values())


def names() -> tuple[str, ...]:
    """What can be asked for by name: ours, then those of installed packages. Imports none of them."""
    return tuple(dict.fromkeys([*_OURS, *(point.name for point in entry_points(group=GROUP))]))


def known() -> Mapping[str, Strategy]:
    """All of `names`, loaded. Raises SettingError where one of an installed package cannot be."""
    return {strategy.name: strategy for strategy in load(names())}


def constants(strategy: Strategy) -> Mapping[str, float]:
    """The numbers among the fields of a strategy, by field; none of one that is no dataclass."""
    rule: Any = _inner(strategy)
    if not is_dataclass(rule):
        return {}
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    return {name: value for name, value in values.items() if type(value) in (int, float)}


def with_constants(strategy: Strategy, changed: Mapping[str, float]) -> Strategy:
    """The same strategy with other numbers in these fields. Raises SettingError naming a field that cannot be set."""
    own = constants(strategy)
    for field, value in changed.items():
        if field not in own:
            listed = f"its constants are {', '.join(own)}" if own else "it has no constants"
            raise SettingError(f"{strategy.name} has no constant {shown(field)}; {listed}.")
        if type(value) not in (int, float) or not isfinite(value):
            raise SettingError(f"{strategy.name}.{field} cannot be {shown(str(value))}; give it a finite number.")
        if type(own[field]) is int and value != int(value):
            raise SettingError(f"{strategy.name}.{field} cannot be {value!r}; it is a whole number.")
    typed = {field: type(own[field])(value) for field, value in changed.items()}
    rule: Any = _inner(strategy)
    try:
        made: Strategy = replace(rule, **typed)
    except Exception as fault:
        refused = ", ".join(f"{field}={value!r}" for field, value in typed.items())
        raise SettingError(f"{strategy.name} refuses {refused} ({type(fault).__name__}).") from None
    return Guarded(made) if isinstance(strategy, Guarded) else made


def _inner(strategy: Strategy) -> Strategy:
    return strategy.rule if isinstance(strategy, Guarded) else strategy


def _from_file(item: str) -> Strategy:
    try:
        strategy = _usable(from_file(Path(item)), f"STRATEGIES: {clean(item)}")
    except BadStrategyFile as bad:
        raise SettingError(f"STRATEGIES: {clean(item)} {bad}.") from None
    if strategy.name in names():
        raise SettingError(
            f"STRATEGIES: {clean(item)} has a strategy {strategy.name}, a name that is taken; rename it."
        )
    return strategy


def _by_name(name: str) -> Strategy:
    points = tuple(entry_points(group=GROUP, name=name))
    givers = [*(["pmtui"] if name in _OURS else []), *(_package(point) for point in points)]
    if not givers:
        listed = ", ".join(names())
        raise SettingError(
            f"STRATEGIES: {shown(name)} is none of {listed}; give one of these or the path of a {FILE_END} file."
        )
    if len(givers) > 1:
        raise SettingError(f"STRATEGIES: {name} is given by {' and by '.join(givers)}; uninstall all but one.")
    return _OURS[name] if name in _OURS else _from_package(points[0])


def _from_package(point: EntryPoint) -> Strategy:
    where = f"STRATEGIES: {shown(point.name)} of the package {_package(point)}"
    try:
        found = point.load()
    except (Exception, SystemExit) as fault:
        raise SettingError(f"{where} cannot be loaded ({type(fault).__name__}); update or uninstall it.") from None
    strategy = _usable(found, where)
    if strategy.name != point.name:
        raise SettingError(f"{where} calls itself {strategy.name}; its entry point must have the same name.")
    return strategy


def _package(point: EntryPoint) -> str:
    return shown(point.dist.name) if point.dist is not None else "an unnamed package"


def _usable(found: Any, where: str) -> Guarded:
    """A foreign strategy under guard, made first if it is what makes one."""
    strategy = found
    if isinstance(found, type) or not hasattr(found, "evaluate"):
        if not callable(found):
            raise SettingError(f"{where} is a {type(found).__name__}; it must be a strategy or what makes one.")
        try:
            strategy = found()
        except (Exception, SystemExit) as fault:
            raise SettingError(f"{where} cannot be made ({type(fault).__name__}); it must need no arguments.") from None
    name = getattr(strategy, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SettingError(
            f"{where} is called {shown(str(name))}; a strategy's name is made of a-z, 0-9 and _, "
            "begins with a letter and is no longer than 40."
        )
    if not callable(getattr(strategy, "evaluate", None)):
        raise SettingError(f"{where} has no evaluate(state); a strategy answers there.")
    return Guarded(strategy)
