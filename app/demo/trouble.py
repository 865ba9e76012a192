"""Trouble on demand: what goes wrong with answers, settlements and events because somebody asked for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

NORMAL: Final = "normal"
RESTARTING: Final = "restarting"
POST_ONLY: Final = "post_only"
CANCEL_ONLY: Final = "cancel_only"
DISABLED: Final = "disabled"
PHASES: Final = (NORMAL, RESTARTING, POST_ONLY, CANCEL_ONLY, DISABLED)

MATCH_BEHIND: Final = {
    "hang": True,
    "hang_before": False,
    "reset": True,
    "status": False,
    "error500": True,
    "html403": False,
    "malformed": True,
    "empty": True,
    "delayed": True,
    "live": True,
}
"""The kinds of a bad answer, and whether the order is taken behind it unless `match` says otherwise."""


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """What happens to one POST of an order instead of the plain answer.

    `status` and `body` are for the kind "status"; `after_s` is how much later a "delayed" or "live" order is matched.
    """

    kind: str
    match: bool
    status: int = 500
    body: str = ""
    after_s: float = 2.0


@dataclass(slots=True)
class Trouble:
    """The present trouble; as it is made, there is none.

    `answers` wait for the next POSTs of an order, one each. The next `fail_trades` matches fail. Every user event is
    sent `event_copies` times, or not at all while `events_silent`; `events_first` sends it before the HTTP answer that
    it belongs to, `events_held_s` that much later. `skew_s` is how far the clock runs ahead against which requests are
    checked. `orders_per_s` and `order_burst` limit each signer; 0 is no limit.
    """

    answers: deque[BadAnswer] = field(default_factory=deque)
    phase: str = NORMAL
    retry_after_s: int = 60
    closed_only: bool = False
    geoblocked: bool = False
    not_ready: bool = False
    skew_s: float = 0.0
    orders_per_s: float = 0.0
    order_burst: int = 1
    fail_trades: int = 0
    event_copies: int = 1
    events_silent: bool = False
    events_first: bool = False
    events_held_s: float = 0.0

    def set(self, wanted: dict[str, Any]) -> None:
        """Change what is named, and queue what stands in `answers`. ValueError, in a sentence, and nothing is
        changed, where a name or a value cannot be used."""
        values = {name: _checked(name, value) for name, value in wanted.items() if name != "answers"}
        answers = [answer for each in _listed(wanted.get("answers", [])) for answer in _answers(each)]
        for name, value in values.items():
            setattr(self, name, value)
        self.answers.extend(answers)

    def clear(self) -> None:
        """Back to none."""
        fresh = Trouble()
        for each in fields(self):
            setattr(self, each.name, getattr(fresh, each.name))

    def present(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return asdict(self) | {"answers": [asdict(answer) for answer in self.answers]}

    def next_answer(self) -> BadAnswer | None:
        """What happens to the POST that has just come; None where nothing does."""
        return self.answers.popleft() if self.answers else None

    def fails_next(self) -> bool:
        """Whether the match that has just come about is one of those that fail."""
        if not self.fail_trades:
            return False
        self.fail_trades -= 1
        return True


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        raise ValueError(f"{name} is no trouble that can be set; use answers, {', '.join(_CHECKS)}")
    if not check(value):
        raise ValueError(f"{name} is {value!r}, which cannot be used")
    return value


def _answers(wanted: Any) -> list[BadAnswer]:
    given: dict[str, Any] = {"kind": wanted} if isinstance(wanted, str) else dict(wanted)
    kind, times = given.pop("kind", ""), given.pop("times", 1)
    if kind not in MATCH_BEHIND:
        raise ValueError(f"answer kind is {kind!r}; use one of {', '.join(MATCH_BEHIND)}")
    if not _count(times):
        raise ValueError(f"times is {times!r}; use a whole number")
    kinds: dict[str, Callable[[Any], bool]] = {
        "match": _flag,
        "status": _count,
        "body": lambda value: isinstance(value, str),
        "after_s": _positive,
    }
    for name, value in given.items():
        if name not in kinds or not kinds[name](value):
            raise ValueError(f"{name} is {value!r}, which cannot be used in an answer")
    return [BadAnswer(**{"kind": kind, "match": MATCH_BEHIND[kind], **given})] * times


def _listed(wanted: Any) -> list[Any]:
    if not isinstance(wanted, list):
        raise ValueError("answers is a list")
    return wanted


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 1_000_000


def _number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= 1_000_000


def _positive(value: Any) -> bool:
    return _number(value) and value >= 0


_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "phase": lambda value: value in PHASES,
    "retry_after_s": _count,
    "closed_only": _flag,
    "geoblocked": _flag,
    "not_ready": _flag,
    "skew_s": _number,
    "orders_per_s": _positive,
    "order_burst": _count,
    "fail_trades": _count,
    "event_copies": _count,
    "events_silent": _flag,
    "events_first": _flag,
    "events_held_s": _positive,
}
