"""Actions, the button, diagnostics, logs."""

from datetime import UTC, datetime
import json
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import DOMAIN
from custom_components.elecnova.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.elecnova import ElecnovaCloud
from tests.diagnosed import told_shapes
from tests.entries import entity_id, pass_time, person_of, reauths
from tests.recorded import stored

from .helpers import POLL, add_entry, inverter_of, statistic_of, true_hours


async def ask(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Call an action and return its response."""
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


def device_of(hass: HomeAssistant, entry: MockConfigEntry, identifier: str) -> str:
    """Return the id of a device."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, identifier), entry.entry_id
    )
    assert device
    return device.id


async def test_power(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """Five minutes between two times, by default of the last day."""
    sn = inverter_of(cloud)
    device = device_of(hass, entry, sn)
    answer = await ask(
        hass,
        "get_pv_power",
        device_id=device,
        start="2026-11-19T10:00:00+00:00",
        end="2026-11-19T11:00:00+00:00",
    )
    assert answer["unit"] == "W"
    assert len(answer["points"]) == 12
    hour = datetime(2026, 11, 19, 10, tzinfo=UTC)
    truth = true_hours(cloud, sn, hour, hour.replace(hour=11))[hour]
    watts = [point["value"] for point in answer["points"]]
    assert sum(watts) / 12_000 == pytest.approx(truth, abs=0.001)
    answer = await ask(hass, "get_pv_power", device_id=device)
    assert len(answer["points"]) > 280


async def test_energy(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """Of a week, a month, a year."""
    device = device_of(hass, entry, inverter_of(cloud))
    for period, day, count, first in (
        ("day", None, 7, "2026-11-14"),
        ("month", "2026-10-17", 31, "2026-10-01"),
        ("year", "2026-03-01", 11, "2026-01-01"),
        ("year", "2025-03-01", 3, "2025-10-01"),
    ):
        data = {"date": day} if day else {}
        answer = await ask(
            hass, "get_pv_energy", device_id=device, period=period, **data
        )
        assert answer["unit"] == "kWh"
        assert len(answer["periods"]) == count, period
        assert answer["periods"][0]["start"] == first


async def test_import(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Days before what was wanted at first, and corrections of long ago."""
    sn = inverter_of(cloud)
    entry = await add_entry(hass, cloud, statistics_start="2026-11-15")
    device = device_of(hass, entry, sn)
    days = {"device_id": device, "start": "2026-11-10", "end": "2026-11-12"}
    answer = await ask(hass, "import_history", **days)
    assert answer == {"rows_written": 72}
    assert await ask(hass, "import_history", **days) == {"rows_written": 0}
    cloud.apply(
        {
            "correct": {
                "inverter": sn,
                "start": "2026-11-11T10:00:00+00:00",
                "watts": 5000,
            }
        }
    )
    assert await ask(hass, "import_history", **days) == {"rows_written": 1}
    found = await stored(hass, statistic_of(sn))
    since = datetime(2026, 11, 9, 23, tzinfo=UTC)
    truth = true_hours(cloud, sn, since, since.replace(day=12))
    assert {hour: found[hour] for hour in truth} == pytest.approx(truth, abs=0.001)


async def test_what_actions_refuse(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """The text says why."""
    inverter = device_of(hass, entry, inverter_of(cloud))
    cabinet = cloud.customers.account("solar_site").cabinets[0]
    other = device_of(hass, entry, cabinet.cabinet_id)
    late, early = "2026-11-12", "2026-11-10"
    for action, data, key in (
        ("get_pv_energy", {"device_id": other}, "not_an_inverter"),
        ("list_points", {}, "live_is_off"),
        (
            "import_history",
            {"device_id": inverter, "start": late, "end": early},
            "range_ends_before_it_starts",
        ),
        (
            "import_history",
            {"device_id": inverter, "start": "1971-01-01", "end": early},
            "range_too_long",
        ),
        (
            "get_pv_power",
            {"device_id": inverter, "start": late, "end": early},
            "range_ends_before_it_starts",
        ),
        (
            "get_pv_power",
            {"device_id": inverter, "start": "2026-01-01", "end": early},
            "range_too_long",
        ),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(hass, action, **data)
        assert caught.value.translation_key == key
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "refresh_topics", {}, blocking=True)
    assert caught.value.translation_key == "live_is_off"


async def test_actions_while_the_cloud_is_away(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """They say so; nothing else happens."""
    device = device_of(hass, entry, inverter_of(cloud))
    cloud.faults.add(endpoint="*", kind="drop", times=1000)
    days = {"start": "2026-11-10", "end": "2026-11-12"}
    for action, data in (
        ("get_pv_power", {}),
        ("get_pv_energy", {"period": "month"}),
        ("import_history", days),
    ):
        with pytest.raises(HomeAssistantError) as caught:
            await ask(hass, action, device_id=device, **data)
        assert caught.value.translation_key == "cannot_connect"
    assert reauths(hass, entry) == 0


async def test_button(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It asks for everything, also for what is asked twice a day only."""
    button = entity_id(hass, f"account_{entry.unique_id}_refresh", "button")
    press = {"entity_id": button}
    cloud.requests.clear()
    await hass.services.async_call("button", "press", press, blocking=True)
    asked = {each.path for each in cloud.requests.entries}
    assert "/api/v2/projects" in asked
    assert len(asked) >= 8
    cloud.faults.add(endpoint="*", kind="status", status=500, times=1000)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call("button", "press", press, blocking=True)
    assert caught.value.translation_key == "refresh_failed"
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert entry.runtime_data.coordinator.failures == 0


async def test_diagnostics(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """They tell much, and nothing of whose it is."""
    cloud.apply({"look": {"extra_keys": True, "documented_site": True}})
    entry = await add_entry(hass, cloud, "aggregator", statistics_start="2026-11-18")
    report = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(report, cls=ExtendedJSONEncoder)
    account = cloud.customers.account("aggregator")
    login = entry.runtime_data.client.login
    assert login
    secrets = [
        account.client_id,
        account.client_secret,
        login.token,
        login.id,
        login.username,
        login.password,
        *(site.name for site in account.sites),
        *(site.site_id for site in account.sites),
        *(cabinet.serial for cabinet in account.cabinets),
        *(cabinet.cabinet_id for cabinet in account.cabinets),
        *(part.component_id for c in account.cabinets for part in c.components),
    ]
    assert [secret for secret in secrets if secret in text] == []
    assert report["drift"]["Cabinet.brand_new"] > 0
    assert len(report["snapshot"]["devices"]) == 8
    assert len(report["snapshot"]["pv"]) == 4
    assert report["snapshot"]["pv_factors"]
    assert len(report["statistics"]) == 4
    shapes = told_shapes(report)
    assert shapes["GET /api/v1/dev"][0] == "8"


async def test_logs_show_nothing_personal(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At no level, in good times and in bad."""
    caplog.set_level(logging.DEBUG, "custom_components")
    entry = await add_entry(hass, cloud, statistics_start="2026-11-18")
    cloud.faults.add(endpoint="*", kind="wrong_types", times=20)
    await pass_time(hass, at_noon, entry, *[POLL] * 3)
    person = person_of(cloud)
    logged = "\n".join(
        r.getMessage() for r in caplog.records if r.name.startswith("custom_components")
    )
    assert "/api/v1/dev" in logged
    for key in ("client_id", "client_secret", "mqtt_username", "mqtt_password"):
        assert str(person[key]) not in logged
    login = entry.runtime_data.client.login
    assert login
    assert login.token not in logged
