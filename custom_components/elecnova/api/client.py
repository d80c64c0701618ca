"""The client of one API account (wire 4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, Final

from custom_components.cloud_energy.client.call import Call
from custom_components.cloud_energy.client.errors import (
    Malformed,
    NotPermitted,
    ProviderError,
)
from custom_components.cloud_energy.client.fields import read_list
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, WireModel, text

from .answers import listed, status_inside, total_of, unwrapped
from .auth import Authenticator
from .const import PAGE_SIZE, Endpoints
from .errors import AddressNotAllowed
from .login import Credentials, Login
from .models import Cabinet, Component, Device, Project, PvPoint, Site, read_points
from .models.fields import underscored
from .pages import Page, Pages

_LANGUAGE: Final = {"X-Language-Type": "en"}
_OF_A_CABINET: Final = "1"
_OF_A_COMPONENT: Final = "2"


class ElecnovaClient:
    """Asks the cloud on behalf of one client id.

    Every method raises `CloudError`s: `InvalidCredentials` for a wrong id or secret,
    `AddressNotAllowed`, `ClockSkew`, `RateLimited`, `CannotConnect`, `EmptyAnswer`,
    `Malformed` and `ProviderError` for the rest.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        credentials: Credentials,
        endpoints: Endpoints | None = None,
    ) -> None:
        """Send through the transport of an account."""
        self._transport = transport
        self._endpoints = endpoints or Endpoints()
        transport.belongs_to(self._endpoints.api)
        self._auth = Authenticator(transport, self._endpoints, credentials)
        self._pages = Pages()
        self.drift = Drift()

    @property
    def login(self) -> Login | None:
        """The token and the broker's credentials as they are now."""
        return self._auth.login

    async def get_token(self) -> Login:
        """Return a fresh token with the broker's credentials (wire 3.2)."""
        return await self._auth.fresh()

    async def renew_token(self) -> Login:
        """Return a new token with the broker's credentials, whatever there is."""
        return await self._auth.refresh()

    async def close(self) -> None:
        """Let a token request under way come to its end."""
        await self._auth.close()

    async def get_cabinets(
        self, page: int = 1, page_size: int = PAGE_SIZE
    ) -> list[Cabinet]:
        """Return one page of the cabinets (wire 4.1); pages are counted from 1."""
        return (await self._cabinets(page, page_size)).entries

    async def get_all_cabinets(self) -> list[Cabinet]:
        """Return the cabinets of all pages."""
        return await self._pages.read("cabinets", self._cabinets, key="sn")

    async def get_components(self, cabinet_sn: str) -> list[Component]:
        """Return the parts of a cabinet (wire 4.2)."""
        path = "/api/v1/dev/{sn}"
        data = await self._ask(path, {"sn": cabinet_sn})
        if isinstance(data, dict):
            data = underscored(data).get("parts")
        elif data is None:
            raise Malformed(f"{path}: there is no such cabinet")
        parts = _known(self._read_list(data, Component, path), "sn", path)
        return [replace(part, cabinet_sn=cabinet_sn) for part in parts]

    async def get_cabinet_topics(self, mqtt_client_id: str, sn: str) -> list[str]:
        """Open the topics of a cabinet to a client of the broker (wire 4.3)."""
        return await self._topics(mqtt_client_id, sn, _OF_A_CABINET)

    async def get_component_topics(self, mqtt_client_id: str, sn: str) -> list[str]:
        """Open the topics of a component to a client of the broker (wire 4.3)."""
        return await self._topics(mqtt_client_id, sn, _OF_A_COMPONENT)

    async def get_pv_power(
        self, sn: str, begin: datetime, end: datetime, zone: tzinfo = UTC
    ) -> list[PvPoint]:
        """Return the five minutes of an inverter between two times, in W or kW."""
        query = {"begin": _rfc_3339(begin), "end": _rfc_3339(end)}
        return await self._points("power-cap", sn, zone, query)

    async def get_pv_energy_daily(self, sn: str, zone: tzinfo = UTC) -> list[PvPoint]:
        """Return the kWh of the last seven days."""
        return await self._points("power-gen/daily", sn, zone)

    async def get_pv_energy_monthly(
        self, sn: str, month: datetime, zone: tzinfo = UTC
    ) -> list[PvPoint]:
        """Return the kWh of the days of a month."""
        query = {"month": f"{month:%Y-%m}"}
        return await self._points("power-gen/monthly", sn, zone, query)

    async def get_pv_energy_yearly(
        self, sn: str, year: int, zone: tzinfo = UTC
    ) -> list[PvPoint]:
        """Return the kWh of the months of a year."""
        return await self._points("power-gen/yearly", sn, zone, {"year": str(year)})

    async def get_projects(self) -> list[Project]:
        """Return the projects (wire 4.6); accounts without them answer 404."""
        return await self._list("/api/v2/projects", Project)

    async def get_project_sites(
        self, project_id: str, page: int = 1, page_size: int = PAGE_SIZE
    ) -> list[Site]:
        """Return one page of a project's sites."""
        return (await self._sites(project_id, page, page_size)).entries

    async def get_all_sites(self, project_id: str) -> list[Site]:
        """Return the sites of all pages."""
        page_of = partial(self._sites, project_id)
        return await self._pages.read(f"sites {project_id}", page_of, key="id")

    async def get_site_devices(self, site_id: str) -> list[Device]:
        """Return the cabinets of a site."""
        return await self._list("/api/v2/site/{id}/devices", Device, {"id": site_id})

    async def _topics(self, mqtt_client_id: str, sn: str, mode: str) -> list[str]:
        path = "/api/v1/dev/topic/{client}/{sn}"
        params = {"client": mqtt_client_id, "sn": sn}
        data = await self._ask(path, params, {"mode": mode})
        entries = [each for each in listed(data, path) if isinstance(each, dict)]
        topics = (text(entry.get("topic")) for entry in entries)
        return list(dict.fromkeys(filter(None, topics)))

    async def _points(
        self, kind: str, sn: str, zone: tzinfo, query: Mapping[str, str] | None = None
    ) -> list[PvPoint]:
        path = f"/api/v1/dev/pv/{kind}/{{sn}}"
        data = await self._ask(path, {"sn": sn}, query)
        return read_points(listed(data, path), zone)

    async def _cabinets(self, page: int, page_size: int) -> Page[Cabinet]:
        query = {"page": str(page), "pageSize": str(page_size)}
        return await self._page("/api/v1/dev", Cabinet, query=query, key="sn")

    async def _sites(self, project_id: str, page: int, page_size: int) -> Page[Site]:
        path, params = "/api/v2/project/{id}/sites", {"id": project_id}
        query = {"page": str(page), "page_size": str(page_size)}
        return await self._page(path, Site, params, query)

    async def _list[ModelT: WireModel](
        self,
        path: str,
        model: type[ModelT],
        params: Mapping[str, str] | None = None,
    ) -> list[ModelT]:
        return (await self._page(path, model, params)).entries

    async def _page[ModelT: WireModel](
        self,
        path: str,
        model: type[ModelT],
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        *,
        key: str = "id",
    ) -> Page[ModelT]:
        data = await self._ask(path, params, query)
        entries = _known(self._read_list(data, model, path), key, path)
        return Page(entries, total_of(data))

    def _read_list[ModelT: WireModel](
        self, data: object, model: type[ModelT], where: str
    ) -> list[ModelT]:
        with self.drift.watching():
            return read_list(listed(data, where), model)

    async def _ask(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        call = Call(
            method="GET",
            base=self._endpoints.api,
            path=path,
            params=params or {},
            query=query or {},
            headers=_LANGUAGE,
            status_inside=status_inside,
        )
        try:
            reply = await self._transport.send(call, self._auth)
        except NotPermitted as err:
            if err.reply is not None and err.reply.status == 403:
                raise AddressNotAllowed(str(err)) from None
            raise
        return await unwrapped(reply)


def is_absent(error: ProviderError) -> bool:
    """Return whether this account or host does not have an endpoint at all."""
    return error.status in (404, 405)


def _known[ModelT: WireModel](
    items: list[ModelT], key: str, where: str
) -> list[ModelT]:
    """Return the items: if none has what it is known by they are something else.

    :raises Malformed: they are.
    """
    if items and not any(getattr(item, key) for item in items):
        raise Malformed(f"{where}: {key} was expected")
    return items


def _rfc_3339(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
