"""The power fails in the second after a token was replaced: nobody signs in again."""

import asyncio
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from .api import HomeAssistantApi
from .demo import add_provider
from .home import Home, free_port
from .providers import PROVIDERS
from .simulator import Simulator, running_simulator
from .waiting import saved_entries, wait_for_import

_DOMAIN = "dominion_energy"
_PROVIDER = next(each for each in PROVIDERS if each.domain == _DOMAIN)
_RENEWAL = "/login/auth/refresh"
_SIGN_IN = "accounts.login"


async def test_a_rotated_token_survives(session: ClientSession, tmp_path: Path) -> None:
    """It is on disk before it is used, unlike the entry."""
    async with running_simulator(session, _DOMAIN, tmp_path) as simulator:
        home = Home(tmp_path / "home", free_port())
        home.furnish({_DOMAIN: simulator.hosts})
        async with home.running(session) as api:
            await add_provider(api, _PROVIDER, simulator.accounts[0])
            await wait_for_import(api, _DOMAIN)
            await saved_entries(home)
            await _let_a_token_end(simulator, hours=1)
            signed_in = len(await _asked(simulator, _SIGN_IN))
            refresh = asyncio.create_task(api.call_action(_DOMAIN, "refresh"))
            await _used_after_renewal(simulator)
            await home.kill()
            await asyncio.gather(refresh, return_exceptions=True)
        new = _kept_login(home)["tokens"]["refresh"]
        assert new not in json.dumps(await saved_entries(home))

        await _let_a_token_end(simulator, hours=2)
        renewed = len(await _asked(simulator, _RENEWAL))
        async with home.running(session) as api:
            await wait_for_import(api, _DOMAIN)
            assert [each["state"] for each in await api.entries(_DOMAIN)] == ["loaded"]
            assert await _reauth_flows(api) == []
        answers = (await _asked(simulator, _RENEWAL))[renewed:]
        assert [each["status"] for each in answers] == [200]
        assert len(await _asked(simulator, _SIGN_IN)) == signed_in


async def _let_a_token_end(simulator: Simulator, *, hours: int) -> None:
    now = datetime.now(UTC) + timedelta(hours=hours)
    await simulator.set_clock(now, frozen=False)


async def _asked(simulator: Simulator, part: str) -> list[dict[str, Any]]:
    return [each for each in await simulator.requests() if part in each["path"]]


async def _used_after_renewal(simulator: Simulator) -> None:
    """Wait until the token of a renewal is used."""
    async with asyncio.timeout(60):
        while True:
            asked = await simulator.requests()
            at = [
                number for number, each in enumerate(asked) if _RENEWAL in each["path"]
            ]
            if at and any(each["status"] == 200 for each in asked[at[-1] + 1 :]):
                return
            await asyncio.sleep(0.01)


def _kept_login(home: Home) -> dict[str, Any]:
    (path,) = home.storage.glob("cloud_energy.*.login")
    login: dict[str, Any] = json.loads(path.read_text("utf-8"))["data"]["login"]
    return login


async def _reauth_flows(api: HomeAssistantApi) -> list[dict[str, Any]]:
    flows: list[dict[str, Any]] = await api.command("config_entries/flow/progress")
    return [each for each in flows if each["context"]["source"] == "reauth"]
