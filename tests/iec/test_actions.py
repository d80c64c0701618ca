"""All actions: what they return, what they refuse, how to sign in by them."""

from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.const import CONF_LOGIN, DOMAIN
from tests.clouds.iec import IecCloud
from tests.entries import HOUR, pass_time, person_of, requests, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, midnight, series_of, true_hours

WASHING = "מכונת כביסה"


async def act(hass: HomeAssistant, action: str, /, **data: Any) -> Any:
    """Call an action that returns something."""
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


async def do(hass: HomeAssistant, name: str, **data: Any) -> None:
    """Call an action that returns nothing."""
    await hass.services.async_call(DOMAIN, name, data, blocking=True)


def device_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> str:
    """Return the id of a device."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, name), entry.entry_id
    )
    assert device
    return device.id


async def test_readings(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Of a day, a week, a month; for the contract or its meter."""
    day = await act(hass, "get_readings", day="2026-07-12")
    assert len(day["readings"]) == 96
    assert day["readings"][0]["start"] == "2026-07-12T00:00:00+03:00"
    assert day["readings"][0]["return"] is None
    truth = true_hours(cloud, "plain_home", midnight("2026-07-12"), NOW - 48 * HOUR)
    hour = sum(each["consumption"] for each in day["readings"][:4])
    assert hour == pytest.approx(truth[midnight("2026-07-12")])
    person = person_of(cloud, "plain_home")
    device = device_of(hass, entry, person["contract"])
    week = await act(
        hass, "get_readings", day="2026-07-07", resolution="week", device_id=device
    )
    assert len(week["readings"]) == 7
    device = device_of(hass, entry, f"{person['contract']}_{person['meter']}")
    month = await act(
        hass, "get_readings", day="2026-06-07", resolution="month", device_id=device
    )
    assert [each["day"] for each in month["readings"]][:1] == ["2026-06-01"]
    assert len(month["readings"]) == 30


async def test_backfill(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Days are asked again and put right, older ones too."""
    person = person_of(cloud, "plain_home")
    answer = await act(hass, "import_history", start="2026-06-01", end="2026-06-12")
    assert answer["days"] == 12
    assert answer["rows_written"] >= 12 * 24 * 2
    hours = await stored(hass, series_of(person))
    start, end = midnight("2026-06-01"), midnight("2026-06-13")
    truth = true_hours(cloud, "plain_home", start, end)
    assert {h: v for h, v in hours.items() if start <= h < end} == pytest.approx(truth)
    again = await act(
        hass, "backfill_statistics", start_date="2026-06-11", end_date="2026-06-12"
    )
    assert again == {"days": 2, "rows_written": 0}
    for first, last in (
        ("2026-06-02", "2026-06-01"),
        ("2027-01-01", "2027-01-02"),
        ("2024-01-01", "2026-06-01"),
    ):
        with pytest.raises(ServiceValidationError, match="date"):
            await act(hass, "import_history", start=first, end=last)


async def test_report_by_mail(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Sent once; a refusal is told."""
    await do(hass, "send_consumption_report", email="dana@example.com")
    assert requests(cloud, "SendConsumptionReportToMail") == 1
    endpoint = "POST */SendConsumptionReportToMail/*"
    cloud.faults.add(endpoint=endpoint, kind="empty", times=1)
    with pytest.raises(HomeAssistantError, match="didn't send"):
        await do(hass, "send_consumption_report", email="dana@example.com")
    cloud.faults.add(endpoint=endpoint, kind="status", status=500, times=1)
    with pytest.raises(HomeAssistantError, match="returned an error"):
        await do(hass, "send_consumption_report", email="dana@example.com")


async def test_invoices(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry, tmp_path: Path
) -> None:
    """As a list and as PDF, into allowed folders only."""
    found = await act(hass, "get_invoices")
    assert len(found["invoices"]) > 3
    latest = next(each for each in found["invoices"] if each["electricity"])
    assert latest["to"] == "2026-06-10"
    assert (await act(hass, "get_invoices", only_open=True))["invoices"] == []
    path = tmp_path / "invoice.pdf"
    with pytest.raises(ServiceValidationError, match="allowed to write"):
        await act(hass, "download_invoice_pdf", path=str(path))
    hass.config.allowlist_external_dirs.add(str(tmp_path))
    answer = await act(hass, "download_invoice_pdf", path=str(path))
    assert path.read_bytes().startswith(b"%PDF")
    assert answer == {"path": str(path), "bytes": path.stat().st_size}
    again = {"path": str(path), "invoice": latest["invoice"], "overwrite": True}
    await do(hass, "download_invoice_pdf", **again)
    nowhere = tmp_path / "no" / "such" / "folder.pdf"
    with pytest.raises(HomeAssistantError, match="could not be saved"):
        await act(hass, "download_invoice_pdf", path=str(nowhere))


async def test_no_invoice(hass: HomeAssistant, cloud: IecCloud, tmp_path: Path) -> None:
    """Then there is nothing to download."""
    cloud.faults.add(
        endpoint="GET */BillingCollection/invoices/*", kind="status", status=500
    )
    await add_entry(hass, cloud, history_days=1)
    hass.config.allowlist_external_dirs.add(str(tmp_path))
    with pytest.raises(ServiceValidationError, match="no invoice"):
        await act(hass, "download_invoice_pdf", path=str(tmp_path / "x.pdf"))


async def test_outages(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The past one, and one that goes on."""
    cloud.apply({"outage": {"account": "plain_home"}})
    found = await act(hass, "get_outages")
    assert found["failed"] == []
    past, running = found["outages"]
    assert not past["going_on"]
    assert past["end"]
    assert running["going_on"]
    assert running["start"] == NOW.isoformat()
    assert not running["planned"]


@pytest.mark.parametrize(
    ("endpoint", "service", "host"),
    [
        ("*/tranzactions/*", "fault_portal", "api"),
        ("*/outages/transactions/*", "main_service", "faults"),
    ],
)
async def test_outages_of_one_service(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    endpoint: str,
    service: str,
    host: str,
) -> None:
    """What one service has is told while the other one fails, which is named."""
    cloud.apply({"outage": {"account": "plain_home", "hosts": [host]}})
    cloud.faults.add(endpoint=endpoint, kind="status", status=500)
    found = await act(hass, "get_outages")
    assert found["failed"] == [{"service": service, "error": "provider_error"}]
    assert found["outages"][-1]["going_on"]
    assert found["outages"][-1]["start"] == NOW.isoformat()


async def test_outages_of_no_service(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """That is an error, and no empty list."""
    for endpoint in ("*/tranzactions/*", "*/outages/transactions/*"):
        cloud.faults.add(endpoint=endpoint, kind="status", status=500)
    with pytest.raises(HomeAssistantError) as error:
        await act(hass, "get_outages")
    assert error.value.translation_key == "provider_error"


async def test_appliances(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Duration and power count."""
    found = await act(hass, "get_appliances")
    assert {"name": WASHING, "kilowatts": 1.5, "minutes": 60.0} in found["appliances"]
    once = await act(hass, "estimate_appliance_cost", name=WASHING)
    assert once == {"consumption": 1.5, "unit": "kWh", "cost": 0.96, "currency": "ILS"}
    long = await act(
        hass, "estimate_appliance_cost", name=WASHING, minutes=120, power=500, unit="W"
    )
    assert long["consumption"] == 1.0
    with pytest.raises(ServiceValidationError, match="no appliance"):
        await act(hass, "estimate_appliance_cost", name="a rocket")
    keys = {"endpoint": "*/calculators/gadget", "keys": ["gadget_Calculator_Rates"]}
    cloud.apply({"omit_keys": keys})
    with pytest.raises(HomeAssistantError, match="unknown"):
        await act(hass, "estimate_appliance_cost", name=WASHING)


async def test_sharing(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Only if it is confirmed; who sees the contract can be sent away."""
    with pytest.raises(ServiceValidationError, match="Confirm"):
        await act(hass, "share_contract", confirm=False)
    assert (await act(hass, "share_contract", confirm=True))["invitation"]
    (contact,) = (await act(hass, "get_shared_contacts"))["contacts"]
    connection = contact["connection"]
    with pytest.raises(ServiceValidationError, match="Confirm"):
        await do(hass, "remove_shared_contact", connection=connection, confirm=False)
    with pytest.raises(ServiceValidationError, match="isn't shared"):
        await do(hass, "remove_shared_contact", connection="x", confirm=True)
    await do(hass, "remove_shared_contact", connection=connection, confirm=True)
    assert (await act(hass, "get_shared_contacts"))["contacts"] == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 403}])
async def test_sharing_without_the_portal(
    hass: HomeAssistant, cloud: IecCloud, fault: dict[str, Any]
) -> None:
    """What the portal does not know can't be shared from here."""
    cloud.faults.add(
        endpoint="GET */contacts/account/0/userprofile", kind="status", **fault
    )
    await add_entry(hass, cloud, history_days=1)
    for name in ("get_shared_contacts", "share_contract"):
        confirm = {"confirm": True} if name == "share_contract" else {}
        with pytest.raises(ServiceValidationError, match="can't be shared"):
            await act(hass, name, **confirm)


async def test_sharing_a_contract_that_the_portal_hides(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """The person is known, the contract is not."""
    hidden = {"account": "plain_home", "sources": ["masa_connections"]}
    cloud.apply({"hide": hidden})
    await add_entry(hass, cloud, history_days=1)
    with pytest.raises(ServiceValidationError, match="can't be shared"):
        await act(hass, "get_shared_contacts")


async def test_refresh(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Everything is asked again; a failure is told."""
    cloud.requests.clear()
    await do(hass, "refresh")
    assert requests(cloud, "/tariffs/") == 1
    # The two services for outages take turns, but not now
    assert requests(cloud, "tranzactions") == 1
    assert requests(cloud, "outages/trans") == 1
    cloud.apply({"broken": True})
    cloud.faults.add(endpoint="GET */content/*", kind="status", status=500)
    with pytest.raises(HomeAssistantError, match="be reached"):
        await do(hass, "refresh")


async def test_refresh_without_outages(hass: HomeAssistant, cloud: IecCloud) -> None:
    """What is not watched is not asked."""
    await add_entry(hass, cloud, watch_outages=False, history_days=1)
    await do(hass, "refresh")
    assert requests(cloud, "tranzactions") == 0


async def test_it_must_be_clear_what_is_meant(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """With several contracts and meters the device has to be named."""
    entry = await add_entry(hass, cloud, "landlord", history_days=1)
    for name, data in (("get_invoices", {}), ("get_readings", {"day": "2026-07-01"})):
        with pytest.raises(ServiceValidationError, match="isn't clear"):
            await act(hass, name, **data)
    contracts = person_of(cloud, "landlord")["contracts"]
    farm = next(each for each in contracts if len(each["meters"]) == 2)
    meter = f"{farm['contract']}_{farm['meters'][1]['meter']}"
    device = device_of(hass, entry, meter)
    found = await act(hass, "get_readings", day="2026-07-01", device_id=device)
    assert len(found["readings"]) == 96
    assert (await act(hass, "get_invoices", device_id=device))["invoices"]
    device = device_of(hass, entry, farm["contract"])
    with pytest.raises(ServiceValidationError, match="isn't clear"):
        await act(hass, "get_readings", day="2026-07-01", device_id=device)


async def test_sign_in_by_actions(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """An automation passes the code on; the open form closes by itself."""
    person = person_of(cloud, "plain_home")
    before = entry.data[CONF_LOGIN]
    cloud.apply({"revoke_tokens": "plain_home"})
    await pass_time(hass, at_noon, entry, 2 * HOUR)
    assert list(entry.async_get_active_flows(hass, {"reauth"}))
    with pytest.raises(ServiceValidationError, match="waiting for a code"):
        await do(hass, "submit_code", code="123456")
    assert await act(hass, "request_code") == {"method": "sms"}
    sent = requests(cloud, "/verify")
    with pytest.raises(ServiceValidationError, match="incorrect"):
        await do(hass, "submit_code", code="000000")
    cloud.faults.add(endpoint="POST */v1/token", kind="drop", times=1)
    with pytest.raises(HomeAssistantError, match="could not be reached"):
        await do(hass, "submit_code", code=person["code"])
    await do(hass, "submit_code", code=f"{person['code']} ")
    assert requests(cloud, "/verify") == sent + 2
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_LOGIN] != before
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    unique_id = f"{person['contract']}_{person['meter']}_elec_latest_meter_reading"
    assert float(state(hass, unique_id)) > 0


async def test_an_expired_code_by_action(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """It has to be requested anew, also by e-mail."""
    assert await act(hass, "request_code", method="email") == {"method": "email"}
    cloud.apply({"expire_code": "plain_home"})
    code = person_of(cloud, "plain_home")["code"]
    with pytest.raises(ServiceValidationError, match="expired"):
        await do(hass, "submit_code", code=code)
    with pytest.raises(ServiceValidationError, match="waiting for a code"):
        await do(hass, "submit_code", code=code)
    await do(hass, "request_code", config_entry_id=entry.entry_id)
    code = person_of(cloud, "plain_home")["code"]
    await do(hass, "submit_code", code=code, config_entry_id=entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_no_code_by_action(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Unknown entries, ways that are not offered, trouble."""
    entry = await add_entry(hass, cloud, "solar_home", history_days=1)
    with pytest.raises(ServiceValidationError, match="isn't clear"):
        await act(hass, "request_code", config_entry_id="x")
    with pytest.raises(ServiceValidationError, match="that way"):
        await act(hass, "request_code", method="email")
    cloud.faults.add(endpoint="POST */authn", kind="drop", times=1)
    with pytest.raises(HomeAssistantError, match="could not be reached"):
        await act(hass, "request_code")
    await do(hass, "request_code")
    await do(hass, "request_code")
    assert await hass.config_entries.async_remove(entry.entry_id)
