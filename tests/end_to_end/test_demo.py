"""The command of the README that a newcomer tries first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import re
import signal

from aiohttp import ClientConnectionError, ClientSession
import pytest

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


async def test_a_day_passes(tmp_path: Path, socket_enabled: None) -> None:
    """What happens at the clouds in the time-lapse arrives in Home Assistant."""
    async with _demo(tmp_path, "--time-lapse", "--check") as demo:
        output, _ = await demo.communicate()
    assert demo.returncode == 0, output.decode()
    seen = re.findall(r"Seen: (.*)", output.decode())
    assert seen[:2] == [
        "binary_sensor.iec_contract_outage is on",
        "binary_sensor.iec_contract_outage is off",
    ]
    assert "last_bill_end is no longer" in seen[2]
    assert "newer hours of dominion_energy:" in seen[3]
    assert "newer hours of elecnova:" in seen[4]
    switch = "switch.garage_ev_charging_allowed is"
    charging = [f"{switch} off", f"{switch} on", f"{switch} off"]
    assert seen[5:] == ["the sun that was late", *charging]


async def test_demo_stays_and_ends_without_a_trace(
    tmp_path: Path, session: ClientSession
) -> None:
    """It can be looked at until Ctrl-C; then nothing of it is left."""
    async with _demo(tmp_path) as demo:
        assert demo.stdout is not None
        said = (await demo.stdout.readuntil(b"Ctrl-C ends the demo.")).decode()
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
