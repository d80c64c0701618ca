"""Home Assistant takes every example, and the automations do what they promise."""

from importlib import import_module
from typing import Any

from hassil import Intents, recognize
from homeassistant.components.automation.config import (
    ValidationStatus,
    async_validate_config_item,
)
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import voluptuous as vol

from custom_components.cloud_energy import services
from custom_components.cloud_energy.entry.actions import async_register_actions
from tests.repository.documentation import CORE, PAGES, PROVIDERS, SOURCES, yaml_blocks

EXAMPLES = [
    (f"{name}: {block.get('action', block.get('alias'))}", block)
    for name, text in PAGES.items()
    for block in yaml_blocks(text)
]
"""Name and content of each example."""
AUTOMATIONS = {
    each["alias"]: each for each in yaml_blocks(PAGES["docs/automations.md"])
}


@pytest.fixture
async def providers(
    recorder_mock: Recorder, enable_custom_integrations: None, hass: HomeAssistant
) -> None:
    """Have all of them set up, so that their triggers and conditions are known."""
    for domain in PROVIDERS:
        assert await async_setup_component(hass, domain, {})


async def test_examples_are_valid(
    providers: None, hass: HomeAssistant, subtests: pytest.Subtests
) -> None:
    """Home Assistant's own schemas accept each example."""
    assert EXAMPLES
    for name, block in EXAMPLES:
        with subtests.test(name):
            await assert_valid(hass, block)


async def assert_valid(hass: HomeAssistant, block: dict[str, Any]) -> None:
    """Have an automation, a sentence or an action looked at."""
    if "triggers" in block:
        checked = await async_validate_config_item(hass, "documented", block)
        assert checked
        assert checked.validation_status is ValidationStatus.OK
    elif "intents" in block:
        sentences = Intents.from_dict(block)
        assert recognize("what was our consumption last week", sentences)
    else:
        cv.SCRIPT_SCHEMA([block])


@pytest.fixture
async def schemas(hass: HomeAssistant) -> dict[str, Any]:
    """Return what each action of ours takes."""
    async_register_actions(hass, CORE, services.ACTIONS)
    for domain in SOURCES.keys() - {CORE}:
        provider = import_module(f"custom_components.{domain}.provider")
        await provider.PROVIDER.async_setup(hass, {})
    return {
        f"{domain}.{name}": registered.schema
        for domain in SOURCES
        for name, registered in hass.services.async_services_for_domain(domain).items()
        if registered.schema
    }


def test_documented_fields_are_those_of_the_code(
    schemas: dict[str, Any],
) -> None:
    """The tables of actions have each field that the code takes, and no other."""
    for domain, source in SOURCES.items():
        for name, fields in source.actions.items():
            # Behind what takes the earlier names of fields
            keys = schemas[f"{domain}.{name}"].validators[-1].schema
            assert {str(key) for key in keys} == fields.keys(), name
            needed = {key for key, field in fields.items() if field.get("required")}
            assert {str(key) for key in keys if is_needed(key)} == needed, name


def is_needed(key: vol.Marker) -> bool:
    """Tell whether a call has to give a field."""
    return isinstance(key, vol.Required) and key.default is vol.UNDEFINED


def test_examples_have_the_fields(
    schemas: dict[str, Any], subtests: pytest.Subtests
) -> None:
    """An action takes the fields of an example."""
    for name, block in EXAMPLES:
        for step in block.get("actions", [block]):
            action = step.get("action", "")
            if action.partition(".")[0] in SOURCES:
                with subtests.test(name):
                    schemas[action](step.get("data", {}))


async def automate(hass: HomeAssistant, alias: str) -> list[ServiceCall]:
    """Set one of them up; returns the notifications that it sends."""
    sent = async_mock_service(hass, "notify", "notify")
    sent_to_phone = async_mock_service(hass, "notify", "mobile_app_phone")
    assert await async_setup_component(
        hass, "automation", {"automation": AUTOMATIONS[alias]}
    )
    await hass.async_block_till_done()
    return sent_to_phone if "phone" in alias else sent


def register(hass: HomeAssistant, entity_id: str, platform: str, key: str) -> None:
    """Have an entity known as one of an integration's."""
    domain, _, object_id = entity_id.partition(".")
    er.async_get(hass).async_get_or_create(
        domain, platform, f"815_{key}", suggested_object_id=object_id
    )


async def become(
    hass: HomeAssistant, entity_id: str, state: str, **attributes: Any
) -> None:
    """Let an entity have a state."""
    hass.states.async_set(entity_id, state, attributes)
    await hass.async_block_till_done()


async def test_bill(hass: HomeAssistant) -> None:
    """The message has the projected cost."""
    await become(hass, "binary_sensor.home_over_budget_pace", "off")
    await become(hass, "sensor.home_projected_billing_period_cost", "187.5")
    sent = await automate(hass, "Bill larger than planned")

    await become(hass, "binary_sensor.home_over_budget_pace", "on")

    assert "187.5 USD" in sent[0].data["message"]


async def test_unusual_consumption(hass: HomeAssistant) -> None:
    """The message has the day and its energy."""
    await become(hass, "binary_sensor.home_unusual_usage", "off")
    await become(hass, "sensor.home_latest_day_usage", "61.2")
    await become(hass, "sensor.home_latest_day", "2026-01-31")
    sent = await automate(hass, "Unusual consumption")

    await become(hass, "binary_sensor.home_unusual_usage", "on")

    assert sent[0].data["message"] == "The home has used 61.2 kWh on 2026-01-31."


async def test_bill_is_there(providers: None, hass: HomeAssistant) -> None:
    """The message has the amount; a correction of the same bill is no other one."""
    bill = "sensor.home_last_bill"
    register(hass, bill, "dominion_energy", "last_bill_charges")
    await become(hass, bill, "98.5", last_reset="2026-10-14T04:00:00+00:00")
    sent = await automate(hass, "The bill is there")

    await become(hass, bill, "98.7", last_reset="2026-10-14T04:00:00+00:00")
    assert not sent
    await become(hass, bill, "101.25", last_reset="2026-11-14T05:00:00+00:00")

    assert [call.data["message"] for call in sent] == ["The new bill is 101.25 USD."]


@pytest.mark.parametrize("plugged_in", ["on", "off"])
async def test_charged(providers: None, hass: HomeAssistant, plugged_in: str) -> None:
    """Only a car that is still there is worth a message."""
    charging = "binary_sensor.garage_ev_charging"
    plug = "binary_sensor.garage_ev_plugged_in"
    register(hass, charging, "emporia", "charging_active")
    register(hass, plug, "emporia", "plugged_in")
    await become(hass, charging, "on")
    await become(hass, plug, plugged_in)
    sent = await automate(hass, "The car is charged")

    await become(hass, charging, "off")

    assert len(sent) == (plugged_in == "on")


@pytest.mark.parametrize(
    ("name", "key"),
    [("cabinet_bms_fault", "fault"), ("fire_host_fire_alarm", "fire_alarm")],
)
async def test_alarms(
    providers: None, hass: HomeAssistant, name: str, key: str
) -> None:
    """The message names what has one, of all that is in the area."""
    alarm = f"binary_sensor.{name}"
    register(hass, alarm, "elecnova", key)
    er.async_get(hass).async_update_entity(alarm, area_id="basement")
    await become(hass, alarm, "off", friendly_name="Rack 3")
    sent = await automate(hass, "A fault or a fire alarm")

    await become(hass, alarm, "on", friendly_name="Rack 3")

    assert [each.data["message"] for each in sent] == ["Rack 3: check the cabinet."]


async def test_invoice(providers: None, hass: HomeAssistant) -> None:
    """The message has what the event tells; coming back from an outage is none."""
    event = "event.flowerhub_815_electricity_account_bill"
    register(hass, event, "flowerhub", "invoice")
    told = {"amount": 812.5, "due_date": "2026-12-01", "period": "October 2026"}
    told["event_type"] = "new_invoice"
    await become(hass, event, "2026-10-20T10:00:00+00:00", **told)
    sent = await automate(hass, "A new bill")

    await become(hass, event, "unavailable")
    await become(hass, event, "2026-10-20T10:00:00+00:00", **told)
    assert not sent
    await become(hass, event, "2026-11-20T10:00:00+00:00", **told)

    assert sent[0].data["message"] == (
        "Invoice of October 2026: 812.5 SEK, due 2026-12-01."
    )


@pytest.mark.parametrize(
    ("kind", "estimate", "message"),
    [
        ("outage_started", None, "The power is gone. Expected back: not known."),
        ("outage_started", "18:00", "The power is gone. Expected back: 18:00."),
        ("outage_restored", None, "The power is back."),
    ],
)
async def test_power(
    providers: None, hass: HomeAssistant, kind: str, estimate: str | None, message: str
) -> None:
    """One automation tells of both ends of an interruption."""
    event = "event.iec_contract_power_outage"
    register(hass, event, "iec", "power")
    await become(hass, event, "2026-10-20T10:00:00+00:00")
    sent = await automate(hass, "The power is out or back")

    await become(
        hass, event, "2026-11-20T10:00:00+00:00", event_type=kind, estimate=estimate
    )

    assert [call.data["message"].strip() for call in sent] == [message]


async def test_code_by_phone(hass: HomeAssistant) -> None:
    """The need to sign in again sends a code and asks the phone for it."""
    requested = async_mock_service(hass, "iec", "request_code")
    sent = await automate(hass, "Ask the phone for the code")
    issue = {"action": "create", "domain": "homeassistant"}

    for domain in ("emporia", "iec"):
        issue_id = f"config_entry_reauth_{domain}_01JABCDEFGHJKMNPQRSTVWXYZ0"
        hass.bus.async_fire(
            "repairs_issue_registry_updated", issue | {"issue_id": issue_id}
        )
        await hass.async_block_till_done()

    assert len(requested) == 1
    assert len(sent) == 1


@pytest.mark.parametrize("code", ["123456", "012345"])
async def test_code_is_passed_on(hass: HomeAssistant, code: str) -> None:
    """What is typed at the phone becomes the code."""
    submitted = async_mock_service(hass, "iec", "submit_code")
    await automate(hass, "Submit the code")

    hass.bus.async_fire(
        "mobile_app_notification_action", {"action": "IEC_CODE", "reply_text": code}
    )
    await hass.async_block_till_done()

    assert [str(call.data["code"]) for call in submitted] == [code]
