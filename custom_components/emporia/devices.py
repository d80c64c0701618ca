"""The account, its devices and its linked cars."""

from collections.abc import Iterator

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from custom_components.cloud_energy.entry import devices as shared

from .api.home import Device, Home
from .api.models import Vehicle
from .const import DOMAIN, MANUFACTURER, PORTAL
from .runtime import EmporiaConfigEntry


def account_key(entry: EmporiaConfigEntry) -> str:
    """Return what the account is known by."""
    return str(entry.unique_id)


def device_link(gid: int) -> DeviceInfo:
    """Refer to a device."""
    return shared.device_link(DOMAIN, str(gid))


def vehicle_key(gid: int) -> str:
    """Return the key of a car, which differs from the devices' gids."""
    return f"vehicle_{gid}"


def vehicle_link(gid: int) -> DeviceInfo:
    """Refer to a linked car."""
    return shared.device_link(DOMAIN, vehicle_key(gid))


def gid_of(device: dr.AnyDeviceEntry) -> int | None:
    """Return the gid of a device in the registry; None for the account or a car."""
    return next(map(int, filter(is_gid, shared.keys_of(DOMAIN, device))), None)


def is_gid(key: str) -> bool:
    """Return whether a key is that of a device: the list of these is whole."""
    return key.isdigit()


def devices(entry: EmporiaConfigEntry) -> Iterator[shared.Device]:
    """Yield what the account has."""
    coordinator = entry.runtime_data.coordinator
    yield shared.Device(
        key=account_key(entry),
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        configuration_url=PORTAL,
        is_service=True,
    )
    yield from map(_device, _parents_first(coordinator.home))
    for state in coordinator.data.vehicles.values():
        yield _vehicle(state.vehicle)


def _device(device: Device) -> shared.Device:
    return shared.Device(
        key=str(device.gid),
        name=device.name or f"{MANUFACTURER} {device.gid}",
        manufacturer=MANUFACTURER,
        model=device.model or None,
        serial_number=device.serial or None,
        sw_version=device.firmware or None,
        configuration_url=PORTAL,
        via=str(device.parent_gid) if device.parent_gid else None,
    )


def _vehicle(vehicle: Vehicle) -> shared.Device:
    kind = f"{vehicle.model} {vehicle.year or ''}".strip()
    return shared.Device(
        key=vehicle_key(vehicle.gid),
        name=vehicle.name or f"{vehicle.make} {kind}".strip() or None,
        manufacturer=vehicle.make or None,
        model=kind or None,
    )


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
