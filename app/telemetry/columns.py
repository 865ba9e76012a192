"""The columns of every file a session writes, in order.

The first part of each row is the original bot's, so that its tools still read our files; what we add stands
at the end.
"""

from typing import Final

SIGNALS: Final = (
    "ts_ms",
    "strategy",
    "side",
    "edge",
    "fair",
    "mkt",
    "conf",
    "size_frac",
    "price",
    "dist",
    "time_left_s",
    "eval_us",
    "selected",
    "net_edge",
    "quote_age_ms",
    "strike_source",
    "block",
)

LATENCY: Final = ("ts_ms", "event", "latency_us")

ORDERS: Final = (
    "ts_ms",
    "order_id",
    "side",
    "price",
    "size",
    "strategy",
    "edge",
    "spot",
    "time_left_s",
    "mode",
    "type",
    "fee_est",
    "run_id",
    "seq",
)

FILLS: Final = (
    "ts_ms",
    "order_id",
    "strategy",
    "status",
    "filled_price",
    "filled_size",
    "submit_to_ack_ms",
    "pnl_if_correct",
    "side",
    "mode",
    "fee",
    "settle_state",
    "trade_id",
    "run_id",
    "seq",
)

LENSES: Final = ("order_id", "lens", "latency_ms", "filled_price", "filled_size", "fee")

BINANCE: Final = ("recv_time", "recv_ts_ms", "trade_ts_ms", "price", "qty", "side")

POLYMARKET: Final = (
    "recv_time",
    "recv_ts_ms",
    "up_price",
    "down_price",
    "up_bid",
    "up_ask",
    "down_bid",
    "down_ask",
)

MARKET_INFO: Final = (
    "slug",
    "strike",
    "strike_source",
    "start_ms",
    "end_ms",
    "final_binance_price",
    "final_distance",
    "final",
    "outcome",
    "outcome_source",
    "total_signals",
    "total_orders",
    "total_filled",
    "gross_pnl",
    "fees",
    "net_pnl",
    "dropped_rows",
    "run_id",
    "decision_hash",
)
"""The keys of `market_info.txt` in the order in which they are written; a line per strategy follows them."""
