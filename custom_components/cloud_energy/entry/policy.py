"""What an error of a cloud means to Home Assistant: the one place that decides.

Only a proven rejection of credentials asks the user to sign in again. All else passes
on its own: it is tried again later, with what is known kept until then.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from custom_components.cloud_energy.client.errors import (
    LOCK_PAUSE,
    AccountLocked,
    AuthFailed,
    BudgetSpent,
    CannotConnect,
    CloudError,
    CodeExpired,
    CodeRejected,
    CodeRequired,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
    TimedOut,
)
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import (
    CloudErrorKey,
    CloudErrorText,
    CodeErrorText,
)

# From the special to the general: the first that fits names the text.
_KEYS: tuple[tuple[type[CloudError], CloudErrorKey], ...] = (
    (TimedOut, CloudErrorText.TIMED_OUT),
    (CannotConnect, CloudErrorText.CANNOT_CONNECT),
    (BudgetSpent, CloudErrorText.BUDGET_SPENT),
    (RateLimited, CloudErrorText.RATE_LIMITED),
    (Maintenance, CloudErrorText.MAINTENANCE),
    (Malformed, CloudErrorText.MALFORMED),
    (ProviderError, CloudErrorText.PROVIDER_ERROR),
    (InvalidCredentials, CloudErrorText.INVALID_AUTH),
    (AccountLocked, CodeErrorText.ACCOUNT_LOCKED),
    (CodeRequired, CodeErrorText.CODE_REQUIRED),
    (SessionExpired, CodeErrorText.SESSION_EXPIRED),
    (AuthFailed, CloudErrorText.INVALID_AUTH),
    (CodeRejected, CodeErrorText.INVALID_CODE),
    (CodeExpired, CodeErrorText.CODE_EXPIRED),
    (NotPermitted, CloudErrorText.NOT_PERMITTED),
)


def error_key(error: CloudError) -> CloudErrorKey:
    """Return the translation key of an error's text, the same everywhere."""
    return next(
        (key for kind, key in _KEYS if isinstance(error, kind)),
        CloudErrorText.PROVIDER_ERROR,
    )


def retry_after(error: CloudError) -> float | None:
    """Return the seconds that the cloud asks to be left alone, if it does."""
    if isinstance(error, AccountLocked):
        return error.retry_after or LOCK_PAUSE.total_seconds()
    return error.retry_after


def needs_user(error: CloudError) -> bool:
    """Return whether only the user can end this state, by signing in again."""
    return isinstance(error, AuthFailed) and not isinstance(error, AccountLocked)


@contextmanager
def coordinator_errors() -> Iterator[None]:
    """Turn cloud errors into what a coordinator raises.

    :raises ConfigEntryAuthFailed: the user must sign in again.
    :raises UpdateFailed: everything else.
    """
    try:
        yield
    except CloudError as err:
        if needs_user(err):
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key=error_key(err)
            ) from err
        raise UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=error_key(err),
            translation_placeholders={"error": str(err)},
            retry_after=retry_after(err),
        ) from err


@contextmanager
def command_errors(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[None]:
    """Turn cloud errors of a command or action into what its user reads.

    :raises HomeAssistantError: with a text that says what to do next.
    """
    try:
        yield
    except CloudError as err:
        if needs_user(err):
            entry.async_start_reauth(hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=error_key(err),
            translation_placeholders={"error": str(err)},
        ) from err
