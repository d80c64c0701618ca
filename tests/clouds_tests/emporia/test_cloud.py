"""The cloud as a whole: announcement, command line, control address, seeds."""

from collections.abc import Callable
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.clouds.errors import ControlError

from .wire import Wire

ROOT = Path(__file__).parents[3]


def test_command_line() -> None:
    """One JSON line when ready, with hosts and logins; serves until SIGTERM."""
    options = ["--port", "0", "--seed", "7", "--now", "2026-03-10T12:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.clouds", "emporia", *options],
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
    assert ready["provider"] == "emporia"
    assert set(ready["hosts"]) == {"cognito", "legacy", "capi", "status"}
    assert ready["accounts"] == EmporiaCloud(seed=7).accounts
    assert ready["accounts"] != EmporiaCloud(seed=8).accounts


def test_accounts() -> None:
    """Each has what a client needs; the first is ordinary; no two share an id."""
    accounts = EmporiaCloud().accounts
    first = accounts[0]
    assert first["mfa"] is None
    assert first["password"] and first["device_gid"] and first["code"]
    assert [each["kind"] for each in first["devices"]] == [
        "vue",
        "charger",
        "outlet",
        "battery",
    ]
    gids = [d["device_gid"] for each in accounts for d in each["devices"]]
    serials = [d["serial"] for each in accounts for d in each["devices"]]
    names = [each["username"] for each in accounts]
    for ids in (gids, serials, names, [each["customer_gid"] for each in accounts]):
        assert len(ids) == len(set(ids))


def test_every_switch_is_documented() -> None:
    """The package's docstring names each switch, and none that is not there."""
    from tests.clouds import emporia  # noqa: PLC0415  # the module, for its docstring

    text = emporia.__doc__ or ""
    for switch in EmporiaCloud().switches():
        assert f'{{"{switch}":' in text, switch


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"mfa": {"account": "solar_home", "kind": "PIGEON"}}, "kind"),
        ({"lock": "nobody"}, "no such account"),
        ({"login_error": {"account": "solar_home", "error": "x"}}, "error"),
        ({"token_life": 0}, "token_life"),
        ({"stream": {"crfl": True}}, "crfl"),
        ({"stream": {"crlf": 1}}, "crlf"),
        ({"drift": {"extra_keys": "yes"}}, "extra_keys"),
        ({"pool": {}}, "pool"),
        ({"pool": {"pool_id": "no underscore"}}, "pool"),
        ({"rotate_refresh": "yes"}, "rotate_refresh"),
        ({"missing_status": ["nothing"]}, "missing_status"),
        ({"drop_stream": False}, "expected true"),
        ({"controller": {"kind": "MOON"}}, "kind"),
        ({"charger": {"amps": 5}}, "amps"),
        ({"offline": 1}, "no such device"),
    ],
)
def test_switches_refuse_nonsense(state: dict[str, Any], text: str) -> None:
    """A wrong value is an error that says where."""
    with pytest.raises(ControlError, match=text):
        EmporiaCloud().apply(state)


async def test_control_address(signed_in: Wire) -> None:
    """Truth and switches over HTTP."""
    wire = signed_in
    account = {"account": wire.login["account"]}
    async with wire.session.get(
        f"{wire.cloud.control}/truth", params=account
    ) as answer:
        truth = await answer.json()
    assert truth == wire.cloud.truth(wire.login["account"], None, None)
    state = {"plug_in": {"amps": 16}}
    async with wire.session.post(f"{wire.cloud.control}/state", json=state) as answer:
        assert (answer.status, await answer.json()) == (200, {"plug_in": None})
    assert (await wire.charger())["status"] == "Charging"


async def test_two_accounts(wires: Callable[[str], Wire]) -> None:
    """Tokens open only their own home."""
    one, other = wires("solar_home"), wires("plain_home")
    await one.sign_in()
    await other.sign_in()
    gids = [(await each.get("/customers"))["customerGid"] for each in (one, other)]
    assert gids == [one.login["customer_gid"], other.login["customer_gid"]]
    one.cloud.apply({"revoke_tokens": "solar_home"})
    assert (await one.call("GET", "/customers"))[0] == 401
    assert (await other.call("GET", "/customers"))[0] == 200


async def test_same_seed_same_energy(wire: Wire) -> None:
    """Two clouds of one seed tell the same; of another seed something else."""
    clouds = [EmporiaCloud(seed=seed) for seed in (1, 2)]
    for cloud in clouds:
        cloud.clock.set(wire.cloud.clock.now(), frozen=True)
    series = [
        list(cloud.truth(None, None, None)["series"].values())[0]
        for cloud in (wire.cloud, *clouds)
    ]
    assert series[0] == series[1] != series[2]
