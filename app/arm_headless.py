"""`--arm`: arm once, as soon as every gate is open; after a disarm nothing arms again by itself."""

import asyncio
from typing import Final

from app.desk import Desk
from app.live_news import LiveNotice
from app.news import Tell

LOOK_S: Final = 0.25


async def arm_when_ready(desk: Desk, tell: Tell) -> None:
    """Wait for the gates, saying what is waited for, and arm. Ends when that is done or can never be."""
    live = desk.live
    if live is None:
        return
    live.open()
    stops, told = live.stops, ""
    while refused := desk.arm():
        if refused != told:
            told = refused
            tell(LiveNotice("arming", f"not armed yet: {refused}"))
        if live.refused:
            return
        if live.stops != stops:
            tell(LiveNotice("arming", "not armed: it was disarmed meanwhile; start the program again to arm"))
            return
        await asyncio.sleep(LOOK_S)
