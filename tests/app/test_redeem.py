"""`pmtui redeem`: what waits to be redeemed, said without a key, and never taken for nothing where nobody answers."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.redeem import holder
from app.settings import load
from app.values import SettingError
from tests.app.demo.trading import Desk, running, take
from tests.program import run

WINDOW_S = 8
ADDRESS = "0x" + "5eedc0de" * 5


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running(f"--window={WINDOW_S}", "--rate=20", "--hold-ms=20", "--mined-ms=100", "--confirmed-ms=300") as desk:
        yield desk


def redeem(desk: Desk, folder: Path, funder: str, *, code: int = 0) -> str:
    given = {"DATA_API_URL": desk.facts["data_api_url"], "FUNDER": funder, "SIGNATURE_TYPE": "3"}
    done = run("redeem", cwd=folder, environment=given, timeout=60)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_winnings_stand_in_a_table_until_they_are_redeemed(desk: Desk, tmp_path: Path) -> None:
    wallet, client = desk.facts["funder"], desk.client()
    assert redeem(desk, tmp_path, wallet) == f"Nothing waits to be redeemed for {wallet}.\n"
    number = int((time.time() - desk.facts["window_start_s"]) // WINDOW_S) + 1
    tokens = desk.tokens(number)
    for token in tokens:
        assert take(client, token, "BUY", 10, 0.9)["status"] == "matched"
    time.sleep(max(desk.facts["window_start_s"] + (number + 1) * WINDOW_S + 3 - time.time(), 0))
    winner = 0 if desk.market(number)["outcomePrices"] == '["1", "0"]' else 1
    shares = desk.held(wallet, tokens[winner]) / 1e6
    told = redeem(desk, tmp_path, wallet).splitlines()
    assert told[0].split() == ["market", "outcome", "shares", "pays", "$", "ended"]
    assert f"  {('Up', 'Down')[winner]}" in told[1]
    assert told[1].split()[-3:-1] == [f"{shares:.2f}", f"{shares:.2f}"]
    assert told[2].split() == ["total", f"{shares:.2f}"]
    assert "there is no deadline" in told[4]
    assert any("AutoRedeemer" in line for line in told)
    desk.http.post(f"{desk.facts['control_url']}/redeem", json={})
    assert redeem(desk, tmp_path, wallet).startswith("Nothing waits")


def test_a_venue_that_does_not_answer_is_no_venue_without_winnings(tmp_path: Path) -> None:
    given = {"DATA_API_URL": "http://127.0.0.1:9", "FUNDER": ADDRESS, "SIGNATURE_TYPE": "3"}
    done = run("redeem", cwd=tmp_path, environment=given, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is unknown: the venue gave no whole answer" in done.stderr


def test_a_demo_has_a_wallet_of_its_own(tmp_path: Path) -> None:
    done = run("redeem", "--demo", cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing waits to be redeemed for 0x")


def test_without_an_address_the_settings_are_wrong(tmp_path: Path) -> None:
    done = run("redeem", cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "FUNDER is empty; set it to the address that holds the funds" in done.stderr


def test_the_key_is_read_only_where_no_address_is_given(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("11" * 32)
    key_file.chmod(0o600)
    given = {"WALLET_KEY_FILE": str(key_file)}
    assert holder(load({}, given, None)) == "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
    key_file.write_text("no key at all")
    assert holder(load({}, given | {"FUNDER": ADDRESS}, None)) == ADDRESS
    with pytest.raises(SettingError):
        holder(load({}, given, None))
