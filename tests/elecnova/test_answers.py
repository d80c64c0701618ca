"""What diagnostics tell of the cloud's answers."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import ExtendedJSONEncoder
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.elecnova import ElecnovaCloud
from tests.diagnosed import told_shapes, unknown_values
from tests.entries import person_of

from .helpers import add_entry


async def test_shapes(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """Their shapes, and nothing of the account."""
    report = await async_get_config_entry_diagnostics(hass, entry)
    shapes = told_shapes(report)
    assert shapes["GET /comm/client"]["token"] == "text"
    assert shapes["GET /api/v1/dev"][1]["sn"] == "number text"
    points = shapes["GET /api/v1/dev/pv/power-cap/{sn}"]["data"]
    assert points[1]["time"] == "date and time text"
    text = json.dumps(report, cls=ExtendedJSONEncoder)
    person = person_of(cloud)
    names = ("client_id", "client_secret", "cabinet", "meter", "mqtt_password")
    assert [name for name in names if str(person[name]) in text] == []


async def test_unknown_values_are_told(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """States and codes that nobody knows are told; what may be data is not shown."""
    entry = await add_entry(hass, cloud, statistics=False)
    assert not entry.runtime_data.drift.seen
    cloud.apply({"values": {"state": "dozing", "component": "Anna's heater"}})
    await entry.runtime_data.coordinator.async_refresh()
    (cabinet,) = entry.runtime_data.coordinator.data.cabinets.values()
    assert cabinet.cabinet.online is None
    assert cabinet.components_offline == 0
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert unknown_values(report) == {
        "Cabinet.state=dozing",
        "Component.state=dozing",
        "Component.component=<text>",
    }
