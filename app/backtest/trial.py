"""What each combination of a sweep comes to: limits and strategies, as plain values that another process can take."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.backtest.axis import STRATEGIES, TOGETHER, Axis, read_axes, readers_of, split
from app.backtest.grid import Point, points
from app.settings import SETTINGS, Settings
from app.strategies import FILE_END, Selection, constants, load
from app.telemetry.figures import real_text
from engine.limits import Limits
from engine.signal import Strategy

_DECIMALS: Final = 10

Loader = Callable[[Mapping[str, str]], Settings]
"""The settings with these texts, by name, in place of their own."""


class Trial(NamedTuple):
    """One combination, for the process that runs it."""

    limits: Limits
    selection: Selection


class Combination(NamedTuple):
    """One combination, for a person: `point` has a text for each axis."""

    point: Point
    trial: Trial


class Combinations(NamedTuple):
    """All that are tried, the present settings among them at `now`."""

    names: tuple[str, ...]
    """What is varied, in the order of each point."""
    tried: tuple[Combination, ...]
    now: int
    alike: int
    """Points that were left out: they come to the same as another one."""


def combine(given: Sequence[str], drawn: int | None, seed: int, settings: Loader) -> Combinations:
    """The combinations of all `--set` options. SettingError with one sentence for what cannot be used."""
    present = settings({})
    rules = {spec: load(spec) for spec in _specs(given, present)}
    axes = read_axes(given, readers_of(rule for loaded in rules.values() for rule in loaded))
    names = tuple(axis.name for axis in axes)
    tried: dict[Trial, Point] = {}
    chosen = points(axes, drawn, seed)
    for point in chosen:
        tried.setdefault(_trial(names, point, settings, rules), point)
    now = _trial((), (), settings, rules)
    alike = len(chosen) - len(tried)
    tried.setdefault(now, _present(axes, present, rules[present.strategies]))
    found = tuple(Combination(point, trial) for trial, point in tried.items())
    return Combinations(names, found, list(tried).index(now), alike)


def _specs(given: Sequence[str], present: Settings) -> list[tuple[str, ...]]:
    """Every choice of strategies that is run."""
    specs = {present.strategies: None}
    (read,) = (setting.parse for setting in SETTINGS if setting.name == STRATEGIES)
    for name, items in map(split, given):
        if name == STRATEGIES:
            specs |= {read(STRATEGIES, item.strip().replace(TOGETHER, ",")): None for item in items.split(",")}
    return list(specs)


def _trial(
    names: Sequence[str], point: Point, settings: Loader, rules: Mapping[tuple[str, ...], tuple[Strategy, ...]]
) -> Trial:
    """A constant of a strategy that does not run here, or that is its own already, changes nothing and is left out."""
    values = dict(zip(names, point, strict=True))
    texts = {name: text.replace(TOGETHER, ",") for name, text in values.items() if "." not in name}
    chosen = settings(texts)
    loaded = rules[chosen.strategies]
    own = {f"{rule.name}.{field}": value for rule in loaded for field, value in constants(rule).items()}
    changed = tuple((name, float(text)) for name, text in values.items() if name in own and float(text) != own[name])
    selection = Selection(tuple(map(_anywhere, chosen.strategies)), changed)
    selection.changed(loaded)  # refuses here what would be refused in every process
    return Trial(chosen.limits(), selection)


def _anywhere(item: str) -> str:
    """A file's path as it holds in another folder too."""
    return str(Path(item).absolute()) if item.endswith(FILE_END) else item


def _present(axes: Sequence[Axis], settings: Settings, loaded: Sequence[Strategy]) -> Point:
    """What stands on each axis now; nothing for a constant of a strategy that does not run now."""
    own = {f"{rule.name}.{field}": value for rule in loaded for field, value in constants(rule).items()}
    return tuple(_text(own.get(axis.name) if "." in axis.name else _setting(settings, axis.name)) for axis in axes)


def _setting(settings: Settings, name: str) -> object:
    return getattr(settings, name.lower())


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return TOGETHER.join(value)
    if isinstance(value, float):
        return real_text(value, _DECIMALS)
    return "" if value is None else str(value)
