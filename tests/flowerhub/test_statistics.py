"""Months in the recorder: at their first local hour, with sums that are true."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.api.models import ConsumptionRecord, Invoice
from custom_components.flowerhub.calculations.billing import (
    BilledMonth,
    Bills,
    Settlement,
    billed_months,
    by_site,
    looks_like_index,
    settlement_of,
)
from custom_components.flowerhub.statistics.series import AccountSeries
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import DAY, pass_time, person_of, set_up, settle
from tests.recorded import stored

from .helpers import (
    POLL,
    add_entry,
    assert_statistics_are_true,
    make_older_entry,
    state,
    stored_means,
    true_months,
)


async def test_history(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """All months that the portal tells are there from the start."""
    await assert_statistics_are_true(hass, cloud)
    person = person_of(cloud)
    consumption = await stored(hass, f"flowerhub:consumption_{person['site_id']}")
    assert len(consumption) == 17
    invoiced = await stored(hass, f"flowerhub:invoiced_{person['asset_id']}")
    assert any(value < 0 for value in invoiced.values())
    assert any(value > 0 for value in invoiced.values())
    uptime = await stored_means(hass, f"flowerhub:uptime_{person['asset_id']}")
    assert len(uptime) == 17
    assert state(hass, entry, "import_progress") == "100"


async def test_invoices_have_no_number_of_the_account(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """The id of their statistic is in pictures of dashboards, for all to see."""
    person = person_of(cloud)
    asset, owner = person["asset_id"], person["asset_owner_id"]
    (source,) = entry.runtime_data.energy_sources
    assert source.cost == f"flowerhub:invoiced_{asset}"
    truth = true_months(cloud, "invoiced")
    assert await stored(hass, source.cost) == pytest.approx(truth, abs=1e-4)
    assert await stored(hass, f"flowerhub:invoiced_{owner}") == {}


async def test_invoices_of_an_older_entry(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """They go on in the statistic that they are in, and in no other."""
    entry = await set_up(hass, make_older_entry(hass, cloud))
    person = person_of(cloud)
    asset, owner = person["asset_id"], person["asset_owner_id"]
    (source,) = entry.runtime_data.energy_sources
    assert source.cost == f"flowerhub:invoiced_{owner}"
    await pass_time(hass, at_noon, entry, *[3 * DAY] * 15)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    truth = true_months(cloud, "invoiced")
    assert len(truth) > 17
    assert await stored(hass, source.cost) == pytest.approx(truth, abs=1e-4)
    assert await stored(hass, f"flowerhub:invoiced_{asset}") == {}


async def test_month_boundaries(
    hass: HomeAssistant, cloud: FlowerhubCloud, entry: MockConfigEntry
) -> None:
    """They are those of Stockholm: 22 o'clock UTC in summer, 23 in winter."""
    person = person_of(cloud)
    hours = await stored(hass, f"flowerhub:consumption_{person['site_id']}")
    assert datetime(2025, 5, 31, 22, tzinfo=UTC) in hours
    assert datetime(2025, 10, 31, 23, tzinfo=UTC) in hours
    assert datetime(2026, 2, 28, 23, tzinfo=UTC) in hours
    assert datetime(2026, 3, 31, 22, tzinfo=UTC) in hours
    assert datetime(2026, 9, 30, 22, tzinfo=UTC) in hours
    for hour in hours:
        local = hour.astimezone(dt_util.get_time_zone("Europe/Stockholm"))
        assert (local.day, local.hour) == (1, 0)


async def test_months_go_by(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each month is calculated first, then read, and settled; all sums stay true."""
    compensation = f"flowerhub:compensation_{person_of(cloud)['asset_id']}"
    await pass_time(hass, at_noon, entry, *[3 * DAY] * 54)
    await assert_statistics_are_true(hass, cloud)
    truth = true_months(cloud, "compensation")
    expected = dict(list(truth.items())[-6:])
    assert await stored(hass, compensation) == expected


async def test_a_month_that_is_only_calculated(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It counts until it is read, and is replaced then; never both."""
    statistic_id = f"flowerhub:consumption_{person_of(cloud)['site_id']}"
    november = datetime(2026, 10, 31, 23, tzinfo=UTC)
    at_noon.move_to("2026-11-30T22:30:00+00:00")
    await pass_time(hass, at_noon, entry, POLL)
    assert november not in await stored(hass, statistic_id)
    await pass_time(hass, at_noon, entry, DAY, DAY)
    calculated = (await stored(hass, statistic_id))[november]
    assert calculated == round(calculated)
    await pass_time(hass, at_noon, entry, *[DAY] * 4)
    read = (await stored(hass, statistic_id))[november]
    assert read != calculated
    await assert_statistics_are_true(hass, cloud)


@pytest.mark.parametrize("volume", [0.0, 12.5, 9999.0])
async def test_an_older_month_changes(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    volume: float,
) -> None:
    """Its row changes, all sums behind it follow, nothing else does."""
    person = person_of(cloud)
    statistic_id = f"flowerhub:consumption_{person['site_id']}"
    before = await stored(hass, statistic_id)
    what = {"account": "solar_home", "month": "2025-09"}
    cloud.apply({"correct": {**what, "volume": volume}})
    cloud.apply({"correct_invoice": {**what, "total": -77.25}})
    await pass_time(hass, at_noon, entry, DAY)
    after = await stored(hass, statistic_id)
    september = datetime(2025, 8, 31, 22, tzinfo=UTC)
    assert after == before | {september: volume}
    await assert_statistics_are_true(hass, cloud)


async def test_a_month_is_withdrawn(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It keeps its last published value."""
    statistic_id = f"flowerhub:consumption_{person_of(cloud)['site_id']}"
    before = await stored(hass, statistic_id)
    cloud.apply({"withdraw": {"account": "solar_home", "month": "2026-03"}})
    await pass_time(hass, at_noon, entry, DAY)
    assert await stored(hass, statistic_id) == before


@pytest.mark.parametrize(
    "look",
    [
        {"calculated": "both"},
        {"numbers": "text", "decimal_comma": True},
        {"numbers": "number"},
        {"null_lines": True, "extra_keys": True},
    ],
    ids=str,
)
async def test_looks(
    hass: HomeAssistant, cloud: FlowerhubCloud, look: dict[str, Any]
) -> None:
    """However it is told, it is the same."""
    cloud.apply({"look": look})
    await add_entry(hass, cloud)
    await assert_statistics_are_true(hass, cloud)


async def test_meter_indices_are_left_out(
    hass: HomeAssistant, cloud: FlowerhubCloud, caplog: pytest.LogCaptureFixture
) -> None:
    """They are told once, and neither differenced nor shown as consumption."""
    cloud.apply({"look": {"meter_index": True}})
    entry = await add_entry(hass, cloud)
    assert (
        await stored(hass, f"flowerhub:consumption_{person_of(cloud)['site_id']}") == {}
    )
    entry.runtime_data.account_data.answers.due("consumption")
    await entry.runtime_data.account_data.async_refresh()
    told = [r for r in caplog.records if "meter readings" in r.getMessage()]
    assert len(told) == 1
    assert entry.runtime_data.account_data.data.consumption is None
    invoiced = f"flowerhub:invoiced_{person_of(cloud)['asset_id']}"
    assert len(await stored(hass, invoiced)) == 17


async def test_without_an_agreement_no_site_is_guessed(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Production is never taken for consumption; it comes once the portal tells."""
    cloud.apply({"look": {"no_agreement": True}})
    entry = await add_entry(hass, cloud)
    statistic_id = f"flowerhub:consumption_{person_of(cloud)['site_id']}"
    assert await stored(hass, statistic_id) == {}
    cloud.apply({"look": {"no_agreement": False}})
    await pass_time(hass, at_noon, entry, DAY)
    await assert_statistics_are_true(hass, cloud)


async def test_a_site_that_produces_is_never_taken_for_one_that_consumes(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Its rows come whatever the agreement names: before it does, and when it ends."""
    person = person_of(cloud)
    mistaken = f"flowerhub:consumption_{person['production_site_id']}"
    cloud.apply({"look": {"no_production": True}})
    entry = await add_entry(hass, cloud)
    assert await stored(hass, mistaken) == {}
    cloud.apply({"look": {"no_production": False}})
    await pass_time(hass, at_noon, entry, DAY)
    await assert_statistics_are_true(hass, cloud)
    cloud.apply({"look": {"no_production": True}})
    await pass_time(hass, at_noon, entry, *[DAY] * 40)
    assert await stored(hass, mistaken) == {}
    await assert_statistics_are_true(hass, cloud)
    assert entry.runtime_data.account_data.data.production is not None


async def test_statistics_survive_a_restart_and_downtime(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What came meanwhile is filled in at its own hours."""
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(70 * DAY)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    await assert_statistics_are_true(hass, cloud)
    compensation = f"flowerhub:compensation_{person_of(cloud)['asset_id']}"
    truth = true_months(cloud, "compensation")
    found = await stored(hass, compensation)
    # The portal tells the last settlement only: one in between is lost.
    assert len(found) == 2
    assert found.items() <= truth.items()


async def test_a_settlement_is_corrected(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Another number for the same month replaces its row."""
    compensation = f"flowerhub:compensation_{person_of(cloud)['asset_id']}"
    assert len(await stored(hass, compensation)) == 1
    what = {"account": "solar_home", "month": "2026-10", "per_kw": 33.0}
    cloud.apply({"resettle": what})
    await pass_time(hass, at_noon, entry, DAY)
    assert await stored(hass, compensation) == {
        datetime(2026, 9, 30, 22, tzinfo=UTC): 165.0
    }


async def test_a_settlement_waits_for_the_invoices(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Only they tell its month: without them it is not put into the one before."""
    at_noon.move_to("2026-12-03T12:00:00Z")
    endpoint = "GET /asset-owner/{assetOwnerId}/invoice"
    cloud.faults.add(endpoint=endpoint, kind="status", status=403)
    entry = await add_entry(hass, cloud)
    compensation = f"flowerhub:compensation_{person_of(cloud)['asset_id']}"
    assert await stored(hass, compensation) == {}
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, DAY)
    found = await stored(hass, compensation)
    assert list(found) == [datetime(2026, 9, 30, 22, tzinfo=UTC)]
    assert found.items() <= true_months(cloud, "compensation").items()


async def test_no_statistics_if_not_wanted(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """The option switches all of them off."""
    await add_entry(hass, cloud, statistics=False)
    assert (
        await stored(hass, f"flowerhub:consumption_{person_of(cloud)['site_id']}") == {}
    )


def record(day: str, volume: float | None, kind: str = "Reading") -> ConsumptionRecord:
    """Make a record that begins on a day."""
    begin = date.fromisoformat(day)
    return ConsumptionRecord(
        site_id="9",
        valid_from=begin,
        month=begin.replace(day=1),
        volume=volume,
        type=kind,
    )


def test_readings_before_calculated_values() -> None:
    """They are never added up; what has no volume says nothing."""
    months = billed_months(
        [
            record("2026-10-01", 90, "Calculated"),
            record("2026-09-01", 200, "Calculated"),
            record("2026-09-01", 220.5),
            record("2026-08-01", None),
            record("2026-08-01", 7, "Beräknad"),
            ConsumptionRecord(site_id="9", volume=1),
            ConsumptionRecord(site_id="9", month=date(2026, 7, 1), volume=3),
        ]
    )
    assert [(each.month.month, each.volume, each.is_reading) for each in months] == [
        (7, 3, False),
        (8, 7, False),
        (9, 220.5, True),
        (10, 90, False),
    ]


def test_parts_of_a_month() -> None:
    """A month that was read in parts is their sum; a repeated part counts once."""
    (month,) = billed_months(
        [record("2026-09-01", 5), record("2026-09-15", 7), record("2026-09-01", 6)]
    )
    assert month.volume == 13
    assert month.start == datetime(2026, 8, 31, 22, tzinfo=UTC)


def months_of(*volumes: float, is_reading: bool = True) -> list[BilledMonth]:
    """Make months with these volumes."""
    first = date(2025, 1, 1)
    return [
        BilledMonth(
            month=(first + timedelta(days=31 * at)).replace(day=1),
            volume=volume,
            is_reading=is_reading,
        )
        for at, volume in enumerate(volumes)
    ]


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ((200, 300, 500, 800, 900, 1200, 1500), False),
        ((23_000, 23_400, 23_900, 24_300), True),
        ((23_000, 23_400, 23_300, 24_300), False),
        ((23_000, 23_400, 23_900), False),
        (tuple(range(100, 1400, 100)), True),
        (tuple(range(100, 1300, 100)), False),
        ((), False),
    ],
)
def test_meter_index(volumes: tuple[float, ...], *, expected: bool) -> None:
    """Seasons make consumption grow for a while; an index never stops."""
    assert looks_like_index(months_of(*volumes)) is expected
    assert looks_like_index(months_of(*volumes, is_reading=False)) is False


def test_bills() -> None:
    """Totals per month; what can't be placed or read does not count."""
    bills = Bills(
        invoices=(
            Invoice(id="1", month=date(2026, 9, 1), total=10, remaining=4),
            Invoice(id="2", month=date(2026, 9, 1), total=-2.5),
            Invoice(id="3", month=None, total=5, remaining=0.5),
            Invoice(id="4", month=date(2026, 8, 1), total=None),
        )
    )
    assert bills.by_month == {date(2026, 9, 1): 7.5}
    assert bills.unpaid == 4.5
    assert Bills(invoices=()).unpaid is None
    assert Bills(invoices=()).latest is None


SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("known", "invoiced", "today", "expected"),
    [
        (None, None, date(2026, 11, 3), OCTOBER),
        (None, SEPTEMBER, date(2026, 11, 3), SEPTEMBER),
        (SEPTEMBER, OCTOBER, date(2026, 11, 6), OCTOBER),
        # The invoice is late: the settlement's month is the one before
        (SEPTEMBER, SEPTEMBER, date(2026, 11, 6), OCTOBER),
        # Settled anew
        (OCTOBER, OCTOBER, date(2026, 11, 20), OCTOBER),
        (date(2026, 1, 1), None, date(2026, 3, 1), date(2026, 2, 1)),
    ],
)
def test_month_of_a_settlement(
    known: date | None, invoiced: date | None, today: date, expected: date
) -> None:
    """The newest invoice tells, else the day on which it is seen."""
    before = Settlement(number=1, month=known) if known else None
    found = settlement_of(2, before, invoiced, today)
    assert found == Settlement(number=2, month=expected)
    assert settlement_of(2, found, None, date(2027, 1, 1)) is found
    assert Settlement.stored(found.as_data()) == found
    assert Settlement.stored(None) is None


def test_odd_site_numbers() -> None:
    """They still make an id that the recorder takes."""
    series = AccountSeries(name="x", key="2", invoiced_key="2")
    assert (
        series.consumption("73-99 A_").statistic_id == "flowerhub:consumption_73_99_a"
    )
    assert series.production("--").statistic_id == "flowerhub:production_unknown"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2"]),
            st.integers(1, 12),
            st.integers(1, 28),
            st.floats(0, 5000) | st.none(),
            st.sampled_from(["Reading", "Calculated"]),
        ),
        max_size=40,
    )
)
def test_no_volume_counts_twice(rows: list[Any]) -> None:
    """A month is never more than its readings, or its calculated values."""
    records = [
        ConsumptionRecord(
            site_id=site, valid_from=date(2026, month, day), volume=volume, type=kind
        )
        for site, month, day, volume, kind in rows
    ]
    for site, own in by_site(records).items():
        for billed in billed_months(own):
            kind = "Reading" if billed.is_reading else "Calculated"
            most = sum(
                each.volume or 0
                for each in records
                if each.site_id == site
                and each.type == kind
                and each.valid_from
                and each.valid_from.replace(day=1) == billed.month
            )
            assert billed.volume <= most + 1e-5
