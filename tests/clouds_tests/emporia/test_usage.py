"""Energy by bucket: balances, units, edges, windows, retention."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.clouds_tests.conftest import NOW

from .wire import Wire, wire_time

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 19, 19, 30, tzinfo=UTC)
"""Half past noon in Denver, yesterday."""


def total(usages: dict[str, Any], num: str) -> float:
    """A circuit's energy with what is nested in it."""
    channel = usages[num]
    nested = sum(
        each["usage"]
        for device in channel["nestedDevices"]
        for each in device["channelUsages"]
    )
    return float(channel["usage"] + nested)


@pytest.mark.parametrize("scale", ["1S", "1MIN", "15MIN", "1H", "1D", "1W", "1MON"])
async def test_balance(signed_in: Wire, scale: str) -> None:
    """Circuits with what is nested, and the balance, make the mains; so do import and export."""
    at = NOW - timedelta(minutes=2)
    usages = await signed_in.usages(at, scale)
    circuits = [num for num in usages if num.replace(",", "").isdigit()][1:]
    assert circuits == [*"1234", "97", *"78", "10"]
    mains = usages["1,2,3"]["usage"]
    parts = sum(total(usages, num) for num in circuits) + usages["Balance"]["usage"]
    assert parts == pytest.approx(mains)
    grid = usages["MainsFromGrid"]["usage"] + usages["MainsToGrid"]["usage"]
    assert grid == pytest.approx(mains)
    assert usages["MainsToGrid"]["usage"] <= 0 <= usages["MainsFromGrid"]["usage"]
    assert ("TotalUsage" in usages) == (scale in ("1D", "1W", "1MON"))


async def test_signs(signed_in: Wire) -> None:
    """At noon the sun's circuit is negative, and the household lives on it."""
    usages = await signed_in.usages(NOON, "1D")
    assert usages["2"]["usage"] < -5
    assert usages["MainsToGrid"]["usage"] < 0
    load = usages["TotalUsage"]["usage"]
    battery = usages["10"]["usage"]
    sun = usages["2"]["usage"]
    assert load == pytest.approx(usages["1,2,3"]["usage"] - sun - battery)


async def test_nested_devices(signed_in: Wire) -> None:
    """Charger and plug stand in their parent's channel; also on their own, when asked for."""
    gids = [each["device_gid"] for each in signed_in.login["devices"][:3]]
    usages = await signed_in.usages(NOON, "1H", "KilowattHours", *gids)
    (nested,) = usages["7"]["nestedDevices"]
    assert nested["deviceGid"] == gids[1]
    (plug,) = usages["4"]["nestedDevices"]
    assert plug["channelUsages"][0]["usage"] > 0
    params = {
        "apiMethod": "getDeviceListUsages",
        "deviceGids": ",".join(map(str, gids)),
        "instant": wire_time(NOON),
        "scale": "1H",
        "energyUnit": "KilowattHours",
    }

    async def told() -> list[int]:
        answer = await signed_in.get("/AppAPI", **params)
        return [d["deviceGid"] for d in answer["deviceListUsages"]["devices"]]

    assert await told() == gids
    signed_in.cloud.apply({"repeat_nested": False})
    assert await told() == gids[:1]


async def test_joined_gids(signed_in: Wire) -> None:
    """A bare plus sign, as PyEmVue sends it, is a blank for the server."""
    gids = [str(each["device_gid"]) for each in signed_in.login["devices"]]
    url = f"{signed_in.cloud.url}/AppAPI?apiMethod=getDeviceListUsages&deviceGids="
    url += (
        f"{'+'.join(gids)}&instant=2026-11-20T11:00:00.25Z&scale=1H&energyUnit=Dollars"
    )
    headers = {"authtoken": signed_in.tokens["IdToken"]}
    async with signed_in.session.get(url, headers=headers) as response:
        answer = (await response.json())["deviceListUsages"]
    assert [str(each["deviceGid"]) for each in answer["devices"]] == gids
    assert answer["instant"] == "2026-11-20T11:00:00Z"


async def test_units(signed_in: Wire) -> None:
    """Dollars at the rate of the time, ampere hours by voltage with legs, nothing for volts."""
    energy = await signed_in.usages(NOON, "1H")
    dollars = await signed_in.usages(NOON, "1H", "Dollars")
    assert dollars["3"]["usage"] == pytest.approx(energy["3"]["usage"] * 0.15)
    amps = await signed_in.usages(NOON, "1H", "AmpHours")
    mains = energy["1,2,3"]["usage"] * 1000
    assert amps["1,2,3"]["usage"] == pytest.approx(mains / 240)
    legs = amps["Mains_A"]["usage"] + amps["Mains_B"]["usage"]
    assert legs == pytest.approx(mains / 120)
    assert "MainsFromGrid" not in amps
    volts = await signed_in.usages(NOON, "1H", "Voltage")
    assert {each["usage"] for each in volts.values()} == {None}


async def test_running_bucket(signed_in: Wire) -> None:
    """It holds what has flowed so far; what has not begun is null."""
    wire = signed_in
    wire.cloud.clock.advance(timedelta(minutes=20))
    now = wire.cloud.clock.now()
    first = (await wire.usages(now, "1H"))["8"]["usage"]
    parts = (await wire.chart("8", now - timedelta(minutes=20), now, "1MIN"))[1]
    assert len(parts) == 20
    assert first == pytest.approx(sum(filter(None, parts)))
    assert (await wire.usages(now + HOUR, "1H"))["8"]["usage"] is None
    wire.cloud.apply({"data_delay_seconds": 90})
    assert (await wire.usages(now, "1MIN"))["8"]["usage"] is None
    half = (await wire.usages(now - timedelta(seconds=100), "1MIN"))["8"]["usage"]
    assert parts[18]
    assert half == pytest.approx(parts[18] / 2)


async def test_charts_agree(signed_in: Wire) -> None:
    """An hour is the sum of its minutes and its quarters; an instant tells the same as the chart."""
    start = NOON.replace(minute=0)
    (hour,) = (await signed_in.chart("8", start, start + HOUR))[1]
    assert hour
    for scale, count in (("1MIN", 60), ("15MIN", 4)):
        first, parts = await signed_in.chart("8", start, start + HOUR, scale)
        assert first == wire_time(start)
        assert len(parts) == count
        assert sum(filter(None, parts)) == pytest.approx(hour)
    usage = (await signed_in.usages(NOON, "1H"))["8"]["usage"]
    assert usage == pytest.approx(hour)


async def test_chart_edges(signed_in: Wire) -> None:
    """The first bucket holds `start`, the last one begins before `end`; the future has none."""
    start = NOON.replace(minute=40)
    first, values = await signed_in.chart("1,2,3", start, start + 2 * HOUR)
    assert first == "2026-11-19T19:00:00Z"
    assert len(values) == 3
    assert (await signed_in.chart("Mains", start, start + 2 * HOUR))[1] == values
    first, values = await signed_in.chart("3", NOW - HOUR, NOW + HOUR)
    assert len(values) == 1
    assert await signed_in.chart("3", NOW, NOW + HOUR) == (None, [])


async def test_days_follow_the_clocks(signed_in: Wire) -> None:
    """Days of 25 and 23 hours; the sum of a day's hours is the day."""
    start = datetime(2026, 10, 31, 6, tzinfo=UTC)
    first, days = await signed_in.chart("3", start, start + 3 * 24 * HOUR, "1D")
    assert first == "2026-10-31T06:00:00Z"
    assert len(days) == 3
    sunday = datetime(2026, 11, 1, 6, tzinfo=UTC)
    hours = (await signed_in.chart("3", sunday, sunday + 25 * HOUR))[1]
    assert days[1] == pytest.approx(sum(filter(None, hours)))


async def test_retention(signed_in: Wire) -> None:
    """Minutes last seven days, seconds three hours, hours for years; nothing is older than the device."""
    week = NOW - timedelta(days=7)
    assert await signed_in.chart("3", week - HOUR, week, "1MIN") == (None, [])
    first, values = await signed_in.chart("3", week - HOUR, week + HOUR, "1MIN")
    assert (first, len(values)) == (wire_time(week), 60)
    old = NOW - 3 * HOUR
    assert await signed_in.chart("3", old - HOUR, old, "1S") == (None, [])
    long_ago = NOW - timedelta(days=720)
    first, values = await signed_in.chart("3", long_ago, NOW)
    assert (first, len(values)) == (wire_time(long_ago), 720 * 24)
    assert None not in values
    born = datetime(2024, 1, 1, tzinfo=UTC)
    first, values = await signed_in.chart("3", born - HOUR, born + 2 * HOUR)
    assert (first, len(values)) == ("2024-01-01T00:00:00Z", 2)
    usages = await signed_in.usages(week - HOUR, "1MIN")
    assert usages["3"]["usage"] is None


async def refused(wire: Wire, **changes: str) -> tuple[int, str]:
    """Status and text of a chart call with something changed."""
    params = {
        "apiMethod": "getChartUsage",
        "deviceGid": str(wire.gid),
        "channel": "1,2,3",
        "start": wire_time(NOON),
        "end": wire_time(NOON + HOUR),
        "scale": "1H",
        "energyUnit": "KilowattHours",
    }
    status, body = await wire.call("GET", "/AppAPI", **params | changes)
    return status, str(body.get("message"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"channel": "MainsFromGrid"}, "cannot be charted"),
        ({"channel": "Balance"}, "cannot be charted"),
        ({"channel": "Branch_7"}, "cannot be charted"),
        ({"channel": "99"}, "cannot be charted"),
        ({"scale": "1MIN", "end": wire_time(NOON + 12.1 * HOUR)}, "too long"),
        ({"scale": "1S", "end": wire_time(NOON + 1.1 * HOUR)}, "too long"),
        ({"end": wire_time(NOON)}, "empty"),
        ({"start": "noon"}, "not an ISO time"),
        ({"start": ""}, "start is required"),
        ({"scale": "1Q"}, "'1Q' is not a valid Scale"),
        ({"energyUnit": "WATTS"}, "'WATTS' is not a valid EnergyUnit; defined"),
        ({"apiMethod": "no"}, "apiMethod is unknown"),
    ],
)
async def test_refused(signed_in: Wire, changes: dict[str, str], text: str) -> None:
    """A wrong parameter says which; the text tells who called, so clients must clean it."""
    status, message = await refused(signed_in, **changes)
    assert status == 400
    assert text in message
    assert signed_in.login["username"] in message


async def test_foreign_gid(signed_in: Wire) -> None:
    """Usage of somebody else's device is refused as a whole."""
    foreign = signed_in.cloud.accounts[1]["device_gid"]
    status, message = await refused(signed_in, deviceGid=str(foreign))
    assert status == 401
    assert f"not authorized on the requested deviceGid {foreign}" in message


async def test_migrated_chart(signed_in: Wire) -> None:
    """The same chart at the other host, which also takes the c-api's channel ids."""
    params = {
        "deviceGid": str(signed_in.gid),
        "start": wire_time(NOON),
        "end": wire_time(NOON + HOUR),
        "scale": "1H",
        "energyUnit": "KilowattHours",
    }
    path = "/v1/migrated/app-api/chart-usage"
    plain = await signed_in.get(path, channel="8", **params)
    assert plain == await signed_in.get(path, channel="Branch_8", **params)
    assert plain["usageList"] == (await signed_in.chart("8", NOON, NOON + HOUR))[1]
    status, body = await signed_in.call("GET", path, channel="Nix", **params)
    assert status == 400
    assert set(body) == {"error_code", "error_message", "user_message"}


async def test_modern_usages(signed_in: Wire) -> None:
    """The same numbers under the c-api's names."""
    legacy = await signed_in.usages(NOON, "1H")
    params = {
        "device_gids": str(signed_in.gid),
        "instant": wire_time(NOON),
        "scale": "HOUR",
        "energy_unit": "KILOWATT_HOURS",
    }
    answer = await signed_in.get("/v1/customers/devices/usages", **params)
    (device,) = answer["device_usages"]
    modern = {each["channel_id"]: each["usage"] for each in device["channel_usages"]}
    assert modern["Mains"] == legacy["1,2,3"]["usage"]
    assert modern["Branch_8"] == legacy["8"]["usage"]
    assert modern["Merged_1"] == legacy["97"]["usage"]
    assert modern["MainsToGrid"] == legacy["MainsToGrid"]["usage"]
    for name in params:
        less = {key: value for key, value in params.items() if key != name}
        status, _ = await signed_in.call("GET", "/v1/customers/devices/usages", **less)
        assert status == 400


async def test_stale_and_late(signed_in: Wire) -> None:
    """Older than asked for; yesterday's day every other time in the first hour."""
    wire = signed_in
    wire.cloud.apply({"stale_seconds": 45})
    answer = await wire.get(
        "/AppAPI",
        apiMethod="getDeviceListUsages",
        deviceGids=str(wire.gid),
        instant="2026-11-20T16:00:10Z",
        scale="1MIN",
        energyUnit="KilowattHours",
    )
    assert answer["deviceListUsages"]["instant"] == "2026-11-20T15:59:25Z"
    wire.cloud.apply({"stale_seconds": 0, "late_reset": True})
    wire.cloud.clock.set(datetime(2026, 11, 20, 7, 40, tzinfo=UTC))
    now = wire.cloud.clock.now()
    values = [(await wire.usages(now, "1D"))["8"]["usage"] for _ in range(4)]
    yesterday = (await wire.chart("8", now - 24 * HOUR, now - HOUR, "1D"))[1][0]
    assert values[0] == values[2] == pytest.approx(yesterday)
    assert values[1] == values[3] < values[0]
    wire.cloud.clock.advance(timedelta(minutes=20))
    values = [(await wire.usages(now, "1D"))["8"]["usage"] for _ in range(2)]
    assert values[0] == values[1]


async def test_peak_demand(signed_in: Wire) -> None:
    """The quarter hour of the running month with the highest mean power."""
    answer = await signed_in.get(
        "/AppAPI",
        apiMethod="getCurrentMonthPeakDemand",
        deviceGid=str(signed_in.gid),
        channel="1,2,3",
        energyUnit="KilowattHours",
    )
    month = datetime(2026, 11, 1, 6, tzinfo=UTC)
    _, quarters = await signed_in.chart("1,2,3", month, NOW, "15MIN")
    values = [each or 0.0 for each in quarters]
    peak, found = max(values), answer["peakDemand"]
    assert found["value"] == found["Value"] == pytest.approx(peak * 4)
    at = month + values.index(peak) * timedelta(minutes=15)
    assert found["Timestamp"]["epochSecond"] == at.timestamp()


async def test_sub_panel(wires: Callable[[str], Wire]) -> None:
    """A Vue in a Vue's channel: the parent's number is without it."""
    wire = wires("landlord")
    await wire.sign_in()
    usages = await wire.usages(NOON, "1D")
    (panel,) = usages["1"]["nestedDevices"]
    nested = {each["channelNum"]: each["usage"] for each in panel["channelUsages"]}
    assert nested["1,2,3"] > usages["1"]["usage"]
    assert nested["Balance"] == pytest.approx(nested["1,2,3"] - nested["1"])
    mains = usages["1,2,3"]["usage"]
    parts = ("1", "2", "Balance")
    rest = sum(usages[num]["usage"] for num in parts) + nested["1,2,3"]
    assert rest == pytest.approx(mains)
    assert "MainsFromGrid" not in usages
