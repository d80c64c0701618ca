"""Errors beyond those of all clouds, and what a failed call looked like."""

from dataclasses import dataclass, field
from typing import Any

from custom_components.cloud_energy.client.errors import CloudError, ProviderError


class NoAssetOwner(ProviderError):
    """The login is good, but owns no system: an installer's or a distributor's."""


class NoAsset(ProviderError):
    """The owner has no hub yet."""


@dataclass(frozen=True)
class ErrorDetails:
    """What is known of the answer behind an error; never to be logged as a whole."""

    status_code: int | None
    """None where no answer came."""
    url: str | None = field(repr=False)
    payload: Any = field(repr=False)
    """The body as text; the portal's error bodies are opaque (wire 3.5)."""


def error_details(error: CloudError) -> ErrorDetails:
    """Return status, address and body of the answer that an error is about."""
    reply = error.reply
    if reply is None:
        status = error.status if isinstance(error, ProviderError) else None
        return ErrorDetails(status, None, None)
    return ErrorDetails(reply.status, str(reply.call.url), reply.text())
