"""Errors that have a text of their own, beyond those of all clouds (wire 3.4)."""

from custom_components.cloud_energy.client.errors import (
    Malformed,
    NotPermitted,
    ProviderError,
)


class AddressNotAllowed(NotPermitted):
    """This network's public address is not on the provider's list."""


class ClockSkew(ProviderError):
    """The clock of this machine is wrong: no signature of it can be right."""


class EmptyAnswer(Malformed):
    """A good status without a body: a wrong host, or an address not on the list."""
