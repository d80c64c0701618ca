"""The one error tree of all clouds.

No error text holds anything that a user typed or a cloud answered: only hosts,
path templates, statuses and the provider's own error codes get into them, so
that every error can be logged as it is.
"""

from datetime import timedelta
from typing import Any

from .call import Reply
from .login import CodeHandler


class CloudError(Exception):
    """Anything that goes wrong between this client and a cloud."""

    reply: Reply | None = None
    """The answer that it is about, for whoever wants to look into it."""
    retry_after: float | None = None
    """The seconds after which it is worth asking again; None where nobody says so."""
    was_sent: bool = True
    """Whether anything was sent; not to a host that has just failed like this."""


class CannotConnect(CloudError):
    """The cloud could not be reached, or the connection broke."""


class Unreachable(CannotConnect):
    """Not even a connection to the host could be made."""


class TimedOut(CannotConnect):
    """The cloud did not answer in time."""


class RateLimited(CloudError):
    """The cloud, or the daily request budget, requests a pause."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Take the pause in seconds; None where the cloud did not say."""
        super().__init__(message)
        self.retry_after = retry_after


class BudgetSpent(RateLimited):
    """The daily request budget of this account is used up."""

    was_sent = False


class ProviderError(CloudError):
    """The cloud answered, but with an error of its own."""

    def __init__(
        self, message: str, *, status: int | None = None, code: str | None = None
    ) -> None:
        """Take the HTTP status and the provider's error code, where it has one."""
        super().__init__(message)
        self.status = status
        self.code = code


class Malformed(ProviderError):
    """The answer is not what the endpoint is known to give."""


class Maintenance(ProviderError):
    """The answer is a block or maintenance page instead of data."""


class AuthFailed(CloudError):
    """The cloud has proven the credentials to be of no use."""


class InvalidCredentials(AuthFailed):
    """The username or password was refused."""


class SessionExpired(AuthFailed):
    """The stored session is dead and can't be renewed without the user."""


class AccountLocked(AuthFailed):
    """The cloud has locked the account for now."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        """Take the time in seconds until the lock ends; None if unknown."""
        super().__init__(message)
        self.retry_after = retry_after


class CodeRequired(AuthFailed):
    """A one-time code is needed to continue; the handler sends and checks it."""

    def __init__(self, handler: CodeHandler[Any]) -> None:
        """Take the handler that carries this login attempt on."""
        super().__init__("A one-time code is required")
        self.handler = handler


class CodeRejected(CloudError):
    """The one-time code is wrong; the same attempt may continue."""

    def __init__(
        self, message: str = "The code was refused", *, exhausted: bool = False
    ) -> None:
        """Take whether a new code must be sent before another try."""
        super().__init__(message)
        self.exhausted = exhausted


class CodeExpired(CloudError):
    """The code, or the login attempt it belongs to, is too old."""


class NotPermitted(CloudError):
    """The session is good, but not for this resource."""


LOCK_PAUSE = timedelta(hours=1)
"""How long to leave a locked account alone when the cloud does not say."""
