"""Importing the Green Button file."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.const import CONF_SERIES, DOMAIN
from custom_components.dominion_energy.statistics import green_button
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import HOUR, person_of, requests, settle
from tests.recorded import stored

from .helpers import NOW, true_hours

KINDS = ("consumption", "generation", "cost")
FIRST = date(2025, 11, 1)
START = local_midnight(date(2025, 11, 2), SITE_ZONE)

type Recorded = dict[str, dict[datetime, float]]


async def recorded(hass: HomeAssistant, entry: MockConfigEntry) -> Recorded:
    """Return all that is stored of the meter."""
    stem = f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_"
    return {kind: await stored(hass, stem + kind) for kind in KINDS}


def file_of(cloud: DominionCloud, name: str = "solar_home", first: date = FIRST) -> str:
    """Return the file as the website exports it today."""
    person = person_of(cloud, name)
    point = cloud.customers.point(name)
    return cloud.green_button.feed(point, person["meter"], first, NOW.date())


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may read."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


async def act(hass: HomeAssistant, path: Path) -> Any:
    """Import a file."""
    return await hass.services.async_call(
        DOMAIN,
        "import_green_button",
        {"path": str(path)},
        blocking=True,
        return_response=True,
    )


async def test_a_year_of_hours(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, folder: Path
) -> None:
    """They are at their true times; nothing finer changes, nor does the same file."""
    file = folder / "green.xml"
    file.write_text(file_of(cloud))
    before = await recorded(hass, entry)
    fine = {
        kind: {h: v for h, v in hours.items() if h + HOUR in hours or h - HOUR in hours}
        for kind, hours in before.items()
    }
    done = await act(hass, file)
    assert done["shift_hours"] in (4, 5)
    assert done["hours_imported"] > 8000
    assert done["hours_known"] == len(fine["consumption"])
    after = await recorded(hass, entry)
    account = entry.data["account_number"]
    # What a file has of the hour that the autumn change repeats is not known.
    repeated = {
        local_midnight(day, SITE_ZONE) + at * HOUR
        for day in (date(2025, 11, 2), date(2026, 11, 1))
        for at in (1, 2)
    }
    for kind, series in (("consumption", "consumption"), ("generation", "return")):
        assert fine[kind].items() <= after[kind].items()
        truth = true_hours(cloud, account, series, START, NOW)
        found = {hour: kwh for hour, kwh in after[kind].items() if hour >= START}
        assert max(found) == max(before[kind])
        assert len(found) > 9000
        for hour in (found.keys() & truth.keys()) - repeated:
            assert abs(found[hour] - truth[hour]) <= 0.501, hour
    # What a bill says is the month's cost; only hours without one are priced.
    assert fine["cost"].items() <= after["cost"].items()
    spans = entry.runtime_data.feed.totals[
        f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_cost"
    ]
    assert spans
    for start, _ in spans:
        assert after["cost"][start] == before["cost"][start]

    again = await act(hass, file)
    assert again["hours_imported"] == 0
    assert again["hours_known"] == done["hours_known"] + done["hours_imported"]
    assert await recorded(hass, entry) == after
    coordinator = entry.runtime_data.coordinator
    coordinator.answers.all_due()
    coordinator.feed.async_forget()
    await coordinator.async_refresh()
    await settle(hass, entry)
    assert await recorded(hass, entry) == after


async def test_a_part_of_a_month(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, folder: Path
) -> None:
    """The rest of the month's total stays, so that all energy is counted once."""
    file = folder / "green.xml"
    file.write_text(file_of(cloud, first=date(2026, 9, 1)))
    before = await recorded(hass, entry)
    first = local_midnight(date(2026, 9, 1), SITE_ZONE)
    totals = entry.runtime_data.feed.totals[
        f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_consumption"
    ]
    start, end = next(span for span in totals if span[0] < first < span[1])
    await act(hass, file)
    after = await recorded(hass, entry)
    for kind in ("consumption", "generation"):
        old, new = (
            {hour: kwh for hour, kwh in found[kind].items() if start <= hour < end}
            for found in (before, after)
        )
        assert len(old) == 1
        assert len(new) > 200
        assert sum(new.values()) == pytest.approx(sum(old.values()), abs=1e-3)


async def test_in_the_options(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """A file is uploaded, a wrong one is refused, and the result is shown."""
    client = await hass_client()

    async def upload(content: str) -> str:
        answer = await client.post(
            "/api/file_upload", data={"file": BytesIO(content.encode())}
        )
        return str((await answer.json())["file_id"])

    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    assert result["step_id"] == "cost"
    costs = {"cost_mode": "api_estimate", "budget": 90}
    wrong = {**costs, "green_button": await upload("<html></html>")}
    result = await flow.async_configure(result["flow_id"], wrong)
    assert result["step_id"] == "cost"
    assert result["errors"] == {"green_button": "file_unreadable"}
    assert (result["description_placeholders"] or {})["error"]
    gone = {**costs, "green_button": "0" * 32}
    result = await flow.async_configure(result["flow_id"], gone)
    assert result["errors"] == {"green_button": "file_missing"}
    right = {**costs, "green_button": await upload(file_of(cloud))}
    result = await flow.async_configure(result["flow_id"], right)
    assert result["step_id"] == "green_button"
    assert int((result["description_placeholders"] or {})["imported"]) > 8000
    result = await flow.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {**costs, "bill_limit": 10}
    await settle(hass, entry)
    assert len((await recorded(hass, entry))["consumption"]) > 9000


def half_an_hour_off(content: str) -> str:
    """Return a file of times that no time zone explains."""
    return moved(content, 1800)


def moved(content: str, seconds: int) -> str:
    """Return a file with all its times moved."""
    head, *readings = content.split("<espi:start>")
    out = [head]
    for each in readings:
        start, _, rest = each.partition("<")
        out.append(f"{int(start) + seconds}<{rest}")
    return "<espi:start>".join(out)


STRANGE: dict[str, tuple[Callable[[str], str], str]] = {
    "truncated": (lambda text: text[: len(text) // 2], "file_unreadable"),
    "empty": (lambda _: "", "file_unreadable"),
    "no readings": (lambda _: "<feed></feed>", "file_does_not_match"),
    "entities": (
        lambda _: (
            '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            "<feed>&b;</feed>"
        ),
        "file_unreadable",
    ),
    "deep": (
        lambda _: "<feed>" + "<entry>" * 200_000 + "</entry>" * 200_000 + "</feed>",
        "file_unreadable",
    ),
    "many": (
        lambda _: "<feed>" + "<entry/>" * 1_100_000 + "</feed>",
        "file_unreadable",
    ),
    "multiplier": (lambda text: text.replace(">3<", ">400<"), "file_unreadable"),
    "tiny": (lambda text: text.replace(">3<", ">-400<"), "file_unreadable"),
    "negative": (
        lambda text: text.replace("<espi:value>", "<espi:value>-"),
        "file_unreadable",
    ),
    "wrong unit": (
        lambda text: text.replace("powerOfTenMultiplier>3", "powerOfTenMultiplier>0"),
        "file_does_not_match",
    ),
    "half an hour off": (half_an_hour_off, "file_does_not_match"),
    "days off": (lambda text: moved(text, 17 * 86400), "file_does_not_match"),
}


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_files(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    folder: Path,
    name: str,
) -> None:
    """They are refused with a reason, and nothing changes."""
    make, key = STRANGE[name]
    file = folder / "green.xml"
    file.write_text(make(file_of(cloud)))
    before = await recorded(hass, entry)
    with pytest.raises(ServiceValidationError) as error:
        await act(hass, file)
    assert error.value.translation_key == key
    assert await recorded(hass, entry) == before


async def test_files_that_cannot_be_had(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too large, not there, or where Home Assistant may not read."""
    file = folder / "green.xml"
    file.write_text(file_of(cloud))
    cloud.requests.clear()
    for path, key in (
        (folder / "other.xml", "file_missing"),
        (folder, "file_missing"),
        (folder.parent / "green.xml", "file_not_allowed"),
    ):
        with pytest.raises(ServiceValidationError) as error:
            await act(hass, path)
        assert error.value.translation_key == key
    monkeypatch.setattr(green_button, "MAX_BYTES", file.stat().st_size - 1)
    with pytest.raises(ServiceValidationError) as error:
        await act(hass, file)
    assert error.value.translation_key == "file_too_large"
    assert requests(cloud) == 0


async def test_the_file_of_another_meter(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, folder: Path
) -> None:
    """It does not fit."""
    file = folder / "green.xml"
    file.write_text(file_of(cloud, "plain_home"))
    with pytest.raises(ServiceValidationError) as error:
        await act(hass, file)
    assert error.value.translation_key == "file_does_not_match"


async def test_days_that_are_not_published(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry, folder: Path
) -> None:
    """The zeros that stand for them are no readings."""
    late = {"account": "solar_home", "day": "2026-10-20", "hours": 2000}
    cloud.apply({"late_day": late})
    file = folder / "green.xml"
    file.write_text(file_of(cloud))
    await act(hass, file)
    day = local_midnight(date(2026, 10, 20), SITE_ZONE)
    hours = {day + at * HOUR for at in range(24)}
    after = await recorded(hass, entry)
    for kind in ("consumption", "generation"):
        # What is left of the month's total stands where the hours are missing.
        assert hours & after[kind].keys() <= {day}
    assert day - HOUR in after["consumption"]
    assert max(after["consumption"]) < NOW - timedelta(hours=6)
