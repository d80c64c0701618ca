"""Second factors (wire 3.8): each answer spends its session, which lives three minutes."""

from dataclasses import dataclass
import json
from random import Random
from typing import Any, Final

from tests.clouds.clock import Clock

from .cognito_errors import CognitoError, invalid_parameter
from .customers import MFA_KINDS, Login

LIFE: Final = 180
RETRIES: Final = ("none", "renewed", "kept")


@dataclass(slots=True)
class Session:
    """A login that waits for a second factor."""

    login: Login
    kind: str
    expires: float
    code_expired: bool = False


class Challenges:
    """All challenges but the password's. `retry`: what becomes of a session with a wrong code."""

    def __init__(self, clock: Clock, rng: Random, *, lenient: bool) -> None:
        """Start with nobody waiting."""
        self._clock = clock
        self._rng = rng
        self._sessions: dict[str, Session] = {}
        self.retry = "renewed" if lenient else "none"

    def ask(self, login: Login, kind: str) -> dict[str, Any]:
        """The challenge of that kind."""
        return {
            "ChallengeName": kind,
            "Session": self._new_session(login, kind),
            "ChallengeParameters": _parameters(login, kind),
        }

    def owner(self, session: object) -> Login:
        """Who waits with that session.

        :raises CognitoError: nobody, or it has expired
        """
        found = self._sessions.get(str(session))
        if found is None or found.expires <= self._clock.timestamp():
            raise _session_expired()
        return found.login

    def answer(
        self, body: dict[str, Any], responses: dict[str, str]
    ) -> dict[str, Any] | None:
        """The next challenge, or None when the factor is proven.

        :raises CognitoError: the answer is wrong, late, or not for this challenge
        """
        session = self._sessions[str(body.get("Session"))]
        kind, login = session.kind, session.login
        if body.get("ChallengeName") != kind:
            raise invalid_parameter("Challenge name does not fit the session")
        if responses.get("USERNAME") not in (login.sub, login.email):
            raise invalid_parameter("Missing required parameter USERNAME")
        del self._sessions[str(body.get("Session"))]
        if kind == "SELECT_MFA_TYPE":
            return self._select(login, responses)
        if kind not in MFA_KINDS:
            raise invalid_parameter(f"{kind} cannot be answered here")
        try:
            self._check_code(session, responses)
        except CognitoError:
            if self.retry == "kept":
                self._sessions[str(body.get("Session"))] = session
            raise
        return None

    def expire_codes(self, login: Login) -> None:
        """Codes that were sent are too old now."""
        for session in self._sessions.values():
            session.code_expired |= session.login is login

    def expire_sessions(self, login: Login) -> None:
        """Who waits has waited too long."""
        for session in self._sessions.values():
            if session.login is login:
                session.expires = 0

    def _select(self, login: Login, responses: dict[str, str]) -> dict[str, Any]:
        kind = responses.get("ANSWER")
        if kind not in MFA_KINDS:
            raise invalid_parameter("ANSWER is none of the choices")
        return self.ask(login, kind)

    def _check_code(self, session: Session, responses: dict[str, str]) -> None:
        code = responses.get(f"{session.kind}_CODE")
        if not code:
            raise invalid_parameter(f"Missing required parameter {session.kind}_CODE")
        if session.code_expired:
            text = "Invalid code provided, please request a code again."
            raise CognitoError("ExpiredCodeException", text)
        if code != session.login.code:
            more = {}
            if self.retry == "renewed":
                more["Session"] = self._new_session(session.login, session.kind)
            text = "Invalid code received for user"
            raise CognitoError("CodeMismatchException", text, **more)

    def _new_session(self, login: Login, kind: str) -> str:
        text = self._rng.randbytes(300).hex()
        expires = self._clock.timestamp() + LIFE
        self._sessions[text] = Session(login, kind, expires)
        return text


def _session_expired() -> CognitoError:
    text = "Invalid session for the user, session is expired."
    return CognitoError("NotAuthorizedException", text)


def _parameters(login: Login, kind: str) -> dict[str, str]:
    shown = {"USER_ID_FOR_SRP": login.sub}
    match kind:
        case "SMS_MFA":
            shown["CODE_DELIVERY_DELIVERY_MEDIUM"] = "SMS"
            shown["CODE_DELIVERY_DESTINATION"] = (
                f"+*******{login.customer_gid % 10_000:04}"
            )
        case "EMAIL_OTP":
            shown["CODE_DELIVERY_DELIVERY_MEDIUM"] = "EMAIL"
            shown["CODE_DELIVERY_DESTINATION"] = f"{login.email[0]}***@e***"
        case "SOFTWARE_TOKEN_MFA":
            shown["FRIENDLY_DEVICE_NAME"] = "Phone"
        case "SELECT_MFA_TYPE":
            shown["MFAS_CAN_CHOOSE"] = json.dumps(MFA_KINDS)
        case "NEW_PASSWORD_REQUIRED":
            shown["requiredAttributes"] = "[]"
            shown["userAttributes"] = json.dumps({"email": login.email})
    return shown
