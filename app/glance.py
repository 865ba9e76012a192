"""Fills the view from the desk, ten times a second: figures that the panels share are made once, here."""

import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import Final

from app.desk import Desk
from app.ledger import Ledger
from app.lines import Lines
from app.price_way import PriceWay
from app.session import Session
from app.standing import standing
from engine.engine import Engine, Mode
from engine.view import PAPER, TODAY, EarlierWindow, FeedView, MarketView, View
from feeds.connection import Link
from feeds.link_health import LinkHealth
from feeds.windows import span_text

RATE_OVER_NS: Final = 2_000_000_000
HISTORY: Final = 2 * 14_400
"""Points of the longest window."""


@dataclass(slots=True)
class _Pace:
    """Frames of one feed a while ago, to compute a rate from."""

    mono: int
    frames: int
    rate: float = 0.0


class Glance:
    """One look at everything, into the `view` that the panels draw."""

    def __init__(self, desk: Desk, ledger: Ledger, lines: Lines, *, demo: bool) -> None:
        self.view = View(desk.settings.asset, desk.settings.interval, lines=lines.lines, day=ledger.day, demo=demo)
        self._desk = desk
        self._lines = lines
        self._ledger = ledger
        self._history: deque[tuple[int, float]] = deque(maxlen=HISTORY)
        self._way = PriceWay()
        self._shown: Session | None = None
        self._engine: Engine | None = None
        self._paces: dict[str, _Pace] = {}

    def refill(self) -> None:
        """Bring the view up to now."""
        view, desk = self.view, self._desk
        view.mono, view.wall = time.monotonic_ns(), time.time_ns()
        view.asset, view.interval = desk.settings.asset, desk.settings.interval
        view.live = desk.live.view() if desk.live is not None else None
        armed = view.live is not None and view.live.armed
        view.mode = "ARMED" if armed and desk.mode is not Mode.HALTED else desk.mode
        self._ledger.turn(view.wall // 1_000_000)
        view.day, view.score = self._ledger.day, self._ledger.score
        view.day.name = PAPER if view.mode == "ARMED" else TODAY
        session = self._now_shown(view.wall)
        self._show(session, view)
        view.earlier = self._earlier(session, view.wall)
        view.feeds = self._feeds(session, view.mono)
        view.dropped = sum(other.files.dropped for other in desk.sessions())

    def beat(self, late_ms: float) -> None:
        """How late the loop woke the painter: the largest of the last second or so, fading."""
        self.view.loop_lag_ms = max(late_ms, self.view.loop_lag_ms * 0.9)

    def _now_shown(self, wall: int) -> Session | None:
        """The session whose window is running, else the one that comes, else the one being settled."""
        sessions = self._desk.current.sessions
        for session in sessions:
            state = session.engine.state
            if state.start_ns <= wall < state.end_ns:
                return session
        coming = [session for session in sessions if session.engine.state.start_ns > wall]
        return coming[0] if coming else sessions[-1] if sessions else None

    def _show(self, session: Session | None, view: View) -> None:
        engine = self._traded(session, view.mode)
        if session is not self._shown:
            self._turn_to(session, view)
        if engine is not self._engine:
            self._engine = engine
            view.market = MarketView(engine) if engine is not None else None
        if session is None or engine is None or view.market is None:
            view.state = "WAITING"
            view.reasons = (self._desk.current.waiting or "looking for the window",)
            return
        view.market.look()
        state = session.engine.state
        view.gaps = state.counters["trade_gap"]
        view.strike_known_ms = session.strike.known_ms
        contradicted = session.reports.counters["report_contradicted"]
        view.oracle = self._desk.current.oracle.counters + Counter({"contradicted": contradicted})
        self._lines.see(view.wall, view.market.now.answers, session.market)
        point = self._way.point(state, view.mono, view.wall, view.market.limits.price_max_age_ms)
        if point is not None:
            self._history.append(point)
        view.state, view.reasons = standing(engine, session.missing(), view.mono, view.wall)
        if view.state == "HALTED" and self._desk.stop_file:
            view.reasons = (f"killed: remove the file {self._desk.stop_file}, then d", *view.reasons[1:])
        view.next_window = self._next(session)

    def _traded(self, session: Session | None, mode: str) -> Engine | None:
        """The engine of what is traded: armed, the live one, whose orders and shares are real."""
        live = self._desk.live.engine_of(session.market.slug) if session is not None and self._desk.live else None
        if mode == "ARMED" and live is not None:
            return live
        return session.engine if session is not None else None

    def _turn_to(self, session: Session | None, view: View) -> None:
        """Show another session, or none; of the one before nothing stays on the screen but what `earlier` tells."""
        self._shown = session
        self._way = PriceWay()
        self._history.clear()
        view.history = self._history
        view.gaps = view.strike_known_ms = 0
        view.span = view.next_window = ""
        if session is not None:
            view.span = span_text(session.market.start_ms, session.market.end_ms)
            view.latency = session.latency

    def _earlier(self, shown: Session | None, wall: int) -> tuple[EarlierWindow, ...]:
        """The other sessions that hold shares whose result is not booked yet."""
        return tuple(
            EarlierWindow(
                session.market.asset,
                session.market.interval,
                session.market.start_ms,
                wall >= session.engine.state.end_ns,
                session.engine.position.holding,
                session.engine.winner,
            )
            for session in self._desk.sessions()
            if session is not shown and any(session.engine.position.total.shares) and not session.settled.is_set()
        )

    def _next(self, session: Session) -> str:
        sessions = self._desk.current.sessions
        following = next((other for other in sessions if other.market.start_ms >= session.market.end_ms), None)
        if following is None:
            return ""
        missing = following.missing()
        return f"next: {missing[0]}" if missing else "next is ready"

    def _feeds(self, session: Session | None, mono: int) -> tuple[FeedView, ...]:
        links = [("Binance", self._desk.current.prices.link)]
        if session is not None:
            links.append(("CLOB", session.link))
        oracle = self._desk.current.oracle.speaking
        if oracle is not None:
            links.append((oracle.name, oracle.link))
        return tuple(self._feed(name, link, mono) for name, link in links)

    def _feed(self, name: str, link: Link, mono: int) -> FeedView:
        health = link.health
        word, _, reason = link.state(mono).partition(": ")
        age = (mono - health.last_data) / 1e9 if health.last_data else None
        rate = self._rate(name, health, mono)
        return FeedView(name, word, reason, age, rate, health.reconnects, health.faults)

    def _rate(self, name: str, health: LinkHealth, mono: int) -> float:
        pace = self._paces.get(name)
        if pace is None or health.data_frames < pace.frames:
            pace = self._paces[name] = _Pace(mono, health.data_frames)
        elif mono - pace.mono >= RATE_OVER_NS:
            rate = (health.data_frames - pace.frames) * 1e9 / (mono - pace.mono)
            pace = self._paces[name] = _Pace(mono, health.data_frames, rate)
        return pace.rate
