"""What the cloud knows and what it lost: gaps, late data, corrections, and the truth about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.clouds.errors import ControlError
from tests.clouds_tests.conftest import NOW

from .wire import Wire, wire_time

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def rows(wire: Wire, channel: str, key: str = "series") -> list[dict[str, Any]]:
    """The truth about a channel of the first device for four hours from `START`."""
    truth = wire.cloud.truth(wire.login["account"], START, START + 4 * HOUR)
    found: list[dict[str, Any]] = truth[key][f"{wire.gid}/{channel}"]
    return found


def span(wire: Wire, start: datetime, minutes: int, **more: Any) -> dict[str, Any]:
    """The value of `outage` and `late`."""
    end = start + timedelta(minutes=minutes)
    window = {"start": wire_time(start), "end": wire_time(end)}
    return {"device_gid": wire.gid} | window | more


async def test_truth_is_what_is_told(signed_in: Wire) -> None:
    """Hours and minutes of every channel, as on the wire."""
    for channel in ("1,2,3", "2", "8", "97"):
        told = (await signed_in.chart(channel, START, START + 4 * HOUR))[1]
        hours = rows(signed_in, channel)
        assert [row["value"] for row in hours] == told
        assert all(row["published"] and row["unit"] == "kWh" for row in hours)
        told = (await signed_in.chart(channel, START, START + 4 * HOUR, "1MIN"))[1]
        minutes = rows(signed_in, channel, "minutes")
        assert [row["value"] for row in minutes] == told
    first = (await signed_in.usages(START, "1H"))["MainsToGrid"]["usage"]
    assert rows(signed_in, "MainsToGrid")[0]["value"] == first
    assert rows(signed_in, "8")[1]["start"] == "2026-11-20T09:00:00Z"


async def test_truth_of_the_running_hour(signed_in: Wire) -> None:
    """It is not published before it is over."""
    signed_in.cloud.clock.advance(timedelta(minutes=30))
    truth = signed_in.cloud.truth(None, NOW - HOUR, NOW + HOUR)
    published = [row["published"] for row in truth["series"][f"{signed_in.gid}/8"]]
    assert published == [True, False]
    signed_in.cloud.clock.advance(timedelta(minutes=30))
    truth = signed_in.cloud.truth(None, NOW - HOUR, NOW + HOUR)
    published = [row["published"] for row in truth["series"][f"{signed_in.gid}/8"]]
    assert published == [True, True]


async def test_outage(signed_in: Wire) -> None:
    """Lost minutes are null; an hour keeps the rest, or is null where all is lost."""
    before = rows(signed_in, "8")
    signed_in.cloud.apply({"outage": span(signed_in, START + 1.5 * HOUR, 90)})
    hours = (await signed_in.chart("8", START, START + 4 * HOUR))[1]
    minutes = (await signed_in.chart("8", START, START + 4 * HOUR, "1MIN"))[1]
    assert hours[0] == before[0]["value"]
    assert hours[2] is None
    assert minutes[90:180] == [None] * 90
    assert None not in minutes[:90] + minutes[180:]
    assert hours[1] == pytest.approx(sum(filter(None, minutes[60:90])))
    after = rows(signed_in, "8")
    assert [row["published"] for row in after] == [True, True, False, True]
    assert [row["value"] for row in after] == hours
    assert [row["true"] for row in after] == [row["value"] for row in before]
    charger = signed_in.device("charger")["device_gid"]
    other = (await signed_in.chart("1,2,3", START, START + 4 * HOUR, gid=charger))[1]
    assert None not in other


async def test_outage_of_one_channel(signed_in: Wire) -> None:
    """Only that channel is null."""
    lost = span(signed_in, START, 60, channels=["8"])
    signed_in.cloud.apply({"outage": lost})
    usages = await signed_in.usages(START, "1H")
    assert usages["8"]["usage"] is None
    assert usages["3"]["usage"] is not None


async def test_late_minutes(signed_in: Wire) -> None:
    """They are missing until they are due; then the hour is whole."""
    whole = rows(signed_in, "8")[0]["value"]
    due = wire_time(NOW + HOUR)
    signed_in.cloud.apply({"late": span(signed_in, START, 30, due=due)})
    (hour,) = (await signed_in.chart("8", START, START + HOUR))[1]
    assert hour is not None
    assert hour < whole
    row = rows(signed_in, "8")[0]
    assert (row["published"], row["value"]) == (False, whole)
    await signed_in.wait(HOUR)
    assert (await signed_in.chart("8", START, START + HOUR))[1] == [whole]
    assert rows(signed_in, "8")[0]["published"]


async def test_offline_device(signed_in: Wire) -> None:
    """What was measured while it was offline never comes; the rest of the home goes on."""
    wire = signed_in
    wire.cloud.apply({"offline": wire.gid})
    await wire.wait(2 * HOUR)
    assert (await wire.usages(NOW + HOUR, "1H"))["1,2,3"]["usage"] is None
    wire.cloud.apply({"offline": {"device_gid": wire.gid, "offline": False}})
    await wire.wait(HOUR)
    values = (await wire.chart("8", NOW - HOUR, NOW + 3 * HOUR))[1]
    assert [value is None for value in values] == [False, True, True, False]


@pytest.mark.parametrize(
    ("channel", "follows"),
    [("8", {"Balance": -1}), ("MainsFromGrid", {"1,2,3": 1, "Balance": 1})],
)
async def test_correction(
    signed_in: Wire, channel: str, follows: dict[str, int]
) -> None:
    """One hour changes, its minutes with it; what is computed from it follows, so all sums stay right."""
    wire = signed_in
    before = await wire.usages(START, "1H")
    old_day = (await wire.usages(START, "1D"))[channel]["usage"]
    new = before[channel]["usage"] + 0.75
    change = {"device_gid": wire.gid, "channel": channel, "value": new}
    wire.cloud.apply({"correct": change | {"start": wire_time(START)}})
    after = await wire.usages(START, "1H")
    difference = {
        num: round(after[num]["usage"] - before[num]["usage"], 9) for num in after
    }
    changed = {num: value for num, value in difference.items() if value}
    assert changed == {channel: 0.75} | {n: 0.75 * sign for n, sign in follows.items()}
    minutes = (await wire.chart("8", START, START + HOUR, "1MIN"))[1]
    assert sum(filter(None, minutes)) == pytest.approx(after["8"]["usage"])
    new_day = (await wire.usages(START, "1D"))[channel]["usage"]
    assert new_day == pytest.approx(old_day + 0.75)
    row = rows(wire, channel)[0]
    assert row["value"] == pytest.approx(new)
    assert row["true"] == pytest.approx(before[channel]["usage"])
    assert rows(wire, channel)[1]["value"] == rows(wire, channel)[1]["true"]


async def test_corrected_sun(signed_in: Wire) -> None:
    """More sun at the same mains is more usage."""
    wire = signed_in
    at = datetime(2026, 11, 19, 18, tzinfo=UTC)
    before = await wire.usages(at, "1D")
    sun = (await wire.usages(at, "1H"))["2"]["usage"]
    change = {"device_gid": wire.gid, "channel": "2", "value": sun - 1}
    wire.cloud.apply({"correct": change | {"start": wire_time(at)}})
    after = await wire.usages(at, "1D")
    used = after["TotalUsage"]["usage"] - before["TotalUsage"]["usage"]
    assert used == pytest.approx(1)


async def test_null_and_missing(signed_in: Wire) -> None:
    """A channel that is told as null, one that is left out; and back."""
    gid = signed_in.gid
    signed_in.cloud.apply(
        {
            "null_channels": {"device_gid": gid, "channels": ["3"]},
            "missing_channels": {"device_gid": gid, "channels": ["8"]},
        }
    )
    usages = await signed_in.usages(START, "1H")
    assert usages["3"]["usage"] is None
    assert "8" not in usages
    assert not rows(signed_in, "3")[0]["published"]
    signed_in.cloud.apply({"null_channels": {"device_gid": gid, "channels": []}})
    assert (await signed_in.usages(START, "1H"))["3"]["usage"] is not None


async def test_truth_of_one_device(signed_in: Wire) -> None:
    """By gid or serial; an unknown one is refused."""
    cloud, charger = signed_in.cloud, signed_in.device("charger")
    for meter in (str(charger["device_gid"]), charger["serial"]):
        truth = cloud.truth(None, START, START + HOUR, meter=meter)
        assert list(truth["series"]) == [f"{charger['device_gid']}/1,2,3"]
    with pytest.raises(ControlError, match="has no device"):
        cloud.truth(None, START, START + HOUR, meter="1")
    assert cloud.truth("newcomer", START, START + HOUR)["series"] == {}
    assert cloud.truth(None, None, None)["minutes"] == {}


@pytest.mark.parametrize(
    ("switch", "change", "text"),
    [
        ("correct", {"channel": "Balance"}, "follows from others"),
        ("correct", {"channel": "1,2,3"}, "follows from others"),
        ("correct", {"channel": "99"}, "no channel"),
        ("correct", {"start": "2026-11-20T08:30:00Z"}, "no full hour"),
        ("correct", {"device_gid": 1}, "no such device"),
        ("outage", {"end": "2026-11-20T08:00:00Z"}, "must lie before"),
        ("outage", {"due": "2026-11-21T08:00:00Z"}, "no due time"),
        ("outage", {"channels": ["99"]}, "no channel"),
        ("late", {}, "due is required"),
    ],
)
def test_switches_refuse_nonsense(
    wires: Callable[[str], Wire], switch: str, change: dict[str, Any], text: str
) -> None:
    """A switch that makes no sense says why."""
    wire = wires("solar_home")
    right = span(wire, START, 60)
    if switch == "correct":
        del right["end"]
        right |= {"channel": "8", "value": 1}
    with pytest.raises(ControlError, match=text):
        wire.cloud.apply({switch: right | change})


async def test_corrected_flat_home(wires: Callable[[str], Wire]) -> None:
    """Without sun the mains themselves can be corrected."""
    wire = wires("sms_home")
    change = {"device_gid": wire.gid, "channel": "1,2,3", "value": 9.5}
    wire.cloud.apply({"correct": change | {"start": wire_time(START)}})
    assert rows(wire, "1,2,3")[0]["value"] == pytest.approx(9.5)
