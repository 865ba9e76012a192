import asyncio
import threading

import pytest

from app.threads import DaemonThreads


def test_the_loop_ends_though_a_call_does_not() -> None:
    release = threading.Event()

    async def leave() -> str:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonThreads())
        loop.run_in_executor(None, release.wait)
        return await asyncio.to_thread(lambda: "answer")

    answer = asyncio.run(leave())
    assert answer == "answer"
    assert not release.is_set()
    release.set()


async def test_a_calls_exception_reaches_who_awaits_it() -> None:
    asyncio.get_running_loop().set_default_executor(DaemonThreads())
    with pytest.raises(OSError, match="no disk"):
        await asyncio.to_thread(_fail)


def _fail() -> None:
    raise OSError("no disk")
