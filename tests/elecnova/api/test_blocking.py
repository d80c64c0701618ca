"""The client for programs without an event loop."""

import asyncio
from inspect import getmembers, iscoroutinefunction
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import InvalidCredentials, TimedOut
from custom_components.elecnova.api.blocking import ElecnovaClientSync
from custom_components.elecnova.api.client import ElecnovaClient

from .conftest import Fleet


def test_it_has_every_method() -> None:
    """None of the client's is missing, with the same signature and text."""
    methods = getmembers(ElecnovaClient, iscoroutinefunction)
    names = {name for name, _ in methods if not name.startswith("_")} - {"close"}
    assert len(names) == 15
    for name in names:
        theirs = getattr(ElecnovaClient, name)
        assert getattr(ElecnovaClientSync, name).__doc__ == theirs.__doc__


def options_of(fleet: Fleet, **changes: Any) -> dict[str, Any]:
    """Return what the client is made of."""
    person = fleet.person()
    return {
        "client_id": person["client_id"],
        "client_secret": person["client_secret"],
        "base_url": fleet.cloud.hosts["api"],
    } | changes


async def test_it_can_be_called_again_and_again(fleet: Fleet) -> None:
    """One loop lives as long as the client."""

    def work() -> tuple[list[str], int]:
        with ElecnovaClientSync(**options_of(fleet)) as client:
            serials = [each.sn for each in client.get_cabinets()]
            again = [each.sn for each in client.get_all_cabinets()]
            parts = client.get_components(serials[0])
            assert again == serials
            assert client.get_pv_energy_daily(fleet.person()["meter"])
        client.close()
        return serials, len(parts)

    serials, parts = await asyncio.to_thread(work)
    assert serials == [fleet.person()["cabinet"]]
    assert parts == 8
    assert fleet.asked("/comm/client") == 1


async def test_errors_are_the_same(fleet: Fleet) -> None:
    """And the client goes on working after them."""

    def work() -> None:
        with (
            ElecnovaClientSync(**options_of(fleet, client_secret="wrong")) as client,
            pytest.raises(InvalidCredentials),
        ):
            client.get_projects()

    await asyncio.to_thread(work)


async def test_time_out(fleet: Fleet) -> None:
    """An answer that never comes is not waited for."""
    fleet.cloud.faults.add(endpoint="GET /comm/client", kind="timeout", times=10)

    def work() -> None:
        options = options_of(fleet, timeout=0.3)
        with ElecnovaClientSync(**options) as client, pytest.raises(TimedOut):
            client.get_token()

    await asyncio.to_thread(work)
