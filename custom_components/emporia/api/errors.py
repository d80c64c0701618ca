"""What can go wrong here beyond the errors that all clouds share."""

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CodeExpired,
    CodeRejected,
    ProviderError,
)


class ProviderChanged(ProviderError):
    """The provider's user pool is another one now: no user can help that."""


class FinishInApp(AuthFailed):
    """The account waits for something that only the provider's app can do."""


class WrongCode(CodeRejected):
    """The one-time code is wrong."""

    def __init__(self, session: str) -> None:
        """Take the session in which another may be tried; empty if there is none."""
        super().__init__()
        self.session = session


class StaleCode(CodeExpired):
    """The one-time code is too old; the attempt need not be."""


class NotFound(ProviderError):
    """The account has no such device."""


class RateOutOfRange(ProviderError):
    """The charger can't charge at this rate."""

    def __init__(self, minimum: int, maximum: int) -> None:
        """Take the charger's limits in amperes."""
        super().__init__(f"The charger takes {minimum} to {maximum} A")
        self.minimum = minimum
        self.maximum = maximum
