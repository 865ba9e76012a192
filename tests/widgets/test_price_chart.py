"""The price panel: two rows of figures, and a chart that another process draws."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.events import UP, Resolution, StrikeSource
from engine.market import Settlement
from engine.view import View
from tests.engine.builders import market, mono, report, strike, tick, trade, wall
from tests.widgets.sizes import SIZES, painted, too_wide
from tests.widgets.test_chart_artist import finish
from tests.widgets.views import Scene, bought, opening, styles, texts, waiting
from widgets.chart_artist import ChartArtist
from widgets.price_chart import PricePanel


@pytest.fixture
def artist() -> Iterator[ChartArtist]:
    made = ChartArtist()
    yield made
    made.close()


@pytest.fixture
def panel(artist: ChartArtist) -> PricePanel:
    return PricePanel("price", artist)


def chart(panel: PricePanel, artist: ChartArtist, view: View, width: int, height: int) -> list[str]:
    """The panel's rows once the chart of this view is there or has failed."""
    panel.draw(view, width, height)
    finish(artist)
    return texts(panel.draw(view, width, height))


def test_the_headlines_of_120_columns(panel: PricePanel) -> None:
    drawing = panel.draw(bought().view(), 62, 2)
    assert texts(drawing) == [
        "Binance 83,758.02 ▲  +46.90  +5.6 bp  no oracle yet  0.03 s",
        "strike  83,711.12  Chainlink TWAP · exact: it settles on this",
    ]
    assert drawing.note == "UP leads"


def test_below_the_strike_sign_arrow_and_word_turn(panel: PricePanel) -> None:
    scene = opening().at(10.0, trade(10.0, 83_700.0, 2))
    drawing = panel.draw(scene.view(), 62, 2)
    assert "▼  −11.12  −1.3 bp" in texts(drawing)[0]
    assert drawing.note == "DOWN leads"


def test_an_old_price_is_grey_and_shows_its_age(panel: PricePanel) -> None:
    row = panel.draw(bought().at(218.0).view(), 62, 2).rows[0]
    assert "10.0 s old" in "".join(text for text, _ in row)
    assert ("83,758.02", "stale") in row


def test_an_inexact_strike_says_what_it_is_good_for(panel: PricePanel) -> None:
    scene = Scene().at(0.0, strike(0.0, 83_700.0, StrikeSource.BINANCE_FIRST, exact=False))
    assert texts(panel.draw(scene.view(), 76, 2))[1] == (
        "strike  83,700.00  first Binance trade · inexact: on paper only"
    )


def test_a_narrow_panel_drops_the_source_before_the_word(panel: PricePanel) -> None:
    assert texts(panel.draw(bought().view(), 30, 2))[1] == "strike  83,711.12 · exact"


def test_an_hourly_market_settles_on_the_price_itself(panel: PricePanel) -> None:
    hourly = replace(market(), settlement=Settlement.BINANCE_KLINE)
    scene = Scene(of=hourly).at(0.0, trade(0.0, 83_700.0, 1))
    text = texts(panel.draw(scene.view(), 76, 2))[0]
    assert "it settles" in text
    assert "oracle" not in text


@pytest.mark.parametrize(
    ("source", "exact", "until", "words"),
    [
        (StrikeSource.BINANCE_FIRST, False, 30.5, "not what settles"),
        (StrikeSource.CHAINLINK_TWAP, True, 70.0, "oracle silent"),
    ],
)
def test_a_price_in_other_dollars_than_the_settlement_s_says_so(
    panel: PricePanel, source: StrikeSource, exact: bool, until: float, words: str
) -> None:
    scene = Scene(of=market(settlement=Settlement.CHAINLINK_TWAP))
    scene.at(9.0, strike(9.0, 68_000.0, source, exact=exact))
    for number, second in enumerate(range(10, 31), 1):
        scene.at(second, trade(float(second), 68_040.0, number), report(second + 0.1, second, 68_010.0))
    scene.at(until, trade(until, 68_040.0, 99), tick(until))
    row = texts(panel.draw(scene.view(), 70, 2))[0]
    assert row.startswith("Binance 68,040.00 ▲  +40.00  +5.9 bp")
    assert words in row


def test_what_is_missing_is_said(panel: PricePanel) -> None:
    assert texts(panel.draw(waiting(), 62, 5)) == ["no window yet: waiting for the venue's next market"]
    assert texts(panel.draw(Scene().view(history=()), 62, 6)) == [
        "Binance –  waiting for the first trade",
        "strike  –  unknown: no order before it is",
        "waiting for the first price",
    ]


def test_the_winner_stands_in_the_frame(panel: PricePanel) -> None:
    scene = bought().at(302.0, Resolution(mono(302), wall(302), UP, "gamma"))
    assert panel.draw(scene.view(), 62, 2).note == "UP won"


def test_the_chart_follows_once_it_is_drawn(panel: PricePanel, artist: ChartArtist) -> None:
    view = bought().view()
    assert texts(panel.draw(view, 62, 11))[2:] == ["drawing the chart"]
    rows = chart(panel, artist, view, 62, 11)
    assert len(rows) == 11
    assert rows[-1].startswith("       └ 14:15 ─── 14:16")
    assert any(row.startswith("83,711 ┤") for row in rows)
    panel.draw(replace(view, mono=view.mono + 10**10), 62, 11)
    assert artist.waiting_s(view.mono + 2 * 10**10) == 0.0, "nothing changed, so no chart is asked for"
    assert texts(panel.draw(view, 70, 11))[2:] == ["drawing the chart"], "a chart of another size is not shown"


def test_a_panel_that_waits_says_for_what(panel: PricePanel, artist: ChartArtist) -> None:
    early = Scene().at(-20.0, trade(-20.0, 83_700.0, 1)).view(history=[(wall(-30.0) // 1_000_000, 83_700.0)])
    assert chart(panel, artist, early, 62, 11)[2:] == ["the chart begins with the window, in 0:20"]
    begun = Scene().at(2.0, trade(1.0, 83_700.0, 1)).view(history=[(wall(-30.0) // 1_000_000, 83_700.0)])
    artist._asked = -(10**12)
    assert chart(panel, artist, begun, 62, 11)[2:] == ["waiting for the strike and the first price of the window"]


def test_no_room_is_said_only_where_there_is_something_to_draw(panel: PricePanel, artist: ChartArtist) -> None:
    assert chart(panel, artist, bought().view(), 14, 11)[2] == "no room for a…"


def test_under_the_quotes_of_a_small_screen_the_chart_has_all_rows(panel: PricePanel, artist: ChartArtist) -> None:
    panel.headlines = False
    rows = chart(panel, artist, bought().view(), 62, 9)
    assert len(rows) == 9
    assert rows[-1].startswith("       └ 14:15 ─── 14:16")
    assert not any("Binance" in row for row in rows)


def test_a_dead_process_is_said_and_the_figures_go_on(panel: PricePanel, artist: ChartArtist) -> None:
    view = bought().view()
    panel.draw(view, 62, 11)
    os.kill(artist.process_ids[0], signal.SIGKILL)
    rows = chart(panel, artist, view, 62, 11)
    assert rows[0].startswith("Binance 83,758.02")
    assert rows[2].startswith("no chart any more: the process that draws it ended")
    assert "warn" in styles(panel.draw(view, 62, 11).rows[2])


def test_a_chart_that_does_not_come_is_said_to_be_late(panel: PricePanel, artist: ChartArtist) -> None:
    view = bought().view()
    panel.draw(view, 62, 11)
    os.kill(artist.process_ids[0], signal.SIGSTOP)
    later = replace(view, mono=view.mono + 8 * 10**9)
    assert texts(panel.draw(later, 62, 11))[2] == "the chart is 8.0 s late"


def test_it_fits_into_any_size(panel: PricePanel) -> None:
    views = [bought().view(), Scene().view(), waiting()]
    assert [wrong for size in SIZES for wrong in too_wide(panel, views, *size)] == []


async def test_it_paints(panel: PricePanel) -> None:
    screen = await painted(panel, bought().view(), 66, 12)
    assert "price against strike" in screen
    assert "strike  83,711.12" in screen
