"""The theme that is remembered: whole or not at all, and never an error."""

from pathlib import Path

import pytest

import themes
from app.remember import read_theme, theme_file, write_theme


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert read_theme(environment, themes.NAMES) is None
    assert write_theme(environment, "light")
    assert write_theme(environment, "contrast")
    assert read_theme(environment, themes.NAMES) == "contrast"
    assert [path.name for path in (tmp_path / "state" / "pmtui").iterdir()] == ["theme"]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    write_theme({"XDG_STATE_HOME": str(tmp_path)}, "dark")
    assert (tmp_path / "pmtui").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "pmtui" / "theme").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/me"}, "/state/pmtui/theme"),
        ({"HOME": "/me"}, "/me/.local/state/pmtui/theme"),
        ({"XDG_STATE_HOME": "", "HOME": "/me"}, "/me/.local/state/pmtui/theme"),
        ({"XDG_STATE_HOME": "state", "HOME": "/me"}, "/me/.local/state/pmtui/theme"),
    ],
)
def test_it_lies_where_state_belongs(environment: dict[str, str], path: str) -> None:
    assert theme_file(environment) == Path(path)


def test_somebody_without_a_home_is_not_remembered() -> None:
    assert theme_file({}) is None
    assert read_theme({}, themes.NAMES) is None
    assert not write_theme({}, "dark")


@pytest.mark.parametrize("content", [b"", b"solarized\n", b"\xff\xfe", b"dark " * 100, b"../../x"])
def test_a_file_with_something_else_in_it_is_forgotten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pmtui").mkdir()
    (tmp_path / "pmtui" / "theme").write_bytes(content)
    assert read_theme({"XDG_STATE_HOME": str(tmp_path)}, themes.NAMES) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "pmtui").write_text("a file where the folder should be")
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    assert not write_theme(environment, "dark")
    assert read_theme(environment, themes.NAMES) is None


def test_a_path_that_no_system_takes_is_no_error() -> None:
    assert not write_theme({"XDG_STATE_HOME": "/\0"}, "dark")
    assert read_theme({"XDG_STATE_HOME": "/\0"}, themes.NAMES) is None


def test_a_file_that_cannot_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    (tmp_path / "pmtui" / "theme").mkdir(parents=True)
    assert not write_theme({"XDG_STATE_HOME": str(tmp_path)}, "dark")
    assert [path.name for path in (tmp_path / "pmtui").iterdir()] == ["theme"]
