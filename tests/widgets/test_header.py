"""The first line: the mode first, and the state never pushed out by what matters less."""

import pytest

from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import NOW, bought, opening, styles, texts, waiting
from widgets.header import Header

PANEL = Header("header")
BOUGHT = bought()


def test_the_line_of_the_screen() -> None:
    assert texts(PANEL.draw(BOUGHT.view(), 120, 1)) == [
        " ● PAPER   BTC 5m  14:15–14:20 UTC · 10:15–10:20 ET ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 1:32 left"
        "  TRADING · next is ready"
    ]


@pytest.mark.parametrize(("mode", "sign"), [("PAPER", "●"), ("ARMED", "▲"), ("HALTED", "■")])
def test_each_mode_has_a_sign_and_a_word_at_every_size(mode: str, sign: str) -> None:
    for width in 12, 60, 80, 120, 200:
        assert texts(PANEL.draw(BOUGHT.view(mode=mode), width, 1))[0].startswith(f" {sign} {mode}")


def test_the_bar_then_the_zone_then_the_span_make_room() -> None:
    (row,) = texts(PANEL.draw(BOUGHT.view(), 80, 1))
    assert " 14:15–14:20 UTC " in row
    assert "ET" not in row
    (row,) = texts(PANEL.draw(BOUGHT.view(), 60, 1))
    assert "UTC" not in row
    assert "1:32 left  TRADING" in row


@pytest.mark.parametrize(("left", "style"), [(92, "bright"), (59, "warn"), (9, "bad"), (-3, "bad")])
def test_the_time_left_gets_louder(left: int, style: str) -> None:
    row = PANEL.draw(opening().at(300 - left).view(), 120, 1).rows[0]
    assert [name for text, name in row if ":" in text and name in ("bright", "warn", "bad")] == [style]


def test_the_bar_is_as_full_as_the_window_is_gone() -> None:
    row = PANEL.draw(BOUGHT.view(), 120, 1).rows[0]
    gone, rest = [len(text) for text, _ in row if text.startswith("━")]
    assert gone / (gone + rest) == pytest.approx(NOW / 300, abs=0.5 / (gone + rest))


def test_why_nothing_is_traded_stands_beside_the_state() -> None:
    view = BOUGHT.view(state="STALE DATA", reasons=("the book is silent", "Binance is silent"))
    row = PANEL.draw(view, 120, 1)
    assert "STALE DATA the book is silent" in texts(row)[0]
    assert "warn" in styles(row.rows[0])


def test_before_the_first_window() -> None:
    view = waiting(state="WAITING", reasons=("looking for the window",))
    assert texts(PANEL.draw(view, 80, 1)) == [" ● PAPER   BTC 5m   WAITING looking for the window"]


async def test_any_text_at_any_size_is_cut_to_the_line() -> None:
    view = BOUGHT.view(reasons=(HOSTILE,), next_window=HOSTILE)
    assert [wrong for size in SIZES for wrong in too_wide(PANEL, [view], *size)] == []
    assert "[bold red]" in await painted(Header("header"), view, 120, 1)
