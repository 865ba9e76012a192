"""What a foreign strategy does wrong, told to the person: the first time in words, at the end as a count."""

import asyncio
from collections.abc import Sequence
from typing import Final

from app.news import Tell, Trouble
from engine.signal import Strategy
from engine.strategies.guarded import FAULT, Guarded

LOOK_S: Final = 1.0


async def tell_faults(strategies: Sequence[Strategy], tell: Tell) -> None:
    """Look at the guarded ones until cancelled, or until each has had its first fault told."""
    guarded = [strategy for strategy in strategies if isinstance(strategy, Guarded)]
    silent = guarded
    try:
        while silent:
            await asyncio.sleep(LOOK_S)
            silent = _tell_first(silent, tell)
        if guarded:
            await asyncio.Event().wait()
    finally:
        _tell_first(silent, tell)
        for strategy in guarded:
            if strategy.faults > 1:
                tell(Trouble(strategy.name, f"the strategy failed {strategy.faults:,} times in this run"))


def _tell_first(silent: list[Guarded], tell: Tell) -> list[Guarded]:
    """Those that are still silent."""
    for strategy in silent:
        if strategy.faults:
            tell(Trouble(strategy.name, f"the strategy failed: {strategy.first}; its gate {FAULT} is closed then"))
    return [strategy for strategy in silent if not strategy.faults]
