"""`pmtui redeem`: what waits to be redeemed, said without a key, and never taken for nothing where nobody answers."""

import ast
import asyncio
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.redeem import holder
from app.settings import load
from app.values import SettingError
from tests.app.demo.trading import Desk, running, take
from tests.app.live.scripted import says, scripted
from tests.program import ROOT, clean_environment, run

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


CONDITIONS = ["0x" + "ab" * 32, "0x" + "cd" * 31]


def listing(*condition_ids: str) -> dict[str, object]:
    about = {"title": "Bitcoin Up or Down", "slug": "s", "outcome": "Up", "end_date": "2026-11-26"}
    rows = [about | {"condition_id": name, "current_size": 5, "current_price": 1} for name in condition_ids]
    return {"data": rows, "pagination": {"has_more": False, "next_cursor": None}}


async def told_of(folder: Path, *condition_ids: str) -> "subprocess.CompletedProcess[str]":
    """What the command says where the venue's own client is installed and the data service lists these conditions."""
    (folder / "polymarket.py").touch()
    async with scripted() as script:
        script.then(says(listing(*condition_ids)))
        given = {"DATA_API_URL": script.url, "FUNDER": ADDRESS, "SIGNATURE_TYPE": "3"}
        return await asyncio.to_thread(run, "redeem", cwd=folder, environment=given)


async def test_the_script_is_a_program_that_redeems_what_is_listed_and_does_nothing_else(tmp_path: Path) -> None:
    done = await told_of(tmp_path, *CONDITIONS)
    assert done.returncode == 0, done.stderr
    program = ast.parse(textwrap.dedent("\n".join(line for line in done.stdout.splitlines() if line[:4] == "    ")))
    assert ast.unparse(program.body[2]).endswith(f"wallet={ADDRESS!r})")
    assert [ast.unparse(call) for call in program.body[3:]] == [
        f"client.redeem_positions(condition_id={name!r}).wait()" for name in CONDITIONS
    ]


async def test_a_listing_cannot_put_code_into_the_script(tmp_path: Path) -> None:
    done = await told_of(tmp_path, CONDITIONS[0], '0"),__import__("os").system("echo${IFS}owned")#')
    assert (done.returncode, done.stdout) == (1, "")
    assert "in another form than we know (bad_id)" in done.stderr


WATCHED = """
import ctypes, resource, sys
from app.redeem import holder
from app.settings import load
def watch(event, args):
    if event == "open" and str(args[0]) == sys.argv[1]:
        print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
sys.addaudithook(watch)
holder(load({}, {"WALLET_KEY_FILE": sys.argv[1]}, None))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_process_is_closed_to_others_before_the_key_is_read(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("11" * 32)
    key_file.chmod(0o600)
    command = [sys.executable, "-c", WATCHED, str(key_file)]
    environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "0 0\n", done.stderr
