"""The login service (wire 3.1 to 3.3, 3.10): login page, device cookies, credentials, account info."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
import json
from random import Random
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from . import jwt
from .customers import Customers, Login
from .gigya_errors import STATUS_REASONS, GigyaError

API_KEY: Final = "4_6zEg-HY_0eqpgdSONYkJkQ"
LOGIN_TOKEN_LIFE: Final = 3600
REG_TOKEN_LIFE: Final = 600
ID_TOKEN_LIFE: Final = 60
TRUST_LIFE: Final = 30 * 86400
LOCK_AFTER: Final = 5
LOCK_SECONDS: Final = 300

type Params = dict[str, str]
type Call = Callable[[web.Request, Params], dict[str, Any]]


@dataclass(slots=True)
class Registration:
    """A login that waits for its second factor."""

    login: Login
    expires: float
    verified: bool = False


@dataclass(frozen=True, slots=True)
class IdToken:
    """An id_token that was issued."""

    login: Login
    expires: float
    logged_in: bool


class Gigya:
    """State and calls of the login service."""

    def __init__(self, customers: Customers, clock: Clock, rng: Random) -> None:
        """Start with no known device."""
        self._customers = customers
        self._clock = clock
        self._rng = rng
        self.registrations: dict[str, Registration] = {}
        self.id_tokens: dict[str, IdToken] = {}
        self._login_tokens: dict[str, tuple[Login, float]] = {}
        self._trusted: dict[tuple[str, str], float] = {}

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        return [
            web.get("/CommonLogin", self._login_page),
            web.get("/accounts.webSdkBootstrap", self._bootstrap),
            self.route("POST", "/accounts.login", self._login),
            self.route("POST", "/accounts.getAccountInfo", self._account_info),
        ]

    def route(self, method: str, path: str, call: Call) -> web.RouteDef:
        """A call that answers in Gigya's way: HTTP 200, `text/javascript`, errors in the body."""

        async def handler(request: web.Request) -> web.Response:
            params = dict(request.query)
            if method == "POST":
                form = await request.post()
                params |= {name: str(value) for name, value in form.items()}
            try:
                self._check_key(params)
                return self.answer(call(request, params))
            except GigyaError as error:
                return self.answer(error.members, error.code)

        return web.route(method, path, handler)

    def answer(self, members: dict[str, Any], code: int = 0) -> web.Response:
        """The common members around `members`."""
        status = code // 1000 or 200
        now = self._clock.now()
        body = {
            "callId": self._rng.randbytes(16).hex(),
            "errorCode": code,
            "apiVersion": 2,
            "statusCode": status,
            "statusReason": STATUS_REASONS[status],
            "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **members,
        }
        return web.Response(text=json.dumps(body), content_type="text/javascript")

    def forget_devices(self, login: Login) -> None:
        """Ask for a second factor again at the next login."""
        self._trusted = {
            key: until for key, until in self._trusted.items() if key[0] != login.uid
        }

    def trust(self, login: Login, request: web.Request) -> None:
        """Remember the device that the request comes from, if it says which."""
        if gmid := request.cookies.get("gmid"):
            self._trusted[login.uid, gmid] = self._clock.timestamp() + TRUST_LIFE

    def registration(self, request: web.Request, params: Params) -> Registration:
        """The waiting login of the request's regToken.

        :raises GigyaError: missing, unknown or expired
        """
        found = self.registrations.get(required(params, "regToken"))
        if found is None or found.expires <= self._clock.timestamp():
            raise GigyaError(403002)
        request[ACCOUNT] = found.login.name
        return found

    def signed_in(self, login: Login, params: Params) -> dict[str, Any]:
        """The members of a completed login (wire 3.3)."""
        now = self._clock.timestamp()
        login_token = f"st2.s.{self._rng.randbytes(24).hex()}"
        self._login_tokens[login_token] = (login, now + LOGIN_TOKEN_LIFE)
        return self._person(login, params) | {
            "sessionInfo": {
                "login_token": login_token,
                "expires_in": str(LOGIN_TOKEN_LIFE),
            }
        }

    async def _login_page(self, request: web.Request) -> web.Response:
        page = web.Response(
            text="<!DOCTYPE html><html><head><title>Sign In</title></head></html>",
            content_type="text/html",
        )
        site = "2860612"
        for name in (f"visid_incap_{site}", f"nlbi_{site}", f"incap_ses_1_{site}"):
            if name not in request.cookies:
                page.set_cookie(name, self._rng.randbytes(16).hex())
        page.set_cookie("SelectedAppName", "electric")
        return page

    async def _bootstrap(self, request: web.Request) -> web.Response:
        try:
            self._check_key(dict(request.query))
        except GigyaError as error:
            return self.answer(error.members, error.code)
        response = self.answer({"hasGmid": "ver4"})
        if "gmid" not in request.cookies:
            life = 365 * 86400
            gmid = f"gmid.ver4.{self._rng.randbytes(18).hex()}"
            response.set_cookie("gmid", gmid, max_age=life, httponly=True)
            response.set_cookie("ucid", self._rng.randbytes(11).hex(), max_age=life)
            response.set_cookie("hasGmid", "ver4", max_age=life)
        response.set_cookie(f"gig_bootstrap_{API_KEY}", "auth_ver4")
        return response

    def _login(self, request: web.Request, params: Params) -> dict[str, Any]:
        username, password = required(params, "loginID"), required(params, "password")
        login = self._customers.by_username(username)
        if login is None:
            raise GigyaError(403042)
        request[ACCOUNT] = login.name
        self._check_password(login, password)
        if login.login_error is not None:
            raise GigyaError(login.login_error, **self._pending(login))
        if login.targets and not self._is_trusted(login, request):
            raise GigyaError(403101, **self._pending(login))
        return self.signed_in(login, params)

    def _check_password(self, login: Login, password: str) -> None:
        """Count wrong passwords; the fifth in a row locks for five minutes."""
        now = self._clock.timestamp()
        if login.locked_until > now:
            raise GigyaError(403120)
        if password == login.password:
            login.wrong_passwords = 0
            return
        login.wrong_passwords += 1
        if login.wrong_passwords >= LOCK_AFTER:
            login.locked_until, login.wrong_passwords = now + LOCK_SECONDS, 0
        raise GigyaError(403042)

    def _pending(self, login: Login) -> dict[str, Any]:
        """The members of a login that is not complete yet."""
        reg_token = f"st2.s.{self._rng.randbytes(24).hex()}"
        expires = self._clock.timestamp() + REG_TOKEN_LIFE
        self.registrations[reg_token] = Registration(login, expires)
        return {
            "UID": login.uid,
            "id_token": self._id_token(login, logged_in=False),
            "regToken": reg_token,
            "sessionInfo": {"expires_in": str(LOGIN_TOKEN_LIFE)},
        }

    def _account_info(self, request: web.Request, params: Params) -> dict[str, Any]:
        cookie = request.cookies.get(f"glt_{API_KEY}")
        login_token = params.get("login_token") or cookie or ""
        login, expires = self._login_tokens.get(login_token, (None, 0.0))
        if login is None or expires <= self._clock.timestamp():
            raise GigyaError(403005)
        request[ACCOUNT] = login.name
        return self._person(login, params)

    def _person(self, login: Login, params: Params) -> dict[str, Any]:
        """Who it is; the id_token comes only when `include` asks for it."""
        now = self._clock.timestamp()
        person: dict[str, Any] = {
            "UID": login.uid,
            "UIDSignature": self._rng.randbytes(20).hex(),
            "signatureTimestamp": str(int(now)),
            "profile": {
                "firstName": login.first_name,
                "lastName": login.last_name,
                "email": login.username,
            },
            "data": {
                "entitlements": {
                    "Electric": {"EMYA": True, "ELL": False, "ECI": False, "EAG": False}
                },
                "MyAccountRegistration": True,
                "legacyUID": "XXXX",
            },
        }
        if "id_token" in params.get("include", "").split(","):
            person["id_token"] = self._id_token(login, logged_in=True)
        return person

    def _id_token(self, login: Login, *, logged_in: bool) -> str:
        now = self._clock.timestamp()
        claims = {
            "iss": f"https://fidm.gigya.com/jwt/{API_KEY}/",
            "sub": login.uid,
            "apiKey": API_KEY,
            "isLoggedIn": logged_in,
            "iat": int(now),
            "exp": int(now) + ID_TOKEN_LIFE,
        }
        token = jwt.token(self._rng, "RS256", claims)
        self.id_tokens[token] = IdToken(login, now + ID_TOKEN_LIFE, logged_in)
        return token

    def _is_trusted(self, login: Login, request: web.Request) -> bool:
        until = self._trusted.get((login.uid, request.cookies.get("gmid", "")), 0)
        return until > self._clock.timestamp()

    @staticmethod
    def _check_key(params: Params) -> None:
        key = params.get("APIKey") or params.get("apiKey")
        if not key:
            raise GigyaError(400002, "Missing required parameter: apiKey")
        if key != API_KEY:
            raise GigyaError(400093)


def required(params: Params, name: str) -> str:
    """A parameter that must be there.

    :raises GigyaError: it is missing or empty
    """
    if not (value := params.get(name)):
        raise GigyaError(400002, f"Missing required parameter: {name}")
    return value


def utc_text(timestamp: float) -> str:
    """A time as the service writes it."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
