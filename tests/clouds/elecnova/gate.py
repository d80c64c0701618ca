"""Who gets in: signatures, tokens, addresses, the number of requests (wire 3)."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
import hmac
import time
from typing import Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.request_log import ACCOUNT

from .customers import Account, Customers
from .looks import Looks
from .signature import signature
from .tokens import Tokens

TOKEN_PATH: Final = "/comm/client"
REQUESTS_PER_SECOND: Final = 100

type Call = Callable[[web.Request, Account], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        """Take the status, which is the code in the body as well, and the message."""
        super().__init__(message)
        self.status = status


class NotListed(Refused):
    """A call from an address that is not in the whitelist."""

    def __init__(self) -> None:
        """Answer as the cloud does: 403, and why."""
        super().__init__(403, "ip is not in the whitelist")


class Gate:
    """Lets callers with the right headers in.

    - `max_skew`: how many seconds a timestamp may be off; None = any
    - `refuses_replays`: a signature is good once
    - `requests_per_second`: by real time, for each account; None = any number
    """

    def __init__(
        self,
        customers: Customers,
        tokens: Tokens,
        clock: Clock,
        looks: Looks,
        *,
        lenient: bool,
    ) -> None:
        """Ask `tokens` whose token it is. A lenient gate knows what older clients send."""
        self._customers = customers
        self._tokens = tokens
        self._clock = clock
        self.looks = looks
        self.lenient = lenient
        self.max_skew: float | None = None
        self.refuses_replays = False
        self.requests_per_second: int | None = REQUESTS_PER_SECOND
        self._seen = set[str]()
        self._recent = defaultdict[Account, deque[float]](deque)

    def routes(self, calls: Mapping[str, Call]) -> list[web.RouteDef]:
        """GET routes by path; in a lenient cloud POST does as well."""
        methods = ("GET", "POST") if self.lenient else ("GET",)
        return [
            web.route(method, path, self._handler(call))
            for path, call in calls.items()
            for method in methods
        ]

    def nothing(self) -> web.Response:
        """The answer to a serial or id that is not the caller's, or nobody's.

        :raises Refused: nothing is told as an error
        """
        if self.looks.unknown_serial == "error":
            raise Refused(404, "device does not exist")
        return web.json_response(None)

    def _handler(
        self, call: Call
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                account = self._admitted(request)
                return await call(request, account)
            except Refused as error:
                return self._refusal(error)

        return handler

    def _admitted(self, request: web.Request) -> Account:
        account = self._account(request)
        request[ACCOUNT] = account.name
        self._check_address(request, account)
        self._check_rate(account)
        if request.path == TOKEN_PATH:
            self._check_signature(request, account, self.looks.login_status)
            return account
        if not (self.lenient and "X-Signature" not in request.headers):
            self._check_signature(request, account, 401)
        if self._token_owner(request) is not account:
            raise Refused(401, "access token is invalid")
        return account

    def _account(self, request: web.Request) -> Account:
        client_id = request.headers.get("X-Access-ID")
        if client_id is None and self.lenient and request.path != TOKEN_PATH:
            account = self._token_owner(request)
        elif client_id is None:
            raise Refused(401, "access id is required")
        else:
            account = self._customers.by_client_id(client_id)
        if account is None:
            raise Refused(self._login_status(request), "access id is invalid")
        return account

    def _login_status(self, request: web.Request) -> int:
        return self.looks.login_status if request.path == TOKEN_PATH else 401

    def _token_owner(self, request: web.Request) -> Account | None:
        token = request.headers.get("Authorization", "")
        if self.lenient:
            token = token.removeprefix("Bearer ")
        return self._tokens.owner(token)

    def _check_signature(
        self, request: web.Request, account: Account, status: int
    ) -> None:
        timestamp = request.headers.get("X-Timestamp", "")
        if len(timestamp) != 13 or not timestamp.isdecimal():
            raise Refused(status, "timestamp is invalid")
        skew = abs(int(timestamp) / 1000 - self._clock.timestamp())
        if self.max_skew is not None and skew > self.max_skew:
            raise Refused(status, "timestamp is expired")
        given = request.headers.get("X-Signature", "")
        # Some clients sign the query as well (wire 3.1).
        paths = (request.raw_path.partition("?")[0], request.raw_path)
        if not any(
            hmac.compare_digest(
                signature(account.client_secret, path, timestamp).encode(),
                given.encode(),
            )
            for path in paths[: 2 if self.lenient else 1]
        ):
            raise Refused(status, "signature is invalid")
        if self.refuses_replays and given in self._seen:
            raise Refused(status, "signature was used before")
        self._seen.add(given)

    def _check_address(self, request: web.Request, account: Account) -> None:
        if account.whitelist is not None and request.remote not in account.whitelist:
            raise NotListed

    def _check_rate(self, account: Account) -> None:
        if self.requests_per_second is None:
            return
        now = _real_time()
        recent = self._recent[account]
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= self.requests_per_second:
            raise Refused(429, "too many requests")
        recent.append(now)

    def _refusal(self, error: Refused) -> web.Response:
        status, form = error.status, self.looks.errors
        if isinstance(error, NotListed) and self.looks.whitelist_refusal != "status":
            if self.looks.whitelist_refusal == "empty":
                return web.Response()
            status = 401
        headers = {"Retry-After": "1"} if status == 429 else {}
        if form in ("status", "body"):
            return web.json_response(
                {"code": self.looks.code(status), "message": str(error)},
                status=status if form == "status" else 200,
                headers=headers,
            )
        text = str(error) if form == "text" else ""
        return web.Response(status=status, text=text, headers=headers)


def _real_time() -> float:
    """Seconds of the one clock that stands still in no test."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)
