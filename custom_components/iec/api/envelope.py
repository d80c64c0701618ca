"""The envelope that most answers come in, and the errors in it (wire 4)."""

from typing import Any, Final

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.wire import flag, text

_DESCRIPTOR: Final = ("reponseDescriptor", "responseDescriptor")


async def bare(reply: Reply) -> Any:
    """Return an answer without an envelope; None if it is empty.

    :raises Maintenance: it is a web page.
    :raises Malformed: it is no JSON.
    """
    return await read_json(reply) if reply.body.strip() else None


async def unwrap(reply: Reply) -> Any:
    """Return what is in the envelope; None for nothing.

    What is there counts even if the envelope speaks of a failure.

    :raises ProviderError: the envelope holds a failure and nothing else.
    :raises Malformed: it is no envelope.
    """
    answer = await bare(reply)
    if answer is None:
        return None
    where = reply.call.where
    if not isinstance(answer, dict):
        raise Malformed(f"{where} answered with no object")
    descriptor = next((answer[key] for key in _DESCRIPTOR if key in answer), None)
    if "data" not in answer and descriptor is None:
        raise Malformed(f"{where} answered without an envelope")
    data = answer.get("data")
    if not data and isinstance(descriptor, dict):
        if flag(descriptor.get("isSuccess")) is False:
            code = text(descriptor.get("code"))
            raise ProviderError(f"{where} answered code {code}", code=code)
    return data
