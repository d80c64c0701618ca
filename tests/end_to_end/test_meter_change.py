"""A home in Israel: a month away, rotated tokens, another meter, a corrected day."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
import pytest

from .api import HomeAssistantApi
from .check import differences, log_differences
from .home import Home, free_port
from .iec import ZONE, answers, known_since
from .simulator import Simulator, running_simulator
from .waiting import saved_entries, wait_for_import

_DOMAIN = "iec"
_AWAY = timedelta(days=31)
_HISTORY_DAYS = 38
_CHANGED_DAYS_AGO = 12
_CORRECTED_DAYS_AGO = 6
_PATIENCE = 90
_PAUSE = 2
"""Seconds: to compare everything takes its time."""


class Story:
    """A person with a meter."""

    def __init__(self, home: Home, simulator: Simulator) -> None:
        """Begin before anything is known."""
        self.home = home
        self.simulator = simulator
        self.person: Mapping[str, Any] = simulator.accounts[0]
        self.today = datetime.now(UTC).replace(microsecond=0)

    def day(self, days_ago: int) -> str:
        """Return a local day."""
        day = self.today.astimezone(ZONE).date() - timedelta(days=days_ago)
        return day.isoformat()

    async def differences(self, api: HomeAssistantApi) -> list[str]:
        """Compare the recorder with what the cloud tells now."""
        first = self.today.astimezone(ZONE).date() - timedelta(days=_HISTORY_DAYS)
        known = await known_since(self.simulator, self.person, first)
        return await differences(api, known)

    async def assert_all_arrives(self, api: HomeAssistantApi) -> None:
        """Wait until the recorder holds what the cloud tells, and nothing else."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while wrong := await self.differences(api):
            assert asyncio.get_running_loop().time() < deadline, wrong
            await asyncio.sleep(_PAUSE)

    async def stored_login(self) -> dict[str, str]:
        """Return the tokens that Home Assistant stores."""
        entries = await saved_entries(self.home)
        (login,) = [e["data"]["login"] for e in entries if e["domain"] == _DOMAIN]
        found: dict[str, str] = login
        return found

    async def codes_sent(self) -> int:
        """Return how many one-time codes were asked for so far."""
        return sum(
            request["method"] == "POST" and request["path"].endswith("/verify")
            for request in await self.simulator.requests()
        )


@pytest.fixture
async def story(session: ClientSession, tmp_path: Path) -> AsyncIterator[Story]:
    """Return a home that uses a simulated cloud, with everything in its log."""
    async with running_simulator(session, _DOMAIN, tmp_path) as simulator:
        home = Home(tmp_path / "home", free_port())
        home.furnish({_DOMAIN: simulator.hosts}, {"custom_components": "debug"})
        yield Story(home, simulator)


async def test_a_month_away(story: Story, session: ClientSession) -> None:
    """Every hour is as the cloud has it, and the user has signed in once."""
    simulator = story.simulator
    await simulator.change(rotate_refresh=True, token_life=3600)
    await simulator.set_clock(story.today - _AWAY, frozen=True)
    async with story.home.running(session) as api:
        await _add(api, story)
        await api.set_options(_DOMAIN, {"history_days": _HISTORY_DAYS})
        await wait_for_import(api, _DOMAIN)
        assert await story.differences(api) == []
    first = await story.stored_login()
    codes = await story.codes_sent()

    await simulator.change(
        replace_meter={
            "account": story.person["name"],
            "day": story.day(_CHANGED_DAYS_AGO),
        }
    )
    await simulator.set_clock(story.today, frozen=True)
    async with story.home.running(session) as api:
        await story.assert_all_arrives(api)
        await _correct_a_day(api, story)
        await story.assert_all_arrives(api)
        assert await _reauth_flows(api) == []
    # The refresh token that was used is void: without the new one all would end.
    assert (await story.stored_login())["refresh_token"] != first["refresh_token"]
    assert await story.codes_sent() == codes
    await _assert_discreet_log(story, first)


async def _add(api: HomeAssistantApi, story: Story) -> None:
    """Sign in, with a typing error that costs nothing."""
    typed = answers(story.person)
    step = await api.start_flow(_DOMAIN)
    step = await api.walk(step, typed, until="code")
    codes = await story.codes_sent()
    step = await api.answer(step, {"code": "000000"})
    assert (step["step_id"], step["errors"]) == ("code", {"code": "invalid_code"})
    step = await api.walk(await api.answer(step, typed["code"]), typed)
    assert step["type"] == "create_entry"
    assert codes


async def _correct_a_day(api: HomeAssistantApi, story: Story) -> None:
    """Have a day changed in the cloud, and everything read anew."""
    await story.simulator.change(
        correct={
            "account": story.person["name"],
            "day": story.day(_CORRECTED_DAYS_AGO),
            "factor": 1.5,
        }
    )
    assert await story.differences(api)
    (entry,) = await api.entries(_DOMAIN)
    await api.post(f"/api/config/config_entries/entry/{entry['entry_id']}/reload", {})


async def _reauth_flows(api: HomeAssistantApi) -> list[dict[str, Any]]:
    flows = await api.command("config_entries/flow/progress")
    return [flow for flow in flows if flow["context"]["source"] == "reauth"]


async def _assert_discreet_log(story: Story, first: Mapping[str, str]) -> None:
    """The log tells a lot, but nothing about the person."""
    assert log_differences(story.home.log) == []
    log = story.home.log.read_text("utf-8")
    assert "DEBUG (MainThread) [custom_components.iec" in log
    person = story.person
    secrets = {person["user_id"], person["code"], person["bp_number"]}
    last = await story.stored_login()
    secrets |= {v for login in (first, last) for v in login.values()}
    assert [secret for secret in secrets if len(secret) > 5 and secret in log] == []
