"""The price in the settlement's dollars, and the lock-in of the last minute, as a person reads them."""

from engine.market import Settlement
from engine.view import MarketView, View
from tests.engine.builders import LENGTH_S, Desk, market, mono, report, strike, trade
from tests.widgets.views import texts
from widgets.cells import Row, width_of
from widgets.quotes import Quotes
from widgets.settlement_lines import lock_in_row, settles_row

ORACLE = 68_010.0
BINANCE = 68_040.0


def text(row: Row | None) -> str:
    assert row is not None
    return "".join(cell for cell, _ in row).rstrip()


def watched(first: int, last: int, settlement: Settlement = Settlement.CHAINLINK_TWAP) -> MarketView:
    """Binance and the oracle $30 apart, a trade and a report each second, over a strike of 68,000."""
    desk = Desk(market=market(settlement=settlement))
    desk.engine.handle(strike(first - 1.0, 68_000.0))
    for number, second in enumerate(range(first, last + 1), 1):
        desk.engine.handle(trade(float(second), BINANCE, number))
        desk.engine.handle(report(second + 0.9, second, ORACLE))
    return MarketView(desk.engine)


def test_the_price_is_told_in_the_dollars_that_decide_with_binance_beside_it() -> None:
    view = watched(10, 30)
    told = "settles 68,010.00 ▲  +10.00  +1.5 bp"
    assert text(settles_row(view, mono(31.0), 80)) == f"{told}  Binance 68,040.00 +4.4 bp basis   1.0 s"
    assert text(settles_row(view, mono(31.0), 70)) == f"{told}  Binance 68,040.00 +4.4 bp basis"
    assert text(settles_row(view, mono(31.0), 62)) == f"{told} Binance 68,040.00 +4.4 bp"
    assert text(settles_row(view, mono(31.0), 56)) == f"{told}  Binance 68,040.00"
    assert text(settles_row(view, mono(31.0), 40)) == told


def test_it_fits_any_width() -> None:
    view = watched(250, 270)
    for width in range(1, 120):
        assert width_of(settles_row(view, mono(271.0), width) or ()) <= width
        assert width_of(lock_in_row(view, width) or ()) <= width


def test_without_a_basis_there_is_no_such_price() -> None:
    assert settles_row(watched(10, 12), mono(13.0), 80) is None


def test_an_old_oracle_makes_it_stale() -> None:
    row = settles_row(watched(10, 30), mono(35.0), 80)
    assert row is not None
    assert "stale" in {style for _, style in row}
    assert text(row).startswith("settles 68,010.00 ▲  +10.00  +1.5 bp  5.0 s old")


def test_there_is_no_lock_in_before_the_last_minute() -> None:
    assert lock_in_row(watched(10, 30), 62) is None


def test_the_last_minute_says_how_much_is_printed_and_what_would_flip_it() -> None:
    first_printed = LENGTH_S - 62
    view = watched(first_printed - 10, first_printed + 29)
    assert text(lock_in_row(view, 90)).startswith(
        "lock-in 50 % printed at 68,010.00 · rest below 67,990.00 flips · error ±$0.25"
    )
    assert text(lock_in_row(view, 62)).startswith("lock-in 50 % printed at 68,010.00 · rest below 67,990.00 flips")


def test_a_market_that_one_price_settles_has_none() -> None:
    assert lock_in_row(watched(LENGTH_S - 60, LENGTH_S - 20, Settlement.CHAINLINK_SPOT), 62) is None


class TestOnASmallScreen:
    def line(self, first: int, last: int, width: int = 80) -> str:
        view = watched(first, last)
        return texts(Quotes("quotes").draw(View("btc", "5m", mono=mono(last + 1.0), market=view), width, 2))[0]

    def test_settlement_strike_distance_and_basis_stand_in_one_line(self) -> None:
        assert self.line(10, 30) == " settles 68,010.00  strike 68,000.00 exact   ▲  +10.00  +1.5 bp  basis +4.4 bp"

    def test_in_the_last_minute_the_strike_makes_room_for_what_flips_the_outcome(self) -> None:
        first_printed = LENGTH_S - 62
        line = self.line(first_printed - 10, first_printed + 29)
        assert line == " settles 68,010.00 ▲  +10.00  +1.5 bp  lock-in 50 %  rest below 67,990.00 flips"

    def test_narrow_it_keeps_price_and_strike(self) -> None:
        assert self.line(10, 30, 44) == " settles 68,010.00  strike 68,000.00 exact"
