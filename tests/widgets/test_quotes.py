"""Two lines for a small screen: price against strike, and what both sides cost."""

from tests.engine.builders import link, strike
from tests.engine.builders import trade as binance_trade
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.views import PRICE, Scene, books, bought, opening, styles, texts, waiting
from widgets.quotes import Quotes

PANEL = Quotes("quotes")


def test_the_lines_of_the_screen() -> None:
    assert texts(PANEL.draw(bought().view(), 80, 2)) == [
        " Binance 83,758.02  strike 83,711.12 exact   ▲  +46.90  +5.6 bp",
        " UP 67/68¢ × 1,210   DOWN 32/33¢ × 980   asks 101¢   book 0.1 s",
    ]


def test_before_the_first_window() -> None:
    assert texts(PANEL.draw(waiting(), 80, 2)) == [" no market yet"]


def test_what_is_not_known_is_said() -> None:
    bare = Scene().at(0.0, link(0.0))
    assert texts(PANEL.draw(bare.view(), 80, 2))[0] == " Binance no price yet"
    priced = Scene().at(0.0, link(0.0), binance_trade(0.0, PRICE, 1), *books(0.0))
    assert texts(PANEL.draw(priced.view(), 80, 2))[0] == " Binance 83,758.02  strike not known yet"
    old = texts(PANEL.draw(priced.at(14.0).view(), 80, 2))[0]
    assert old == " Binance 83,758.02  strike not known yet  14.0 s old"


def test_a_book_that_is_not_to_be_believed_has_no_price_and_no_sum() -> None:
    scene = Scene().at(0.0, link(0.0), binance_trade(0.0, PRICE, 1), strike(0.0, PRICE))
    row = texts(PANEL.draw(scene.view(), 80, 2))[1]
    assert "UP –" in row
    assert "DOWN –" in row
    assert "asks –" in row


def test_a_side_that_nobody_sells_has_a_dash() -> None:
    scene = opening().at(1.0, *books(1.0, asks={}))
    row = texts(PANEL.draw(scene.view(), 80, 2))[1]
    assert "UP 67/–" in row
    assert "asks –" in row


def test_an_old_price_and_an_old_book_look_old() -> None:
    fresh, old = bought().view(), bought().at(280.0).view()
    assert not any("stale" in styles(row) for row in PANEL.draw(fresh, 80, 2).rows)
    assert all("stale" in styles(row) for row in PANEL.draw(old, 80, 2).rows)


def test_how_old_the_price_is_stands_in_the_line_once_it_is_old() -> None:
    assert texts(PANEL.draw(bought().at(280.0).view(), 80, 2))[0].endswith("+5.6 bp  72.0 s old")


def test_a_price_below_the_strike_points_down() -> None:
    scene = opening().at(1.0, binance_trade(1.0, PRICE - 60, 2))
    assert "▼  −13.10  −1.6 bp" in texts(PANEL.draw(scene.view(), 80, 2))[0]


async def test_it_fits_into_any_size_and_paints() -> None:
    views = [bought().view(), waiting(), opening().view()]
    assert [wrong for size in SIZES for wrong in too_wide(PANEL, views, *size)] == []
    assert "67/68¢" in await painted(Quotes("quotes"), bought().view(), 80, 2)
