"""The calls to AWS Cognito, the provider's user pool (wire 3.1, 3.9)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CloudError,
    CodeExpired,
    InvalidCredentials,
    Malformed,
    ProviderError,
    RateLimited,
    SessionExpired,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.server_clock import ServerClock
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import text

from .const import CLIENT_ID, Endpoints
from .errors import FinishInApp, ProviderChanged, StaleCode, WrongCode

_SERVICE: Final = "AWSCognitoIdentityProviderService"
_LOCK_SECONDS: Final = 15 * 60.0


class Cognito:
    """Two operations that sign in; neither is ever sent twice."""

    def __init__(self, transport: Transport, endpoints: Endpoints) -> None:
        """Take the transport of one account."""
        self._transport = transport
        self._base = endpoints.cognito
        self._clock = ServerClock(endpoints.cognito)
        transport.observers.append(self._clock)

    @property
    def now(self) -> datetime:
        """The time (UTC) by the clock of the pool, or by ours before it has answered."""
        return self._clock.now() or datetime.now(UTC)

    async def initiate(
        self, flow: str, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        """Begin a login, or renew one.

        :raises AuthFailed: refused.
        :raises ProviderChanged: the pool is another one now.
        :raises CloudError: the pool can't be asked now.
        """
        body = {
            "AuthFlow": flow,
            "ClientId": CLIENT_ID,
            "AuthParameters": dict(parameters),
        }
        return await self._send("InitiateAuth", body)

    async def respond(
        self, challenge: str, responses: Mapping[str, str], session: str = ""
    ) -> dict[str, Any]:
        """Answer a challenge.

        :raises CodeRejected: the code is wrong.
        :raises CodeExpired: the code, or the attempt, is too old.
        :raises CloudError: as `initiate` does.
        """
        body: dict[str, Any] = {
            "ChallengeName": challenge,
            "ClientId": CLIENT_ID,
            "ChallengeResponses": dict(responses),
        }
        if session:
            body["Session"] = session
        return await self._send("RespondToAuthChallenge", body)

    async def _send(self, operation: str, body: object) -> dict[str, Any]:
        call = Call(
            method="POST",
            base=self._base,
            path="/",
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"{_SERVICE}.{operation}",
            },
            json=body,
            good={200, 400},
            idempotent=False,
            urgent=True,
        )
        reply = await self._transport.send(call)
        answer = await read_json(reply)
        if not isinstance(answer, dict):
            raise Malformed("Cognito answered with no object", status=reply.status)
        if reply.status == 400:
            raise _error(reply, answer)
        return answer


def _error(reply: Reply, answer: Mapping[str, Any]) -> CloudError:
    named = text(answer.get("__type")) or reply.headers.get("x-amzn-ErrorType", "")
    kind = named.rpartition("#")[2].partition(":")[0]
    message = text(answer.get("message") or answer.get("Message"))
    if kind == "CodeMismatchException":
        return WrongCode(text(answer.get("Session")))
    if make := _ERRORS.get(kind):
        return make(message)
    return ProviderError(f"Cognito answered {kind[:60]}", status=400, code=kind[:60])


def _not_authorized(message: str) -> CloudError:
    folded = message.lower()
    if "attempts exceeded" in folded:
        return AccountLocked("Too many failed sign-ins", retry_after=_LOCK_SECONDS)
    if "refresh token" in folded:
        return SessionExpired("The refresh token is no longer valid")
    if "session" in folded:
        return CodeExpired("The sign-in took too long")
    return InvalidCredentials("The user pool refuses the login")


# The messages of Cognito may hold the user's name: none gets into an error.
_ERRORS: Final[Mapping[str, Callable[[str], CloudError]]] = {
    "NotAuthorizedException": _not_authorized,
    "UserNotFoundException": lambda _: InvalidCredentials("There is no such user"),
    "UserNotConfirmedException": lambda _: FinishInApp("The user is not confirmed"),
    "PasswordResetRequiredException": lambda _: FinishInApp(
        "A new password is required"
    ),
    "ExpiredCodeException": lambda _: StaleCode("The code has expired"),
    "TooManyRequestsException": lambda _: RateLimited("Cognito is limiting requests"),
    "LimitExceededException": lambda _: RateLimited("Cognito is limiting requests"),
    "ResourceNotFoundException": lambda _: ProviderChanged(
        "The user pool is gone", status=400
    ),
    "InvalidParameterException": lambda _: ProviderChanged(
        "The user pool wants another way to sign in", status=400
    ),
}
