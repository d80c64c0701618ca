"""The devices of the account in Home Assistant's registry."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api.home import Device, Home
from .api.models import Vehicle
from .const import DOMAIN, MANUFACTURER, PORTAL
from .runtime import EmporiaConfigEntry


def account_device(entry: EmporiaConfigEntry) -> DeviceInfo:
    """Describe the account itself."""
    return DeviceInfo(
        identifiers={(DOMAIN, str(entry.unique_id))},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        configuration_url=PORTAL,
        entry_type=DeviceEntryType.SERVICE,
    )


def device_link(gid: int) -> DeviceInfo:
    """Refer to a device that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={(DOMAIN, str(gid))})


def vehicle_device(vehicle: Vehicle) -> DeviceInfo:
    """Describe a linked car."""
    kind = f"{vehicle.model} {vehicle.year or ''}".strip()
    return DeviceInfo(
        identifiers={(DOMAIN, vehicle_id(vehicle.gid))},
        name=vehicle.name or f"{vehicle.make} {kind}".strip() or None,
        manufacturer=vehicle.make or None,
        model=kind or None,
    )


def vehicle_id(gid: int) -> str:
    """Return how a car is told from the devices, whose gids are other ones."""
    return f"vehicle_{gid}"


def gid_of(device: dr.AnyDeviceEntry) -> int | None:
    """Return the gid of a device in the registry; None for the account or a car."""
    for domain, identifier in device.identifiers:
        if domain == DOMAIN and identifier.isdigit():
            return int(identifier)
    return None


@callback
def async_watch_devices(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Keep the registry as the account is; what is gone for good is removed."""
    coordinator = entry.runtime_data.coordinator
    described: Home = {}
    reads = 0
    missing: set[int] = set()

    @callback
    def follow() -> None:
        nonlocal described, reads, missing
        home = coordinator.home
        if home != described:
            described = home
            for device in _parents_first(home):
                _describe(hass, entry, device)
        if reads != coordinator.home_reads:
            reads = coordinator.home_reads
            # A list may be short once by mistake, hardly twice.
            gone = _registered(hass, entry) - home.keys()
            for gid in gone & missing:
                _remove(hass, entry, gid)
            missing = gone

    entry.async_on_unload(coordinator.async_add_health_listener(follow))
    follow()


def _parents_first(home: Home) -> Iterator[Device]:
    done: set[int] = set()

    def visit(device: Device) -> Iterator[Device]:
        if device.gid in done:
            return
        done.add(device.gid)
        parent = home.get(device.parent_gid) if device.parent_gid else None
        if parent:
            yield from visit(parent)
        yield device

    for device in home.values():
        yield from visit(device)


def _describe(hass: HomeAssistant, entry: EmporiaConfigEntry, device: Device) -> None:
    registry = dr.async_get(hass)
    parent = (
        registry.async_get_device_by_identifier(
            (DOMAIN, str(device.parent_gid)), entry.entry_id
        )
        if device.parent_gid
        else None
    )
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, str(device.gid))},
        name=device.name or f"{MANUFACTURER} {device.gid}",
        manufacturer=MANUFACTURER,
        model=device.model or None,
        serial_number=device.serial or None,
        sw_version=device.firmware or None,
        configuration_url=PORTAL,
        via_device_id=parent.id if parent else None,
    )


def _registered(hass: HomeAssistant, entry: EmporiaConfigEntry) -> set[int]:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    account = str(entry.unique_id)
    gids = {gid_of(device) for device in devices}
    return {gid for gid in gids if gid is not None and str(gid) != account}


def _remove(hass: HomeAssistant, entry: EmporiaConfigEntry, gid: int) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, str(gid)), entry.entry_id)
    if device:
        registry.async_remove_device(device.id)
