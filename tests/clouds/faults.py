"""Faults that a cloud can have, and which request meets which of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
import voluptuous as vol

from .errors import ControlError
from .fault_answers import ANSWERS
from .request_log import path_template
from .strange import KINDS

SCHEMA: Final = vol.Schema(
    {
        vol.Required("endpoint"): vol.All(str, vol.Length(min=1)),
        vol.Required("kind"): vol.In(sorted(ANSWERS)),
        "status": vol.All(int, vol.Range(min=200, max=599)),
        "retry_after": vol.Any(vol.All(int, vol.Range(min=0)), str),
        "times": vol.All(int, vol.Range(min=1)),
        "strange": vol.In(KINDS),
        "seed": vol.Any(None, int),
        "query": {str: str},
        "seconds": vol.All(vol.Any(int, float), vol.Range(min=0)),
    }
)


@dataclass(slots=True)
class Fault:
    """One entry of the fault table.

    Time-outs and delays run on the event loop's clock: a test that freezes the whole process holds them too, and should
    set the cloud's own clock instead.

    :param endpoint: glob over `METHOD /path/{template}` or `/path/{template}`
    :param times: how many requests it still meets; None = until it is cleared
    :param retry_after: value of the Retry-After header, in seconds or as HTTP date
    :param seconds: real delay of `slow`
    :param strange: which of the kinds of `strange`
    :param query: only requests with these parameters, such as `apiMethod`, are met
    :param seed: one single place of the answer is `strange`, drawn with it; None = all of them
    :param wait: how so many seconds pass
    """

    endpoint: str
    kind: str
    status: int | None = None
    retry_after: int | str | None = None
    times: int | None = None
    seconds: float = 2.0
    strange: str = ""
    seed: int | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    wait: Callable[[float], Awaitable[None]] = field(
        default=asyncio.sleep, repr=False, compare=False
    )

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is meant for this endpoint."""
        return any(
            fnmatchcase(name, self.endpoint) for name in (path, f"{method} {path}")
        )


class Faults:
    """The fault table of one cloud. The oldest fitting entry wins."""

    def __init__(self, endpoints: Callable[[], Iterable[tuple[str, str]]]) -> None:
        """Start without faults; `endpoints` lists (method, path template)."""
        self._endpoints = endpoints
        self.entries: list[Fault] = []
        self.wait: Callable[[float], Awaitable[None]] = asyncio.sleep
        """How the seconds of a slow answer pass: other than that, for who froze time."""

    def add(self, **fault: Any) -> Fault:
        """Add a fault; see `Fault` for the fields.

        :raises ControlError: a field is wrong, or no endpoint fits the glob
        """
        try:
            entry = Fault(**SCHEMA(fault), wait=self.wait)
        except vol.Invalid as error:
            raise ControlError(f"bad fault: {error}") from error
        if not any(entry.matches(*name.split(" ", 1)) for name in self._known):
            there_are = ", ".join(self._known)
            raise ControlError(
                f"no endpoint fits {entry.endpoint!r}; there are: {there_are}"
            )
        self.entries.append(entry)
        return entry

    @cached_property
    def _known(self) -> list[str]:
        return sorted({f"{method} {path}" for method, path in self._endpoints()})

    def clear(self) -> None:
        """Heal the cloud."""
        self.entries = []

    def take(self, method: str, path: str, query: Mapping[str, str]) -> Fault | None:
        """The fault that this request meets, counted down."""
        for entry in self.entries:
            if entry.matches(method, path) and entry.query.items() <= query.items():
                if entry.times is not None:
                    entry.times -= 1
                    if not entry.times:
                        self.entries.remove(entry)
                return entry
        return None


def fault_middleware(faults: Faults) -> Middleware:
    """Let requests meet the faults of the table."""

    @web.middleware
    async def meet_fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = faults.take(request.method, path_template(request), request.query)
        if fault is None:
            return await handler(request)
        return await ANSWERS[fault.kind](fault, request, handler)

    return meet_fault
