"""No secret and no personal datum leaves the client by a log, a repr or an error."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import CloudError

from .conftest import NOW, Portal


def secrets_of(portal: Portal, name: str) -> set[str]:
    """Return all that must not be seen of a login, as the cloud knows it."""
    login = portal.cloud.customers.login(name)
    values = {
        login.username,
        login.password,
        login.uid,
        login.uuid,
        login.code,
        login.bp_number,
        login.first_name,
        login.last_name,
        *(target.id for target in login.targets),
        *(target.obfuscated for target in login.targets),
    }
    for account in login.accounts:
        values |= {account.number, account.premise, *account.address.values()}
        for point in account.points:
            values |= {point.meter, point.meter.lstrip("0"), point.contract}
    return {value for value in values if len(value) > 3} - {"Home"}


def tokens_of(portal: Portal) -> set[str]:
    """Return all tokens that the cloud has given out."""
    cloud = portal.cloud
    return {
        *cloud.sessions._access,
        *cloud.sessions._refresh,
        *cloud.gigya.registrations,
        *cloud.gigya.id_tokens,
        *cloud.gigya._login_tokens,
        *(gmid for _, gmid in cloud.gigya._trusted),
        *cloud.second_factor._assertions,
        *cloud.second_factor._challenges,
        *cloud.second_factor._proofs,
    }


async def test_nothing_is_told(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """Not by a whole login, by reading all there is, nor by any failure on the way."""
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    tokens: set[str] = set()

    async def ask(question: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        try:
            answer = await question(*args)
        except CloudError as err:
            seen.extend((str(err), repr(err), repr(err.__cause__), repr(vars(err))))
            answer = None
        seen.append(repr(answer))
        tokens.update(tokens_of(portal))
        return answer

    client = await portal.client()
    handler = await portal.challenge(client)
    seen.append(repr(handler.__dict__))
    for delivery in await ask(handler.deliveries):
        await ask(handler.send, delivery)
        await ask(handler.submit, "000000")
    await ask(handler.submit, portal.account("solar_home")["code"])
    customer = await client.get_customer()
    [account] = customer.accounts
    meter = account.meters[0]
    today = NOW.date()
    yesterday = today - timedelta(days=1)
    questions: list[tuple[Any, ...]] = [
        (client.get_customer,),
        (client.get_meters, account.number),
        (client.get_bill_forecast, account.number),
        (client.get_current_bill, account.number),
        (client.get_bill_history, account.number, yesterday, today),
        (client.get_daily_usage, account.number, yesterday, today),
        (client.get_weather, account.number, meter.contract, yesterday, today),
        (client.get_interval_usage, account.number, meter.number, yesterday, today),
        (client.get_monthly_usage, account.number, meter.number, yesterday, today),
        (client.get_green_button, account, meter.number, "Pat", yesterday, today),
    ]
    for kind in (None, "status", "html", "drop", "wrong_types", "truncated"):
        if kind:
            portal.cloud.faults.add(endpoint="*", kind=kind)
        for question, *args in questions:
            await ask(question, *args)
        await ask(client.refresh)
        await ask(client.sign_in)
        portal.cloud.faults.clear()
    portal.cloud.apply({"revoke_tokens": "solar_home", "forget_devices": "solar_home"})
    await ask(client.get_customer)
    await ask((await portal.client(password="wrong")).sign_in)
    seen.extend((repr(client.login), repr(client.__dict__), repr(portal.endpoints)))

    secrets = secrets_of(portal, "solar_home") | tokens
    assert len(secrets) > 30
    logged = [record.getMessage() for record in caplog.records]
    traces = [record.exc_text or "" for record in caplog.records]
    assert len(logged) > 100
    for text in (*seen, *logged, *traces):
        assert not {secret for secret in secrets if secret in text}, text[:200]
