"""Series, sessions, reports, prices, preferences, vehicles, maintenance."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.clouds_tests.conftest import NOW

from .wire import Wire, wire_time

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
MONITORS = "/v1/devices/energy-monitors/circuits/usages"
FLAG = "/com.emporiaenergy.manual.ota/maintenance/maintenance.json"


def window(start: datetime, end: datetime, **more: str) -> dict[str, str]:
    """`start` and `end` of a query."""
    return {"start": wire_time(start), "end": wire_time(end)} | more


async def test_circuit_energy(signed_in: Wire) -> None:
    """The same hours as the chart; legs add up to the mains; the running one is partial."""
    signed_in.cloud.clock.advance(timedelta(minutes=30))
    serial = signed_in.device("vue")["serial"]
    answer = await signed_in.get(
        f"{MONITORS}/energy",
        **window(START, NOW + HOUR),
        device_ids=f"{serial},Z1",
        circuit_ids="Mains,Mains_A,Mains_B,Branch_8,Nix",
        energy_resolution="HOURS",
    )
    assert answer["error"] == [{"device_id": "Z1", "message": "device not found"}]
    (device,) = answer["success"]
    series = {
        each["circuit_id"]: [row["energy_kwhs"] for row in each["usage"]]
        for each in device["circuit_usages"]
    }
    assert list(series) == ["Mains", "Mains_A", "Mains_B", "Branch_8"]
    chart = (await signed_in.chart("8", START, NOW + HOUR))[1]
    assert series["Branch_8"] == chart
    legs = zip(series["Mains_A"], series["Mains_B"], strict=True)
    assert [a + b for a, b in legs] == pytest.approx(series["Mains"])
    rows = device["circuit_usages"][0]["usage"]
    assert [row["partial"] for row in rows] == [False] * 9 + [True]
    assert rows[0]["interval"] == {
        "start": "2026-11-20T08:00:00Z",
        "end": "2026-11-20T09:00:00Z",
    }


async def test_circuit_power(signed_in: Wire) -> None:
    """Mean power, volts and amps; in the provider's own client under other names."""
    query = window(
        START,
        START + HOUR,
        device_ids=signed_in.device("vue")["serial"],
        circuit_ids="Branch_8,Mains_A",
        power_resolution="FIFTEEN_MINUTES",
    )
    (device,) = (await signed_in.get(f"{MONITORS}/power", **query))["success"]
    circuit, leg = device["circuit_power"]
    quarters = (await signed_in.chart("8", START, START + HOUR, "15MIN"))[1]
    powers = [row["average_power_kw"] for row in circuit["power"]]
    assert powers == pytest.approx([each * 4 for each in quarters if each is not None])
    row = circuit["power"][0]
    assert 118 < row["volts"] < 124
    watts = row["average_power_kw"] * 1000
    assert row["amps"] * row["volts"] * 2 == pytest.approx(watts, rel=0.01)
    row = leg["power"][0]
    watts = row["average_power_kw"] * 1000
    assert row["amps"] * row["volts"] == pytest.approx(watts, rel=0.01)
    signed_in.cloud.apply({"first_party_names": True})
    (device,) = (await signed_in.get(f"{MONITORS}/power", **query))["success"]
    row = device["usages"][0]["usage"][0]
    assert row["power_watts"] == pytest.approx(powers[0] * 1000)


@pytest.mark.parametrize("change", ["circuit_ids", "device_ids", "energy_resolution"])
async def test_missing_parameters(signed_in: Wire, change: str) -> None:
    """A request without one of its parameters is refused."""
    query = window(
        START,
        START + HOUR,
        device_ids=signed_in.device("vue")["serial"],
        circuit_ids="Mains",
        energy_resolution="HOURS",
    )
    del query[change]
    status, body = await signed_in.call("GET", f"{MONITORS}/energy", **query)
    assert (status, change in body["error_message"]) == (400, True)


async def test_device_series(signed_in: Wire) -> None:
    """Charger, plug and battery; the battery's energy is its circuit's."""
    start = NOW - timedelta(days=1)
    query = window(start, NOW, energy_resolution="HOURS")
    for family, kind in (("evses", "charger"), ("outlets", "outlet")):
        device = signed_in.device(kind)
        path = f"/v1/devices/{family}/usages/energy"
        answer = await signed_in.get(path, device_ids=device["serial"], **query)
        values = [row["energy_kwhs"] for row in answer["success"][0]["usages"]]
        chart = await signed_in.chart("1,2,3", start, NOW, gid=device["device_gid"])
        assert values == chart[1]
    serial = signed_in.device("battery")["serial"]
    path = "/v1/devices/batteries/usages/energy"
    answer = await signed_in.get(path, device_ids=serial, **query)
    values = [row["energy_kwhs"] for row in answer["success"][0]["usages"]]
    assert values == pytest.approx((await signed_in.chart("10", start, NOW))[1])
    query = window(start, NOW, power_resolution="FIFTEEN_MINUTES", device_ids=serial)
    path = "/v1/devices/batteries/usages/power"
    powers = (await signed_in.get(path, **query))["success"][0]["usages"]
    assert len(powers) == 96
    assert sum(each["average_power_kw"] / 4 for each in powers) == pytest.approx(
        sum(values)
    )


async def test_state_of_charge(signed_in: Wire) -> None:
    """It rises while the battery charges."""
    serial = signed_in.device("battery")["serial"]
    query = window(NOW - timedelta(days=1), NOW, state_of_charge_resolution="HOURS")
    path = "/v1/devices/batteries/state-of-charge"
    answer = await signed_in.get(path, device_ids=serial, **query)
    values = [row["average_state_of_charge"] for row in answer["success"][0]["values"]]
    assert len(values) == 24
    assert all(0 <= value <= 100 for value in values)
    assert len(set(values)) > 5
    battery = (await signed_in.get("/customers/devices/status"))["batteries"][0]
    assert abs(battery["stateOfCharge"] - values[-1]) < 25
    flows = battery["powerFromGridKW"] - battery["powerToGridKW"]
    assert flows == pytest.approx(battery["gridPowerKW"], abs=0.002)


async def test_device_lists(signed_in: Wire) -> None:
    """Lists by family; a serial of another family is an error."""
    signed_in.cloud.apply({"plug_in": None})
    charger, vue = (
        signed_in.device("charger")["serial"],
        signed_in.device("vue")["serial"],
    )
    answer = await signed_in.get("/v1/devices/evses", device_ids=f"{charger},{vue}")
    (evse,) = answer["success"]
    assert evse["vehicle_connected"] is evse["vehicle_charging"] is True
    assert evse["breaker_pin"] == "0000"
    assert [each["device_id"] for each in answer["error"]] == [vue]
    status, _ = await signed_in.call("GET", "/v1/devices/toasters", device_ids="x")
    assert status == 404
    path = "/v1/devices/energy-monitors/usages/energy"
    query = window(START, NOW, energy_resolution="HOURS", device_ids=vue)
    assert (await signed_in.call("GET", path, **query))[0] == 404


async def test_sessions(signed_in: Wire) -> None:
    """A stay holds its charges; a pause splits them; an open stay has no end."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.apply({"plug_out": None})
    cloud.clock.advance(timedelta(minutes=1))
    cloud.apply({"plug_in": None})
    for switch in ({"on": False}, {"on": True}, {"amps": 16}):
        cloud.clock.advance(timedelta(minutes=10))
        cloud.apply({"charger": switch})
    cloud.clock.advance(timedelta(minutes=10))
    gid, serial = wire.device("charger")["device_gid"], wire.device("charger")["serial"]
    query = {"device_ids": f"{serial},D1"} | window(NOW, NOW + HOUR)
    answer = await wire.get("/v1/devices/evses/sessions", **query)
    assert answer["error"][0]["device_id"] == "D1"
    stay = answer["success"][0]["sessions"][-1]
    assert stay["plug_in"] == "2026-11-20T17:01:00Z"
    assert "plug_out" not in stay
    charged = [each["energy_kwhs"] for each in stay["sessions"]]
    assert charged == pytest.approx([7.68 / 6, 7.68 / 6 + 3.84 / 6])
    usages = (await wire.chart("1,2,3", NOW, NOW + HOUR, gid=gid))[1]
    assert sum(charged) == pytest.approx(usages[0])
    cloud.apply({"plug_out": None})
    answer = await wire.get("/v1/devices/evses/sessions", **query)
    stay = answer["success"][0]["sessions"][-1]
    assert stay["plug_out"] == "2026-11-20T17:41:00Z"


async def test_report(signed_in: Wire) -> None:
    """Times are read as local ones; days add up to the total, and cost what the rate says."""
    serial = signed_in.device("charger")["serial"]
    answer = await signed_in.get(
        "/v1/customers/ev-charging-report",
        device_id=serial,
        start="2026-11-01T00:00:00Z",
        end="2026-11-20T00:00:00Z",
    )
    assert answer["interval"]["start"] == "2026-11-01T06:00:00Z"
    days = answer["daily_charging_totals"]
    assert (days[0]["date"], days[-1]["date"]) == ("2026-11-01", "2026-11-20")
    gid = signed_in.device("charger")["device_gid"]
    start = datetime(2026, 11, 1, 6, tzinfo=UTC)
    end = datetime(2026, 11, 20, 7, tzinfo=UTC)
    chart = (await signed_in.chart("1,2,3", start, end, "1D", gid))[1]
    kwh = [day["energy_kwhs"] for day in days[:-1]]
    assert kwh == pytest.approx(chart, abs=0.001)
    assert sum(kwh) > 20
    assert answer["energy_kwhs"] == pytest.approx(sum(kwh))
    assert answer["charging_cost"] == pytest.approx(sum(kwh) * 0.15, abs=0.01)
    assert answer["plug_in_sessions"][1]["charging_sessions"][0]["energy_kwhs"] > 0
    path = "/v1/customers/ev-charging-report"
    query = {"device_id": serial, "start": "x", "end": "x"}
    assert (await signed_in.call("GET", path, **query))[0] == 400
    query = {"device_id": signed_in.device("vue")["serial"]} | window(NOW, NOW + HOUR)
    assert (await signed_in.call("GET", path, **query))[0] == 400


async def test_rates(signed_in: Wire) -> None:
    """The whole object is written; the new price holds from now on."""
    wire, path = signed_in, f"/devices/{signed_in.gid}/locationProperties"
    location = await wire.get(path)
    embedded = (await wire.get("/customers/devices"))["devices"][0]
    assert embedded["locationProperties"] == location
    assert (await wire.call("PATCH", path, {"usageCentPerKwHour": 20}))[0] == 400
    for wrong in (-1, "20", None):
        body = location | {"usageCentPerKwHour": wrong}
        assert (await wire.call("PATCH", path, body))[0] == 400
    other = location | {"deviceGid": 1}
    assert (await wire.call("PATCH", path, other))[0] == 400
    dearer = location | {"usageCentPerKwHour": 30}
    assert (await wire.call("PATCH", path, dearer))[0] == 200
    assert (await wire.get(path))["usageCentPerKwHour"] == 30.0
    wire.cloud.clock.advance(timedelta(minutes=59))
    now = wire.cloud.clock.now()
    for at, price in ((NOW - HOUR, 0.15), (now, 0.3)):
        kwh = (await wire.usages(at, "1H"))["8"]["usage"]
        dollars = (await wire.usages(at, "1H", "Dollars"))["8"]["usage"]
        assert dollars == pytest.approx(kwh * price)
    day = (await wire.usages(now, "1D"))["8"]["usage"]
    dollars = (await wire.usages(now, "1D", "Dollars"))["8"]["usage"]
    assert day * 0.15 < dollars < day * 0.3
    wire.cloud.apply({"rates_unreadable": True})
    assert (await wire.call("GET", path))[0] == 400
    assert (await wire.call("PUT", path, dearer))[0] == 405


async def test_time_of_use(signed_in: Wire) -> None:
    """A flat plan for the charger."""
    answer = (await signed_in.get("/customers/timeofuse"))["timeOfUseManagement"]
    (device,) = answer["touDevices"]
    assert device["loadGid"] == signed_in.device("charger")["load_gid"]
    assert device["touRatePlan"]["weekdayPeriods"][0]["cost"] == 0.15


async def preferences(wire: Wire, accept: str = "*/*") -> tuple[int, str]:
    """Status and text of the preferences."""
    headers = {"Authorization": wire.tokens["IdToken"], "Accept": accept}
    url = f"{wire.cloud.url}/v1/customers/app-preferences"
    async with wire.session.get(url, headers=headers) as response:
        return response.status, await response.text()


async def test_preferences(signed_in: Wire) -> None:
    """Four ways to write them; who accepts only JSON is refused, but by a lenient cloud."""
    assert (await preferences(signed_in, "application/json"))[0] == 406
    status, text = await preferences(signed_in)
    plain = b64decode(json.loads(text)["preferences"]).decode()
    assert status == 200
    signed_in.cloud.apply({"preferences": "plain"})
    assert (await preferences(signed_in))[1] == plain
    signed_in.cloud.apply({"preferences": "bare", "preferences_refuse_json": False})
    status, text = await preferences(signed_in, "application/json")
    assert (status, b64decode(text).decode()) == (200, plain)
    signed_in.cloud.apply({"preferences": "rubbish"})
    with pytest.raises(json.JSONDecodeError):
        json.loads((await preferences(signed_in))[1])
    assert EmporiaCloud(lenient=True).extras.refuses_json is False


async def test_energy_management_reads(signed_in: Wire) -> None:
    """Who has what switched on: nothing, by default."""
    serial = signed_in.device("vue")["serial"]
    excess = await signed_in.get("/v1/customers/excess-generation")
    assert excess["monitors"] == [{"device_id": serial, "enabled": False}]
    path = "/v1/customers/energy-monitor/excess-generation"
    monitor = await signed_in.get(path, device_id=serial)
    load_gid = signed_in.device("charger")["load_gid"]
    assert monitor["loads"] == [{"load_gid": load_gid, "enabled": False}]
    assert (await signed_in.call("GET", path, device_id="A1"))[0] == 404
    power_smart = await signed_in.get("/v1/customers/power-smart")
    assert power_smart["monitors"] == [{"monitor_gid": signed_in.gid, "enabled": False}]
    peak = await signed_in.get("/v1/customers/peak-demand")
    assert peak["peak_demands"][0]["device_id"] == serial
    gid = str(signed_in.gid)
    firmware = await signed_in.get("/devices/firmwareuptodate", deviceGids=gid)
    assert firmware == [{"deviceGid": signed_in.gid, "firmwareUpToDate": True}]


async def test_vehicles(signed_in: Wire) -> None:
    """A linked car, which knows whether it charges."""
    (car,) = await signed_in.get("/customers/vehicles")
    gid = str(car["vehicleGid"])

    async def state() -> dict[str, Any]:
        answer = await signed_in.get("/vehicles/v2/settings", vehicleGid=gid)
        settings: dict[str, Any] = answer["settings"]
        return settings

    signed_in.cloud.apply({"plug_out": None})
    assert (await state())["chargingState"] == "Stopped"
    signed_in.cloud.apply({"plug_in": None})
    assert (await state())["chargingState"] == "Charging"
    status, _ = await signed_in.call("GET", "/vehicles/v2/settings", vehicleGid="1")
    assert status == 401


@pytest.mark.parametrize(
    ("flag", "status", "text"),
    [(None, 403, "AccessDenied"), ("", 404, "Error"), ("down", 200, '{"msg": "down"}')],
)
async def test_maintenance(
    wire: Wire, flag: str | None, status: int, text: str
) -> None:
    """The flag needs no token."""
    wire.cloud.apply({"maintenance": flag})
    async with wire.session.get(wire.cloud.url + FLAG) as response:
        assert response.status == status
        assert text in await response.text()
