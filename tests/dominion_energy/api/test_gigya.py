"""Answers of the identity service that its simulation never gives (wire 3)."""

from collections.abc import AsyncIterator, Callable
from datetime import date
import socket
from typing import Any

from aiohttp import ClientSession, TCPConnector, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CloudError,
    CodeExpired,
    CodeRejected,
    CodeRequired,
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.transport import Transport
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import Endpoints
from custom_components.dominion_energy.api.gigya import SignIn
from custom_components.dominion_energy.api.gigya_errors import attempt_error, code_error
from custom_components.dominion_energy.api.login import Credentials
from custom_components.dominion_energy.api.models import Account
from custom_components.dominion_energy.api.second_factor import SecondFactor
from custom_components.dominion_energy.api.token_service import Refused

OK: dict[str, Any] = {"errorCode": 0}
PENDING = {"errorCode": 403101, "regToken": "reg", "UID": "AB-12"}
TOKENS: dict[str, Any] = {
    "status": {"code": 200, "error": False},
    "data": {"accessToken": "access-1", "refreshToken": "refresh-1", "expiresIn": 30},
}


class Script:
    """A service that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        """Begin with a login that succeeds."""
        self.answers: dict[str, Any] = {
            "accounts.webSdkBootstrap": OK,
            "accounts.login": {**OK, "UID": "AB-12", "id_token": "id"},
            "auth": TOKENS,
        }
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    async def answer(self, request: web.Request) -> web.Response:
        """Answer any request by the last part of its path."""
        name = request.path.rpartition("/")[2]
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((name, dict(request.query) | form, dict(request.cookies)))
        return web.json_response(self.answers.get(name, {}))

    def parameters(self, name: str) -> dict[str, str]:
        """Return what was asked with the last call of this name."""
        return next(query for asked, query, _ in reversed(self.asked) if asked == name)


@pytest.fixture
def script() -> Script:
    """What the service answers."""
    return Script()


@pytest.fixture
async def client(socket_enabled: None, script: Script) -> AsyncIterator[DominionClient]:
    """A client of the scripted service."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    connector = TCPConnector(family=socket.AF_INET)
    async with (
        TestServer(app, host="localhost") as server,
        ClientSession(connector=connector) as session,
    ):
        url = str(server.make_url("")).rstrip("/")
        yield DominionClient(
            Transport(session, budget=RequestBudget(100)),
            endpoints=Endpoints(url, url, url),
            credentials=Credentials("pat@example.com", "secret password"),
        )


async def handler_of(client: DominionClient, script: Script) -> SecondFactor:
    """Return the handler of a login that needs a code."""
    script.answers["accounts.login"] = PENDING
    with pytest.raises(CodeRequired) as raised:
        await client.sign_in()
    assert isinstance(raised.value.handler, SecondFactor)
    return raised.value.handler


async def test_account_info(client: DominionClient, script: Script) -> None:
    """Without an id_token the account information is asked for one."""
    script.answers["accounts.login"] = {**OK, "sessionInfo": {"login_token": "st2"}}
    script.answers["accounts.getAccountInfo"] = {**OK, "UID": "CD-34", "id_token": "i"}

    login = await client.sign_in()

    assert login.uid == "cd34"
    [(query, cookies)] = [
        (query, cookies)
        for name, query, cookies in script.asked
        if name == "accounts.getAccountInfo"
    ]
    assert query["login_token"] == "st2"
    assert cookies["glt_4_6zEg-HY_0eqpgdSONYkJkQ"] == "st2"
    assert "glt_4_6zEg-HY_0eqpgdSONYkJkQ" not in str(login.cookies)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"accounts.login": OK}, Malformed),
        ({"accounts.login": {**OK, "sessionInfo": []}}, Malformed),
        ({"accounts.login": {**OK, "sessionInfo": {"login_token": "t"}}}, Malformed),
        (
            {
                "accounts.login": {**OK, "sessionInfo": {"login_token": "t"}},
                "accounts.getAccountInfo": OK,
            },
            Malformed,
        ),
        (
            {
                "accounts.login": {**OK, "sessionInfo": {"login_token": "t"}},
                "accounts.getAccountInfo": {"errorCode": 403005},
            },
            ProviderError,
        ),
        ({"accounts.login": {"errorCode": 403101}}, Malformed),
        ({"accounts.login": []}, Malformed),
        ({"accounts.login": {"errorCode": None}}, Malformed),
        ({"auth": {"status": {"code": 200}, "data": None}}, Malformed),
        (
            {"auth": {"status": {"code": 200}, "data": {"accessToken": "access-1"}}},
            Malformed,
        ),
        ({"auth": {"status": {"code": 401, "error": True}}}, Refused),
    ],
)
async def test_odd_answers(
    client: DominionClient,
    script: Script,
    answers: dict[str, Any],
    error: type[CloudError],
) -> None:
    """An answer that lacks what it is asked for is no refusal of the user."""
    script.answers |= answers
    with pytest.raises(error) as raised:
        await client.sign_in()
    assert type(raised.value) is error


async def test_user_of_the_exchange(client: DominionClient, script: Script) -> None:
    """A sign-in without user id gets it from the data service."""
    script.answers["accounts.login"] = {**OK, "id_token": "id"}
    script.answers["auth"] = {
        **TOKENS,
        "data": {**TOKENS["data"], "user": {"uuid": "AB-CD"}},
    }
    assert (await client.sign_in()).uid == "abcd"


async def test_deliveries(client: DominionClient, script: Script) -> None:
    """Names may be plain, other factors are passed over, a landline gets a call."""
    handler = await handler_of(client, script)
    script.answers["accounts.tfa.getProviders"] = {
        **OK,
        "activeProviders": [
            "gigyaPhone",
            {"name": "gigyaTotp"},
            {"name": "gigyaEmail"},
        ],
    }
    script.answers["accounts.tfa.initTFA"] = {**OK, "gigyaAssertion": "first"}
    script.answers["accounts.tfa.phone.getRegisteredPhoneNumbers"] = {
        **OK,
        "phones": [
            {"id": "1", "obfuscated": "+##1", "lastMethod": "VOICE"},
            {"id": "2", "lastMethod": None},
            {"id": ""},
            "odd",
        ],
    }
    script.answers["accounts.tfa.email.getEmails"] = {**OK, "emails": None}

    voice, *others = await handler.deliveries()

    assert (voice.channel, voice.masked) == (Channel.VOICE, "+##1")
    assert [(each.channel, each.masked) for each in others] == [
        (Channel.SMS, "+##1"),
        (Channel.SMS, ""),
        (Channel.VOICE, ""),
    ]

    script.answers["accounts.tfa.phone.sendVerificationCode"] = {
        **OK,
        "phvToken": "phv",
        "gigyaAssertion": "second",
    }
    await handler.send(voice)
    sent = script.parameters("accounts.tfa.phone.sendVerificationCode")
    assert (sent["method"], sent["phoneID"], sent["gigyaAssertion"]) == (
        "voice",
        "1",
        "first",
    )
    with pytest.raises(Malformed):
        await handler.submit("1")
    proof = script.parameters("accounts.tfa.phone.completeVerification")
    assert (proof["gigyaAssertion"], proof["phvToken"]) == ("second", "phv")


@pytest.mark.parametrize(
    "providers",
    [OK | {"activeProviders": "gigyaPhone"}, OK | {"activeProviders": ["gigyaEmail"]}],
)
async def test_odd_deliveries(
    client: DominionClient, script: Script, providers: dict[str, Any]
) -> None:
    """A list that is none, or a provider without an assertion, is an error."""
    handler = await handler_of(client, script)
    script.answers["accounts.tfa.getProviders"] = providers
    script.answers["accounts.tfa.initTFA"] = OK
    with pytest.raises(Malformed):
        await handler.deliveries()


@pytest.mark.parametrize(
    ("to_error", "code", "details", "error"),
    [
        (code_error, 400006, "Wrong verification code", CodeRejected),
        (code_error, 400006, "MAXIMUM allowed tries exceeded", CodeRejected),
        (code_error, 400006, "Invalid JWT", CodeExpired),
        (code_error, 400006, "The code has Expired", CodeExpired),
        (code_error, 400006, "", CodeRejected),
        (code_error, 400003, "Invalid code", CodeRejected),
        (code_error, 400002, "Missing phvToken", ProviderError),
        (code_error, 403002, "", CodeExpired),
        (code_error, 403048, "", RateLimited),
        (code_error, 403120, "", AccountLocked),
        (code_error, 500001, "", ProviderError),
        (attempt_error, 400006, "Invalid jwt", CodeExpired),
        (attempt_error, 400006, "phoneID", ProviderError),
        (attempt_error, 403005, "", ProviderError),
        (attempt_error, 403999, "", CodeExpired),
        (attempt_error, 504002, "", ProviderError),
    ],
)
def test_errors_of_a_code(
    to_error: Callable[[int, str], CloudError],
    code: int,
    details: str,
    error: type[CloudError],
) -> None:
    """One code stands for three things; the details tell them apart."""
    found = to_error(code, details)
    assert type(found) is error
    if isinstance(found, CodeRejected):
        assert found.exhausted is details.startswith("MAXIMUM")
    assert not details or details not in str(found)


async def test_complete_login(client: DominionClient, script: Script) -> None:
    """A sign-in that was finished elsewhere becomes a login, too."""
    login = await client.complete_login(SignIn(uid="AB-12", id_token="id"))
    assert client.login is login
    assert login.uid == "ab12"


@pytest.mark.parametrize("data", [None, [], {}, {"customerNumber": ""}])
async def test_no_customer_number(
    client: DominionClient, script: Script, data: object
) -> None:
    """Without a customer number nothing else can be asked for."""
    script.answers["GetBpNumber"] = {"status": {"code": 200}, "data": data}
    await client.sign_in()
    with pytest.raises(Malformed):
        await client.get_customer_number()


async def test_data_in_place_of_files(client: DominionClient, script: Script) -> None:
    """An envelope without error in place of a file is an odd answer."""
    nothing = {"status": {"code": 200}, "data": None}
    for name in ("DownloadExcelNew", "GreenButton", "current"):
        script.answers[name] = nothing
    await client.sign_in()
    day = date(2026, 1, 15)
    with pytest.raises(Malformed):
        await client.get_workbook("1", "2", day, day)
    account = Account.read({"account": "1"})
    with pytest.raises(Malformed):
        await client.get_green_button(account, "2", "", day, day)
    assert await client.get_current_bill("1") is None
