"""Windows that an earlier run left without an outcome are settled from their own files and Gamma's word."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.news import Tell, Trouble
from app.outcome import InfoValue, strategy_lines
from app.restore import read_earlier
from app.scorecard import read_lens_fills, score_facts
from app.telemetry.info import FILE_NAME, MarketInfo, read_info, write_info
from engine.events import OUTCOME_NAMES
from engine.position import Position
from engine.score import MarketScore
from engine.settlement import settle
from engine.units import dollars
from feeds.gamma import Gamma
from feeds.verdict import Verdict

SETTLES_IN_MS: Final = 30_000
"""A window younger than this is left to its own session or to the next start."""


def unsettled(root: Path, now_ms: int) -> Iterator[Path]:
    """The window folders under `root` (`{interval}/{slug}`) that ended before `now_ms` and have no outcome."""
    for path in sorted(root.glob(f"*/*/{FILE_NAME}")):
        info = read_info(path)
        end = info.get("end_ms", "")
        if "outcome" not in info and end.isdecimal() and int(end) + SETTLES_IN_MS < now_ms:
            yield path.parent


async def complete(root: Path, gamma: Gamma, now_ms: int, tell: Tell) -> int:
    """Ask Gamma once for each unsettled window and write its end; returns how many could be completed."""
    done = 0
    for folder in await asyncio.to_thread(lambda: list(unsettled(root, now_ms))):
        info = await asyncio.to_thread(read_info, folder / FILE_NAME)
        slug, start = info.get("slug", ""), info.get("start_ms", "")
        if not slug or not start.isdecimal():
            continue
        answer = await gamma.outcome(slug, int(start))
        if isinstance(answer, Verdict) and answer.outcome is not None:
            await asyncio.to_thread(_write_end, folder, answer.outcome, answer.final)
            done += 1
        else:
            why = "the venue has not named the winner yet" if isinstance(answer, Verdict) else str(answer)
            tell(Trouble(slug, f"ended without an outcome, and it still has none: {why}"))
    return done


def _write_end(folder: Path, outcome: int, final: float | None) -> None:
    position = Position()
    for fill in read_earlier(folder).fills:
        position.add(fill)
    result = settle(position.total, outcome)
    facts: dict[str, InfoValue] = {
        "outcome": OUTCOME_NAMES[outcome],
        "outcome_source": "gamma",
        "gross_pnl": dollars(result.gross),
        "fees": dollars(result.fees),
        "net_pnl": dollars(result.net),
    }
    if final is not None:
        facts["final"] = final
    facts |= score_facts(MarketScore(read_lens_fills(folder)), outcome)
    info = MarketInfo(folder / FILE_NAME)
    info.update(facts | strategy_lines(position.by_strategy, outcome))
    write_info(info.path, info.text())
