"""Dominion Energy's login over the wire: credentials, second factor, trusted devices, every error."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.clouds import running
from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.dominion_energy.gigya_errors import ERRORS

from .dominion_wire import INCLUDE, Wire

PROVIDERS = ("gigyaPhone", "gigyaEmail")


def error(answer: dict[str, Any]) -> tuple[int, str]:
    """Code and details of an error."""
    return answer["errorCode"], answer["errorDetails"]


async def pending(wire: Wire, provider: str) -> dict[str, str]:
    """A login whose code has been sent."""
    answer = await wire.submit_credentials()
    assert answer["errorCode"] == 403101
    assert answer["statusCode"] == 403
    return await wire.send_code(answer["regToken"], provider)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_second_factor(wire: Wire, provider: str) -> None:
    """The whole way, by phone and by e-mail; afterwards the device is known for 30 days."""
    await wire.sign_in(provider)
    assert wire.claims["Uuid"].replace("-", "") == wire.login["user_id"]
    again = await wire.submit_credentials()
    assert again["errorCode"] == 0
    wire.cloud.clock.advance(timedelta(days=30))
    assert (await wire.submit_credentials())["errorCode"] == 403101


async def test_providers_and_targets(wire: Wire) -> None:
    """E-mail stands before phone; a phone has a last method, an e-mail address has none."""
    reg_token = (await wire.submit_credentials())["regToken"]
    answer = await wire.gigya("accounts.tfa.getProviders", regToken=reg_token)
    names = [each["name"] for each in answer["activeProviders"]]
    assert names == ["gigyaEmail", "gigyaPhone"]
    shown = {}
    for provider, call in (
        ("gigyaPhone", "phone.getRegisteredPhoneNumbers"),
        ("gigyaEmail", "email.getEmails"),
    ):
        assertion = await wire.gigya(
            "accounts.tfa.initTFA", provider=provider, mode="verify", regToken=reg_token
        )
        shown[provider] = await wire.gigya(
            f"accounts.tfa.{call}", gigyaAssertion=assertion["gigyaAssertion"]
        )
    phone, email = shown["gigyaPhone"]["phones"][0], shown["gigyaEmail"]["emails"][0]
    assert phone["lastMethod"] == "sms"
    assert phone["obfuscated"].startswith("+####")
    assert "lastMethod" not in email
    assert email["obfuscated"].endswith("@example.com")


async def test_device_cookies(wire: Wire) -> None:
    """Bootstrap gives a device id once and keeps one that is presented; the login page sets the firewall's cookies."""
    async with wire.session.get(f"{wire.cloud.hosts['login']}/CommonLogin") as page:
        names = set(page.cookies)
    assert {name.split("_")[0] for name in names} == {
        "visid",
        "nlbi",
        "incap",
        "SelectedAppName",
    }
    await wire.gigya("accounts.webSdkBootstrap")
    cookies = wire.session.cookie_jar.filter_cookies(URL(wire.cloud.url))
    first = cookies["gmid"].value
    assert first.startswith("gmid.ver4.")
    assert cookies["hasGmid"].value == "ver4"
    await wire.gigya("accounts.webSdkBootstrap")
    cookies = wire.session.cookie_jar.filter_cookies(URL(wire.cloud.url))
    assert cookies["gmid"].value == first


async def test_trust_belongs_to_one_device(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    """Without the device id, or after the cloud forgot it, the code is asked for again."""
    await wire.sign_in()
    wire.cloud.apply({"forget_devices": "solar_home"})
    assert (await wire.submit_credentials())["errorCode"] == 403101
    await wire.sign_in()
    session.cookie_jar.clear()
    assert (await wire.submit_credentials())["errorCode"] == 403101


async def test_temporary_device_is_not_trusted(wire: Wire) -> None:
    """`tempDevice=true` finishes this login only."""
    sent = await pending(wire, "gigyaPhone")
    verified = await wire.verify_code("gigyaPhone", sent, wire.login["code"])
    done = await wire.gigya(
        "accounts.tfa.finalizeTFA",
        gigyaAssertion=sent["gigyaAssertion"],
        providerAssertion=verified["providerAssertion"],
        tempDevice="true",
        regToken=sent["regToken"],
    )
    assert done["errorCode"] == 0
    assert (await wire.submit_credentials())["errorCode"] == 403101


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_wrong_code(wire: Wire, provider: str) -> None:
    """Three wrong codes may be followed by no right one; a new code helps."""
    sent = await pending(wire, provider)
    code = wire.login["code"]
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    for _ in range(3):
        answer = await wire.verify_code(provider, sent, wrong)
        assert error(answer) == (400006, "Wrong verification code")
    answer = await wire.verify_code(provider, sent, code)
    assert error(answer) == (400006, "Maximum allowed tries exceeded")
    again = await wire.send_code(sent["regToken"], provider)
    assert (await wire.verify_code(provider, again, code))["errorCode"] == 0


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_wrong_code_can_be_corrected(wire: Wire, provider: str) -> None:
    """The same assertion and phvToken serve the next try."""
    sent = await pending(wire, provider)
    assert (await wire.verify_code(provider, sent, "x"))["errorCode"] == 400006
    verified = await wire.verify_code(provider, sent, wire.login["code"])
    assert "id_token" in await wire.finalize(sent, verified)


@pytest.mark.parametrize("how", ["time", "switch"])
async def test_expired_code(wire: Wire, how: str) -> None:
    """After five minutes the right code is an invalid jwt; the login itself lives on."""
    sent = await pending(wire, "gigyaPhone")
    if how == "time":
        wire.cloud.clock.advance(timedelta(minutes=5))
    else:
        wire.cloud.apply({"expire_code": wire.login["username"]})
    answer = await wire.verify_code("gigyaPhone", sent, wire.login["code"])
    assert error(answer) == (400006, "Invalid jwt")
    again = await wire.send_code(sent["regToken"], "gigyaPhone")
    verified = await wire.verify_code("gigyaPhone", again, wire.login["code"])
    assert verified["errorCode"] == 0


async def test_mismatched_assertion(wire: Wire) -> None:
    """Assertion, phvToken and provider belong together."""
    phone = await pending(wire, "gigyaPhone")
    email = await wire.send_code(phone["regToken"], "gigyaEmail")
    code = wire.login["code"]
    for sent in (
        phone | {"gigyaAssertion": email["gigyaAssertion"]},
        phone | {"phvToken": email["phvToken"]},
        phone | {"phvToken": "MhF~unknown"},
        phone | {"gigyaAssertion": "unknown"},
    ):
        answer = await wire.verify_code("gigyaPhone", sent, code)
        assert error(answer) == (400006, "Invalid jwt")


async def test_expired_registration(wire: Wire) -> None:
    """A regToken dies after ten minutes; the whole login starts again."""
    reg_token = (await wire.submit_credentials())["regToken"]
    wire.cloud.clock.advance(timedelta(minutes=10))
    for token in (reg_token, "unknown"):
        answer = await wire.gigya("accounts.tfa.getProviders", regToken=token)
        assert answer["errorCode"] == 403002


async def test_steps_cannot_be_skipped(wire: Wire) -> None:
    """Without a verified code nothing finishes, and a foreign proof is worth nothing."""
    sent = await pending(wire, "gigyaPhone")
    answer = await wire.gigya(
        "accounts.finalizeRegistration", regToken=sent["regToken"], include=INCLUDE
    )
    assert answer["errorCode"] == 403101
    answer = await wire.gigya(
        "accounts.tfa.finalizeTFA",
        gigyaAssertion=sent["gigyaAssertion"],
        providerAssertion="unknown",
        tempDevice="false",
        regToken=sent["regToken"],
    )
    assert error(answer) == (400006, "Invalid jwt")


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_phv_token_is_needed(wire: Wire, provider: str) -> None:
    """A code without phvToken is refused, by e-mail too; the error names the parameter."""
    sent = await pending(wire, provider)
    del sent["phvToken"]
    answer = await wire.verify_code(provider, sent, wire.login["code"])
    assert error(answer) == (400002, "Missing required parameter: phvToken")


async def test_lenient_email_without_phv_token(session: aiohttp.ClientSession) -> None:
    """`lenient` lets an e-mail code pass without phvToken, but no wrong code and no phone."""
    async with running(DominionCloud(seed=1, lenient=True)) as cloud:
        wire = Wire(cloud, session)
        sent = await pending(wire, "gigyaEmail")
        del sent["phvToken"]
        answer = await wire.verify_code("gigyaEmail", sent, "x")
        assert error(answer) == (400006, "Wrong verification code")
        answer = await wire.verify_code("gigyaEmail", sent, wire.login["code"])
        assert answer["errorCode"] == 0
        phone = await wire.send_code(sent["regToken"], "gigyaPhone")
        del phone["phvToken"]
        answer = await wire.verify_code("gigyaPhone", phone, wire.login["code"])
        assert answer["errorCode"] == 400002


@pytest.mark.parametrize(
    "fields", [{"password": "wrong"}, {"loginID": "nobody@example.com"}]
)
async def test_wrong_credentials(wire: Wire, fields: dict[str, str]) -> None:
    """Nobody learns whether the e-mail address exists."""
    answer = await wire.submit_credentials(**fields)
    assert error(answer) == (403042, "invalid loginID or password")
    assert "regToken" not in answer


async def test_lock_after_five_wrong_passwords(wire: Wire) -> None:
    """Then even the right one is refused, for five minutes."""
    for _ in range(5):
        answer = await wire.submit_credentials(password="wrong")
        assert answer["errorCode"] == 403042
    assert (await wire.submit_credentials())["errorCode"] == 403120
    wire.cloud.clock.advance(timedelta(minutes=5))
    assert (await wire.submit_credentials())["errorCode"] == 403101


async def test_lock_switch(wire: Wire) -> None:
    """The control address locks and unlocks."""
    wire.cloud.apply({"lock": "solar_home"})
    assert (await wire.submit_credentials())["errorCode"] == 403120
    wire.cloud.apply({"unlock": "solar_home"})
    assert (await wire.submit_credentials())["errorCode"] == 403101


@pytest.mark.parametrize("code", sorted(ERRORS))
async def test_every_login_error(wire: Wire, code: int) -> None:
    """Each error of the table can be had, on one account, with the mirrored status."""
    wire.cloud.apply({"login_error": {"account": "solar_home", "code": code}})
    answer = await wire.submit_credentials()
    message, details = ERRORS[code]
    assert answer["errorMessage"] == message
    assert error(answer) == (code, details)
    assert answer["statusCode"] == code // 1000
    other = Wire(wire.cloud, wire.session, 1)
    assert (await other.submit_credentials())["errorCode"] == 0
    wire.cloud.apply({"login_error": {"account": "solar_home", "code": None}})
    assert (await wire.submit_credentials())["errorCode"] == 403101


async def test_api_key(wire: Wire) -> None:
    """The key is needed and checked, in both spellings."""
    answer = await wire.gigya("accounts.webSdkBootstrap", APIKey="")
    assert answer["errorCode"] == 400002
    answer = await wire.gigya("accounts.webSdkBootstrap", APIKey="4_other")
    assert answer["errorCode"] == 400093
    key = "4_6zEg-HY_0eqpgdSONYkJkQ"
    answer = await wire.gigya("accounts.webSdkBootstrap", APIKey="", apiKey=key)
    assert answer["errorCode"] == 0


@pytest.mark.parametrize("missing", ["loginID", "password"])
async def test_missing_field(wire: Wire, missing: str) -> None:
    """A missing field is named."""
    answer = await wire.submit_credentials(**{missing: ""})
    assert error(answer) == (400002, f"Missing required parameter: {missing}")


async def test_account_info(dominion: DominionCloud, wire: Wire) -> None:
    """Without id_token in `include` there is none; the login token fetches one for an hour."""
    plain = Wire(dominion, wire.session, 1)
    answer = await plain.submit_credentials(include="profile,data")
    assert "id_token" not in answer
    assert answer["profile"]["email"] == plain.login["username"]
    fields = {
        "login_token": answer["sessionInfo"]["login_token"],
        "include": "groups,profile,data,id_token,",
    }
    info = await plain.gigya_form("accounts.getAccountInfo", **fields)
    assert info["UID"] == plain.login["user_id"]
    assert (await plain.exchange(info["id_token"]))[0] == 200
    dominion.clock.advance(timedelta(hours=1))
    info = await plain.gigya_form("accounts.getAccountInfo", **fields)
    assert info["errorCode"] == 403005


@pytest.mark.parametrize(
    ("call", "params", "details"),
    [
        ("accounts.tfa.initTFA", {"mode": "register"}, "mode"),
        ("accounts.tfa.initTFA", {"provider": "gigyaTotp"}, "provider"),
        ("accounts.tfa.phone.sendVerificationCode", {"method": "fax"}, "method"),
        ("accounts.tfa.phone.sendVerificationCode", {"phoneID": "x"}, "phoneID"),
        ("accounts.tfa.email.getEmails", {}, "Invalid jwt"),
    ],
)
async def test_wrong_second_factor_parameters(
    wire: Wire, call: str, params: dict[str, str], details: str
) -> None:
    """A value that does not fit is an invalid parameter."""
    sent = await pending(wire, "gigyaPhone")
    right = {"mode": "verify", "provider": "gigyaPhone", "method": "sms"}
    answer = await wire.gigya(call, **sent | right | params)
    assert error(answer) == (400006, details)


async def test_proof_of_another_login(wire: Wire) -> None:
    """A verified code finishes the login it was sent for, no other."""
    sent = await pending(wire, "gigyaPhone")
    verified = await wire.verify_code("gigyaPhone", sent, wire.login["code"])
    other = await wire.submit_credentials()
    answer = await wire.gigya(
        "accounts.tfa.finalizeTFA",
        gigyaAssertion=sent["gigyaAssertion"],
        providerAssertion=verified["providerAssertion"],
        tempDevice="false",
        regToken=other["regToken"],
    )
    assert error(answer) == (400006, "Invalid jwt")
