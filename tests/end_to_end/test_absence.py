"""A home's whole story: log in, import, be away for days, come back, lose the login."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.clouds.dominion_energy.customers import ZONE, Customers

from .api import ApiError, HomeAssistantApi
from .check import differences, log_differences
from .dominion_energy import account_id, answers, known
from .home import Home, free_port
from .simulator import Simulator, running_simulator
from .truth import Known
from .waiting import saved_entries, wait_for_import

_DOMAIN = "dominion_energy"
_AWAY = timedelta(days=10)
_PATIENCE = 60
_PAUSE = 2
"""Seconds: to compare everything takes its time."""
_RATE = 0.15
"""USD per kWh: the story goes on faster than bills are read."""


class Story:
    """Two people with a meter each, and all that their cloud has told so far."""

    def __init__(self, home: Home, simulator: Simulator, today: datetime) -> None:
        """Begin before anything is known."""
        self.home = home
        self.simulator = simulator
        self.today = today
        by_name = {person["name"]: person for person in simulator.accounts}
        self.solar_home = by_name["solar_home"]
        self.landlord = by_name["landlord"]
        self.secrets = _personal_data()
        self._known: dict[str, Known] = {}

    async def learn(self, now: datetime) -> None:
        """Stop the cloud's clock at a time, and note what it tells then."""
        await self.simulator.set_clock(now, frozen=True)
        for person in (self.solar_home, self.landlord):
            for name, told in (await self._told(person, now)).items():
                self._known[name] = self._known.get(name, Known({})) | told

    async def _told(self, person: Mapping[str, Any], now: datetime) -> dict[str, Known]:
        return await known(self.simulator, person, now, rate=_RATE)

    async def differences(self, api: HomeAssistantApi) -> list[str]:
        """Compare the recorder with what was learned; note the secrets of now."""
        self.secrets |= await _stored_secrets(self.home)
        return await differences(api, self._known)

    async def assert_all_arrives(self, api: HomeAssistantApi) -> None:
        """Wait until the recorder holds what was learned, and nothing else."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while wrong := await self.differences(api):
            assert asyncio.get_running_loop().time() < deadline, wrong
            await asyncio.sleep(_PAUSE)

    async def codes_sent(self) -> int:
        """Return how many one-time codes were sent so far."""
        return sum(
            request["path"].endswith("sendVerificationCode")
            for request in await self.simulator.requests()
        )

    async def correct_noon(self, days_ago: int, series: str, value: float) -> None:
        """Have the half hour after noon corrected, for the home with the sun."""
        start, _ = self._noon(days_ago)
        where = {"account": "solar_home", "start": start, "series": series}
        await self.simulator.change(correct={**where, "value": value})

    async def lose_noon(self, days_ago: int, *, found: bool = False) -> None:
        """Have the half hour after noon lost, or found again, for the landlord."""
        start, end = self._noon(days_ago)
        where = {"account": "landlord", "start": start, "end": end}
        await self.simulator.change(hole={**where, "filled": found})

    async def delay_day(self, days_ago: int, hours: int) -> None:
        """Have a day published so much later, for the home with the sun."""
        day = (self.today - timedelta(days=days_ago)).astimezone(ZONE).date()
        late = {"account": "solar_home", "day": day.isoformat(), "hours": hours}
        await self.simulator.change(late_day=late)

    def _noon(self, days_ago: int) -> tuple[str, str]:
        day = (self.today - timedelta(days=days_ago)).astimezone(ZONE)
        noon = day.replace(hour=12, minute=0, second=0)
        return noon.isoformat(), (noon + timedelta(minutes=30)).isoformat()


@pytest.fixture
async def story(session: ClientSession, tmp_path: Path) -> AsyncIterator[Story]:
    """Return a home that uses a simulated cloud, with everything in its log."""
    async with running_simulator(session, _DOMAIN, tmp_path) as simulator:
        home = Home(tmp_path / "home", free_port())
        levels = {"custom_components": "debug"}
        home.furnish({_DOMAIN: simulator.hosts}, levels)
        yield Story(home, simulator, datetime.now(UTC).replace(microsecond=0))


async def test_absence(story: Story, session: ClientSession) -> None:
    """Nothing is lost, nothing invented, and the user is asked only when needed."""
    await story.lose_noon(25)
    await story.learn(story.today - _AWAY)
    async with story.home.running(session) as api:
        await _add_with_a_wrong_code(api, story)
        await _add_with_an_expired_code(api, story)
        await wait_for_import(api, _DOMAIN)
        assert await story.differences(api) == []

    await _time_passes(story)
    async with story.home.running(session) as api:
        await wait_for_import(api, _DOMAIN)
        assert await story.differences(api) == []
        await _tokens_die_silently(api, story)
        await _device_is_forgotten(api, story)
    _assert_discreet_log(story)


async def _add_with_a_wrong_code(api: HomeAssistantApi, story: Story) -> None:
    """A typing error costs nothing: the code still works, and no other is sent."""
    person, typed = story.landlord, answers(story.landlord, _RATE)
    step = await api.start_flow(_DOMAIN)
    step = await api.walk(step, typed, until="code")
    step = await api.answer(step, {"code": _wrong_code(person)})
    assert (step["step_id"], step["errors"]) == ("code", {"code": "invalid_code"})
    assert await story.codes_sent() == 1
    step = await api.answer(step, typed["code"])
    assert step["step_id"] == "account"
    step = await api.answer(step, {"account": account_id(person)})
    step = await api.walk(step, typed)
    assert step["type"] == "create_entry"
    assert await story.codes_sent() == 1


async def _add_with_an_expired_code(api: HomeAssistantApi, story: Story) -> None:
    """The user is told, and chooses again where to send a new one."""
    person, typed = story.solar_home, answers(story.solar_home, _RATE)
    step = await api.start_flow(_DOMAIN)
    step = await api.walk(step, typed, until="delivery")
    by_email = {"delivery": _option(step, "delivery", "Email")}
    step = await api.answer(step, by_email)
    await story.simulator.change(expire_code=person["name"])
    step = await api.answer(step, typed["code"])
    assert (step["step_id"], step["errors"]) == ("delivery", {"base": "code_expired"})
    step = await api.answer(step, by_email)
    step = await api.walk(step, typed)
    assert step["type"] == "create_entry"
    assert await story.codes_sent() == 3


async def _time_passes(story: Story) -> None:
    """Days are published, one of them late; old ones are corrected and completed."""
    await story.delay_day(4, hours=1000)
    await story.correct_noon(20, "consumption", 4.56)
    await story.correct_noon(15, "return", 7.89)
    await story.lose_noon(25, found=True)
    await story.learn(story.today)


async def _tokens_die_silently(api: HomeAssistantApi, story: Story) -> None:
    """A known device logs in again by itself, in time for the late day."""
    codes = await story.codes_sent()
    await story.delay_day(4, hours=0)
    await story.simulator.change(revoke_tokens="solar_home")
    await story.learn(story.today)
    missing = await story.differences(api)
    assert len(missing) == 4  # use, return, and the money of both
    assert all("hours are missing" in problem for problem in missing)
    await _refresh(api, story.solar_home)
    await story.assert_all_arrives(api)
    assert await _reauth_flows(api) == []
    assert await story.codes_sent() == codes


async def _device_is_forgotten(api: HomeAssistantApi, story: Story) -> None:
    """Only the user can help, and nobody else's account is concerned."""
    codes = await story.codes_sent()
    await story.correct_noon(12, "consumption", 1.23)
    await story.simulator.change(
        forget_devices="solar_home", revoke_tokens="solar_home"
    )
    await story.learn(story.today)
    with pytest.raises(ApiError):
        await _refresh(api, story.solar_home)
    (flow,) = await _reauth_flows(api)
    assert await story.codes_sent() == codes
    step = await api.get(f"/api/config/config_entries/flow/{flow['flow_id']}")
    typed = {**answers(story.solar_home, _RATE), "reauth_confirm": {}}
    step = await api.walk(step, typed)
    assert (step["type"], step["reason"]) == ("abort", "reauth_successful")
    await story.assert_all_arrives(api)
    assert await _reauth_flows(api) == []
    assert await story.codes_sent() == codes + 1
    states = [entry["state"] for entry in await api.entries(_DOMAIN)]
    assert states == ["loaded", "loaded"]


def _assert_discreet_log(story: Story) -> None:
    """The log tells a lot, but nothing about the people."""
    (problem,) = log_differences(story.home.log)
    assert "Authentication failed" in problem
    log = story.home.log.read_text("utf-8")
    assert "DEBUG (MainThread) [custom_components.dominion_energy" in log
    assert "DEBUG (MainThread) [custom_components.cloud_energy" in log
    assert len(story.secrets) > 30
    assert [secret for secret in story.secrets if _is_told(secret, log)] == []


def _is_told(secret: str, log: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", log) is not None


async def _refresh(api: HomeAssistantApi, person: Mapping[str, Any]) -> None:
    """Have an entry ask its cloud for everything.

    :raises ApiError: that fails.
    """
    (entry_id,) = [
        entry["entry_id"]
        for entry in await api.entries(_DOMAIN)
        if entry["title"].endswith(f"{person['account'][-4:]})")
    ]
    await api.call_action(_DOMAIN, "refresh", config_entry_id=entry_id)


async def _reauth_flows(api: HomeAssistantApi) -> list[dict[str, Any]]:
    flows = await api.command("config_entries/flow/progress")
    return [flow for flow in flows if flow["context"]["source"] == "reauth"]


def _option(step: Mapping[str, Any], field: str, beginning: str) -> str:
    """Return the option of a form's field whose text begins so."""
    (schema,) = [item for item in step["data_schema"] if item["name"] == field]
    (value,) = [
        option["value"]
        for option in schema["selector"]["select"]["options"]
        if option["label"].startswith(beginning)
    ]
    found: str = value
    return found


def _wrong_code(person: Mapping[str, Any]) -> str:
    return f"{(int(person['code']) + 1) % 1_000_000:06}"


def _personal_data() -> set[str]:
    """Return what the cloud knows of its customers and no log may tell."""
    secrets: set[str] = set()
    for login in Customers(seed=1).logins:
        secrets |= {login.username, login.password, login.uid, login.uuid, login.code}
        secrets |= {login.bp_number, login.bp_number.lstrip("0")}
        for account in login.accounts:
            secrets |= {account.number, account.premise, account.address["street"]}
            for point in account.points:
                secrets |= {point.contract, point.meter.lstrip("0")}
    return secrets


async def _stored_secrets(home: Home) -> set[str]:
    """Return the tokens and cookies that Home Assistant stores now."""
    logins = [entry["data"].get("login") for entry in await saved_entries(home)]
    return {text for text in _texts(logins) if len(text) > 20}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))
