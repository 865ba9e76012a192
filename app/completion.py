"""Windows that an earlier run left without an outcome are settled from their own files and Gamma's word."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.news import Tell, Trouble, WindowCompleted
from app.outcome import result_facts
from app.restore import Earlier, read_earlier
from app.scorecard import read_lens_fills, score_facts
from app.telemetry.info import FILE_NAME, MarketInfo, read_info, write_info
from engine.events import Resolution
from engine.position import Position
from engine.score import MarketScore
from engine.settlement import settle
from feeds.gamma import Gamma, Unreachable
from feeds.verdict import Verdict
from feeds.windows import Calendar

FIRST_PAUSE_S: Final = 30.0
LONGEST_PAUSE_S: Final = 1800.0
"""Pauses between two rounds of questions; each is twice as long as the one before."""


def unsettled(root: Path, before_ms: int, calendar: Calendar | None = None) -> Iterator[Path]:
    """The window folders under `root` (`{interval}/{slug}`) that ended before `before_ms` and have no outcome.

    With the `calendar` of a venue on loopback only those that it has cut: others were another venue's, which is gone.
    """
    for path in sorted(root.glob(f"*/*/{FILE_NAME}")):
        info = read_info(path)
        slug, start, end = (info.get(key, "") for key in ("slug", "start_ms", "end_ms"))
        known = slug and start.isdecimal() and end.isdecimal()
        if known and "outcome" not in info and int(end) < before_ms and _is_of(calendar, int(start), int(end)):
            yield path.parent


def _is_of(calendar: Calendar | None, start_ms: int, end_ms: int) -> bool:
    if calendar is None:
        return True
    cut = calendar.current(start_ms)
    return start_ms >= calendar.origin_s * 1000 and (cut.start_ms, cut.end_ms) == (start_ms, end_ms)


async def complete(
    root: Path,
    gamma: Gamma,
    before_ms: int,
    tell: Tell,
    pause_s: float = FIRST_PAUSE_S,
    calendar: Calendar | None = None,
) -> None:
    """Settle every window that ended before `before_ms`, the program's start: its sessions settle the later ones.

    Where Gamma cannot be reached or has no winner yet it is asked again, at growing pauses; what it does not know,
    or contradicts, is left to the next start.
    """
    folders = await asyncio.to_thread(lambda: list(unsettled(root, before_ms, calendar)))
    told: set[str] = set()
    while folders:
        folders = [folder for folder in folders if not await _complete(folder, gamma, tell, told)]
        await asyncio.sleep(pause_s if folders else 0)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def _complete(folder: Path, gamma: Gamma, tell: Tell, told: set[str]) -> bool:
    """Ask once; whether there is nothing left to ask. Each window's trouble is told once."""
    info = await asyncio.to_thread(read_info, folder / FILE_NAME)
    earlier = await asyncio.to_thread(read_earlier, folder)
    slug = info["slug"]
    if earlier.unreadable:
        # What was bought is not known, so neither is what it came to.
        tell(Trouble(slug, f"ended without an outcome and stays so: {earlier.fault}; correct it, or remove the folder"))
        return True
    answer = await gamma.outcome(slug, int(info["start_ms"]))
    why = "the venue has not named the winner yet" if isinstance(answer, Verdict) else str(answer)
    if isinstance(answer, Verdict) and answer.outcome is not None:
        try:
            tell(await asyncio.to_thread(_settle, folder, earlier, answer.outcome, answer.final))
            return True
        except OSError as error:
            why = f"{FILE_NAME} cannot be written ({error.strerror})"
    if slug not in told:
        told.add(slug)
        tell(Trouble(slug, f"ended without an outcome, and it still has none: {why}"))
    return not isinstance(answer, Verdict | Unreachable)


def _settle(folder: Path, earlier: Earlier, outcome: int, final: float | None) -> WindowCompleted:
    """Write the window's end; returns what came of it."""
    position = Position()
    earlier.rebook(position)
    score = MarketScore(read_lens_fills(folder))
    info = MarketInfo(folder / FILE_NAME)
    info.update(result_facts(position, outcome, "gamma", final) | score_facts(score, outcome))
    write_info(info.path, info.text())
    return WindowCompleted(
        info.get("slug"),
        int(info.get("end_ms")),
        Resolution(0, time.time_ns(), outcome, "gamma"),
        position.total.orders,
        position.total.fills,
        settle(position.total, outcome),
        {name: settle(tally, outcome).net for name, tally in position.by_strategy.items()},
        score,
    )
