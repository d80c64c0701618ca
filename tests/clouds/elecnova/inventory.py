"""Cabinets, their components, and the tree of projects and sites (wire 4.1, 4.2, 4.6)."""

from datetime import datetime
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock

from .customers import Account, Cabinet, Component, Site
from .gate import Gate, Refused

LARGEST_PAGE: Final = 100
DEFAULT_SITES: Final = 10
LARGEST_SITES: Final = 1000
DESCRIPTIONS: Final = {
    "ess.ems": ("EMS", "能量管理系统"),
    "ess.bms": ("BMS", "电池管理系统"),
    "ess.pcs": ("PCS", "储能变流器"),
    "pv.inv": ("PV", "光伏逆变器"),
    "ess.meter": ("Meter", "电表"),
    "ess.battery": ("Battery", "电池"),
    "ess.fire": ("Fire Host", "消防主机"),
    "ess.ac": ("Air Conditioning", "空调"),
}
"""Component code -> what it is called in English, and without a language."""


class Inventory:
    """The calls of this file. `has_tree`: whether there is a v2 (wire 4.6)."""

    def __init__(self, clock: Clock, gate: Gate) -> None:
        """Answer those whom `gate` lets in."""
        self._clock = clock
        self._gate = gate
        self._looks = gate.looks
        self.has_tree = True

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        return self._gate.routes(
            {
                "/api/v1/dev": self._cabinets,
                "/api/v1/dev/{sn}": self._components,
                "/api/v2/projects": self._projects,
                "/api/v2/project/{id}/sites": self._sites,
                "/api/v2/site/{id}/devices": self._devices,
            }
        )

    async def _cabinets(self, request: web.Request, account: Account) -> web.Response:
        number = _count(request, "page", 1)
        most = self._looks.longest_page or LARGEST_PAGE
        size = min(_count(request, "pageSize", LARGEST_PAGE), most)
        cabinets = account.cabinets
        page = cabinets[(number - 1) * size : number * size]
        if self._looks.ignore_paging:
            page = cabinets
        records = [self._cabinet(each) for each in page]
        documented = {
            "total": len(cabinets),
            "page": number,
            "pageSize": size,
            "records": records,
        }
        return self._looks.answer("cabinets", records, documented)

    def _cabinet(self, cabinet: Cabinet) -> dict[str, Any]:
        now, looks = self._clock.now(), self._looks
        online = cabinet.is_online(now)
        members = _identity(cabinet) | {
            "timeZone": looks.zone(cabinet.home.time_zone),
            "state": _state(online, as_text=looks.cabinet_state == "text"),
            "lastSeen": self._moment(cabinet.last_seen(now)),
        }
        if looks.created:
            commissioned = self._moment(cabinet.commissioned)
            members |= {"createdAt": commissioned, "updatedAt": commissioned}
        return looks.keys(members)

    def _moment(self, at: datetime) -> str | int:
        match self._looks.last_seen:
            case "seconds":
                return int(at.timestamp())
            case "milliseconds":
                return int(at.timestamp() * 1000)
            case "naive":
                return f"{at:%Y-%m-%d %H:%M:%S}"
            case _:
                return f"{at:%Y-%m-%dT%H:%M:%SZ}"

    async def _components(self, request: web.Request, account: Account) -> web.Response:
        cabinet = account.cabinet(request.match_info["sn"])
        if cabinet is None:
            return self._gate.nothing()
        english = request.headers.get("X-Language-Type") == "en"
        parts = [
            self._part(cabinet, each, english=english) for each in cabinet.components
        ]
        zone = self._looks.zone(cabinet.home.time_zone)
        members = _identity(cabinet) | {"timeZone": zone}
        if parts or self._looks.no_parts != "missing":
            nothing = None if self._looks.no_parts == "null" else parts
            members["parts"] = parts or nothing
        return self._looks.answer("components", self._looks.keys(members), parts)

    def _part(
        self, cabinet: Cabinet, component: Component, *, english: bool
    ) -> dict[str, Any]:
        now = self._clock.now()
        online = cabinet.is_online(now) and component.is_online(now)
        names = DESCRIPTIONS.get(component.code, (None, None))
        return self._looks.keys(
            {
                "id": component.component_id,
                "sn": component.serial,
                "name": component.name,
                "model": component.model,
                "type": component.kind,
                "state": _state(online, as_text=self._looks.part_state == "text"),
                "locationCode": component.location,
                "component": component.code,
                "componentDesc": names[0 if english else 1],
            }
        )

    async def _projects(self, request: web.Request, account: Account) -> web.Response:
        self._check_tree()
        projects = [
            self._looks.members(
                {
                    "id": each.project_id,
                    "name": each.name,
                    "code": each.code,
                    "region": "",
                    "addr": "",
                    "begin_at": each.since.isoformat(),
                }
            )
            for each in account.projects
        ]
        return self._looks.answer("projects", projects)

    async def _sites(self, request: web.Request, account: Account) -> web.Response:
        self._check_tree()
        number = _count(request, "page", 1)
        most = self._looks.longest_page or LARGEST_SITES
        size = min(_count(request, "page_size", DEFAULT_SITES), most)
        wanted = request.match_info["id"]
        project = next((x for x in account.projects if x.project_id == wanted), None)
        if project is None:
            return self._gate.nothing()
        page = project.sites[(number - 1) * size : number * size]
        pagination = {
            "page": number,
            "page_size": size,
            "total_count": len(project.sites),
        }
        sites = [self._site(each) for each in page]
        whole = {"data": sites, "pagination": pagination}
        return self._looks.answer("sites", whole, sites)

    def _site(self, site: Site) -> dict[str, Any]:
        members: dict[str, Any] = {
            "id": site.site_id,
            "name": site.name,
            "rated_power": site.rated_power,
            "time_zone": site.time_zone,
        }
        if self._looks.documented_site:
            members |= {
                "rated_capacity": site.rated_capacity,
                "begin_at": site.since.isoformat(),
                "addr": "1 Sample Street",
            }
        return self._looks.members(members)

    async def _devices(self, request: web.Request, account: Account) -> web.Response:
        self._check_tree()
        wanted = request.match_info["id"]
        site = next((each for each in account.sites if each.site_id == wanted), None)
        if site is None:
            return self._gate.nothing()
        devices = [self._looks.members(_identity(each)) for each in site.cabinets]
        return self._looks.answer("devices", devices)

    def _check_tree(self) -> None:
        if not self.has_tree:
            raise Refused(404, "not found")


def _identity(cabinet: Cabinet) -> dict[str, Any]:
    return {
        "id": cabinet.cabinet_id,
        "sn": cabinet.serial,
        "name": cabinet.name,
        "model": cabinet.model,
    }


def _state(online: bool, *, as_text: bool) -> bool | str:
    if not as_text:
        return online
    return "online" if online else "offline"


def _count(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise Refused(400, f"{name} is invalid")
    return int(text)
