"""How long to wait for what, and what time alone makes of an order."""

from typing import Final

from engine.order_life import OrderLife, Stage

SECOND: Final = 1_000_000_000

STALE_NS: Final = 250_000_000
"""An order whose signal is older than this when it would leave is dropped: its book has moved on."""

ANSWER_NS: Final = 10 * SECOND
"""An order without an answer for so long is of unknown fate, whoever was to bring the answer."""

TRADES_NS: Final = 3 * SECOND
"""So long a match that the answer claims waits for its trades; then it is booked on the venue's word."""

ALARM_NS: Final = 10 * SECOND
"""A person is told of an order that has been of unknown fate for so long."""

SETTLEMENT_NS: Final = 300 * SECOND
"""A match is settled within seconds; after so long somebody should look."""

ASK_FIRST_NS: Final = SECOND
ASK_EVERY_NS: Final = 5 * SECOND
ASK_OFTEN_NS: Final = 120 * SECOND
ASK_RARELY_NS: Final = 30 * SECOND
"""The venue is asked about an order a second after it left, then every 5 s for two minutes, then every 30 s."""

LOST_QUESTION_NS: Final = 60 * SECOND
"""A question without an answer for so long is asked again."""

SETTLED_ASK_NS: Final = 30 * SECOND
"""How often a match's settlement is asked for."""


def sending_overdue(life: OrderLife, mono: int) -> bool:
    """Whether an order was taken and nobody sends it."""
    return life.stage in {Stage.INTENT, Stage.SIGNED} and mono - life.order.mono >= ANSWER_NS


def answer_overdue(life: OrderLife, mono: int) -> bool:
    """Whether an order waits in vain for its answer."""
    return life.stage is Stage.SENT and life.sent_at is not None and mono - life.sent_at >= ANSWER_NS


def trades_overdue(life: OrderLife, mono: int) -> bool:
    """Whether a claimed match waits in vain for its trades."""
    return not life.matches.booked_whole and life.claimed_at is not None and mono - life.claimed_at >= TRADES_NS


def doubt_overdue(life: OrderLife, mono: int) -> bool:
    """Whether a person has to hear of an order of unknown fate."""
    return life.stage is Stage.UNKNOWN and life.doubted_at is not None and mono - life.doubted_at >= ALARM_NS


def settlement_overdue(life: OrderLife, mono: int) -> bool:
    """Whether a match waits too long for its settlement."""
    return life.stage is Stage.MATCHED and life.claimed_at is not None and mono - life.claimed_at >= SETTLEMENT_NS


def question_due(life: OrderLife, mono: int) -> bool:
    """Whether the venue is to be asked about an order now."""
    since = life.sent_at if life.sent_at is not None else life.doubted_at
    if since is None or life.at_rest:
        return False
    if life.asked is None:
        return mono - since >= ASK_FIRST_NS
    if life.asking:
        return mono - life.asked >= LOST_QUESTION_NS
    if life.last_word and life.matches.accounted:
        return mono - life.asked >= SETTLED_ASK_NS
    return mono - life.asked >= (ASK_EVERY_NS if mono - since < ASK_OFTEN_NS else ASK_RARELY_NS)
