"""Which window an instant falls in, and what the venue calls it. Arithmetic only; nothing is asked.

5m and 15m windows are cut on the UTC clock. 1h and 4h windows follow the clock on the wall in New York: an
hour is named by the hour it begins there, and a 4h window begins there at 0, 4, 8, 12, 16 or 20 o'clock. On
the loopback venue a window has any length and is cut from the venue's own origin.

Two days a year the clock in New York changes. In autumn two hours bear one name, so a window is told from
another by its start, never by its slug. How the venue cuts 4h windows on those days is not known, so there
are several candidates to ask for, and the venue's listing decides.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.market import Asset, Interval

NEW_YORK: Final = ZoneInfo("America/New_York")

FULL_NAMES: Final = {Asset.BTC: "bitcoin", Asset.ETH: "ethereum", Asset.SOL: "solana", Asset.XRP: "xrp"}
"""The coins as the venue spells them out."""

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Window:
    """One window: the name the venue should know it by, and its times in ms UTC.

    `must_hold_ms` is set only where the venue's cut is unknown: then `end_ms` is a guess, and a listed window
    is the wanted one if it begins at `start_ms` and contains that instant.
    """

    slug: str
    asset: Asset
    interval: Interval
    start_ms: int
    end_ms: int
    must_hold_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The windows of one asset and interval, without gap or overlap.

    With `length_s` the windows are the loopback venue's: `length_s` long whatever the interval says, and cut
    from `origin_s` (unix seconds; 0 without a length). ValueError where `length_s` is not positive.
    """

    asset: Asset
    interval: Interval
    length_s: int | None = None
    origin_s: int = 0

    def __post_init__(self) -> None:
        if self.length_s is not None and self.length_s <= 0:
            raise ValueError(f"length_s is {self.length_s}; a window must last at least 1 second")

    def current(self, now_ms: int) -> Window:
        """The window that contains `now_ms` (its start belongs to it, its end to the next one)."""
        start, end = self._cut(now_ms // 1000)
        return self._window(start, end)

    def following(self, window: Window) -> Window:
        """The window that begins where `window` ends."""
        return self.current(window.end_ms)

    def candidates(self, now_ms: int) -> tuple[Window, ...]:
        """What to ask the venue for at `now_ms`, likeliest first.

        One window, except for 4h on a day when the clock changes: there the New York cut comes first, then
        the cuts of a venue that goes on counting four hours as before the change, or counts as after it.
        To find what follows a market, ask for the candidates at its own end.
        """
        if self.length_s is not None or self.interval is not Interval.H4:
            return (self.current(now_ms),)
        now = now_ms // 1000
        midnight, before, after = _new_york_day(now)
        if before == after:
            return (self.current(now_ms),)
        cuts = [self._cut(now), _every_four_hours(now, before), _every_four_hours(now, after)]
        ends: dict[int, int] = {}
        for start, end in cuts:
            if start >= midnight:
                ends.setdefault(start, end)
        return tuple(replace(self._window(start, end), must_hold_ms=now_ms) for start, end in ends.items())

    def _cut(self, now: int) -> tuple[int, int]:
        if self.length_s is None and self.interval is Interval.H4:
            return _new_york_quarter(now)
        length, origin = (self.interval.seconds, 0) if self.length_s is None else (self.length_s, self.origin_s)
        start = now - (now - origin) % length
        return start, start + length

    def _window(self, start: int, end: int) -> Window:
        if self.length_s is None and self.interval is Interval.H1:
            slug = f"{FULL_NAMES[self.asset]}-up-or-down-{_hour_name(start)}"
        else:
            slug = f"{self.asset}-updown-{self.interval}-{start}"
        return Window(slug, self.asset, self.interval, start * 1000, end * 1000)


def comes_twice(slug: str, start_ms: int) -> bool:
    """Whether another hour has the same slug: only in the hour that repeats when the clock goes back."""
    start = start_ms // 1000
    name = _hour_name(start)
    return slug.endswith(name) and name in (_hour_name(start - _HOUR_S), _hour_name(start + _HOUR_S))


def span_text(start_ms: int, end_ms: int) -> str:
    """A window's times for a person: `08:25–08:30 UTC · 03:25–03:30 ET`.

    Where the clock in New York changes inside the window both ends name their zone: `01:00 EDT–01:00 EST`. A window of
    the loopback venue that is not cut on whole minutes has seconds, and its start alone in New York's time.
    """
    start, end = (datetime.fromtimestamp(ms // 1000, UTC) for ms in (start_ms, end_ms))
    here, there = start.astimezone(NEW_YORK), end.astimezone(NEW_YORK)
    if start_ms % 60_000 or end_ms % 60_000:
        return f"{start:%H:%M:%S}–{end:%H:%M:%S} UTC · {here:%H:%M:%S} ET"
    if here.utcoffset() == there.utcoffset():
        eastern = f"{here:%H:%M}–{there:%H:%M} ET"
    else:
        eastern = f"{here:%H:%M %Z}–{there:%H:%M %Z}"
    return f"{start:%H:%M}–{end:%H:%M} UTC · {eastern}"


def _hour_name(start: int) -> str:
    """`november-22-2026-4am-et`. Hours begin together in New York and in UTC."""
    local = datetime.fromtimestamp(start, NEW_YORK)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{_MONTHS[local.month - 1]}-{local.day}-{local.year}-{hour}{half}-et"


def _new_york_quarter(now: int) -> tuple[int, int]:
    """The cut by the clock on the wall: 4 hours, but 5 or 3 where the clock changes inside."""
    local = datetime.fromtimestamp(now, NEW_YORK)
    start = datetime.combine(local.date(), time(local.hour // 4 * 4))
    # Naive, so that adding four hours turns the clock on the wall and not the seconds. No clock change of
    # New York falls on one of these hours, so each is exactly one instant.
    return _instant(start), _instant(start + timedelta(hours=4))


def _every_four_hours(now: int, offset: int) -> tuple[int, int]:
    """The cut of a venue that counts four hours on end, `offset` seconds from UTC."""
    start = now - (now + offset) % Interval.H4.seconds
    return start, start + Interval.H4.seconds


def _new_york_day(now: int) -> tuple[int, int, int]:
    """New York's last midnight, its offset from UTC then, and its offset a day later; all in seconds."""
    midnight = datetime.combine(datetime.fromtimestamp(now, NEW_YORK).date(), time(), NEW_YORK)
    return int(midnight.timestamp()), _offset(midnight), _offset(midnight + timedelta(days=1))


def _instant(wall: datetime) -> int:
    return int(wall.replace(tzinfo=NEW_YORK).timestamp())


def _offset(local: datetime) -> int:
    return round((local.utcoffset() or timedelta()).total_seconds())
