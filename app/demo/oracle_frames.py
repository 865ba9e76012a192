"""The price sockets' frames: the old one (RTDS) with its four topics, and the one that follows it (PolyBolt).

All report whole seconds, once a second, and late: Binance's mirror by 0.4 s, the oracle by about 1.45 s.
"""

from decimal import Decimal
from random import Random
from typing import Any, Final, NamedTuple

import orjson

from app.demo.frame import Frame
from app.demo.price import SECOND
from app.demo.world import World

Document = dict[str, Any]

BINANCE_TOPIC: Final = "crypto_prices"
SPOT_TOPIC: Final = "crypto_prices_chainlink"
TWAP_30_TOPIC: Final = "crypto_prices_twap_thirty"
TWAP_60_TOPIC: Final = "crypto_prices_twap_sixty"
TOPICS: Final = (BINANCE_TOPIC, SPOT_TOPIC, TWAP_30_TOPIC, TWAP_60_TOPIC)
"""RTDS' topics. In a demo "sixty" averages the windows' lookback and "thirty" half of it."""

SPOT_CHANNEL: Final = "price.crypto"
TWAP_CHANNEL: Final = "price.crypto.twap"
CHANNELS: Final = (SPOT_CHANNEL, TWAP_CHANNEL)
"""PolyBolt's channels."""

_TOPIC_WINDOW: Final = {TWAP_30_TOPIC: 30, TWAP_60_TOPIC: 60}
_TOPIC_HISTORY: Final = {BINANCE_TOPIC: 120, SPOT_TOPIC: 58, TWAP_30_TOPIC: 56, TWAP_60_TOPIC: 55}
_CHANNEL_HISTORY: Final = 120
_MIRROR_LATE_NS: Final = 440_000_000
_LATE_NS: Final = (1_380_000_000, 1_520_000_000)
_E18: Final = 10**18


class Report(NamedTuple):
    """One whole second of one topic or channel. `sent_ns` is when it goes out."""

    asset: str
    topic: str
    second: int
    sent_ns: int


def rtds_symbol(topic: str, asset: str) -> str:
    """How a topic writes a coin: btcusdt for Binance's mirror, btc/usd for the oracle."""
    return f"{asset}usdt" if topic == BINANCE_TOPIC else f"{asset}/usd"


def value_at(world: World, topic: str, asset: str, second: int) -> float:
    """What a topic (or channel) says for a second, in dollars."""
    if topic == BINANCE_TOPIC:
        return world.tapes[asset].last_before(second)
    path = world.paths[asset]
    if topic in (SPOT_TOPIC, SPOT_CHANNEL):
        return path.spot(second)
    lookback = world.config.lookback_s
    return path.stamped(second, max(lookback // 2, 1) if topic == TWAP_30_TOPIC else lookback)


class OracleClock:
    """The reports of one coin from `from_ns` on: Binance's mirror first, about a second later the oracle's."""

    def __init__(self, world: World, asset: str, from_ns: int) -> None:
        self._world = world
        self._asset = asset
        self._second = from_ns // SECOND - 2
        self._due: list[Report] = []
        while self.next_ns < from_ns:
            self.advance()

    @property
    def next_ns(self) -> int:
        """When the next report goes out."""
        while len(self._due) < 2 * (len(TOPICS) + len(CHANNELS)):
            self._plan_second()
        return self._due[0].sent_ns

    def advance(self) -> list[Report]:
        """All reports of that moment."""
        now_ns = self.next_ns
        said = [report for report in self._due if report.sent_ns == now_ns]
        del self._due[: len(said)]
        return said

    def _plan_second(self) -> None:
        second, asset = self._second, self._asset
        self._second += 1
        random = Random(f"{self._world.config.seed}/{asset}/oracle/{second}")
        late_ns = second * SECOND + random.randint(*_LATE_NS)
        self._due.append(Report(asset, BINANCE_TOPIC, second, second * SECOND + _MIRROR_LATE_NS))
        self._due.extend(Report(asset, topic, second, late_ns) for topic in (*TOPICS[1:], *CHANNELS))
        self._due.sort(key=lambda report: report.sent_ns)


def rtds_update(world: World, report: Report, connection_id: str) -> Document:
    """A live RTDS frame."""
    value = value_at(world, report.topic, report.asset, report.second)
    payload: Document = {
        "full_accuracy_value": _rtds_accuracy(report.topic, value),
        "symbol": rtds_symbol(report.topic, report.asset),
        "timestamp": world.wall_ms(report.second * SECOND),
        "value": value,
    }
    if report.topic in _TOPIC_WINDOW:
        payload["window_s"] = _TOPIC_WINDOW[report.topic]
    return {
        "connection_id": connection_id,
        "payload": payload,
        "timestamp": world.wall_ms(report.sent_ns),
        "topic": report.topic,
        "type": "update",
    }


def rtds_history(world: World, topic: str, asset: str, ns: int) -> Document:
    """The first frame after a filtered subscription. The spot topic's calls itself `crypto_prices`, as at the venue."""
    averaged = topic in _TOPIC_WINDOW
    points = []
    for second in _reported(topic, ns, _TOPIC_HISTORY[topic]):
        value = value_at(world, topic, asset, second)
        point: Document = {"timestamp": world.wall_ms(second * SECOND), "value": value}
        if averaged:
            point = {"full_accuracy_value": _rtds_accuracy(topic, value), **point}
        points.append(point)
    payload: Document = {"data": points, "symbol": rtds_symbol(topic, asset)}
    if averaged:
        payload["window_s"] = _TOPIC_WINDOW[topic]
    return {
        "payload": payload,
        "timestamp": world.wall_ms(ns),
        "topic": BINANCE_TOPIC if topic == SPOT_TOPIC else topic,
        "type": "subscribe",
    }


def polybolt_update(world: World, report: Report, seq: int, window_s: int) -> Document:
    """A live PolyBolt frame; `window_s` is the one the client subscribed to."""
    value = value_at(world, report.topic, report.asset, report.second)
    payload: Document = {
        "symbol": f"{report.asset}usd",
        "source": "chainlink",
        "value": value,
        "full_accuracy_value": _plain(value),
        "timestamp": world.wall_ms(report.second * SECOND),
    }
    if report.topic == TWAP_CHANNEL:
        payload["window_seconds"] = window_s
    return {
        "v": 1,
        "channel": report.topic,
        "seq": seq,
        "ts": world.wall_ms(report.sent_ns),
        "payload": payload,
    }


def polybolt_history(world: World, channel: str, asset: str, ns: int, seq: int) -> Document:
    """The snapshot after a PolyBolt subscription."""
    points = []
    for second in _reported(channel, ns, _CHANNEL_HISTORY):
        value = value_at(world, channel, asset, second)
        points.append(
            {"timestamp": world.wall_ms(second * SECOND), "value": value, "full_accuracy_value": _plain(value)}
        )
    return {
        "v": 1,
        "channel": channel,
        "seq": seq,
        "ts": world.wall_ms(ns),
        "snapshot": True,
        "payload": {"symbol": f"{asset}usd", "data": points},
    }


class OracleStream:
    """The oracle frames of one coin for a recording: every topic and channel, from `from_ns` on, without end."""

    def __init__(self, world: World, asset: str, from_ns: int) -> None:
        self._world = world
        self._clock = OracleClock(world, asset, from_ns)
        self._seq = dict.fromkeys(CHANNELS, 0)

    @property
    def next_ns(self) -> int | None:
        """When the next report goes out."""
        return self._clock.next_ns

    def advance(self) -> list[Frame]:
        """The frames of that moment."""
        return [self._frame(report) for report in self._clock.advance()]

    def _frame(self, report: Report) -> Frame:
        if report.topic in CHANNELS:
            self._seq[report.topic] += 1
            lookback = self._world.config.lookback_s
            document = polybolt_update(self._world, report, self._seq[report.topic], lookback)
            channel = f"polybolt/{report.topic}/{report.asset}usd"
        else:
            document = rtds_update(self._world, report, "demo")
            channel = f"rtds/{report.topic}/{rtds_symbol(report.topic, report.asset)}"
        return Frame(report.sent_ns, channel, "update", orjson.dumps(document))


def _reported(topic: str, ns: int, count: int) -> range:
    late_ns = _MIRROR_LATE_NS if topic == BINANCE_TOPIC else _LATE_NS[1]
    last = (ns - late_ns) // SECOND
    return range(last - count + 1, last + 1)


def _rtds_accuracy(topic: str, value: float) -> str:
    if topic == BINANCE_TOPIC:
        return f"{value:.8f}"
    return str(int(Decimal(repr(value)) * _E18))


def _plain(value: float) -> str:
    return f"{Decimal(repr(value)):.18f}"
