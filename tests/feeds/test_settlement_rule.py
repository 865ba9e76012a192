import pytest

from engine.market import Asset, Interval, Settlement
from feeds.gamma_fields import UnfitError
from feeds.settlement_rule import resolution_source, settlement_rule

TWAP = "https://data.chain.link/streams/btc-usd-twap-60s-streams"
SPOT = "https://data.chain.link/streams/btc-usd"
BINANCE = "https://www.binance.com/en/trade/BTC_USDT"


def averaged(seconds: object = 60, enabled: object = True) -> dict[str, object]:
    return {"cryptoMarketConfig": {"twapEnabled": enabled, "twapLookbackSeconds": seconds}}


def rule(
    source: str, market: dict[str, object], interval: Interval = Interval.M5, *, any_length: bool = False
) -> tuple[Settlement, int]:
    return settlement_rule(source, market, Asset.BTC, interval, any_length)


def refused_field(
    source: str, market: dict[str, object], interval: Interval = Interval.M5, *, any_length: bool = False
) -> str:
    with pytest.raises(UnfitError) as unfit:
        rule(source, market, interval, any_length=any_length)
    return unfit.value.refusal.field


def test_the_three_rules_we_know() -> None:
    assert rule(TWAP, averaged()) == (Settlement.CHAINLINK_TWAP, 60)
    assert rule(SPOT, {}) == (Settlement.CHAINLINK_SPOT, 0)
    assert rule(BINANCE, {}, Interval.H1) == (Settlement.BINANCE_KLINE, 0)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "https://data.chain.link/streams/btc-usd-twap-30s-streams",
        "https://data.chain.link/streams/btc-eur",
        "https://data.chain.link.evil.example/streams/btc-usd",
        "http://data.chain.link/streams/btc-usd",
        "https://www.binance.com/en/trade/BTC_USDC",
        SPOT + "\n",
        SPOT + "?x=1",
        "https://pyth.network/btc-usd",
    ],
)
def test_an_unknown_rule_is_refused(source: str) -> None:
    assert refused_field(source, averaged()) == "resolutionSource"


@pytest.mark.parametrize("source", [TWAP, SPOT, BINANCE])
def test_the_price_of_another_coin_is_refused(source: str) -> None:
    with pytest.raises(UnfitError, match="another coin than eth"):
        settlement_rule(source, averaged(), Asset.ETH, Interval.H1, False)


@pytest.mark.parametrize("interval", [Interval.M5, Interval.M15, Interval.H4])
def test_the_hourly_candle_settles_hours_only(interval: Interval) -> None:
    assert refused_field(BINANCE, {}, interval) == "resolutionSource"


def test_without_a_configuration_the_address_says_how_long_the_average_is() -> None:
    assert rule(TWAP, {}) == (Settlement.CHAINLINK_TWAP, 60)


@pytest.mark.parametrize("seconds", [30, 0, -60, "60", 60.5, True, None])
def test_a_configuration_that_contradicts_the_address_is_refused(seconds: object) -> None:
    assert refused_field(TWAP, averaged(seconds)) == "twapLookbackSeconds"


def test_an_average_that_only_one_of_address_and_configuration_knows_is_refused() -> None:
    assert refused_field(TWAP, averaged(enabled=False)) == "twapEnabled"
    assert refused_field(SPOT, averaged()) == "twapEnabled"


def test_on_loopback_the_configuration_alone_says_how_long_the_average_is() -> None:
    assert rule(TWAP, averaged(12), any_length=True) == (Settlement.CHAINLINK_TWAP, 12)
    assert refused_field(TWAP, averaged(0), any_length=True) == "twapLookbackSeconds"


def test_the_source_of_the_market_and_of_its_event_must_agree() -> None:
    assert resolution_source({"resolutionSource": SPOT}, {}) == SPOT
    assert resolution_source({}, {"resolutionSource": SPOT}) == SPOT
    with pytest.raises(UnfitError, match="another source than its market"):
        resolution_source({"resolutionSource": SPOT}, {"resolutionSource": TWAP})
