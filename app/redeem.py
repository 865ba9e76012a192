"""`pmtui redeem`: what has been won and is not cash yet, and how to redeem it. It signs nothing and sends nothing."""

import contextlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from app.demo.child import VenueError, start_venue
from app.host import at_venue
from app.live.calls import Unanswered, venue_http
from app.live.winnings import Payout, lines, redeemable
from app.options import Options
from app.settings import Settings
from app.values import SettingError

DONE: Final = 0
FAILED: Final = 1

OFFICIAL: Final = "polymarket"
"""The venue's own client, as it is imported."""


async def run_redeem(settings: Settings, options: Options) -> int:
    """Print the table and the ways; 1 where the venue does not answer. SettingError where no address is known."""
    async with contextlib.AsyncExitStack() as stack:
        if options.demo is not None:
            try:
                venue = await start_venue(options.demo.config())
            except VenueError as error:
                print(f"pmtui: {error}", file=sys.stderr)
                return FAILED
            stack.push_async_callback(venue.stop)
            settings = at_venue(settings, venue)
        address = holder(settings)
        http = await stack.enter_async_context(venue_http())
        answer = await redeemable(http, settings.data_api_url, address)
    if isinstance(answer, Unanswered):
        print(f"pmtui: what {address} can redeem is unknown: {answer}; try again", file=sys.stderr)
        return FAILED
    if not answer:
        print(f"Nothing waits to be redeemed for {address}.")
        return DONE
    print("\n".join([*lines(answer), "", *_how(settings, address, answer)]))
    return DONE


def holder(settings: Settings) -> str:
    """The address that holds the funds: FUNDER, and only where that is empty the key's own. SettingError if neither."""
    if settings.funder:
        return settings.funder
    if settings.wallet_key_file is None:
        raise SettingError("FUNDER is empty; set it to the address that holds the funds.")
    from app.live.extra import ExtraMissing, check_extra
    from app.live.harden import harden

    try:
        check_extra()
        harden()
    except ExtraMissing as error:
        raise SettingError(f"FUNDER is empty, and the key's own address is not to be had: {error}") from None
    except OSError as error:
        raise SettingError(f"FUNDER is empty, and the key is not read: {error.strerror or error}.") from None
    from app.live.wallet import open_wallet

    return open_wallet(settings.wallet_key_file, "", settings.signature_type).funder


def _how(settings: Settings, address: str, payouts: tuple[Payout, ...]) -> Iterator[str]:
    yield "Winning shares pay a dollar each once they are redeemed; there is no deadline. Any of these does it:"
    yield f"- The venue's own site: log in at {settings.site_url}, open the portfolio, and claim."
    if find_spec(OFFICIAL) is None:
        yield "- The venue's own Python client, polymarket-client: where it is installed, this command says how."
    else:
        yield "- The venue's own Python client is installed here. In a script of your own, with the key file's path:"
        yield from _script(address, payouts)
        yield "  A wallet that is not the key's own address is paid through the venue's relayer, whose API key goes in"
        yield "  as api_key=RelayerApiKey(...); one that is pays its gas itself."
    yield "- The venue's AutoRedeemer, once it is approved as an operator, may redeem for you; when is up to the venue."
    yield "pmtui itself redeems nothing."


def _script(address: str, payouts: tuple[Payout, ...]) -> Iterator[str]:
    yield "    from pathlib import Path"
    yield "    from polymarket import SecureClient"
    yield f'    client = SecureClient.create(private_key=Path("KEY_FILE").read_text().strip(), wallet={address!r})'
    for name in dict.fromkeys(payout.condition_id for payout in payouts):
        yield f"    client.redeem_positions(condition_id={name!r}).wait()"
