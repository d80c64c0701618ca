"""The client for programs without an event loop (wire 7)."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Final, Self

from aiohttp import ClientSession, ClientTimeout

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.transport import Transport

from .client import ElecnovaClient
from .const import DEFAULT_BASE, REQUESTS_PER_DAY, Endpoints
from .login import Credentials

_TIMEOUT: Final = 30.0


def _blocking[**ParamsT, ResultT](
    method: Callable[
        Concatenate[ElecnovaClient, ParamsT], Coroutine[Any, Any, ResultT]
    ],
) -> Callable[Concatenate[ElecnovaClientSync, ParamsT], ResultT]:
    """Make a method that waits for the result of the client's method."""

    @wraps(method)
    def call(
        self: ElecnovaClientSync, /, *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        return self.run(method(self.client, *args, **kwargs))

    return call


class ElecnovaClientSync:
    """Every method of `ElecnovaClient`, waiting for its result.

    One event loop lives as long as the client, so it can be called again and again;
    not from inside another event loop.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        base_url: str = DEFAULT_BASE,
        timeout: float = _TIMEOUT,
    ) -> None:
        """Open a session; nothing is sent yet. `timeout`: seconds for an answer."""
        self._runner = asyncio.Runner()
        self._session = self.run(_open())
        self.client = ElecnovaClient(
            Transport(
                self._session,
                budget=RequestBudget(REQUESTS_PER_DAY),
                timeout=ClientTimeout(total=timeout),
            ),
            credentials=Credentials(client_id, client_secret),
            endpoints=Endpoints(base_url.rstrip("/")),
        )

    def run[ResultT](self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Wait for something that belongs to this client's loop."""
        return self._runner.run(work)

    def close(self) -> None:
        """Close session and loop; doing it twice does no harm."""
        if not self._session.closed:
            self.run(self.client.close())
            self.run(self._session.close())
            self._runner.close()

    def __enter__(self) -> Self:
        """Begin a `with` block, at whose end all is closed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the context and close the connection."""
        self.close()

    get_token = _blocking(ElecnovaClient.get_token)
    renew_token = _blocking(ElecnovaClient.renew_token)
    get_cabinets = _blocking(ElecnovaClient.get_cabinets)
    get_all_cabinets = _blocking(ElecnovaClient.get_all_cabinets)
    get_components = _blocking(ElecnovaClient.get_components)
    get_cabinet_topics = _blocking(ElecnovaClient.get_cabinet_topics)
    get_component_topics = _blocking(ElecnovaClient.get_component_topics)
    get_pv_power = _blocking(ElecnovaClient.get_pv_power)
    get_pv_energy_daily = _blocking(ElecnovaClient.get_pv_energy_daily)
    get_pv_energy_monthly = _blocking(ElecnovaClient.get_pv_energy_monthly)
    get_pv_energy_yearly = _blocking(ElecnovaClient.get_pv_energy_yearly)
    get_projects = _blocking(ElecnovaClient.get_projects)
    get_project_sites = _blocking(ElecnovaClient.get_project_sites)
    get_all_sites = _blocking(ElecnovaClient.get_all_sites)
    get_site_devices = _blocking(ElecnovaClient.get_site_devices)


async def _open() -> ClientSession:
    return ClientSession()
