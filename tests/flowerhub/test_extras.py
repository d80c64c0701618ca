"""Actions, events, notices, the button, diagnostics."""

from datetime import timedelta
import json
import logging
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy.exc import OperationalError
import voluptuous as vol

from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.flowerhub.const import DOMAIN
from custom_components.flowerhub.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.flowerhub import FlowerhubCloud
from tests.diagnosed import told_shapes, unknown_values
from tests.entries import DAY, HOUR, entity_id, pass_time, person_of, requests, settle

from .helpers import POLL, add_entry, attributes, state


async def ask(hass: HomeAssistant, action: str, **data: Any) -> Any:
    """Call an action and return its response."""
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


async def test_get_invoices(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """All of them, with lines, and the address of the document."""
    answer = await ask(hass, "get_invoices", config_entry_id=entry.entry_id)
    latest = answer["invoices"][0]
    assert len(answer["invoices"]) == 17
    assert latest["month"] == "2026-10-01"
    assert latest["currency"] == "SEK"
    assert latest["pdf"].endswith(".pdf")
    lines = [line["name"] for line in latest["site_invoices"][0]["lines"]]
    assert "Battery compensation" in lines
    shown = json.dumps(
        [state.attributes for state in hass.states.async_all()], default=str
    )
    assert ".pdf" not in shown
    assert latest["ocr"] not in shown


async def test_import_history(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """All months are asked for again; what is stored rightly is not written again."""
    asked = requests(cloud, "/consumption")
    assert await ask(hass, "import_history") == {"rows_written": 0}
    assert requests(cloud, "/consumption") == asked + 1
    cloud.faults.add(endpoint="*/consumption", kind="status", status=500, times=9)
    with pytest.raises(HomeAssistantError, match="consumption"):
        await ask(hass, "import_history")


async def test_get_consumption(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """Both sites, as the portal tells them."""
    answer = await ask(hass, "get_consumption")
    person = person_of(cloud)
    assert {row["site_id"] for row in answer["consumption"]} == {
        str(person["site_id"]),
        str(person["production_site_id"]),
    }
    assert answer["consumption"][0]["type"] == "Reading"
    assert answer["consumption"][0]["unit"] == "kWh"


async def test_get_uptime(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """Of a month that the portal has, else the error says which ones those are."""
    answer = await ask(hass, "get_uptime", period="2026-10")
    assert answer["period"] == "2026-10"
    assert answer["uptime"] + answer["downtime"] == 2_682_000
    assert answer["available_periods"][-1] == "2026-11"
    running = await ask(hass, "get_uptime")
    assert running["period"] == "2026-11"
    assert running["no_data"] > 0
    with pytest.raises(ServiceValidationError, match="no data for 2024-01") as caught:
        await ask(hass, "get_uptime", period="2024-01")
    assert "2025-06" in str(caught.value)
    for period in ("2026-13", "November", "2026-1", "2026-10-01"):
        with pytest.raises(vol.Invalid):
            await ask(hass, "get_uptime", period=period)


async def test_actions_in_trouble(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """The user reads what is wrong; an unknown account is told as such."""
    cloud.faults.add(endpoint="*/invoice", kind="status", status=500, times=9)
    with pytest.raises(HomeAssistantError, match="returned an error"):
        await ask(hass, "get_invoices")
    with pytest.raises(ServiceValidationError):
        await ask(hass, "get_invoices", config_entry_id="nothing")
    cloud.faults.clear()
    for endpoint, action in (
        ("*/invoice", "get_invoices"),
        ("*/consumption", "get_consumption"),
    ):
        cloud.faults.add(endpoint=endpoint, kind="empty", times=1)
        (found,) = (await ask(hass, action)).values()
        assert found == []
    cloud.faults.add(endpoint="*/pie-chart/*", kind="empty", times=1)
    answer = await ask(hass, "get_uptime", period="2026-10")
    assert answer["period"] == "2026-10"
    assert answer["uptime"] is answer["uptime_ratio"] is None
    assert "2026-10" in answer["available_periods"]


async def test_hub_events(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each change of the connection is one event; a fault of the portal is none."""
    assert state(hass, entry, "hub_connection", "event") == STATE_UNKNOWN
    cloud.apply({"disconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    told = attributes(hass, entry, "hub_connection", "event")
    assert told["event_type"] == "disconnected"
    assert told["message"] == "InverterDongleNotFound"
    assert state(hass, entry, "connected", "binary_sensor") == "off"
    at = state(hass, entry, "hub_connection", "event")
    cloud.faults.add(endpoint="/asset/{assetId}", kind="status", times=100)
    await pass_time(hass, at_noon, entry, *[POLL] * 4)
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert state(hass, entry, "hub_connection", "event") == at
    cloud.apply({"reconnect": "solar_home"})
    await pass_time(hass, at_noon, entry, POLL)
    told = attributes(hass, entry, "hub_connection", "event")
    assert told["event_type"] == "reconnected"


@pytest.mark.parametrize("restarts", [False, True])
async def test_invoice_event(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    *,
    restarts: bool,
) -> None:
    """A new invoice is told once, also one that came while nobody looked."""
    assert state(hass, entry, "invoice", "event") == STATE_UNKNOWN
    if restarts:
        await hass.config_entries.async_unload(entry.entry_id)
        at_noon.tick(17 * DAY)
        await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass, entry)
    else:
        await pass_time(hass, at_noon, entry, *[DAY] * 17)
    told = attributes(hass, entry, "invoice", "event")
    assert told["event_type"] == "new_invoice"
    assert told["period"] == "November 2026"
    assert told["due_date"] == "2026-12-28"
    assert told["amount"] == float(state(hass, entry, "last_invoice_amount"))
    at = state(hass, entry, "invoice", "event")
    await pass_time(hass, at_noon, entry, DAY, DAY)
    assert state(hass, entry, "invoice", "event") == at


async def test_no_invoices_yet(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """There is nothing to tell of, and no older invoice is news."""
    cloud.apply({"billing_delay_days": 1000})
    entry = await add_entry(hass, cloud)
    assert "invoice" not in entry.data
    assert state(hass, entry, "unpaid_invoices_total") == STATE_UNKNOWN
    cloud.apply({"billing_delay_days": 0})
    await pass_time(hass, at_noon, entry, DAY)
    assert entry.data["invoice"]["written"] == "2026-11-05"
    assert state(hass, entry, "invoice", "event") == STATE_UNKNOWN
    cloud.apply(
        {"late_month": {"account": "solar_home", "month": "2026-10", "days": 9}}
    )
    at_noon.move_to("2026-11-10T12:00:00+00:00")
    entry.runtime_data.account_data.answers.all_due()
    await pass_time(hass, at_noon, entry, timedelta(minutes=1))
    await entry.runtime_data.account_data.async_refresh()
    assert entry.data["invoice"]["written"] == "2026-11-05"
    assert state(hass, entry, "invoice", "event") == STATE_UNKNOWN


async def test_notices(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A banner of the portal, whatever it is made of."""
    body = {"title": "Driftstörning", "level": 2}
    cloud.apply({"notice": {"slug": "active-flower", "body": body}})
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    assert state(hass, entry, "flower_notice", "binary_sensor") == "on"
    shown = attributes(hass, entry, "flower_notice", "binary_sensor")
    assert json.loads(shown["notice"]) == body
    cloud.apply({"notice": {"slug": "active-flower", "body": "Underhåll i natt"}})
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    shown = attributes(hass, entry, "flower_notice", "binary_sensor")
    assert shown["notice"] == "Underhåll i natt"
    cloud.apply({"notice": {"slug": "active-flower"}})
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    assert state(hass, entry, "flower_notice", "binary_sensor") == "off"


async def test_button(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """Everything is asked for now; what fails is told."""
    button = {"entity_id": entity_id(hass, f"{entry.data['key']}_refresh", "button")}
    cloud.requests.clear()
    cloud.apply({"disconnect": "solar_home"})
    await hass.services.async_call("button", "press", button, blocking=True)
    await settle(hass, entry)
    assert state(hass, entry, "connected", "binary_sensor") == "off"
    asked = {each.path for each in cloud.requests.entries}
    assert len(asked) == 11
    assert requests(cloud, "/invoice") == 1
    cloud.faults.add(endpoint="/asset/{assetId}", kind="status", times=9)
    with pytest.raises(HomeAssistantError, match="be reached"):
        await hass.services.async_call("button", "press", button, blocking=True)


async def test_the_button_names_what_failed(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """A part that could not be had is no success."""
    button = {"entity_id": entity_id(hass, f"{entry.data['key']}_refresh", "button")}
    cloud.faults.add(endpoint="*/invoice", kind="status", times=9)
    with pytest.raises(HomeAssistantError, match=r"invoices \(GET .*500\)"):
        await hass.services.async_call("button", "press", button, blocking=True)
    cloud.faults.clear()
    await hass.services.async_call("button", "press", button, blocking=True)


async def test_last_updated(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It moves with every poll, if somebody wants to see it."""
    registry = er.async_get(hass)
    found = entity_id(hass, f"{entry.data['key']}_last_updated")
    registry.async_update_entity(found, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    before = state(hass, entry, "last_updated")
    await pass_time(hass, at_noon, entry, POLL)
    assert state(hass, entry, "last_updated") > before


async def test_diagnostics(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They tell much, and nothing of the person."""
    cloud.apply({"look": {"extra_keys": True}})
    entry.runtime_data.account_data.answers.all_due()
    await entry.runtime_data.account_data.async_refresh()
    report = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(report, cls=ExtendedJSONEncoder)
    person = person_of(cloud)
    login = cloud.customers.login("solar_home")
    assert login.owner
    assert login.owner.hub
    cookies = [c.value for c in entry.runtime_data.connection.session.cookie_jar]
    assert len(cookies) == 2
    secrets = [
        *cookies,
        *(str(person[key]) for key in ("username", "password", "account", "asset_id")),
        *(str(person[key]) for key in ("site_id", "production_site_id")),
        login.owner.hub.serial,
        "Testsson",
        "Testgatan",
        "+4670",
    ]
    assert [secret for secret in secrets if secret in text] == []
    assert report["drift"]["Invoice.brandNew"] > 0
    assert report["parts"]["invoices"]["failures"] == 0
    assert report["snapshot"]["asset"]["status"]["status"] == "Connected"
    assert report["snapshot"]["account"]["invoices"] == 17
    assert len(report["statistics"]) == 3
    assert report["connection"]["requests_today"] > 10
    shapes = told_shapes(report)
    assert shapes["GET /asset-owner/{asset_owner}/invoice"][0] == "17"
    assert shapes["GET /asset/{asset}"]["id"] == "int"
    # They are needed most while something does not work.
    error = OperationalError("", {}, Exception("locked"))
    with patch.object(SeriesRows, "range", side_effect=error):
        report = await async_get_config_entry_diagnostics(hass, entry)
    assert {each["error"] for each in report["statistics"]} == {"OperationalError"}


async def test_unknown_values_are_told(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """States that nobody knows are shown, and told; what may be data is not told."""
    assert set(entry.runtime_data.drift.seen) == {"Invoice.invoice_status=Unpaid"}
    values = {"status": "Sleeping", "invoice_status": "Ask Anna", "isInstalled": 2}
    cloud.apply({"values": values | {"type": "Guessed", "stateCategory": "Ending"}})
    entry.runtime_data.account_data.answers.all_due()
    await entry.runtime_data.account_data.async_refresh()
    await entry.runtime_data.coordinator.async_refresh()
    assert entry.runtime_data.coordinator.data.status.status == "Sleeping"
    assert state(hass, entry, "connected", "binary_sensor") == "off"
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert unknown_values(report) == {
        "AgreementState.stateCategory=Ending",
        "Compensation.status=Sleeping",
        "ConsumptionRecord.type=Guessed",
        "Invoice.invoice_status=<text>",
        "Invoice.invoice_status=Unpaid",
        "WireAsset.isInstalled=2",
        "WireStatus.status=Sleeping",
    }


async def test_logs_show_nothing_personal(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At no level, in good times and in bad."""
    caplog.set_level(logging.DEBUG, "custom_components")
    entry = await add_entry(hass, cloud)
    cloud.faults.add(endpoint="*", kind="wrong_types", times=20)
    await pass_time(hass, at_noon, entry, *[POLL] * 3)
    person = person_of(cloud)
    logged = "\n".join(
        r.getMessage() for r in caplog.records if r.name.startswith("custom_components")
    )
    assert "/asset/{asset}" in logged
    for key in ("username", "password", "asset_owner_id", "asset_id", "site_id"):
        assert str(person[key]) not in logged
