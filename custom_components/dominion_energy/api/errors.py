"""What can go wrong here beyond the errors that all clouds share.

Each of these needs a different action of the user, at the portal and not in a form of
ours, so each has its own text. They count as failed authentication: the cloud itself
refuses this login until the user has acted.
"""

from custom_components.cloud_energy.client.errors import AuthFailed


class AccountDisabled(AuthFailed):
    """The portal has disabled the account."""


class AccountNotReady(AuthFailed):
    """The registration or the check of the email address is not finished."""


class CaptchaRequired(AuthFailed):
    """After failed logins the portal wants to see a person at its own form."""


class PasswordChangeRequired(AuthFailed):
    """The portal wants a new password before it lets anybody in."""


class SecondFactorNotEnrolled(AuthFailed):
    """The account has no phone number or email address for codes yet."""
