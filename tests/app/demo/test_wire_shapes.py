"""Every kind of frame and document against a real one: the same keys, the same types of values."""

import json
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.demo.binance_frames import kline
from app.demo.clob_frames import snapshot
from app.demo.config import DemoConfig
from app.demo.gamma_documents import event
from app.demo.market import Market
from app.demo.oracle_frames import TOPICS, polybolt_history, rtds_history
from app.demo.price import SECOND
from app.demo.script import frames
from app.demo.world import World

SHARED = Path(__file__).parents[3] / "../shared"
FRAMES = SHARED / "data/clob-rtds-fixtures-2026-09"
SAMPLES = SHARED / "samples"
START_S = 1_790_000_000

pytestmark = pytest.mark.skipif(not FRAMES.is_dir(), reason="the real frames of ../shared are not here")


def shape(value: Any) -> Any:
    """Keys and types; a list has the shapes of its elements, and whole and broken numbers are both numbers."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(each), sort_keys=True) for each in value})
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def real(name: str) -> Any:
    return json.loads((FRAMES / name).read_text())


@cache
def told() -> dict[tuple[str, str], Any]:
    """The first demo frame of every kind, by service and kind; RTDS by topic."""
    found: dict[tuple[str, str], Any] = {}
    for seed in (1, 2, 3, 4):
        for frame in frames(DemoConfig(seed=seed, window_s=60, rate=20), start_s=START_S, windows=1):
            service, topic, *_ = frame.channel.split("/")
            document = orjson.loads(frame.payload)
            one = document[0] if isinstance(document, list) else document
            found.setdefault((service, topic if service in ("rtds", "polybolt") else frame.kind), one)
    return found


@pytest.mark.parametrize(
    "kind",
    ["book", "price_change", "best_bid_ask", "last_trade_price", "tick_size_change", "new_market", "market_resolved"],
)
def test_order_book_frames(kind: str) -> None:
    assert shape(told()["clob", kind]) == shape(real(f"clob_{kind}.json"))


def test_the_first_books_after_a_subscription() -> None:
    world = World(DemoConfig(window_s=60), START_S)
    market = Market(world, world.window("btc", "5m", 0), 0)
    while market.shown.last is None:
        market.advance()
    books = [snapshot(market.snapshot(5 * SECOND, outcome)) for outcome in (0, 1)]
    assert shape(books) == shape(real("clob_book_snapshot_array.json"))


def test_a_book_asked_for() -> None:
    world = World(DemoConfig(window_s=60), START_S)
    document = Market(world, world.window("btc", "5m", 0), 5 * SECOND).snapshot(5 * SECOND, 0)
    assert shape(document) == shape(json.loads((SAMPLES / "rest/book_hype5m_2026-06-23.json").read_text()))


@pytest.mark.parametrize(
    ("topic", "name"),
    list(zip(TOPICS, ("binance", "chainlink", "twap30", "twap60"), strict=True)),
)
def test_updates_of_the_old_price_socket(topic: str, name: str) -> None:
    assert shape(told()["rtds", topic]) == shape(real(f"rtds_{name}_update.json"))


@pytest.mark.parametrize(
    ("topic", "name"),
    [("crypto_prices", "binance"), ("crypto_prices_chainlink", "chainlink"), ("crypto_prices_twap_sixty", "twap60")],
)
def test_histories_of_the_old_price_socket(topic: str, name: str) -> None:
    history = rtds_history(World(DemoConfig(), START_S), topic, "btc", 5 * SECOND)
    expected = real(f"rtds_{name}_snapshot.json")
    assert shape(history) == shape(expected)
    assert history["topic"] == expected["topic"]


def test_frames_of_the_new_price_socket() -> None:
    lines = [json.loads(line) for line in (SAMPLES / "rtds/polybolt_shapes_docs.jsonl").read_text().splitlines()]
    history, update = ({k: v for k, v in line.items() if k != "dir"} for line in lines if "v" in line)
    assert shape(told()["polybolt", "price.crypto.twap"]) == shape(update)
    assert shape(polybolt_history(World(DemoConfig(), START_S), "price.crypto.twap", "btc", SECOND, 1)) == shape(
        history
    )


def test_trades() -> None:
    with (SHARED / "data/binance-spot-raw-2024-08/btcusdt_trade_4000.jsonl").open() as lines:
        frame = json.loads(next(islice(lines, 1)).split(" ", 1)[-1])
    expected = shape(frame.get("data", frame))
    assert expected == shape(told()["binance", "trade"])


def test_candles() -> None:
    known = World(DemoConfig(), START_S)
    bar = known.tapes["btc"].candle(3, 20 * SECOND)
    assert bar is not None
    row = json.loads((SAMPLES / "binance/kline_1h_2026-09-28T16.json").read_text())[0]
    assert [shape(each) for each in kline(1, 2, bar)] == [shape(each) for each in row]


@pytest.mark.parametrize("closed", [False, True])
def test_events_have_every_field_of_a_real_one_that_a_client_may_want(closed: bool) -> None:
    path = "btc5m_spot_era_raw_1783683300.json" if closed else "hype5m_upcoming_event_2026-06-23.json"
    expected = json.loads((SAMPLES / "gamma" / path).read_text())[0]
    world = World(DemoConfig(), START_S)
    window = world.window("btc", "5m", 0)
    document = event(world, window, window.resolved_ns if closed else 0)
    for ours, theirs in ((document, expected), (document["markets"][0], expected["markets"][0])):
        wanted = {key: shape(value) for key, value in theirs.items() if key not in COSMETIC}
        assert {key: shape(ours[key]) for key in wanted if key in ours} == wanted


def test_markets_have_the_fields_that_came_with_the_average_price() -> None:
    identity = json.loads((SHARED / "data/clob-15m-raw-2026-09-21/15m_identity.json").read_text())
    expected = identity["market"]["metadata"]
    world = World(DemoConfig(), START_S)
    document = event(world, world.window("btc", "15m", 0), 0)["markets"][0]
    for key in ("cryptoMarketConfig", "cryptoMarketConfigId", "version", "feeSchedule", "eventStartTime"):
        assert shape(document[key]) == shape(expected[key])
    assert document["resolutionSource"] == expected["resolutionSource"]


COSMETIC = {
    *("markets", "series", "tags", "image", "icon", "volume", "openInterest", "liquidity", "liquidityNum"),
    *("liquidityClob", "competitive", "oneHourPriceChange", "lastTradePrice", "bestBid", "bestAsk"),
}
