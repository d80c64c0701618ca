"""The second factor (wire 3.4 to 3.9): providers, targets, code, finalize."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock

from . import jwt
from .customers import Login, Target
from .gigya import API_KEY, Gigya, Params, Registration, required, utc_text
from .gigya_errors import GigyaError

ASSERTION_LIFE: Final = 300
MAX_TRIES: Final = 3


@dataclass(slots=True)
class Assertion:
    """What initTFA gave out."""

    registration: Registration
    provider: str
    expires: float


@dataclass(slots=True)
class Challenge:
    """A code that was sent; it lives as long as its assertion."""

    assertion: str
    code: str | None
    """None if it has not arrived: nobody knows it."""
    target: Target
    method: str
    tries: int = 0


class SecondFactor:
    """State and calls of the second factor.

    :param lenient: an e-mail code may be verified without `phvToken` (wire 3.8)
    """

    def __init__(
        self, gigya: Gigya, clock: Clock, rng: Random, *, lenient: bool
    ) -> None:
        """Start with nothing sent."""
        self._gigya = gigya
        self._clock = clock
        self._rng = rng
        self._lenient = lenient
        self._assertions: dict[str, Assertion] = {}
        self._challenges: dict[str, Challenge] = {}
        self._proofs: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "accounts.tfa.getProviders": self._providers,
            "accounts.tfa.initTFA": self._init,
            "accounts.tfa.phone.getRegisteredPhoneNumbers": self._phones,
            "accounts.tfa.email.getEmails": self._emails,
            "accounts.tfa.phone.sendVerificationCode": self._send_to_phone,
            "accounts.tfa.email.sendVerificationCode": self._send_email,
            "accounts.tfa.phone.completeVerification": self._complete_phone,
            "accounts.tfa.email.completeVerification": self._complete_email,
            "accounts.tfa.finalizeTFA": self._finalize,
            "accounts.finalizeRegistration": self._finalize_registration,
        }
        return [
            self._gigya.route("GET", f"/{name}", call) for name, call in calls.items()
        ]

    def expire(self, login: Login) -> None:
        """Let every code and assertion of a login expire."""
        for assertion in self._assertions.values():
            if assertion.registration.login is login:
                assertion.expires = 0

    def _providers(self, request: web.Request, params: Params) -> dict[str, Any]:
        login = self._gigya.registration(request, params).login
        names = dict.fromkeys(target.provider for target in login.targets)
        return {
            "activeProviders": [{"name": name} for name in names],
            "inactiveProviders": [],
            "pendingOptin": [],
        }

    def _init(self, request: web.Request, params: Params) -> dict[str, Any]:
        registration = self._gigya.registration(request, params)
        provider = required(params, "provider")
        if required(params, "mode") != "verify":
            raise GigyaError(400006, "mode")
        if provider not in [each.provider for each in registration.login.targets]:
            raise GigyaError(400006, "provider")
        expires = self._clock.timestamp() + ASSERTION_LIFE
        token = self._jwt(provider, expires)
        self._assertions[token] = Assertion(registration, provider, expires)
        return {"gigyaAssertion": token}

    def _phones(self, request: web.Request, params: Params) -> dict[str, Any]:
        targets = self._targets(params, "gigyaPhone")
        return {
            "phones": [self._shown(t) | {"lastMethod": t.last_method} for t in targets]
        }

    def _emails(self, request: web.Request, params: Params) -> dict[str, Any]:
        targets = self._targets(params, "gigyaEmail")
        return {"emails": [self._shown(target) for target in targets]}

    def _send_to_phone(self, request: web.Request, params: Params) -> dict[str, Any]:
        if required(params, "method") not in ("sms", "voice"):
            raise GigyaError(400006, "method")
        return self._send(request, params, "gigyaPhone", "phoneID")

    def _send_email(self, request: web.Request, params: Params) -> dict[str, Any]:
        return self._send(request, params, "gigyaEmail", "emailID")

    def _complete_phone(self, request: web.Request, params: Params) -> dict[str, Any]:
        return self._complete(request, params, "gigyaPhone")

    def _complete_email(self, request: web.Request, params: Params) -> dict[str, Any]:
        return self._complete(request, params, "gigyaEmail")

    def _send(
        self, request: web.Request, params: Params, provider: str, id_name: str
    ) -> dict[str, Any]:
        assertion = self._owned_assertion(request, params, provider)
        login = assertion.registration.login
        asked = required(params, id_name)
        own = (each for each in login.targets if each.provider == provider)
        target = next((each for each in own if each.id == asked), None)
        if target is None:
            raise GigyaError(400006, id_name)
        method = params.get("method", "")
        arrives = not (target.is_landline and method == "sms")
        token = f"MhF~{self._rng.randbytes(12).hex()}~{self._rng.randbytes(8).hex()}"
        code = login.code if arrives else None
        self._challenges[token] = Challenge(
            params["gigyaAssertion"], code, target, method
        )
        return {"phvToken": token}

    def _complete(
        self, request: web.Request, params: Params, provider: str
    ) -> dict[str, Any]:
        assertion = self._owned_assertion(request, params, provider)
        challenge = self._challenge(params, provider)
        code = required(params, "code")
        if challenge.tries >= MAX_TRIES:
            raise GigyaError(400006, "Maximum allowed tries exceeded")
        if code != challenge.code:
            challenge.tries += 1
            raise GigyaError(400006, "Wrong verification code")
        challenge.target.last_method = challenge.method
        proof = self._jwt(provider, assertion.expires)
        self._proofs[proof] = params["gigyaAssertion"]
        return {"providerAssertion": proof}

    def _challenge(self, params: Params, provider: str) -> Challenge:
        """The sent code that the request is about."""
        if self._lenient and provider == "gigyaEmail" and "phvToken" not in params:
            sent = reversed(self._challenges.values())
            found = [c for c in sent if c.assertion == params["gigyaAssertion"]]
        else:
            known = self._challenges.get(required(params, "phvToken"))
            found = [] if known is None else [known]
        if not found or found[0].assertion != params["gigyaAssertion"]:
            raise GigyaError(400006, "Invalid jwt")
        return found[0]

    def _finalize(self, request: web.Request, params: Params) -> dict[str, Any]:
        registration = self._gigya.registration(request, params)
        assertion = required(params, "gigyaAssertion")
        if self._proofs.get(required(params, "providerAssertion")) != assertion:
            raise GigyaError(400006, "Invalid jwt")
        if self._assertion(assertion).registration is not registration:
            raise GigyaError(400006, "Invalid jwt")
        registration.verified = True
        if required(params, "tempDevice") == "false":
            self._gigya.trust(registration.login, request)
        return {}

    def _finalize_registration(
        self, request: web.Request, params: Params
    ) -> dict[str, Any]:
        registration = self._gigya.registration(request, params)
        if not registration.verified:
            raise GigyaError(403101)
        return self._gigya.signed_in(registration.login, params)

    def _owned_assertion(
        self, request: web.Request, params: Params, provider: str
    ) -> Assertion:
        """The assertion of the request, which must be of its regToken and provider."""
        registration = self._gigya.registration(request, params)
        assertion = self._assertion(required(params, "gigyaAssertion"))
        if assertion.registration is registration and assertion.provider == provider:
            return assertion
        raise GigyaError(400006, "Invalid jwt")

    def _assertion(self, token: str) -> Assertion:
        found = self._assertions.get(token)
        if found is None or found.expires <= self._clock.timestamp():
            raise GigyaError(400006, "Invalid jwt")
        return found

    def _targets(self, params: Params, provider: str) -> list[Target]:
        assertion = self._assertion(required(params, "gigyaAssertion"))
        if assertion.provider != provider:
            raise GigyaError(400006, "Invalid jwt")
        targets = assertion.registration.login.targets
        return [target for target in targets if target.provider == provider]

    def _shown(self, target: Target) -> dict[str, str]:
        last_week = self._clock.timestamp() - 7 * 86400
        return {
            "id": target.id,
            "obfuscated": target.obfuscated,
            "lastVerification": utc_text(last_week),
        }

    def _jwt(self, provider: str, expires: float) -> str:
        claims = {"apiKey": API_KEY, "provider": provider, "exp": int(expires)}
        return jwt.token(self._rng, "RS256", claims)
