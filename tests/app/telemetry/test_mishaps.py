"""What is told of what goes wrong while writing, and what it means for an order."""

import errno
from pathlib import Path

from app.telemetry.mishaps import Mishaps

ORDERS, FRAMES = Path("w/orders.csv"), Path("w/frames.jsonl")


class Heard:
    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[str] = []
        self.mishaps = Mishaps(self.told.append, lambda: self.now)

    def refuse(self, path: Path, number: int = errno.ENOSPC) -> None:
        self.mishaps.failed(str(path), OSError(number, "No space left on device"))


def test_the_first_of_each_kind_is_told_and_all_are_counted() -> None:
    heard = Heard()
    for number in range(3):
        heard.mishaps.note("torn", f"torn {number}")
        heard.mishaps.note("set_aside", f"aside {number}", times=2)
    assert heard.told == ["torn 0", "aside 0"]
    assert heard.mishaps.summary() == "6 files set aside, 3 half lines set aside"


def test_nothing_wrong_has_no_summary() -> None:
    assert Mishaps().summary() == ""


def test_a_disk_that_is_full_is_told_when_it_begins_and_when_it_ends() -> None:
    heard = Heard()
    for _ in range(5):
        heard.refuse(FRAMES)
        heard.refuse(ORDERS)
    heard.mishaps.taken(str(ORDERS))
    assert len(heard.told) == 1
    heard.mishaps.taken(str(FRAMES))
    assert heard.told[1:] == ["the disk takes everything again"]


def test_one_that_goes_back_and_forth_is_told_of_once_a_minute() -> None:
    heard = Heard()
    for second in range(61):
        heard.now = second
        heard.refuse(FRAMES)
        heard.mishaps.taken(str(FRAMES))
    assert len(heard.told) == 4


def test_a_full_disk_takes_no_file_but_a_file_that_is_too_large_is_that_one_alone() -> None:
    heard = Heard()
    assert not heard.mishaps.refuses(ORDERS)
    heard.refuse(FRAMES, errno.EFBIG)
    assert heard.mishaps.refuses(FRAMES)
    assert not heard.mishaps.refuses(ORDERS)
    heard.refuse(FRAMES, errno.ENOSPC)
    assert heard.mishaps.refuses(ORDERS)
    heard.mishaps.taken(str(FRAMES))
    assert not heard.mishaps.refuses(ORDERS)


def test_what_was_counted_in_another_thread_is_told_where_it_is_taken_in() -> None:
    heard, other = Heard(), Mishaps()
    other.note("set_aside", "the recording is aside")
    heard.mishaps.merge(other)
    assert heard.told == ["the recording is aside"]
    assert heard.mishaps.counts == {"set_aside": 1}
