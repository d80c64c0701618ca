"""The calls of the login service (wire 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from custom_components.cloud_energy.client.call import Body, Call, Reply
from custom_components.cloud_energy.client.errors import (
    CodeExpired,
    Malformed,
    ProviderError,
)
from custom_components.cloud_energy.client.fields import good_members
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import members, text

from .const import CLIENT_ID, REDIRECT_URI, SCOPE, Endpoints
from .okta_errors import check, check_status, check_tokens
from .pkce import Proof, read_form

_JSON: Final = {"accept": "application/json"}
_ANSWERED: Final = frozenset({200, 400, 401, 403, 404})


@dataclass(frozen=True)
class Factor:
    """One way to get a code."""

    id: str = field(repr=False)
    kind: str
    address: str = field(repr=False)
    """As the service masks it."""


@dataclass(frozen=True)
class Attempt:
    """A login that has begun and waits for a code; it lives a few minutes."""

    state_token: str = field(repr=False)
    factors: Sequence[Factor]


class Okta:
    """The login service. None of its calls is ever sent twice."""

    def __init__(self, transport: Transport, endpoints: Endpoints) -> None:
        """Take the transport of one account."""
        self._transport = transport
        self._base = endpoints.okta

    async def begin(self, username: str) -> Attempt:
        """Begin a login; nothing is sent to the user yet (wire 3.1).

        :raises NotRegistered: nobody has this name.
        :raises CloudError: as `okta_errors.check` says.
        """
        reply = await self._post("/api/v1/authn", {"username": username})
        await check(reply, begins=True)
        answer = await _object(reply)
        check_status(answer)
        embedded = answer.get("_embedded")
        factors = embedded.get("factors") if isinstance(embedded, dict) else None
        return Attempt(
            state_token=_required(answer, "stateToken"),
            factors=good_members(members(factors), _factor, "Okta factor"),
        )

    async def send_code(self, attempt: Attempt, factor: Factor) -> None:
        """Have a code sent (wire 3.2)."""
        await self._verify(attempt, factor, {})

    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> str:
        """Trade the code for the token of a session (wire 3.3).

        :raises CodeRejected: it is wrong; the attempt continues.
        """
        answer = await self._verify(attempt, factor, {"passCode": code})
        return _required(answer, "sessionToken")

    async def authorize(self, session_token: str, proof: Proof) -> str:
        """Trade a session for an authorization code (wire 3.4).

        :raises CodeExpired: the session was used before or is too old.
        """
        call = Call(
            method="GET",
            base=self._base,
            path="/oauth2/default/v1/authorize",
            query={
                "client_id": CLIENT_ID,
                "response_type": "id_token code",
                "response_mode": "form_post",
                "scope": SCOPE,
                "redirect_uri": REDIRECT_URI,
                "state": proof.state,
                "nonce": proof.nonce,
                "code_challenge_method": "S256",
                "sessionToken": session_token,
                "code_challenge": proof.challenge,
            },
            body=Body.TEXT,
            good={*_ANSWERED, 302, 303},
            idempotent=False,
            urgent=True,
        )
        reply = await self._transport.send(call)
        form = read_form(reply.text())
        if form.get("state") not in (None, proof.state):
            raise Malformed(f"{call.where} answered another login")
        if not form.get("code"):
            raise CodeExpired("The login service refuses the session")
        return form["code"]

    async def exchange(self, code: str, proof: Proof) -> dict[str, Any]:
        """Trade an authorization code for tokens (wire 3.5).

        :raises SessionExpired: the code was used before or is too old.
        """
        return await self._token(
            {
                "code_verifier": proof.verifier,
                "grant_type": "authorization_code",
                "code": code,
            }
        )

    async def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Trade a refresh token for new tokens (wire 3.6).

        :raises SessionExpired: it is proven to be dead.
        """
        return await self._token(
            {
                "refresh_token": refresh_token,
                "grant_type": "refresh_token",
                "scope": SCOPE,
            }
        )

    async def _verify(
        self, attempt: Attempt, factor: Factor, more: Mapping[str, str]
    ) -> dict[str, Any]:
        reply = await self._post(
            "/api/v1/authn/factors/{factor}/verify",
            {"stateToken": attempt.state_token, **more},
            factor=factor.id,
        )
        await check(reply)
        answer = await _object(reply)
        check_status(answer)
        return answer

    async def _post(self, path: str, body: object, **params: str) -> Reply:
        call = Call(
            method="POST",
            base=self._base,
            path=path,
            params=params,
            headers=_JSON,
            json=body,
            good=_ANSWERED,
            idempotent=False,
            urgent=True,
        )
        return await self._transport.send(call)

    async def _token(self, form: Mapping[str, str]) -> dict[str, Any]:
        call = Call(
            method="POST",
            base=self._base,
            path="/oauth2/default/v1/token",
            headers=_JSON,
            form={"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, **form},
            good=_ANSWERED,
            idempotent=False,
            urgent=True,
        )
        reply = await self._transport.send(call)
        await check_tokens(reply)
        return await _object(reply)


async def _object(reply: Reply) -> dict[str, Any]:
    where = reply.call.where
    if reply.status != 200:
        raise ProviderError(f"{where} answered {reply.status}", status=reply.status)
    answer = await read_json(reply)
    if not isinstance(answer, dict):
        raise Malformed(f"{where} answered with no object")
    return answer


def _factor(entry: object) -> Factor:
    found: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    factor = _required(found, "id")
    profile = found.get("profile")
    known: Mapping[str, Any] = profile if isinstance(profile, dict) else {}
    address = text(known.get("email")) or text(known.get("phoneNumber"))
    return Factor(factor, text(found.get("factorType")).lower(), address)


def _required(answer: Mapping[str, Any], key: str) -> str:
    value = text(answer.get(key))
    if not value:
        raise Malformed(f"The login service answered without {key}")
    return value
