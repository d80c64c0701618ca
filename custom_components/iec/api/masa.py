"""The property portal: people, sites, sharing, lists (wire 6)."""

from typing import Final

from custom_components.cloud_energy.client.errors import Malformed

from .models.masa_lookup import (
    BuildingOptions,
    Cities,
    City,
    Lookup,
    OrderCategories,
    OrderCategory,
    VoltLevel,
    VoltLevels,
)
from .models.masa_profile import SharedContract, UserProfile
from .models.masa_property import EquipmentPage, EquipmentSite, OrderTitles
from .service import Service

_PAGE_SIZE: Final = 10
_MAX_PAGES: Final = 100


class Masa:
    """What the property portal knows and does.

    Lists that hardly ever change are requested once.
    """

    def __init__(self, service: Service) -> None:
        """Ask through the service."""
        self._service = service
        self._lookup: Lookup | None = None
        self._cities: list[City] | None = None

    async def get_cities(self) -> list[City]:
        """Return all cities."""
        if self._cities is None:
            answer = await self._service.portal("/cities", {})
            self._cities = self._service.read(answer, Cities).cities
        return self._cities

    async def get_user_profile(self) -> UserProfile:
        """Return what the property service knows of the person."""
        answer = await self._service.portal("/contacts/userprofile", {})
        return self._service.read(answer, UserProfile)

    async def get_contact_profile(self) -> UserProfile:
        """Return the person with own and shared contracts."""
        answer = await self._service.portal("/contacts/account/0/userprofile", {})
        return self._service.read(answer, UserProfile)

    async def get_order_titles(self, account_id: str) -> OrderTitles:
        """Return the orders of an account."""
        path = "/api/accounts/{account}/orders/titles"
        answer = await self._service.property(path, {"account": account_id})
        return self._service.read(answer, OrderTitles)

    async def get_order_categories(self) -> list[OrderCategory]:
        """Return what can be ordered."""
        answer = await self._service.property("/api/orderLookup", {})
        return self._service.read(answer, OrderCategories).categories

    async def get_volt_levels(self) -> list[VoltLevel]:
        """Return the voltage levels of the grid."""
        answer = await self._service.property("/api/voltLevels/active", {})
        return self._service.read(answer, VoltLevels).levels

    async def get_equipment(self, account_id: str) -> list[EquipmentSite]:
        """Return all sites of an account, page by page."""
        sites: list[EquipmentSite] = []
        for page in range(1, _MAX_PAGES + 1):
            found = await self._get_page(account_id, page)
            sites += found.sites
            if not found.has_more or not found.sites:
                return sites
        raise Malformed("The list of sites never ends")

    async def get_lookup(self) -> Lookup:
        """Return the list of lists."""
        if self._lookup is None:
            answer = await self._service.property("/lookup/all", {})
            self._lookup = self._service.read(answer, Lookup)
        return self._lookup

    async def get_building_options(self) -> BuildingOptions:
        """Return the sizes that new connections may have."""
        path = "/lookup/newConnection/buildingOptions"
        answer = await self._service.property(path, {})
        return self._service.read(answer, BuildingOptions)

    async def get_connection_size(
        self, account_id: str, contract: str | None = None
    ) -> str | None:
        """Return the size of a contract's connection, as `3X25` or `6`.

        Without a contract that of the first site counts; None if it is not known.
        """
        lookup = await self.get_lookup()
        names = {size.size_type: size.name for size in lookup.connection_sizes}
        for site in await self.get_equipment(account_id):
            if contract in (None, site.contract) and site.connections:
                return names.get(site.connections[0].size_type)
        return None

    async def get_shared_contract(
        self, contact_id: str, masa_contract: str
    ) -> SharedContract:
        """Return who may see a contract; both are the portal's own ids."""
        answer = await self._service.portal(
            "/contacts/{contact}/contract/{contract}",
            {"contact": contact_id, "contract": masa_contract},
        )
        return self._service.read(answer, SharedContract)

    async def share_contract(self, contact_id: str, masa_contract: str) -> str:
        """Let somebody see a contract; returns the address of the invitation."""
        answer = await self._service.command_portal(
            "/connectionbetweencontactandcontract/createconnectionrequest",
            {"contact": {"id": contact_id}, "contract": {"id": masa_contract}},
        )
        if not isinstance(answer, str) or not answer:
            raise Malformed("The portal answered without an invitation")
        return answer

    async def remove_shared_contact(
        self, connection_id: str, contact_id: str, masa_contract: str, owner_id: str
    ) -> None:
        """Let a contact no longer see a contract."""
        await self._service.command_portal(
            "/connectionbetweencontactandcontract/remove",
            {
                "Id": connection_id,
                "contact": {"id": contact_id},
                "contract": {"id": masa_contract},
                "primaryContact": {"id": owner_id},
            },
        )

    async def _get_page(self, account_id: str, page: int) -> EquipmentPage:
        answer = await self._service.property(
            "/equipments/get",
            {},
            {
                "accountId": account_id,
                "pageNumber": str(page),
                "pageSize": str(_PAGE_SIZE),
            },
        )
        return self._service.read(answer, EquipmentPage)
