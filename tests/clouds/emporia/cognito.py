"""The user pool's operations (wire 3.1 to 3.6): one path, told apart by a header."""

from collections.abc import Callable
import json
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from .challenges import Challenges
from .cognito_errors import (
    LOGIN_ERRORS,
    MEDIA_TYPE,
    CognitoError,
    cognito_error,
    cognito_json,
    invalid_parameter,
    wrong_credentials,
)
from .customers import Customers, Login
from .password_proof import PasswordProof
from .tokens import Tokens

TARGET: Final = "AWSCognitoIdentityProviderService."
FREE_ATTEMPTS: Final = 5
LONGEST_LOCK: Final = 900

type Fields = dict[str, Any]


class Cognito:
    """Logins, refreshes and what else a client may ask of the pool.

    - `hides_users`: an unknown e-mail address is answered like a wrong password
    - `error_prefix`: stands before each `__type`
    """

    def __init__(
        self,
        customers: Customers,
        clock: Clock,
        tokens: Tokens,
        proof: PasswordProof,
        challenges: Challenges,
    ) -> None:
        """Put the parts together."""
        self._customers = customers
        self._clock = clock
        self._tokens = tokens
        self._proof = proof
        self._challenges = challenges
        self.hides_users = False
        self.error_prefix = ""
        self._operations: dict[str, Callable[[web.Request, Fields], Fields]] = {
            "InitiateAuth": self._initiate,
            "RespondToAuthChallenge": self._respond,
            "GetUser": self._get_user,
            "RevokeToken": self._revoke,
        }

    def routes(self) -> list[web.RouteDef]:
        """The one path of the user pool."""
        return [web.post("/", self._dispatch)]

    def lock(self, login: Login, seconds: float) -> None:
        """Refuse a login's passwords for a while."""
        login.locked_until = self._clock.timestamp() + seconds

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        try:
            operation, body = await self._read(request)
            return cognito_json(operation(request, body))
        except CognitoError as error:
            return cognito_error(error, prefix=self.error_prefix)

    async def _read(
        self, request: web.Request
    ) -> tuple[Callable[[web.Request, Fields], Fields], Fields]:
        name = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        if name not in self._operations:
            raise CognitoError("UnknownOperationException", "")
        if request.content_type != MEDIA_TYPE:
            raise CognitoError("SerializationException", "Unexpected content type")
        try:
            body = json.loads(await request.read())
        except ValueError as error:
            raise CognitoError("SerializationException", "No JSON") from error
        if not isinstance(body, dict):
            raise CognitoError("SerializationException", "Start of structure expected")
        return self._operations[name], body

    def _initiate(self, request: web.Request, body: Fields) -> Fields:
        self._check_client(body)
        parameters = _strings(body, "AuthParameters")
        match body.get("AuthFlow"):
            case "USER_SRP_AUTH":
                return self._start_proof(request, parameters)
            case "USER_PASSWORD_AUTH":
                return self._plain_password(request, parameters)
            case "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN":
                return self._refresh(request, parameters)
        raise invalid_parameter(f"{body.get('AuthFlow')} flow not enabled")

    def _start_proof(self, request: web.Request, parameters: dict[str, str]) -> Fields:
        username = _needed(parameters, "USERNAME")
        srp_a = _needed(parameters, "SRP_A")
        login = self._customers.by_username(username)
        if login is None and not self.hides_users:
            raise CognitoError("UserNotFoundException", "User does not exist.")
        if login is not None:
            request[ACCOUNT] = login.name
            self._check_lock(login)
        return self._proof.start(login, username, srp_a)

    def _plain_password(
        self, request: web.Request, parameters: dict[str, str]
    ) -> Fields:
        login = self._customers.by_username(_needed(parameters, "USERNAME"))
        password = _needed(parameters, "PASSWORD")
        if login is None:
            if self.hides_users:
                raise wrong_credentials()
            raise CognitoError("UserNotFoundException", "User does not exist.")
        request[ACCOUNT] = login.name
        self._check_lock(login)
        return self._after_password(login, right=password == login.password)

    def _refresh(self, request: web.Request, parameters: dict[str, str]) -> Fields:
        token = _needed(parameters, "REFRESH_TOKEN")
        if (login := self._tokens.refresh_owner(token)) is not None:
            request[ACCOUNT] = login.name
        result = self._tokens.refresh(token)
        return {"ChallengeParameters": {}, "AuthenticationResult": result}

    def _respond(self, request: web.Request, body: Fields) -> Fields:
        self._check_client(body)
        responses = _strings(body, "ChallengeResponses")
        if body.get("ChallengeName") == "PASSWORD_VERIFIER":
            login, right = self._proof.check(responses)
            if login is None:
                raise wrong_credentials()
            request[ACCOUNT] = login.name
            self._check_lock(login)
            return self._after_password(login, right=right)
        login = self._challenges.owner(body.get("Session"))
        request[ACCOUNT] = login.name
        answer = self._challenges.answer(body, responses)
        return answer or self._signed_in(login)

    def _after_password(self, login: Login, *, right: bool) -> Fields:
        if not right:
            self._count_wrong(login)
            raise wrong_credentials()
        login.wrong_passwords = 0
        if login.login_error:
            raise CognitoError(*LOGIN_ERRORS[login.login_error])
        if login.mfa:
            return self._challenges.ask(login, login.mfa)
        return self._signed_in(login)

    def _signed_in(self, login: Login) -> Fields:
        result = self._tokens.sign_in(login)
        return {"ChallengeParameters": {}, "AuthenticationResult": result}

    def _count_wrong(self, login: Login) -> None:
        """After five wrong passwords the pool locks for 1, 2, 4... seconds, up to 15 minutes."""
        login.wrong_passwords += 1
        over = login.wrong_passwords - FREE_ATTEMPTS
        if over >= 0:
            self.lock(login, min(2**over, LONGEST_LOCK))

    def _check_lock(self, login: Login) -> None:
        if self._clock.timestamp() < login.locked_until:
            text = "Password attempts exceeded"
            raise CognitoError("NotAuthorizedException", text)

    def _get_user(self, request: web.Request, body: Fields) -> Fields:
        issued = self._tokens.owner(str(body.get("AccessToken")), "access")
        if issued is None:
            text = "Access Token has been revoked or has expired"
            raise CognitoError("NotAuthorizedException", text)
        login = issued.login
        request[ACCOUNT] = login.name
        values = {"sub": login.sub, "email_verified": "true", "email": login.email}
        attributes = [{"Name": n, "Value": v} for n, v in values.items()]
        return {"Username": login.sub, "UserAttributes": attributes}

    def _revoke(self, request: web.Request, body: Fields) -> Fields:
        self._check_client(body)
        self._tokens.revoke_refresh(body.get("Token"))
        return {}

    def _check_client(self, body: Fields) -> None:
        if body.get("ClientId") != self._tokens.client_id:
            text = f"User pool client {body.get('ClientId')} does not exist."
            raise CognitoError("ResourceNotFoundException", text)


def _strings(body: Fields, name: str) -> dict[str, str]:
    found = body.get(name)
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise CognitoError("SerializationException", f"{name} is no map of strings")
    return found


def _needed(parameters: dict[str, str], name: str) -> str:
    if not (value := parameters.get(name)):
        raise invalid_parameter(f"Missing required parameter {name}")
    return value
