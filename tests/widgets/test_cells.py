"""How rows are put together: parts that flow, and blocks that share the rows of a panel."""

from hypothesis import given
from hypothesis import strategies as st

from widgets.cells import Row, flow, leading, stacked, time_of_day, width_of

parts = st.lists(st.text("ab漢", max_size=9).map(lambda text: ((text, "text"),)), max_size=8)


def row(text: str) -> Row:
    return ((text, "text"),)


@given(parts, st.integers(1, 30), st.sampled_from(["", " ", "  "]))
def test_flowing_parts_keep_their_order_and_their_rows(some: list[Row], columns: int, gap: str) -> None:
    rows = flow(some, columns, gap)
    told = "".join(text for one in rows for text, _ in one)
    assert told.replace(" ", "") == "".join(part[0][0] for part in some)
    for one in rows:
        assert width_of(one) <= columns or one in some


def test_leading_parts_are_those_of_the_first_row() -> None:
    assert leading([row("one"), row("two"), row("three")], 8, "  ") == (
        ("one", "text"),
        ("  ", "text"),
        ("two", "text"),
    )
    assert leading([row("longer than that"), row("two")], 8) == row("longer than that")
    assert leading([], 8) == ()


def test_stacked_blocks_come_in_order_of_importance_and_stand_by_place() -> None:
    offers = [(1, [row("b")]), (0, [row("a")]), (2, [row("c1"), row("c2")]), (0, [row("a1"), row("a2")])]
    assert stacked(offers, 9) == [row("a1"), row("a2"), row("b"), row("c1"), row("c2")]
    assert stacked(offers, 4) == [row("a"), row("b"), row("c1"), row("c2")]
    assert stacked(offers, 3) == [row("a1"), row("a2"), row("b")]
    assert stacked(offers, 1) == [row("b")]
    assert stacked(offers, 0) == []


def test_a_window_s_start_has_seconds_where_it_is_not_on_a_minute() -> None:
    assert (time_of_day(72_720_000), time_of_day(72_766_000)) == ("20:12", "20:12:46")
