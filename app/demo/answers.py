"""HTTP answers in JSON."""

import orjson
from aiohttp import web


def answer(body: object, status: int = 200) -> web.Response:
    """A JSON body as the services send it: compact."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
