"""The Green Button file (wire 4.5)."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.dominion_energy.api.green_button import (
    Flow,
    GreenButtonReading,
    calibrate,
    read_green_button,
)
from custom_components.dominion_energy.api.intervals import HALF_HOUR, IntervalUsage

from .conftest import NOW, Portal

KIND = (
    "<ReadingType><flowDirection>{flow}</flowDirection>"
    "<intervalLength>900</intervalLength>"
    "<powerOfTenMultiplier>3</powerOfTenMultiplier><uom>{uom}</uom></ReadingType>"
)
READING = (
    "<IntervalReading><cost>0</cost><timePeriod><duration>{duration}</duration>"
    "<start>{start}</start></timePeriod><value>{value}</value></IntervalReading>"
)
START = datetime(2026, 1, 15, 5, tzinfo=UTC)


def reading(
    duration: object = 3600, start: object = 1768453200, value: object = 2
) -> str:
    """Return one reading of the file."""
    return READING.format(duration=duration, start=start, value=value)


def feed(*parts: str) -> bytes:
    """Return a file of these parts."""
    return f'<feed xmlns="http://naesb.org/espi">{"".join(parts)}</feed>'.encode()


def test_readings() -> None:
    """Values are kWh, the duration is the reading's own, flows are told apart."""
    content = feed(
        KIND.format(flow=19, uom=72),
        reading(value=1),
        KIND.format(flow=1, uom=72),
        reading(start=1768456800),
        reading(),
    )
    hour = timedelta(hours=1)
    assert read_green_button(content) == [
        GreenButtonReading(START, hour, 2.0, Flow.DELIVERED),
        GreenButtonReading(START + hour, hour, 2.0, Flow.DELIVERED),
        GreenButtonReading(START, hour, 1.0, Flow.RECEIVED),
    ]


def test_multiplier() -> None:
    """Without a description values are watt hours; with one they are scaled."""
    assert read_green_button(feed(reading(value=1500)))[0].value == 1.5
    kind = KIND.format(flow=1, uom=72).replace(">3<", ">0<")
    assert read_green_button(feed(kind, reading(value=1500)))[0].value == 1.5
    assert read_green_button(feed()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<feed>",
        b"{}",
        b"<html></html>",
        b'<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>',
        b'<!DOCTYPE feed SYSTEM "http://localhost/x"><feed></feed>',
        feed(KIND.format(flow=7, uom=72)),
        feed(KIND.format(flow=1, uom=38)),
        feed("<ReadingType></ReadingType>"),
        feed(reading(duration=0)),
        feed(reading(duration="long")),
        feed(reading(start="now")),
        feed(reading(start="1e300")),
        feed(reading(value="")),
    ],
)
def test_no_green_button_file(content: bytes) -> None:
    """Other files, other units and entities are refused."""
    with pytest.raises(Malformed):
        read_green_button(content)


async def test_file_of_the_cloud(portal: Portal) -> None:
    """A file can be put right by the half hours of the workbook."""
    client = await portal.logged_in()
    customer = await client.get_customer()
    [account] = customer.accounts
    meter = account.meters[0].number
    today = NOW.date()

    readings = await client.get_green_button(
        account, meter, customer.full_name, today - timedelta(days=395), today
    )
    known = await client.get_interval_usage(
        account.number, meter, today - timedelta(days=68), today
    )
    shift = calibrate(readings, known)

    assert shift in (timedelta(hours=4), timedelta(hours=5))
    assert {each.flow for each in readings} == set(Flow)
    delivered = {r.start - shift: r.value for r in readings if r.flow is Flow.DELIVERED}
    assert len(delivered) > 390 * 24
    by_start = {usage.start: usage.consumption or 0 for usage in known}
    hours = [
        (by_start[start] + by_start[start + HALF_HOUR], delivered[start])
        for start in by_start
        if start.minute == 0 and start + HALF_HOUR in by_start and start.month == 10
    ]
    assert len(hours) > 700
    assert all(abs(true - whole) <= 0.5 for true, whole in hours)


async def test_refusal_of_the_file(portal: Portal) -> None:
    """The cloud's own error comes out."""
    client = await portal.logged_in("plain_home")
    [account] = await client.get_accounts()
    with pytest.raises(ProviderError):
        await client.get_green_button(account, "1", "", NOW.date(), NOW.date())


def test_calibration_needs_something_to_hold_on_to() -> None:
    """Too few hours, or none that stands out, give no answer."""
    hour = timedelta(hours=1)
    flat = [
        GreenButtonReading(START + n * hour, hour, 1.0, Flow.DELIVERED)
        for n in range(100)
    ]
    known = [IntervalUsage(START + n * HALF_HOUR, 0.5, None) for n in range(200)]
    assert calibrate([], known) is None
    assert calibrate(flat, []) is None
    assert calibrate(flat, known) is None
    assert calibrate(flat[:40], known) is None
    blank = [IntervalUsage(usage.start, None, 1.0) for usage in known]
    assert calibrate(flat, blank) is None
