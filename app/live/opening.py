"""The live account, opened when a person asks to arm and not before: paper touches no key and no private address."""

import asyncio
import contextlib
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.live.account import LiveAccount
from app.live.apikey import obtain_credentials
from app.live.calls import Unanswered, venue_http
from app.live.checks import Checks
from app.live.client import VenueClient
from app.live.extra import ExtraMissing, check_extra
from app.live.gateway import Gateway
from app.live.harden import harden
from app.live.journal import Found, Journal
from app.live.lookup import Lookup
from app.live.open_account import OpenAccount
from app.live.userlink import UserFeed
from app.live.wallet import Wallet, brief, open_wallet
from app.live.winnings import redeemable
from app.live_news import LiveNotice
from app.lock import AlreadyRunning, FolderLock
from app.news import Tell
from app.settings import Settings
from app.values import SettingError
from engine.allowance import Allowances
from engine.blotter import Blotter
from engine.entries import Record, RecordKind, Write
from engine.rebuild import rebuild
from engine.records import BadRecord
from engine.units import MONEY
from feeds.venue_clock import ClockOffset, clock_offset

_LOCKS: Final = "wallets"


class NotOpened(Exception):
    """The live account cannot be opened: one sentence that says which setting, file or answer, and what to do."""


async def open_account(settings: Settings, root: Path, state_dir: Path, tell: Tell) -> OpenAccount:
    """Open the account of these settings. `root` is where its journal and its sessions' files go.

    `state_dir` holds the wallets' locks, which hold whatever log folder an instance uses. NotOpened says why not; its
    owner closes it.
    """
    wallet = await asyncio.to_thread(_wallet, settings)
    async with contextlib.AsyncExitStack() as stack:
        _hold(stack, state_dir / _LOCKS / wallet.funder.lower(), wallet)
        http = await stack.enter_async_context(venue_http())
        clock = await clock_offset(http, settings.clob_rest_url)
        ahead_s = clock.ahead_s if isinstance(clock, ClockOffset) else 0.0
        try:
            credentials = await obtain_credentials(
                http, settings.clob_rest_url, wallet, now_s=time.time(), ahead_s=ahead_s
            )
        except SettingError as error:
            raise NotOpened(str(error)) from None
        if isinstance(credentials, Unanswered):
            raise NotOpened(f"the venue gave no API key: {credentials}")
        client = VenueClient(http, settings.clob_rest_url, wallet, credentials)
        client.ahead_s = ahead_s
        journal, blotter, found = await _journal(settings, root / wallet.funder.lower())
        stack.push_async_callback(journal.close)
        account = LiveAccount(blotter, journal, tell)
        lookup = Lookup(account, client)

        def on_up(up: bool) -> None:
            lookup.calm = up
            lookup.hurry()

        try:
            user = UserFeed(settings.clob_ws_url, credentials, account, wallet.funder, on_up)
        except SettingError as error:
            raise NotOpened(str(error)) from None
        checks = Checks(http, settings, client, clock)
        gateway = Gateway(account, wallet, client, checks.neg_risk, account.tick_of)
        apart = await stack.enter_async_context(venue_http())  # no order waits for a connection because of it
        positions = partial(redeemable, apart, settings.data_api_url, wallet.funder)
        opened = OpenAccount(wallet, account, client, gateway, lookup, user, checks, positions)
        account.act([Write(Record(RecordKind.RUN, *account.now(), {"version": version("pmtui")}))])
        account.act(blotter.resume(*account.now()))
        _tell_found(found, blotter, wallet, tell)
        opened.start(stack.pop_all())
    return opened


def _wallet(settings: Settings) -> Wallet:
    """Off the loop: it imports what is slow to import, and reads a file."""
    try:
        check_extra()
        harden()
        return open_wallet(settings.wallet_key_file, settings.funder, settings.signature_type)
    except (ExtraMissing, SettingError) as error:
        raise NotOpened(str(error)) from None
    except OSError as error:
        raise NotOpened(f"{error.strerror or error}") from None


def _hold(stack: contextlib.AsyncExitStack, folder: Path, wallet: Wallet) -> None:
    """The wallet is ours alone until the stack is closed."""
    what = f"the wallet {brief(wallet.funder)} by way of"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stack.enter_context(FolderLock(folder, what, "one instance at a time may trade with it"))
    except AlreadyRunning as error:
        raise NotOpened(str(error)) from None
    except OSError as error:
        raise NotOpened(f"the wallet's lock in {folder} cannot be held ({error.strerror})") from None


async def _journal(settings: Settings, folder: Path) -> tuple[Journal, Blotter, Found]:
    try:
        journal, found = await Journal.open(folder)
    except (OSError, BadRecord, AlreadyRunning) as error:
        raise NotOpened(f"the journal in {folder} cannot be opened: {error}") from None
    allowances = Allowances(round(settings.max_exposure_usd * MONEY), round(settings.daily_loss_usd * MONEY))
    try:
        blotter = rebuild(found.records, settings.limits(), allowances, time.monotonic_ns(), time.time_ns())
    except BadRecord as error:
        await journal.close()
        raise NotOpened(f"the journal in {folder} cannot be read: {error}") from None
    return journal, blotter, found


def _tell_found(found: Found, blotter: Blotter, wallet: Wallet, tell: Tell) -> None:
    """What an earlier run left, in words."""
    unsure = [life for life in blotter.account.orders.values() if not life.ended]
    words = f"the account {brief(wallet.funder)} is open: {len(found.records)} records read back"
    if found.torn and not found.half:
        words += f", {found.torn} damaged lines set aside, which had been on disk"
    if unsure:
        words += f", {len(unsure)} orders without a last word; the venue is asked"
    tell(LiveNotice("account", words))
