"""Windows that an earlier run left without an outcome are settled from their own files and Gamma's word."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.news import Tell, Trouble
from app.outcome import result_facts
from app.restore import read_earlier
from app.scorecard import read_lens_fills, score_facts
from app.telemetry.info import FILE_NAME, MarketInfo, read_info, write_info
from engine.events import OUTCOME_NAMES
from engine.position import Position
from engine.score import MarketScore
from feeds.gamma import Gamma, Unreachable
from feeds.verdict import Verdict

FIRST_PAUSE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 1800.0
"""Pauses between two rounds of questions; each is twice as long as the one before."""


def unsettled(root: Path, before_ms: int) -> Iterator[Path]:
    """The window folders under `root` (`{interval}/{slug}`) that ended before `before_ms` and have no outcome."""
    for path in sorted(root.glob(f"*/*/{FILE_NAME}")):
        info = read_info(path)
        slug, start, end = (info.get(key, "") for key in ("slug", "start_ms", "end_ms"))
        known = slug and start.isdecimal() and end.isdecimal()
        if known and "outcome" not in info and int(end) < before_ms:
            yield path.parent


async def complete(root: Path, gamma: Gamma, before_ms: int, tell: Tell, pause_s: float = FIRST_PAUSE_S) -> None:
    """Settle every window that ended before `before_ms`, the program's start: its sessions settle the later ones.

    Where Gamma cannot be reached or has no winner yet it is asked again, at growing pauses; what it does not know,
    or contradicts, is left to the next start.
    """
    folders = await asyncio.to_thread(lambda: list(unsettled(root, before_ms)))
    told: set[str] = set()
    while folders:
        folders = [folder for folder in folders if not await _complete(folder, gamma, tell, told)]
        await asyncio.sleep(pause_s if folders else 0)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def _complete(folder: Path, gamma: Gamma, tell: Tell, told: set[str]) -> bool:
    """Ask once; whether there is nothing left to ask. Each window's trouble is told once."""
    info = await asyncio.to_thread(read_info, folder / FILE_NAME)
    slug = info["slug"]
    answer = await gamma.outcome(slug, int(info["start_ms"]))
    if isinstance(answer, Verdict) and answer.outcome is not None:
        tell(Trouble(slug, await asyncio.to_thread(_write_end, folder, answer.outcome, answer.final)))
        return True
    if slug not in told:
        told.add(slug)
        why = "the venue has not named the winner yet" if isinstance(answer, Verdict) else str(answer)
        tell(Trouble(slug, f"ended without an outcome, and it still has none: {why}"))
    return not isinstance(answer, Verdict | Unreachable)


def _write_end(folder: Path, outcome: int, final: float | None) -> str:
    """Write the window's end; returns what came of it, in one sentence."""
    position = Position()
    read_earlier(folder).rebook(position)
    facts = result_facts(position, outcome, "gamma", final)
    facts |= score_facts(MarketScore(read_lens_fills(folder)), outcome)
    info = MarketInfo(folder / FILE_NAME)
    info.update(facts)
    write_info(info.path, info.text())
    told = f"{OUTCOME_NAMES[outcome]} won, {position.total.fills} fills, net {facts['net_pnl']} dollars"
    return f"left by an earlier run, now settled: {told}"
