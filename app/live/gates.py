"""What must be so before a person may arm: each gate with its state, for the dialog, the log and the refusal."""

from collections.abc import Sequence
from typing import Final

from app.live.calls import Unanswered
from app.live.funds import Funds
from app.live.public import Geoblock
from app.live.signing import UnknownProtocol, exchange_of
from engine.engine import Engine
from engine.market import Market
from engine.units import MONEY, dollars
from engine.view import ArmGate
from feeds.venue_clock import ClockOffset

ORDER_FORMAT: Final = 2
"""The order format that we sign."""

CLOCK_LIMIT_S: Final = 2.0


def first_closed(gates: Sequence[ArmGate]) -> ArmGate | None:
    """The first that stands in the way."""
    return next((gate for gate in gates if not gate.passed), None)


def wallet_gate(brief: str, kind: str) -> ArmGate:
    """The key was read, so its file is private and it fits the settings."""
    return ArmGate("wallet", True, f"{brief}, {kind}; key file private")


def geoblock_gate(answer: Geoblock | Unanswered) -> ArmGate:
    """The venue refuses orders from some countries, which is not to be worked around."""
    if isinstance(answer, Unanswered):
        return ArmGate("geoblock", False, f"unknown: {answer}")
    where = answer.country or "this country"
    return ArmGate("geoblock", not answer.blocked, f"{'blocked in' if answer.blocked else 'clear in'} {where}")


def format_gate(answer: int | Unanswered) -> ArmGate:
    """The venue takes orders of the format that we sign."""
    if isinstance(answer, Unanswered):
        return ArmGate("order format", False, f"unknown: {answer}")
    known = answer == ORDER_FORMAT
    return ArmGate("order format", known, f"{answer}" if known else f"{answer}, and we sign {ORDER_FORMAT}; update")


def clock_gate(answer: ClockOffset | str) -> ArmGate:
    """Windows, signatures and cut-offs hang on this machine's clock."""
    if isinstance(answer, str):
        return ArmGate("clock", False, f"unknown: {answer}")
    near = abs(answer.ahead_s) <= CLOCK_LIMIT_S
    return ArmGate("clock", near, f"{answer.ahead_s:+.1f} s off the venue's" + ("" if near else "; set it"))


def standing_gate(answer: bool | Unanswered) -> ArmGate:
    """Whether the account may open positions."""
    if isinstance(answer, Unanswered):
        return ArmGate("account", False, f"unknown: {answer}")
    return ArmGate("account", not answer, "may only close positions" if answer else "may trade")


def funds_gate(answer: Funds | Unanswered, market: Market | None, least: int) -> ArmGate:
    """Cash, and how much of it the market's exchange may take. `least` money units must be there of both."""
    if isinstance(answer, Unanswered):
        return ArmGate("balance", False, f"unknown: {answer}")
    cash = f"${dollars(answer.cash):.2f}"
    if answer.cash < least:
        return ArmGate("balance", False, f"{cash} is less than the smallest order of ${dollars(least):.2f}")
    if market is None:
        return ArmGate("balance", True, cash)
    try:
        allowance = answer.allowance(exchange_of(market.version).contract)
    except UnknownProtocol as error:
        return ArmGate("balance", False, str(error))
    if allowance < least:
        return ArmGate("balance", False, f"{cash}, but the exchange may take none of it: approve it at the venue")
    return ArmGate("balance", True, f"{cash}, allowed to the exchange")


def orders_gate(why_not: str, compared: bool, trouble: str) -> ArmGate:
    """No order of unknown fate, no limit used up, and the venue's lists read whole."""
    if why_not:
        return ArmGate("orders", False, why_not)
    if not compared or trouble:
        told = "not compared with the venue yet" if not compared else "the last comparison with the venue failed"
        return ArmGate("orders", False, f"{told}{': ' + trouble if trouble else ''}")
    return ArmGate("orders", True, "none of unknown fate; compared with the venue")


def market_gates(engine: Engine | None, mono: int) -> tuple[ArmGate, ...]:
    """The window's strike and its feeds, as the paper session of the same window has them."""
    if engine is None:
        return (ArmGate("strike", False, "no window yet"), ArmGate("feeds", False, "no window yet"))
    state, limits = engine.state, engine.limits
    if state.strike_exact:
        strike = ArmGate("strike", True, f"exact, {str(state.strike_source).replace('_', ' ')}")
    else:
        strike = ArmGate("strike", False, "not exact yet; live orders need the settlement's own")
    price_ms = (mono - state.last_trade.mono) / 1e6 if state.last_trade is not None else float("inf")
    book_ms = max((mono - ladder.mono) / 1e6 if ladder.valid else float("inf") for ladder in state.ladders)
    fresh = price_ms <= limits.price_max_age_ms and book_ms <= limits.quote_max_age_ms
    words = "both fresh" if fresh else f"Binance {_age(price_ms)}, books {_age(book_ms)}"
    return (strike, ArmGate("feeds", fresh, words))


def _age(ms: float) -> str:
    return f"{ms / 1000:.1f} s old" if ms != float("inf") else "silent"


LEAST: Final = MONEY
"""The venue takes no buy of less than a dollar."""
