"""The user channel: what the venue says of our own orders and trades, as it happens.

The channel says nothing while nothing happens, so its sign of life is the answer to our PING. It tells each change
once: whenever it comes up, the account is compared with what the venue has.
"""

from collections.abc import Callable
from typing import Final

from app.live.account import LiveAccount
from app.live.auth import Credentials
from app.live.hosts import signed_host_ok
from app.values import SettingError, shown
from feeds.connection import Link, LinkSpec
from feeds.frames import decode
from feeds.user import PATH, PING_EVERY_S, PING_TEXT, UserParser, subscription

STALE_S: Final = 15.0
REPLACE_S: Final = 25.0
FIRST_S: Final = 15.0
"""The venue answers a PING within a fraction of a second, and one is sent every PING_EVERY_S."""

PONG: Final = "PONG"


class UserFeed:
    """Keeps the channel open and hands its reports to the account."""

    def __init__(
        self,
        clob_ws_url: str,
        credentials: Credentials,
        account: LiveAccount,
        maker: str,
        on_up: Callable[[bool], None],
    ) -> None:
        """`on_up` is told when the channel came up or went down. SettingError where the address is not the venue's."""
        if not signed_host_ok(clob_ws_url):
            raise SettingError(
                f"CLOB_WS_URL={shown(clob_ws_url)} is neither the venue's own address with wss:// nor on loopback; "
                "no credentials are sent to another."
            )
        hello = subscription(credentials.key.reveal(), credentials.secret.reveal(), credentials.passphrase.reveal())
        self.parser = UserParser(maker)
        self._account = account
        self._on_up = on_up
        spec = LinkSpec(
            name="user",
            url=f"{clob_ws_url}{PATH}",
            hello=(hello, PING_TEXT),
            ping_text=PING_TEXT,
            ping_every_s=PING_EVERY_S,
            stale_after_s=STALE_S,
            replace_after_s=REPLACE_S,
            first_data_s=FIRST_S,
        )
        self.link = Link(spec, self._on_frame, self._on_link)

    def _on_frame(self, raw: str | bytes, mono: int, wall: int, epoch: int) -> bool:
        frame = decode(raw)
        if frame == PONG:
            return True
        self._account.heard(self.parser.reports(frame))
        return True

    def _on_link(self, up: bool, epoch: int, reason: str) -> None:
        self._on_up(up)
