"""What goes to a phone, and when: the start of a window waits for its exact strike, but not for ever."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from app.messages import Messages
from app.news import OrderSent, StrikeKnown, WindowOpened, WindowSettled, WindowSkipped, WindowUnsettled
from engine.events import UP, Resolution, Strike, StrikeSource
from engine.market import Market
from engine.score import MarketScore
from engine.settlement import Result
from engine.signal import Signal
from tests.app.telemetry.examples import MARKET, START_MS, a_signal, an_order

FIRST = Strike(0, 0, 84_001.5, StrikeSource.BINANCE_FIRST, exact=False)
EXACT = Strike(0, 0, 83_995.25, StrikeSource.CHAINLINK_TWAP, exact=True)


class Timer:
    def __init__(self, at_ms: float, call: Callable[[], None]) -> None:
        self.at_ms = at_ms
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Phone:
    """Gets the messages; its clock moves only when told."""

    now_ms: int = START_MS - 60_000
    texts: list[str] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tell = Messages(self.texts.append, later=self._later, now_ms=lambda: self.now_ms)

    def _later(self, after_s: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(self.now_ms + after_s * 1000, call))
        return self.timers[-1]

    def pass_to(self, ms: int) -> None:
        """Let the time come to `ms`, and what is due by then happen."""
        for timer in [timer for timer in self.timers if timer.at_ms <= ms]:
            self.timers.remove(timer)
            if not timer.cancelled:
                timer.call()
        self.now_ms = ms


def started(strike: str) -> str:
    return f"BTC 5m started, {MARKET.slug}\n{strike}"


def settled(market: Market) -> WindowSettled:
    return WindowSettled(market, Resolution(0, 0, UP, "gamma"), 0, 0, Result(0, 0), {}, MarketScore())


def test_the_start_waits_for_the_exact_strike() -> None:
    phone = Phone()
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 20)
    phone.tell(StrikeKnown(MARKET, FIRST))
    phone.pass_to(START_MS + 1_500)
    assert phone.texts == []
    phone.tell(StrikeKnown(MARKET, EXACT))
    assert phone.texts == [started("strike 83,995.25 (chainlink_twap, exact)")]
    phone.pass_to(START_MS + 60_000)
    assert len(phone.texts) == 1


@pytest.mark.parametrize(
    ("strike", "said"),
    [(FIRST, "strike 84,001.50 (binance_first, not exact: paper only)"), (None, "strike not known yet: no orders")],
)
def test_ten_seconds_after_the_start_it_is_told_with_what_is_known(strike: Strike | None, said: str) -> None:
    phone = Phone()
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 20)
    if strike is not None:
        phone.tell(StrikeKnown(MARKET, strike))
    phone.pass_to(START_MS + 9_999)
    assert phone.texts == []
    phone.pass_to(START_MS + 10_000)
    assert phone.texts == [started(said)]
    phone.tell(StrikeKnown(MARKET, EXACT))
    assert len(phone.texts) == 1


def test_a_window_that_was_joined_late_is_given_as_long_from_then() -> None:
    phone = Phone(now_ms=START_MS + 100_000)
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 109_999)
    assert phone.texts == []
    phone.pass_to(START_MS + 110_000)
    assert phone.texts == [started("strike not known yet: no orders")]


def test_an_order_before_the_exact_strike_tells_the_start_first() -> None:
    phone = Phone()
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 500)
    phone.tell(StrikeKnown(MARKET, FIRST))
    signal: Signal = a_signal()
    phone.tell(OrderSent(MARKET, an_order(), signal))
    assert [text.split()[2].rstrip(",") for text in phone.texts] == ["started", "order"]
    assert "binance_first" in phone.texts[0]


def test_two_windows_are_waited_for_side_by_side() -> None:
    phone = Phone()
    following = replace(MARKET, slug="btc-updown-5m-1787237100", start_ms=MARKET.end_ms, end_ms=MARKET.end_ms + 300_000)
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 1_500)
    phone.tell(StrikeKnown(MARKET, EXACT))
    phone.tell(WindowOpened(following, 0, 0))
    phone.tell(settled(MARKET))
    phone.pass_to(MARKET.end_ms + 10_000)
    assert [text.split("\n")[0] for text in phone.texts] == [
        f"BTC 5m started, {MARKET.slug}",
        "BTC 5m ended, paper",
        f"BTC 5m started, {following.slug}",
    ]


def test_a_window_that_is_left_before_its_start_is_not_told_of() -> None:
    phone = Phone()
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.tell(WindowSkipped(MARKET.slug, "left by a switch before it began"))
    phone.pass_to(START_MS + 60_000)
    assert phone.texts == []


def test_a_window_that_is_left_without_an_outcome_is_told_with_its_start() -> None:
    phone = Phone()
    phone.tell(WindowOpened(MARKET, 0, 0))
    phone.pass_to(START_MS + 5_000)
    phone.tell(WindowUnsettled(MARKET, 1, 0))
    assert phone.texts == [
        started("strike not known yet: no orders"),
        "BTC 5m ended, paper\noutcome not known yet\n1 order, 0 fills",
    ]
