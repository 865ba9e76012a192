import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import MAX_CHARS, clean

HOSTILE = {
    "an escape sequence": ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
    "a window title and bell": ("\x1b]0;pwned\x07", "\ufffd]0;pwned\ufffd"),
    "an eight-bit control": ("a\x9b2Jb", "a\ufffd2Jb"),
    "a line and a carriage return": ("one\r\ntwo", "one\ufffd\ufffdtwo"),
    "a tab and a null": ("a\tb\0c", "a\ufffdb\ufffdc"),
    "a right-to-left override": ("abc\u202egnp.exe", "abc\ufffdgnp.exe"),
    "an isolate": ("\u2066x\u2069", "\ufffdx\ufffd"),
    "a zero-width space and a mark": ("a\u200bb\ufeff", "a\ufffdb\ufffd"),
    "a lone surrogate": ("a\ud800b", "a\ufffdb"),
    "a private sign": ("\ue000", "\ufffd"),
    "a tag character": ("\U000e0041", "\ufffd"),
    "unicode's own line ends": ("a\u2028b\u2029c", "a\ufffdb\ufffdc"),
}


@pytest.mark.parametrize(("raw", "expected"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_could_steer_a_terminal_becomes_a_visible_mark(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize("text", ["Bitcoin Up or Down - July 9, 2:30PM", "[bold]x[/]", "größer – 価格 📈", ""])
def test_plain_text_stays_as_it_is_and_markup_stays_data(text: str) -> None:
    assert clean(text) == text


def test_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * MAX_CHARS) == "x" * MAX_CHARS
    assert clean("x" * (MAX_CHARS + 1)) == "x" * (MAX_CHARS - 1) + "…"
    assert clean("abcdef", limit=4) == "abc…"


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_nothing_hostile_ever_comes_through(raw: str) -> None:
    cleaned = clean(raw)
    assert len(cleaned) <= MAX_CHARS
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert cleaned.encode().decode() == cleaned
