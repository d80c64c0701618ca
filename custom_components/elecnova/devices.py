"""Account, site, cabinet and component in Home Assistant's registry (wire 6.1)."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api.models import Cabinet, Component, Site
from .const import DOMAIN, MANUFACTURER
from .runtime import ElecnovaConfigEntry
from .snapshot import CabinetState, Snapshot


def account_key(entry: ElecnovaConfigEntry) -> str:
    """Return what the account is known by."""
    return f"account_{entry.unique_id}"


def account_device(entry: ElecnovaConfigEntry) -> DeviceInfo:
    """Describe the account itself."""
    return DeviceInfo(
        identifiers={(DOMAIN, account_key(entry))},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        entry_type=DeviceEntryType.SERVICE,
    )


def site_key(site_id: str) -> str:
    """Return what a site is known by."""
    return f"site_{site_id}"


def site_link(site_id: str) -> DeviceInfo:
    """Refer to a site that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={(DOMAIN, site_key(site_id))})


def cabinet_key(cabinet: Cabinet) -> str:
    """Return what a cabinet is known by."""
    return cabinet.id or cabinet.sn


def cabinet_link(cabinet: Cabinet) -> DeviceInfo:
    """Refer to a cabinet that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={(DOMAIN, cabinet_key(cabinet))})


def component_link(sn: str) -> DeviceInfo:
    """Refer to a component that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={(DOMAIN, sn)})


@callback
def async_watch_devices(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Keep the registry as the account is."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def follow() -> None:
        described = _Describer(hass, entry)
        for site in coordinator.data.sites.values():
            described.site(site)
        for state in coordinator.data.cabinets.values():
            described.cabinet(state)

    entry.async_on_unload(coordinator.async_add_listener(follow))
    follow()


class _Describer:
    """Writes devices into the registry; what is there already costs nothing."""

    def __init__(self, hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
        self._registry = dr.async_get(hass)
        self._entry = entry

    def site(self, site: Site) -> None:
        self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, site_key(site.id))},
            name=site.name or f"{MANUFACTURER} site",
            manufacturer=MANUFACTURER,
            model="Site",
            entry_type=DeviceEntryType.SERVICE,
        )

    def cabinet(self, state: CabinetState) -> None:
        cabinet = state.cabinet
        device = self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, cabinet_key(cabinet))},
            name=cabinet.name or f"{MANUFACTURER} {cabinet.sn}",
            manufacturer=MANUFACTURER,
            model=cabinet.model or None,
            serial_number=cabinet.sn,
            via_device_id=self._id_of_site(state.site_id),
        )
        for part in state.components or ():
            # What has the cabinet's own id is no device behind it.
            if part.sn != cabinet_key(cabinet):
                self._component(part, device)

    def _component(self, part: Component, cabinet: dr.DeviceEntry) -> None:
        name = part.name or part.component_desc or part.component or part.sn
        self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, part.sn)},
            name=f"{cabinet.name} {name}",
            manufacturer=MANUFACTURER,
            model=part.model or part.component_desc or None,
            serial_number=part.sn,
            via_device_id=cabinet.id,
        )

    def _id_of_site(self, site_id: str | None) -> str | None:
        if site_id is None:
            return None
        device = self._registry.async_get_device_by_identifier(
            (DOMAIN, site_key(site_id)), self._entry.entry_id
        )
        return device.id if device else None


@callback
def is_current(entry: ElecnovaConfigEntry, device: dr.AnyDeviceEntry) -> bool:
    """Tell whether a device still belongs to the account."""
    keys = {account_key(entry), *_keys(entry.runtime_data.coordinator.data)}
    return bool({(DOMAIN, key) for key in keys} & device.identifiers)


def _keys(snapshot: Snapshot) -> set[str]:
    keys = {site_key(site_id) for site_id in snapshot.sites}
    keys |= {cabinet_key(state.cabinet) for state in snapshot.cabinets.values()}
    return keys | {part.sn for part in snapshot.components}
