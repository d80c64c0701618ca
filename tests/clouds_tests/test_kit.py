"""Control address, clock, request log and command line."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

import aiohttp
from freezegun.api import FrozenDateTimeFactory
import pytest

from tests.clouds import Cloud, running
from tests.clouds.clock import Clock
from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.emporia import EmporiaCloud
from tests.clouds.errors import ControlError
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds.iec import IecCloud

from .conftest import NOW

ROOT = Path(__file__).parents[2]


async def control(
    session: aiohttp.ClientSession,
    cloud: Cloud,
    method: str,
    path: str,
    body: Any = None,
    **params: str,
) -> tuple[int, Any]:
    """Call the control address."""
    url = f"{cloud.control}/{path}"
    data = body if isinstance(body, bytes) else json.dumps(body)
    async with session.request(method, url, data=data, params=params) as response:
        return response.status, await response.json()


def test_clock_follows_a_frozen_clock(freezer: FrozenDateTimeFactory) -> None:
    """A test that freezes time moves the cloud with it, whatever the offset."""
    freezer.move_to("2026-03-08T06:00:00Z")
    clock = Clock()
    assert clock.now() == datetime(2026, 3, 8, 6, tzinfo=UTC)
    clock.advance(timedelta(hours=2))
    freezer.tick(60)
    assert clock.now() == datetime(2026, 3, 8, 8, 1, tzinfo=UTC)
    clock.set(NOW, frozen=True)
    freezer.tick(60)
    assert clock.now() == NOW
    clock.advance(timedelta(seconds=5))
    assert clock.now() == NOW + timedelta(seconds=5)
    clock.advance(timedelta(), frozen=False)
    freezer.tick(60)
    assert clock.now() == NOW + timedelta(seconds=65)


async def test_clock_over_the_wire(
    session: aiohttp.ClientSession, dominion: DominionCloud
) -> None:
    """`now` sets, `advance` shifts, `frozen` stops and starts."""
    _, answer = await control(
        session, dominion, "POST", "clock", {"now": "2026-07-01T00:00:00Z"}
    )
    assert answer == {"now": "2026-07-01T00:00:00+00:00"}
    await control(session, dominion, "POST", "clock", {"advance": 90})
    assert dominion.clock.now() == datetime(2026, 7, 1, 0, 1, 30, tzinfo=UTC)
    await control(session, dominion, "POST", "clock", {"frozen": False})
    moving = dominion.clock.now()
    assert dominion.clock.now() > moving


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("POST", "state", {"no_such": 1}, "no such switch: no_such"),
        ("POST", "state", {}, "no such switch: nothing"),
        ("POST", "state", {"lock": "nobody"}, "lock: no such account: 'nobody'"),
        ("POST", "state", {"values": {"type": [1]}}, "values: "),
        ("POST", "state", b"{", "not JSON"),
        ("POST", "state", [1], "must be a JSON object"),
        ("POST", "clock", {"now": "noon"}, "not an ISO time"),
        ("POST", "clock", {"now": "2026-01-01T00:00:00"}, "no UTC offset"),
        ("POST", "clock", {"advance": "1"}, "advance"),
        ("POST", "clock", {}, "length"),
        ("POST", "clock", {"now": "2026-01-01T00:00:00Z", "advance": 1}, "jump"),
        ("POST", "faults", {"kind": "drop"}, "endpoint"),
        ("POST", "faults", {"endpoint": "*", "kind": "no_such"}, "kind"),
        ("POST", "faults", {"endpoint": "/no", "kind": "drop"}, "no endpoint fits"),
        ("POST", "faults", {"endpoint": "*", "kind": "drop", "time": 1}, "time"),
        ("POST", "faults", {"endpoint": "*", "kind": "drop", "times": 0}, "times"),
        ("GET", "truth?account=nobody", None, "no such account"),
        ("GET", "truth?until=now", None, "until"),
        ("GET", "truth?account=newcomer", None, "has no accounts"),
        ("GET", "truth?meter=1", None, "has no meter '1'"),
    ],
)
async def test_control_refuses_nonsense(
    session: aiohttp.ClientSession,
    dominion: DominionCloud,
    method: str,
    path: str,
    body: Any,
    text: str,
) -> None:
    """A call that makes no sense says why, and does nothing."""
    status, answer = await control(session, dominion, method, path, body)
    assert status == 400
    assert text in answer["error"]
    assert dominion.faults.entries == []
    assert dominion.clock.now() == NOW


async def test_unknown_switch_leaves_the_others_alone(dominion: DominionCloud) -> None:
    """Nothing is done when one key is unknown."""
    with pytest.raises(ControlError, match="no such switch"):
        dominion.apply({"publish_delay_hours": 5, "no_such": 1})
    assert dominion.readings.delay_hours == 0


async def test_strange_values(
    session: aiohttp.ClientSession, dominion: DominionCloud
) -> None:
    """They stand in all answers at any depth, in place of plain values only."""
    path = f"{dominion.hosts['data']}/Service/api/1/FromDb/GetBpNumber"
    headers = {"User-Agent": "Mozilla/5.0", "uid": "1", "pt": "1", "channel": "WEB"}

    async def ask() -> Any:
        async with session.get(path, headers=headers) as response:
            assert response.status == 401
            return await response.json()

    before = await ask()
    strange = {"type": "melting", "status": 7, "absent": 1}
    await control(session, dominion, "POST", "state", {"values": strange})
    status = before["status"] | {"type": "melting"}
    assert await ask() == before | {"status": status}
    await control(session, dominion, "POST", "state", {"values": {}})
    assert await ask() == before


async def test_unknown_control_path(
    session: aiohttp.ClientSession, dominion: DominionCloud
) -> None:
    """No silent success on a misspelt path or method."""
    async with session.post(f"{dominion.control}/fault", json={}) as response:
        assert response.status == 404
    async with session.put(f"{dominion.control}/faults", json={}) as response:
        assert response.status == 405


async def test_request_log(
    session: aiohttp.ClientSession, dominion: DominionCloud
) -> None:
    """Requests stand there with template and status; control calls do not."""
    await (await session.get(f"{dominion.hosts['login']}/CommonLogin")).read()
    meters = "/AccountManagementapi/api/1/Meters/Meter/accountNumber"
    await (await session.get(f"{dominion.hosts['data']}{meters}/1")).read()
    await (await session.get(f"{dominion.hosts['data']}/nowhere")).read()
    _, entries = await control(session, dominion, "GET", "requests")
    time = "2026-11-20T17:00:00+00:00"
    assert entries == [
        {
            "time": time,
            "method": "GET",
            "path": path,
            "account": None,
            "status": status,
        }
        for path, status in (
            ("/CommonLogin", 200),
            (f"{meters}/{{account}}", 403),
            ("/nowhere", 404),
        )
    ]
    assert dominion.requests.count("/CommonLogin") == 1
    assert dominion.requests.by_path()["/nowhere"] == 1
    await control(session, dominion, "DELETE", "requests")
    assert (await control(session, dominion, "GET", "requests"))[1] == []


async def test_truth_over_the_wire(
    session: aiohttp.ClientSession, dominion: DominionCloud
) -> None:
    """The control address tells what the Python call tells; a bare plus sign in a time is understood."""
    account = dominion.accounts[0]["account"]
    start = datetime(2026, 11, 18, 5, tzinfo=UTC)
    end = start + timedelta(hours=1)
    status, answer = await control(
        session,
        dominion,
        "GET",
        f"truth?account={account}&start={start.isoformat()}&end={end.isoformat()}",
    )
    assert status == 200
    assert answer == dominion.truth(account, start, end)
    assert [row["start"] for row in answer["series"]["consumption"]] == [
        "2026-11-18T05:00:00+00:00",
        "2026-11-18T05:30:00+00:00",
    ]


@pytest.mark.parametrize(
    "kind", [DominionCloud, ElecnovaCloud, EmporiaCloud, FlowerhubCloud, IecCloud]
)
async def test_truth_of_one_series(
    session: aiohttp.ClientSession, kind: type[Cloud]
) -> None:
    """It is what all series together have of it."""
    async with running(kind(now=NOW)) as cloud:
        series = cloud.truth(None, None, None)["series"]
        name = list(series)[-1]
        _, answer = await control(session, cloud, "GET", f"truth?only={name}")
    assert len(series) > 1
    assert answer["series"] == {name: series[name]}


def test_command_line() -> None:
    """One JSON line when ready; serves until SIGTERM; the same seed makes the same people."""
    command = [sys.executable, "-m", "tests.clouds", "dominion_energy"]
    options = ["--port", "0", "--seed", "7", "--now", "2026-03-10T12:00:00Z"]
    with subprocess.Popen(
        [*command, *options, "--lenient"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert set(ready) == {"provider", "hosts", "accounts", "control"}
    assert ready["provider"] == "dominion_energy"
    assert set(ready["hosts"]) == {"login", "gigya", "data"}
    assert ready["accounts"] == DominionCloud(seed=7).accounts
    assert ready["accounts"] != DominionCloud(seed=8).accounts
    assert ready["control"].startswith("http://localhost:")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["nobody", "--port", "0"], "invalid choice"),
        (["dominion_energy"], "--port"),
        (["dominion_energy", "--port", "0", "--now", "noon"], "not an ISO time"),
    ],
)
def test_command_line_refuses_nonsense(arguments: list[str], text: str) -> None:
    """A wrong argument ends with an error and without a line."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.clouds", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert result.stdout == ""
    assert text in result.stderr
