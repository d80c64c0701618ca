"""The cloud as a whole: announcement, command line, control address, faults, seeds."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import json
from pathlib import Path
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from tests.clouds import running
from tests.clouds.elecnova import ElecnovaCloud, __doc__ as switches
from tests.clouds.errors import ControlError

from .listener import listening
from .wire import Wire

ROOT = Path(__file__).parents[3]
CABINETS = "/api/v1/dev"
ENDPOINTS = (
    "/comm/client",
    "/api/v1/dev",
    "/api/v1/dev/{sn}",
    "/api/v1/dev/topic/{mqtt_client_id}/{sn}",
    "/api/v1/dev/pv/power-cap/{sn}",
    "/api/v1/dev/pv/power-gen/daily/{sn}",
    "/api/v1/dev/pv/power-gen/monthly/{sn}",
    "/api/v1/dev/pv/power-gen/yearly/{sn}",
    "/api/v2/projects",
    "/api/v2/project/{id}/sites",
    "/api/v2/site/{id}/devices",
)


def command(*options: str) -> subprocess.Popen[str]:
    """Start the command line."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.clouds", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_command_line() -> None:
    """One JSON line when ready, with hosts, certificate and accounts; serves until SIGTERM."""
    options = ["--port", "0", "--mqtt-port", "0", "--seed", "7", "--lenient"]
    now = ["--now", "2026-03-10T12:00:00Z"]
    with command("elecnova", *options, *now) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert ready["provider"] == "elecnova"
    assert set(ready["hosts"]) == {"api", "mqtt"}
    assert ready["hosts"]["mqtt"].startswith("mqtts://localhost:")
    assert ready["ca"].startswith("-----BEGIN CERTIFICATE-----")
    assert ready["accounts"] == ElecnovaCloud(seed=7).accounts
    assert ready["accounts"] != ElecnovaCloud(seed=8).accounts


def test_port_for_a_broker_that_is_not_there() -> None:
    """Other clouds have none."""
    with command("flowerhub", "--port", "0", "--mqtt-port", "0") as process:
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (1, "flowerhub has no broker\n")


@pytest.mark.parametrize("option", ["--port", "--mqtt-port"])
def test_taken_port(socket_enabled: None, option: str) -> None:
    """An error, for either of the two."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        options = {"--port": "0", "--mqtt-port": "0"} | {option: port}
        words = [word for pair in options.items() for word in pair]
        with command("elecnova", *words) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "in use" in errors
    assert "Traceback" not in errors


async def test_taken_ports(elecnova: ElecnovaCloud) -> None:
    """The same within a process: nothing is served then, and another start may follow."""
    cloud = ElecnovaCloud()
    rest = int(elecnova.url.rpartition(":")[2])
    for port, cloud.mqtt_port in ((0, elecnova.messenger.port), (rest, 0)):
        with pytest.raises(OSError, match="in use"):
            await cloud.start(port)
    async with running(cloud):
        assert cloud.hosts["api"] != elecnova.hosts["api"]


def test_accounts() -> None:
    """The first is complete; no two share an id."""
    accounts = ElecnovaCloud().accounts
    names = [each["name"] for each in accounts]
    assert names == ["solar_site", "aggregator", "no_sun", "newcomer"]
    assert all(accounts[0].values())
    assert accounts[2]["meter"] is None
    assert accounts[3]["cabinet"] is None
    for key in ("client_id", "client_secret", "mqtt_id", "mqtt_password", "cabinet"):
        ids = [each[key] for each in accounts if each[key] is not None]
        assert len(ids) == len(set(ids))


def test_every_switch_is_documented() -> None:
    """The package's docstring lists them all, and no other."""
    assert switches is not None
    for switch in ElecnovaCloud().switches():
        assert f'{{"{switch}":' in switches, switch


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"token_life": 0}, "token_life"),
        ({"revoke_tokens": "nobody"}, "no such account"),
        ({"secret": {"account": "no_sun", "secret": ""}}, "secret"),
        ({"whitelist": {"account": "no_sun"}}, "addresses"),
        ({"requests_per_second": 0}, "requests_per_second"),
        ({"look": {"no_such": True}}, "no_such"),
        ({"look": {"style": {"pv": "fancy"}}}, "style"),
        ({"look": {"style": {"no_such": "bare"}}}, "no_such"),
        ({"offline": "nothing"}, "no such device"),
        ({"outage": {"inverter": "no_sun"}}, "start"),
        ({"correct": {"inverter": "solar_site"}}, "start"),
        ({"day_total": {"inverter": "solar_site", "day": "x", "kwh": 1}}, "day"),
        ({"broker": "sideways"}, "broker"),
        ({"refuse": "politely"}, "refuse"),
        ({"topics": {"style": "loud"}}, "style"),
        ({"delivery": {"qos": 2}}, "qos"),
        ({"messages": {"cabinet_shape": "round"}}, "cabinet_shape"),
        ({"publish": False}, "publish"),
        ({"say": {"device": "nothing", "payload": 1}}, "no such device"),
        ({"thief": "nobody"}, "no such account"),
        ({"kick": "nobody"}, "no such account"),
    ],
)
def test_switches_refuse_nonsense(state: dict[str, Any], text: str) -> None:
    """A wrong value is an error that says where."""
    with pytest.raises(ControlError, match=text):
        ElecnovaCloud().apply(state)


@pytest.mark.parametrize(
    ("start", "end", "inverter", "text"),
    [
        ("10:00", "10:00", "solar_site", "end is not after"),
        ("10:00", "11:00", "no_sun", "no such inverter"),
    ],
)
def test_spans_that_make_no_sense(
    start: str, end: str, inverter: str, text: str
) -> None:
    """The same for what needs more to be seen."""
    span = {"start": f"2026-11-19T{start}:00Z", "end": f"2026-11-19T{end}:00Z"}
    cloud = ElecnovaCloud()
    with pytest.raises(ControlError, match=text):
        cloud.apply({"outage": {"inverter": inverter} | span})
    watts = {"inverter": "solar_site", "start": "2026-11-19T10:01:00Z", "watts": 1}
    with pytest.raises(ControlError, match="no point begins"):
        cloud.apply({"correct": watts})
    with pytest.raises(ControlError, match="only a component"):
        cloud.apply({"alarm": cloud.accounts[0]["cabinet"]})


async def test_control_address(signed_in: Wire) -> None:
    """Truth, switches and the request log over HTTP; a switch is done when its call returns."""
    wire, cloud = signed_in, signed_in.cloud
    account = {"account": wire.account["account"]}
    async with wire.session.get(f"{cloud.control}/truth", params=account) as answer:
        truth = await answer.json()
    assert truth == cloud.truth("solar_site", None, None)
    state = {"broker": "down", "v2": False}
    async with wire.session.post(f"{cloud.control}/state", json=state) as answer:
        assert (answer.status, await answer.json()) == (200, dict.fromkeys(state))
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", cloud.messenger.port)
    assert await wire.status("/api/v2/projects") == 404
    logged = cloud.requests.entries
    assert [each.path for each in logged] == ["/comm/client", "/api/v2/projects"]
    assert {each.account for each in logged} == {"solar_site"}


async def test_failed_restart(
    elecnova: ElecnovaCloud, signed_in: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops the cloud learns that the broker could not be started again."""

    async def fail(port: int, certificate: object) -> None:
        raise OSError("the port is taken")

    with monkeypatch.context() as patch:
        patch.setattr(elecnova.messenger._broker, "start", fail)
        elecnova.apply({"broker": "up"})
        await elecnova.settle()
        with pytest.raises(OSError, match="the port is taken"):
            await elecnova.stop()


async def test_truth(elecnova: ElecnovaCloud) -> None:
    """The series of the cabinets of an account, or of one of them."""
    series = elecnova.truth("no_sun", None, None)["series"]
    serial = elecnova.accounts[2]["cabinet"]
    assert set(series) == {
        f"{flow}/{serial}"
        for flow in (
            "load",
            "consumption",
            "return",
            "battery_charge",
            "battery_discharge",
            "state_of_charge",
        )
    }
    assert {len(each) for each in series.values()} == {576}
    south = elecnova.accounts[1]["sites"][1]["cabinets"][0]
    for meter in (south["cabinet"], south["meter"]):
        series = elecnova.truth("aggregator", None, None, meter=meter)["series"]
        assert len(series) == 8
        assert all(south["cabinet"] in name for name in series)
        days = series[f"pv_day/{south['meter']}"]
        assert [each["over"] for each in days] == [True, False]
    with pytest.raises(ControlError, match="no meter"):
        elecnova.truth("solar_site", None, None, meter=south["meter"])
    assert elecnova.truth("newcomer", None, None)["series"] == {}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"kind": "status", "status": 503}, 503, "simulated"),
        ({"kind": "rate_limited", "retry_after": 7}, 429, "Too Many"),
        ({"kind": "html"}, 200, "<!DOCTYPE"),
        ({"kind": "truncated"}, 200, ""),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "wrong_types"}, 200, ""),
    ],
    ids=str,
)
async def test_faults(
    signed_in: Wire, endpoint: str, fault: dict[str, Any], status: int, text: str
) -> None:
    """Each endpoint can have each of them."""
    wire, cloud = signed_in, signed_in.cloud
    (project,) = cloud.customers.accounts[0].projects
    tail = wire.account["meter" if "/pv/" in endpoint else "cabinet"]
    path = endpoint.format(
        sn=tail,
        mqtt_client_id=wire.account["mqtt_id"],
        id=project.project_id if "project/" in endpoint else project.sites[0].site_id,
    )
    query = {"month": "2026-11", "year": "2026", "mode": "1"}
    span = {"begin": "2026-11-19T11:00:00Z", "end": "2026-11-19T11:10:00Z"}
    usual = await (await wire.send(path, **query, **span)).text()
    cloud.faults.add(endpoint=endpoint, times=1, **fault)
    response = await wire.send(path, **query, **span)
    assert response.status == status
    assert (body := await response.text()) != usual
    assert text in body
    assert await wire.status(path, **query, **span) == 200


def test_endpoints() -> None:
    """Those that are documented, and no other (wire 4)."""
    routes = ElecnovaCloud().routes()
    assert sorted((each.method, each.path) for each in routes) == sorted(
        ("GET", each) for each in ENDPOINTS
    )


async def test_two_accounts(wires: Callable[[str], Wire]) -> None:
    """Each has cabinets, tokens and energy of its own."""
    one, other = wires("solar_site"), wires("aggregator")
    await one.sign_in()
    await other.sign_in()
    rows = [await each.data(each.energy("daily")) for each in (one, other)]
    assert rows[0] != rows[1]
    one.cloud.apply({"revoke_tokens": "solar_site"})
    assert [await one.status(CABINETS), await other.status(CABINETS)] == [401, 200]


def test_same_seed_same_truth() -> None:
    """Two clouds of one seed tell the same; of another seed something else."""
    clouds = [ElecnovaCloud(seed=seed) for seed in (1, 1, 2)]
    for cloud in clouds:
        cloud.clock.set(clouds[0].clock.now(), frozen=True)
    one, same, other = (
        list(cloud.truth(None, None, None)["series"].values())[0] for cloud in clouds
    )
    assert one == same != other


async def test_nothing_is_left(wire: Wire) -> None:
    """A stopped cloud has no tasks, also with clients, thieves and a mute broker; it can be started again."""
    before = asyncio.all_tasks()
    cloud = ElecnovaCloud(seed=3)
    for state in ({}, {"broker": "mute"}, {"broker": "down"}):
        async with running(cloud):
            other = Wire(cloud, wire.session, cloud.accounts[0])
            async with listening(other) as listener:
                cloud.apply({"publish": True, "thief": "no_sun"})
                await listener.one()
                cloud.apply(state or {"v2": True})
                await asyncio.sleep(0)  # what was asked for has begun
                await cloud.stop()
                await listener.cut_off()
        cloud.door.mute = False
    async with asyncio.timeout(60):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0)
    cloud.clock.advance(timedelta(days=1))
    async with running(cloud):
        assert await Wire(cloud, wire.session, cloud.accounts[0]).sign_in()
