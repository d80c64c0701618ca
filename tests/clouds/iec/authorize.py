"""The authorize page (wire 3.4): a session token becomes a code, in a form that submits itself to the app."""

from html import escape
import re
from typing import Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from .okta import Okta
from .tokens import CLIENT_ID, REDIRECT_URI, SCOPES, SERVER, Grant, Tokens

PAGE_LOOKS: Final = ("plain", "escaped", "entities", "reordered")
REFUSALS: Final = ("form", "login_page")
REQUIRED: Final = {
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT_URI,
    "response_mode": "form_post",
    "code_challenge_method": "S256",
}
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
LOGIN_PAGE: Final = (
    "<!DOCTYPE html>\n<html><head><title>Sign In</title></head>"
    '<body><div id="okta-sign-in"></div></body></html>\n'
)
NOT_SIGNED_IN: Final = {
    "error": "login_required",
    "error_description": "The client specified not to prompt, but the user is not logged in.",
}


class Authorize:
    r"""The call between login and tokens.

    - `look`: how the form is written: `plain` as seen, with `\xNN` escapes, with HTML entities, or with other orders and spaces
    - `refusal`: what a dead session token gets: a form with an error, or the login page
    """

    def __init__(self, okta: Okta, tokens: Tokens, clock: Clock) -> None:
        """Turn `okta`'s logins into `tokens`."""
        self._okta = okta
        self._tokens = tokens
        self._clock = clock
        self.look = "plain"
        self.refusal = "form"

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        return [web.get(f"{SERVER}/authorize", self._authorize, allow_head=False)]

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        if wrong := _wrong_parameter(dict(query)):
            return _page(f"<html><body>400 Bad Request: {escape(wrong)}</body></html>")
        person = self._okta.take_session_token(query.get("sessionToken", ""))
        if person is None and self.refusal == "login_page":
            return _page(LOGIN_PAGE, status=200)
        if person is None:
            return self._form({"state": query["state"]} | NOT_SIGNED_IN)
        request[ACCOUNT] = person.name
        now = int(self._clock.timestamp())
        grant = Grant(person, query["code_challenge"], query["nonce"], now)
        code, id_token = self._tokens.authorize(grant)
        fields = {"state": query["state"], "code": code, "id_token": id_token}
        return self._form(fields)

    def _form(self, fields: dict[str, str]) -> web.Response:
        inputs = "\n".join(self._input(*field) for field in fields.items())
        return _page(
            "<!DOCTYPE html>\n<html><body>\n"
            f'<form method="post" action="{REDIRECT_URI}">\n{inputs}\n</form>\n'
            "<script>document.forms[0].submit()</script>\n</body></html>\n",
            status=200,
        )

    def _input(self, name: str, value: str) -> str:
        match self.look:
            case "reordered":
                return f"<input value='{escape(value)}' name='{name}' type='hidden' />"
            case "escaped":
                value = re.sub(r"[^A-Za-z0-9]", lambda m: f"\\x{ord(m[0]):02x}", value)
            case "entities":
                value = re.sub(r"[^A-Za-z0-9]", lambda m: f"&#x{ord(m[0]):x};", value)
            case _:
                value = escape(value)
        return f'<input type="hidden" name="{name}" value="{value}"/>'


def _wrong_parameter(query: dict[str, str]) -> str | None:
    """The first parameter that Okta would not take."""
    for name, value in REQUIRED.items():
        if query.get(name) != value:
            return name
    if set(query.get("response_type", "").split()) != {"id_token", "code"}:
        return "response_type"
    scopes = set(query.get("scope", "").split())
    if "openid" not in scopes or not scopes <= set(SCOPES):
        return "scope"
    if not CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "code_challenge"
    return next((name for name in ("state", "nonce") if not query.get(name)), None)


def _page(text: str, status: int = 400) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")
