"""The envelopes of the data service (wire 4)."""

import json
from typing import Any

import pytest

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    CloudError,
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.dominion_energy.api.envelope import unwrap


async def opened(answer: object) -> Any:
    """Return what is in an envelope."""
    call = Call(method="GET", base="http://localhost", path="/x")
    body = json.dumps(answer).encode()
    return await unwrap(Reply(call=call, status=200, headers={}, body=body))


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        ({"status": {"code": 200, "error": False}, "data": {"a": 1}}, {"a": 1}),
        ({"status": {"code": "200", "error": "false"}, "data": []}, []),
        ({"status": {"code": None, "error": None}, "data": None}, None),
        ({"status": {}}, None),
        ({"StatusCode": 200, "Result": {"a": 1}}, {"a": 1}),
        ({"StatusCode": "200"}, None),
    ],
)
async def test_content(answer: object, content: object) -> None:
    """Both kinds of envelope are opened."""
    assert await opened(answer) == content


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({"status": {"code": 500, "error": True}}, ProviderError, "500"),
        ({"status": {"code": 404}}, ProviderError, "404"),
        ({"status": {"error": True}}, ProviderError, "error"),
        ({"status": {"code": 200, "error": True}}, ProviderError, "error"),
        ({"status": {"code": 429, "error": True}}, RateLimited, None),
        ({"StatusCode": 500, "Result": None}, ProviderError, "500"),
        ({"StatusCode": None}, Malformed, None),
        ({"status": {"code": "good"}}, Malformed, None),
        ({"status": {"code": 200, "error": [False]}}, Malformed, None),
        ({"status": "good"}, Malformed, None),
        ({"data": {}}, Malformed, None),
        ([], Malformed, None),
        (None, Malformed, None),
    ],
)
async def test_error(answer: object, error: type[CloudError], code: str | None) -> None:
    """An error under a good status is one all the same."""
    with pytest.raises(error) as raised:
        await opened(answer)
    assert type(raised.value) is error
    assert getattr(raised.value, "code", None) == code
