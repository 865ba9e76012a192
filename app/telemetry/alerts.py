"""What a message to a phone says. Plain text; every message begins with the market's coin and length."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from app.said import sent_and_filled
from app.telemetry.figures import coin_decimals, price_text, shares_text
from app.telemetry.rows.order import Account
from engine.events import OUTCOME_NAMES, Fill, Strike
from engine.market import Interval, Market
from engine.orders import Order
from engine.units import PRICE, dollars
from feeds.windows import FULL_NAMES

_CENT: Final = Decimal("0.01")


def window_started(market: Market, strike: Strike | None) -> str:
    """The window runs; its strike, where it comes from, and whether the market settles on that very number."""
    if strike is None:
        return f"{_label(market)} started, {market.slug}\nstrike not known yet: no orders"
    value = f"{strike.value:,.{coin_decimals(strike.value)}f}"
    exact = "exact" if strike.exact else "not exact: paper only"
    return f"{_label(market)} started, {market.slug}\nstrike {value} ({strike.source.value}, {exact})"


def window_ended(market: Market, account: Account, outcome: int | None, *, orders: int, fills: int, net: int) -> str:
    """The window is settled, or over without an outcome (None). `net` is the profit after fees in money units."""
    result = "outcome not known yet" if outcome is None else f"{OUTCOME_NAMES[outcome]} won, net {_signed(net)}"
    return f"{_label(market)} ended, {account}\n{result}\n{sent_and_filled(orders, fills)}"


def window_completed(slug: str, account: Account, outcome: int, *, orders: int, fills: int, net: int) -> str:
    """A window that an earlier run left open is settled. `net` is the profit after fees in money units."""
    first, *rest = slug.split("-")
    coin = next((asset for asset, name in FULL_NAMES.items() if first in (asset, name)), first)
    length = next((part for part in rest if part in tuple(Interval)), "1h")  # the hourly slugs alone name none
    result = f"{OUTCOME_NAMES[outcome]} won, net {_signed(net)}"
    return f"{coin.upper()} {length} completed, {account}, {slug}\n{result}\n{sent_and_filled(orders, fills)}"


def order_sent(market: Market, account: Account, order: Order) -> str:
    """An order is on its way."""
    return (
        f"{_label(market)} order, {account}\n"
        f"{order.strategy}: {OUTCOME_NAMES[order.outcome]} {shares_text(order.size)} sh at {_cents(order.price)}, "
        f"edge {order.edge * 100:+.1f}¢"
    )


def order_filled(market: Market, account: Account, fill: Fill) -> str:
    """A fill: what it cost, and what the shares pay if the outcome wins."""
    payout = fill.size * PRICE
    return (
        f"{_label(market)} fill, {account}\n"
        f"{fill.strategy}: {OUTCOME_NAMES[fill.outcome]} {shares_text(fill.size)} sh at {_cents(fill.price)}, "
        f"cost {_usd(fill.size * fill.price)} + fee {_usd(fill.fee)}, pays {_usd(payout)} if right"
    )


def _label(market: Market) -> str:
    return f"{market.asset.value.upper()} {market.interval.value}"


def _cents(price: int) -> str:
    return f"{price_text(price * 100)}¢"


def _usd(money: int) -> str:
    return f"${dollars(money).quantize(_CENT, ROUND_HALF_EVEN)}"


def _signed(money: int) -> str:
    sign = "−" if money < 0 else "+"
    return f"{sign}{_usd(abs(money))}"
