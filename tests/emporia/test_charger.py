"""Commands to chargers and plugs, and what their entities show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.const import DOMAIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import attributes, entity_id, pass_time, requests, settle, state

from .helpers import add_entry, gid_of

SECONDS = timedelta(seconds=11)

type Act = Callable[..., Any]


@pytest.fixture
def charger(cloud: EmporiaCloud) -> int:
    """The gid of the home's charger, with a hungry car at it."""
    gid = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"plug_in": {"device_gid": gid}})
    return gid


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call an action on an entity by its unique id."""

    async def call(domain: str, action: str, unique_id: str, **data: Any) -> None:
        target = {"entity_id": entity_id(hass, unique_id, domain)}
        await hass.services.async_call(domain, action, target | data, blocking=True)

    return call


async def set_charger(
    hass: HomeAssistant, entry: MockConfigEntry, gid: int, **data: Any
) -> None:
    """Call the action of the integration."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(gid)), entry.entry_id
    )
    assert device
    call = {"device_id": device.id} | data
    await hass.services.async_call(DOMAIN, "set_charger", call, blocking=True)


def in_cloud(cloud: EmporiaCloud, gid: int) -> tuple[bool, int]:
    """Return what the charger was told, whether it shows already or not."""
    charger = cloud.customers.charger(gid).charger
    assert charger
    return charger.on.final(), charger.amps.final()


async def test_switch_without_flicker(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """The state turns once, although the cloud shows it seconds later."""
    unique_id = f"{charger}_charging"
    assert state(hass, unique_id, "switch") == "on"
    assert state(hass, f"{charger}_charger_status") == "charging"
    states: list[str] = []
    hass.bus.async_listen(
        "state_changed",
        lambda event: (
            states.append(event.data["new_state"].state)
            if event.data["entity_id"] == entity_id(hass, unique_id, "switch")
            else None
        ),
    )
    await act("switch", "turn_off", unique_id)
    assert in_cloud(cloud, charger) == (False, 32)
    assert state(hass, unique_id, "switch") == "off"
    # A poll that comes before the effect does not turn it back.
    await entry.runtime_data.status.async_refresh()
    await pass_time(hass, at_noon, entry, SECONDS, SECONDS, SECONDS)
    assert state(hass, f"{charger}_charger_status") == "paused"
    assert states == ["off"]
    await act("switch", "turn_on", unique_id)
    await pass_time(hass, at_noon, entry, SECONDS, SECONDS)
    assert in_cloud(cloud, charger) == (True, 32)
    assert state(hass, f"{charger}_charger_status") == "charging"
    assert attributes(hass, f"{charger}_charger_status")["iec_code"] == "C"
    assert states == ["off", "on"]


async def test_rate(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """From 6 A to the live maximum, with everything else left as it is."""
    unique_id = f"{charger}_charge_rate"
    limits = attributes(hass, unique_id, "number")
    assert (limits["min"], limits["max"], limits["step"]) == (6, 40, 1)
    # Somebody else changes the other half: it must survive.
    cloud.apply({"charger": {"device_gid": charger, "on": False}})
    await act("number", "set_value", unique_id, value=16)
    assert in_cloud(cloud, charger) == (False, 16)
    assert float(state(hass, unique_id, "number")) == 16
    await pass_time(hass, at_noon, entry, SECONDS, SECONDS)
    assert float(state(hass, unique_id, "number")) == 16
    assert state(hass, f"{charger}_charging", "switch") == "off"
    for wrong in (5, 41):
        with pytest.raises(ServiceValidationError):
            await act("number", "set_value", unique_id, value=wrong)
    cloud.apply({"charger": {"device_gid": charger, "max_amps": 24}})
    await pass_time(hass, at_noon, entry, timedelta(minutes=7))
    assert attributes(hass, unique_id, "number")["max"] == 24


async def test_atomic_action(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
) -> None:
    """On and rate go out in one request; nonsense is told as such."""
    before = requests(cloud, "/devices/evcharger")
    await set_charger(hass, entry, charger, on=True, current=10)
    assert in_cloud(cloud, charger) == (True, 10)
    assert requests(cloud, "/devices/evcharger") == before + 1
    with pytest.raises(ServiceValidationError, match="6 to 40 A"):
        await set_charger(hass, entry, charger, current=60)
    with pytest.raises(ServiceValidationError, match="whether to allow"):
        await set_charger(hass, entry, charger)
    with pytest.raises(ServiceValidationError, match="no such device"):
        await set_charger(hass, entry, gid_of(cloud, "solar_home", "vue"), on=True)
    assert in_cloud(cloud, charger) == (True, 10)


async def test_commands_come_before_the_budget(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    act: Act,
) -> None:
    """What the user wants is done although today's polls are used up."""
    budget = entry.runtime_data.connection.budget
    budget.limit = budget.used
    await act("switch", "turn_off", f"{charger}_charging")
    assert in_cloud(cloud, charger) == (False, 32)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 400},
        {"kind": "status", "status": 401},
        {"kind": "html"},
        {"kind": "rate_limited"},
        {"kind": "drop"},
    ],
    ids=str,
)
async def test_failures_are_loud(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    act: Act,
    fault: dict[str, Any],
) -> None:
    """A command that was not done raises, and the state stays true."""
    cloud.faults.add(endpoint="PUT /devices/evcharger", times=20, **fault)
    with pytest.raises(HomeAssistantError) as raised:
        await act("switch", "turn_off", f"{charger}_charging")
    assert "provider" in str(raised.value).lower()
    assert state(hass, f"{charger}_charging", "switch") == "on"
    assert in_cloud(cloud, charger)[0]
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_a_command_without_effect(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    act: Act,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told; an old firmware gets the rate when it is switched on."""
    gid = gid_of(cloud, "plain_home", "charger")
    cloud.apply({"plug_in": {"device_gid": gid}})
    cloud.apply({"charger": {"device_gid": gid, "on": False, "amps": 32}})
    entry = await add_entry(hass, cloud, "plain_home")
    await act("number", "set_value", f"{gid}_charge_rate", value=12)
    assert float(state(hass, f"{gid}_charge_rate", "number")) == 12
    await pass_time(hass, at_noon, entry, *[SECONDS] * 6)
    assert float(state(hass, f"{gid}_charge_rate", "number")) == 32
    assert "had no effect" in caplog.text
    await act("switch", "turn_on", f"{gid}_charging")
    await pass_time(hass, at_noon, entry, *[SECONDS] * 3)
    assert in_cloud(cloud, gid) == (True, 12)
    assert float(state(hass, f"{gid}_charge_rate", "number")) == 12


async def test_a_rate_just_after_switching_on(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """It does not undo the switching, and the rate from before is not repeated."""
    gid = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"plug_in": {"device_gid": gid}})
    cloud.apply({"charger": {"device_gid": gid, "on": False, "amps": 32}})
    entry = await add_entry(hass, cloud, "solar_home", days=0.2)
    await act("switch", "turn_on", f"{gid}_charging")
    await act("number", "set_value", f"{gid}_charge_rate", value=10)
    await pass_time(hass, at_noon, entry, *[SECONDS] * 6)
    assert in_cloud(cloud, gid) == (True, 10)
    assert float(state(hass, f"{gid}_charge_rate", "number")) == 10


async def test_a_command_that_is_not_followed(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """The user is told which device it is, until it does what it was told."""
    issue = (DOMAIN, f"command_without_effect_{entry.entry_id}_{charger}")
    issues = ir.async_get(hass).issues
    await act("switch", "turn_off", f"{charger}_charging")
    cloud.apply({"charger": {"device_gid": charger, "on": True}})
    await pass_time(hass, at_noon, entry, *[SECONDS] * 5)
    assert state(hass, f"{charger}_charging", "switch") == "on"
    assert issues[issue].translation_placeholders == {"name": "Garage EV"}
    # It is late, but it comes.
    cloud.apply({"charger": {"device_gid": charger, "on": False}})
    await pass_time(hass, at_noon, entry, timedelta(minutes=7))
    assert state(hass, f"{charger}_charging", "switch") == "off"
    assert issue not in issues


async def test_another_controller(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """Who owns the rate is shown and told, not fought."""
    manager = f"{charger}_energy_management"
    assert state(hass, manager) == "manual"
    cloud.apply({"controller": {"device_gid": charger, "kind": "EXCESS_SOLAR"}})
    await pass_time(hass, at_noon, entry, timedelta(minutes=40))
    assert state(hass, manager) == "excess_solar"
    await act("number", "set_value", f"{charger}_charge_rate", value=9)
    issues = ir.async_get(hass).issues
    assert [key for key in issues if "rate_is_controlled" in key[1]]
    before = requests(cloud, "/devices/evcharger")
    await pass_time(hass, at_noon, entry, *[SECONDS] * 10)
    assert requests(cloud, "/devices/evcharger") == before
    cloud.apply({"controller": {"device_gid": charger, "kind": None}})
    await pass_time(hass, at_noon, entry, timedelta(minutes=40))
    assert state(hass, manager) == "manual"
    assert not [key for key in issues if "rate_is_controlled" in key[1]]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("PEAK_DEMAND", "peak_demand"), ("SCHEDULE", "schedule"), (None, "manual")],
)
async def test_a_controller_without_words(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    kind: str | None,
    shown: str,
) -> None:
    """What is on has its name; where nothing is told, nobody knows."""
    gid = gid_of(cloud, "solar_home", "charger")
    cloud.apply({"controller": {"device_gid": gid, "kind": kind}})
    cloud.apply({"manager_texts": False})
    modern = "GET /v1/customers/devices/status"
    cloud.faults.add(endpoint=modern, kind="status", status=404)
    entry = await add_entry(hass, cloud, "solar_home")
    assert state(hass, f"{gid}_energy_management") == shown
    cloud.apply({"missing_status": ["loads"]})
    # One answer without it proves nothing.
    await pass_time(hass, at_noon, entry, *2 * [timedelta(minutes=8)])
    assert state(hass, f"{gid}_energy_management") == "unknown"


async def test_issue_goes_with_the_entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    act: Act,
) -> None:
    """Nothing is left of an entry that is removed."""
    cloud.apply({"controller": {"device_gid": charger, "kind": "PEAK_DEMAND"}})
    entry = await add_entry(hass, cloud, "solar_home")
    await act("number", "set_value", f"{charger}_charge_rate", value=9)
    issues = ir.async_get(hass).issues
    assert [key for key in issues if key[0] == DOMAIN]
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in issues if key[0] == DOMAIN]


async def test_full_power(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The controller steps back, and the sensor says so."""
    cloud.apply({"controller": {"device_gid": charger, "kind": "EXCESS_SOLAR"}})
    await entry.runtime_data.status.async_charge_at_full_power(charger)
    await pass_time(hass, at_noon, entry, SECONDS)
    assert state(hass, f"{charger}_energy_management") == "overridden"


async def test_plug(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    act: Act,
) -> None:
    """A plug is switched, and stays as it was where that fails."""
    gid = gid_of(cloud, "solar_home", "outlet")
    unique_id = f"{gid}_outlet"
    for action, expected in (("turn_off", "off"), ("turn_on", "on")):
        await act("switch", action, unique_id)
        assert state(hass, unique_id, "switch") == expected
        await pass_time(hass, at_noon, entry, SECONDS, SECONDS)
        assert state(hass, unique_id, "switch") == expected
    cloud.faults.add(endpoint="PUT /devices/outlet", kind="status", status=500)
    cloud.faults.add(endpoint="PUT /devices/outlet", kind="status", status=503)
    cloud.faults.add(endpoint="PUT /devices/outlet", kind="status", status=503)
    with pytest.raises(HomeAssistantError):
        await act("switch", "turn_off", unique_id)
    assert state(hass, unique_id, "switch") == "on"


async def test_states_of_a_charger(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each state, the plug and the fault."""

    async def shown() -> tuple[str, str, str]:
        await pass_time(hass, at_noon, entry, timedelta(minutes=7))
        return (
            state(hass, f"{charger}_charger_status"),
            state(hass, f"{charger}_plugged_in", "binary_sensor"),
            state(hass, f"{charger}_fault", "binary_sensor"),
        )

    assert await shown() == ("charging", "on", "off")
    assert state(hass, f"{charger}_charging_active", "binary_sensor") == "on"
    assert float(state(hass, f"{charger}_session_energy")) >= 0
    cloud.apply({"car_accepts": {"device_gid": charger, "accepts": False}})
    assert await shown() == ("waiting_for_vehicle", "on", "off")
    cloud.apply({"charger": {"device_gid": charger, "on": False}})
    assert await shown() == ("paused", "on", "off")
    cloud.apply({"plug_out": charger})
    assert await shown() == ("not_plugged_in", "off", "off")
    cloud.apply({"charger_fault": {"device_gid": charger, "text": "Ground fault"}})
    assert (await shown())[::2] == ("fault", "on")
    cloud.apply({"charger_fault": {"device_gid": charger, "text": None}})
    cloud.apply({"offline": {"device_gid": charger}})
    assert (await shown())[0] == "offline"
    assert state(hass, f"{charger}_charging", "switch") == STATE_UNAVAILABLE
    assert state(hass, f"{charger}_connected", "binary_sensor") == "off"


async def test_missing_lists(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A status without chargers, told twice, takes the charger's entities only."""
    cloud.apply({"missing_status": ["evChargers", "loads"]})
    await pass_time(hass, at_noon, entry, timedelta(minutes=7))
    assert state(hass, f"{charger}_charging", "switch") == "on"
    await pass_time(hass, at_noon, entry, timedelta(minutes=7))
    assert state(hass, f"{charger}_charging", "switch") == STATE_UNAVAILABLE
    outlet = gid_of(cloud, "solar_home", "outlet")
    assert state(hass, f"{outlet}_outlet", "switch") in ("on", "off")
    cloud.apply({"missing_status": []})
    await pass_time(hass, at_noon, entry, timedelta(minutes=7))
    await settle(hass, entry)
    assert state(hass, f"{charger}_charging", "switch") == "on"
