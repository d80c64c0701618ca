"""The last bill against the metered energy."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry import bill_checks
from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.cloud_energy.readings import local_midnight
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.dominion_energy import runtime
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.const import CONF_ACCOUNT_NUMBER, DOMAIN
from custom_components.dominion_energy.texts import Issue
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import settle

from .helpers import add_entry

HOUR = timedelta(hours=1)
OPTIONS = {"cost_mode": "schedule_1"}


async def add_whole(
    hass: HomeAssistant, cloud: DominionCloud, home: str, options: dict[str, Any]
) -> MockConfigEntry:
    """Add an entry for which all half hours of the last bill are there."""
    cloud.apply({"window_days": 68})
    return await add_entry(hass, cloud, home, options=options)


async def checked(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Return the state of the sensor once the bill is checked."""
    await settle(hass, entry)
    await entry.runtime_data.bill_checks.async_settled()
    unique_id = f"{entry.unique_id}_bill_difference"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id
    return hass.states.get(entity_id)


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair of the bill."""
    issue_id = issue_id_of(entry, Issue.BILL_DIFFERS, 0)
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


@pytest.mark.parametrize("name", ["plain_home", "solar_home"])
@pytest.mark.parametrize("mode", ["schedule_1", "api_estimate"])
async def test_a_right_bill(
    hass: HomeAssistant, cloud: DominionCloud, name: str, mode: str
) -> None:
    """The metered energy comes to the bill within two per cent."""
    entry = await add_whole(hass, cloud, name, options={"cost_mode": mode})
    state = await checked(hass, entry)
    bill = entry.runtime_data.coordinator.data.last_bill
    assert abs(float(state.state)) < 2
    found = state.attributes
    assert found["missing_hours"] == 0
    assert found["billed_amount"] == bill.charges
    assert found["calculated_amount"] == pytest.approx(bill.charges, rel=0.02)
    assert found["metered_energy"] == pytest.approx(bill.usage, abs=0.6)
    assert found["difference"] == pytest.approx(
        bill.charges - found["calculated_amount"], abs=0.011
    )
    parts = ("energy_charges", "fixed_charges", "taxes")
    assert sum(found[part] or 0 for part in parts) == pytest.approx(
        found["calculated_amount"], abs=0.03
    )
    assert (found["fixed_charges"] == 7.58) is (mode == "schedule_1")
    assert issue_of(hass, entry) is None


async def test_what_the_portal_leaves_open(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """All that was used for the billed energy, and a day that isn't of the bill."""
    cloud.apply({"forecast": {"usage": "used", "last_day": "next"}})
    entry = await add_whole(hass, cloud, "solar_home", options={})
    state = await checked(hass, entry)
    assert abs(float(state.state)) < 2
    found, data = state.attributes, entry.runtime_data.coordinator.data
    assert found["billed_energy"] == pytest.approx(found["metered_energy"], abs=0.6)
    assert data.last_bill.usage > found["billed_energy"] + 1
    assert found["period_end"] == data.last_bill.end - timedelta(days=1)


async def test_a_bill_of_little(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, cloud: DominionCloud
) -> None:
    """A bill whose rate shows nothing isn't compared with the rates of others."""
    freezer.move_to("2026-04-20T12:00:00+00:00")
    entry = await add_whole(hass, cloud, "solar_home", options={})
    state = await checked(hass, entry)
    found = state.attributes
    assert state.state == STATE_UNKNOWN
    assert found["missing_hours"] == 0
    assert found["metered_energy"] == pytest.approx(found["billed_energy"], abs=0.6)
    assert found["calculated_amount"] is None
    assert issue_of(hass, entry) is None


async def test_missing_hours(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Nothing is said while hours of the period are missing."""
    options = {"cost_mode": "fixed", "fixed_rate": 2.0}
    entry = await add_entry(hass, cloud, "plain_home", options=options)
    state = await checked(hass, entry)
    assert state.state == STATE_UNKNOWN
    assert state.attributes["missing_hours"] > 0
    assert state.attributes["calculated_amount"] is None
    assert state.attributes["billed_amount"] > 0
    assert issue_of(hass, entry) is None


async def test_a_repair_says_what_explains_it(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """A price without fixed charges explains a bill that is higher."""
    options = {"cost_mode": "fixed", "fixed_rate": 0.1}
    entry = await add_whole(hass, cloud, "plain_home", options=options)
    state = await checked(hass, entry)
    assert float(state.state) > 10
    issue = issue_of(hass, entry)
    assert issue
    assert issue.translation_placeholders
    placeholders = issue.translation_placeholders
    assert "fixed charges" in placeholders["causes"]
    assert placeholders["billed"].endswith(" USD")
    assert str(issue.learn_more_url).endswith("#repair-bill-differs")


@pytest.mark.parametrize("limit", [0, 100])
async def test_the_limit(hass: HomeAssistant, cloud: DominionCloud, limit: int) -> None:
    """What the user accepts is no repair; none is ever one at 0."""
    rate = 0.1 if limit else 2.0
    options = {"cost_mode": "fixed", "fixed_rate": rate, "bill_limit": limit}
    entry = await add_whole(hass, cloud, "plain_home", options=options)
    state = await checked(hass, entry)
    assert abs(float(state.state)) > 10
    assert issue_of(hass, entry) is None


async def test_a_bill_is_checked_once(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A poll without a new bill or new hours reads nothing."""
    entry = await add_whole(hass, cloud, "plain_home", options=OPTIONS)
    await checked(hass, entry)
    reads: list[str] = []
    real = async_stored_hours

    async def counted(
        hass: HomeAssistant, statistic_id: str, *span: datetime
    ) -> dict[datetime, float]:
        reads.append(statistic_id)
        return await real(hass, statistic_id, *span)

    monkeypatch.setattr(bill_checks, "async_stored_hours", counted)
    coordinator = entry.runtime_data.coordinator
    for _ in range(3):
        at_noon.tick(HOUR)
        coordinator.answers.all_due()
        await coordinator.async_refresh()
        await checked(hass, entry)
    assert not reads
    # The next morning brings the hours of another day, outside of the period
    at_noon.tick(24 * HOUR)
    coordinator.answers.all_due()
    await coordinator.async_refresh()
    before = await checked(hass, entry)
    assert not reads
    start = local_midnight(coordinator.data.last_bill.start, SITE_ZONE)
    account = entry.data[CONF_ACCOUNT_NUMBER]
    cloud.apply(
        {"correct": {"account": account, "start": start.isoformat(), "value": 7.77}}
    )
    coordinator.answers.all_due()
    await coordinator.async_refresh()
    after = await checked(hass, entry)
    # Twice if the portal has corrected the bill as well before the hour is stored
    assert set(reads) == {coordinator.series.consumption.statistic_id}
    assert len(reads) <= 2
    more = after.attributes["metered_energy"] - before.attributes["metered_energy"]
    assert more > 5


async def test_a_recorder_that_can_not_be_read(
    hass: HomeAssistant, cloud: DominionCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is unknown until the recorder can be read, and then done."""

    async def fails(*_: Any) -> Any:
        raise RecorderFailed("OperationalError")

    with monkeypatch.context() as patch:
        patch.setattr(bill_checks, "async_stored_hours", fails)
        entry = await add_whole(hass, cloud, "plain_home", options=OPTIONS)
        state = await checked(hass, entry)
    assert state.state == STATE_UNKNOWN
    assert state.attributes["billed_amount"] > 0
    await entry.runtime_data.coordinator.async_refresh()
    state = await checked(hass, entry)
    assert abs(float(state.state)) < 2


async def test_an_odd_tariff(
    hass: HomeAssistant, cloud: DominionCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody has thought of costs this bill's check, once, and nothing else."""

    def fails(*_: Any) -> Any:
        raise KeyError("season")

    monkeypatch.setattr(runtime, "charges_of", fails)
    entry = await add_whole(hass, cloud, "plain_home", options=OPTIONS)
    state = await checked(hass, entry)
    await entry.runtime_data.coordinator.async_refresh()
    assert state.state == (await checked(hass, entry)).state == STATE_UNKNOWN
    caught = entry.runtime_data.connection.net.caught
    assert [caught[each] for each in caught if "bill" in each] == [1]
