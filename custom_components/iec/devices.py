"""The login, its contracts and its meters as devices."""

from collections.abc import Iterator

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from custom_components.cloud_energy.entry import devices as shared
from custom_components.cloud_energy.entry.devices import Device

from .api.const import PORTAL
from .const import DOMAIN, MANUFACTURER
from .runtime import IecConfigEntry
from .snapshot import ContractState, MeterState


def account_key(entry: IecConfigEntry) -> str:
    """Return what the login is known by."""
    return entry.entry_id


def device_link(key: str) -> DeviceInfo:
    """Refer to the login, a contract or a meter."""
    return shared.device_link(DOMAIN, key)


def keys_of(device: dr.AnyDeviceEntry) -> set[str]:
    """Return what a device of the registry is known by."""
    return shared.keys_of(DOMAIN, device)


def devices(entry: IecConfigEntry) -> Iterator[Device]:
    """Yield what the login has.

    A meter is gone only with its contract: lists of meters fail too often.
    """
    snapshot = entry.runtime_data.coordinator.data
    yield Device(
        key=account_key(entry),
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Account",
        configuration_url=PORTAL,
        is_service=True,
    )
    for contract in snapshot.contracts.values():
        yield _contract(contract, len(snapshot.contracts))
    for meter in snapshot.meters.values():
        yield _meter(meter)


def _contract(state: ContractState, count: int) -> Device:
    number = state.supply.contract
    hint = f" (…{number[-4:]})" if count > 1 else ""
    return Device(
        key=number,
        translation_key="shared_contract" if state.supply.is_shared else "contract",
        placeholders={"hint": hint},
        manufacturer=MANUFACTURER,
        model="Contract",
        configuration_url=PORTAL,
        is_service=True,
    )


def _meter(state: MeterState) -> Device:
    address = state.meter.address
    return Device(
        key=state.meter.key,
        translation_key="meter",
        placeholders={"hint": state.meter.masked},
        manufacturer=MANUFACTURER,
        model="Smart meter, both ways" if state.is_two_way else "Smart meter",
        model_id=address.code or None,
        serial_number=address.serial,
        configuration_url=PORTAL,
        via=address.contract,
    )
