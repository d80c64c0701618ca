"""The stream of status changes (wire 4.6)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from custom_components.cloud_energy.client.call import AT_ONCE_BYTES
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import Drift

from .models import ModernStatus
from .sse import Event, EventParser, TooLong

_EVENT_TYPE = "DEVICE_STATUS"


async def status_events(
    chunks: AsyncIterator[bytes], drift: Drift
) -> AsyncGenerator[ModernStatus]:
    """Yield the changes; what is no change of status, or broken, is passed over.

    :raises Malformed: the stream is a flood without events.
    """
    parser = EventParser()
    async for chunk in chunks:
        try:
            events = list(parser.feed(chunk))
        except TooLong:
            raise Malformed("The event stream sends no events") from None
        for event in events:
            # However many come at once, others have their turn.
            await asyncio.sleep(0)
            if change := await _read(event, drift):
                yield change


async def _read(event: Event, drift: Drift) -> ModernStatus | None:
    try:
        if len(event.data) <= AT_ONCE_BYTES:
            body = parse_json(event.data)
        else:
            body = await asyncio.to_thread(parse_json, event.data)
    except ValueError:
        drift.seen["stream=no JSON"] += 1
        return None
    if not isinstance(body, dict) or body.get("event_type") != _EVENT_TYPE:
        return None
    try:
        with drift.watching():
            return ModernStatus.read(body.get("data"))
    except Malformed:
        drift.seen["stream=malformed"] += 1
        return None
