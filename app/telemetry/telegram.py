"""Messages to one Telegram chat: best effort, one a second, never in the way of trading.

The bot's token is part of the address that the Bot API asks for, so no address is ever logged or told: errors
are sentences of our own, and what httpx logs of a request passes a filter.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import httpx
import orjson

from app.values import Secret
from feeds.text import clean

QUEUE_MESSAGES: Final = 200
"""Beyond this many the oldest is dropped: the newest say how things stand."""

TIMEOUT_S: Final = 5.0
PAUSE_S: Final = 1.0
"""The Bot API allows a chat one message a second."""

CLOSE_S: Final = 2.0
"""How long the end of the program waits for what is still queued."""

TOLD_AGAIN_S: Final = 3600.0

RETRY_AFTER_MAX_S: Final = 3600.0
MAX_CHARS: Final = 4096
"""The longest message that Telegram takes."""

_ANSWER_BYTES: Final = 16 * 1024
_httpx_log: Final = logging.getLogger("httpx")


class _Hidden(logging.Filter):
    """Takes a secret out of every record of the logger it is added to."""

    def __init__(self, secret: Secret) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if self._secret.reveal() in text:
            record.msg, record.args = text.replace(self._secret.reveal(), "***"), ()
        return True


class _SlowDown(Exception):
    """Telegram asks to wait `seconds` before the next message."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds: Final = seconds


class _Refused(Exception):
    """The message did not get through; the text is fit to be shown."""


class Telegram:
    """Sends what `send` queues. Run `run` for the life of the process, end it, then await `close`.

    `url` is the base address of the Bot API. `tell` gets the sentence of a failure, once an hour at most. `clock` and
    `sleep` are the time in which the pause is kept.
    """

    def __init__(
        self,
        url: str,
        token: Secret,
        chat_id: str,
        *,
        tell: Callable[[str], None] = lambda sentence: None,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.sent = 0
        self.dropped = 0
        """Messages that were never tried: the queue was full, or the program ended."""
        self.failed = 0
        """Messages that did not get through; whether Telegram took them is not known. None is sent twice."""
        self.trouble = ""
        """The last error, in one sentence without the token."""
        self._url = url.rstrip("/")
        self._token = token
        self._chat_id = chat_id
        self._tell = tell
        self._clock = clock
        self._sleep = sleep
        self._queue: deque[str] = deque()
        self._queued = asyncio.Event()
        self._next_at = 0.0
        """When the pause after the last message ends."""
        self._hold_until = 0.0
        """When the wait that Telegram asked for ends."""
        self._quiet_until = 0.0
        """Until then a further failure is counted alone."""
        self._hidden = _Hidden(token)
        _httpx_log.addFilter(self._hidden)
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_S, trust_env=False, follow_redirects=False, headers={"Accept-Encoding": "identity"}
        )

    def send(self, text: str) -> None:
        """Queue a message; the oldest is dropped, and counted, where the queue is full."""
        if len(self._queue) >= QUEUE_MESSAGES:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(text[:MAX_CHARS])
        self._queued.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await self._queued.wait()
            wait = max(self._next_at, self._hold_until) - self._clock()
            if wait > 0:
                await self._sleep(wait)
            else:
                await self._send_next()

    async def close(self, within_s: float | None = None) -> None:
        """Send what is queued without a pause, for 2 s or `within_s` at most; what is left is dropped and counted."""
        try:
            async with asyncio.timeout(CLOSE_S if within_s is None else min(within_s, CLOSE_S)):
                while self._queue and self._clock() >= self._hold_until:
                    await self._send_next()
        except TimeoutError:
            pass
        finally:
            self.dropped += len(self._queue)
            self._queue.clear()
            await self._client.aclose()
            _httpx_log.removeFilter(self._hidden)

    async def _send_next(self) -> None:
        text = self._queue.popleft()
        if not self._queue:
            self._queued.clear()
        self._next_at = self._clock() + PAUSE_S
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._post(text)
        except _SlowDown as wait:
            self._hold(text, wait.seconds)
        except asyncio.CancelledError:
            self.failed += 1
            raise
        except Exception as error:  # whatever Telegram does must not end this task, nor any other
            self._fail(_sentence(error))
        else:
            self.sent += 1

    async def _post(self, text: str) -> None:
        address = f"{self._url}/bot{self._token.reveal()}/sendMessage"
        message = {"chat_id": self._chat_id, "text": text}
        async with self._client.stream("POST", address, json=message) as response:
            answer = await _answer(response)
        if response.status_code == 429:
            raise _SlowDown(_retry_after(answer))
        if response.status_code != 200 or answer.get("ok") is not True:
            reason = str(answer.get("description", "without a reason")).replace(self._token.reveal(), "***")
            raise _Refused(f"Telegram answered {response.status_code}: {clean(reason)}")

    def _hold(self, text: str, seconds: float) -> None:
        """Put the message back, unless newer ones have filled the queue meanwhile."""
        self._hold_until = self._clock() + seconds
        self.trouble = f"Telegram asked to wait {seconds:g} s"
        if len(self._queue) < QUEUE_MESSAGES:
            self._queue.appendleft(text)
            self._queued.set()
        else:
            self.dropped += 1

    def _fail(self, sentence: str) -> None:
        self.failed += 1
        self.trouble = sentence
        if self._clock() >= self._quiet_until:
            self._quiet_until = self._clock() + TOLD_AGAIN_S
            self._tell(f"{sentence}; messages are lost until it works again")


async def _answer(response: httpx.Response) -> dict[str, object]:
    """The beginning of the answer as an object; an empty one where it is something else."""
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _ANSWER_BYTES:
            break
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(answer: dict[str, object]) -> float:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(max(float(seconds), PAUSE_S), RETRY_AFTER_MAX_S) if isinstance(seconds, int | float) else TIMEOUT_S


def _sentence(error: Exception) -> str:
    """What happened, without the text of a foreign exception: it may hold the address, and with it the token."""
    if isinstance(error, _Refused):
        return str(error)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"Telegram did not answer within {TIMEOUT_S:g} s"
    return f"Telegram could not be reached ({type(error).__name__})"
