"""The live account, opened when a person asks to arm: not before, so that paper touches no key and no private address."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from app.live.account import LiveAccount
from app.live.apikey import obtain_credentials
from app.live.calls import Unanswered, venue_http
from app.live.client import VenueClient
from app.live.extra import ExtraMissing, check_extra
from app.live.funds import Funds
from app.live.gates import (
    LEAST,
    ArmGate,
    clock_gate,
    format_gate,
    funds_gate,
    geoblock_gate,
    orders_gate,
    standing_gate,
    wallet_gate,
)
from app.live.gateway import Gateway
from app.live.harden import harden
from app.live.journal import Journal, JournalFailed, open_journal
from app.live.lookup import Lookup
from app.live.public import Geoblock, geoblock, order_format
from app.live.userlink import UserFeed
from app.live.wallet import Wallet, brief, open_wallet
from app.news import Tell
from app.settings import Settings
from app.values import SettingError
from engine.allowance import Allowances
from engine.market import Market
from engine.orders import Order
from engine.rebuild import rebuild
from engine.records import BadRecord
from engine.units import MONEY
from feeds.venue_clock import ClockOffset, clock_offset

RECHECK_S: Final = 60.0
"""How often an open account looks again at what may change: clock, standing, funds."""
