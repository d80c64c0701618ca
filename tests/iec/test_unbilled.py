"""What is not billed, and the last invoice, whatever the list of invoices holds."""

from dataclasses import replace
from datetime import date, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api.models.invoice import (
    Invoice,
    InvoiceList,
    latest_invoice,
)
from tests.clouds.iec import IecCloud
from tests.entries import HOUR, attributes, pass_time, person_of, settle, state

from .helpers import add_entry, midnight

KEYS = ("elec_consumption_since_last_invoice", "elec_backstream_since_last_invoice")


def shown(hass: HomeAssistant, cloud: IecCloud) -> dict[str, tuple[str, str]]:
    """Return what is not billed, and since when, of the home with the sun."""
    person = person_of(cloud, "solar_home")
    meter = f"{person['contract']}_{person['meter']}"
    return {
        key: (
            state(hass, f"{meter}_{key}"),
            attributes(hass, f"{meter}_{key}")["last_reset"],
        )
        for key in KEYS
    }


def last_invoice(hass: HomeAssistant, cloud: IecCloud) -> list[str]:
    """Return what the sensors of the last invoice show."""
    contract = person_of(cloud, "solar_home")["contract"]
    keys = ("bill_date", "last_cost", "last_number_of_days", "last_elec_usage")
    return [state(hass, f"{contract}_iec_{key}") for key in keys]


@pytest.fixture
async def solar(hass: HomeAssistant, cloud: IecCloud) -> MockConfigEntry:
    """Set up the home with the sun."""
    return await add_entry(hass, cloud, "solar_home", history_days=2)


async def test_a_running_period_in_the_list(
    hass: HomeAssistant, cloud: IecCloud, solar: MockConfigEntry
) -> None:
    """It is no invoice yet: neither a restart nor a poll changes anything."""
    before, invoice = shown(hass, cloud), last_invoice(hass, cloud)
    assert all(float(value) > 0 for value, _ in before.values())
    cloud.apply({"invoice": {"account": "solar_home", "kind": "open_period"}})
    solar.runtime_data.coordinator.answers.all_due()
    await solar.runtime_data.coordinator.async_refresh()
    assert shown(hass, cloud) == before
    await hass.config_entries.async_reload(solar.entry_id)
    await settle(hass, solar)
    assert shown(hass, cloud) == before
    assert last_invoice(hass, cloud) == invoice


async def test_a_list_without_an_invoice(
    hass: HomeAssistant, cloud: IecCloud, solar: MockConfigEntry
) -> None:
    """The last reading of the meter tells what is billed."""
    before = shown(hass, cloud)
    cloud.apply({"invoice": {"account": "solar_home", "kind": "none"}})
    await hass.config_entries.async_reload(solar.entry_id)
    await settle(hass, solar)
    assert shown(hass, cloud) == before


async def test_nothing_is_known_of_bills(
    hass: HomeAssistant, cloud: IecCloud, solar: MockConfigEntry
) -> None:
    """It is told since when is counted; what the cloud does not count is no zero."""
    cloud.apply({"invoice": {"account": "solar_home", "kind": "none"}})
    cloud.faults.add(endpoint="GET */LastMeterReading/*", kind="status", status=500)

    await hass.config_entries.async_remove(solar.entry_id)
    entry = await add_entry(hass, cloud, "solar_home", history_days=2)
    found = shown(hass, cloud)
    since = midnight("2026-06-30").isoformat()
    assert [reset for _, reset in found.values()] == [since, since]
    assert float(found[KEYS[0]][0]) > 0
    assert found[KEYS[1]][0] == "unknown"
    assert entry.runtime_data.coordinator.data


async def test_a_new_invoice(
    hass: HomeAssistant,
    cloud: IecCloud,
    solar: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What is not billed begins anew with it, in the same moment."""
    before = shown(hass, cloud)
    cloud.apply({"invoice": {"account": "solar_home"}})
    await pass_time(hass, at_noon, solar, timedelta(hours=7))
    bill = date.fromisoformat(last_invoice(hass, cloud)[0])
    since = midnight((bill + timedelta(days=1)).isoformat()).isoformat()
    after = shown(hass, cloud)
    for key in KEYS:
        assert after[key][1] == since
        assert float(after[key][0]) < float(before[key][0])


def test_the_newest_invoice() -> None:
    """The newest with an end, for electricity."""
    march = Invoice(document="1", month=date(2026, 3, 1), end=date(2026, 3, 9))
    may = Invoice(document="1", month=date(2026, 5, 1), end=date(2026, 5, 9))
    running = Invoice(document="1", month=date(2026, 7, 1), start=date(2026, 5, 10))
    service = Invoice(document="2", month=date(2026, 8, 1), end=date(2026, 8, 1))
    assert latest_invoice([running, march, service, may]) is may
    assert latest_invoice([running, service]) is None
    undated = Invoice(document="1", month=date(2026, 8, 1))
    assert latest_invoice([undated, march]) is march
    assert latest_invoice([undated, running]) is undated


async def test_yesterday_is_shown_once_it_is_whole(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    all_enabled: None,
) -> None:
    """A third of a day is not the day; at midnight days change, without a request."""
    cloud.apply({"publication": {"day_hours": 9, "running_hours": 8}})
    entry = await add_entry(hass, cloud, history_days=2)
    person = person_of(cloud)
    meter = f"{person['contract']}_{person['meter']}"
    today, yesterday, month = (
        f"{meter}_elec_{name}_consumption"
        for name in ("today", "yesterday", "this_month")
    )
    day = midnight("2026-07-14")
    truth = cloud.truth("plain_home", day, day + 24 * HOUR)["series"]["consumption"]
    whole = sum(each["value"] for each in truth)
    assert float(state(hass, yesterday)) == pytest.approx(whole, abs=0.01)
    before = float(state(hass, today))
    assert before > 0
    # To the last minute of the day, and over it
    await pass_time(hass, at_noon, entry, *[HOUR] * 11, timedelta(minutes=59))
    assert float(state(hass, today)) > before
    assert float(state(hass, yesterday)) == pytest.approx(whole, abs=0.01)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, timedelta(minutes=1, seconds=2))
    new_day = midnight("2026-07-16").isoformat()
    assert attributes(hass, today)["last_reset"] == new_day
    assert state(hass, today) == "unknown"
    assert state(hass, yesterday) == "unknown"
    assert (
        attributes(hass, yesterday)["last_reset"] == midnight("2026-07-15").isoformat()
    )
    assert not [
        e
        for e in cloud.requests.entries
        if "outages" not in e.path and "tranz" not in e.path
    ]
    await pass_time(hass, at_noon, entry, *[HOUR] * 5)
    assert state(hass, yesterday) == "unknown"
    await pass_time(hass, at_noon, entry, *[HOUR] * 8)
    assert float(state(hass, today)) > 0
    day = midnight("2026-07-15")
    truth = cloud.truth("plain_home", day, day + 24 * HOUR)["series"]["consumption"]
    whole = sum(each["value"] for each in truth)
    assert float(state(hass, yesterday)) == pytest.approx(whole, abs=0.01)
    assert float(state(hass, month)) > whole


async def test_yesterday_stays_known_after_a_large_import(
    hass: HomeAssistant, cloud: IecCloud, all_enabled: None
) -> None:
    """Reading the past does not push the newest days out."""
    cloud.apply({"publication": {"day_hours": 9, "running_hours": 1}})
    entry = await add_entry(hass, cloud, history_days=600)
    (known,) = entry.runtime_data.coordinator.data.meters.values()
    reader, meter = entry.runtime_data.coordinator.reader, known.meter
    for age in range(3):
        assert reader.known_day(meter, date(2026, 7, 15) - timedelta(days=age))
    assert float(state(hass, f"{meter.key}_elec_yesterday_consumption")) > 0


def test_a_credit_is_no_bill() -> None:
    """A wrong invoice is credited and written again: what remains is what was billed."""

    def written(number: str, amount: float, order: int, month: int) -> Invoice:
        return Invoice(
            id=number,
            document="1",
            month=date(2026, month, 1),
            start=date(2026, 3, 11),
            end=date(2026, 5, 10),
            amount=amount,
            order=order,
        )

    wrong, credit = written("1", 500.0, 1, 5), written("2", -500.0, 2, 7)
    right = written("3", 450.0, 3, 7)
    later = replace(right, id="4", start=date(2026, 5, 11), end=date(2026, 7, 9))
    for invoices in ([wrong, credit, right], [right, credit, wrong]):
        assert latest_invoice(invoices) is right
        found = InvoiceList(invoices=invoices)
        assert found.billed_amount(right) == 450.0
        assert latest_invoice([*invoices, later]) is later
    # The same one again, with another amount
    again = replace(wrong, amount=480.0, order=4)
    found = InvoiceList(invoices=[again, wrong])
    assert found.latest is again
    assert found.billed_amount(again) == 480.0
    # A credit for an older period is not the latest invoice
    assert latest_invoice([later, credit]) is later
    only = InvoiceList(invoices=[replace(credit, id="")])
    assert only.latest == replace(credit, id="")
    assert only.billed_amount(only.invoices[0]) == -500.0
