"""Signatures, tokens, addresses and errors (wire 3)."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
import json
from typing import Any

import aiohttp
import pytest

from tests.clouds import running
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.elecnova.signature import signature
from tests.clouds_tests.conftest import NOW

from .wire import Wire, sign

CABINETS = "/api/v1/dev"
VECTORS = {
    "/comm/client": "MjgzZGNiODI5NGVmMzUwN2RmNjE2ODJjYjZjZDk2YjkyYzI5OWM4MmZhYjI4MDlhN2JkN2I5ZDE2YmJhYTEwOA==",
    "/api/v1/dev": "YzkwZDJlN2QzNGYzZmMyMzcyYmEyMmE5ZTBjMTk1ZTJjNjU3MjFjZmJmMjY3OTg5OGYyMWUwMWFhODgxYjUxNg==",
    "/api/v1/dev/2556110000": "NWQ0YzA2ZjU5ZmIxMGViMzIzODExOTI0NjFkYTM4NjEzNTJjNTUwM2I1ZWE3N2Y4MjA5YWYxZjI4YWRlNmM2Yw==",
    "/api/v1/dev/topic/mqtt-0001/2556110000": "ZmU5MGM2ZDM2OGFjYzM0MTQ5ZTg4YTIwNGJjZmUyZmY1YjAzYWQ1MDg5MTM3YmI3NGU4ZWRjYmM5YzQ3NTA5Ng==",
    "/api/v2/projects": "MjI2OWM5ZmZmM2M0ZWU4YjgzODFmOGY2NzUzODA0MGYxZjQ3NzRlMGQxZjA4ODFkYzk1NGM4ODM5NDgyOWVkOA==",
}


@pytest.mark.parametrize(("path", "value"), VECTORS.items())
def test_signature(path: str, value: str) -> None:
    """Pairs of a path and its signature (wire 3.1)."""
    assert signature("demo-secret", path, "1700000000000") == value
    assert sign("demo-secret", path, "1700000000000") == value


async def test_token(wire: Wire) -> None:
    """A bare object with token and credentials for the broker."""
    assert await wire.sign_in() == {
        "id": wire.account["mqtt_id"],
        "username": wire.account["mqtt_username"],
        "password": wire.account["mqtt_password"],
        "token": wire.token,
    }
    assert await wire.status(CABINETS) == 200
    assert [each.account for each in wire.cloud.requests.entries] == ["solar_site"] * 2


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-Access-ID": None}, "access id is required"),
        ({"X-Access-ID": "nobody"}, "access id is invalid"),
        ({"X-Timestamp": None}, "timestamp is invalid"),
        ({"X-Timestamp": "1700000000"}, "timestamp is invalid"),
        ({"X-Timestamp": "170000000000a"}, "timestamp is invalid"),
        ({"X-Timestamp": "1700000000000"}, "signature is invalid"),
        ({"X-Signature": None}, "signature is invalid"),
        ({"X-Signature": "x" * 88}, "signature is invalid"),
    ],
)
@pytest.mark.parametrize("path", ["/comm/client", CABINETS])
async def test_wrong_headers(
    signed_in: Wire, path: str, headers: dict[str, str | None], message: str
) -> None:
    """Every header is needed, and checked."""
    signed_in.headers = headers
    response = await signed_in.send(path)
    assert response.status == 401
    assert await response.json() == {"code": 401, "message": message}


async def test_signature_of_something_else(signed_in: Wire) -> None:
    """Another account's secret, another path, the query, the digest's bytes."""
    wire = signed_in
    timestamp = str(wire.usual_headers(CABINETS)["X-Timestamp"])
    secret = wire.account["client_secret"]
    for value in (
        sign("other", CABINETS, timestamp),
        sign(secret, "/comm/client", timestamp),
        sign(secret, f"{CABINETS}?page=1", timestamp),
        sign(secret, CABINETS, timestamp)[:44],
    ):
        wire.headers = {"X-Signature": value}
        assert await wire.status(CABINETS, page=1) == 401


@pytest.mark.parametrize("token", [None, "", "eyJunknown", "Bearer {token}"])
async def test_wrong_token(signed_in: Wire, token: str | None) -> None:
    """The raw token is wanted, nothing else."""
    wire = signed_in
    wire.headers = {"Authorization": token and token.format(token=wire.token)}
    response = await wire.send(CABINETS)
    assert response.status == 401
    body = {"code": 401, "message": "access token is invalid"}
    assert await response.json() == body


async def test_token_of_another(wires: Callable[[str], Wire], signed_in: Wire) -> None:
    """A token is good for its own account only; two accounts live side by side."""
    other = wires("aggregator")
    await other.sign_in()
    assert await other.status(CABINETS) == await signed_in.status(CABINETS) == 200
    other.token = signed_in.token
    assert await other.status(CABINETS) == 401


async def test_tokens_end(signed_in: Wire) -> None:
    """After a day, after a shorter life, when revoked."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.clock.advance(timedelta(seconds=86399))
    assert await wire.status(CABINETS) == 200
    cloud.clock.advance(timedelta(seconds=1))
    assert await wire.status(CABINETS) == 401
    cloud.apply({"token_life": 60})
    await wire.sign_in()
    cloud.clock.advance(timedelta(seconds=61))
    assert await wire.status(CABINETS) == 401
    await wire.sign_in()
    cloud.apply({"revoke_tokens": "solar_site"})
    assert await wire.status(CABINETS) == 401


async def test_older_tokens(signed_in: Wire) -> None:
    """They live on beside a new one, unless only one may live."""
    wire = signed_in
    first = wire.token
    await wire.sign_in()
    wire.token, second = first, wire.token
    assert await wire.status(CABINETS) == 200
    wire.cloud.apply({"single_token": True})
    await wire.sign_in()
    third = wire.token
    for wire.token, status in ((first, 401), (second, 401), (third, 200)):
        assert await wire.status(CABINETS) == status


@pytest.mark.parametrize(
    ("look", "status", "text"),
    [
        ("status", 401, '{"code": 401, "message": "access token is invalid"}'),
        ("body", 200, '{"code": 401, "message": "access token is invalid"}'),
        ("text", 401, "access token is invalid"),
        ("empty", 401, ""),
    ],
)
async def test_forms_of_errors(wire: Wire, look: str, status: int, text: str) -> None:
    """All that a client may have to understand."""
    wire.cloud.apply({"look": {"errors": look}})
    response = await wire.send(CABINETS)
    assert (response.status, await response.text()) == (status, text)


async def test_code_as_text(wire: Wire) -> None:
    """Codes may be digits in a string."""
    wire.cloud.apply({"look": {"code_as_text": True, "login_status": 400}})
    wire.headers = {"X-Signature": "wrong"}
    response = await wire.send("/comm/client")
    assert response.status == 400
    assert (await response.json())["code"] == "400"


async def test_new_secret(signed_in: Wire) -> None:
    """The old one and its tokens are dead."""
    wire = signed_in
    (new,) = wire.cloud.apply({"secret": "solar_site"}).values()
    assert await wire.status(CABINETS) == await wire.status("/comm/client") == 401
    wire.account |= new
    assert await wire.status(CABINETS) == 401
    await wire.sign_in()
    assert await wire.status(CABINETS) == 200
    asked = {"account": "solar_site", "secret": "chosen"}
    wire.cloud.apply({"secret": asked})
    assert wire.cloud.accounts[0]["client_secret"] == "chosen"


@pytest.mark.parametrize(
    ("look", "status", "text"),
    [
        ("status", 403, '{"code": 403, "message": "ip is not in the whitelist"}'),
        ("message", 401, '{"code": 401, "message": "ip is not in the whitelist"}'),
        ("empty", 200, ""),
    ],
)
async def test_whitelist(signed_in: Wire, look: str, status: int, text: str) -> None:
    """Another address is refused everywhere, in one of three ways."""
    wire, cloud = signed_in, signed_in.cloud
    listed = {"account": "solar_site", "addresses": ["203.0.113.7"]}
    cloud.apply({"whitelist": listed, "look": {"whitelist_refusal": look}})
    for path in ("/comm/client", CABINETS):
        response = await wire.send(path)
        assert (response.status, await response.text()) == (status, text)
    cloud.apply({"whitelist": listed | {"addresses": ["127.0.0.1"]}})
    assert await wire.status(CABINETS) == 200
    cloud.apply({"whitelist": listed | {"addresses": None}})
    assert await wire.status(CABINETS) == 200


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 401), (-6, 401)])
async def test_skew(signed_in: Wire, minutes: int, status: int) -> None:
    """A clock that is wrong is refused, once that is checked."""
    wire = signed_in
    at = int((wire.cloud.clock.timestamp() + minutes * 60) * 1000)
    value = sign(wire.account["client_secret"], CABINETS, str(at))
    wire.headers = {"X-Timestamp": str(at), "X-Signature": value}
    assert await wire.status(CABINETS) == 200
    wire.cloud.apply({"max_skew": 300})
    response = await wire.send(CABINETS)
    assert response.status == status
    if status == 401:
        assert (await response.json())["message"] == "timestamp is expired"


async def test_replays(signed_in: Wire) -> None:
    """A signature can be good once only."""
    wire = signed_in
    wire.cloud.apply({"refuse_replays": True})
    assert [await wire.status(CABINETS) for _ in "12"] == [200, 401]
    wire.cloud.clock.advance(timedelta(milliseconds=1))
    assert await wire.status(CABINETS) == 200


async def test_rate_limit(wires: Callable[[str], Wire], signed_in: Wire) -> None:
    """So many requests in a second of real time, and for each account."""
    wire, other = signed_in, wires("no_sun")
    await other.sign_in()
    wire.cloud.apply({"requests_per_second": 2})
    statuses = [await wire.status(CABINETS) for _ in range(4)]
    assert statuses[-1] == 429
    response = await wire.send(CABINETS)
    assert response.headers["Retry-After"] == "1"
    assert await response.json() == {"code": 429, "message": "too many requests"}
    assert await other.status(CABINETS) == 200
    wire.cloud.apply({"requests_per_second": None})
    assert {await wire.status(CABINETS) for _ in range(5)} == {200}


async def test_rate_recovers(signed_in: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second later there is room again."""
    wire = signed_in
    wire.cloud.apply({"requests_per_second": 1})
    now = 1e9
    monkeypatch.setattr("tests.clouds.elecnova.gate._real_time", lambda: now)
    assert [await wire.status(CABINETS) for _ in "12"] == [200, 429]
    now += 1
    assert await wire.status(CABINETS) == 200


async def test_post_and_unknown_paths(signed_in: Wire) -> None:
    """Only GET, and none of the paths of old."""
    assert (await signed_in.send(CABINETS, "POST")).status == 405
    for path in ("/api/v1/cabinet/list", "/api/v1/auth/token", "/"):
        assert await signed_in.status(path) == 404


@pytest.fixture
async def lenient(
    session: aiohttp.ClientSession,
) -> AsyncIterator[Wire]:
    """The first account at a lenient cloud, with a token."""
    cloud = ElecnovaCloud(lenient=True)
    cloud.clock.set(NOW, frozen=True)
    async with running(cloud):
        wire = Wire(cloud, session, cloud.accounts[0])
        await wire.sign_in()
        yield wire


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_lenient(lenient: Wire, method: str) -> None:
    """What older clients send is good enough, as long as the token is."""
    wire = lenient
    bare: dict[str, str | None] = {
        "X-Access-ID": None,
        "X-Signature": None,
        "X-Timestamp": None,
    }
    timestamp = str(wire.usual_headers(CABINETS)["X-Timestamp"])
    query = sign(wire.account["client_secret"], f"{CABINETS}?page=1", timestamp)
    variants: list[dict[str, str | None]] = [
        {},
        {"Authorization": f"Bearer {wire.token}"},
        bare | {"Authorization": f"Bearer {wire.token}"},
        {"X-Signature": query},
    ]
    for headers in variants:
        wire.headers = headers
        response = await wire.send(CABINETS, method, page=1)
        assert response.status == 200
        assert len(json.loads(await response.text())) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (CABINETS, {"X-Signature": "wrong"}),
        (CABINETS, {"X-Access-ID": None, "Authorization": "wrong"}),
        ("/comm/client", {"X-Access-ID": None}),
        ("/comm/client", {"X-Signature": None}),
    ],
)
async def test_lenient_to_a_point(
    lenient: Wire, path: str, headers: dict[str, Any]
) -> None:
    """Wrong ones are refused all the same."""
    lenient.headers = headers
    assert await lenient.status(path) == 401
