"""What the error codes of the identity service mean (wire 3.3, 3.8)."""

from collections.abc import Callable, Mapping
from typing import Final

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CloudError,
    CodeExpired,
    CodeRejected,
    InvalidCredentials,
    ProviderError,
    RateLimited,
)

from .errors import (
    AccountDisabled,
    AccountNotReady,
    CaptchaRequired,
    PasswordChangeRequired,
    SecondFactorNotEnrolled,
)

OK: Final = 0
SECOND_FACTOR_PENDING: Final = 403101

_WRONG_CODE: Final = 400003
_INVALID_PARAMETER: Final = 400006
# The service was asked wrongly: our client is outdated, the login may be fine.
_MISUSE: Final = frozenset({400002, 400093, 403005, 403007})

_CREDENTIALS: Final = frozenset({403042, 403043, 403047, 401030})
_STATES: Final[Mapping[int, Callable[[str], CloudError]]] = {
    206001: AccountNotReady,
    206002: AccountNotReady,
    401020: CaptchaRequired,
    401021: CaptchaRequired,
    403041: AccountDisabled,
    403048: RateLimited,
    403100: PasswordChangeRequired,
    403102: SecondFactorNotEnrolled,
    403120: AccountLocked,
}


def login_error(code: int, _details: str) -> CloudError:
    """Return the error for an answer to username and password."""
    if code in _CREDENTIALS:
        return InvalidCredentials(f"The user name or password was refused ({code})")
    return _state_error(code) or _other(code)


def attempt_error(code: int, details: str) -> CloudError:
    """Return the error for an answer on the way to a code and behind it.

    What expires here is the whole attempt: sign-in has to start over.
    """
    if error := _state_error(code):
        return error
    if code // 1000 == 403 and code not in _MISUSE:
        return CodeExpired(f"The login attempt is too old ({code})")
    if code == _INVALID_PARAMETER and _is_expired(details):
        return CodeExpired(f"The login attempt is too old ({code})")
    return _other(code)


def code_error(code: int, details: str) -> CloudError:
    """Return the error for an answer to a code that the user typed.

    The service has one code for three things; the details tell them apart.
    """
    if code not in (_WRONG_CODE, _INVALID_PARAMETER) or _is_expired(details):
        return attempt_error(code, details)
    tried_out = any(word in details.lower() for word in ("maximum", "exceeded"))
    return CodeRejected(f"The code was refused ({code})", exhausted=tried_out)


def _is_expired(details: str) -> bool:
    return any(word in details.lower() for word in ("jwt", "expired"))


def _state_error(code: int) -> CloudError | None:
    make = _STATES.get(code)
    return make(f"The sign-in was refused ({code})") if make else None


def _other(code: int) -> ProviderError:
    return ProviderError(f"The sign-in service answered {code}", code=str(code))
