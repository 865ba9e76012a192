"""The terminal's file: everything, in order, or nothing more once it is abandoned; never stuck."""

import os
import threading
import tty
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.terminal import TerminalFile, can_draw, open_terminal

LONG = "".join(f"{number:>7}\n" for number in range(40_000))
PATIENCE_S = 20.0


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal that changes nothing on the way."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, slave
    os.close(master)
    os.close(slave)


def unblocking(slave: int) -> TerminalFile:
    return TerminalFile(os.open(os.ttyname(slave), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK))


def in_a_thread(file: TerminalFile, text: str) -> threading.Thread:
    thread = threading.Thread(target=file.write, args=(text,), daemon=True)
    thread.start()
    return thread


def test_a_slow_reader_gets_every_byte_in_order(pair: tuple[int, int]) -> None:
    master, slave = pair
    with closing(unblocking(slave)) as file:
        thread = in_a_thread(file, LONG)
        got = b""
        while len(got) < len(LONG):
            got += os.read(master, 1000)
        thread.join(PATIENCE_S)
    assert got.decode() == LONG


def test_a_thread_that_waits_for_nobody_ends_when_it_is_told_to(pair: tuple[int, int]) -> None:
    _, slave = pair
    with closing(unblocking(slave)) as file:
        thread = in_a_thread(file, LONG)
        thread.join(0.3)
        assert thread.is_alive()
        file.abandoned = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_a_terminal_that_is_gone_is_abandoned() -> None:
    master, slave = os.openpty()
    with closing(unblocking(slave)) as file:
        os.close(master)
        file.write("anybody?")
        assert file.abandoned
        file.write(LONG)
    os.close(slave)


def test_text_that_is_no_utf8_does_not_end_the_thread(pair: tuple[int, int]) -> None:
    master, slave = pair
    with closing(unblocking(slave)) as file:
        file.write("a\ud800b")
    assert os.read(master, 100) == b"a?b"


def test_the_inherited_terminal_still_blocks_for_others(pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pair
    with open(slave, "w", closefd=False) as stderr:
        monkeypatch.setattr("sys.__stderr__", stderr)
        with closing(open_terminal()) as file:
            file.write("here")
            assert not os.get_blocking(file.fileno())
    assert os.read(master, 100) == b"here"
    assert os.get_blocking(slave)


def test_it_draws_on_stdout_where_stderr_goes_to_a_file(
    pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    master, slave = pair
    with open(slave, "w", closefd=False) as stdout, (tmp_path / "log").open("w") as stderr:
        monkeypatch.setattr("sys.__stdout__", stdout)
        monkeypatch.setattr("sys.__stderr__", stderr)
        with closing(open_terminal()) as file:
            file.write("here")
    assert os.read(master, 100) == b"here"


@pytest.mark.parametrize(
    ("term", "draws"),
    [("dumb", False), ("unknown", False), ("", False), ("xterm-256color", True), ("newer-than-the-database", True)],
)
def test_a_terminal_can_be_drawn_on_if_it_places_its_cursor_or_is_not_known(term: str, draws: bool) -> None:
    assert can_draw(term) is draws
