"""The passwordless login: an id, then a one-time code (wire 3.1 to 3.3, 3.7).

A transaction goes by its `stateToken`. Codes are good once, for the transaction in which they were sent; a wrong code leaves the
transaction as it is.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from .customers import Customers, Factor, Person
from .numbers import is_israeli_id
from .okta_errors import PASSCODE_CAUSE, RECENTLY_SENT_CAUSE, OktaError

BASE: Final = "/okta"
REAL_ORIGIN: Final = "https://iec-ext.okta.com"
LIFE: Final = 300
DOMAIN: Final = "@iec.co.il"


@dataclass(slots=True)
class Transaction:
    """A login that has begun; `sent` is when a code went to each factor."""

    person: Person
    token: str
    expires: float
    sent: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class SessionToken:
    """What a finished login is worth."""

    person: Person
    expires: float


class Okta:
    """The `authn` calls.

    - `life`: seconds that a transaction lives after its last step
    - `code_life`: seconds that a code lives
    - `resend_wait`: seconds between two codes to the same person
    - `unknown_user`: the error for an id without an account
    - `zero_padding`: ids are matched `any` how, or must come `padded` to nine digits, or without leading zeros (`unpadded`)
    """

    def __init__(self, customers: Customers, clock: Clock, rng: Random) -> None:
        """Start without transactions."""
        self._customers = customers
        self._clock = clock
        self._rng = rng
        self._transactions: dict[str, Transaction] = {}
        self._session_tokens: dict[str, SessionToken] = {}
        self._last_sent: dict[Person, float] = {}
        self.life: float = LIFE
        self.code_life: float = LIFE
        self.resend_wait: float = 0
        self.unknown_user = "unknown_user"
        self.zero_padding = "any"

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        authn = f"{BASE}/api/v1/authn"
        verify = f"{authn}/factors/{{factor_id}}/verify"
        return [
            web.post(authn, _guarded(self._begin)),
            web.post(verify, _guarded(self._verify)),
            web.post(f"{authn}/cancel", _guarded(self._cancel)),
        ]

    def take_session_token(self, token: str) -> Person | None:
        """Whose login it was; a session token is good once."""
        known = self._session_tokens.pop(token, None)
        if known is None or known.expires <= self._clock.timestamp():
            return None
        return known.person

    def expire_transactions(self, person: Person) -> None:
        """Let a login that has begun be too old."""
        for each in self._of(person):
            each.expires = 0

    def expire_codes(self, person: Person) -> None:
        """Let codes that were sent be too old, but not the login."""
        for each in self._of(person):
            each.sent = dict.fromkeys(each.sent, float("-inf"))

    def _of(self, person: Person) -> list[Transaction]:
        return [each for each in self._transactions.values() if each.person is person]

    async def _begin(self, request: web.Request) -> web.Response:
        username = (await _json_object(request)).get("username")
        if not isinstance(username, str) or not username:
            raise OktaError("validation", "username: The field cannot be left blank")
        person = self._person(username)
        request[ACCOUNT] = person.name
        if person.locked == "error":
            raise OktaError("locked")
        if person.locked == "status":
            return web.json_response({"status": "LOCKED_OUT", "_embedded": {}})
        token = f"00{self._rng.randbytes(20).hex()}"
        transaction = Transaction(person, token, 0)
        self._transactions[token] = transaction
        return web.json_response(self._unauthenticated(transaction))

    def _person(self, username: str) -> Person:
        user_id, _, domain = username.rpartition("@")
        if f"@{domain}" != DOMAIN or not is_israeli_id(user_id):
            raise OktaError(self.unknown_user)
        wanted = {
            "any": user_id,
            "padded": user_id if len(user_id) == 9 else None,
            "unpadded": None if user_id.startswith("0") else user_id,
        }[self.zero_padding]
        person = self._customers.by_user_id(wanted)
        if person is None:
            raise OktaError(self.unknown_user)
        return person

    async def _verify(self, request: web.Request) -> web.Response:
        body = await _json_object(request)
        transaction = self._transaction(body)
        person = transaction.person
        request[ACCOUNT] = person.name
        factor_id = request.match_info["factor_id"]
        factor = next((f for f in person.factors if f.id == factor_id), None)
        if factor is None:
            raise OktaError("not_found")
        if person.locked is not None:
            raise OktaError("locked")
        if not body.get("passCode"):
            return self._challenge(transaction, factor)
        return self._answer(transaction, factor, body["passCode"])

    def _transaction(self, body: dict[str, Any]) -> Transaction:
        transaction = self._transactions.get(str(body.get("stateToken")))
        if transaction is None or transaction.expires <= self._clock.timestamp():
            raise OktaError("invalid_token")
        return transaction

    def _challenge(self, transaction: Transaction, factor: Factor) -> web.Response:
        now = self._clock.timestamp()
        last = self._last_sent.get(transaction.person, float("-inf"))
        if last <= now < last + self.resend_wait:
            left = int(last + self.resend_wait - now)
            name = "sms_recently_sent" if factor.kind == "sms" else "recently_sent"
            raise OktaError(name, RECENTLY_SENT_CAUSE.format(seconds=left))
        self._last_sent[transaction.person] = transaction.sent[factor.id] = now
        return web.json_response(
            self._renewed(transaction)
            | {
                "status": "MFA_CHALLENGE",
                "factorResult": "CHALLENGE",
                "_embedded": {"factor": _factor(factor)},
                "_links": {"next": _link(f"factors/{factor.id}/verify"), **CANCEL},
            }
        )

    def _answer(
        self, transaction: Transaction, factor: Factor, code: object
    ) -> web.Response:
        sent = transaction.sent.get(factor.id, float("-inf"))
        person, now = transaction.person, self._clock.timestamp()
        if code != person.code or sent + self.code_life <= now:
            raise OktaError("wrong_code", PASSCODE_CAUSE)
        del self._transactions[transaction.token]
        token = f"20111{self._rng.randbytes(24).hex()}"
        self._session_tokens[token] = SessionToken(person, now + self.life)
        profile = {
            "login": person.username,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "locale": "en",
            "timeZone": "Asia/Jerusalem",
        }
        return web.json_response(
            {
                "expiresAt": _wire_time(now + self.life),
                "status": "SUCCESS",
                "sessionToken": token,
                "_embedded": {"user": {"id": person.contact_id, "profile": profile}},
            }
        )

    async def _cancel(self, request: web.Request) -> web.Response:
        transaction = self._transaction(await _json_object(request))
        del self._transactions[transaction.token]
        return web.json_response({})

    def _renewed(self, transaction: Transaction) -> dict[str, Any]:
        transaction.expires = self._clock.timestamp() + self.life
        return {
            "stateToken": transaction.token,
            "expiresAt": _wire_time(transaction.expires),
        }

    def _unauthenticated(self, transaction: Transaction) -> dict[str, Any]:
        factors = [
            _factor(each) | {"_links": {"verify": _link(f"factors/{each.id}/verify")}}
            for each in transaction.person.factors
        ]
        policy = {
            "allowRememberDevice": False,
            "rememberDeviceLifetimeInMinutes": 0,
            "rememberDeviceByDefault": False,
            "factorsPolicyInfo": {},
        }
        return self._renewed(transaction) | {
            "status": "UNAUTHENTICATED",
            "_embedded": {"factors": factors, "policy": policy},
            "_links": CANCEL,
        }


def _factor(factor: Factor) -> dict[str, Any]:
    return {
        "id": factor.id,
        "factorType": "email",
        "provider": "OKTA",
        "vendorName": "OKTA",
        "profile": {"email": factor.address},
    }


def _link(path: str) -> dict[str, Any]:
    """Links name the real host, wherever the simulator runs: a client must not follow them."""
    href = f"{REAL_ORIGIN}/api/v1/authn/{path}"
    return {"href": href, "hints": {"allow": ["POST"]}}


CANCEL: Final = {"cancel": _link("cancel")}


def _wire_time(timestamp: float) -> str:
    time = datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None)
    return f"{time.isoformat(timespec='milliseconds')}Z"


def _guarded(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def guard(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except OktaError as error:
            return error.response()

    return guard


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise OktaError("malformed") from error
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise OktaError("malformed")
    return body
