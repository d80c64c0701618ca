"""What every simulated cloud has: a server, a clock, faults, a request log and a control address."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from email.utils import format_datetime
import socket
from threading import Thread
from typing import Any, ClassVar, Final, Protocol

from aiohttp import web, web_app
from aiohttp.typedefs import Handler, Middleware
import voluptuous as vol

from .clock import Clock
from .control import PREFIX, control_app
from .errors import ControlError
from .fault_answers import OWN_DATE
from .faults import Faults, fault_middleware
from .request_log import RequestLog, logging_middleware
from .strange_values import StrangeValues, value_middleware

type Switch = Callable[[Any], object]
"""Takes the value of one key of `POST state`; raises ControlError or vol.Invalid."""

HOST: Final = "localhost"


def chosen[T](series: Mapping[str, T], only: str | None) -> dict[str, T]:
    """The one series that is wanted; all of them if that is None."""
    return {name: each for name, each in series.items() if only in (None, name)}


class Cloud(ABC):
    """A simulated cloud. A provider names its hosts, routes, accounts, truth and switches."""

    provider: ClassVar[str]
    host_prefixes: ClassVar[Mapping[str, str]]
    """Host name -> path prefix of its base URL ("" where the paths of the hosts never collide)."""
    mqtt_port: int | None = None
    """The port on which `start` shall serve messages; 0 takes a free one. None = this cloud has none."""

    def __init__(
        self, *, seed: int = 1, now: datetime | None = None, lenient: bool = False
    ) -> None:
        """Build the cloud; `start` serves it."""
        self.seed = seed
        self.lenient = lenient
        self.clock = Clock(now)
        self.faults = Faults(self.endpoints)
        self.requests = RequestLog(self.clock)
        self._values = StrangeValues()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    @abstractmethod
    def accounts(self) -> list[dict[str, Any]]:
        """Logins with credentials, ids and codes; the first is ordinary and complete."""

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """Every endpoint of the cloud."""

    @abstractmethod
    def truth(
        self,
        account: str | None,
        start: datetime | None,
        end: datetime | None,
        *,
        meter: str | None = None,
        only: str | None = None,
    ) -> dict[str, Any]:
        """Every series' intervals.

        :param only: the one series that is wanted, as some take their time
        :raises ControlError: there is no such account or meter
        """

    @abstractmethod
    def switches(self) -> Mapping[str, Switch]:
        """What `POST state` can do, besides `values` that every cloud has."""

    @property
    def url(self) -> str:
        """Where the cloud is served."""
        if self._runner is None:
            raise RuntimeError("the cloud is not started")
        return f"http://{HOST}:{self._port}"

    @property
    def hosts(self) -> dict[str, str]:
        """Base URL of each host, without a trailing slash."""
        return {name: self.url + path for name, path in self.host_prefixes.items()}

    @property
    def control(self) -> str:
        """The address that tests change the cloud by."""
        return self.url + PREFIX

    @property
    def announcement(self) -> dict[str, Any]:
        """What the command line prints when the cloud is ready."""
        return {
            "provider": self.provider,
            "hosts": self.hosts,
            "accounts": self.accounts,
            "control": self.control,
        }

    def apply(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Do what `POST state` asks for, in the order of its keys; returns the results.

        :raises ControlError: unknown switch (then nothing is done) or wrong value
        """
        switches = {**self.switches(), "values": self._values.change}
        if not state or (unknown := set(state) - set(switches)):
            asked = ", ".join(sorted(unknown)) if state else "nothing"
            raise ControlError(
                f"no such switch: {asked}; there are: {', '.join(sorted(switches))}"
            )
        results = {}
        for name, value in state.items():
            try:
                results[name] = switches[name](value)
            except (ControlError, vol.Invalid) as error:
                raise ControlError(f"{name}: {error}") from error
        return results

    async def settle(self) -> None:  # noqa: B027  # nothing to wait for is usual
        """Wait until what `apply` has set off is done; most clouds do it at once."""

    async def start(self, port: int = 0) -> None:
        """Serve on `localhost`; port 0 takes a free one."""
        runner = web.AppRunner(
            self._app(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            await web.SockSite(runner, listener).start()
        except OSError:
            listener.close()
            await runner.cleanup()
            raise
        self._port = listener.getsockname()[1]
        self._runner = runner

    async def stop(self) -> None:
        """Stop at once: requests that hang are cancelled."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            # It holds the last thousand applications, clouds with all they know
            web_app._cached_build_middleware.cache_clear()

    def _app(self) -> web.Application:
        app = web.Application(
            middlewares=[
                _except_control(logging_middleware(self.requests)),
                _except_control(fault_middleware(self.faults)),
                _except_control(value_middleware(self._values)),
            ]
        )
        app.on_response_prepare.append(self._tell_time)
        app.add_routes(self.routes())
        app.add_subapp(PREFIX, control_app(self))
        return app

    async def _tell_time(
        self, request: web.Request, response: web.StreamResponse
    ) -> None:
        """Answer by the clock of the cloud, as every cloud does."""
        if OWN_DATE not in response:
            response.headers["Date"] = format_datetime(self.clock.now(), usegmt=True)

    def endpoints(self) -> list[tuple[str, str]]:
        """Method and path template of every route."""
        template = web.UrlDispatcher().add_resource
        return [
            (route.method, template(route.path).canonical) for route in self.routes()
        ]


def _except_control(middleware: Middleware) -> Middleware:
    """Leave calls of the control address alone."""

    @web.middleware
    async def choose(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(f"{PREFIX}/"):
            return await handler(request)
        return await middleware(request, handler)

    return choose


class Serve(Protocol):
    """How to serve a cloud: `running` or `running_apart`."""

    def __call__[CloudT: Cloud](
        self, cloud: CloudT, /
    ) -> AbstractAsyncContextManager[CloudT]:
        """Serve it for the length of a `with` block."""


@asynccontextmanager
async def running[CloudT: Cloud](cloud: CloudT, port: int = 0) -> AsyncIterator[CloudT]:
    """Serve a cloud for the length of a `with` block."""
    await cloud.start(port)
    try:
        yield cloud
    finally:
        await cloud.stop()


@asynccontextmanager
async def running_apart[CloudT: Cloud](cloud: CloudT) -> AsyncIterator[CloudT]:
    """Serve a cloud like `running`, but in a thread and an event loop of its own.

    What holds up the caller's event loop then is the caller's, and not the cloud's.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name=type(cloud).__name__)
    thread.start()

    async def there(work: Coroutine[None, None, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    try:
        await there(cloud.start())
        try:
            yield cloud
        finally:
            await there(cloud.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
