"""Folders as the original bot leaves them, written by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path

START_S = 1_795_350_600
"""A window of five minutes begins: 2026-11-22 12:30 UTC, 7:30 in New York."""

START_MS = START_S * 1000
SLUG = f"btc-updown-5m-{START_S}"
BINANCE = "recv_time,recv_ts_ms,trade_ts_ms,price,qty,side"
POLYMARKET = "recv_time,recv_ts_ms,up_price,down_price,up_bid,up_ask,down_bid,down_ask"


def trade(after_ms: int, price: str = "85000.5", qty: str = "0.01", side: str = "buy", *, late_ms: int = 2) -> str:
    """A row of `binance.csv`, received so long after the window's start."""
    return f"then,{START_MS + after_ms},{START_MS + after_ms - late_ms},{price},{qty},{side}"


def quote(after_ms: int, *prices: str) -> str:
    """A row of `polymarket.csv`: up_bid, up_ask, down_bid, down_ask."""
    return f"then,{START_MS + after_ms},,,{','.join(prices or ('0.52', '0.54', '0.46', '0.48'))}"


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def folder(
    parent: Path,
    trades: Sequence[str] = (),
    quotes: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
    *,
    name: str = SLUG,
) -> Path:
    """The folder of a window; `market_info.txt` is there only with `facts`."""
    path = parent / name
    path.mkdir()
    (path / "binance.csv").write_text(lines(BINANCE, *trades))
    (path / "polymarket.csv").write_text(lines(POLYMARKET, *quotes))
    if facts is not None:
        (path / "market_info.txt").write_text(lines(*(f"{key}={value}" for key, value in facts.items())))
    return path
