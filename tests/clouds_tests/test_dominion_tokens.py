"""Dominion Energy's tokens over the wire: exchange, rotation, death; what the firewall lets pass."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from .dominion_wire import PORTAL, Wire

BP_NUMBER = "/Service/api/1/FromDb/GetBpNumber"
EXCHANGE = "/UsermanagementAPI/api/1/Login/auth"
REFRESH = "/UsermanagementAPI/api/1/login/auth/refresh"


async def ask(wire: Wire) -> int:
    """HTTP status of an ordinary data call."""
    status, _ = await wire.get(BP_NUMBER, Uuid=wire.claims["Uuid"])
    return status


async def test_exchange(wire: Wire) -> None:
    """Tokens, their life in minutes and who it is."""
    wire.cloud.gigya.forget_devices(wire.cloud.customers.logins[0])
    plain = Wire(wire.cloud, wire.session, 1)
    id_token = (await plain.submit_credentials())["id_token"]
    status, answer = await plain.exchange(id_token)
    assert status == 200
    assert answer["data"]["expiresIn"] == 30
    assert answer["data"]["user"]["email"] == plain.login["username"]
    lives = plain.claims["exp"] - int(plain.cloud.clock.timestamp())
    assert lives == 30 * 60


async def test_id_token_lives_a_minute(wire: Wire) -> None:
    """Afterwards it is refused like an unknown one."""
    plain = Wire(wire.cloud, wire.session, 1)
    id_token = (await plain.submit_credentials())["id_token"]
    wire.cloud.clock.advance(timedelta(seconds=60))
    assert (await plain.exchange(id_token))[0] == 401
    assert (await plain.exchange("unknown"))[0] == 401


async def test_early_id_token_is_refused(wire: Wire) -> None:
    """The id_token of a login without its second factor is no good."""
    answer = await wire.submit_credentials()
    assert answer["errorCode"] == 403101
    assert (await wire.exchange(answer["id_token"]))[0] == 401


@pytest.mark.parametrize(
    "headers", [{"pt": "1"}, {"st": ""}, {"e2eid": "x"}, {"channel": "APP"}]
)
async def test_exchange_headers(wire: Wire, headers: dict[str, str]) -> None:
    """The exchange has headers of its own."""
    plain = Wire(wire.cloud, wire.session, 1)
    id_token = (await plain.submit_credentials())["id_token"]
    assert (await plain.exchange(id_token, **headers))[0] == 400
    assert (await plain.exchange(id_token))[0] == 200


async def test_access_token_expires(wire: Wire) -> None:
    """After 30 minutes calls need a new one; an expired one still rotates."""
    await wire.sign_in()
    assert await ask(wire) == 200
    wire.cloud.clock.advance(timedelta(minutes=30))
    assert await ask(wire) == 401
    assert await wire.rotate() == 200
    assert await ask(wire) == 200


async def test_refresh_token_is_good_once(wire: Wire) -> None:
    """Both tokens are new; the old refresh token is dead, the new one is not."""
    await wire.sign_in()
    old_access, old_refresh = wire.access, wire.refresh
    assert await wire.rotate() == 200
    assert wire.access != old_access
    assert wire.refresh != old_refresh
    assert await wire.rotate(old_refresh) == 401
    assert await wire.rotate() == 200


async def test_parallel_refresh(wire: Wire) -> None:
    """Of two refreshes at once with the same token one fails."""
    await wire.sign_in()
    token = wire.refresh
    statuses = await asyncio.gather(wire.rotate(token), wire.rotate(token))
    assert sorted(statuses) == [200, 401]


async def test_refresh_token_dies_unused(wire: Wire) -> None:
    """A day without use ends it."""
    await wire.sign_in()
    wire.cloud.clock.advance(timedelta(hours=23, minutes=59))
    assert await wire.rotate() == 200
    wire.cloud.clock.advance(timedelta(hours=24))
    assert await wire.rotate() == 401


@pytest.mark.parametrize(
    ("tokens", "access", "refresh"),
    [("access", 401, 200), ("refresh", 200, 401), ("both", 401, 401)],
)
async def test_revocation(wire: Wire, tokens: str, access: int, refresh: int) -> None:
    """Either token can be revoked, of one login only."""
    other = Wire(wire.cloud, wire.session, 1)
    await wire.sign_in()
    await other.sign_in()
    wire.cloud.apply({"revoke_tokens": {"account": "solar_home", "tokens": tokens}})
    assert await ask(wire) == access
    assert await wire.rotate() == refresh
    assert await ask(other) == 200
    assert await other.rotate() == 200


async def test_revocation_in_short(wire: Wire) -> None:
    """The name alone revokes both."""
    await wire.sign_in()
    wire.cloud.apply({"revoke_tokens": wire.login["account"]})
    assert await ask(wire) == 401
    assert await wire.rotate() == 401


@pytest.mark.parametrize("header", ["uid", "pt", "channel"])
async def test_data_headers(wire: Wire, header: str) -> None:
    """A missing portal header is an error of its own, not of the token."""
    await wire.sign_in()
    status, answer = await wire.get(BP_NUMBER, {header: "x"}, Uuid=wire.claims["Uuid"])
    assert status == 400
    assert answer["status"]["error"] is True
    assert header in answer["status"]["message"]


async def test_firewall_wants_a_browser(wire: Wire) -> None:
    """Another User-Agent meets a page, not JSON."""
    await wire.sign_in()
    url = wire.cloud.hosts["data"] + BP_NUMBER
    async with wire.session.get(url, headers={"User-Agent": "python"}) as response:
        assert (response.status, response.content_type) == (403, "text/html")
        assert "Incapsula" in await response.text()


async def test_malformed_token_requests(wire: Wire) -> None:
    """A body that is no JSON object, or lacks its token, is refused and costs no token."""
    plain = Wire(wire.cloud, wire.session, 1)
    id_token = (await plain.submit_credentials())["id_token"]
    headers = {"pt": "", "st": "PL", "e2eid": str(uuid4())}
    for body in ({}, {"guestToken": "other"}, [id_token]):
        status, _ = await plain.post(
            EXCHANGE, body, Authorization=f"Bearer {id_token}", **headers
        )
        assert status == 400
    url = wire.cloud.hosts["data"] + REFRESH
    await plain.sign_in()
    async with wire.session.post(url, data="{", headers=PORTAL) as response:
        assert response.status == 400
    body = {"refreshToken": plain.refresh}
    async with wire.session.post(url, json=body, headers=PORTAL) as response:
        assert response.status == 401
    assert await plain.rotate() == 200
