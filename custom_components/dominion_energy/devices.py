"""The one device of an entry: its meter."""

from collections.abc import Iterator

from custom_components.cloud_energy.entry.devices import Device

from .api.const import PORTAL
from .const import CONF_KEY, CONF_METER_NUMBER, MANUFACTURER
from .runtime import DominionConfigEntry


def meter_key(entry: DominionConfigEntry) -> str:
    """Return what the meter, and what takes its place, is known by."""
    key: str = entry.data[CONF_KEY]
    return key


def devices(entry: DominionConfigEntry) -> Iterator[Device]:
    """Yield the meter that is in place."""
    yield Device(
        key=meter_key(entry),
        name=entry.title,
        manufacturer=MANUFACTURER,
        model="Smart meter",
        serial_number=entry.data[CONF_METER_NUMBER],
        configuration_url=PORTAL,
        is_service=True,
    )
