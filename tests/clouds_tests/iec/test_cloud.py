"""The cloud as a whole: announcement, command line, control address, faults, seeds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
import json
from pathlib import Path
import re
import signal
import subprocess
import sys
from typing import Any

from aiohttp import web
import pytest

from tests.clouds.errors import ControlError
from tests.clouds.iec import IecCloud
from tests.clouds.iec.numbers import is_israeli_id

from .test_customer_data import signed
from .wire import Wire

ROOT = Path(__file__).parents[3]
ENDPOINTS = sorted(
    {
        (route.method, web.UrlDispatcher().add_resource(route.path).canonical)
        for route in IecCloud().routes()
    }
)


def test_command_line() -> None:
    """One JSON line when ready, with hosts and people; serves until SIGTERM."""
    options = ["--port", "0", "--seed", "7", "--now", "2026-03-10T12:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.clouds", "iec", *options, "--lenient"],
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
    assert ready["provider"] == "iec"
    assert set(ready["hosts"]) == {"okta", "api", "masa", "masa_portal", "faults"}
    assert ready["accounts"] == IecCloud(seed=7).accounts
    assert ready["accounts"] != IecCloud(seed=8).accounts


@pytest.mark.parametrize("seed", range(20))
def test_accounts(seed: int) -> None:
    """Each has what a client needs; the first is ordinary; no two share an id."""
    accounts = IecCloud(seed=seed).accounts
    first = accounts[0]
    assert first["factors"] == ["email", "sms"]
    assert len(first["contracts"]) == 1
    assert first["meter_code"] == "503"
    assert all(is_israeli_id(each["user_id"]) for each in accounts)
    assert all(len(each["user_id"]) == 9 for each in accounts)
    own = [c for each in accounts for c in each["contracts"] if not c["shared"]]
    meters = [meter["meter"] for each in own for meter in each["meters"]]
    for ids in (
        meters,
        [each["contract"] for each in own],
        [each["user_id"] for each in accounts],
    ):
        assert len(ids) == len(set(ids))


def test_every_switch_is_documented() -> None:
    """The package's docstring names each switch, and none that is not there."""
    from tests.clouds import iec  # noqa: PLC0415  # the module, for its docstring

    named = set(re.findall(r'\{"(\w+)":', iec.__doc__ or ""))
    assert named - {"account"} == set(IecCloud().switches())


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"lock": "nobody"}, "no such account"),
        ({"lock": {"account": "plain_home", "answer": "maybe"}}, "answer"),
        ({"token_life": 0}, "token_life"),
        ({"token_life": True}, "token_life"),
        ({"rotate_refresh": "yes"}, "rotate_refresh"),
        ({"unknown_user": "other"}, "unknown_user"),
        ({"new_code": {"account": "plain_home", "code": "12"}}, "new_code"),
        ({"correct": {"account": "plain_home", "value": 1}}, "start or day"),
        (
            {"correct": {"account": "plain_home", "day": "2026-01-01"}},
            "value or factor",
        ),
        (
            {"correct": {"account": "plain_home", "day": "2026-01-01", "value": -1}},
            "value",
        ),
        (
            {
                "correct": {
                    "account": "plain_home",
                    "day": "2026-01-01",
                    "value": 1,
                    "series": "return",
                }
            },
            "no series",
        ),
        (
            {
                "correct": {
                    "account": "plain_home",
                    "start": "2026-01-01T00:10:00Z",
                    "value": 1,
                }
            },
            "quarter hour",
        ),
        ({"late_day": {"account": "newcomer", "day": "x", "hours": 1}}, "no date"),
        (
            {"late_day": {"account": "newcomer", "day": "2026-01-01", "hours": 1}},
            "has no contract",
        ),
        (
            {
                "late_day": {
                    "account": "plain_home",
                    "contract": "1",
                    "day": "2026-01-01",
                    "hours": 1,
                }
            },
            "has no contract",
        ),
        (
            {"replace_meter": {"account": "plain_home", "day": "2024-09-22"}},
            "was installed on",
        ),
        ({"replace_meter": {"account": "plain_home", "meter": "1"}}, "has no meter"),
        ({"reading_look": {"order": "upside down"}}, "order"),
        ({"rates": {"moon": 1}}, "moon"),
        ({"hide": {"account": "plain_home", "sources": ["x"]}}, "sources"),
        ({"telepathy": 1}, "no such switch"),
    ],
)
def test_switches_refuse_nonsense(state: dict[str, Any], text: str) -> None:
    """A switch that makes no sense says why."""
    with pytest.raises(ControlError, match=text):
        IecCloud().apply(state)


def test_old_meters_have_no_intervals() -> None:
    """Nothing to correct there; a contract and a meter can be named at once."""
    cloud = IecCloud()
    old = cloud.accounts[2]["contracts"][1]
    late = {"account": old["contract"], "day": "2026-01-01", "hours": 1}
    with pytest.raises(ControlError, match="no interval data"):
        cloud.apply({"late_day": late})
    farm = cloud.accounts[2]["contracts"][3]
    named = {
        "account": "landlord",
        "contract": farm["contract"],
        "meter": farm["meters"][1]["meter"],
    }
    cloud.apply({"late_day": late | named})


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_every_endpoint_can_fail(wire: Wire, method: str, path: str) -> None:
    """A fault by its exact name meets each endpoint, once."""
    wire.cloud.faults.add(
        endpoint=f"{method} {path}", kind="status", status=599, times=1
    )
    url = wire.cloud.url + re.sub(r"\{\w+\}", "x", path)
    async with wire.session.request(method, url) as answer:
        assert answer.status == 599
    async with wire.session.request(method, url) as answer:
        assert answer.status < 500
    assert [entry.path for entry in wire.cloud.requests.entries] == [path, path]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("status", 500),
        ("rate_limited", 429),
        ("html", 200),
        ("empty", 200),
        ("truncated", 200),
        ("wrong_types", 200),
    ],
)
async def test_faults(signed_in: Wire, kind: str, status: int) -> None:
    """The kinds that can be told by the answer."""
    truth = json.dumps(await signed_in.get("/api/customer"))
    signed_in.cloud.faults.add(endpoint="*/iecapi/api/customer", kind=kind)
    async with signed_in.session.get(
        f"{signed_in.cloud.hosts['api']}/api/customer",
        headers={
            "Authorization": f"Bearer {signed_in.tokens['id_token']}",
            "User-Agent": "Mozilla/5.0",
            "Origin": "https://www.iec.co.il",
            "Referer": "https://www.iec.co.il/",
            "x-iec-idt": "1",
            "x-iec-webview": "1",
        },
    ) as answer:
        assert answer.status == status
        assert await answer.text() != truth


async def test_control_address(signed_in: Wire) -> None:
    """Truth and switches over HTTP; each request is logged with its person."""
    wire = signed_in
    account = {"account": wire.contract}
    async with wire.session.get(
        f"{wire.cloud.control}/truth", params=account
    ) as answer:
        truth = await answer.json()
    assert truth == json.loads(json.dumps(wire.cloud.truth("plain_home", None, None)))
    assert truth["contract"] == wire.contract
    state = {"revoke_tokens": "plain_home"}
    async with wire.session.post(f"{wire.cloud.control}/state", json=state) as answer:
        assert (answer.status, await answer.json()) == (200, {"revoke_tokens": None})
    assert (await wire.call("GET", "/api/customer"))[0] == 401
    entries = wire.cloud.requests.entries
    assert [entry.account for entry in entries] == ["plain_home"] * 5 + [None]


async def test_two_accounts(wires: Callable[[str], Wire]) -> None:
    """At the same time, each with their own."""
    one, other = await signed(wires, "plain_home"), await signed(wires, "solar_home")
    ids = [(await each.get("/api/customer"))["idNumber"] for each in (one, other)]
    assert ids == [one.login["user_id"], other.login["user_id"]]
    assert await one.rows("2026-02-24") != await other.rows("2026-02-24")


def test_same_seed_same_energy(iec: IecCloud) -> None:
    """Two clouds of one seed tell the same; of another seed something else."""
    clouds = [IecCloud(seed=seed) for seed in (1, 2)]
    for cloud in clouds:
        cloud.clock.set(iec.clock.now(), frozen=True)
    series = [cloud.truth(None, None, None)["series"] for cloud in (iec, *clouds)]
    assert series[0] == series[1] != series[2]


@pytest.mark.parametrize("seed", range(8))
def test_billing_periods(seed: int) -> None:
    """They leave no gap, from the meter's first day on; none is longer than two months."""
    cloud = IecCloud(seed=seed)
    for person in cloud.customers.people:
        for contract in person.contracts:
            periods = list(cloud.billing.periods(contract, date(2026, 8, 1)))
            assert periods[0].first == contract.points[0].meter.since
            for one, other in pairwise(periods):
                assert other.first - one.last == timedelta(days=1)
            assert all(0 < each.days <= 62 for each in periods)
            usual = 28 * contract.frequency
            assert all(each.days >= usual for each in periods[1:-1])


def test_truth_of_nobody() -> None:
    """The truth of an unknown account is refused."""
    with pytest.raises(ControlError, match="no such account"):
        IecCloud().truth("nobody", None, None)
    with pytest.raises(ControlError, match="has no contract"):
        IecCloud().truth("newcomer", None, None)


def test_truth_before_the_meter(iec: IecCloud) -> None:
    """Before its meter was installed, a home has no readings."""
    start = datetime(2024, 9, 20, tzinfo=UTC)
    series = iec.truth(None, start, datetime(2024, 9, 22, tzinfo=UTC))["series"]
    assert [row["start"] for row in series["consumption"]][:1] == [
        "2024-09-21T21:00:00+00:00"
    ]
