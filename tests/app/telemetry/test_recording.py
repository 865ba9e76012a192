import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.recording import Frame, frame_line, gap_line, own_frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=8,
)


def test_a_json_frame_stands_in_the_line_as_it_came() -> None:
    line = frame_line(Frame(17, 5, "clob", '{"price": "0.480",  "size": 1e3}', is_json=True))
    assert line == b'{"t":17,"m":5,"s":"clob","d":{"price": "0.480",  "size": 1e3}}\n'


@given(JSON, st.sampled_from([None, 1]))
def test_whatever_the_json_the_line_is_one_line_and_reads_back(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    for payload in (text, text.replace("\n", "\r\n").encode()):
        line = frame_line(Frame(1, 2, "binance", payload, is_json=True))
        assert line.count(b"\n") == 1
        assert b"\r" not in line
        assert orjson.loads(line)["d"] == value


@given(st.text() | st.binary())
def test_what_is_no_json_is_a_string(payload: str | bytes) -> None:
    line = frame_line(Frame(1, 2, "clob", payload, is_json=False))
    assert line.count(b"\n") == 1
    assert isinstance(orjson.loads(line)["d"], str)


@pytest.mark.parametrize("text", ["PONG", "INVALID OPERATION", "", '{"cut": "of', 'a "quoted"\nline \x1b'])
def test_a_text_frame_reads_back_word_for_word(text: str) -> None:
    assert orjson.loads(frame_line(Frame(1, 2, "clob", text, is_json=False)))["d"] == text


def test_our_own_record_is_what_it_was_when_it_was_made() -> None:
    facts: dict[str, object] = {"value": 83711.5, "exact": True}
    frame = own_frame(1, 2, "strike", facts)
    facts["exact"] = False
    assert orjson.loads(frame_line(frame)) == {"t": 1, "m": 2, "s": "strike", "d": {"value": 83711.5, "exact": True}}


def test_a_gap_says_how_many_lines_are_missing() -> None:
    line = gap_line(Frame(7, 8, "clob", "{}", is_json=True), 12)
    assert orjson.loads(line) == {"t": 7, "m": 8, "s": "drop", "d": {"lines": 12}}
