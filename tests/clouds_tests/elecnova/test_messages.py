"""What messages tell, and in which shapes (wire 4.7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
import gzip
from itertools import pairwise
import json
from typing import Any

import pytest

from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.elecnova.payloads import RUBBISH

from .listener import Listener, ask, connected, listening
from .wire import Wire

NOON = datetime.fromisoformat("2026-06-19T12:02:00+02:00")
TIME = "2026-06-19T10:02:00Z"


@pytest.fixture(autouse=True)
def at_noon(elecnova: ElecnovaCloud) -> None:
    """Let the sun shine."""
    elecnova.clock.set(NOON)


async def published(
    wire: Wire, listener: Listener, count: int = 1, **look: Any
) -> list[tuple[str, Any]]:
    """What is told in a certain look."""
    wire.cloud.apply({"messages": {"reset": True} | look})
    wire.cloud.apply({"publish": True})
    return await listener.take(count)


async def tree(wire: Wire, listener: Listener, **look: Any) -> dict[str, Any]:
    """The points of all parts of the cabinet, told in a certain look."""
    ((_, payload),) = await published(wire, listener, **look)
    data: dict[str, Any] = payload["data"]
    return data


async def test_values_are_those_of_the_household(wire: Wire) -> None:
    """Power is what flows in these five minutes, and the balance is right; REST tells the same."""
    async with listening(wire) as listener:
        data = await tree(wire, listener)
    start = NOON - timedelta(minutes=2)
    end = start + timedelta(minutes=5)
    flows = {
        name.partition("/")[0]: each[0]["value"] * 12
        for name, each in wire.cloud.truth(None, start, end)["series"].items()
        if each
    }
    battery = flows["battery_discharge"] - flows["battery_charge"]
    grid = flows["consumption"] - flows["return"]
    assert data["pv_01"]["activePower"] == pytest.approx(flows["pv_energy"], abs=1e-3)
    assert data["pcs_01"]["activePower"] == pytest.approx(battery, abs=1e-3)
    assert data["meter_01"]["activePower"] == pytest.approx(grid, abs=1e-3)
    assert data["ems_01"]["loadPower"] == pytest.approx(flows["load"], abs=1e-3)
    assert flows["load"] == pytest.approx(grid + battery + flows["pv_energy"], abs=1e-4)
    assert battery < -1
    assert data["bms_01"]["status"] == "charging"
    charged = flows["state_of_charge"] / 12
    assert data["bms_01"]["soc"] == pytest.approx(charged, abs=4)
    assert 10 < charged < data["bms_01"]["soc"] < 100
    wire.cloud.clock.advance(timedelta(minutes=5))
    span = {"begin": start.isoformat(), "end": end.isoformat()}
    (row,) = await wire.data(wire.power, **span)
    assert row["value"] / 1000 == pytest.approx(data["pv_01"]["activePower"], abs=1e-3)


async def test_counters_grow_by_what_flowed(wire: Wire) -> None:
    """Over midnight, too; only the counters of the day begin anew."""
    counters = {
        ("pcs_01", "totalCharge"): "battery_charge",
        ("pcs_01", "totalDischarge"): "battery_discharge",
        ("meter_01", "forwardActiveEnergy"): "consumption",
        ("meter_01", "reverseActiveEnergy"): "return",
        ("pv_01", "totalYield"): "pv_energy",
    }
    told, times = [], [NOON + timedelta(hours=n) for n in (0, 11, 13, 24)]
    async with listening(wire) as listener:
        for time in times:
            wire.cloud.clock.set(time)
            told.append(await tree(wire, listener))
    late = timedelta(minutes=2)
    for (before, after), (start, end) in zip(
        pairwise(told), pairwise(times), strict=True
    ):
        truth = wire.cloud.truth(None, start - late, end - late)["series"]
        for (part, point), series in counters.items():
            (values,) = [v for k, v in truth.items() if k.startswith(f"{series}/")]
            flowed = sum(each["value"] for each in values)
            grown = after[part][point] - before[part][point]
            assert grown == pytest.approx(flowed, abs=3), point
            assert grown >= 0
    today = [each["ems_01"]["todayCharge"] for each in told]
    assert today[1] > today[2]


async def test_the_battery_rests_and_gives(wire: Wire) -> None:
    """Its state follows its power."""
    seen = set()
    async with listening(wire) as listener:
        for hour in range(24):
            wire.cloud.clock.set(NOON + timedelta(hours=hour))
            data = await tree(wire, listener)
            power = data["pcs_01"]["activePower"]
            expected = "discharging" if power > 0 else "charging"
            seen.add(status := data["bms_01"]["status"])
            assert status in (expected, "idle")
    assert seen == {"idle", "charging", "discharging"}


async def test_tree(wire: Wire) -> None:
    """The usual shape of a cabinet's messages."""
    async with listening(wire) as listener:
        ((_, payload),) = await published(wire, listener)
    assert (payload["sn"], payload["time"]) == (wire.account["cabinet"], TIME)
    assert set(payload) == {"sn", "time", "data"}
    assert list(payload["data"])[:3] == ["ems_01", "bms_01", "pcs_01"]


async def test_component(wire: Wire) -> None:
    """The usual shape of a component's messages; on a cabinet's topic there is one for each."""
    async with listening(wire, mode=2) as listener:
        messages = await published(wire, listener, 8)
    bms = messages[1][1]
    assert bms["sn"] == f"BMS{wire.account['cabinet']}"
    assert bms["component"] == "ess.bms"
    assert bms["ts"] == 1781863320000
    async with listening(wire) as listener:
        look: Any = {"cabinet_shape": "component", "component_shape": None}
        again = await published(wire, listener, 8, **look)
    assert [payload for _, payload in again] == [payload for _, payload in messages]


async def test_points(wire: Wire) -> None:
    """A list with units."""
    async with listening(wire) as listener:
        ((_, payload),) = await published(wire, listener, cabinet_shape="points")
        assert payload["ts"] == 1781863320
        rows = {row["code"]: row for row in payload["points"]}
        assert rows["bms_01.soc"]["unit"] == "%"
        assert set(rows["bms_01.status"]) == {"code", "value"}
        look: Any = {"units": False, "text_numbers": True, "time_key": "none"}
        ((_, payload),) = await published(
            wire, listener, cabinet_shape="points", **look
        )
    assert set(payload) == {"sn", "points"}
    values = [row["value"] for row in payload["points"] if "alarm" not in row["code"]]
    assert {type(each) for each in values} == {str}
    assert all("unit" not in row for row in payload["points"])


@pytest.mark.parametrize(
    ("owner", "key"),
    [
        ("location", "bms_01.soc"),
        ("serial", "BMS{}.soc"),
        ("code", "ess.bms.soc"),
        ("none", "soc"),
    ],
)
async def test_flat(wire: Wire, owner: str, key: str) -> None:
    """Keys may name the part by location, serial, code, or not at all."""
    async with listening(wire) as listener:
        look: Any = {"cabinet_shape": "flat", "owner": owner}
        ((_, payload),) = await published(wire, listener, **look)
    assert isinstance(payload[key.format(wire.account["cabinet"])], float)
    assert "sn" not in payload


async def test_first_of_several(wires: Callable[[str], Wire]) -> None:
    """Under one code, the first of several components is told."""
    wire = wires("aggregator")
    async with listening(wire) as listener:
        data = await tree(wire, listener, owner="code")
        assert len(data) == 9
        data = await tree(wire, listener)
        assert len(data) == 15
        assert data["battery_05"]["soc"] == data["battery_01"]["soc"]
        assert data["dehumidifier_01"] == {"alarm": False}


@pytest.mark.parametrize(
    ("look", "key", "value"),
    [
        ({"time_key": "timestamp"}, "timestamp", TIME),
        ({"time_key": "t", "time_form": "seconds"}, "t", 1781863320),
        ({"time_form": "milliseconds"}, "time", 1781863320000),
    ],
)
async def test_times(wire: Wire, look: dict[str, Any], key: str, value: Any) -> None:
    """Names and forms of the time."""
    async with listening(wire) as listener:
        ((_, payload),) = await published(wire, listener, **look)
    assert payload[key] == value


async def test_signs_and_units(wire: Wire) -> None:
    """What is positive, and whether in kW."""
    async with listening(wire) as listener:
        usual = await tree(wire, listener)
        turned = await tree(wire, listener, battery_positive="charging")
        assert turned["pcs_01"]["activePower"] == -usual["pcs_01"]["activePower"] > 0
        assert turned["bms_01"]["current"] == -usual["bms_01"]["current"]
        assert turned["meter_01"] == usual["meter_01"]
        turned = await tree(wire, listener, grid_positive="export")
        assert turned["meter_01"]["activePower"] == -usual["meter_01"]["activePower"]
        watts = await tree(wire, listener, power_unit="W")
    for part in ("pcs_01", "pv_01", "meter_01"):
        kilowatts = usual[part]["activePower"]
        assert watts[part]["activePower"] == round(kilowatts * 1000, 1)
    assert watts["pv_01"]["totalYield"] == usual["pv_01"]["totalYield"]


async def test_other_points(wire: Wire) -> None:
    """Other names, unknown ones, none, and values that are null."""
    async with listening(wire) as listener:
        other = await tree(wire, listener, names="other", unknown_points=True)
        assert "StateOfCharge" in other["bms_01"]
        assert "P" in other["pcs_01"]
        assert other["bms_01"]["mode7"] == "eco"
        less = await tree(
            wire,
            listener,
            counters=False,
            missing_points=["soh"],
            null_points=["soc"],
        )
    assert less["bms_01"]["soc"] is None
    assert "soh" not in less["bms_01"]
    assert set(less["pv_01"]) == {"activePower", "alarm"}


async def test_compressed(wire: Wire) -> None:
    """A message may be compressed by gzip."""
    async with listening(wire) as listener:
        wire.cloud.apply({"messages": {"compressed": True}, "publish": True})
        _, raw = await listener.raw()
    assert json.loads(gzip.decompress(raw))["sn"] == wire.account["cabinet"]


async def test_rubbish(wire: Wire) -> None:
    """What makes no sense comes before what does."""
    async with listening(wire) as listener:
        wire.cloud.apply({"messages": {"rubbish": True}, "publish": True})
        raw = [(await listener.raw())[1] for _ in RUBBISH]
        assert tuple(raw) == RUBBISH
        assert (await listener.one())["sn"] == wire.account["cabinet"]


async def test_anything(wire: Wire) -> None:
    """A test can say what it wants on the topic of a cabinet or a component."""
    cabinet, part = wire.account["cabinet"], wire.account["meter"]
    async with listening(wire, mode=2) as listener:
        wire.cloud.apply({"say": {"device": part, "payload": {"any": [1]}}})
        topic, payload = (await listener.take(1))[0]
    assert topic == f"demo/ess/{cabinet}/{part}/data"
    assert payload == {"any": [1]}


async def test_alarm(wire: Wire) -> None:
    """It is told at once on the topics of alarms, and stands in the points until it ends."""
    fire = f"FIRE{wire.account['cabinet']}"
    async with listening(wire) as listener:
        wire.cloud.apply({"alarm": fire})
        ((topic, payload),) = await listener.take(1)
        assert topic == listener.topics[1]
        assert payload == {
            "sn": fire,
            "component": "ess.fire",
            "ts": 1781863320000,
            "data": {"alarm": True},
        }
        assert (await tree(wire, listener))["fire_01"] == {"alarm": True}
        wire.cloud.apply({"alarm": {"device": fire, "active": False}})
        assert (await listener.one())["data"] == {"alarm": False}
        assert (await tree(wire, listener))["fire_01"] == {"alarm": False}


async def test_offline(wire: Wire) -> None:
    """Who is offline tells nothing."""
    cabinet, part = wire.account["cabinet"], wire.account["meter"]
    async with listening(wire) as listener:
        wire.cloud.apply({"offline": part})
        data = await tree(wire, listener)
        assert "pv_01" not in data
        assert "bms_01" in data
        wire.cloud.apply({"offline": cabinet})
        wire.cloud.apply({"publish": True})
        wire.cloud.apply({"say": {"device": cabinet, "payload": "only"}})
        assert (await listener.raw())[1] == b"only"


async def test_cabinet_without_parts(wires: Callable[[str], Wire]) -> None:
    """There is nothing to tell of it."""
    wire = wires("aggregator")
    await wire.sign_in()
    serials = [each["cabinet"] for each in wire.account["sites"][0]["cabinets"]]
    async with connected(wire, await ask(wire, *serials[2:4])) as listener:
        ((_, payload),) = await published(wire, listener)
    assert payload["sn"] == serials[3]


async def test_interval(wire: Wire) -> None:
    """Messages come when their time has come by the cloud's clock, also after it was set back."""
    async with listening(wire) as listener:
        wire.cloud.apply({"delivery": {"interval": 60}})
        await listener.one()
        for step, time in ((60, "10:03:00"), (-3600, "09:03:00"), (61, "09:04:01")):
            wire.cloud.clock.advance(timedelta(seconds=step))
            assert (await listener.one())["time"] == f"2026-06-19T{time}Z"


async def test_forged_messages(wire: Wire) -> None:
    """Clients may not tell anything."""
    async with listening(wire) as listener:
        await listener.client.publish(listener.topics[0], b"forged", qos=1)
        wire.cloud.apply({"publish": True})
        assert (await listener.one())["sn"] == wire.account["cabinet"]
