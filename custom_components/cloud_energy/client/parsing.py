"""What a reply says as JSON."""

import asyncio
from typing import Any

from .call import AT_ONCE_BYTES, Reply
from .errors import Maintenance, Malformed
from .storable import parse_json


async def read_json(reply: Reply) -> Any:
    """Return the parsed body, whatever media type it was sent with.

    Every store can hold what it returns (see `storable`).

    :raises Maintenance: it is an HTML page.
    :raises Malformed: it is no JSON.
    """
    where = reply.call.where
    if reply.is_html:
        raise Maintenance(f"{where} answered with a web page", status=reply.status)
    try:
        if len(reply.body) <= AT_ONCE_BYTES:
            return parse_json(reply.body)
        return await asyncio.to_thread(parse_json, reply.body)
    except ValueError:
        # Not chained: the parser's error holds the whole document.
        raise Malformed(
            f"{where} answered with no valid JSON", status=reply.status
        ) from None
