"""What the venue calls its windows, and the words of their rules."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.demo.windows import Window

COIN_NAMES: Final = {"btc": "Bitcoin", "eth": "Ethereum", "sol": "Solana", "xrp": "XRP"}

_NEW_YORK: Final = ZoneInfo("America/New_York")


def resolution_source(window: Window) -> str:
    """The address of the price that decides the window, as the venue writes it."""
    if window.on_binance:
        return f"https://www.binance.com/en/trade/{window.asset.upper()}_USDT"
    return f"https://data.chain.link/streams/{window.asset}-usd-twap-60s-streams"


def title(window: Window) -> str:
    """For example "Bitcoin Up or Down - July 9, 2:30PM-2:35PM ET"; seconds where the window has some."""
    start, end = (datetime.fromtimestamp(unix, _NEW_YORK) for unix in (window.unix_start, window.unix_end))
    name = COIN_NAMES[window.asset]
    return f"{name} Up or Down - {start:%B} {start.day}, {_clock(start)}-{_clock(end)} ET"


def rules(window: Window) -> str:
    """The rules as the market page would give them."""
    coin = COIN_NAMES[window.asset]
    if window.on_binance:
        pair = f"{window.asset.upper()}/USDT"
        return (
            f'Demo market. "Up" wins if the close of the Binance {pair} candle that begins when the window does is '
            f'greater than or equal to its open, otherwise "Down". Price source: {resolution_source(window)}.'
        )
    return (
        f'Demo market. "Up" wins if the {window.lookback_s} s average price of {coin} at the end of the window is '
        f'greater than or equal to that at its start, otherwise "Down". Price source: {resolution_source(window)}.'
    )


def iso(unix_s: int) -> str:
    """A whole second as the venue writes it: 2026-09-28T17:30:00Z."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clock(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    seconds = f":{moment.second:02d}" if moment.second else ""
    return f"{hour}:{moment.minute:02d}{seconds}{'AM' if moment.hour < 12 else 'PM'}"
