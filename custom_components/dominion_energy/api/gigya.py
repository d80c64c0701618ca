"""The identity service of the portal, call by call (wire 3.1 to 3.10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import logging
from typing import Any, Final

from yarl import URL

from custom_components.cloud_energy.client.call import Body, Call
from custom_components.cloud_energy.client.errors import (
    CloudError,
    Malformed,
    NotPermitted,
    ProviderError,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import number, text

from .const import (
    GIGYA_API_KEY,
    LOGIN_PAGE_HEADERS,
    LOGIN_PAGE_PATH,
    LOGIN_PAGE_QUERY,
    USER_AGENT,
    Endpoints,
)
from .gigya_errors import OK, SECOND_FACTOR_PENDING, attempt_error, login_error
from .login import Credentials

_LOGGER = logging.getLogger(__name__)

_INCLUDE: Final = (
    "profile,data,emails,subscriptions,preferences,id_token,groups,loginIDs,"
)
_SECONDS_PER_YEAR: Final = "31556952"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Where a sign-in stands: done (`id_token`) or waiting for a code (`reg_token`)."""

    uid: str = field(repr=False)
    id_token: str = field(default="", repr=False)
    reg_token: str = field(default="", repr=False)


class Gigya:
    """One sign-in after the other on the transport's session and its cookies."""

    def __init__(self, transport: Transport, endpoints: Endpoints) -> None:
        """Take the transport of one account."""
        self._transport = transport
        self._endpoints = endpoints
        page = URL(endpoints.login.rstrip("/") + LOGIN_PAGE_PATH)
        origin = str(URL(endpoints.login).origin())
        self._headers = {
            "User-Agent": USER_AGENT,
            "Origin": origin,
            "Referer": f"{origin}/",
        }
        self._common = {
            "sdk": "js_latest",
            "pageURL": str(page.with_query(LOGIN_PAGE_QUERY)),
            "sdkBuild": "18148",
            "format": "json",
        }

    async def begin(self) -> None:
        """Collect the cookies of the firewall and of this device.

        A device that is known by its `gmid` cookie keeps it.

        :raises CloudError: the identity service can't be asked now.
        """
        await self._visit_login_page()
        query = {"apiKey": GIGYA_API_KEY, **self._common}
        answer = await self._send(
            "GET", "/accounts.webSdkBootstrap", query, repeat=True
        )
        _check(answer, login_error)

    async def sign_in(self, credentials: Credentials) -> SignIn:
        """Present username and password.

        :raises AuthFailed: they are refused, or the account's state forbids it.
        :raises CloudError: the identity service can't be asked now.
        """
        answer = await self._post(
            "/accounts.login",
            {
                "loginID": credentials.username,
                "password": credentials.password,
                "sessionExpiration": _SECONDS_PER_YEAR,
                "targetEnv": "jssdk",
                "include": _INCLUDE,
                "includeUserInfo": "true",
                "captchaToken": "0",
                "captchaType": "reCaptchaEnterpriseScore",
                "loginMode": "standard",
                "lang": "en",
                "source": "showScreenSet",
                "authMode": "cookie",
            },
        )
        if _error_code(answer) == SECOND_FACTOR_PENDING:
            # The id_token of this answer is no proof of anything yet.
            reg_token = text(answer.get("regToken"))
            if not reg_token:
                raise Malformed("The sign-in requires a code without an attempt")
            return SignIn(uid=text(answer.get("UID")), reg_token=reg_token)
        _check(answer, login_error)
        return await self._signed_in(answer)

    async def finalize(self, reg_token: str) -> SignIn:
        """End a sign-in whose code was right.

        :raises CloudError: as `call` does.
        """
        answer = await self.call(
            "/accounts.finalizeRegistration",
            {
                "regToken": reg_token,
                "targetEnv": "jssdk",
                "include": _INCLUDE,
                "includeUserInfo": "true",
                "source": "showScreenSet",
            },
        )
        return await self._signed_in(answer)

    async def call(
        self,
        path: str,
        query: Mapping[str, str],
        to_error: Callable[[int, str], CloudError] = attempt_error,
    ) -> dict[str, Any]:
        """Send one step of a second factor; never twice, since each has effects.

        :raises CloudError: what `to_error` makes of an error code and its details.
        """
        query = {"APIKey": GIGYA_API_KEY, **self._common, **query}
        answer = await self._send("GET", path, query)
        _check(answer, to_error)
        return answer

    async def _signed_in(self, answer: Mapping[str, Any]) -> SignIn:
        if not answer.get("id_token"):
            answer = {**answer, **await self._account_info(answer)}
        id_token = text(answer.get("id_token"))
        if not id_token:
            raise Malformed("The sign-in ended without an id_token")
        return SignIn(uid=text(answer.get("UID")), id_token=id_token)

    async def _account_info(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        session = answer.get("sessionInfo")
        if not isinstance(session, dict) or not text(session.get("login_token")):
            raise Malformed("The sign-in ended without a token")
        login_token = text(session["login_token"])
        self._transport.session.cookie_jar.update_cookies(
            {f"glt_{GIGYA_API_KEY}": login_token}, URL(self._endpoints.gigya)
        )
        info = await self._post(
            "/accounts.getAccountInfo",
            {
                "include": "groups,profile,data,id_token,",
                "lang": "en",
                "login_token": login_token,
                "authMode": "cookie",
            },
        )
        _check(info, login_error)
        return info

    async def _visit_login_page(self) -> None:
        call = Call(
            method="GET",
            base=self._endpoints.login,
            path=LOGIN_PAGE_PATH,
            query=LOGIN_PAGE_QUERY,
            headers=LOGIN_PAGE_HEADERS,
            body=Body.TEXT,
            good=range(200, 600),
            attempts=1,
            urgent=True,
        )
        try:
            await self._transport.send(call)
        except CloudError as err:
            # Only its cookies are wanted, and they are not known to be needed.
            _LOGGER.debug("The sign-in page returned no cookies: %s", err)

    async def _post(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        form = {**form, "APIKey": GIGYA_API_KEY, **self._common}
        return await self._send("POST", path, form=form)

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        form: Mapping[str, str] | None = None,
        repeat: bool = False,
    ) -> dict[str, Any]:
        call = Call(
            method=method,
            base=self._endpoints.gigya,
            path=path,
            query=query or {},
            headers=self._headers,
            form=form,
            idempotent=repeat,
            urgent=True,
        )
        try:
            reply = await self._transport.send(call)
        except NotPermitted:
            # The service refuses people with 200 and an error code; a status is
            # the word of something in between, and none about the user.
            raise ProviderError(f"{call.where} is blocked") from None
        answer = await read_json(reply)
        if not isinstance(answer, dict):
            raise Malformed(f"{call.where} answered with no object")
        return answer


def _error_code(answer: Mapping[str, Any]) -> int:
    code = number(answer.get("errorCode"))
    if code is None:
        raise Malformed("The sign-in service answered without an error code")
    return int(code)


def _check(
    answer: Mapping[str, Any], to_error: Callable[[int, str], CloudError]
) -> None:
    if (code := _error_code(answer)) != OK:
        raise to_error(code, text(answer.get("errorDetails")))
