"""What all data hosts share: firewall, bearer, error bodies, envelopes (wire 2.1, 4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from tests.clouds.fault_answers import block_page
from tests.clouds.request_log import ACCOUNT

from .answers import Answers
from .customers import Contract, Partner, Person
from .tokens import Tokens

type Call = Callable[[web.Request, Person], Awaitable[web.Response]]

API: Final = "/iecapi/api"
PLACEHOLDERS: Final = ("{contract_id}", "{account_id}")
NOT_ALLOWED: Final = "You're not authorized to this action!"
NOT_YOURS: Final = "Contract is not associated with you."
BROKEN: Final = "Something went wrong please try again!"
REQUEST_ID: Final = "8000{:04x}-0000-0000-b63f-84710c7967bb"


class Refused(Exception):
    """A call that a data host answers with an error body."""

    def __init__(self, status: int, message: str) -> None:
        """Take HTTP status and message."""
        super().__init__(message)
        self.status = status


class Gate:
    """Lets requests pass that look like the web site's and carry a good id token.

    - `broken`: every call fails with status 500, as it does in spells (wire 9)
    - `refusing`: the beginnings of paths where every token is refused, as one host did for hours
    - `unauthorized_body`: what a dead token is told: the usual error (`json`) or nothing (`empty`)
    - `lenient`: addresses with a placeholder that nobody filled in mean the first contract or account
    """

    def __init__(
        self, tokens: Tokens, answers: Answers, *, lenient: bool = False
    ) -> None:
        """Know people by their tokens."""
        self.answers = answers
        self.lenient = lenient
        self.unauthorized_body = "json"
        self.broken = False
        self.refusing: tuple[str, ...] = ()
        self._tokens = tokens
        self._refusals = 0

    def route(
        self,
        method: str,
        path: str,
        call: Call,
        headers: Mapping[str, str] | None = None,
    ) -> web.RouteDef:
        """A call for people with a token; `headers` are those that this host wants besides."""

        async def handler(request: web.Request) -> web.Response:
            if not _is_browser(request, headers or {}):
                return block_page(403)
            try:
                person = self._caller(request)
                return self.answers.changed(await call(request, person), request)
            except Refused as error:
                return self._refusal(error)

        return web.route(method, path, handler)

    def contract(self, person: Person, number: object) -> Contract:
        """The person's contract.

        :raises Refused: it is not theirs (401)
        """
        contract = person.contract(number)
        if contract is None and number in PLACEHOLDERS and self.lenient:
            contract = next(iter(person.contracts), None)
        if contract is None:
            raise Refused(401, NOT_YOURS)
        return contract

    def partner(self, person: Person, number: object) -> Partner:
        """The business partner that the person may ask for.

        :raises Refused: it is foreign (401)
        """
        partner = person.partner(number)
        if partner is None:
            raise Refused(401, NOT_ALLOWED)
        return partner

    def account(self, person: Person, account_id: str) -> Partner:
        """The same by its UUID.

        :raises Refused: it is foreign (401)
        """
        partner = person.account(account_id)
        if partner is None and account_id in PLACEHOLDERS and self.lenient:
            partner = person.reachable_partners[0]
        if partner is None:
            raise Refused(401, NOT_ALLOWED)
        return partner

    def _caller(self, request: web.Request) -> Person:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        person = self._tokens.owner(token) if scheme == "Bearer" else None
        if person is None or request.path.startswith(self.refusing):
            raise Refused(401, "Unauthorized")
        request[ACCOUNT] = person.name
        if self.broken:
            raise Refused(500, BROKEN)
        return person

    def _refusal(self, error: Refused) -> web.Response:
        if str(error) == "Unauthorized" and self.unauthorized_body == "empty":
            return web.Response(status=error.status)
        self._refusals += 1
        return web.json_response(
            {
                "Error": str(error),
                "Code": error.status,
                "Rid": REQUEST_ID.format(self._refusals % 0x10000),
            },
            status=error.status,
        )


def _is_browser(request: web.Request, more: Mapping[str, str]) -> bool:
    """Whether a request has the headers that ports found to be needed (wire 2.1)."""
    wanted = {
        "Origin": "https://www.iec.co.il",
        "Referer": "https://www.iec.co.il/",
        "x-iec-idt": "1",
        "x-iec-webview": "1",
        **more,
    }
    agent = request.headers.get("User-Agent", "")
    return agent.startswith("Mozilla/5.0") and all(
        request.headers.get(name) == value for name, value in wanted.items()
    )


def envelope(
    data: Any,
    code: str | None = "0",
    description: str | None = "",
    *,
    success: bool = True,
) -> web.Response:
    """Envelope A; the key is misspelt on the wire, too."""
    descriptor = {"isSuccess": success, "code": code, "description": description}
    return web.json_response({"data": data, "reponseDescriptor": descriptor})


async def json_body(request: web.Request, schema: vol.Schema) -> dict[str, Any]:
    """The JSON body as the schema makes it.

    :raises Refused: it is no JSON object or does not fit (400)
    """
    try:
        body = await request.json()
    except ValueError as error:
        raise Refused(400, "The body is not JSON") from error
    if request.content_type != "application/json" or not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object")
    try:
        checked: dict[str, Any] = schema(body)
    except vol.Invalid as error:
        raise Refused(400, str(error)) from error
    return checked
