"""The envelopes that the data service puts around its answers (wire 4, 4.5)."""

from collections.abc import Mapping
from typing import Any

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import (
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.cloud_energy.client.fields import whole
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import flag, number


def status_inside(body: bytes) -> int | None:
    """Return the code in an envelope of either kind; None if there is none."""
    try:
        answer = parse_json(body) if body.lstrip()[:1] == b"{" else None
    except ValueError, RecursionError:
        return None
    if not isinstance(answer, dict):
        return None
    status = answer.get("status")
    code = status.get("code") if isinstance(status, dict) else answer.get("StatusCode")
    return whole(code)


async def unwrap(reply: Reply) -> Any:
    """Return what is in the envelope of either kind; may be None.

    :raises RateLimited: the envelope says so.
    :raises ProviderError: the envelope holds an error although the status is good.
    :raises Malformed: it is no envelope.
    """
    answer = await read_json(reply)
    where = reply.call.where
    if not isinstance(answer, dict):
        raise Malformed(f"{where} answered with no object")
    if "StatusCode" in answer:
        _check_code(where, answer["StatusCode"])
        return answer.get("Result")
    status = answer.get("status")
    if not isinstance(status, dict):
        raise Malformed(f"{where} answered without a status")
    _check(where, status)
    return answer.get("data")


def _check(where: str, status: Mapping[str, Any]) -> None:
    if status.get("code") not in (None, ""):
        _check_code(where, status["code"])
    is_error = flag(status.get("error"))
    if is_error:
        raise ProviderError(f"{where} answered with an error", code="error")
    if is_error is None and status.get("error") is not None:
        raise Malformed(f"{where} answered with an unexpected status")


def _check_code(where: str, value: object) -> None:
    code = number(value)
    if code is None:
        raise Malformed(f"{where} answered with an unexpected status")
    if code == 429:
        raise RateLimited(f"{where} is limiting requests")
    if code != 200:
        raise ProviderError(f"{where} answered code {code:.0f}", code=f"{code:.0f}")
