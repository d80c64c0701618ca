"""The login, its contracts and its meters in Home Assistant's registry."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api.const import PORTAL
from .const import DOMAIN, MANUFACTURER
from .runtime import IecConfigEntry
from .snapshot import ContractState, MeterState, Snapshot


def account_device(entry: IecConfigEntry) -> DeviceInfo:
    """Describe the login itself."""
    return DeviceInfo(
        identifiers={(DOMAIN, entry.entry_id)},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        configuration_url=PORTAL,
        entry_type=DeviceEntryType.SERVICE,
    )


def device_link(identifier: str) -> DeviceInfo:
    """Refer to a contract or meter that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={(DOMAIN, identifier)})


def identifiers_of(device: dr.AnyDeviceEntry) -> set[str]:
    """Return the names that a device has here."""
    return {name for domain, name in device.identifiers if domain == DOMAIN}


@callback
def async_watch_devices(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Keep the registry as the login is; what is gone for good is removed."""
    coordinator = entry.runtime_data.coordinator
    discoveries = 0
    missing: set[str] = set()

    @callback
    def follow() -> None:
        nonlocal discoveries, missing
        snapshot = coordinator.data
        for contract in snapshot.contracts.values():
            _describe_contract(hass, entry, contract, len(snapshot.contracts))
        for meter in snapshot.meters.values():
            _describe_meter(hass, entry, meter)
        if discoveries != coordinator.whole_discoveries:
            discoveries = coordinator.whole_discoveries
            # A list may be short once by mistake, hardly twice.
            gone = _registered(hass, entry) - shown(snapshot) - {entry.entry_id}
            for name in gone & missing:
                _remove(hass, entry, name)
            missing = gone

    entry.async_on_unload(coordinator.async_add_health_listener(follow))
    follow()


def shown(snapshot: Snapshot) -> set[str]:
    """Return the names of all that a snapshot shows."""
    # A meter is gone only with its contract: lists of meters fail too often.
    stems = {state.meter.key for state in snapshot.meters.values()}
    return set(snapshot.contracts) | stems


def _describe_contract(
    hass: HomeAssistant, entry: IecConfigEntry, state: ContractState, count: int
) -> None:
    number = state.supply.contract
    hint = f" (…{number[-4:]})" if count > 1 else ""
    kind = "shared_contract" if state.supply.is_shared else "contract"
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, number)},
        translation_key=kind,
        translation_placeholders={"hint": hint},
        manufacturer=MANUFACTURER,
        model="Contract",
        configuration_url=PORTAL,
        entry_type=DeviceEntryType.SERVICE,
    )


def _describe_meter(
    hass: HomeAssistant, entry: IecConfigEntry, state: MeterState
) -> None:
    registry = dr.async_get(hass)
    address = state.meter.address
    contract = registry.async_get_device_by_identifier(
        (DOMAIN, address.contract), entry.entry_id
    )
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, state.meter.key)},
        translation_key="meter",
        translation_placeholders={"hint": state.meter.masked},
        manufacturer=MANUFACTURER,
        model="Smart meter, both ways" if state.is_two_way else "Smart meter",
        model_id=address.code or None,
        serial_number=address.serial,
        configuration_url=PORTAL,
        via_device_id=contract.id if contract else None,
    )


def _registered(hass: HomeAssistant, entry: IecConfigEntry) -> set[str]:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {name for device in devices for name in identifiers_of(device)}


def _remove(hass: HomeAssistant, entry: IecConfigEntry, name: str) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier((DOMAIN, name), entry.entry_id)
    if device:
        registry.async_remove_device(device.id)
