"""Diagnostics, repairs, migration, removed devices."""

import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.json import JSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.iec import async_remove_config_entry_device
from custom_components.iec.const import (
    CONF_CONTRACTS,
    CONF_LOGIN,
    CONF_OTP_METHOD,
    DOMAIN,
)
from custom_components.iec.diagnostics import async_get_config_entry_diagnostics
from custom_components.iec.migration import VERSION
from custom_components.iec.texts import Issue
from tests.clouds.iec import IecCloud
from tests.diagnosed import told_shapes, unknown_values
from tests.entries import DAY, HOUR, pass_time, person_of, settle
from tests.recorded import stored
from tests.repairs import confirm_repair, opened_repair

from .helpers import NOW, add_entry, midnight, series_of, sign_in, true_hours


@pytest.mark.parametrize("name", ["plain_home", "solar_home", "landlord", "flatmate"])
async def test_diagnostics(hass: HomeAssistant, cloud: IecCloud, name: str) -> None:
    """They tell a lot, and nothing personal."""
    entry = await add_entry(hass, cloud, name, history_days=1)
    cloud.faults.add(endpoint="GET */api/Device/*", kind="status", status=500)
    entry.runtime_data.coordinator.answers.all_due()
    await entry.runtime_data.coordinator.async_refresh()
    report = await async_get_config_entry_diagnostics(hass, entry)
    shown = json.dumps(report, cls=JSONEncoder)
    assert report["connection"]["requests_today"] > 10
    assert report["parts"]
    assert report["snapshot"]["tariffs"]["kwh"] == pytest.approx(0.64015)
    person = next(each for each in cloud.customers.people if each.name == name)
    login = entry.data[CONF_LOGIN]
    secrets = [person.user_id, person.phone, person.email, person.last_name]
    secrets += [login["id_token"], login["access_token"], login["refresh_token"]]
    for contract in person.contracts:
        secrets += [contract.number, contract.partner.number.lstrip("0")]
        secrets += [contract.partner.account_id, contract.id, contract.partner.name]
        secrets += [contract.address.text, contract.address.city.name]
        secrets += [meter.serial for meter in contract.meters]
    assert [secret for secret in secrets if secret in shown] == []
    shapes = told_shapes(report)
    assert shapes["GET /customer"]["bpNumber"] == "number text"
    assert shapes["GET /customer/contract/{bp}"]["data"]["contracts"]


async def test_diagnostics_of_a_contract_with_another_payer(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """The numbers that it had before are told by nothing, though answers keep them."""
    entry = await add_entry(hass, cloud, "plain_home", history_days=1)
    person = next(each for each in cloud.customers.people if each.name == "plain_home")
    (partner,) = person.partners
    before = [partner.number.lstrip("0"), partner.account_id]
    partner.number = "0000987654"
    for coordinator in entry.runtime_data.coordinators:
        coordinator.answers.all_due()
        await coordinator.async_refresh()
    report = await async_get_config_entry_diagnostics(hass, entry)
    shown = json.dumps(report, cls=JSONEncoder)
    assert [each for each in (*before, partner.account_id) if each in shown] == []
    assert {"outages_**REDACTED**", "outages_**REDACTED** 2"} <= report["parts"].keys()


async def test_unknown_values_are_told(hass: HomeAssistant, cloud: IecCloud) -> None:
    """States and codes that nobody knows do no harm; what may be data is not shown."""
    entry = await add_entry(hass, cloud, history_days=1)
    assert not entry.runtime_data.drift.seen
    values = {"meterKind": 7, "frequency": "Weekly", "partConnectionCode": "Anna T."}
    cloud.apply({"values": values | {"isTouz": "perhaps"}})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    (meter,) = entry.runtime_data.coordinator.data.meters.values()
    assert not meter.is_two_way
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert unknown_values(report) == {
        "Contract.frequency=Weekly",
        "Contract.isTouz=perhaps",
        "MeterReport.meterKind=7",
        "Connection.partConnectionCode=<text>",
    }


async def test_diagnostics_without_outages(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """What is not watched is not told."""
    entry = await add_entry(hass, cloud, watch_outages=False, history_days=1)
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert report["snapshot"]["outages"] is None


def issues(hass: HomeAssistant) -> set[str]:
    """Return the keys of the open issues."""
    registry = ir.async_get(hass)
    return {
        str(issue.translation_key)
        for (domain, _), issue in registry.issues.items()
        if domain == DOMAIN
    }


async def test_nothing_new_for_days(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It is told while the cloud answers, and cleared once readings come."""
    assert issues(hass) == set()
    cloud.apply({"publication": {"day_hours": 24 * 30}})
    await pass_time(hass, at_noon, entry, *[DAY] * 5)
    assert issues(hass) == {"no_new_data"}
    cloud.apply({"publication": {"day_hours": 30}})
    await pass_time(hass, at_noon, entry, *[3 * HOUR] * 2)
    assert issues(hass) == set()


async def test_an_ended_contract(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Whoever chose it is told; removing the entry clears the issue."""
    number = person_of(cloud, "plain_home")["contract"]
    entry = await add_entry(hass, cloud, contracts=[number], history_days=1)
    assert issues(hass) == set()
    cloud.apply({"end_contract": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert "contract_ended" in issues(hass)
    issue_id = issue_id_of(entry, Issue.CONTRACT_ENDED)
    done = await confirm_repair(hass, DOMAIN, issue_id)
    assert done["type"] == "create_entry"
    assert entry.data[CONF_CONTRACTS] is None
    await settle(hass, entry)
    assert "contract_ended" not in issues(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == set()


async def test_a_repair_of_an_entry_that_is_unloaded_meanwhile(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nobody knows by then what is to be repaired, so there is no such flow any more."""
    number = person_of(cloud, "plain_home")["contract"]
    entry = await add_entry(hass, cloud, contracts=[number], history_days=1)
    cloud.apply({"end_contract": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    issue_id = issue_id_of(entry, Issue.CONTRACT_ENDED)
    flow = await opened_repair(hass, DOMAIN, issue_id)
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(UnknownFlow):
        await flow.async_confirm()
    assert entry.data[CONF_CONTRACTS] == [number]


async def test_meters_behind_the_captcha(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is told where no other list has them, and readings come once one has."""
    faults = ("GET */api/Device/{contract}", "GET */api/Device/LastMeterReading/*")
    for endpoint in faults:
        cloud.faults.add(endpoint=endpoint, kind="status", status=500)
    entry = await add_entry(hass, cloud, history_days=3)
    assert issues(hass) == {"meters_gated"}
    assert not entry.runtime_data.coordinator.data.meters
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    assert issues(hass) == set()
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    truth = true_hours(cloud, "plain_home", midnight("2026-07-12"), NOW)
    assert {h: v for h, v in hours.items() if h < NOW} == pytest.approx(truth)


async def test_meters_that_only_the_other_list_has(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """Where it wants no captcha it is enough."""
    for endpoint in (
        "GET */api/Device/{contract}",
        "GET */api/Device/LastMeterReading/*",
    ):
        cloud.faults.add(endpoint=endpoint, kind="status", status=500)
    cloud.apply({"contract": {"account": "plain_home", "captcha": False}})
    entry = await add_entry(hass, cloud, history_days=1)
    assert entry.runtime_data.coordinator.data.meters
    assert issues(hass) == set()


def old_data(cloud: IecCloud, login: Any, **changes: Any) -> dict[str, Any]:
    """Return an entry's data as the earlier integration kept them."""
    person = person_of(cloud, "plain_home")
    return {
        "user_id": person["user_id"].lstrip("0"),
        "otp_method": "email",
        "totp_secret": None,
        "api_token": {
            "access_token": login.access_token,
            "refresh_token": login.refresh_token,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "openid",
            "id_token": login.id_token,
        },
        "selected_contracts": [f"000{person['contract']}"],
        "bp_number_to_contract": {person["contract"]: person["bp_number"]},
    } | changes


@pytest.mark.parametrize("version", [1, VERSION])
async def test_migration(hass: HomeAssistant, cloud: IecCloud, version: int) -> None:
    """The session, the choices and the statistics go on; the title tells nobody."""
    login = await sign_in(cloud, "plain_home")
    person = person_of(cloud, "plain_home")
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"IEC Account ({person['user_id']})",
        data=old_data(cloud, login),
        options={"history_days": 3},
        version=version,
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.version == VERSION
    assert entry.unique_id == person["user_id"]
    assert person["user_id"] not in entry.title
    assert entry.data[CONF_OTP_METHOD] == "email"
    assert entry.data[CONF_CONTRACTS] == [person["contract"]]
    assert "api_token" not in entry.data
    hours = await stored(hass, series_of(person))
    truth = true_hours(cloud, "plain_home", midnight("2026-07-12"), NOW)
    assert hours == pytest.approx(truth)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"api_token": None}, ConfigEntryState.SETUP_ERROR),
        ({"api_token": {"refresh_token": ""}}, ConfigEntryState.SETUP_ERROR),
        ({"user_id": "123"}, ConfigEntryState.MIGRATION_ERROR),
        ({"selected_contracts": None}, ConfigEntryState.LOADED),
    ],
)
async def test_migration_of_odd_entries(
    hass: HomeAssistant,
    cloud: IecCloud,
    changes: dict[str, Any],
    state: ConfigEntryState,
) -> None:
    """Without a token the user signs in again; without an id nothing can be done."""
    login = await sign_in(cloud, "plain_home")
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        data=old_data(cloud, login, **changes),
        options={"history_days": 3},
        version=1,
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is state
    assert entry.title == "Home"
    if state is ConfigEntryState.SETUP_ERROR:
        assert list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_old_entry_beside_one_of_today(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The login stays with the entry that has it already."""
    data = old_data(cloud, await sign_in(cloud, "plain_home"))
    old = MockConfigEntry(domain=DOMAIN, title="Home", data=data, version=VERSION)
    old.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(old.entry_id)
    assert old.state is ConfigEntryState.SETUP_ERROR
    assert old.error_reason_translation_key == "already_configured"
    assert "api_token" in old.data


async def test_diagnostics_of_an_entry_that_cannot_be_converted(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """What it holds is hidden like what it would hold after it."""
    person = person_of(cloud, "plain_home")
    login = await sign_in(cloud, "plain_home")
    data = old_data(cloud, login, user_id="", totp_secret="JBSWY3DPEHPK3PXP")
    entry = MockConfigEntry(domain=DOMAIN, title="Home", data=data, version=VERSION)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.error_reason_translation_key == "not_convertible"
    report = await async_get_config_entry_diagnostics(hass, entry)
    shown = json.dumps(report, cls=JSONEncoder)
    secrets = (login.refresh_token, person["contract"], person["bp_number"], "JBSWY3")
    assert [secret for secret in secrets if secret in shown] == []


async def test_an_entry_of_the_future(hass: HomeAssistant, cloud: IecCloud) -> None:
    """It is left alone."""
    entry = MockConfigEntry(domain=DOMAIN, data={}, version=VERSION + 1)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR


async def test_removing_devices(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """What is shown stays; what is not may go."""
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        assert not await async_remove_config_entry_device(hass, entry, device)
    old = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "340000099")}
    )
    assert await async_remove_config_entry_device(hass, entry, old)


async def test_time_of_use(hass: HomeAssistant, cloud: IecCloud) -> None:
    """The load class is known where the contract has such a tariff."""
    cloud.apply({"publication": {"running_hours": 0}})
    entry = await add_entry(hass, cloud, "landlord", history_days=1)
    classes = {
        state.load_class
        for state in entry.runtime_data.coordinator.data.meters.values()
    }
    assert classes & {1, 2, 3}
