"""What to tell a user when something goes wrong, and how the program ends."""

from dataclasses import dataclass
from typing import Final

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    AuthFailed,
    CannotConnect,
    CloudError,
    CodeExpired,
    CodeRejected,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
    TimedOut,
)

FAILED: Final = 1
WRONG_USE: Final = 2
SIGN_IN: Final = 3
NO_CONNECTION: Final = 4
WAIT: Final = 5
FORBIDDEN: Final = 6
CHANGED: Final = 7
INTERRUPTED: Final = 130


class Failure(Exception):
    """The end of a command, told in a sentence."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        """Take what to say and how to end."""
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class _Text:
    kind: type[CloudError]
    sentence: str
    exit_code: int


# The first that fits counts.
_TEXTS: Final = (
    _Text(
        InvalidCredentials,
        "The cloud refuses what you signed in with: check it and sign in again.",
        SIGN_IN,
    ),
    _Text(
        SessionExpired,
        "The session has ended: sign in again with `login`.",
        SIGN_IN,
    ),
    _Text(
        AccountLocked,
        "The cloud has locked the account for now: try again later.",
        SIGN_IN,
    ),
    _Text(
        AuthFailed,
        "The cloud wants you to act on its website or in its app before you sign in.",
        SIGN_IN,
    ),
    _Text(CodeRejected, "The code was refused: sign in again for a new one.", SIGN_IN),
    _Text(CodeExpired, "The code has expired: sign in again for a new one.", SIGN_IN),
    _Text(
        TimedOut,
        "The cloud did not answer in time: try again later.",
        NO_CONNECTION,
    ),
    _Text(
        CannotConnect,
        "The cloud could not be reached: check the connection and try again.",
        NO_CONNECTION,
    ),
    _Text(RateLimited, "The cloud is limiting requests: try again later.", WAIT),
    _Text(
        NotPermitted,
        "The cloud does not permit this to your account: nothing else can be done here.",
        FORBIDDEN,
    ),
    _Text(
        Maintenance,
        "The cloud shows a web page instead of data: try again later, or from another network.",
        CHANGED,
    ),
    _Text(
        Malformed,
        "The cloud's answer has changed: run the command again with --capture and report it.",
        CHANGED,
    ),
    _Text(
        ProviderError,
        "The cloud answered with an error of its own: try again later.",
        FAILED,
    ),
    _Text(CloudError, "The cloud could not be asked: try again later.", FAILED),
)


def failure_of(error: CloudError) -> Failure:
    """Return what an error means to the user; its own text is safe to show."""
    text = next(text for text in _TEXTS if isinstance(error, text.kind))
    sentence = text.sentence
    if isinstance(error, (RateLimited, AccountLocked)) and error.retry_after:
        sentence = sentence.replace("later", f"in {_span(error.retry_after)}")
    return Failure(f"{sentence} ({error})", text.exit_code)


def _span(seconds: float) -> str:
    minutes = -(-int(seconds) // 60)
    return f"{minutes} minutes" if minutes > 1 else f"{int(seconds)} seconds"
