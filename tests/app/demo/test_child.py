"""The venue as a child: it says where it is, and it ends when told, when asked, and when its parent is gone."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import textwrap
from pathlib import Path

import httpx
import pytest

from app.demo.__main__ import main
from app.demo.child import start_venue
from app.demo.config import DemoConfig
from app.demo.house import HouseRules

ROOT = Path(__file__).parents[3]

ADDRESSES = {
    *("binance_ws_url", "binance_rest_url", "clob_ws_url", "clob_rest_url"),
    *("gamma_url", "rtds_ws_url", "polybolt_ws_url", "site_url", "data_api_url", "control_url"),
}


async def gone(url: str) -> None:
    """Until nobody answers there."""
    async with httpx.AsyncClient() as client:
        with contextlib.suppress(httpx.TransportError):
            while True:
                await client.get(url)


async def test_it_names_its_addresses_and_stops_when_told() -> None:
    venue = await start_venue(DemoConfig(seed=9, window_s=7))
    assert set(venue.addresses) == ADDRESSES
    assert venue.window_s == 7
    await venue.stop()
    await venue.stop()
    assert await venue.wait() == 0


async def test_it_hands_over_the_play_wallet_and_shows_its_key_to_nobody() -> None:
    rules = HouseRules(signature_type=2, balance_usd=12.5, hold_ms=40)
    venue = await start_venue(DemoConfig(seed=9, window_s=7, protocol="v2", house=rules))
    wallet = venue.play_wallet
    assert wallet is not None
    assert (len(wallet.key), wallet.signature_type, wallet.funder) == (66, 2, venue.facts["funder"])
    assert venue.facts["api"] == {
        "address": venue.facts["api"]["address"],
        "chain_id": 137,
        "protocol": "v2",
        "balance_usd": 12.5,
        "hold_ms": 40,
    }
    assert wallet.key not in repr(wallet) + repr(venue.facts) + repr(vars(venue))
    await venue.stop()


async def test_it_dies_with_a_parent_that_is_killed() -> None:
    parent_code = textwrap.dedent(
        """
        import asyncio
        from app.demo.child import start_venue
        from app.demo.config import DemoConfig

        async def live():
            venue = await start_venue(DemoConfig())
            print(venue.addresses["clob_rest_url"], flush=True)
            await asyncio.Event().wait()

        asyncio.run(live())
        """
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", parent_code, stdout=asyncio.subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert parent.stdout is not None
    url = (await parent.stdout.readline()).decode().strip() + "/version"
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).json() == {"version": 2}
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(5):
        await gone(url)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_alone_it_prints_one_line_and_ends_on_a_signal_with_code_0(number: signal.Signals) -> None:
    venue = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.demo", "--seed=3", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert venue.stdout is not None
    facts = json.loads(await venue.stdout.readline())
    told = {"window_s", "window_start_s", "wallet_key", "funder", "signature_type", "api"}
    assert set(facts) == ADDRESSES | told
    venue.send_signal(number)
    rest, errors = await venue.communicate()
    assert (venue.returncode, rest, errors) == (0, b"", b"")


async def test_nobody_reading_its_line_does_not_end_it() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    venue = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.demo", "--until-stdin-ends", stdin=asyncio.subprocess.PIPE, stdout=writing
    )
    os.close(writing)
    assert venue.stdin is not None
    venue.stdin.close()
    assert await venue.wait() == 0


@pytest.mark.parametrize(
    "argument", ["--window=2", "--rate=0", "--window=soon", "--protocol=v3", "--hold-ms=-1", "--signature-type=4"]
)
def test_a_setting_it_cannot_use_is_named_with_exit_code_2(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([argument])
    assert ended.value.code == 2
    assert argument.removeprefix("--").split("=")[0].replace("-", " ") in capsys.readouterr().err.replace("-", " ")
