import re
from collections import deque
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app import lines as lines_of_the_app
from engine.view import Line
from tests.engine.builders import wall
from tests.widgets.sizes import HOSTILE, painted, too_wide
from tests.widgets.views import bought, styles, text, texts, waiting
from widgets.signals import LastLines, LogPanel

PANEL = LogPanel("log")
BOUGHT = bought().view()

lines = st.builds(
    Line,
    wall=st.integers(0, 2**62),
    kind=st.sampled_from(["signal", "order", "fill", "ack", "note", "漢字漢字漢字", ""]),
    text=st.sampled_from(["", "short", HOSTILE, "漢" * 100]),
    good=st.sampled_from([True, False, None]),
    market=st.sampled_from(["", "BTC 5m", "ETH 15m", "漢" * 20]),
)


def test_log_of_the_screen() -> None:
    drawing = PANEL.draw(BOUGHT, 62, 9)
    assert drawing.note == "newest first"
    assert texts(drawing) == [
        "14:18:26.200 fill   11.5 @ 68.0¢ fee $0.18  at 200 ms  full ✓",
        "14:18:26.000 order  distance UP 11.5 @ 68¢ $7.82  quote 84 ms",
        "14:18:11.771 signal distance UP .772/.69 blocked: quote 5.2 s",
        "14:17:44.020 signal distance UP .768/.68 blocked: cooldown",
    ]


def test_too_few_rows_keep_the_newest_and_count_the_rest() -> None:
    drawing = PANEL.draw(BOUGHT, 62, 1)
    assert [row[:17] for row in texts(drawing)] == ["14:18:26.200 fill"]
    assert drawing.note == "3 older"


def test_narrow_gives_up_milliseconds_then_the_time() -> None:
    assert text(PANEL.draw(BOUGHT, 40, 1).rows[0]) == "14:18:26 fill   11.5 @ 68.0¢ fee $0.1… ✓"
    assert text(PANEL.draw(BOUGHT, 20, 1).rows[0]) == "fill   11.5 @ 68.… ✓"


def test_refusal_and_success_differ_by_a_mark_not_by_colour_alone() -> None:
    view = waiting(lines=[Line(wall(1), "ack", "refused: no such market", good=False)])
    row = PANEL.draw(view, 62, 3).rows[0]
    assert text(row) == "14:15:01.000 answer refused: no such market ✗"
    assert "bad" in styles(row)
    row = PANEL.draw(BOUGHT, 62, 3).rows[0]
    assert "good" in styles(row)
    assert text(row).endswith("✓")


def test_kinds_have_a_word_and_a_style_each() -> None:
    kinds = ("signal", "order", "fill", "ack", "settled", "trouble", "a kind unheard of")
    view = waiting(lines=[Line(wall(1), kind, "text") for kind in kinds])
    words = [row[1] for row in reversed(PANEL.draw(view, 62, 9).rows)]
    assert words == [
        ("signal ", "label"),
        ("order  ", "bright"),
        ("fill   ", "good"),
        ("answer ", "label"),
        ("result ", "bright"),
        ("fault  ", "bad"),
        ("a kin… ", "text"),
    ]


def test_no_kind_that_the_app_writes_is_cut() -> None:
    source = Path(lines_of_the_app.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r'(?:return|Line\(wall,) "(\w+)", ', source))
    assert {"signal", "order", "fill", "ack"} <= kinds
    for row in PANEL.draw(waiting(lines=[Line(wall(1), kind, "") for kind in sorted(kinds)]), 62, 30).rows:
        word, style = row[1]
        assert "…" not in word
        assert style != "text" or word == "strike "


def test_a_line_of_another_market_than_the_shown_one_names_it() -> None:
    lines = [
        Line(wall(1), "fill", "UP 3.0 @ 40¢", True, "ETH 15m"),
        Line(wall(2), "fill", "UP 5.0 @ 41¢", True, "BTC 5m"),
    ]
    view = waiting(lines=lines)
    assert [row[20:] for row in texts(PANEL.draw(view, 62, 3))] == ["UP 5.0 @ 41¢ ✓", "ETH 15m UP 3.0 @ 40¢ ✓"]
    view.asset, view.interval = "eth", "15m"
    assert [row[20:] for row in texts(PANEL.draw(view, 62, 3))] == ["BTC 5m UP 5.0 @ 41¢ ✓", "UP 3.0 @ 40¢ ✓"]


class TestLast:
    LAST = LastLines("last")

    def test_one_row_has_the_newest_of_what_became_of_an_order(self) -> None:
        lines = [*BOUGHT.lines, Line(wall(207), "signal", "sniper UP .97/.91")]
        view = bought().view(lines=lines)
        assert texts(self.LAST.draw(view, 80, 1)) == [
            " last      14:18:26.200 fill   11.5 @ 68.0¢ fee $0.18  at 200 ms  full ✓"
        ]
        assert texts(self.LAST.draw(waiting(lines=lines[-1:]), 80, 1))[0].endswith("signal sniper UP .97/.91")

    def test_more_rows_have_the_newest_lines(self) -> None:
        assert [row[24:30] for row in texts(self.LAST.draw(BOUGHT, 80, 3))] == ["fill  ", "order ", "signal"]

    def test_it_waits_for_the_first(self) -> None:
        assert texts(self.LAST.draw(waiting(), 80, 1)) == [" last      nothing yet: waits for the first signal"]


def test_empty_log_says_what_it_waits_for() -> None:
    assert texts(PANEL.draw(waiting(), 62, 9)) == ["waits for the first signal"]


def test_log_may_be_a_ring_that_forgets() -> None:
    ring = deque((Line(wall(second), "note", f"line {second}") for second in range(9)), maxlen=4)
    assert [row[20:] for row in texts(PANEL.draw(waiting(lines=ring), 62, 2))] == ["line 8", "line 7"]


def test_markup_and_wide_characters_are_shown_as_they_are_and_cut() -> None:
    row = PANEL.draw(waiting(lines=[Line(wall(1), "note", HOSTILE)]), 62, 2).rows[0]
    assert text(row).startswith("14:15:01.000 note   [bold red]上がる価格[/]")
    assert text(row).endswith("…")


@given(some=st.lists(lines, max_size=5), width=st.integers(1, 200), height=st.integers(1, 60))
def test_nothing_is_wider_or_higher_than_the_body(some: list[Line], width: int, height: int) -> None:
    assert not too_wide(PANEL, [waiting(lines=some)], width, height)
    assert not too_wide(TestLast.LAST, [waiting(lines=some)], width, height)


async def test_panel_paints_its_lines() -> None:
    screen = (await painted(LogPanel("log"), BOUGHT, 66, 6)).splitlines()
    assert screen[0].startswith("╭─ signals, orders, fills ─")
    assert screen[1] == "│ 14:18:26.200 fill   11.5 @ 68.0¢ fee $0.18  at 200 ms  full ✓  │"
