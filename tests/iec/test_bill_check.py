"""The last invoice against the metered energy."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry import bill_checks
from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.cloud_energy.readings import Reading
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.iec.api.models.device import MeterReading
from custom_components.iec.api.models.invoice import InvoiceList
from custom_components.iec.const import DOMAIN
from custom_components.iec.statistics.series import MeterSeries
from custom_components.iec.texts import Issue
from tests.clouds.iec import IecCloud
from tests.entries import settle

from .helpers import add_entry

HOUR = timedelta(hours=1)
WHOLE = 130
"""Days of history that hold the whole last period."""


async def checked(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the state of the first contract's sensor once its bill is checked."""
    await settle(hass, entry)
    await entry.runtime_data.bill_checks.async_settled()
    contract = next(iter(entry.runtime_data.coordinator.data.contracts))
    unique_id = f"{contract}_bill_difference"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id
    return hass.states.get(entity_id)


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair of the bill."""
    issue_id = issue_id_of(entry, Issue.BILL_DIFFERS, 0)
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def test_a_right_bill(hass: HomeAssistant, cloud: IecCloud) -> None:
    """The metered energy and the fixed charges come to the bill within two per cent."""
    entry = await add_entry(hass, cloud, history_days=WHOLE)
    state = await checked(hass, entry)
    (contract,) = entry.runtime_data.coordinator.data.contracts.values()
    invoice, found = contract.last_invoice, state.attributes
    assert abs(float(state.state)) < 2
    assert found["missing_hours"] == 0
    assert found["billed_amount"] == invoice.amount
    assert found["calculated_amount"] == pytest.approx(invoice.amount, rel=0.02)
    assert found["metered_energy"] == pytest.approx(invoice.consumption, abs=2)
    assert found["fixed_charges"] > 10
    assert found["period_end"] == invoice.end
    assert found["is_estimated"] is None
    assert issue_of(hass, entry) is None


async def test_missing_hours(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Nothing is said while hours of the period are missing."""
    entry = await add_entry(hass, cloud, price=5.0)
    state = await checked(hass, entry)
    assert state.state == STATE_UNKNOWN
    assert state.attributes["missing_hours"] > 0
    assert state.attributes["calculated_amount"] is None
    assert issue_of(hass, entry) is None


async def test_a_wrong_price(hass: HomeAssistant, cloud: IecCloud) -> None:
    """A price that can't be right is a repair that shows both amounts."""
    entry = await add_entry(hass, cloud, history_days=WHOLE, price=5.0)
    state = await checked(hass, entry)
    assert float(state.state) < -50
    issue = issue_of(hass, entry)
    assert issue
    placeholders = issue.translation_placeholders
    assert placeholders
    assert placeholders["percent"].startswith("-")
    assert placeholders["calculated"].endswith(" ILS")
    assert "No cause" in placeholders["causes"]
    assert str(issue.learn_more_url).endswith("/docs/iec.md#repair-bill-differs")
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "bill_limit": 0}
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await checked(hass, entry)
    assert issue_of(hass, entry) is None


async def test_what_is_returned_has_no_price(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """Nobody publishes what a producer gets, so the amount is not compared."""
    entry = await add_entry(hass, cloud, "solar_home", history_days=WHOLE)
    state = await checked(hass, entry)
    assert state.state == STATE_UNKNOWN
    assert state.attributes["missing_hours"] == 0
    assert state.attributes["metered_energy"] == pytest.approx(
        state.attributes["billed_energy"], abs=2
    )


async def test_history_is_not_read_again(
    hass: HomeAssistant, cloud: IecCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only an import of hours of the period has the bill checked again."""
    reads = 0
    real = async_stored_hours

    async def counted(*args: Any) -> Any:
        nonlocal reads
        reads += 1
        return await real(*args)

    monkeypatch.setattr(bill_checks, "async_stored_hours", counted)
    entry = await add_entry(hass, cloud, history_days=WHOLE)
    await checked(hass, entry)
    assert reads
    (to_check,) = entry.runtime_data.bills_to_check.values()
    (meter,) = entry.runtime_data.coordinator.data.meters.values()
    series, before = MeterSeries.of(meter.meter).consumption, reads

    async def correct(hour: datetime) -> None:
        batch = Batch(series, (Reading(hour, hour + HOUR, 7.25),))
        await entry.runtime_data.feed.async_store([batch])
        await checked(hass, entry)

    await correct(to_check.bill.start - HOUR)
    await correct(to_check.bill.end)
    assert reads == before
    await correct(to_check.bill.start)
    await correct(to_check.bill.end - HOUR)
    assert reads == before + 2


async def test_what_can_not_be_compared(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Neither the bill of a supplier nor of an unknown meter is checked."""
    private = await add_entry(hass, cloud, "private_home")
    assert private.runtime_data.coordinator.data.contracts
    assert not private.runtime_data.bills_to_check
    entry = await add_entry(hass, cloud)
    coordinator = entry.runtime_data.coordinator
    ((number, contract),) = coordinator.data.contracts.items()
    assert entry.runtime_data.bills_to_check
    other = MeterReading(serial="99", reading=1.0)
    invoice = replace(contract.last_invoice, readings=[other])
    known = replace(contract, invoices=InvoiceList(invoices=[invoice]))
    coordinator.data = replace(coordinator.data, contracts={number: known})
    assert not entry.runtime_data.bills_to_check
