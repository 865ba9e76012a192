"""A key is read from a file that is ours alone and that git does not keep, or refused in one sentence."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from app.live.keyfile import read_key
from app.values import SettingError
from tests.app.live.official import KEY
from tests.app.live.wallets import key_file

DIGITS = KEY[2:]


def refusal(path: Path) -> str:
    with pytest.raises(SettingError) as refused:
        read_key(path)
    said = str(refused.value)
    assert said.startswith("WALLET_KEY_FILE=")
    assert said.endswith(".")
    assert DIGITS not in said
    return said


@pytest.mark.parametrize("text", [KEY, DIGITS, f"{KEY}\n", f"  {DIGITS.upper()}\r\n\n", f"0x{DIGITS.upper()}"])
def test_the_key_is_64_hex_digits_with_or_without_0x(tmp_path: Path, text: str) -> None:
    assert read_key(key_file(tmp_path, text)).reveal() == DIGITS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "0x",
        DIGITS[:-1],
        DIGITS + "0",
        f"{DIGITS}\n{DIGITS}",
        "0x" + "g" * 64,
        "0X" + DIGITS,
        "٣" * 64,
        "x" * 999,
    ],
    ids=lambda text: ascii(text[:10]),
)
def test_anything_else_is_no_key(tmp_path: Path, text: str) -> None:
    assert "does not hold a private key; put its 64 hex digits into it" in refusal(key_file(tmp_path, text))


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_that_is_ours_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert read_key(key_file(tmp_path, mode=mode))


@pytest.mark.parametrize(
    "mode", [0o644, 0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o660, 0o666, 0o700, 0o440, 0o777, 0o4600], ids=oct
)
def test_a_file_that_others_may_touch_is_not(tmp_path: Path, mode: int) -> None:
    said = refusal(key_file(tmp_path, mode=mode))
    assert f"is open to more than its owner (mode {mode:04o}); run chmod 600 on it" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not(tmp_path: Path) -> None:
    path = key_file(tmp_path)
    os.chown(path, 1, 1)
    assert "belongs to another user; make it your own with chown" in refusal(path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(key_file(tmp_path))
    assert "is a link to another place" in refusal(link)


def test_what_is_no_plain_file_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert "is not a plain file" in refusal(pipe)
    assert "is not a plain file" in refusal(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert "cannot be read" in refusal(tmp_path / "s")


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    said = refusal(Path("nobody\x1b.key"))
    assert said.startswith(
        "WALLET_KEY_FILE='nobody\N{REPLACEMENT CHARACTER}.key' cannot be read (No such file or directory); "
    )


def git(folder: Path, *arguments: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(("git", *arguments), cwd=folder, env=clean, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    try:
        git(tmp_path, "init", "--quiet")
    except FileNotFoundError:
        pytest.skip("git is not installed")
    return tmp_path


class TestInARepository:
    def test_a_file_that_git_keeps_is_refused(self, repository: Path) -> None:
        path = key_file(repository)
        git(repository, "add", path.name)
        assert "is kept by git; move it out of the repository and treat the key as published" in refusal(path)

    def test_in_a_folder_below_too(self, repository: Path) -> None:
        below = repository / "keys" / "live"
        below.mkdir(parents=True)
        path = key_file(below)
        git(repository, "add", ".")
        assert "is kept by git" in refusal(path)

    @pytest.mark.parametrize("way", ["keys", "keys/../secrets", "deep/../secrets"])
    def test_by_way_of_a_linked_folder_too(
        self, repository: Path, tmp_path_factory: pytest.TempPathFactory, way: str
    ) -> None:
        secrets = repository / "secrets"
        (secrets / "below").mkdir(parents=True)
        path = key_file(secrets)
        git(repository, "add", ".")
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        (elsewhere / "keys").symlink_to(secrets)
        (elsewhere / "deep").symlink_to(secrets / "below" / "..")
        assert "is kept by git" in refusal(path)
        assert "is kept by git" in refusal(elsewhere / way / path.name)

    def test_by_way_of_a_link_in_a_repository_to_a_folder_outside_it_is_read_or_refused_but_never_guessed(
        self, repository: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        path = key_file(elsewhere)
        (repository / "keys").symlink_to(elsewhere)
        assert read_key(path)
        assert "could not be told" in refusal(repository / "keys" / path.name)

    def test_one_that_it_does_not_keep_is_read(self, repository: Path) -> None:
        assert read_key(key_file(repository))

    def test_a_variable_that_points_git_elsewhere_changes_nothing(
        self, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = key_file(repository)
        git(repository, "add", path.name)
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        git(elsewhere, "init", "--quiet")
        monkeypatch.setenv("GIT_DIR", str(elsewhere / ".git"))
        assert "is kept by git" in refusal(path)

    def test_no_program_of_the_repositorys_own_settings_runs(self, repository: Path) -> None:
        ran = repository / "ran"
        hook = repository / "hook"
        hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
        hook.chmod(0o700)
        git(repository, "config", "core.fsmonitor", str(hook))
        assert read_key(key_file(repository))
        assert not ran.exists()

    def test_what_cannot_be_told_is_not_guessed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".git").mkdir()
        path = key_file(tmp_path)
        told = "lies in a git repository, and whether git keeps it could not be told; move it out of there"
        assert told in refusal(path)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert told in refusal(path)
