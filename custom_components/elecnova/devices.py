"""Account, site, cabinet and component as devices (wire 6.1)."""

from collections.abc import Iterator

from homeassistant.helpers.device_registry import DeviceInfo

from custom_components.cloud_energy.entry.devices import Device, device_link

from .api.models import Cabinet, Component, Site
from .const import DOMAIN, MANUFACTURER
from .runtime import ElecnovaConfigEntry
from .snapshot import CabinetState


def account_key(entry: ElecnovaConfigEntry) -> str:
    """Return what the account is known by."""
    return f"account_{entry.unique_id}"


def account_link(entry: ElecnovaConfigEntry) -> DeviceInfo:
    """Refer to the account."""
    return device_link(DOMAIN, account_key(entry))


def site_key(site_id: str) -> str:
    """Return what a site is known by."""
    return f"site_{site_id}"


def site_link(site_id: str) -> DeviceInfo:
    """Refer to a site."""
    return device_link(DOMAIN, site_key(site_id))


def cabinet_key(cabinet: Cabinet) -> str:
    """Return what a cabinet is known by."""
    return cabinet.id or cabinet.sn


def cabinet_link(cabinet: Cabinet) -> DeviceInfo:
    """Refer to a cabinet."""
    return device_link(DOMAIN, cabinet_key(cabinet))


def component_link(sn: str) -> DeviceInfo:
    """Refer to a component."""
    return device_link(DOMAIN, sn)


def devices(entry: ElecnovaConfigEntry) -> Iterator[Device]:
    """Yield the account's devices, as the cloud reports them now."""
    snapshot = entry.runtime_data.coordinator.data
    yield Device(
        key=account_key(entry),
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        is_service=True,
    )
    for site in snapshot.sites.values():
        yield _site(site)
    for state in snapshot.cabinets.values():
        yield _cabinet(state)
        for part in state.components or ():
            # What has the cabinet's own id is no device behind it.
            if part.sn != cabinet_key(state.cabinet):
                yield _component(part, state.cabinet)


def _site(site: Site) -> Device:
    return Device(
        key=site_key(site.id),
        name=site.name or f"{MANUFACTURER} site",
        manufacturer=MANUFACTURER,
        model="Site",
        is_service=True,
    )


def _cabinet(state: CabinetState) -> Device:
    cabinet = state.cabinet
    return Device(
        key=cabinet_key(cabinet),
        name=_name(cabinet),
        manufacturer=MANUFACTURER,
        model=cabinet.model or None,
        serial_number=cabinet.sn,
        via=site_key(state.site_id) if state.site_id else None,
    )


def _component(part: Component, cabinet: Cabinet) -> Device:
    name = part.name or part.component_desc or part.component or part.sn
    return Device(
        key=part.sn,
        name=f"{_name(cabinet)} {name}",
        manufacturer=MANUFACTURER,
        model=part.model or part.component_desc or None,
        serial_number=part.sn,
        via=cabinet_key(cabinet),
    )


def _name(cabinet: Cabinet) -> str:
    return cabinet.name or f"{MANUFACTURER} {cabinet.sn}"
