"""What is true in a demo: answers that do not depend on who asks when, and settlements that follow the oracle."""

import math

import pytest

from app.demo.config import DemoConfig
from app.demo.fair import fair_up
from app.demo.price import SECOND
from app.demo.windows import ASSETS, INTERVALS, LEAD_S
from app.demo.world import World

START_S = 1_790_000_000


def world(seed: int = 3, window_s: int = 60) -> World:
    return World(DemoConfig(seed=seed, window_s=window_s, rate=20), START_S)


def test_a_price_is_the_same_whether_the_future_was_asked_for_before_or_not() -> None:
    curious, patient = world(), world()
    curious.paths["btc"].price(5_000 * SECOND)
    curious.tapes["btc"].second(4_000)
    moments = range(-60 * SECOND, 90 * SECOND, 7_777_777_777)
    for ns in moments:
        assert curious.paths["btc"].price(ns) == patient.paths["btc"].price(ns)
    assert curious.tapes["btc"].second(40) == patient.tapes["btc"].second(40)


@pytest.mark.parametrize("interval", ["5m", "15m", "4h"])
def test_strike_and_final_are_the_mean_of_the_last_fifth_of_a_window_of_oracle_reports(interval: str) -> None:
    known = world()
    window = known.window("eth", interval, 2)
    path = known.paths["eth"]
    settled = known.settlement(window)
    for at, price in ((window.start_s, settled.strike), (window.end_s, settled.final)):
        last = at - 3  # as at the venue: the average that is stamped T ends three seconds before
        assert price == pytest.approx(math.fsum(path.spot(last - n) for n in range(12)) / 12, rel=1e-12)
    assert settled.winner == (0 if settled.final >= settled.strike else 1)
    assert settled.final == known.strike(known.window("eth", interval, 3))


def test_the_hourly_window_settles_on_the_open_and_close_of_its_candle() -> None:
    known = world()
    window = known.window("btc", "1h", 1)
    trades = [trade for second in range(window.start_s, window.end_s) for trade in known.tapes["btc"].second(second)]
    candle = known.tapes["btc"].candle(window.start_s, window.end_ns)
    assert candle is not None
    assert known.strike(window) == candle.open == trades[0].price
    assert known.settlement(window).final == candle.close == trades[-1].price
    assert (candle.high, candle.low) == (max(t.price for t in trades), min(t.price for t in trades))
    assert candle.trades == len(trades)


def test_a_candle_that_is_still_open_holds_no_trade_of_the_future() -> None:
    known = world()
    now_ns = 10 * SECOND + SECOND // 2
    seen = [t for second in range(LEAD_S, 11) for t in known.tapes["btc"].second(second) if t.ns < now_ns]
    candle = known.tapes["btc"].candle(LEAD_S, now_ns)
    assert candle is not None
    assert (candle.trades, candle.close) == (len(seen), seen[-1].price)


def test_binance_stands_four_to_five_basis_points_above_the_oracle() -> None:
    known = world()
    for asset in ("btc", "eth"):
        premiums = [
            trade.price / known.paths[asset].price(trade.ns) - 1
            for second in range(0, 120, 10)
            for trade in known.tapes[asset].second(second)
        ]
        assert 4.0e-4 < sum(premiums) / len(premiums) < 5.0e-4


def test_the_makers_chance_comes_true_as_often_as_it_says() -> None:
    """Calibration over many windows, seen without a lag: what is called a chance of p happens p of the time."""
    said: dict[int, list[tuple[float, bool]]] = {}
    for seed in range(4):
        known = world(seed)
        for index in range(60):
            window = known.window("btc", "5m", index)
            up_won = known.settlement(window).winner == 0
            for into_s in (5, 25, 45):
                chance = fair_up(known, window, window.start_ns + into_s * SECOND)
                said.setdefault(int(chance * 5), []).append((chance, up_won))
    for group in said.values():
        if len(group) > 60:
            expected = sum(chance for chance, _ in group) / len(group)
            happened = sum(won for _, won in group) / len(group)
            assert happened == pytest.approx(expected, abs=0.15)


def test_every_asset_and_interval_has_its_windows_and_no_token_twice() -> None:
    known = world()
    known.list_until(0)
    tokens = [
        token
        for asset in ASSETS
        for interval in INTERVALS
        for window in known.series(asset, interval)
        for token in window.tokens
    ]
    assert len(tokens) == len(set(tokens)) == 4 * 4 * 8 * 2
    window = known.window("sol", "15m", 4)
    assert window.slug == f"sol-updown-15m-{START_S + LEAD_S + 4 * 60}"
    assert (
        known.by_slug(window.slug)
        == known.by_token(window.tokens[1])
        == known.by_condition(window.condition_id)
        == window
    )
    assert known.by_slug(known.window("sol", "15m", 90).slug) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [({"window_s": 4}, "window is 4"), ({"rate": 0.0}, "rate is 0"), ({"pull_rate": -1.0}, "pull rate is -1")],
)
def test_a_setting_out_of_range_is_refused_by_name(change: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DemoConfig(**change)  # type: ignore[arg-type]
