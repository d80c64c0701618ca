"""Errors of the user pool (wire 3.9)."""

from typing import Any, Final

from aiohttp import web

MEDIA_TYPE: Final = "application/x-amz-json-1.1"
LOGIN_ERRORS: Final = {
    "disabled": ("NotAuthorizedException", "User is disabled."),
    "unconfirmed": ("UserNotConfirmedException", "User is not confirmed."),
    "reset_required": (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    ),
    "too_many_requests": ("TooManyRequestsException", "Rate exceeded"),
    "limit_exceeded": ("LimitExceededException", "Rate exceeded"),
    "invalid_parameter": (
        "InvalidParameterException",
        "USER_SRP_AUTH flow not enabled for this client",
    ),
    "internal": ("InternalErrorException", "Internal server error"),
    "forbidden": ("ForbiddenException", "Request not allowed due to WAF block."),
}
"""What `POST state {"login_error": ...}` can make of a right password."""
STATUS: Final = {"InternalErrorException": 500, "ForbiddenException": 403}


class CognitoError(Exception):
    """An error answer; `more` are further keys of its body."""

    def __init__(self, kind: str, message: str, **more: Any) -> None:
        """Take `__type` and message."""
        super().__init__(message)
        self.kind = kind
        self.more = more


def wrong_credentials() -> CognitoError:
    """What a wrong password is answered with."""
    text = "Incorrect username or password."
    return CognitoError("NotAuthorizedException", text)


def invalid_parameter(text: str) -> CognitoError:
    """A request that does not fit."""
    return CognitoError("InvalidParameterException", text)


def cognito_json(body: Any) -> web.Response:
    """A good answer in Cognito's own media type."""
    return web.json_response(body, content_type=MEDIA_TYPE)


def cognito_error(error: CognitoError, *, prefix: str = "") -> web.Response:
    """An error answer; `prefix` is put before the type, as some AWS services do."""
    return web.json_response(
        {"__type": prefix + error.kind, "message": str(error)} | error.more,
        status=STATUS.get(error.kind, 400),
        headers={"x-amzn-ErrorType": f"{error.kind}:"},
        content_type=MEDIA_TYPE,
    )
