"""The cloud as a whole: announcement, command line, control address, faults, seeds."""

from collections.abc import Callable
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.clouds.errors import ControlError
from tests.clouds.flowerhub import FlowerhubCloud

from .wire import Wire

ROOT = Path(__file__).parents[3]


def test_command_line() -> None:
    """One JSON line when ready, with hosts and logins; serves until SIGTERM."""
    options = ["--port", "0", "--seed", "7", "--now", "2026-03-10T12:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.clouds", "flowerhub", *options, "--lenient"],
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
    assert ready["provider"] == "flowerhub"
    assert set(ready["hosts"]) == {"api"}
    assert ready["accounts"] == FlowerhubCloud(seed=7).accounts
    assert ready["accounts"] != FlowerhubCloud(seed=8).accounts


def test_accounts() -> None:
    """The first is complete; no two share an id; an installer owns nothing."""
    accounts = FlowerhubCloud().accounts
    assert [each["name"] for each in accounts] == [
        "solar_home",
        "plain_home",
        "newcomer",
        "installer",
    ]
    assert all(accounts[0].values())
    assert accounts[-1]["asset_owner_id"] is None
    for key in ("username", "user_id", "asset_owner_id", "asset_id", "site_id"):
        ids = [each[key] for each in accounts if each[key] is not None]
        assert len(ids) == len(set(ids))


def test_every_switch_is_documented() -> None:
    """The package's docstring names each switch."""
    from tests.clouds import flowerhub  # noqa: PLC0415  # the module, for its docstring

    text = flowerhub.__doc__ or ""
    for switch in FlowerhubCloud().switches():
        assert f'{{"{switch}":' in text, switch


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"access_life": 0}, "access_life"),
        ({"revoke_tokens": "nobody"}, "no such account"),
        ({"revoke_tokens": "installer", "disconnect": "installer"}, "owns nothing"),
        ({"disconnect": "newcomer"}, "has no hub"),
        ({"look": {"no_such": True}}, "no_such"),
        ({"look": {"numbers": "roman"}}, "numbers"),
        ({"notice": {"slug": "other"}}, "slug"),
        (
            {"correct": {"account": "solar_home", "month": "2026-13", "volume": 1}},
            "month",
        ),
        (
            {
                "withdraw": {
                    "account": "plain_home",
                    "month": "2026-10",
                    "site_id": 7,
                }
            },
            "no such site",
        ),
        ({"rotate_refresh": "yes"}, "rotate_refresh"),
        ({"no_data": {"account": "solar_home"}}, "start"),
    ],
)
def test_switches_refuse_nonsense(state: dict[str, Any], text: str) -> None:
    """A wrong value is an error that says where."""
    with pytest.raises(ControlError, match=text):
        FlowerhubCloud().apply(state)


async def test_control_address(signed_in: Wire) -> None:
    """Truth, switches and the request log over HTTP."""
    wire = signed_in
    account = {"account": wire.login["account"]}
    async with wire.session.get(
        f"{wire.cloud.control}/truth", params=account
    ) as answer:
        truth = await answer.json()
    assert truth == wire.cloud.truth("solar_home", None, None)
    site = str(wire.login["site_id"])
    only = wire.cloud.truth("solar_home", None, None, meter=site)["series"]
    assert [name for name in only if "/" in name] == [f"consumption/{site}"]
    with pytest.raises(ControlError, match="no site"):
        wire.cloud.truth("solar_home", None, None, meter="1")
    state = {"disconnect": wire.login["account"]}
    async with wire.session.post(f"{wire.cloud.control}/state", json=state) as answer:
        assert (answer.status, await answer.json()) == (200, {"disconnect": None})
    assert (await wire.get(wire.asset))["flowerHubStatus"]["status"] == "Disconnected"
    logged = wire.cloud.requests.entries
    assert [each.path for each in logged] == ["/auth/login", "/asset/{assetId}"]
    assert {each.account for each in logged} == {"solar_home"}


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"kind": "status", "status": 503}, 503, "simulated"),
        ({"kind": "rate_limited", "retry_after": 7}, 429, "Too Many"),
        ({"kind": "html"}, 200, "<!DOCTYPE"),
        ({"kind": "truncated"}, 200, '{"id"'),
        ({"kind": "empty"}, 200, ""),
        ({"kind": "wrong_types"}, 200, '"about '),
    ],
    ids=str,
)
async def test_faults(
    signed_in: Wire, fault: dict[str, Any], status: int, text: str
) -> None:
    """Each endpoint can have each of them."""
    wire = signed_in
    wire.cloud.faults.add(endpoint="/asset/{assetId}", times=1, **fault)
    response = await wire.send("GET", wire.asset)
    assert response.status == status
    assert text in await response.text()
    assert await wire.status(wire.asset) == 200


async def test_two_accounts(wires: Callable[[str], Wire]) -> None:
    """Each has cookies and energy of its own."""
    one, other = wires("solar_home"), wires("plain_home")
    await one.sign_in()
    await other.sign_in()
    assert one.cookies.keys() == other.cookies.keys()
    assert one.cookies != other.cookies
    one.cloud.apply({"revoke_tokens": "solar_home"})
    assert await one.status(one.asset) == 401
    assert await other.status(other.asset) == 200
    series = [one.cloud.truth(name, None, None)["series"] for name in ("4850", "5306")]
    assert series[0] != series[1]


def test_same_seed_same_truth() -> None:
    """Two clouds of one seed tell the same; of another seed something else."""
    clouds = [FlowerhubCloud(seed=seed) for seed in (1, 1, 2)]
    for cloud in clouds:
        cloud.clock.set(clouds[0].clock.now(), frozen=True)
    one, same, other = (
        list(cloud.truth(None, None, None)["series"].values())[0] for cloud in clouds
    )
    assert one == same != other
