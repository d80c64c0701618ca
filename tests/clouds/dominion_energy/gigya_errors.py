"""Errors of the login service (wire 3.3, 3.8): sent with HTTP status 200."""

from typing import Any, Final

ERRORS: Final[dict[int, tuple[str, str]]] = {
    206001: (
        "Account Pending Registration",
        "Missing required fields for registration",
    ),
    206002: ("Account Pending Verification", "Account pending verification"),
    400002: ("Missing required parameter", "Missing required parameter"),
    400006: ("Invalid parameter value", "Invalid parameter value"),
    400093: ("Invalid ApiKey parameter", "Invalid ApiKey parameter"),
    401020: ("Login Failed Captcha Required", "Captcha is required"),
    401021: ("Login Failed Wrong Captcha", "Captcha is wrong"),
    401030: ("Old Password Used", "Old password used"),
    403002: ("Request has expired", "regToken has expired or is unknown"),
    403005: ("Unauthorized user", "login_token is unknown or has expired"),
    403007: ("Permission denied", "Permission denied"),
    403041: ("Account Disabled", "Account is disabled"),
    403042: ("Invalid LoginID", "invalid loginID or password"),
    403043: ("Invalid Login or Password", "Login identifier exists"),
    403047: ("Login ID does not exist", "There is no user with that username"),
    403048: ("Api rate limit exceeded", "Api rate limit exceeded"),
    403100: ("Account Pending Password Change", "Password must be changed"),
    403101: (
        "Account Pending TFA Verification",
        "Pending Two-Factor Authentication",
    ),
    403102: ("Account Pending TFA Registration", "No second factor is enrolled"),
    403120: ("Account temporarily locked out", "Account temporarily locked out"),
    500001: ("General Server Error", "General server error"),
    504002: ("Request Timed Out", "The request has timed out"),
}
"""errorCode -> (errorMessage, errorDetails)"""

STATUS_REASONS: Final = {
    200: "OK",
    206: "Partial Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    500: "Internal Server Error",
    504: "Gateway Timeout",
}


class GigyaError(Exception):
    """An answer with an errorCode; `members` go beside it."""

    def __init__(self, code: int, details: str | None = None, **members: Any) -> None:
        """Take texts from the table."""
        super().__init__(code)
        message, usual_details = ERRORS[code]
        self.code = code
        self.members = {
            "errorMessage": message,
            "errorDetails": details or usual_details,
            **members,
        }
