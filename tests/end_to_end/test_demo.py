"""The command of the README that a newcomer tries first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import re
import signal
from types import SimpleNamespace

from aiohttp import ClientConnectionError, ClientSession, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
import pytest

from .api import ApiError
from .commands import Commands
from .demo import until_stopped
from .simulator import ROOT

_SECONDS = 280


@asynccontextmanager
async def _demo(
    temporary: Path, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the demo with a folder for its temporary files."""
    demo = await asyncio.create_subprocess_exec(
        ROOT / "scripts" / "demo",
        *arguments,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            yield demo
    finally:
        if demo.returncode is None:
            demo.terminate()
            await demo.communicate()


async def _said(demo: asyncio.subprocess.Process) -> str:
    """Return all that is said until the demo can be looked at, or has ended."""
    assert demo.stdout is not None
    output = ""
    while line := await demo.stdout.readline():
        output += line.decode()
        if "Ctrl-C ends the demo." in output:
            break
    return output


@pytest.mark.parametrize(
    "newest",
    [True, False] if "HASS_PYTHON" in os.environ else [False],
    ids=lambda newest: "newest" if newest else "own",
)
async def test_demo_shows_what_the_clouds_know(
    tmp_path: Path,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    *,
    newest: bool,
) -> None:
    """The demo's own check finds every hour as the simulators have it.

    Where whole programs run on the newest Home Assistant, this one does on both.
    """
    if not newest:
        monkeypatch.delenv("HASS_PYTHON", raising=False)
    async with _demo(tmp_path, "--check") as demo:
        output, _ = await demo.communicate()
    assert demo.returncode == 0, output.decode()
    assert b"Everything is as it should be." in output
    assert not list(tmp_path.iterdir())


async def test_pauses_are_survived(socket_enabled: None) -> None:
    """Home Assistant asks whether somebody is there: nothing needs to be sent then."""

    async def ask(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.ping()
        heard.set_result((await socket.receive()).type)
        return socket

    heard = asyncio.get_running_loop().create_future()
    app = web.Application()
    app.router.add_get("/", ask)
    async with asyncio.timeout(60), TestClient(TestServer(app)) as client:
        commands = Commands(await client.ws_connect("/"))
        assert await heard is WSMsgType.PONG
        await commands.close()


async def test_a_day_passes(tmp_path: Path, socket_enabled: None) -> None:
    """What happens at the clouds in the time-lapse arrives in Home Assistant."""
    async with _demo(tmp_path, "--time-lapse", "--pause", "0") as demo:
        output = await _said(demo)
        demo.send_signal(signal.SIGINT)
        await demo.communicate()
    assert demo.returncode == 0, output
    assert "The day is over." in output, output
    seen = re.findall(r"Seen: (.*)", output)
    assert seen[:2] == [
        "binary_sensor.iec_contract_outage is on",
        "binary_sensor.iec_contract_outage is off",
    ]
    assert "last_bill_end is no longer" in seen[2]
    assert "newer hours of dominion_energy:" in seen[3]
    assert "newer hours of elecnova:" in seen[4]
    switch = "switch.garage_ev_charging_allowed is"
    meter = "sensor.1_1_demo_site_meter_grid_power is known"
    charging = [f"{switch} off", meter, f"{switch} on", f"{switch} off"]
    assert seen[5:] == ["the solar hours that were late", *charging]


async def test_full_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with one sentence, whatever it is that could not be written."""

    async def write() -> int:
        raise ApiError("energy/save_prefs failed: unknown_error")

    monkeypatch.setattr(
        "tests.end_to_end.demo.disk_usage", lambda _: SimpleNamespace(free=0)
    )
    assert await until_stopped(write(), check=False) == 1
    assert "is full. Free some space, or set TMPDIR." in capsys.readouterr().out


async def test_demo_stays_and_ends_without_a_trace(
    tmp_path: Path, session: ClientSession
) -> None:
    """It can be looked at until Ctrl-C; then nothing of it is left."""
    async with _demo(tmp_path) as demo:
        said = await _said(demo)
        found = re.search(r"http://\S+", said)
        assert found is not None, said
        async with session.get(found[0]) as page:
            assert "<title>Home Assistant</title>" in await page.text()
        demo.send_signal(signal.SIGINT)
        await demo.communicate()
    assert demo.returncode == 0
    assert not list(tmp_path.iterdir())
    with pytest.raises(ClientConnectionError):
        await session.get(found[0])
