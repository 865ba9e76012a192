"""The last line: the most important keys, and always the way to help and out."""

from tests.widgets.sizes import SIZES, too_wide
from tests.widgets.views import bought, texts, waiting
from widgets.keys import TRADING_KEYS, Keys

PANEL = Keys("keys")


def test_all_keys_at_120_columns() -> None:
    assert texts(PANEL.draw(waiting(), 120, 1)) == [
        " a arm  d disarm  k kill  1-4 asset  i interval  w why  z zoom  t theme"
        "  s picture  ? help  ^p commands  q quit"
    ]


def test_what_does_not_fit_goes_from_the_right_but_for_help_and_quit() -> None:
    assert texts(PANEL.draw(waiting(), 50, 1)) == [" a arm  d disarm  k kill  ? help  q quit"]
    assert texts(PANEL.draw(waiting(), 16, 1)) == [" ? help  q quit"]


def test_disarm_stands_first_where_orders_may_leave_or_were_stopped() -> None:
    for mode in "ARMED", "HALTED":
        assert texts(PANEL.draw(waiting(mode=mode), 80, 1))[0].startswith(" d disarm  a arm")


def test_a_demo_says_that_it_is_one_where_there_is_room() -> None:
    assert "says nothing about the world" in texts(PANEL.draw(waiting(demo=True), 200, 1))[0]
    assert "demo" not in texts(PANEL.draw(waiting(demo=True), 120, 1))[0]
    assert "demo" not in texts(PANEL.draw(waiting(), 200, 1))[0]


def test_every_key_stands_once() -> None:
    assert len({key for key, _ in TRADING_KEYS}) == len(TRADING_KEYS)


def test_it_fits_into_any_size() -> None:
    views = [waiting(), bought().view(mode="HALTED", demo=True)]
    assert [wrong for size in SIZES for wrong in too_wide(PANEL, views, *size)] == []
