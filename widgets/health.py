"""Can I believe this screen: how old each feed is, and counts of what went wrong."""

from typing import ClassVar, Final

from engine.view import FeedView, View
from widgets.cells import Row, age, clip_row, columns_row, fit, leading, right, width_of
from widgets.panel import Drawing, Panel

_NAMES: Final = {"binance": "Binance", "clob": "CLOB", "rtds": "RTDS", "polybolt": "PolyBolt"}
_WORD_STYLES: Final = {"live": "good", "stale": "stale", "connecting": "warn"}
"""What is none of these is down."""
_AGE: Final = 6
_RATE: Final = 5
LAG_WARN_MS: Final = 10.0

_HEADS: Final = (("feed", 12), ("state", 12), ("age", -8), ("rate", -9), ("reconnects", -12), ("faults", -8))
_TABLE: Final = sum(abs(size) for _, size in _HEADS)


def feed_name(name: str) -> str:
    """A feed's name as people write it."""
    return _NAMES.get(name, name)


def word_style(word: str) -> str:
    """The style of a feed's word."""
    return _WORD_STYLES.get(word, "bad")


class HealthLine(Panel):
    """One line below the panels: every feed, then the counts."""

    FRAMED: ClassVar[bool] = False

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """When it is narrow the rates go first, then the counts that are zero, then the ages of live feeds."""
        for detail in (3, 2, 1, 0):
            feeds, counts = _feeds(view, detail), _counts(view, detail)
            if width_of(feeds) + width_of(counts) <= width:
                gap = min(width - width_of(feeds) - width_of(counts), 4)
                return Drawing([(*feeds, (" " * gap, "text"), *counts)])
        return Drawing([clip_row(leading([*_troubled_first(view), counts], width), width)])


def _feeds(view: View, detail: int) -> Row:
    if not view.feeds:
        return ((" feeds  ", "label"), ("none yet: not connected", "label"))
    cells: list[tuple[str, str]] = [(" feeds  ", "label")]
    for place, feed in enumerate(view.feeds):
        if place:
            cells.append((" · ", "frame"))
        cells += _feed(feed, detail)
    return tuple(cells)


def _feed(feed: FeedView, detail: int) -> Row:
    """`Binance 0.03 s  142/s`; a feed that is not live says so in a word, and its age is grey."""
    name = feed_name(feed.name)
    if feed.word != "live":
        return ((f"{name} ", "text"), (f"{feed.word} ", word_style(feed.word)), (age(feed.age_s), "stale"))
    cells: Row = ((name, "text"),)
    if detail >= 1:
        cells = (*cells, (right(age(feed.age_s), _AGE + 1), "bright"))
    if detail >= 3:
        cells = (*cells, (right(_rate(feed), _RATE + 1), "label"))
    return cells if detail else (*cells, (" live", "good"))


def _rate(feed: FeedView) -> str:
    return f"{feed.rate:.0f}/s" if feed.rate >= 1 or feed.rate == 0 else f"{feed.rate:.1f}/s"


def _counts(view: View, detail: int) -> Row:
    """Counts of what went wrong and the loop's lag; without room only those that are not zero, as ever the faults."""
    cells: list[tuple[str, str]] = []
    for name, count in _named_counts(view):
        if count or (detail >= 2 and name != "faults"):
            cells.append((f" {name} ", "label"))
            cells.append((f"{count} ", "warn" if count else "text"))
    style = "warn" if view.loop_lag_ms >= LAG_WARN_MS else "text"
    return (*cells, (" loop ", "label"), (f"{view.loop_lag_ms:.1f} ms", style))


def _named_counts(view: View) -> list[tuple[str, int]]:
    return [
        ("gaps", view.gaps),
        ("reconnects", sum(feed.reconnects for feed in view.feeds)),
        ("faults", sum(feed.faults for feed in view.feeds)),
        ("dropped", view.dropped),
    ]


def _troubled_first(view: View) -> list[Row]:
    """Each feed as a part of its own, those that are not live in front: they must not fall off the end."""
    ordered = sorted(view.feeds, key=lambda feed: feed.word == "live")
    return [((" ", "text"), *_feed(feed, 0), (" ", "text")) for feed in ordered]


class HealthPanel(Panel):
    """A row a feed with the reason where it is down, then every counter."""

    TITLE: ClassVar[str] = "feeds and health"

    def draw(self, view: View, width: int, height: int) -> Drawing:
        """A table while it fits; a tiny body shows the feeds that are not live first."""
        live = sum(feed.word == "live" for feed in view.feeds)
        note = f"{live} of {len(view.feeds)} live"
        if not view.feeds:
            rows: list[Row] = [(("no feed yet: the connections are being made", "label"),), *_totals(view)]
        elif width < _TABLE or height < len(view.feeds) + 2:
            rows = [*_troubled_first(view), _counts(view, 1)]
        else:
            head = columns_row([(text, size, "label") for text, size in _HEADS])
            rows = [(*head, ("   reason", "label")), *(_feed_row(feed) for feed in view.feeds), (), *_totals(view)]
        return Drawing([clip_row(row, width) for row in rows[:height]], note)


def _feed_row(feed: FeedView) -> Row:
    live = feed.word == "live"
    words = (
        (feed_name(feed.name), "bright"),
        (feed.word, word_style(feed.word)),
        (age(feed.age_s), "bright" if live else "stale"),
        (_rate(feed), "text" if live else "stale"),
        (str(feed.reconnects), "warn" if feed.reconnects else "text"),
        (str(feed.faults), "warn" if feed.faults else "text"),
    )
    cells = columns_row([(text, size, style) for (text, style), (_, size) in zip(words, _HEADS, strict=True)])
    return (*cells, (f"   {feed.reason}", "warn")) if feed.reason else cells


def _totals(view: View) -> list[Row]:
    """The counts of this run, then what the oracle's feed and the window's engine counted."""
    lag = "warn" if view.loop_lag_ms >= LAG_WARN_MS else "text"
    rows: list[Row] = [_count_row(name, count) for name, count in _named_counts(view) if name in ("gaps", "dropped")]
    rows.append(((fit("loop", 24), "label"), (right(f"{view.loop_lag_ms:.1f} ms", 10), lag)))
    rows += [_count_row(f"oracle {name.replace('_', ' ')}", count) for name, count in sorted(view.oracle.items())]
    counters = view.market.counters if view.market is not None else {}
    rows += [_count_row(name.replace("_", " "), count) for name, count in sorted(counters.items())]
    return rows


def _count_row(name: str, count: int) -> Row:
    return ((fit(name, 24), "label"), (right(f"{count:,}", 10), "warn" if count else "text"))
