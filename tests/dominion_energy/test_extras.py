"""Actions, diagnostics, migration."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.jobs import async_recorded
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.statistics import async_import_readings
from custom_components.dominion_energy.const import CONF_KEY, CONF_SERIES, DOMAIN
from tests.clouds.dominion_energy import DominionCloud
from tests.diagnosed import told_shapes, unknown_values
from tests.entries import person_of, settle
from tests.recorded import stored

from .helpers import NOW, add_entry, sign_in


async def act(hass: HomeAssistant, name: str, **data: Any) -> Any:
    """Call an action that answers."""
    return await hass.services.async_call(
        DOMAIN, name, data, blocking=True, return_response=True
    )


async def test_interval_usage(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Half hours of a range, in local time."""
    day = date(2026, 11, 18)
    response = await act(
        hass,
        "get_interval_usage",
        config_entry_id=entry.entry_id,
        start_date=day,
        end_date=day,
    )
    intervals = response["intervals"]
    assert len(intervals) == 48
    assert intervals[0]["start"] == "2026-11-18T00:00:00-05:00"
    week = await act(hass, "get_interval_usage")
    assert len(week["intervals"]) == 7 * 48


async def test_bad_ranges(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A range must not end before it starts; the text says so."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(
            hass, "get_interval_usage", start_date="2026-11-18", end_date="2026-11-17"
        )
    assert "Swap" in str(caught.value)


async def test_actions_in_trouble(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """The user reads what is wrong."""
    cloud.faults.add(endpoint="*", kind="status", status=503, times=1000)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_interval_usage")
    assert "retry" in str(caught.value)
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(DOMAIN, "refresh", blocking=True)


async def test_an_action_that_needs_the_user(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """It starts the reauth and says so."""
    cloud.apply({"revoke_tokens": "solar_home", "forget_devices": "solar_home"})
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_interval_usage")
    assert "one-time code" in str(caught.value)
    await hass.async_block_till_done()
    assert list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_download(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    """The workbook as it is, to allowed folders only."""
    path = tmp_path / "usage.xlsx"
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "download_excel", path=str(path))
    assert str(path) in str(caught.value)
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    response = await act(hass, "download_excel", path=str(path))
    assert path.read_bytes().startswith(b"PK")
    assert response["bytes"] == path.stat().st_size
    with pytest.raises(HomeAssistantError, match="could not be saved"):
        await act(hass, "download_excel", path=str(tmp_path / "none" / "usage.xlsx"))


async def test_a_download_harms_no_file(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    """What is there stays, unless it is to be overwritten; links lead nowhere else."""
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.mkdir()
    other.mkdir()
    hass.config.allowlist_external_dirs = {str(allowed)}
    path = allowed / "usage.xlsx"
    path.write_text("mine")
    with pytest.raises(ServiceValidationError, match="already exists"):
        await act(hass, "download_excel", path=str(path))
    assert path.read_text() == "mine"
    await act(hass, "download_excel", path=str(path), overwrite=True)
    assert path.read_bytes().startswith(b"PK")
    (other / "file").write_text("mine")
    for name, target in (("link", "none"), ("there", "file")):
        link = allowed / name
        link.symlink_to(other / target)
        with pytest.raises(ServiceValidationError, match="allowed to write"):
            await act(hass, "download_excel", path=str(link), overwrite=True)
    (allowed / "folder").symlink_to(other)
    with pytest.raises(ServiceValidationError, match="allowed to write"):
        await act(hass, "download_excel", path=str(allowed / "folder" / "usage.xlsx"))
    assert [each.name for each in other.iterdir()] == ["file"]
    assert (other / "file").read_text() == "mine"
    # Nothing half-written is left.
    names = {each.name for each in allowed.iterdir()}
    assert names == {"usage.xlsx", "link", "there", "folder"}


async def test_refresh_and_rebuild(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """A damaged history is put right."""
    series = entry.runtime_data.coordinator.series.consumption
    before = await stored(hass, series.statistic_id)
    at = NOW - timedelta(days=5)
    await async_import_readings(hass, series, [Reading(at, at + HOUR, 99.0)])
    assert (await stored(hass, series.statistic_id))[at] == 99.0
    response = await act(hass, "import_history")
    assert response["rows_written"] >= 1
    assert await stored(hass, series.statistic_id) == before
    await hass.services.async_call(DOMAIN, "refresh", blocking=True)


@pytest.mark.parametrize("action", ["refresh", "import_history"])
async def test_actions_name_what_failed(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, action: str
) -> None:
    """Without the half hours nothing was refreshed or rebuilt, whatever else came."""
    cloud.faults.add(endpoint="*DownloadExcelNew", kind="status", times=9)
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(DOMAIN, action, {}, blocking=True)
    assert "usage (POST" in str(caught.value)
    assert "answered 500" in str(caught.value)
    assert entry.data["account_number"] not in str(caught.value)
    cloud.faults.clear()
    await hass.services.async_call(DOMAIN, action, {}, blocking=True)


async def test_rebuilding_does_not_need_the_bill(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """A refresh does name it."""
    cloud.faults.add(endpoint="*/bill/current", kind="status", times=99)
    assert await act(hass, "import_history") == {"rows_written": 0}
    with pytest.raises(HomeAssistantError, match="current bill"):
        await hass.services.async_call(DOMAIN, "refresh", blocking=True)


@pytest.mark.parametrize(("currency", "added"), [("USD", 4), ("ILS", 2)])
async def test_add_to_energy_dashboard(
    hass: HomeAssistant, entry: MockConfigEntry, currency: str, added: int
) -> None:
    """Twice changes nothing, and dollars are never shown as another currency."""
    hass.config.currency = currency

    async def add() -> Any:
        return await hass.services.async_call(
            "cloud_energy",
            "add_to_energy_dashboard",
            {"config_entry_id": entry.entry_id},
            blocking=True,
            return_response=True,
        )

    first = await add()
    assert len(first["added"]) == added
    second = await add()
    assert second["added"] == []
    assert second["statistics"] == first["statistics"]


async def test_diagnostics_hold_no_secret(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """They tell of the connection, the parts and the statistics."""
    report: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    text = str(report)
    account = entry.runtime_data.coordinator.data.account
    secrets = [
        *(
            person_of(cloud, "solar_home")[k]
            for k in ("username", "password", "account")
        ),
        entry.data["meter_number"],
        entry.data["login"]["tokens"]["refresh"],
        account.service_address.street,
        account.premise_number,
        entry.title,
    ]
    assert [secret for secret in secrets if str(secret) in text] == []
    assert report["connection"]["requests_today"] > 5
    assert report["parts"]["usage"]["failures"] == 0
    assert report["snapshot"]["usage"]["consumption"]["day"] > 0
    assert len(report["statistics"]) == 4
    shapes = told_shapes(report)
    assert "workbook" in shapes["POST /Service/api/1/Usage/DownloadExcelNew"]
    account = shapes["GET /Service/api/1/bill/billForecast"]["data"]
    assert account["lastBill"]["charges"]


async def test_unknown_values_are_told(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """States that nobody knows do no harm; what may be data is not shown."""
    assert not entry.runtime_data.drift.seen
    values = {"netMetering": "Later", "uom": "therm", "AutoPayInd": "Ask Anna"}
    cloud.apply({"values": values})
    entry.runtime_data.coordinator.answers.all_due()
    await entry.runtime_data.coordinator.async_refresh()
    report: Any = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert unknown_values(report) == {
        "Meter.netMetering=Later",
        "MonthlyGeneration.uom=therm",
        "MonthlyUsage.uom=therm",
        "BillExtension.AutoPayInd=<text>",
    }


async def old_entry(
    hass: HomeAssistant,
    cloud: DominionCloud,
    *,
    version: int = 1,
    unique_id: str = "",
    **changes: Any,
) -> MockConfigEntry:
    """Add an entry as the earlier integration made it, or a fork of it."""
    person = person_of(cloud, "solar_home")
    login = await sign_in(cloud, "solar_home")
    data = {
        "username": person["username"],
        "password": person["password"],
        "access_token": login.tokens.access,
        "refresh_token": login.tokens.refresh,
        "account_number": person["account"],
        "meter_number": person["meter"],
        "service_address": "1 Example St",
        "cookies": {"version": 1, "cookies": login.cookies},
        **changes,
    }
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=version,
        unique_id=unique_id or person["account"],
        data={key: value for key, value in data.items() if value is not None},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    return entry


async def test_an_old_entry_is_migrated(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """It works as before, without a new login, and goes on with its statistics."""
    person = person_of(cloud, "solar_home")
    old = Series.energy(
        f"{DOMAIN}:{person['account']}_energy_consumption", "Dominion consumption"
    )
    start = NOW - timedelta(days=100)
    async_add_external_statistics(
        hass,
        old.metadata,
        [
            {"start": start + at * HOUR, "state": 2.0, "sum": 2.0 * (at + 1)}
            for at in range(48)
        ],
    )
    await async_recorded(hass)
    cloud.requests.clear()
    entry = await old_entry(hass, cloud)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.version == 2
    assert entry.unique_id == f"{person['account']}_{person['meter']}"
    assert entry.data[CONF_SERIES] == person["account"]
    hours = await stored(hass, old.statistic_id)
    assert hours[start] == 2.0
    assert max(hours) > NOW - timedelta(days=1)


async def test_an_old_entry_without_old_statistics(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """New ids then; cookies in their plain form are read as well."""
    entry = await old_entry(hass, cloud, cookies=[])
    assert entry.data[CONF_SERIES] == entry.unique_id
    assert entry.state is ConfigEntryState.LOADED


async def test_an_entry_of_a_fork_of_the_same_version(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """Home Assistant asks for no migration then: what is in it counts."""
    person = person_of(cloud, "solar_home")
    unique_id = f"{person['account']}_{person['meter']}"
    entry = await old_entry(hass, cloud, version=2, unique_id=unique_id)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == unique_id
    assert entry.data[CONF_SERIES] == unique_id
    assert entry.data[CONF_KEY] == unique_id
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    assert await stored(hass, f"{DOMAIN}:{unique_id}_energy_consumption")
    data = dict(entry.data)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert entry.data.keys() == data.keys()
    assert entry.data[CONF_SERIES] == data[CONF_SERIES]


async def test_a_fork_that_names_the_meter_in_its_id_alone(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """The unique id tells account and meter."""
    person = person_of(cloud, "solar_home")
    unique_id = f"{person['account']}_{person['meter']}"
    entry = await old_entry(
        hass,
        cloud,
        version=2,
        unique_id=unique_id,
        account_number=None,
        meter_number=None,
    )
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == unique_id


async def test_an_entry_that_cannot_be_converted(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """It says so, whatever its version."""
    entry = await old_entry(hass, cloud, version=2, meter_number=None)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "not_convertible"
    entry = await old_entry(hass, cloud, meter_number=None)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_an_old_entry_beside_one_of_today(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """The meter stays with the entry that has it already."""
    old = await old_entry(hass, cloud, version=2)
    assert old.state is ConfigEntryState.SETUP_ERROR
    assert old.error_reason_translation_key == "already_configured"
    assert old.unique_id != entry.unique_id


async def test_new_statistics_do_not_name_the_account(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """Their ids are in pictures that people share."""
    person = person_of(cloud, "plain_home")
    entry = await add_entry(hass, cloud, "plain_home")
    (source,) = entry.runtime_data.energy_sources
    for statistic_id in source.statistic_ids:
        assert person["account"] not in statistic_id
        assert person["meter"].lstrip("0") not in statistic_id
    assert await stored(hass, source.consumption)


async def test_statistics_of_an_entry_that_was_removed(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """A new entry of the same meter goes on with them."""
    person = person_of(cloud, "plain_home")
    key = f"{person['account']}_{person['meter']}"
    old = Series.energy(f"{DOMAIN}:{key}_energy_consumption", "Before")
    start = NOW - timedelta(days=300)
    async_add_external_statistics(
        hass, old.metadata, [{"start": start, "state": 1.0, "sum": 1.0}]
    )
    assert len(await stored(hass, old.statistic_id)) == 1
    entry = await add_entry(hass, cloud, "plain_home")
    assert entry.data[CONF_SERIES] == key
    assert max(await stored(hass, old.statistic_id)) > NOW - timedelta(days=2)


@pytest.mark.parametrize(
    "changes", [{"meter_number": None}, {"account_number": None, "meter_number": ""}]
)
async def test_an_old_entry_that_tells_too_little(
    hass: HomeAssistant, cloud: DominionCloud, changes: dict[str, Any]
) -> None:
    """It is left as it is."""
    entry = await old_entry(hass, cloud, **changes)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_an_old_entry_without_tokens(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """The stored password signs in; a code that is needed starts the reauth."""
    entry = await old_entry(hass, cloud, access_token="", cookies=None)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_entry_of_a_later_version(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """It is not touched."""
    entry = MockConfigEntry(domain=DOMAIN, version=3, data={})
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_one_meter_of_two_goes_on_with_old_statistics(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Two meters of one account never write to the same statistic."""
    person = person_of(cloud, "landlord")
    old = Series.energy(f"{DOMAIN}:{person['account']}_energy_consumption", "Old")
    start = datetime(2026, 8, 1, tzinfo=NOW.tzinfo)
    async_add_external_statistics(
        hass, old.metadata, [{"start": start, "state": 1.0, "sum": 1.0}]
    )
    await async_recorded(hass)
    first = await add_entry(hass, cloud, "landlord")
    account = cloud.customers.account(person["account"])
    other = next(p.meter for p in account.points if p.meter != person["meter"])
    data = {
        **first.data,
        "meter_number": other,
        "key": f"{person['account']}_{other}",
        "statistics_prefix": f"{person['account']}_{other}",
    }
    second = MockConfigEntry(
        domain=DOMAIN, version=2, unique_id=data["key"], data=data, title="Second"
    )
    second.add_to_hass(hass)
    await hass.config_entries.async_setup(second.entry_id)
    await settle(hass, second)
    assert first.data[CONF_SERIES] == person["account"]
    assert second.data[CONF_SERIES] == data["key"]
