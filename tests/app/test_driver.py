"""The driver on a real terminal that stops reading: the loop goes on, and the screen is whole again afterwards.

Nothing here measures time. A loop that waits for the terminal would never report the frames that the tests wait for.
"""

import json
import re
from typing import Any

import pytest
from textual._ansi_sequences import SYNC_END, SYNC_START

from app.driver import HIGH_WATER, SkippingDriver, driver_class
from tests.app.pty_child import PATIENCE_S, PtyChild

MORE_THAN_FIT = 40
"""Frames; the queue holds 30 writes."""

CAN_SYNCHRONISE = "\x1b[?2026;1$y"
"""A terminal's answer to the question whether it shows a frame only when it is complete."""

CONSOLE = """
import json, os, sys
from textual.app import App
from textual.widgets import Static
from app import driver

driver.HIGH_WATER = HIGH_WATER
tell = os.fdopen(int(os.environ["TELL"]), "w", buffering=1)

class Busy(App[int]):
    def compose(self):
        yield Static("UNCHANGING LINE")
        yield Static(id="busy")

    def on_mount(self):
        self.frames = 0
        self.set_interval(0.01, self.paint)

    def paint(self):
        self.frames += 1
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[self.frames % 26]
        rows = chr(10).join(letter * 110 for _ in range(37))
        self.query_one("#busy", Static).update(f"frame {self.frames}" + chr(10) + rows)
        tell.write(json.dumps([self.frames, self._driver.skipped]) + chr(10))
        if STOP_AFTER and self._driver.skipped >= STOP_AFTER:
            if FAULT:
                raise RuntimeError("a fault")
            self.exit(0)

    def on_key(self, event):
        self.exit(0)

app = Busy(driver_class=driver.driver_class())
app.run()
tell.write(json.dumps(["left", app._driver.gave_up]) + chr(10))
sys.exit(app.return_code)
"""


def console(stop_after: int = 0, fault: bool = False, high_water: int = HIGH_WATER) -> PtyChild:
    settings = f"STOP_AFTER, FAULT, HIGH_WATER = {stop_after}, {fault}, {high_water}"
    return PtyChild(f"{settings}\n{CONSOLE}")


def last_word(child: PtyChild) -> list[Any]:
    complete = child.told.rpartition(b"\n")[0]
    word: list[Any] = json.loads(complete.rpartition(b"\n")[2] or b"[0, 0]")
    return word


@pytest.mark.parametrize(
    ("synchronised", "high_water"),
    [(False, HIGH_WATER), (True, HIGH_WATER), (True, HIGH_WATER - 1)],
    ids=["plain", "synchronised", "the mark falls into a frame"],
)
def test_the_loop_goes_on_while_nobody_reads_and_the_screen_is_repainted_once_somebody_does(
    synchronised: bool, high_water: int
) -> None:
    with console(high_water=high_water) as child:
        child.read_until(lambda: b"UNCHANGING" in child.seen)
        if synchronised:
            child.type(CAN_SYNCHRONISE)
            child.read_until(lambda: SYNC_END.encode() in child.seen)
        child.read_until(lambda: last_word(child)[1] >= MORE_THAN_FIT, screen=False)
        stalled_until = last_word(child)[0]
        child.read_until(lambda: last_full_repaint(child.seen) >= stalled_until)
        child.type("x")
        assert child.read_to_end() == 0
    assert last_word(child) == ["left", False]
    assert b"\x1b[?1049l" in child.seen
    assert_frames_are_whole(child.seen)


def last_full_repaint(seen: bytes) -> int:
    """The number of the last frame that drew the line which never changes, too."""
    return max((int(number) for number in re.findall(rb"UNCHANGING LINE.*?frame (\d+)", seen, re.DOTALL)), default=0)


def assert_frames_are_whole(seen: bytes) -> None:
    """The marks of a frame's begin and end take turns: a terminal is never left waiting for the end of one."""
    marks = re.findall(rb"\x1b\[\?2026[hl]", seen)
    assert marks == [SYNC_START.encode(), SYNC_END.encode()] * (len(marks) // 2)


@pytest.mark.parametrize(("fault", "exit_code"), [(False, 0), (True, 1)], ids=["asked to", "by a fault"])
def test_it_leaves_in_the_end_though_nobody_reads(fault: bool, exit_code: int) -> None:
    with console(stop_after=MORE_THAN_FIT, fault=fault) as child:
        child.read_until(lambda: b"UNCHANGING" in child.seen)
        child.read_until(lambda: last_word(child)[0] == "left", screen=False)
        assert last_word(child) == ["left", True]
        assert child.process.wait(PATIENCE_S) == exit_code


def test_a_terminal_that_reads_gets_every_frame() -> None:
    with console() as child:
        child.read_until(lambda: last_word(child)[0] >= 20)
        child.type("x")
        assert child.read_to_end() == 0
    assert b"UNCHANGING" in child.seen
    assert b"\x1b[?1049l" in child.seen


def test_the_environment_may_name_another_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    assert driver_class() is SkippingDriver
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.headless_driver:HeadlessDriver")
    assert driver_class() is None
