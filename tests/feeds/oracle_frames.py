"""Frames of both price sockets for the tests, made by hand: one report of BTC at one second, written in each way."""

from typing import Any

TIME_MS = 1_790_000_001_000
VALUE = 75_913.47245426329
EXACT_E18 = "75913472454263285000000"
PLAIN = "75913.472454263285000000"

TOPICS = {0: "crypto_prices_chainlink", 30: "crypto_prices_twap_thirty", 60: "crypto_prices_twap_sixty"}
CHANNELS = {0: "price.crypto", 60: "price.crypto.twap"}


def rtds_update(window_s: int = 60, /, **payload: Any) -> dict[str, Any]:
    """A live frame of RTDS."""
    values: dict[str, Any] = {"full_accuracy_value": EXACT_E18, "symbol": "btc/usd", "timestamp": TIME_MS}
    values |= {"value": VALUE} | ({"window_s": window_s} if window_s else {}) | payload
    head = {"connection_id": "x=", "timestamp": TIME_MS + 1450, "topic": TOPICS[window_s], "type": "update"}
    return head | {"payload": values}


def rtds_history(window_s: int = 60, points: int = 3, /, **payload: Any) -> dict[str, Any]:
    """What RTDS sends after a subscription; its spot topic calls itself Binance's mirror, and knows no full text."""
    full = {"full_accuracy_value": EXACT_E18} if window_s else {}
    data = [full | {"timestamp": TIME_MS + 1000 * n, "value": VALUE} for n in range(points)]
    values = {"data": data, "symbol": "btc/usd"} | ({"window_s": window_s} if window_s else {}) | payload
    topic = TOPICS[window_s] if window_s else "crypto_prices"
    return {"payload": values, "timestamp": TIME_MS + 9000, "topic": topic, "type": "subscribe"}


def polybolt_update(window_s: int = 60, seq: int = 2, **payload: Any) -> dict[str, Any]:
    """A live frame of PolyBolt."""
    values: dict[str, Any] = {"symbol": "btcusd", "source": "chainlink", "value": VALUE, "full_accuracy_value": PLAIN}
    values |= {"timestamp": TIME_MS} | ({"window_seconds": window_s} if window_s else {}) | payload
    return {"v": 1, "channel": CHANNELS[window_s], "seq": seq, "ts": TIME_MS + 1450, "payload": values}


def polybolt_history(window_s: int = 60, points: int = 3, **payload: Any) -> dict[str, Any]:
    """What PolyBolt sends after a subscription."""
    data = [{"timestamp": TIME_MS + 1000 * n, "value": VALUE, "full_accuracy_value": PLAIN} for n in range(points)]
    values = {"symbol": "btcusd", "data": data} | payload
    head = {"v": 1, "channel": CHANNELS[window_s], "seq": 1, "ts": TIME_MS + 9000, "snapshot": True}
    return head | {"payload": values}
