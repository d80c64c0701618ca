"""What an answer means: the one place that decides which error it is."""

from typing import Final

from .call import AT_ONCE_BYTES, Body, Call, Reply
from .errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    NotPermitted,
    ProviderError,
    RateLimited,
)
from .retry import asked_pause

_GOOD: Final = range(200, 300)
_BAD: Final = range(400, 600)
_ABSENT: Final = frozenset({404, 405, 410})


def status_of(call: Call, status: int, body: bytes) -> int:
    """Return the status of an answer: the one inside counts if it is a bad one."""
    # An answer that reports an error is small.
    if call.status_inside is None or status not in _GOOD or len(body) > AT_ONCE_BYTES:
        return status
    inside = call.status_inside(body)
    return inside if inside is not None and inside in _BAD else status


def transient_error(outcome: Reply | CannotConnect) -> CloudError | None:
    """Return a transient error; None if the host is well."""
    if isinstance(outcome, CannotConnect):
        return outcome
    error = error_of(outcome)
    if isinstance(error, ProviderError):
        # A page instead of data is one of the host, unless nothing is there at all
        is_transient = outcome.status >= 500 or isinstance(error, Maintenance)
        return error if is_transient and outcome.status not in _ABSENT else None
    return error if isinstance(error, RateLimited) else None


def require_success(reply: Reply) -> Reply:
    """Return the reply if its call takes it.

    :raises CloudError: as `Transport.send` does.
    """
    if error := error_of(reply):
        raise about(reply, error)
    return reply


def error_of(reply: Reply) -> CloudError | None:
    """Return what is wrong with a reply; None if its call takes it."""
    call, status = reply.call, reply.status
    if status == 429 and status not in call.good:
        after = asked_pause(reply.headers)
        return RateLimited(f"{call.where} is limiting requests", retry_after=after)
    if reply.is_html and call.body is not Body.TEXT:
        return Maintenance(f"{call.where} answered with a web page", status=status)
    if status in call.good:
        return None
    if status in (401, 403):
        return NotPermitted(f"{call.where} is not permitted ({status})")
    error = ProviderError(f"{call.where} answered {status}", status=status)
    error.retry_after = asked_pause(reply.headers) if status == 503 else None
    return error


def about(reply: Reply, error: CloudError) -> CloudError:
    """Return the error with the reply that it is about."""
    error.reply = reply
    return error
