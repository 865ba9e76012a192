"""The first line: the mode first, and the state never pushed out by what matters less."""

import pytest

from tests.widgets.sizes import HOSTILE, SIZES, painted, too_wide
from tests.widgets.views import NOW, bought, opening, styles, texts, waiting
from widgets.header import Header

PANEL = Header("header")
BOUGHT = bought()


def test_the_line_of_the_screen() -> None:
    assert texts(PANEL.draw(BOUGHT.view(), 120, 1)) == [
        " ● PAPER   BTC 5m  14:15–14:20 UTC · 10:15–10:20 ET ━━━━━━━━━━━━━━━━━━━━ 1:32 left  TRADING · next is ready"
    ]


@pytest.mark.parametrize(("mode", "sign"), [("PAPER", "●"), ("ARMED", "▲"), ("HALTED", "■")])
def test_each_mode_has_a_sign_and_a_word_at_every_size(mode: str, sign: str) -> None:
    for width in 12, 60, 80, 120, 200:
        assert texts(PANEL.draw(BOUGHT.view(mode=mode), width, 1))[0].startswith(f" {sign} {mode}")


STATES = (
    ("WARMING", (), -20.0),
    ("TRADING", (), 208.0),
    ("STALE DATA", ("the book is silent",), 208.0),
    ("CLOSING", ("too late for new orders",), 296.0),
    ("HALTED", ("killed: d to go back to paper",), 208.0),
    ("SETTLING", ("waiting for the venue's outcome",), 301.0),
)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("demo", [True, False])
def test_nothing_moves_while_the_state_changes(width: int, demo: bool) -> None:
    places = set()
    for state, reasons, now in STATES:
        mode = "HALTED" if state == "HALTED" else "PAPER"
        view = opening().at(now).view(state=state, reasons=reasons, mode=mode, demo=demo)
        (row,) = texts(PANEL.draw(view, width, 1))
        assert state in row
        assert len(row) <= width
        places.add((row.index("BTC 5m"), row.index("━"), row.rindex("━"), row.index(f"  {state}"), "10:20 ET" in row))
    assert len(places) == 1


def test_times_stay_where_there_is_room_for_them_in_the_last_seconds_too() -> None:
    view = opening().at(296.0).view(state="CLOSING", reasons=("too late for new orders",), demo=True)
    assert "14:15–14:20 UTC · 10:15–10:20 ET" in texts(PANEL.draw(view, 120, 1))[0]
    assert "14:15–14:20 UTC" in texts(PANEL.draw(view, 80, 1))[0]


@pytest.mark.parametrize("width", [20, 60, 80, 120, 200])
def test_a_demo_says_so_beside_the_mode(width: int) -> None:
    assert texts(PANEL.draw(BOUGHT.view(demo=True), width, 1))[0].startswith(" ● PAPER  DEMO")
    assert "DEMO" not in texts(PANEL.draw(BOUGHT.view(), width, 1))[0]


def test_the_bar_then_the_zone_then_the_span_make_room() -> None:
    (row,) = texts(PANEL.draw(BOUGHT.view(), 80, 1))
    assert " 14:15–14:20 UTC " in row
    assert "ET" not in row
    (row,) = texts(PANEL.draw(BOUGHT.view(), 60, 1))
    assert "UTC" not in row
    assert "1:32 left  TRADING" in row


def test_before_the_start_it_says_when_that_is() -> None:
    assert "━   in 0:20  WARMING" in texts(PANEL.draw(opening().at(-20.0).view(state="WARMING"), 120, 1))[0]


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
