import pytest

from engine.absence import Absence, Look

S = 1_000_000_000


def look(at: float, *, found: bool | None = False, orders: bool = True, trades: bool = True) -> Look:
    return Look(round(at * S), found, orders, trades)


@pytest.mark.parametrize(
    ("looks", "proven"),
    [
        ([], False),
        ([look(60)], False),
        ([look(55), look(60)], True),
        ([look(55.1), look(60)], False),
        ([look(5), look(59.9)], False),
        ([look(5), look(60)], True),
        ([look(-1), look(61)], False),
        ([look(60), look(62), look(64), look(65)], True),
        ([look(50), look(55, found=None), look(60)], True),
        ([look(50), look(55, found=True), look(60)], False),
        ([look(50), look(55, found=True), look(60), look(65)], True),
        ([look(50, orders=False), look(60)], False),
        ([look(50, trades=False), look(60)], False),
        ([look(50, found=None), look(60)], False),
    ],
)
def test_two_whole_looks_apart_the_later_one_late_prove_it(looks: list[Look], proven: bool) -> None:
    absence = Absence()
    for one in looks:
        absence.note(one)
    assert absence.proven(sent=0) is proven


def test_news_make_what_was_not_found_before_worthless() -> None:
    absence = Absence()
    absence.note(look(50))
    absence.note(look(60))
    absence.forget()
    assert not absence.proven(sent=0)
