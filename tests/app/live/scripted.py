"""A venue on loopback that answers from a script and keeps what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

Act = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def says(value: object, status: int = 200, **headers: str) -> Act:
    """Answers with JSON, or with text as it stands."""

    async def act(_: web.Request) -> web.Response:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return web.Response(body=body, status=status, headers=headers, content_type="application/json")

    return act


@dataclass(slots=True)
class Script:
    """What the venue does at each request, the last of it for ever."""

    url: str = ""
    acts: list[Act] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def then(self, *acts: Act) -> None:
        self.acts = list(acts)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.upper(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.method, request.path, dict(request.query), headers, body))
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        return await act(request)

    async def hang(self, _: web.Request) -> web.StreamResponse:
        """Never answers."""
        await self.closing.wait()
        return web.Response()

    async def reset(self, request: web.Request) -> web.StreamResponse:
        """Cuts the connection."""
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Begins an answer, and cuts the connection in the middle of it."""
        response = web.StreamResponse(headers={"Content-Length": "500"})
        await response.prepare(request)
        await response.write(b'{"success":true,"orderID":"0x')
        return await self.reset(request)


@asynccontextmanager
async def scripted() -> AsyncIterator[Script]:
    script = Script()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        script.url = str(server.make_url("")).rstrip("/")
        yield script
        script.closing.set()
