"""Geometry of the charts, and markup that takes any text."""

from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.backtest.markup import Markup, el, html_table, joined
from app.backtest.plot import Plot, Scale, apart, steps, thinned

VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4))
XML_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")))


class TestSteps:
    @settings(derandomize=True, deadline=None)
    @given(VALUES, VALUES, st.integers(2, 8))
    def test_they_reach_around_both_ends_in_equal_round_steps(self, one: float, other: float, about: int) -> None:
        low, high = sorted((one, other))
        found = steps(low, high, about)
        assert len(found) >= 2
        assert found[0] <= low + 1e-9
        assert found[-1] >= high - 1e-9
        sizes = {round(after - before, 9) for before, after in pairwise(found)}
        assert len({f"{size:.3g}" for size in sizes}) == 1
        assert f"{found[1] - found[0]:.6e}"[0] in "125"

    def test_they_are_about_as_many_as_asked_for(self) -> None:
        assert steps(0, 100, 5) == [0, 20, 40, 60, 80, 100]
        assert steps(-3.2, 1.1, 4) == [-4, -2, 0, 2]

    def test_one_value_has_a_scale_too(self) -> None:
        assert steps(5, 5)[0] < 5 < steps(5, 5)[-1]


class TestApart:
    @settings(derandomize=True, deadline=None)
    @given(st.lists(st.floats(0, 300), min_size=1, max_size=4))
    def test_lines_of_text_keep_their_order_and_their_distance(self, heights: list[float]) -> None:
        placed = apart(heights, 280, 14)
        order = sorted(range(len(heights)), key=lambda place: (heights[place], place))
        for upper, lower in pairwise(order):
            assert placed[lower] - placed[upper] >= 14.999
        assert all(13.999 <= height <= 280.001 for height in placed)

    def test_where_there_is_room_they_stay_where_they_belong(self) -> None:
        assert apart([50, 100], 280, 14) == [50, 100]


class TestThinned:
    @settings(derandomize=True, deadline=None)
    @given(st.lists(VALUES, min_size=1, max_size=400), st.integers(8, 100))
    def test_a_long_row_keeps_its_ends_and_its_extremes(self, values: list[float], most: int) -> None:
        points = thinned(values, most)
        assert len(points) <= max(most, 4) + 4
        assert [points[0], points[-1]] == [(0, values[0]), (len(values) - 1, values[-1])]
        kept = [value for _, value in points]
        assert (min(kept), max(kept)) == (min(values), max(values))
        assert all(values[int(place)] == value for place, value in points)
        assert points == sorted(points)


def test_a_scale_turns_values_into_pixels_from_end_to_end() -> None:
    scale = Scale(-1, 1, 200, 0)
    assert [scale(-1), scale(0), scale(1)] == [200, 100, 0]


def test_a_drawing_is_well_formed_and_says_what_it_is() -> None:
    plot = Plot((0, 2), [-1, 0, 1])
    plot.grid(str)
    plot.path([(0, 0), (1, 1), (2, -1)], "line", floor_at=0)
    plot.bar(0, 1, 0, 0, "bar", 'a "bar" of <nothing>')
    plot.upright(1, "here & now")
    drawing = ElementTree.fromstring(plot.drawing("what it says"))
    assert drawing.attrib["aria-label"] == "what it says"
    (bar,) = drawing.iter("rect")
    assert bar.find("title") is not None
    assert bar.findtext("title") == 'a "bar" of <nothing>'
    assert float(bar.attrib["height"]) == 1, "a bar of nothing is still to be seen"


class TestMarkup:
    @settings(derandomize=True, deadline=None)
    @given(XML_TEXT, XML_TEXT)
    def test_text_stays_text_inside_and_in_attributes(self, inside: str, attribute: str) -> None:
        element = ElementTree.fromstring(el("p", inside, title=attribute))
        assert (element.text or "") == inside
        assert element.attrib["title"] == attribute

    @pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "</style>", '" onload="x', "&amp;", "<!--"])
    def test_foreign_markup_becomes_no_element(self, hostile: str) -> None:
        seen: list[str] = []

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                seen.append(tag)
                assert {name for name, _ in attrs} <= {"title"}

        Reader().feed(el("td", hostile, el("b", hostile), title=hostile))
        assert seen == ["td", "b"]

    def test_what_is_markup_already_stays_so(self) -> None:
        assert joined([el("b", "x"), " & ", Markup("<i/>")]) == "<b>x</b> &amp; <i/>"

    def test_an_attribute_without_a_value_is_left_out_and_a_word_of_pythons_is_written_as_in_html(self) -> None:
        assert el("td", class_=None, stroke_width=1.25) == '<td stroke-width="1.2"></td>'

    def test_a_table_marks_its_words_and_its_figures(self) -> None:
        table = ElementTree.fromstring(html_table(["name", "net"], [["a<b", "+1"]]))
        assert [cell.text for cell in table.iter("th")] == ["name", "net", "a<b"]
        assert [(cell.text, cell.attrib["class"]) for cell in table.iter("td")] == [("+1", "figure")]
