"""Errors of the identity provider (wire 3.7). None of the login bodies has been seen on this tenant: they are Okta's usual ones."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

PASSCODE_CAUSE: Final = "Your passcode doesn't match our records. Please try again."
RECENTLY_SENT_CAUSE: Final = (
    "An email was recently sent. Please wait {seconds} seconds before trying again."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """HTTP status, code and summary."""

    status: int
    code: str
    summary: str


ERRORS: Final = {
    "validation": Kind(400, "E0000001", "Api validation failed: authRequest"),
    "malformed": Kind(400, "E0000003", "The request body was not well-formed."),
    "unknown_user": Kind(401, "E0000004", "Authentication failed"),
    "not_found": Kind(404, "E0000007", "Not found: Resource not found (UserFactor)"),
    "invalid_token": Kind(401, "E0000011", "Invalid token provided"),
    "rate_limited": Kind(
        429, "E0000047", "API call exceeded rate limit due to too many requests."
    ),
    "wrong_code": Kind(403, "E0000068", "Invalid Passcode/Answer"),
    "locked": Kind(403, "E0000069", "User Locked"),
    "sms_recently_sent": Kind(429, "E0000109", "An SMS message was recently sent."),
    "recently_sent": Kind(429, "E0000118", "An email was recently sent."),
}


class OktaError(Exception):
    """A login call that is refused."""

    def __init__(self, name: str, *causes: str) -> None:
        """Take a name out of `ERRORS`."""
        self.kind = ERRORS[name]
        self.causes = causes
        super().__init__(self.kind.summary)

    def response(self) -> web.Response:
        """The answer; all five keys are always there."""
        body: dict[str, Any] = {
            "errorCode": self.kind.code,
            "errorSummary": self.kind.summary,
            "errorLink": self.kind.code,
            "errorId": f"oae{uuid4().hex[:20]}",
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }
        return web.json_response(body, status=self.kind.status)


class OAuthError(Exception):
    """A call of the token endpoint that is refused."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """Take the error as OAuth 2.0 names it."""
        super().__init__(description)
        self.error = error
        self.status = status

    def response(self) -> web.Response:
        """What is sent over the wire."""
        body = {"error": self.error, "error_description": str(self)}
        return web.json_response(body, status=self.status)
