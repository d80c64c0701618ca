"""The small readers: statuses inside answers, zones, times, points."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.elecnova.api.answers import envelope_code, status_inside
from custom_components.elecnova.api.models import Cabinet, read_points
from custom_components.elecnova.api.models.fields import read_local

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"code": 429, "message": "too many requests"}', 429),
        (b'{"code": 200, "data": []}', 200),
        (b"[]", None),
        (b"<html>", None),
    ],
)
def test_statuses_inside_answers(body: bytes, status: int | None) -> None:
    """They count like those outside, where there are any."""
    assert status_inside(body) == status


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"code": 200, "data": []}, 200),
        ({"code": "200", "message": "success"}, 200),
        ({"code": "1777000000000"}, None),
        ({"code": True, "data": 1}, None),
        ({"data": []}, None),
        ([], None),
        (None, None),
    ],
)
def test_envelopes(answer: object, code: int | None) -> None:
    """A project's own code is no status."""
    assert envelope_code(answer) == code


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../etc/passwd", "\0"])
def test_zones_that_are_none(zone: str) -> None:
    """Then it is UTC."""
    assert Cabinet.read({"sn": "1", "timeZone": zone}).zone is UTC


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11", datetime(2026, 11, 1, tzinfo=BRUSSELS)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=BRUSSELS)),
        ("2026-11-01T00:00:00Z", datetime(2026, 11, 1, tzinfo=UTC)),
        (1_793_491_200, datetime(2026, 11, 1, tzinfo=UTC)),
        ("1793491200000", datetime(2026, 11, 1, tzinfo=UTC)),
        ("soon", None),
        (None, None),
        ("99999999999999999999", None),
    ],
)
def test_times(written: object, moment: datetime | None) -> None:
    """Days and months are local, everything else says what it is."""
    assert read_local(written, BRUSSELS) == moment


@pytest.mark.parametrize("entry", [7, None, {"time": "soon", "value": 1}, {"value": 1}])
def test_points_that_are_none(entry: object) -> None:
    """They are no answer."""
    with pytest.raises(Malformed):
        read_points([entry], UTC)


def test_a_fortnight_of_points() -> None:
    """A server that takes the times for a hint gives more than the day."""
    first = datetime(2026, 11, 1, tzinfo=UTC)
    times = [first + number * timedelta(minutes=5) for number in range(14 * 288)]
    entries = [{"time": each.isoformat(), "value": 1} for each in times]
    assert [point.time for point in read_points(entries, UTC)] == times
    with pytest.raises(Malformed):
        read_points([*entries, *entries], UTC)


def test_points_without_a_value() -> None:
    """They are left out, and the others are in order."""
    found = read_points(
        [
            {"time": "2026-11-01T10:05:00Z", "value": 2},
            {"time": "2026-11-01T10:00:00Z", "value": "1.5"},
            {"time": "2026-11-01T10:10:00Z", "value": None},
        ],
        UTC,
    )
    assert [point.value for point in found] == [1.5, 2]
