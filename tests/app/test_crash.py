"""What a fault in the screen tells: the place and the kind, and nothing of what the variables held."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crash import FRAMES, crash_report
from tests.app.pty_child import PtyChild

SAID = "the screen has a fault and was closed."

KEY = "".join(f"{n:02x}" for n in range(0x40, 0x60))
"""32 bytes as hex, made here so that it stands in no source line."""

CRASHING = """
import os, sys
from textual.app import App
from textual.widgets import Static
from app.crash import tell_crash
from app.driver import driver_class

class Console(App[None]):
    def compose(self):
        yield Static("READY")

    def _fatal_error(self):
        tell_crash(self, "the screen has a fault and was closed.")

    def on_key(self, event):
        key = "".join("%02x" % n for n in range(0x40, 0x60))
        holder = {"private": key, "list": [key]}
        if event.key == "w":
            self.run_worker(self.work(key))
        elif event.key == "c":
            self.fail(key)

    async def work(self, handed):
        raise ValueError("cannot sign with " + handed)

    def fail(self, handed):
        copy = handed
        raise ValueError("cannot sign with " + copy)

app = Console(driver_class=driver_class())
app.run()
sys.exit(app.return_code)
"""


def crash(error: BaseException) -> BaseException:
    """The exception as it is once it was raised."""
    try:
        raise error
    except BaseException as raised:
        return raised


@pytest.mark.parametrize("key", ["c", "w"], ids=["in a handler", "in a worker"])
def test_a_key_in_the_variables_and_in_the_message_is_not_shown(key: str) -> None:
    with PtyChild(CRASHING, columns=200) as child:
        child.read_until(lambda: b"READY" in child.seen)
        child.type(key)
        assert child.read_to_end() == 1
    shown = child.seen.partition(b"\x1b[?1049l")[2].decode()
    assert SAID in shown
    assert "ValueError: cannot sign with …" in shown
    for start in range(0, len(KEY) - 8, 4):
        assert KEY[start : start + 8].encode() not in child.seen


def test_it_names_the_kind_the_cause_and_the_last_places() -> None:
    def inner() -> None:
        answers: dict[str, float] = {}
        print(answers["fair"])

    def outer() -> None:
        try:
            inner()
        except KeyError as error:
            raise RuntimeError("no fair value") from error

    with pytest.raises(RuntimeError) as caught:
        outer()
    lines = crash_report(caught.value, SAID).splitlines()
    assert lines[:3] == [f"pmtui: {SAID}", "  RuntimeError: no fair value", "  because of KeyError: 'fair'"]
    assert lines[-1].startswith("  app/test_crash.py:")
    assert lines[-1].endswith('outer  raise RuntimeError("no fair value") from error')


def test_a_deep_fall_shows_its_end_only() -> None:
    def fall(depth: int) -> None:
        if depth == 0:
            raise RuntimeError("ground")
        fall(depth - 1)

    with pytest.raises(RuntimeError) as caught:
        fall(50)
    assert len(crash_report(caught.value, SAID).splitlines()) == 2 + FRAMES


def test_an_exception_that_causes_itself_is_told_once() -> None:
    error = crash(RuntimeError("circle"))
    error.__context__ = error.__cause__ = RuntimeError("other")
    error.__cause__.__cause__ = error
    assert crash_report(error, SAID).count("circle") == 1


def test_an_exception_that_cannot_say_what_it_is_is_still_named() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError("not even this")

    assert "  Mute\n" in crash_report(crash(Mute()), SAID)


def test_a_very_long_message_is_not_shown() -> None:
    report = crash_report(crash(RuntimeError("word " * 1000)), SAID)
    assert "RuntimeError: (a message of 5,000 characters, not shown)" in report


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        f"0x{KEY}",
        repr(bytes.fromhex(KEY)),
        repr(bytes(range(7, 39))),
        str(int(KEY, 16)),
        "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "6f1d2c3b-4a59-4e88-9d77-0123456789ab",
        "dGhpcyBpcyBub3QgYSBzZWNyZXQsIGhvbmVzdGx5Lg==",
        "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKl",
    ],
)
def test_whatever_looks_like_a_secret_is_left_out_of_a_message(secret: str) -> None:
    report = crash_report(crash(ValueError(f"cannot use {secret} here")), SAID)
    assert report.splitlines()[1].startswith("  ValueError: cannot use ")
    assert not any(secret[start : start + 8] in report for start in range(2, len(secret) - 8))


@pytest.mark.parametrize("sentence", ["'Panel' object has no attribute 'get_component'", "list index out of range"])
def test_an_ordinary_message_is_shown_in_full(sentence: str) -> None:
    assert f"RuntimeError: {sentence}\n" in crash_report(crash(RuntimeError(sentence)), SAID)


@given(text=st.text(max_size=300))
def test_no_text_brings_a_control_or_a_line_of_its_own(text: str) -> None:
    def lines(message: str) -> list[str]:
        return crash_report(crash(RuntimeError(message)), SAID).split("\n")

    assert len(lines(text)) == len(lines("plain"))
    assert not any(
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for line in lines(text) for char in line
    )
