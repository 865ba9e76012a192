"""The pictures of the screen are compared, text first, and a difference leaves something to look at."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests import snap


class Word(App[None]):
    """One word in one colour."""

    def __init__(self, word: str, colour: str) -> None:
        super().__init__()
        self._word = word
        self._colour = colour

    def compose(self) -> ComposeResult:
        """The word."""
        word = Static(self._word, markup=False)
        word.styles.color = self._colour
        yield word


async def taken(word: str = "paper", colour: str = "#ffffff") -> tuple[str, str]:
    """Text and picture of it."""
    app = Word(word, colour)
    async with app.run_test(size=(20, 3)) as pilot:
        await pilot.pause()
        return snap.screen_text(app), snap.screen_picture(app, "word")


async def test_the_same_screen_is_the_same_picture(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots" / "test_word"
    snap.check(folder, "word", *await taken(), update=True)
    snap.check(folder, "word", *await taken(), update=False)
    assert sorted(path.name for path in folder.iterdir()) == ["word.svg", "word.txt"]
    assert (folder / "word.txt").read_text() == "paper\n\n\n"


async def test_another_text_is_told_as_text(tmp_path: Path) -> None:
    snap.check(tmp_path, "word", *await taken(), update=True)
    with pytest.raises(AssertionError, match="armed"):
        snap.check(tmp_path, "word", *await taken("armed"), update=False)


async def test_another_colour_is_told_and_can_be_looked_at(tmp_path: Path) -> None:
    snap.check(tmp_path, "word", *await taken(), update=True)
    with pytest.raises(pytest.fail.Exception, match="colours or styles"):
        snap.check(tmp_path, "word", *await taken(colour="#ff0000"), update=False)
    assert "#ff0000" in (tmp_path / "word.got.svg").read_text()
    snap.check(tmp_path, "word", *await taken(), update=False)
    assert not (tmp_path / "word.got.svg").exists()


def test_a_picture_that_nobody_kept_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="--snap-update"):
        snap.check(tmp_path, "word", "", "", update=False)


def test_the_option_keeps_the_picture_and_the_next_run_compares_with_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.snap import pytest_addoption, snap\n")
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(
        """
        from tests.test_snap import Word

        async def test_word(snap):
            app = Word("paper", "#ffffff")
            async with app.run_test(size=(20, 3)) as pilot:
                await pilot.pause()
                snap(app)
                snap(app, "again")
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(failed=1)
    pytester.runpytest_inprocess("-p", "no:cacheprovider", "--snap-update").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    kept = {path.name for path in pytester.path.glob("snapshots/*/*.svg")}
    assert kept == {"test_word.svg", "test_word-again.svg"}
