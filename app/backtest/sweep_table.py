"""A sweep for a person: the sentence first, the best combinations beside what is set now, and what was left out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from textwrap import wrap
from typing import Final

from app.backtest.finding import Later, dollars, percent
from app.backtest.standing import Standing
from app.backtest.swept import Swept
from app.backtest.words import NOT_OF_THE_WORLD
from app.said import counted
from engine.verdict import MIN_MARKETS
from feeds.text import clean

TOP: Final = 20
"""Combinations that are shown; a file has them all."""

WIDTH: Final = 110
"""Columns of the text around the tables."""

_FIGURES: Final = ("markets", "trades", "net", "a share", "95 % interval", "z", "by luck")

Row = Sequence[str]


def table(swept: Swept) -> list[str]:
    """The lines of the report; the same whatever it was computed on."""
    tried = counted(len(swept.combinations.tried), "combination")
    settled = counted(len(swept.searched.winners), "window")
    lines = [
        *wrap(swept.finding.sentence, WIDTH),
        "",
        f"{tried}, what is set now among them, compared in {settled} that ended by {_instant(swept.split.cut_ms)}:",
        *_aligned(list(_ranks(swept))),
    ]
    if swept.kept_back is not None and swept.later is not None:
        settled = counted(len(swept.kept_back.winners), "window")
        lines += ["", f"the holdout, {settled} from then on:", *_aligned(_finalists(swept.later))]
    return [*lines, "", *_notes(swept)]


def _ranks(swept: Swept) -> Iterator[Row]:
    """The head, the best combinations, and what is set now in any case."""
    yield ("rank", "", *_FIGURES, *map(clean, swept.combinations.names))
    for place, one in enumerate(swept.ranking.standings, 1):
        is_now = one.trial == swept.combinations.now
        if place <= TOP or is_now:
            point = swept.combinations.tried[one.trial].point
            rank = f"{place:,}" if one.ranked else "-"
            yield (rank, "now" if is_now else "", *_figures(one), *map(clean, point))


def _finalists(later: Later) -> list[Row]:
    best = [] if later.best == later.now else [("best", *_figures(later.best))]
    return [("", *_FIGURES), *best, ("now", *_figures(later.now))]


def _figures(one: Standing) -> Row:
    share, interval = "", ""
    if one.per_share is not None:
        low, high = one.per_share.interval
        share, interval = dollars(one.per_share.value), f"{low:+.4f} {high:+.4f}"
    luck = "" if one.by_luck is None else percent(one.by_luck)
    return f"{one.markets:,}", f"{one.trades:,}", f"{one.net:+,.2f}", share, interval, f"{one.z:+.2f}", luck


def _aligned(rows: Sequence[Row]) -> list[str]:
    """Columns to the right, as numbers stand."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _notes(swept: Swept) -> list[str]:
    """What the figures mean, and what they do not cover."""
    notes = [
        "Ranked by z, the net over the spread that luck alone gives to these very positions: neither a few lucky "
        "markets nor dear shares that have not lost yet can lead by it.",
        *_luck(swept),
        *_left_out(swept),
        *_unlike_the_world(swept),
    ]
    return [line for note in notes for line in wrap(note, WIDTH)]


def _luck(swept: Swept) -> Iterator[str]:
    alone = swept.ranking.sidak
    if alone is not None:
        luck = f"By luck: how often the best of the {swept.ranking.ranked:,} ranked reaches that z without any edge"
        luck += ", or on the holdout one alone" if swept.later is not None else ""
        yield f"{luck}; for the first, {percent(alone)} if no two were alike."


def _left_out(swept: Swept) -> Iterator[str]:
    if few := len(swept.ranking.standings) - swept.ranking.ranked:
        yield f"Not ranked: {counted(few, 'combination')} that traded in fewer than {MIN_MARKETS} markets."
    if alike := swept.combinations.alike:
        yield f"Left out: {counted(alike, 'combination')} that came to the same as another one."
    unsettled = sum(len(part.unsettled) for part in swept.parts)
    windows = {
        "without an outcome": unsettled,
        "open at the cut between both parts": len(swept.split.across),
        "in recordings that could not be used, or were there twice": len(swept.skipped),
    }
    told = [f"{counted(count, 'window')} {why}" for why, count in windows.items() if count]
    if told:
        yield f"Left out: {', '.join(told)}."
    for part in swept.parts:
        for (name, what), count in sorted(part.faults.items()):
            yield f"{clean(name)} failed {counted(count, 'time')}, and had no signal then: {clean(what)}."


def _unlike_the_world(swept: Swept) -> Iterator[str]:
    if swept.top_only:
        yield f"{counted(swept.top_only, 'window')} recorded best prices without sizes: an order is filled whole there."
    if swept.made_up:
        yield f"{counted(swept.made_up, 'window')} of a demo: {NOT_OF_THE_WORLD}."


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
