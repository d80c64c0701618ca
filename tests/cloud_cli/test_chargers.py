"""Switching what an Emporia account has, and watching it."""

import asyncio
from datetime import timedelta

import pytest

from tests.clouds.emporia import EmporiaCloud

from .terminal import Terminal

pytestmark = pytest.mark.parametrize("terminal", ["emporia"], indirect=True)


def device(terminal: Terminal, kind: str) -> int:
    """Return the number of a device of the first account."""
    devices = terminal.person()["devices"]
    return next(int(each["device_gid"]) for each in devices if each["kind"] == kind)


def cloud_of(terminal: Terminal) -> EmporiaCloud:
    """Return the cloud by its own type."""
    assert isinstance(terminal.cloud, EmporiaCloud)
    return terminal.cloud


async def test_charger(signed_in: Terminal) -> None:
    """On, off and the rate arrive at the cloud, each without changing the other."""
    gid = device(signed_in, "charger")
    charger = cloud_of(signed_in).customers.charger(gid).charger
    assert charger
    rate = charger.amps.final()
    told = await signed_in.succeed("charger", gid, "--off")
    assert told.err.startswith("Sent.")
    assert (charger.on.final(), charger.amps.final()) == (False, rate)
    signed_in.cloud.clock.advance(timedelta(seconds=10))
    rows = (await signed_in.succeed("chargers", "--format=csv")).rows
    assert (rows[0]["gid"], rows[0]["on"]) == (str(gid), "no")
    await signed_in.succeed("charger", gid, "--on", "--rate=16")
    assert (charger.on.final(), charger.amps.final()) == (True, 16)
    signed_in.cloud.clock.advance(timedelta(seconds=10))
    await signed_in.succeed("charger", gid, "--rate=20")
    assert (charger.on.final(), charger.amps.final()) == (True, 20)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say --on, --off or --rate."),
        (["--rate=3"], "The charger takes 6 to 40 A."),
        (["--rate=99"], "The charger takes 6 to 40 A."),
    ],
)
async def test_what_a_charger_refuses(
    signed_in: Terminal, options: list[str], sentence: str
) -> None:
    """Nothing is sent then."""
    gid = device(signed_in, "charger")
    signed_in.cloud.requests.clear()
    result = await signed_in.run("charger", gid, *options)
    assert (result.code, result.err) == (2, f"{sentence}\n")
    assert {each.method for each in signed_in.cloud.requests.entries} <= {"GET"}


async def test_no_such_charger(signed_in: Terminal) -> None:
    """A number that is no charger's is told of."""
    result = await signed_in.run("charger", 1, "--on")
    assert (result.code, result.err) == (
        2,
        "There is no such charger: see `chargers`.\n",
    )


async def test_plug(signed_in: Terminal) -> None:
    """A plug is switched both ways, and an unknown one is refused."""
    gid = device(signed_in, "outlet")
    outlet = cloud_of(signed_in).customers.device(gid)
    assert outlet
    assert outlet.outlet_on
    for word, on in (("--off", False), ("--on", True)):
        await signed_in.succeed("plug", gid, word)
        assert outlet.outlet_on.final() is on
    assert (await signed_in.run("plug", 1, "--on")).code == 1


async def test_events(signed_in: Terminal) -> None:
    """A change that somebody else makes is told while it happens."""
    gid = device(signed_in, "charger")
    signed_in.cloud.apply({"plug_out": gid})
    watching = asyncio.create_task(
        signed_in.run("events", "--count=1", "--seconds=20", "--format=csv")
    )
    stream = cloud_of(signed_in).stream
    while not stream.open:
        await asyncio.sleep(0.05)
    signed_in.cloud.apply({"plug_in": {"device_gid": gid}})
    stream.poke()
    told = await watching
    assert told.code == 0, told.err
    assert (told.rows[0]["gid"], told.rows[0]["status"]) == (str(gid), "CHARGING")


async def test_events_for_a_while(signed_in: Terminal) -> None:
    """It ends when the time is over."""
    told = await signed_in.succeed("events", "--seconds=0.3")
    assert told.err.endswith("The time is over.\n")
