"""What a cloud was asked, for tests of politeness."""

from collections import Counter
from dataclasses import asdict, dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .clock import Clock

ACCOUNT = web.RequestKey("account", str)
"""Handlers note here whose request it was."""


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request. `path` is the path template; `status` is None where no answer was sent."""

    time: str
    method: str
    path: str
    account: str | None
    status: int | None


class RequestLog:
    """Every request to the cloud since the last `clear`, oldest first."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self.entries: list[LoggedRequest] = []

    def clear(self) -> None:
        """Forget what was asked."""
        self.entries = []

    def count(self, path: str, method: str | None = None) -> int:
        """How often a path template was asked."""
        return sum(
            entry.path == path and method in (None, entry.method)
            for entry in self.entries
        )

    def by_path(self) -> Counter[str]:
        """How often each path template was asked."""
        return Counter(entry.path for entry in self.entries)

    def as_json(self) -> list[dict[str, str | int | None]]:
        """The entries for the control address."""
        return [asdict(entry) for entry in self.entries]

    def note(self, request: web.Request, status: int | None) -> None:
        """Add a request that has been answered, or given up (`status` None)."""
        path, account = path_template(request), request.get(ACCOUNT)
        self.add(request.method, path, account, status)

    def add(
        self, method: str, path: str, account: str | None, status: int | None
    ) -> None:
        """Add an entry, also of what is no HTTP request."""
        time = self._clock.now().isoformat()
        self.entries.append(LoggedRequest(time, method, path, account, status))


def path_template(request: web.Request) -> str:
    """The route's path, such as `/asset/{asset_id}`; the plain path where there is no route."""
    resource = request.match_info.route.resource
    return request.path if resource is None else resource.canonical


def logging_middleware(log: RequestLog) -> Middleware:
    """Write each request into the log once its answer is known."""

    @web.middleware
    async def log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
        status: int | None = None
        try:
            response = await handler(request)
            status = response.status if _is_connected(request) else None
        except web.HTTPException as answer:
            status = answer.status
            raise
        else:
            return response
        finally:
            log.note(request, status)

    return log_request


def _is_connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
