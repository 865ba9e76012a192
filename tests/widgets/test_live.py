"""The live account's panel: what is armed, at stake, of unknown fate, and lost."""

from dataclasses import replace

from engine.units import MONEY, SIZE
from engine.view import LiveMarket, LiveView, View
from tests.engine.builders import START_MS
from tests.widgets.views import texts
from widgets.live import LiveLine, LivePanel

ACCOUNT = LiveView(
    armed=True,
    halted=False,
    what="BTC 5m",
    at_stake=28 * MONEY,
    limit=200 * MONEY,
    day_net=-3 * MONEY,
    day_limit=25 * MONEY,
    unknown=0,
    in_flight=0,
    markets=(LiveMarket("btc", START_MS, "ARMED", 11 * SIZE, 0, 6 * MONEY, 2),),
    trouble="",
)
PANEL, LINE = LivePanel("live"), LiveLine("liveline")


def rows(account: LiveView | None, width: int = 60, height: int = 6) -> list[str]:
    return texts(PANEL.draw(View("btc", "5m", live=account), width, height))


def test_armed_the_sums_stand_before_the_windows() -> None:
    assert rows(ACCOUNT) == [
        "▲ armed for BTC 5m",
        "at stake $28.00 of $200.00",
        "today −$3.00  disarms at −$25.00",
        "BTC 14:15  UP 11.0 sh  $6.00  2 orders",
    ]


def test_what_is_not_known_or_in_trouble_comes_first() -> None:
    account = replace(ACCOUNT, armed=False, halted=True, unknown=2, in_flight=1, trouble="the venue is away")
    assert rows(account)[:2] == ["■ halted  2 of unknown fate  1 on the way", "the venue is away"]


def test_shut_it_says_how_it_is_opened() -> None:
    assert rows(None) == ["shut: a opens it"]


def test_what_is_won_and_not_cash_yet_is_told() -> None:
    assert "unredeemed $7.00" in rows(replace(ACCOUNT, unredeemed=7 * MONEY))[2]


def test_a_small_screen_has_all_sums_in_one_row() -> None:
    (row,) = texts(LINE.draw(View("btc", "5m", live=ACCOUNT), 100, 1))
    assert row == " live ▲ armed for BTC 5m  at stake $28.00 of $200.00  today −$3.00  disarms at −$25.00"
    (short,) = texts(LINE.draw(View("btc", "5m", live=replace(ACCOUNT, unknown=1)), 60, 1))
    assert short.startswith(" live ▲ armed for BTC 5m  1 of unknown fate")
