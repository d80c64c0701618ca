"""Odd answers of the user pool: each ends as what it is."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import (
    CloudError,
    CodeExpired,
    CodeRejected,
    CodeRequired,
    InvalidCredentials,
    Malformed,
    ProviderError,
    SessionExpired,
)
from custom_components.cloud_energy.client.transport import Transport
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.const import Endpoints
from custom_components.emporia.api.errors import FinishInApp, ProviderChanged
from custom_components.emporia.api.login import Credentials

type Answer = tuple[int, Any]
type Make = Callable[..., EmporiaClient]

CHALLENGE = {
    "USERNAME": "someone",
    "USER_ID_FOR_SRP": "someone",
    "SALT": "8f3c",
    "SRP_B": "abc123",
    "SECRET_BLOCK": "AAEC",
}
ID_TOKEN = f"h.{b64encode(b'{"sub": "user"}').decode()}.s"
TOKENS = {"AuthenticationResult": {"IdToken": ID_TOKEN, "RefreshToken": "refresh-1"}}


class Pool:
    """A user pool that answers what it is told to, one after the other."""

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.answers: list[Answer] = []
        self.asked: list[Any] = []

    async def serve(self, request: web.Request) -> web.Response:
        """Give the next answer."""
        self.asked.append(await request.json())
        status, body = self.answers.pop(0)
        return web.json_response(body, status=status)


@pytest.fixture
async def pool(socket_enabled: None) -> AsyncIterator[tuple[Pool, EmporiaClient]]:
    """Serve a pool, with a client that signs in there."""
    pool = Pool()
    app = web.Application()
    app.router.add_post("/", pool.serve)
    async with TestServer(app) as server, ClientSession() as session:
        client = EmporiaClient(
            Transport(session, budget=RequestBudget(1000)),
            endpoints=Endpoints(cognito=str(server.make_url("")).rstrip("/")),
            credentials=Credentials("Someone@Example.com", "secret words"),
        )
        yield pool, client


def challenge(**changes: str) -> Answer:
    """Return the challenge of the proof, with some of it changed."""
    return 200, {
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": CHALLENGE | changes,
    }


def error(kind: str, message: str = "") -> Answer:
    """Return an error as Cognito writes it."""
    return 400, {"__type": kind, "message": message}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(200, [])], Malformed),
        ([(200, {"AuthenticationResult": {}})], Malformed),
        ([challenge(SALT="no number")], Malformed),
        ([challenge(SECRET_BLOCK="?")], Malformed),
        ([challenge(SECRET_BLOCK="")], Malformed),
        ([challenge(SRP_B="0")], Malformed),
        ([error("SomethingNew")], ProviderError),
        ([error("InvalidParameterException", "Missing USERNAME")], ProviderChanged),
        ([error("x#UserNotFoundException")], InvalidCredentials),
        ([error("UserNotConfirmedException")], FinishInApp),
        (
            [challenge(), error("NotAuthorizedException", "Invalid session, expired.")],
            InvalidCredentials,
        ),
        (
            [(200, {"ChallengeName": "SELECT_MFA_TYPE", "ChallengeParameters": None})],
            FinishInApp,
        ),
        (
            [
                (
                    200,
                    {
                        "ChallengeName": "SELECT_MFA_TYPE",
                        "ChallengeParameters": {"MFAS_CAN_CHOOSE": "["},
                    },
                )
            ],
            FinishInApp,
        ),
    ],
    ids=str,
)
async def test_odd_answers(
    pool: tuple[Pool, EmporiaClient],
    answers: list[Answer],
    expected: type[CloudError],
) -> None:
    """None of them is taken for another."""
    served, client = pool
    served.answers = answers
    with pytest.raises(expected) as raised:
        await client.sign_in()
    assert "example" not in str(raised.value)


async def test_the_password_stays_here(pool: tuple[Pool, EmporiaClient]) -> None:
    """It is not in any request, whatever the pool allows."""
    served, client = pool
    served.answers = [challenge(), (200, TOKENS)]
    login = await client.sign_in()
    assert (login.id_token, login.refresh_token) == (ID_TOKEN, "refresh-1")
    assert login.is_fresh
    assert "secret words" not in str(served.asked)
    assert served.asked[0]["AuthParameters"]["USERNAME"] == "someone@example.com"
    served.answers = [
        error("InvalidParameterException", "USER_SRP_AUTH flow not enabled"),
        (200, TOKENS),
    ]
    with pytest.raises(ProviderChanged):
        await client.sign_in()
    assert "secret words" not in str(served.asked)


async def test_a_code_after_another(pool: tuple[Pool, EmporiaClient]) -> None:
    """A second challenge behind the first one asks for another code."""
    served, client = pool
    sms = {"ChallengeName": "SMS_MFA", "Session": "s1", "ChallengeParameters": {}}
    served.answers = [(200, sms)]
    with pytest.raises(CodeRequired) as raised:
        await client.sign_in()
    handler = raised.value.handler
    assert await handler.deliveries() == []
    served.answers = [(200, sms | {"Session": "s2"})]
    with pytest.raises(CodeRejected):
        await handler.submit("1")
    served.answers = [error("CodeMismatchException")]
    with pytest.raises(CodeRejected):
        await handler.submit("2")
    assert served.asked[-1]["Session"] == "s2"
    spent = "Invalid session for the user, session can only be used once."
    served.answers = [error("NotAuthorizedException", spent)]
    with pytest.raises(CodeExpired):
        await handler.submit("3")
    assert served.asked[-1]["Session"] == "s2"
    with pytest.raises(CodeExpired):
        await handler.deliveries()


@pytest.mark.parametrize(
    ("kind", "is_over"), [("SOFTWARE_TOKEN_MFA", False), ("SMS_MFA", True)]
)
async def test_a_stale_code(
    pool: tuple[Pool, EmporiaClient], kind: str, *, is_over: bool
) -> None:
    """An app shows the next code by itself; a message has to be sent anew."""
    served, client = pool
    served.answers = [
        (200, {"ChallengeName": kind, "Session": "s1", "ChallengeParameters": {}})
    ]
    with pytest.raises(CodeRequired) as raised:
        await client.sign_in()
    handler = raised.value.handler
    served.answers = [error("ExpiredCodeException")]
    with pytest.raises(CodeExpired if is_over else CodeRejected):
        await handler.submit("111111")
    if is_over:
        with pytest.raises(CodeExpired):
            await handler.deliveries()
        return
    served.answers = [(200, TOKENS)]
    assert (await handler.submit("222222")).id_token == ID_TOKEN
    assert served.asked[-1]["Session"] == "s1"


async def test_a_choice_is_made_once(pool: tuple[Pool, EmporiaClient]) -> None:
    """Without a choice no code is taken, and a second one begins anew."""
    served, client = pool
    select = {
        "ChallengeName": "SELECT_MFA_TYPE",
        "Session": "s1",
        "ChallengeParameters": {"MFAS_CAN_CHOOSE": '["SMS_MFA","NEW_KIND"]'},
    }
    served.answers = [(200, select)]
    with pytest.raises(CodeRequired) as raised:
        await client.sign_in()
    handler = raised.value.handler
    (delivery,) = await handler.deliveries()
    with pytest.raises(CodeRejected):
        await handler.submit("1")
    sms = {"ChallengeName": "SMS_MFA", "Session": "s2", "ChallengeParameters": {}}
    served.answers = [(200, sms)]
    await handler.send(delivery)
    with pytest.raises(CodeExpired):
        await handler.send(delivery)
    served.answers = [(200, TOKENS)]
    assert (await handler.submit("123456")).id_token == ID_TOKEN


@pytest.mark.parametrize(
    "pasted",
    [
        "refresh-token.of_many-parts==",
        ' "refresh-token.of_many-parts=="\n',
        "refresh-token.of_\n  many-parts==",
        'pool.hostedUi.refreshToken\t"refresh-token.of_many-parts=="',
        '{"refreshToken": "refresh-token.of_many-parts=="}',
    ],
)
async def test_a_token_as_a_browser_copies_it(
    pool: tuple[Pool, EmporiaClient], pasted: str
) -> None:
    """Quotes, line breaks and its name do no harm."""
    served, client = pool
    served.answers = [(200, TOKENS)]
    await client.use_refresh_token(pasted)
    sent = served.asked[-1]["AuthParameters"]["REFRESH_TOKEN"]
    assert sent == "refresh-token.of_many-parts=="


async def test_without_anything(pool: tuple[Pool, EmporiaClient]) -> None:
    """A client with neither password nor token says so."""
    served, _ = pool
    async with ClientSession() as session:
        client = EmporiaClient(Transport(session, budget=RequestBudget(10)))
        with pytest.raises(SessionExpired):
            await client.get_customer()
        with pytest.raises(SessionExpired):
            await client.sign_in()
    assert served.asked == []
