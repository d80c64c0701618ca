"""Login, refresh, cookies, foreign ids (wire 3, 8)."""

from collections.abc import Callable
from datetime import timedelta
import json
from typing import Any

import jwt
import pytest

from .wire import Wire

PROTECTED = (
    "/asset-owner/{asset_owner_id}",
    "/asset-owner/{asset_owner_id}/withAssetId",
    "/asset-owner/{asset_owner_id}/profile",
    "/asset-owner/{asset_owner_id}/electricity-agreement",
    "/asset-owner/{asset_owner_id}/invoice",
    "/asset-owner/{asset_owner_id}/consumption",
    "/asset/{asset_id}",
    "/asset/{asset_id}/revenue",
    "/asset-effective-uptime/available-months/{asset_id}",
    "/asset-effective-uptime/bar-chart/history/{asset_id}",
    "/asset-effective-uptime/pie-chart/{asset_id}?period=2026-11",
)


async def test_login(wire: Wire) -> None:
    """The body and both cookies are as documented (wire 3.1)."""
    response = await wire.sign_in()
    assert response.status == 200
    body = await response.json()
    assert body == {
        "user": {
            "id": wire.login["user_id"],
            "email": wire.login["username"],
            "role": 100,
            "name": None,
            "distributorId": None,
            "installerId": None,
            "assetOwnerId": wire.login["asset_owner_id"],
        },
        "refreshTokenExpirationDate": "2026-12-18T17:00:00.000Z",
    }
    assert set(wire.cookies) == {"Authentication", "Refresh"}
    for cookie in response.cookies.values():
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["secure"]
    claims = jwt.decode(
        wire.cookies["Authentication"], options={"verify_signature": False}
    )
    assert claims["exp"] - claims["iat"] == 900


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"password": "wrong"}, 401),
        ({"username": "nobody@example.com"}, 401),
        ({"remember": True}, 400),
    ],
)
async def test_refused_login(wire: Wire, changes: dict[str, Any], status: int) -> None:
    """Wrong credentials, and a body with anything else in it."""
    response = await wire.sign_in(**changes)
    assert response.status == status
    assert (await response.json())["statusCode"] == status
    assert wire.cookies == {}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_login_wants_json(wire: Wire, content_type: str) -> None:
    """Something else is a bad request."""
    async with wire.session.post(
        f"{wire.cloud.url}/auth/login",
        data=b"username=me",
        headers=wire.headers | {"Content-Type": content_type},
    ) as response:
        assert response.status == 400


@pytest.mark.parametrize("path", PROTECTED)
async def test_who_gets_in(wires: Callable[[str], Wire], path: str) -> None:
    """Only with a cookie, the Origin, and to what is one's own."""
    wire, other = wires("solar_home"), wires("plain_home")
    own, foreign = path.format(**wire.login), path.format(**other.login)
    assert await wire.status(own) == 401
    await wire.sign_in()
    await other.sign_in()
    assert await wire.status(own) == 200
    assert await wire.status(foreign) == 403
    assert await other.status(foreign) == 200
    wire.cloud.apply({"look": {"foreign": 404}})
    assert await wire.status(foreign) == 404
    wire.headers = {}
    assert await wire.status(own) == 403


async def test_lenient_gate(wires: Callable[[str], Wire]) -> None:
    """Without an Origin nobody is refused, if the cloud is lenient."""
    wire = wires("solar_home")
    wire.headers = {}
    assert (await wire.sign_in()).status == 403
    wire.cloud._gate._lenient = True
    assert (await wire.sign_in()).status == 200


async def test_refresh(signed_in: Wire) -> None:
    """A new access cookie replaces the old one; the refresh cookie stays."""
    wire = signed_in
    before = dict(wire.cookies)
    response = await wire.refresh()
    assert response.status == 200
    assert (await response.json())["assetOwnerId"] == wire.login["asset_owner_id"]
    assert wire.cookies["Authentication"] != before["Authentication"]
    assert wire.cookies["Refresh"] == before["Refresh"]
    assert await wire.status(wire.asset) == 200
    wire.cookies = before
    assert await wire.status(wire.asset) == 401
    assert (await wire.refresh()).status == 200


async def test_rotated_refresh(signed_in: Wire) -> None:
    """The old refresh cookie is dead afterwards."""
    wire = signed_in
    wire.cloud.apply({"rotate_refresh": True})
    before = dict(wire.cookies)
    assert (await wire.refresh()).status == 200
    assert wire.cookies["Refresh"] != before["Refresh"]
    wire.cookies = before
    assert (await wire.refresh()).status == 401


@pytest.mark.parametrize(
    ("look", "text"),
    [("wrapped", '{"user": {'), ("ok", '{"ok": true}'), ("empty", "")],
)
async def test_bodies_of_the_refresh(signed_in: Wire, look: str, text: str) -> None:
    """All shapes that were ever seen."""
    signed_in.cloud.apply({"look": {"refresh_body": look}})
    response = await signed_in.refresh()
    assert response.status == 200
    assert (await response.text()).startswith(text)


async def test_tokens_end(signed_in: Wire) -> None:
    """Access after a quarter of an hour, refresh after 28 days."""
    wire = signed_in
    wire.cloud.clock.advance(timedelta(minutes=14))
    assert await wire.status(wire.asset) == 200
    wire.cloud.clock.advance(timedelta(minutes=1))
    assert await wire.status(wire.asset) == 401
    assert (await wire.refresh()).status == 200
    wire.cloud.clock.advance(timedelta(days=28))
    assert (await wire.refresh()).status == 401


@pytest.mark.parametrize(
    ("tokens", "access", "refresh"),
    [("access", 401, 200), ("refresh", 200, 401), ("both", 401, 401)],
)
async def test_revocation(
    signed_in: Wire, tokens: str, access: int, refresh: int
) -> None:
    """Either token can die on its own."""
    wire = signed_in
    wire.cloud.apply({"revoke_tokens": {"account": "solar_home", "tokens": tokens}})
    assert await wire.status(wire.asset) == access
    assert (await wire.refresh()).status == refresh


async def test_changed_lives(wire: Wire) -> None:
    """Lives down to a second, opaque tokens, another password."""
    cloud = wire.cloud
    cloud.apply({"access_life": 1, "refresh_life": 60, "opaque_tokens": True})
    await wire.sign_in()
    assert wire.cookies["Authentication"].count(".") == 0
    cloud.clock.advance(timedelta(seconds=2))
    assert await wire.status(wire.asset) == 401
    (new,) = cloud.apply({"password": {"account": "solar_home"}}).values()
    assert (await wire.sign_in()).status == 401
    assert (await wire.sign_in(**new)).status == 200


async def test_installer(wires: Callable[[str], Wire]) -> None:
    """An installer can log in and owns nothing."""
    wire = wires("installer")
    body = await (await wire.sign_in()).json()
    assert body["user"]["assetOwnerId"] is None
    assert body["user"]["installerId"] == 42
    owner = wires("solar_home")
    assert await wire.status(owner.owner) == 403
    assert await wire.status(owner.asset) == 403


async def test_old_paths_are_gone(signed_in: Wire) -> None:
    """The uptime's paths of before July 2026, and unknown notices."""
    wire = signed_in
    assert await wire.status(f"/asset-uptime/available-months{wire.asset}") == 404
    assert await wire.status("/system-notification/active-other") == 404


async def test_not_modified(signed_in: Wire) -> None:
    """Who knows the answer by its ETag gets none."""
    wire = signed_in
    first = await wire.send("GET", wire.asset)
    tag = first.headers["ETag"]
    again = await wire.send("GET", wire.asset, **{"If-None-Match": tag})
    assert again.status == 304
    wire.cloud.apply({"disconnect": "solar_home"})
    changed = await wire.send("GET", wire.asset, **{"If-None-Match": tag})
    assert changed.status == 200
    assert json.loads(await changed.text())["flowerHubStatus"]["status"] == (
        "Disconnected"
    )
