"""The venue's life without a socket: the same every time, without a gap, at its rate, with something to trade."""

import math
from collections import Counter, deque
from itertools import islice, pairwise

import orjson
import pytest

from app.demo.config import DemoConfig
from app.demo.frame import Frame
from app.demo.price import SECOND
from app.demo.script import frames
from app.demo.windows import LEAD_S, RESOLVED_AFTER_S
from app.demo.world import World

START_S = 1_790_000_000


def told(config: DemoConfig, windows: int = 1, interval: str = "5m") -> list[Frame]:
    return list(frames(config, start_s=START_S, interval=interval, windows=windows))


def test_one_seed_plays_the_same_frames_every_time_and_another_plays_others() -> None:
    config = DemoConfig(seed=4, window_s=20, rate=20)
    assert told(config) == told(config)
    assert told(config) != told(DemoConfig(seed=5, window_s=20, rate=20))


def test_the_start_moves_the_timestamps_and_leaves_the_prices() -> None:
    def prices(start_s: int) -> list[str]:
        script = islice(frames(DemoConfig(seed=4), start_s=start_s), 500)
        return [orjson.loads(frame.payload)["p"] for frame in script if frame.kind == "trade"]

    assert prices(START_S) == prices(START_S + 86_400)


def test_frames_come_in_order_of_time_and_say_when_they_were_sent() -> None:
    script = told(DemoConfig(seed=4, window_s=20, rate=20))
    assert all(a.offset_ns <= b.offset_ns for a, b in pairwise(script))
    for frame in script:
        if frame.channel.startswith("clob/"):
            document = orjson.loads(frame.payload)
            for each in document if isinstance(document, list) else [document]:
                assert int(each["timestamp"]) == START_S * 1000 + frame.offset_ns // 1_000_000


def test_windows_follow_each_other_and_each_is_resolved_after_its_end() -> None:
    config = DemoConfig(seed=4, window_s=20, rate=20)
    resolved = [frame.offset_ns for frame in told(config, windows=3) if frame.kind == "market_resolved"]
    assert resolved == [(LEAD_S + 20 * n + RESOLVED_AFTER_S) * SECOND for n in (1, 2, 3)]


def test_trade_ids_have_no_gap() -> None:
    script = told(DemoConfig(seed=4, window_s=20, rate=20))
    ids = [orjson.loads(frame.payload)["t"] for frame in script if frame.kind == "trade"]
    assert ids == list(range(ids[0], ids[0] + len(ids)))


@pytest.mark.parametrize("rate", [20, 120])
def test_the_rate_is_held_over_a_minute(rate: int) -> None:
    script = told(DemoConfig(seed=4, window_s=60, rate=rate))
    open_now = [frame for frame in script if LEAD_S * SECOND <= frame.offset_ns < (LEAD_S + 60) * SECOND]
    count = Counter(frame.channel.split("/")[0] for frame in open_now)
    world = World(DemoConfig(seed=4, window_s=60), START_S)
    busy = (world.paths["btc"].activity(LEAD_S + 60) - world.paths["btc"].activity(LEAD_S)) / 60
    assert count["binance"] == pytest.approx(0.4 * rate * 60 * busy, rel=0.01)
    assert count["clob"] == pytest.approx(0.6 * rate * 60 * busy, rel=0.12)
    assert 0.5 <= busy <= 1.5


def test_the_oracle_reports_every_second_once_and_late() -> None:
    script = told(DemoConfig(seed=4, window_s=20, rate=20))
    reports = [orjson.loads(frame.payload) for frame in script if "crypto_prices_twap_sixty" in frame.channel]
    seconds = [report["payload"]["timestamp"] for report in reports]
    assert seconds == list(range(seconds[0], seconds[0] + 1000 * len(seconds), 1000))
    assert all(1_300 < report["timestamp"] - report["payload"]["timestamp"] < 1_600 for report in reports)


class Sight:
    """What a taker sees: touch of both tokens, the last 30 s of trades, distance from the strike."""

    def __init__(self, config: DemoConfig) -> None:
        self.window = World(config, START_S).window("btc", "5m", 0)
        self.strike = World(config, START_S).strike(self.window)
        self.asks: dict[str, float] = {}
        self.trades: deque[tuple[int, float, float]] = deque()

    def take(self, frame: Frame) -> None:
        document = orjson.loads(frame.payload)
        if frame.kind == "trade":
            signed = -float(document["q"]) if document["m"] else float(document["q"])
            self.trades.append((frame.offset_ns, float(document["p"]) / (1 + 4.5e-4), signed))
            while self.trades[0][0] < frame.offset_ns - 30 * SECOND:
                self.trades.popleft()
        elif frame.kind == "price_change":
            last = document[-1] if isinstance(document, list) else document
            self.asks |= {each["asset_id"]: float(each["best_ask"]) for each in last["price_changes"]}

    def openings(self, ns: int) -> set[str]:
        """Which of the three rules would find something, roughly: distance, momentum, the last 90 seconds."""
        if ns < self.window.start_ns or not self.trades:
            return set()
        price = self.trades[-1][1]
        far = (price - self.strike) / self.strike
        ask = self.asks.get(self.window.tokens[0 if far > 0 else 1], 1.0)
        left_s = (self.window.end_ns - ns) / SECOND
        if left_s < 5:
            return set()
        found = set()
        fair = 0.5 + 0.4 * math.tanh(abs(far) / 0.001176)
        if abs(far) > 0.000441 and fair - ask > 0.08:
            found.add("distance")
        speed = (price - self.trades[0][1]) / self.strike / 30
        flow = math.fsum(trade[2] for trade in self.trades)
        agree = speed * far > 0 and flow * far > 0
        if abs(far) > 0.000294 and agree and abs(speed) > 0.00000735 and ask < 0.6 and len(self.trades) >= 50:
            found.add("momentum")
        if left_s < 90 and abs(far) > 0.000588 and ask < 0.8:
            found.add("end")
        return found


@pytest.mark.parametrize("seed", [2, 3])
def test_a_window_of_five_minutes_has_an_opening_for_every_rule(seed: int) -> None:
    config = DemoConfig(seed=seed, window_s=300, rate=25)
    sight, found = Sight(config), Counter[str]()
    for frame in frames(config, start_s=START_S, windows=1):
        if frame.channel.startswith(("binance/", "clob/")):
            sight.take(frame)
            if frame.kind == "price_change":
                found.update(sight.openings(frame.offset_ns))
    assert set(found) == {"distance", "momentum", "end"}
