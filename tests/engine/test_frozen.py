"""A book that stands still while the price moves."""

from engine.book import Ladder
from engine.frozen import MOVED, STILL_NS, FrozenWatch

LATER = 10**15


def books(bid: int = 4900, ask: int = 5100) -> tuple[Ladder, Ladder]:
    up, down = Ladder(100), Ladder(100)
    up.replace({bid: 10**8}, {ask: 10**8}, 100, 1)
    down.replace({10_000 - ask: 10**8}, {10_000 - bid: 10**8}, 100, 1)
    return up, down


def test_books_may_stand_still_for_a_while_whatever_the_price_does() -> None:
    watch = FrozenWatch()
    watch.see(books(), 68_000.0, LATER)
    assert watch.moved(70_000.0, LATER + STILL_NS) == 0.0


def test_after_that_the_move_beside_them_is_told() -> None:
    watch = FrozenWatch()
    watch.see(books(), 68_000.0, LATER)
    watch.see(books(), 68_034.0, LATER + STILL_NS)
    assert watch.moved(68_068.0, LATER + STILL_NS + 1) == 68.0 / 68_000.0 > MOVED
    assert watch.moved(67_932.0, LATER + STILL_NS + 1) == 68.0 / 68_000.0


def test_a_change_of_either_book_begins_it_anew() -> None:
    watch = FrozenWatch()
    watch.see(books(), 68_000.0, LATER)
    watch.see(books(ask=5200), 68_500.0, LATER + STILL_NS)
    assert watch.moved(68_500.0, LATER + STILL_NS + 1) == 0.0
    assert watch.moved(68_500.0, LATER + 2 * STILL_NS + 1) == 0.0
    assert watch.moved(68_600.0, LATER + 2 * STILL_NS + 1) == 100.0 / 68_500.0


def test_without_a_price_there_is_nothing_to_tell() -> None:
    watch = FrozenWatch()
    watch.see(books(), 0.0, LATER)
    assert watch.moved(68_000.0, LATER + 2 * STILL_NS) == 0.0
