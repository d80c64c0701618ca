"""The client over real sockets: every question, every fault, the login's life."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging

import pytest

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    AuthFailed,
    CannotConnect,
    CloudError,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
    TimedOut,
)
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.energy import Scale
from custom_components.emporia.api.errors import (
    FinishInApp,
    NotFound,
    ProviderChanged,
    RateOutOfRange,
)
from custom_components.emporia.api.login import Login

from .conftest import Portal

HOUR = timedelta(hours=1)

type Ask = Callable[[EmporiaClient, Portal], Awaitable[object]]


def vue(portal: Portal) -> int:
    """Return the gid of the monitor."""
    return int(portal.device("vue")["device_gid"])


def serial(portal: Portal, kind: str = "charger") -> str:
    """Return a serial number."""
    return str(portal.device(kind)["serial"])


QUESTIONS: dict[str, Ask] = {
    "GET /customers": lambda client, _: client.get_customer(),
    "GET /customers/devices": lambda client, _: client.get_devices(),
    "GET /v1/customers/devices": lambda client, _: client.get_modern_devices(),
    "GET /v1/customers/devices/channels": lambda client, _: client.get_channel_names(),
    "GET /v1/customers/sites": lambda client, _: client.get_sites(),
    "GET /devices/channels/channeltypes": lambda c, _: c.get_channel_types(),
    "GET /customers/devices/status": lambda client, _: client.get_status(),
    "GET /v1/customers/devices/status": lambda client, _: client.get_modern_status(),
    "GET /AppAPI": lambda client, portal: client.energy.get_usages(
        [vue(portal)], portal.now, Scale.HOUR
    ),
    "GET /v1/migrated/app-api/chart-usage": lambda client, portal: (
        client.energy.get_migrated_chart(
            vue(portal), "Mains", portal.now - 3 * HOUR, portal.now, Scale.HOUR
        )
    ),
    "GET /v1/customers/devices/usages": lambda client, portal: (
        client.energy.get_hour_so_far([vue(portal)], portal.now)
    ),
    "GET /v1/devices/{family}/usages/energy": lambda client, portal: (
        client.energy.get_series(
            "evses", [serial(portal)], portal.now - 3 * HOUR, portal.now, "HOURS"
        )
    ),
    "GET /v1/devices/batteries/state-of-charge": lambda client, portal: (
        client.energy.get_state_of_charge(
            [serial(portal, "battery")], portal.now - 3 * HOUR, portal.now, "HOURS"
        )
    ),
    "GET /v1/devices/{family}": lambda c, p: c.charging.get_evses([serial(p)]),
    "GET /v1/devices/evses/sessions": lambda client, portal: (
        client.charging.get_sessions(
            [serial(portal)], portal.now - 99 * HOUR, portal.now
        )
    ),
    "GET /v1/customers/ev-charging-report": lambda client, portal: (
        client.charging.get_report(serial(portal), portal.now - 99 * HOUR, portal.now)
    ),
    "GET /customers/vehicles": lambda client, _: client.charging.get_vehicles(),
    "GET /customers/timeofuse": lambda client, _: client.get_time_of_use(),
    "GET /v1/customers/excess-generation": lambda c, _: c.get_excess_generation(),
    "GET /v1/customers/power-smart": lambda client, _: client.get_power_smart(),
    "GET /v1/customers/peak-demand": lambda c, _: c.get_peak_demand_goals(),
    "GET /devices/firmwareuptodate": lambda c, p: c.get_firmware([vue(p)]),
}

OPTIONAL = {
    "GET /v1/customers/sites",
    "GET /v1/customers/ev-charging-report",
    "GET /v1/customers/excess-generation",
    "GET /v1/customers/power-smart",
    "GET /v1/customers/peak-demand",
    "GET /customers/timeofuse",
    "GET /v1/devices/{family}",
}
"""Answers of which every member may be missing: odd ones are read as unknown."""


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("timeout", None, TimedOut),
        ("drop", None, CannotConnect),
        ("status", 400, ProviderError),
        ("status", 401, NotPermitted),
        ("status", 403, NotPermitted),
        ("status", 500, ProviderError),
        ("rate_limited", None, RateLimited),
        ("html", 200, Maintenance),
        ("truncated", None, Malformed),
        ("empty", None, Malformed),
        ("wrong_types", None, Malformed),
    ],
)
async def test_every_question_under_a_fault(
    portal: Portal, kind: str, status: int | None, error: type[CloudError]
) -> None:
    """The error tells what happened, the session stays, all is well afterwards."""
    client = await portal.logged_in()
    hasty = await portal.client(login=client.login, timeout=0.2)
    for endpoint, ask in QUESTIONS.items():
        fault = {"status": status} if status else {}
        portal.cloud.faults.add(endpoint=endpoint, kind=kind, times=20, **fault)
        if kind == "wrong_types" and endpoint in OPTIONAL:
            await ask(client, portal)
            portal.cloud.faults.clear()
            continue
        with pytest.raises(error) as raised:
            await ask(hasty if kind == "timeout" else client, portal)
        assert not isinstance(raised.value, AuthFailed), endpoint
        portal.cloud.faults.clear()
        assert await ask(client, portal) is not None, endpoint


async def test_answers(portal: Portal) -> None:
    """What comes back is what the cloud has."""
    client = await portal.logged_in()
    home = await client.get_home()
    device = home[vue(portal)]
    assert (device.name, device.model, device.solar) == ("Home", "VUE02", True)
    assert "circuit_9" not in device.channels
    assert device.channels["circuit_2"].is_solar
    assert device.channels["circuit_97"].name == "Water heater"
    assert home[int(portal.device("charger")["device_gid"])].is_charger
    start = (portal.now - 5 * HOUR).replace(minute=0, second=0, microsecond=0)
    chart = await client.energy.get_chart(
        device.gid, "1", start, start + 4 * HOUR, Scale.HOUR
    )
    assert chart.first == start
    assert len(chart.values) == 4
    peak = await client.energy.get_peak_demand(device.gid)
    assert peak.kilowatts
    assert peak.at
    power = await client.energy.get_latest_power(device.gid, portal.now)
    assert power is not None
    rates = await client.get_rates()
    assert rates[device.gid] == 15.0
    assert len(await client.get_channel_types()) > 20
    (vehicle,) = await client.charging.get_vehicles()
    settings = await client.charging.get_vehicle_settings(vehicle.gid)
    assert settings.battery_level is not None
    (evse,) = await client.charging.get_evses([serial(portal)])
    assert evse.max_rate == 40
    report = await client.charging.get_report(
        serial(portal), portal.now - 99 * HOUR, portal.now
    )
    assert report.energy
    assert await client.get_maintenance() == ""
    portal.cloud.apply({"maintenance": "down"})
    assert await client.get_maintenance() == "down"


@pytest.mark.parametrize("first_party", [True, False])
async def test_series(portal: Portal, *, first_party: bool) -> None:
    """Energy, power with volts, state of charge; in both spellings."""
    portal.cloud.apply({"first_party_names": first_party})
    client = await portal.logged_in()
    start, end = portal.now - 4 * HOUR, portal.now
    monitor = serial(portal, "vue")
    energy = await client.energy.get_series(
        "energy-monitors/circuits",
        [monitor, "A404"],
        start,
        end,
        "HOURS",
        circuits=["Branch_3"],
    )
    assert energy.values[monitor, "Branch_3"][0].value is not None
    assert "A404" in energy.failed
    power = await client.energy.get_series(
        "energy-monitors/circuits",
        [monitor],
        start,
        end,
        "FIFTEEN_MINUTES",
        power=True,
        circuits=["Branch_3"],
    )
    first = power.values[monitor, "Branch_3"][0]
    assert first.value is not None
    assert first.value < 50
    battery = serial(portal, "battery")
    charge = await client.energy.get_state_of_charge([battery], start, end, "HOURS")
    assert charge.values[battery, ""][0].value is not None


async def test_a_device_in_a_site(portal: Portal) -> None:
    """What the legacy list omits is found in the modern one."""
    client = await portal.logged_in("landlord")
    legacy = {device.gid for device in await client.get_devices()}
    home = await client.get_home()
    assert home.keys() > legacy
    assert "mains" in home[(home.keys() - legacy).pop()].channels


@pytest.mark.parametrize("form", ["object", "bare", "plain", "rubbish"])
async def test_app_preferences(portal: Portal, form: str) -> None:
    """Whatever form they have."""
    portal.cloud.apply({"preferences": form})
    client = await portal.logged_in()
    found = await client.get_app_preferences()
    assert isinstance(found, str if form == "rubbish" else dict)


async def test_commands(portal: Portal) -> None:
    """Both ways to switch a charger, and what is refused before it is sent."""
    client = await portal.logged_in()
    gid = int(portal.device("charger")["device_gid"])
    charger = portal.cloud.customers.charger(gid).charger
    assert charger
    await client.charging.set_charger(gid, on=False, rate=20)
    assert (charger.on.final(), charger.amps.final()) == (False, 20)
    await client.charging.control(serial(portal), "TURN_ON")
    assert charger.on.final()
    await client.charging.change_settings(serial(portal), rate=9)
    assert (charger.on.final(), charger.amps.final()) == (True, 9)
    portal.cloud.apply({"empty_command_answers": True})
    await client.charging.set_charger(gid, rate=10)
    assert charger.amps.final() == 10
    for rate in (5, 41):
        with pytest.raises(RateOutOfRange):
            await client.charging.set_charger(gid, rate=rate)
    with pytest.raises(NotFound):
        await client.charging.set_charger(1, on=True)
    with pytest.raises(NotFound):
        await client.set_rate([1], 12)
    await client.set_rate([vue(portal)], 12.5)
    assert (await client.get_rates())[vue(portal)] == 12.5


async def test_somebody_elses_device(portal: Portal) -> None:
    """It is a matter of permission: no new token is asked for."""
    client = await portal.logged_in()
    before = client.login
    other = portal.device("vue", "plain_home")["device_gid"]
    with pytest.raises(NotPermitted):
        await client.energy.get_usages([other], portal.now, Scale.HOUR)
    assert client.login is before


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"lock": "plain_home"}, AccountLocked),
        ({"hide_unknown_users": True}, InvalidCredentials),
        ({"error_prefix": "com.amazonaws#"}, InvalidCredentials),
        ({"pool": {"client_id": "another"}}, ProviderChanged),
        ({"mfa": {"account": "plain_home", "kind": "CUSTOM_CHALLENGE"}}, FinishInApp),
    ],
    ids=str,
)
async def test_refused_logins(
    portal: Portal, state: dict[str, object], error: type[CloudError]
) -> None:
    """Each refusal is what it is."""
    portal.cloud.apply(state)
    password = "wrong" if error is InvalidCredentials else None
    client = await portal.client("plain_home", password=password)
    with pytest.raises(error) as raised:
        await client.sign_in()
    person = portal.person("plain_home")
    assert person["username"] not in str(raised.value)
    assert person["password"] not in str(raised.value)


async def test_login_errors(portal: Portal) -> None:
    """All that the pool can answer to a right password."""
    from tests.clouds.emporia.cognito_errors import LOGIN_ERRORS  # noqa: PLC0415  # here only

    client = await portal.client("plain_home")
    for name in LOGIN_ERRORS:
        portal.cloud.apply({"login_error": {"account": "plain_home", "error": name}})
        with pytest.raises(CloudError):
            await client.sign_in()
    portal.cloud.apply({"login_error": {"account": "plain_home", "error": None}})
    assert await client.sign_in()


async def test_one_renewal_for_all(portal: Portal) -> None:
    """Requests that meet an old token wait for the same new one."""
    client = await portal.logged_in()
    assert client.login
    stale = Login(
        "old",
        client.login.refresh_token,
        client.login.issued_at - 2 * HOUR,
        client.login.issued_at - HOUR,
    )
    kept: list[Login] = []
    second = await portal.client(None, login=stale, persist=kept.append)
    portal.cloud.requests.clear()
    await asyncio.gather(
        second.get_customer(), second.get_status(), second.get_devices()
    )
    assert len(kept) == 1
    logins = [r for r in portal.cloud.requests.as_json() if r["path"] == "/"]
    assert len(logins) == 1
    portal.cloud.apply({"revoke_tokens": "solar_home"})
    dead = await portal.client(None, login=stale)
    with pytest.raises(SessionExpired):
        await dead.get_customer()
    healed = await portal.client("solar_home", login=stale)
    assert await healed.get_customer()
    await healed.close()


async def test_no_secrets_in_logs_and_reprs(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """At the finest level, with errors that hold the user's address."""
    caplog.set_level(logging.DEBUG)
    client = await portal.logged_in()
    with pytest.raises(ProviderError) as raised:
        await client.energy.get_chart(
            vue(portal), "nonsense", portal.now - HOUR, portal.now, Scale.HOUR
        )
    person = portal.person("solar_home")
    assert client.login
    home = await client.get_home()
    ours = "\n".join(r.getMessage() for r in caplog.records if "custom" in r.name)
    ours += str(raised.value) + repr(client.login) + repr(home)
    secrets = [person["username"], person["password"], serial(portal)]
    secrets += [client.login.id_token, client.login.refresh_token]
    assert [secret for secret in secrets if secret in ours] == []


@pytest.mark.parametrize("minutes", [-180, -6, 6, 180])
async def test_a_clock_that_is_wrong(portal: Portal, minutes: int) -> None:
    """The password is proven by the pool's clock, which refuses any other time."""
    portal.cloud.clock.advance(timedelta(minutes=minutes), frozen=False)
    client = await portal.client("plain_home")
    assert (await client.sign_in()).id_token
