"""A demo venue in a process of its own, and the venue's own client at work on it, as its users would have it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from eth_account import Account
from py_clob_client_v2.client import ClobClient
from py_clob_client_v2.clob_types import BalanceAllowanceParams, MarketOrderArgs, OrderArgs
from py_clob_client_v2.exceptions import PolyApiException
from websockets.sync.client import ClientConnection, connect

from app.demo.market import EPOCH_S

Json = dict[str, Any]

QUIET = ("--window=600", "--rate=1", "--pull-rate=0")
"""A venue on which next to nothing happens by itself in windows that have not begun."""


class Desk:
    """A running venue, seen from outside."""

    def __init__(self, facts: Json, process: "subprocess.Popen[bytes] | None" = None) -> None:
        self.facts = facts
        self.process = process
        self.host: str = facts["clob_rest_url"]
        self.http = httpx.Client(timeout=10)

    def client(
        self, key: str | None = None, signature_type: int | None = None, funder: str | None = None
    ) -> ClobClient:
        """The venue's own client with credentials of its own, for the play wallet unless told otherwise."""
        if key is None:
            key, signature_type, funder = (self.facts[name] for name in ("wallet_key", "signature_type", "funder"))
        client = ClobClient(self.host, 137, key=key, signature_type=signature_type, funder=funder)
        client.set_api_creds(client.create_or_derive_api_key())
        return client

    def stranger(self) -> ClobClient:
        """The client of a wallet that nobody has seen before, of the plain kind."""
        return self.client("0x" + Account.create().key.hex().removeprefix("0x"), 0)

    def market(self, number: int = 1, asset: str = "btc", interval: str = "5m") -> Json:
        """Gamma's market of the window that is `number` after the first."""
        slug = f"{asset}-updown-{interval}-{self.facts['window_start_s'] + number * self.facts['window_s']}"
        found: Json = self.http.get(f"{self.facts['gamma_url']}/markets/slug/{slug}").json()
        return found

    def tokens(self, number: int = 1, asset: str = "btc", interval: str = "5m") -> list[str]:
        """Up's and Down's."""
        market = self.market(number, asset, interval)
        return list(market["positionIds"]) if market["version"] == "v2" else list(json.loads(market["clobTokenIds"]))

    def book(self, token: str) -> Json:
        """The public book of a token."""
        found: Json = self.http.get(f"{self.host}/book", params={"token_id": token}).json()
        return found

    def touch(self, token: str) -> tuple[Json, Json]:
        """Its best bid and ask, as {price, size}."""
        book = self.book(token)
        return book["bids"][-1], book["asks"][-1]

    def faults(self, **wanted: Any) -> Json:
        """Set some trouble; none where nothing is named."""
        url = f"{self.facts['control_url']}/faults"
        answer = self.http.post(url, json=wanted) if wanted else self.http.delete(url)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def ledger(self) -> Json:
        """What really happened."""
        found: Json = self.http.get(f"{self.facts['control_url']}/ledger").json()
        return found

    def held(self, wallet: str, asset: str = "pUSD") -> int:
        """What an account has by the ledger, in millionths."""
        accounts = {account["wallet"]: account for account in self.ledger()["accounts"]}
        return int(accounts[wallet.lower()]["held"].get(asset, 0))

    def calm(self, seconds: float = 3.0) -> None:
        """Until the makers will leave the books alone for that long."""
        into = (time.time() - self.facts["window_start_s"]) % EPOCH_S
        if into > EPOCH_S - seconds:
            time.sleep(EPOCH_S - into + 0.3)


@contextmanager
def running(*arguments: str) -> Iterator[Desk]:
    """A venue with these arguments, for as long as it is wanted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.demo", *arguments, "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    with process:
        desk = Desk(json.loads(process.stdout.readline()), process)
        try:
            yield desk
        finally:
            desk.http.close()
            process.stdin.close()
            process.wait(10)


@contextmanager
def listening(desk: Desk, client: ClobClient, *markets: str) -> Iterator[ClientConnection]:
    """The user channel of a client's account."""
    creds = client.creds
    auth = {"apiKey": creds.api_key, "secret": creds.api_secret, "passphrase": creds.api_passphrase}
    with connect(desk.facts["clob_ws_url"] + "/ws/user", max_queue=None) as socket:
        socket.send(json.dumps({"type": "user", "auth": auth} | ({"markets": list(markets)} if markets else {})))
        socket.send("PING")
        assert socket.recv(5) == "PONG"
        yield socket


def heard(socket: ClientConnection, wanted: Callable[[Json], bool], timeout_s: float = 10.0) -> list[Json]:
    """Every event up to and with the first one that is wanted."""
    events: list[Json] = []
    while not (events and wanted(events[-1])):
        document = json.loads(socket.recv(timeout_s))
        events += document if isinstance(document, list) else [document]
    return events


def refused(call: Callable[[], Any], status: int = 400) -> str:
    """Why the venue refuses; it has to, with that status."""
    with pytest.raises(PolyApiException) as error:
        call()
    assert error.value.status_code == status, error.value
    message = error.value.error_msg
    return str(message.get("error")) if isinstance(message, dict) else str(message)


def named(token: str, protocol: str) -> Json:
    """How the client wants a token to be given."""
    return {"token_id": token} if protocol == "v1" else {"position_id": token}


def limit(client: ClobClient, token: str, side: str, price: float, size: float, kind: str = "GTC", **more: Any) -> Json:
    """Place a limit order as the client's users do, without waiting for its settlement."""
    order = OrderArgs(token_id=token, price=price, size=size, side=side, expiration=more.pop("expiration", 0))
    answer: Json = client.create_and_post_order(order, order_type=kind, defer_exec=True, **more)
    return answer


def take(client: ClobClient, token: str, side: str, amount: float, price: float, kind: str = "FAK") -> Json:
    """Place a market order, dollars to buy or shares to sell, without waiting for its settlement."""
    order = MarketOrderArgs(token_id=token, amount=amount, side=side, price=price, order_type=kind)
    answer: Json = client.create_and_post_market_order(order, order_type=kind, defer_exec=True)
    return answer


def balance(client: ClobClient, token: str | None = None) -> int:
    """What the venue says that the account has, in millionths."""
    wanted = (
        BalanceAllowanceParams(asset_type="COLLATERAL")
        if token is None
        else BalanceAllowanceParams(asset_type="CONDITIONAL", token_id=token)
    )
    return int(client.get_balance_allowance(wanted)["balance"])
