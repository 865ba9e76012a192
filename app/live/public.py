"""What the venue tells everybody and a live order hangs on: its order format, a market's terms, who may trade."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.live.calls import Unanswered, ask, value_of
from engine import units
from engine.events import OUTCOME_NAMES
from engine.market import FeeSchedule, Market
from feeds.account import clob_condition_id
from feeds.gamma_fields import Fields, Refusal, UnfitError, fields, number, text
from feeds.text import clean


@dataclass(frozen=True, slots=True)
class Geoblock:
    """Whether orders from this address are refused, and where the venue takes it to be."""

    blocked: bool
    country: str
    region: str


@dataclass(frozen=True, slots=True)
class ListedTerms:
    """A market as the CLOB has it. `tokens` by outcome in capitals; `tick` in price units, `min_size` in size units."""

    tokens: Mapping[str, str]
    tick: int
    min_size: int
    fee: FeeSchedule
    accepting: bool
    holds_takers: bool
    version: str
    neg_risk: bool


async def order_format(http: httpx.AsyncClient, clob_rest_url: str) -> int | Unanswered:
    """The order format of the CLOB (`GET /version`), 2 since April 2026. It says nothing about a market's protocol."""
    value = value_of(await ask(http, "GET", f"{clob_rest_url}/version"), "its version")
    if isinstance(value, Unanswered):
        return value
    version = value.get("version") if isinstance(value, dict) else None
    return version if type(version) is int else Unanswered("the venue answered about its version without one")


async def geoblock(http: httpx.AsyncClient, site_url: str) -> Geoblock | Unanswered:
    """Whether the venue refuses orders from where we are. It is not to be worked around."""
    value = value_of(await ask(http, "GET", f"{site_url}/api/geoblock"), "where we are")
    if isinstance(value, Unanswered):
        return value
    blocked = value.get("blocked") if isinstance(value, dict) else None
    if not isinstance(blocked, bool):
        return Unanswered("the venue answered about where we are without saying whether it is blocked")
    return Geoblock(blocked, clean(str(value.get("country", "")), 40), clean(str(value.get("region", "")), 40))


async def listed_terms(
    http: httpx.AsyncClient, clob_rest_url: str, condition_id: str
) -> ListedTerms | Refusal | Unanswered:
    """The terms of one market (`GET /clob-markets/{id}`), a Refusal where they cannot be understood."""
    url = f"{clob_rest_url}/clob-markets/{clob_condition_id(condition_id)}"
    value = value_of(await ask(http, "GET", url), "the market")
    if isinstance(value, Unanswered):
        return value
    try:
        return _terms(value)
    except UnfitError as unfit:
        return unfit.refusal


def contradiction(market: Market, terms: ListedTerms) -> str:
    """The first thing in which the CLOB contradicts what Gamma said of `market`, as one sentence; "" where none.

    The tick may change within a window and is not compared.
    """
    ours = dict(zip(OUTCOME_NAMES, market.tokens, strict=True))
    if dict(terms.tokens) != ours:
        return "the order book has other tokens for Up and Down than the listing; nothing may be bought"
    if terms.version != market.version:
        return f"the order book says protocol {clean(terms.version, 20)}, the listing {clean(market.version, 20)}"
    if terms.fee != market.fee:
        return f"the order book states a fee rate of {terms.fee.rate}, the listing {market.fee.rate}"
    if terms.min_size != market.min_size:
        smallest = units.shares(terms.min_size), units.shares(market.min_size)
        return f"the order book's smallest order is {smallest[0]} shares, the listing's {smallest[1]}"
    return "" if terms.accepting else "the order book takes no orders"


def _terms(value: Any) -> ListedTerms:
    if not isinstance(value, dict):
        raise UnfitError("clob-markets", value, "it should be an object; the venue's format has changed")
    fee = fields(value, "fd")
    exponent = number(fee, "e")
    if exponent != exponent.to_integral_value():
        raise UnfitError("fd.e", exponent, "the fee's exponent should be a whole number")
    return ListedTerms(
        tokens=_tokens(value.get("t")),
        tick=_tick(value),
        min_size=units.size_units(number(value, "mos")),
        fee=FeeSchedule(number(fee, "r"), int(exponent)),
        accepting=_flag(value, "ao"),
        holds_takers=_flag(value, "itode"),
        version=text(value, "v") or "v1",
        neg_risk=_flag(value, "nr"),
    )


def _tick(value: Fields) -> int:
    tick = number(value, "mts")
    try:
        return units.price_units(tick)
    except ValueError:
        raise UnfitError("mts", tick, "it is finer than any price grid we know") from None


def _tokens(value: object) -> Mapping[str, str]:
    tokens: dict[str, str] = {}
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            tokens[text(one, "o").upper()] = text(one, "t")
    if set(tokens) != set(OUTCOME_NAMES) or not all(tokens.values()) or len(set(tokens.values())) != len(tokens):
        raise UnfitError("t", value, "it should name one token for Up and one for Down")
    return tokens


def _flag(value: Fields, name: str) -> bool:
    """A truth value; one that is absent is not set."""
    flag = value.get(name, False)
    if not isinstance(flag, bool):
        raise UnfitError(name, flag, "it should be true or false")
    return flag
