"""A frame is JSON or text; reading one never raises."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.frames import IGNORED, REFUSALS, decode

FEEDS = Path(__file__).parents[2] / "feeds"
PARSERS = ("numbers.py", "binance.py", "clob.py", "reports.py", "rtds.py", "polybolt.py", "account.py", "user.py")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("[]", []),
        ("[]\n", []),
        (b'{"a": [1, "x", null, true]}', {"a": [1, "x", None, True]}),
        ('"PONG"', "PONG"),
        ("0.5", 0.5),
    ],
)
def test_json_is_decoded(raw: str | bytes, value: object) -> None:
    assert decode(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "PONG",
        "",
        " ",
        "INVALID OPERATION",
        "NO NEW ASSETS",
        '{"event_type":"book","bids":[',
        "NaN",
        '{"price":NaN}',
        '{"price":1e999}',
        "-Infinity",
        "1" * 5000,
        "[" * 20_000 + "]" * 20_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        "[1,]",
        "{'a':1}",
        "\ud800",
        '"\\ud800"',
        "\x00",
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_not_json_comes_back_as_its_text(raw: str) -> None:
    assert decode(raw) == raw
    if raw.isascii():
        assert decode(raw.encode()) == raw


def test_undecodable_bytes_come_back_as_text() -> None:
    assert decode(b'{"a":"\xff"}') == '{"a":"\ufffd"}'
    assert decode(b"\xef\xbb\xbf[]") == "\ufeff[]"


@settings(derandomize=True, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.text(alphabet='[]{}",:0123456789.eE+-truefalsn \n')))
def test_no_frame_raises(raw: str | bytes) -> None:
    decode(raw)


def test_every_counter_of_the_parsers_has_its_place_in_one_of_the_lists() -> None:
    assert not REFUSALS & IGNORED
    source = "".join((FEEDS / name).read_text() for name in PARSERS)
    for name in REFUSALS | IGNORED:
        assert f'"{name}"' in source, f"{name} is listed but never counted"
