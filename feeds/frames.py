"""From the wire to a JSON value, and the names of everything that is not an event.

Every message that a parser is given ends as events or as exactly one of the names below, counted; never as
both, never as nothing. The names are ours and few: nothing that came over the wire becomes one.
"""

from typing import Final

import orjson

Frame = object
"""A decoded JSON value, or the frame's text where it was not JSON."""

REFUSALS: Final = frozenset(
    {
        "bad_change",  # a price_change without a single change
        "bad_id",  # blanks, controls, foreign letters, or more of it than any id has
        "bad_number",  # text that is no plain decimal: sign, exponent, blank, "nan", "1_000", digits of other scripts
        "bad_side",  # neither BUY nor SELL; of a trade, neither TAKER nor MAKER
        "bad_tick",  # a tick size that the venue does not know
        "bad_time",  # a time that cannot be in milliseconds
        "bad_type",  # a number where text belongs, text where an object belongs, and the like
        "bad_window",  # an average over another time than its topic's
        "bad_winner",  # the winner is not one of the market's tokens, or its name contradicts its token
        "duplicate_level",  # two sizes for one price of a snapshot
        "invalid_message",  # the venue did not understand what we sent
        "invalid_operation",  # the venue refused what we sent
        "missing_field",
        "no_own_leg",  # a trade in which we are said to be a maker, and none of the orders is ours
        "not_an_object",  # JSON, but a number, a truth value, null, or text inside an array
        "off_grid",  # a number finer than our unit of it
        "off_second",  # a report of the oracle between two whole seconds
        "old_schema",  # the flat price_change of before September 2025
        "price_out_of_range",
        "size_out_of_range",
        "unknown_event",
        "unknown_status",  # of an order or a trade
        "unknown_text",
        "unknown_version",  # an envelope of another protocol version
        "value_differs",  # a report's full text and its number differ: another unit, most likely
        "zero_size",  # a level of a snapshot, or a trade, of nothing
    }
)
"""Names of what we could not read. Many of these in a short time mean that the feed is broken."""

IGNORED: Final = frozenset(
    {
        "aggTrade",
        "authed",  # the answer to credentials that are accepted
        "binance_mirror",  # the older price socket's copy of Binance
        "bookTicker",
        "depthUpdate",
        "empty_array",
        "empty_history",
        "empty_text",
        "foreign_source",  # another oracle's price
        "foreign_symbol",
        "foreign_token",  # another market's
        "ignored_new_market",
        "kline",
        "no_new_assets",  # the answer to a subscription that changes nothing
        "pong",
        "serverShutdown",
        "subscribed",  # the answer to a subscription, or to its end
    }
)
"""Names of what we know and have no use for."""


class Refused(Exception):
    """This message makes no event; `name` is the counter that says why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name: Final = name


UNREADABLE: Final = (Refused, KeyError, TypeError)
"""What reading a message raises that is not as it should be: by its own word, for want of a field, or of its shape."""


def refusal(error: Exception) -> str:
    """The counter for one of UNREADABLE; a TypeError means text, a list or a number where something else belongs."""
    if isinstance(error, Refused):
        return error.name
    return "missing_field" if isinstance(error, KeyError) else "bad_type"


def decode(raw: str | bytes) -> Frame:
    """The JSON value of `raw`, or its text where it is not JSON (`PONG`, an empty frame, a truncated one).

    Never raises: nesting too deep, NaN, numbers beyond a float, broken UTF-8 and lone surrogates all come
    back as text, undecodable bytes replaced.
    """
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    return value
