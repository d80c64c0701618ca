"""The connection comes back from everything, and tells when the user has to help."""

from dataclasses import replace
from datetime import timedelta
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.elecnova.api.login import Login
from custom_components.elecnova.live.broker import Unreachable, connected

from .house import House, live_of, messages, until

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


async def reconnected(house: House, entry: MockConfigEntry, before: int) -> None:
    """Let time pass until an entry has connected again."""
    connection = live_of(entry).connection
    await house.until(
        lambda: connection.connects > before and connection.is_connected, HOUR
    )


async def failed(house: House, entry: MockConfigEntry, times: int) -> None:
    """Let time pass until so many attempts in a row have failed."""
    connection = live_of(entry).connection
    await house.until(lambda: connection.troubles.failures >= times, HOUR)


async def test_a_broker_that_comes_back(
    house: House, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, and REST goes on meanwhile."""
    await house.publish(entry)
    before = live_of(entry).connection.connects
    await house.apply({"broker": "down"})
    await until(lambda: not live_of(entry).connected)
    await failed(house, entry, 4)
    assert house.issues() == {"broker_unreachable"}
    warnings = [each for each in caplog.records if "No live values" in each.message]
    assert [each.levelno for each in warnings].count(logging.WARNING) == 1
    await house.apply({"broker": "up"})
    await reconnected(house, entry, before)
    assert not house.issues()
    await house.publish(entry)
    assert house.reauths(entry) == 0


async def test_rotated_credentials(house: House, entry: MockConfigEntry) -> None:
    """They are fetched anew as soon as the old ones are refused."""
    before = live_of(entry).connection.connects
    await house.apply({"rotate_credentials": "solar_site"})
    await until(lambda: not live_of(entry).connected)
    await reconnected(house, entry, before)
    await house.publish(entry)
    assert not house.issues()


async def test_another_identity(house: House, entry: MockConfigEntry) -> None:
    """A renewal by REST that brings another one leads to another connection."""
    live = live_of(entry)
    before = live.connection.connects
    await house.apply(
        {
            "rotate_credentials": {
                "account": "solar_site",
                "identity": True,
                "kick": False,
            }
        }
    )
    assert live.connected
    await entry.runtime_data.client.renew_token()
    await reconnected(house, entry, before)
    await house.publish(entry)


async def test_not_authorised(house: House, entry: MockConfigEntry) -> None:
    """Each attempt has new credentials; the user is told, and never asked to log in."""
    await house.apply({"refuse": "not_authorised"})
    await until(lambda: not live_of(entry).connected)
    tokens = len([e for e in house.cloud.requests.entries if "/comm/" in e.path])
    await failed(house, entry, 4)
    assert house.issues() == {"broker_not_authorised"}
    now = len([e for e in house.cloud.requests.entries if "/comm/" in e.path])
    assert now >= tokens + 2
    assert house.reauths(entry) == 0
    before = live_of(entry).connection.connects
    await house.apply({"refuse": None})
    await reconnected(house, entry, before)
    assert not house.issues()


async def test_an_unknown_certificate(house: House) -> None:
    """Nothing is sent to whoever has it; the user can take the risk."""
    await house.apply({"broker": "untrusted"})
    entry = await house.add(connects=False)
    await until(lambda: house.issues() == {"broker_untrusted"})
    assert house.connects() == 0
    assert house.reauths(entry) == 0
    options = {**entry.options, "mqtt_verify": False}
    house.hass.config_entries.async_update_entry(entry, options=options)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.connected(entry)
    assert not house.issues()


async def test_a_silent_broker(house: House, entry: MockConfigEntry) -> None:
    """After a quarter of an hour there is another connection, with topics anew."""
    await house.publish(entry)
    topics, before = house.topics(), live_of(entry).connection.connects
    await house.pass_time(14 * MINUTE)
    assert live_of(entry).connection.connects == before
    await house.pass_time(2 * MINUTE)
    await reconnected(house, entry, before)
    assert house.topics() > topics


async def test_topics_are_asked_for_sparingly(house: House) -> None:
    """While nothing comes, a connection that ends does not ask for all of them again."""
    await house.apply({"refuse": "unavailable"})
    entry = await house.add(connects=False)
    await failed(house, entry, 1)
    asked = house.topics()
    assert asked > 1
    await failed(house, entry, 5)
    assert house.topics() == asked


async def test_somebody_else_with_the_credentials(
    house: House, entry: MockConfigEntry
) -> None:
    """Two that throw each other out for ever help nobody."""
    live = live_of(entry)
    await house.apply({"thief": "solar_site"})
    await house.until(house.issues, HOUR)
    assert house.issues() == {"credentials_in_use"}
    before = house.connects()
    await house.pass_time(5 * MINUTE)
    # The thief comes again and again; this one waits.
    assert not live.connected
    await house.apply({"thief": {"account": "solar_site", "present": False}})
    connects = live.connection.connects
    await house.pass_time(16 * MINUTE)
    await reconnected(house, entry, connects)
    await house.pass_time(2 * MINUTE)
    assert not house.issues()
    assert house.connects() > before
    assert house.reauths(entry) == 0


async def test_a_topic_that_fails(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, and the others are heard."""
    house.cloud.faults.add(endpoint="*/topic/*", kind="status", status=500, times=3)
    entry = await house.add()
    await house.publish(entry)
    assert messages(entry) > 0
    assert caplog.text.count("The topics of a device could not be opened") == 1


async def test_topics_that_are_closed(house: House, entry: MockConfigEntry) -> None:
    """A broker that refuses them all makes them be asked for again."""
    before = live_of(entry).connection.connects
    await house.apply({"close_topics": "solar_site"}, {"kick": "solar_site"})
    await until(lambda: not live_of(entry).connected)
    await reconnected(house, entry, before)
    await house.publish(entry)


async def test_no_cabinets(house: House) -> None:
    """Who owns nothing has no topics, and no trouble."""
    entry = await house.add("newcomer", connects=False)
    await failed(house, entry, 2)
    assert house.connects() == 0
    assert not house.issues()


async def test_new_cabinets_are_heard(house: House, entry: MockConfigEntry) -> None:
    """What REST finds later gets its topics."""
    before, coordinator = live_of(entry).connection.connects, entry.runtime_data
    snapshot = coordinator.coordinator.data
    cabinets = dict(snapshot.cabinets)
    sn, state = cabinets.popitem()
    fewer = replace(state, components=state.components[:-1])
    coordinator.coordinator.async_set_updated_data(
        replace(snapshot, cabinets={sn: fewer})
    )
    await reconnected(house, entry, before)


async def test_unloading_leaves_nothing(house: House, entry: MockConfigEntry) -> None:
    """Neither a connection nor a task."""
    await house.publish(entry)
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    await house.hass.async_block_till_done(wait_background_tasks=True)
    before = house.connects()
    await house.pass_time(20 * MINUTE)
    assert house.connects() == before


async def test_unloading_while_nobody_answers(house: House) -> None:
    """A connection that is being made is given up."""
    await house.apply({"broker": "mute"})
    entry = await house.add(connects=False)
    await until(lambda: live_of(entry).connection.opened)
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    assert not house.hass.config_entries.async_loaded_entries("elecnova")


async def test_two_accounts(house: House) -> None:
    """Each hears its own cabinets."""
    first, second = await house.add("solar_site"), await house.add("no_sun")
    await house.publish(first, second)
    own, other = house.cabinet("solar_site"), house.cabinet("no_sun")
    await until(lambda: house.exists(f"BMS{other}_battery_soc"))
    assert own in live_of(first).state.layout.owners
    assert set(live_of(first).points()) & set(live_of(second).points()) == set()
    await house.apply({"kick": "solar_site"})
    await until(lambda: not live_of(first).connected)
    assert live_of(second).connected


async def test_topics_on_demand(house: House, entry: MockConfigEntry) -> None:
    """They are all asked for again, and the next connection has them."""
    live = live_of(entry)
    asked, before = house.topics(), live.connection.connects
    opened = await live.async_renew_topics()
    assert house.topics() == asked + len(live.state.layout.owners)
    assert len(opened.topics) > len(live.state.layout.owners)
    await reconnected(house, entry, before)
    assert house.topics() == 2 * asked


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "rate_limited", "retry_after": 600},
        {"kind": "drop"},
        {"kind": "html"},
        {"kind": "status", "status": 403},
    ],
    ids=str,
)
async def test_no_topics_at_all(
    house: House, entry: MockConfigEntry, fault: dict[str, Any]
) -> None:
    """It is tried again later, and the connection is not given up for it."""
    live = live_of(entry)
    house.cloud.faults.add(endpoint="*/topic/*", times=100, **fault)
    with pytest.raises(CloudError):
        await live.async_renew_topics()
    assert live.connected
    await house.publish(entry)
    before = live.connection.connects
    await house.apply({"kick": "solar_site"})
    await until(lambda: not live.connected)
    await failed(house, entry, 2)
    house.cloud.faults.clear()
    await reconnected(house, entry, before)
    await house.publish(entry)
    assert house.reauths(entry) == 0


@pytest.mark.parametrize(("host", "port"), [("", 1884), ("127.0.0.1", 1)])
async def test_an_address_that_is_none(house: House, host: str, port: int) -> None:
    """Whatever the library makes of it, nobody is there."""
    keys = ("token", "id", "username", "password")
    login = Login.issued(dict.fromkeys(keys, "x" * 40))
    with pytest.raises(Unreachable):
        async with connected(host, port, login, verify=True):
            pass


async def test_whatever_happens(
    house: House,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault of the program's own does not end the attempts for ever."""
    before = live_of(entry).connection.connects

    def broken(*_: object) -> None:
        raise RuntimeError("of its own")

    with monkeypatch.context() as patched:
        patched.setattr("custom_components.elecnova.live.connection.subscribe", broken)
        await house.apply({"kick": "solar_site"})
        await until(lambda: "of its own" in caplog.text)
    await reconnected(house, entry, before)
    await house.publish(entry)
    assert not house.issues()


async def test_a_message_that_nobody_has_thought_of(
    house: House, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs itself: the connection stays, and the next message is taken."""
    live = live_of(entry)
    connects, net = live.connection.connects, entry.runtime_data.connection.net

    def broken(*_: object) -> None:
        raise RuntimeError("of its own")

    with monkeypatch.context() as patched:
        patched.setattr("custom_components.elecnova.live.live.decode", broken)
        await house.apply({"publish": True})
        await until(lambda: bool(net.caught))
    await house.publish(entry)
    assert live.connection.connects == connects
    assert set(net.caught) == {"a message: RuntimeError in broken"}
