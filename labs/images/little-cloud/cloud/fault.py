"""What the cloud itself does wrong, told as that: it isn't the learner's answer."""

from __future__ import annotations

import traceback
from typing import Awaitable, Callable

from aiohttp import web

#: By this header `lab` tells an answer that is the lab's own fault.
HEADER = "Lab-Fault"


@web.middleware
async def told(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Marks the answer where something in the cloud failed."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        traceback.print_exc()
        return web.Response(status=500, headers={HEADER: f"the little cloud: {type(error).__name__}"})
