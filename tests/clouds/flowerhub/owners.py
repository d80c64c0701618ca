"""Hub and owner: discovery, hardware, status, details, profile, agreement, notices (wire 4.1 to 4.5, 4.12)."""

from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .api import Gate, Refused, json_answer
from .customers import Hub, Login, Owner

SLUGS: Final = ("active-flower", "active-zavann")
RUNNING: Final = "InverterDongleFoundAndComponentsAreRunning"
LOST: Final = "InverterDongleNotFound"
NOTICE: Final = vol.Schema({vol.Required("slug"): vol.In(SLUGS), "body": object})
_INSTALLER: Final = {"id": 42, "name": "Example Installer AB"}


class Owners:
    """What is known of owners and their hubs.

    - `disconnected`: asset ids of hubs without a connection
    - `notices`: slug -> body of the banner
    """

    def __init__(self, gate: Gate) -> None:
        """All hubs are connected, and there is no notice."""
        self._gate = gate
        self._looks = gate.looks
        self.disconnected: set[int] = set()
        self.notices: dict[str, Any] = {}
        self.qualified = True

    def routes(self) -> list[web.RouteDef]:
        """All paths about owners."""
        owner = "/asset-owner/{assetOwnerId}"
        return self._gate.routes(
            {
                owner: self._details,
                f"{owner}/withAssetId": self._with_asset_id,
                f"{owner}/profile": self._profile,
                f"{owner}/electricity-agreement": self._agreement,
                "/asset/{assetId}": self._asset,
                "/system-notification/{slug}": self._notice,
            }
        )

    def change_notice(self, value: Any) -> None:
        """The switch `notice`; without a body it ends.

        :raises voluptuous.Invalid: no such slug
        """
        asked = NOTICE(value)
        self.notices[asked["slug"]] = asked.get("body")

    async def _with_asset_id(
        self, request: web.Request, login: Login
    ) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        hub = None if self._looks.null_asset_id else owner.hub
        body = self._looks.object(
            id=owner.owner_id,
            assetId=hub.asset_id if hub else None,
            firstName=owner.first_name,
        )
        return json_answer(request, body)

    async def _asset(self, request: web.Request, login: Login) -> web.StreamResponse:
        _, hub = self._gate.own_hub(request, login)
        bare = self._looks.null_parts
        body = self._looks.object(
            id=hub.asset_id,
            inverter=None if bare else self._inverter(hub),
            battery=None if bare else self._battery(hub),
            fuseSize=0 if self._looks.zero_fuse else hub.fuse,
            flowerHubStatus=self._status(hub),
            isInstalled=True,
        )
        return json_answer(request, body)

    def _inverter(self, hub: Hub) -> dict[str, Any]:
        return self._looks.object(
            manufacturerId=1,
            manufacturerName="Huawei",
            inverterModelId=1,
            name=hub.inverter,
            numberOfBatteryStacksSupported=2,
            capacityId=6,
            powerCapacity=hub.inverter_kw,
        )

    def _battery(self, hub: Hub) -> dict[str, Any]:
        return self._looks.object(
            manufacturerId=1,
            manufacturerName="Huawei",
            batteryModelId=1,
            name=hub.battery,
            minNumberOfBatteryModules=1,
            maxNumberOfBatteryModules=3,
            capacityId=3,
            energyCapacity=hub.battery_kwh,
            powerCapacity=hub.battery_kw,
        )

    def _status(self, hub: Hub) -> dict[str, Any] | None:
        if self._looks.null_status:
            return None
        lost = hub.asset_id in self.disconnected
        status = "Disconnected" if lost else "Connected"
        return self._looks.object(
            status="  " if self._looks.blank_status else status,
            message=LOST if lost else RUNNING,
        )

    async def _details(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        status = "Qualified" if self.qualified else "NotQualified"
        body = self._looks.object(
            id=owner.owner_id,
            firstName=owner.first_name,
            lastName=owner.last_name,
            installer=_INSTALLER,
            distributor={"id": 23, "name": "Example Distributor AB"},
            asset=_asset_info(owner.hub) if owner.hub else None,
            compensation=self._looks.object(status=status, message=status),
            bessCompensationStartDate=owner.since.first.isoformat(),
        )
        return json_answer(request, body)

    async def _profile(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        body = self._looks.object(
            id=owner.owner_id,
            firstName=owner.first_name,
            lastName=owner.last_name,
            mainEmail=owner.email,
            contactEmail=None,
            phone="+46700000000",
            address=_address("Testgatan 1", "12345"),
            accountStatus="Verified",
            installer=_INSTALLER | {"address": _address("Installgatan 2", "54321")},
        )
        return json_answer(request, body)

    async def _agreement(
        self, request: web.Request, login: Login
    ) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        if self._looks.no_agreement:
            return web.Response()
        production = None if self._looks.no_production else owner.production_site
        body = self._looks.object(
            consumption=_half(owner, owner.consumption_site),
            production=_half(owner, production) if production else None,
        )
        return json_answer(request, body)

    async def _notice(self, request: web.Request, login: Login) -> web.StreamResponse:
        slug = request.match_info["slug"]
        if slug not in SLUGS:
            raise Refused(404, f"Cannot GET {request.path}")
        body = self.notices.get(slug)
        return web.Response() if body is None else json_answer(request, body)


def _asset_info(hub: Hub) -> dict[str, Any]:
    model = {"id": 10, "name": "Hub model X", "manufacturer": "ExampleMaker"}
    return {"id": hub.asset_id, "serialNumber": hub.serial, "assetModel": model}


def _address(street: str, postal_code: str) -> dict[str, str]:
    return {"street": street, "postalCode": postal_code, "city": "Teststad"}


def _half(owner: Owner, site: int) -> dict[str, Any]:
    end = owner.terminated
    return {
        "stateCategory": "Terminated" if end else "Active",
        "stateId": 5 if end else 3,
        "siteId": site,
        "startDate": f"{owner.since.first}T00:00:00.000Z",
        "terminationDate": f"{end}T00:00:00.000Z" if end else None,
    }
