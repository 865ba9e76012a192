"""Turns a table of your own into a recording of pmtui: python convert.py rows.csv window.jsonl START_MS STRIKE OUTCOME.

The table has the columns ms,price,up_bid,up_ask,down_bid,down_ask: when a row was received, the coin's price, and the
best prices of both outcomes in dollars a share. What it does not have (sizes, fee, minimum) is made up in MARKET.
"""

import csv
import json
import sys
from pathlib import Path

LIMITS = {"max_position": 10**12, "max_orders": 10, "cooldown_ns": 5 * 10**9, "bankroll": 100.0, "min_net_edge": 0.01}
LIMITS |= {"quote_max_age_ms": 5000.0, "price_max_age_ms": 3000.0, "oracle_max_age_ms": 4000.0}
LIMITS |= {"cutoff_ns": 5 * 10**9, "latency_ns": 50 * 10**6, "hold_ns": 150 * 10**6}
RUN = {"format": 1, "run_id": "", "limits": LIMITS, "strategies": []}
RUN["earlier"] = {"orders": [], "last_order_ms": 0, "fills": []}
MARKET = {"asset": "btc", "interval": "5m", "up_token": "1", "down_token": "2", "tick_size": "0.01", "min_size": "5"}
MARKET |= {"fee_rate": "0.07", "fee_exponent": 1, "settlement": "chainlink_spot", "lookback_s": 0, "resolution": ""}
MARKET |= {"condition_id": "", "version": "v1", "depth": "top"}

if len(sys.argv) != 6:
    sys.stderr.write("usage: python convert.py ROWS.csv WINDOW.jsonl START_MS STRIKE OUTCOME, the last UP or DOWN\n")
    sys.exit(2)
source, target, start_ms, strike, outcome = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
with Path(source).open(newline="") as table, Path(target).open("w") as recording:

    def write(ms, kind, data):
        recording.write(json.dumps({"t": ms * 10**6, "m": ms * 10**6, "s": kind, "d": data}) + "\n")

    rows = list(csv.DictReader(table))
    first, last = int(rows[0]["ms"]), int(rows[-1]["ms"])
    window = {"slug": f"btc-updown-5m-{start_ms // 1000}", "start_ms": start_ms, "end_ms": start_ms + 300_000}
    write(first, "run", RUN)
    write(first, "market", MARKET | window)
    write(first, "link", {"feed": "clob", "epoch": 1, "up": True})
    write(first, "strike", {"value": strike, "source": "binance_first", "exact": False})
    for number, row in enumerate(rows, 1):
        ms, trade = (
            int(row["ms"]),
            {"e": "trade", "s": "BTCUSDT", "p": row["price"], "q": "0.01", "m": False, "M": True},
        )
        write(ms, "binance", trade | {"E": ms, "T": ms, "t": number})
        for token, bid, ask in (("1", row["up_bid"], row["up_ask"]), ("2", row["down_bid"], row["down_ask"])):
            best = {"event_type": "best_bid_ask", "asset_id": token, "best_bid": bid, "best_ask": ask}
            write(ms, "clob", best | {"market": "", "spread": "", "timestamp": str(ms)})
    write(last, "settlement", {"final": None, "outcome": outcome, "source": source})
