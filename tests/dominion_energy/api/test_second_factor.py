"""The one-time code (wire 3.4 to 3.9)."""

from datetime import timedelta

import pytest

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CodeExpired,
    CodeRejected,
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.cloud_energy.client.login import Channel

from .conftest import Portal


@pytest.mark.parametrize(
    ("channel", "masked"),
    [
        (Channel.SMS, "+########"),
        (Channel.VOICE, "+########"),
        (Channel.EMAIL, "pa***"),
    ],
)
async def test_code_by_each_channel(
    portal: Portal, channel: Channel, masked: str
) -> None:
    """A code by SMS, call or e-mail ends the login; e-mail needs the phvToken, too."""
    client = await portal.client()
    handler = await portal.challenge(client)
    deliveries = {each.channel: each for each in await handler.deliveries()}
    assert deliveries.keys() == {Channel.EMAIL, Channel.SMS, Channel.VOICE}
    assert deliveries[channel].masked.startswith(masked)

    await handler.send(deliveries[channel])
    login = await handler.submit(portal.account("solar_home")["code"])

    assert client.login is login
    assert login.uid == portal.account("solar_home")["user_id"]
    assert await client.get_accounts()


async def test_a_landline(portal: Portal) -> None:
    """No SMS arrives there, but a call does; it is offered first from then on."""
    person = portal.account("solar_home")
    login = next(
        each for each in portal.cloud.customers.logins if each.name == "solar_home"
    )
    for target in login.targets:
        target.is_landline = True
    client = await portal.client()
    handler = await portal.challenge(client)
    ways = {each.channel: each for each in await handler.deliveries()}
    await handler.send(ways[Channel.SMS])
    with pytest.raises(CodeRejected):
        await handler.submit(person["code"])
    await handler.send(ways[Channel.VOICE])
    assert await handler.submit(person["code"])
    portal.cloud.apply({"forget_devices": "solar_home"})
    handler = await portal.challenge(await portal.client())
    phones = [e for e in await handler.deliveries() if e.channel is not Channel.EMAIL]
    assert [each.channel for each in phones] == [Channel.VOICE, Channel.SMS]


async def test_code_with_blanks(portal: Portal) -> None:
    """A code may be typed the way it is written in the message."""
    handler = await portal.challenge(await portal.client())
    await handler.send((await handler.deliveries())[0])
    code = portal.account("solar_home")["code"]
    assert await handler.submit(f" {code[:3]} {code[3:]}\n")


async def test_trusted_device(portal: Portal) -> None:
    """A device that gave a code once is not asked again, until it is forgotten."""
    first = await portal.logged_in()
    client = await portal.client(login=first.login)
    assert (await client.sign_in()).cookies == first.login.cookies  # type: ignore[union-attr]  # it is logged in

    portal.cloud.apply({"forget_devices": "solar_home"})
    await portal.challenge(await portal.client(login=first.login))


async def test_untrusted_device(portal: Portal) -> None:
    """Another device has to give a code of its own."""
    await portal.logged_in()
    await portal.challenge(await portal.client())


async def test_trust_ends(portal: Portal) -> None:
    """After a month the portal wants a code again."""
    first = await portal.logged_in()
    portal.cloud.clock.advance(timedelta(days=31))
    await portal.challenge(await portal.client(login=first.login))


async def test_wrong_code_keeps_the_attempt(portal: Portal) -> None:
    """A typing error costs nothing: no code is sent again, and the right one still works."""
    handler = await portal.challenge(await portal.client())
    await handler.send((await handler.deliveries())[0])
    for _ in range(2):
        with pytest.raises(CodeRejected) as raised:
            await handler.submit("000000")
        assert not raised.value.exhausted
    assert await handler.submit(portal.account("solar_home")["code"])
    assert portal.count("sendVerificationCode") == 1


async def test_too_many_wrong_codes(portal: Portal) -> None:
    """After three wrong codes a new one must be sent; the attempt goes on."""
    handler = await portal.challenge(await portal.client())
    delivery = (await handler.deliveries())[0]
    await handler.send(delivery)
    for _ in range(3):
        with pytest.raises(CodeRejected):
            await handler.submit("000000")
    with pytest.raises(CodeRejected) as raised:
        await handler.submit(portal.account("solar_home")["code"])
    assert raised.value.exhausted

    await handler.send(delivery)
    assert await handler.submit(portal.account("solar_home")["code"])


async def test_expired_code(portal: Portal) -> None:
    """An old code is not a wrong one; a new one can be sent."""
    handler = await portal.challenge(await portal.client())
    delivery = (await handler.deliveries())[0]
    await handler.send(delivery)
    portal.cloud.apply({"expire_code": "solar_home"})
    with pytest.raises(CodeExpired):
        await handler.submit(portal.account("solar_home")["code"])

    await handler.send(delivery)
    assert await handler.submit(portal.account("solar_home")["code"])


async def test_choice_may_take_minutes(portal: Portal) -> None:
    """The list of deliveries lasts longer than the assertion that it came with."""
    handler = await portal.challenge(await portal.client())
    delivery = (await handler.deliveries())[0]
    portal.cloud.clock.advance(timedelta(minutes=6))
    await handler.send(delivery)
    assert await handler.submit(portal.account("solar_home")["code"])


async def test_expired_attempt(portal: Portal) -> None:
    """After ten minutes every step says that the login must start anew."""
    handler = await portal.challenge(await portal.client())
    delivery = (await handler.deliveries())[0]
    await handler.send(delivery)
    portal.cloud.clock.advance(timedelta(minutes=11))

    with pytest.raises(CodeExpired):
        await handler.submit(portal.account("solar_home")["code"])
    with pytest.raises(CodeExpired):
        await handler.send(delivery)
    with pytest.raises(CodeExpired):
        await handler.deliveries()


async def test_code_that_was_never_sent(portal: Portal) -> None:
    """Without a sent code there is none to check."""
    handler = await portal.challenge(await portal.client())
    with pytest.raises(CodeExpired):
        await handler.submit("123456")


async def test_last_code_counts(portal: Portal) -> None:
    """A delivery can be changed; the code of the latest one is checked."""
    handler = await portal.challenge(await portal.client())
    first, second, *_ = await handler.deliveries()
    await handler.send(first)
    await handler.send(second)
    assert await handler.submit(portal.account("solar_home")["code"])
    assert not portal.count("email.completeVerification")
    assert portal.count("phone.completeVerification") == 1


@pytest.mark.parametrize(
    "path",
    ["/accounts.tfa.finalizeTFA", "/accounts.finalizeRegistration", "*/Login/auth"],
)
async def test_right_code_is_not_lost(portal: Portal, path: str) -> None:
    """If a later step fails, the same code carries on where it stopped."""
    client = await portal.client()
    handler = await portal.challenge(client)
    await handler.send((await handler.deliveries())[0])
    portal.cloud.faults.add(endpoint=path, kind="status", status=503)
    with pytest.raises(ProviderError):
        await handler.submit(portal.account("solar_home")["code"])
    assert client.login is None

    portal.cloud.faults.clear()
    assert await handler.submit(portal.account("solar_home")["code"])
    assert portal.count("completeVerification") == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop", CannotConnect),
        ("html", ProviderError),
        ("rate_limited", RateLimited),
        ("wrong_types", Malformed),
        ("empty", Malformed),
    ],
)
@pytest.mark.parametrize(
    "step",
    [
        "getProviders",
        "initTFA",
        "email.getEmails",
        "email.sendVerificationCode",
        "email.completeVerification",
        "finalizeTFA",
    ],
)
async def test_faults_on_the_way(
    portal: Portal, step: str, kind: str, error: type[Exception]
) -> None:
    """A fault is no verdict on the code, and the attempt survives it."""
    handler = await portal.challenge(await portal.client())
    portal.cloud.faults.add(endpoint=f"/accounts.tfa.{step}", kind=kind)

    async def run() -> None:
        await handler.send((await handler.deliveries())[0])
        await handler.submit(portal.account("solar_home")["code"])

    with pytest.raises(error):
        await run()
    portal.cloud.faults.clear()
    await run()


async def test_code_is_not_sent_twice(portal: Portal) -> None:
    """No message goes out a second time because its answer was lost."""
    handler = await portal.challenge(await portal.client())
    delivery = (await handler.deliveries())[0]
    portal.cloud.faults.add(endpoint="*sendVerificationCode", kind="status", status=503)
    with pytest.raises(ProviderError):
        await handler.send(delivery)
    assert portal.count("sendVerificationCode") == 1
