"""What can go wrong here beyond the errors that all clouds share."""

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CloudError,
    InvalidCredentials,
)


class InvalidId(InvalidCredentials):
    """What the user typed is no ID number."""


class NotRegistered(InvalidCredentials):
    """The provider knows no login of this ID number."""


class NoCodeMethod(AuthFailed):
    """The login has neither a phone number nor an email address for codes."""


class CaptchaGated(CloudError):
    """The endpoint wants proof of a person that no program can give."""
