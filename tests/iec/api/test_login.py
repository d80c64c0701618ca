"""Every way through the login, and out of it."""

from collections.abc import Callable

import pytest

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CannotConnect,
    CloudError,
    CodeExpired,
    CodeRejected,
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.cloud_energy.client.login import Channel, Delivery
from custom_components.iec.api.errors import InvalidId, NoCodeMethod, NotRegistered

from .conftest import Portal


async def test_choice_of_ways(portal: Portal) -> None:
    """Text messages come first; their gateway is no e-mail address to the user."""
    handler = await portal.begin(await portal.client())
    by_sms, by_mail = await handler.deliveries()
    assert by_sms.channel is Channel.SMS
    assert by_mail.channel is Channel.EMAIL
    assert "sns" not in by_sms.masked
    assert "@" in by_mail.masked
    await handler.send(by_mail)
    assert handler.channel == by_mail.channel
    assert by_mail.masked not in repr(by_mail)


async def test_a_typing_error_uses_nothing_up(portal: Portal) -> None:
    """The same code is still good, and no other one was sent."""
    handler = await portal.begin(await portal.client())
    await handler.send((await handler.deliveries())[0])
    sent = portal.count("/verify")
    code = portal.person("plain_home")["code"]
    for wrong in ("000000", "", "abc"):
        with pytest.raises(CodeRejected):
            await handler.submit(wrong)
    assert portal.count("/verify") == sent + 1  # What has no digits is not even asked.
    login = await handler.submit(f" {code[:3]}-{code[3:]} ")
    assert login.is_fresh
    assert login.is_new


async def test_resend(portal: Portal) -> None:
    """Sending again is a request of its own, and can be too soon."""
    portal.cloud.apply({"resend_wait": 30})
    handler = await portal.begin(await portal.client())
    delivery = (await handler.deliveries())[0]
    await handler.send(delivery)
    with pytest.raises(RateLimited):
        await handler.send(delivery)
    portal.cloud.apply({"resend_wait": 0})
    await handler.send(delivery)
    assert await handler.submit(portal.person("plain_home")["code"])


@pytest.mark.parametrize("what", ["code", "login"])
async def test_an_attempt_that_took_too_long(portal: Portal, what: str) -> None:
    """A new code can be chosen in the same form, and ends the login."""
    handler = await portal.begin(await portal.client())
    delivery = (await handler.deliveries())[0]
    await handler.send(delivery)
    code = portal.person("plain_home")["code"]
    portal.cloud.apply({"expire_code": {"account": "plain_home", "what": what}})
    with pytest.raises((CodeExpired, CodeRejected)):
        await handler.submit(code)
    await handler.send((await handler.deliveries())[0])
    assert await handler.submit(portal.person("plain_home")["code"])


async def test_an_attempt_that_expires_before_the_code_is_sent(portal: Portal) -> None:
    """It is told, and the next sending begins anew."""
    handler = await portal.begin(await portal.client())
    delivery = (await handler.deliveries())[0]
    portal.cloud.apply({"expire_code": "plain_home"})
    with pytest.raises(CodeExpired):
        await handler.send(delivery)
    with pytest.raises(CodeExpired):
        await handler.submit("123456")
    await handler.send(delivery)
    assert await handler.submit(portal.person("plain_home")["code"])


async def test_a_way_that_is_gone(portal: Portal) -> None:
    """What is no longer offered is not guessed."""
    handler = await portal.begin(await portal.client())
    with pytest.raises(CodeExpired):
        await handler.send(Delivery(id="7", channel=Channel.SMS, masked=""))


@pytest.mark.parametrize("look", ["plain", "escaped", "entities", "reordered"])
async def test_pages_that_submit_themselves(portal: Portal, look: str) -> None:
    """The page with the authorization code may be written in several ways."""
    portal.cloud.apply({"authorize_page": look})
    assert (await portal.logged_in()).login


@pytest.mark.parametrize("refusal", ["form", "login_page"])
async def test_a_session_that_is_refused(portal: Portal, refusal: str) -> None:
    """It counts as expired: another code is needed."""
    portal.cloud.apply({"authorize_refusal": refusal})
    handler = await portal.begin(await portal.client())
    await handler.send((await handler.deliveries())[0])
    code = portal.person("plain_home")["code"]
    # The answer is lost after the session was used.
    portal.cloud.faults.add(endpoint="POST */v1/token", kind="drop", times=1)
    with pytest.raises(CannotConnect):
        await handler.submit(code)
    assert handler._progress
    handler._progress.authorization_code = ""
    with pytest.raises(CodeExpired):
        await handler.submit(code)
    await handler.send((await handler.deliveries())[0])
    assert await handler.submit(portal.person("plain_home")["code"])


async def test_a_failure_behind_the_code(portal: Portal) -> None:
    """The right code is used up, yet the same attempt goes on where it stopped."""
    handler = await portal.begin(await portal.client())
    await handler.send((await handler.deliveries())[0])
    code = portal.person("plain_home")["code"]
    portal.cloud.faults.add(
        endpoint="GET */v1/authorize", kind="status", status=503, times=1
    )
    with pytest.raises(ProviderError):
        await handler.submit(code)
    portal.cloud.faults.add(endpoint="POST */v1/token", kind="drop", times=1)
    with pytest.raises(CannotConnect):
        await handler.submit(code)
    assert await handler.submit(code)
    assert portal.count("/authorize") == 2


async def test_ids(portal: Portal) -> None:
    """Check digit, leading zeros either way, nobody's number."""
    for wrong in ("123456789", "000000000", "1234567890", "x", "", "१२३४५६७८२"):
        client = await portal.client(user_id=wrong)
        with pytest.raises(InvalidId):
            await client.sign_in()
    assert portal.count("/authn") == 0
    user_id = portal.person("flatmate")["user_id"]
    assert user_id.startswith("0")
    for padding in ("any", "padded", "unpadded"):
        portal.cloud.apply({"zero_padding": padding})
        typed = user_id.lstrip("0") if padding == "padded" else user_id
        assert await portal.begin(await portal.client(user_id=f" {typed} "))


async def test_unknown_and_unreachable_people(portal: Portal) -> None:
    """Each has a text of its own."""
    client = await portal.client(user_id="123456782")
    with pytest.raises(NotRegistered):
        await client.sign_in()
    client = await portal.client("unreachable")
    with pytest.raises(NoCodeMethod):
        await client.sign_in()


@pytest.mark.parametrize("answer", ["error", "status"])
async def test_locked(portal: Portal, answer: str) -> None:
    """However it is told."""
    portal.cloud.apply({"lock": {"account": "plain_home", "answer": answer}})
    client = await portal.client()
    with pytest.raises(AccountLocked):
        await client.sign_in()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop"}, CannotConnect),
        ({"kind": "timeout"}, CannotConnect),
        ({"kind": "status", "status": 500}, ProviderError),
        ({"kind": "status", "status": 400}, ProviderError),
        ({"kind": "rate_limited"}, RateLimited),
        ({"kind": "html"}, ProviderError),
        ({"kind": "html", "status": 403}, ProviderError),
        ({"kind": "truncated"}, CloudError),
        ({"kind": "empty"}, Malformed),
        ({"kind": "wrong_types"}, CloudError),
    ],
    ids=str,
)
async def test_faults_at_login(
    portal: Portal,
    give_up: Callable[[str], None],
    fault: dict[str, object],
    error: type[CloudError],
) -> None:
    """Nothing of it is a wrong id, and the next try gets in."""
    client = await portal.client()
    if fault["kind"] == "timeout":
        give_up("/authn")
    portal.cloud.faults.add(endpoint="POST */authn", times=1, **fault)
    with pytest.raises(error) as caught:
        await client.sign_in()
    assert not isinstance(caught.value, NotRegistered)
    assert await portal.begin(client)


async def test_nobody_to_sign_in(portal: Portal) -> None:
    """Without an id there is nothing to begin with."""
    client = await portal.client(None)
    with pytest.raises(CloudError):
        await client.sign_in()
    with pytest.raises(CloudError):
        await client.get_customer()
