"""The ledger: what really happened, for whoever checks a client against it. Nothing in it goes through a fault."""

from collections import Counter
from typing import Any

from app.demo.accounts import Accounts
from app.demo.blotter import Blotter
from app.demo.orders import Order


class Ledger:
    """Every POST of an order as they came, every match and account, and how often the private side was asked what.

    Amounts in millionths.
    """

    def __init__(self, blotter: Blotter, accounts: Accounts) -> None:
        self._blotter = blotter
        self._accounts = accounts
        self._posts: list[dict[str, Any]] = []
        self._requests: Counter[str] = Counter()

    def request(self, method: str, path: str) -> None:
        """Count a request to the private side, whoever it came from and whatever became of it."""
        self._requests[f"{method} {path}"] += 1

    def post(self, received_ms: int, path: str, owner: str, trouble: str) -> dict[str, Any]:
        """Enter a POST as it arrives: its order's hash, its answer's status and text follow when they are known.

        `owner` is whose key signed it; `trouble` is what was asked to happen to it, empty for nothing.
        """
        entry: dict[str, Any] = {
            "number": len(self._posts) + 1,
            "received_ms": received_ms,
            "path": path,
            "owner": owner,
            "trouble": trouble,
            "order_id": None,
            "order_type": None,
            "answered": None,
            "text": "",
        }
        self._posts.append(entry)
        return entry

    def facts(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "posts": self._posts,
            "requests": dict(self._requests),
            "orders": [_order(order) for order in self._blotter.orders.values()],
            "matches": [match.facts() for match in self._blotter.matches],
            "accounts": [account.facts() for account in self._accounts],
        }


def _order(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "owner": order.key.owner,
        "wallet": order.account.wallet,
        "market": order.window.condition_id,
        "slug": order.window.slug,
        "token": order.token,
        "outcome": order.outcome,
        "side": "BUY" if order.buys else "SELL",
        "order_type": order.form.order_type,
        "price": order.price,
        "size": order.size,
        "budget": order.budget,
        "matched": order.matched,
        "left": order.left,
        "status": order.status,
        "created_ms": order.created_ms,
        "trades": list(order.trades),
    }
