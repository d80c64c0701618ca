"""What the cloud's own broker is stricter about than a real one, and how it can fail (wire 4.3, 4.7, 8)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import ssl

from aiomqtt import MqttError, ProtocolVersion
import pytest

from tests.clouds.elecnova.amqtt_broker import AmqttBroker

from .listener import ask, connected, listening, refusal
from .wire import Wire

GRANTED = [1]
DENIED = [128]


async def test_foreign_client_id(wires: Callable[[str], Wire]) -> None:
    """The credentials belong to one client id, and that to one account."""
    one, other = wires("solar_site"), wires("no_sun")
    async with listening(one) as listener:
        for client_id in ("somebody", other.account["mqtt_id"]):
            assert await refusal(one, identifier=client_id) == "Not authorized"
        assert await refusal(other, identifier=one.account["mqtt_id"])
        one.cloud.apply({"publish": True})
        assert await listener.one()


async def test_topics_before_connecting(signed_in: Wire) -> None:
    """What is asked for later counts at the next connection, if the cloud is not generous."""
    wire = signed_in
    cabinet, part = wire.account["cabinet"], wire.account["meter"]
    first = await ask(wire, cabinet)
    async with connected(wire, first) as listener:
        late = await ask(wire, part, mode=2)
        assert await listener.subscribe(*late) == DENIED * 2
        wire.cloud.apply({"topics": {"late": True}})
        assert await listener.subscribe(*late) == GRANTED * 2
        wire.cloud.apply({"topics": {"late": False}})
    async with connected(wire) as listener:
        assert await listener.subscribe(*first, *late) == GRANTED * 4


async def test_silent_denial(signed_in: Wire) -> None:
    """A subscription that is not allowed may be accepted, and nothing comes."""
    wire = signed_in
    wire.cloud.apply({"topics": {"denial": "silent"}})
    cabinet = wire.account["cabinet"]
    alarm = f"demo/ess/{cabinet}/alarm"
    async with connected(wire) as listener:
        assert await listener.subscribe(alarm, "#") == GRANTED * 2
        wire.cloud.apply({"publish": True})
        await wire.cloud.settle()
    async with connected(wire, await ask(wire, cabinet)) as listener:
        wire.cloud.apply({"publish": True})
        assert (await listener.one())["sn"] == cabinet


async def test_topics_are_closed_again(signed_in: Wire) -> None:
    """After a while, if the cloud forgets; asking again opens them."""
    wire = signed_in
    wire.cloud.apply({"topics": {"life": 60}})
    topics = await ask(wire, wire.account["cabinet"])
    async with connected(wire, topics) as listener:
        wire.cloud.clock.advance(timedelta(seconds=59))
        wire.cloud.apply({"publish": True})
        await listener.one()
        wire.cloud.clock.advance(timedelta(seconds=1))
        wire.cloud.apply({"publish": True})
        await wire.cloud.settle()
        assert await listener.subscribe(topics[0]) == DENIED
        assert await ask(wire, wire.account["cabinet"]) == topics
        wire.cloud.apply({"publish": True})
        assert (await listener.one())["time"] == "2026-11-20T17:01:00Z"


async def test_wildcards(wire: Wire) -> None:
    """Topics may be told with one; those below may be asked for, and those above not."""
    wire.cloud.apply({"topics": {"style": "wildcard"}})
    cabinet = wire.account["cabinet"]
    async with listening(wire) as listener:
        assert listener.topics == [f"demo/ess/{cabinet}/#"]
        wire.cloud.apply({"publish": True})
        assert len(await listener.take(9)) == 9
        below = f"demo/ess/{cabinet}/data"
        assert await listener.subscribe(below) == GRANTED
        assert await listener.subscribe("demo/ess/#", "+/+/+/#") == DENIED * 2


async def test_opaque_topics(wire: Wire) -> None:
    """Their names may tell nothing."""
    wire.cloud.apply({"topics": {"style": "opaque"}})
    async with listening(wire) as listener:
        assert len(set(listener.topics)) == 2
        assert not any(wire.account["cabinet"] in each for each in listener.topics)
        wire.cloud.apply({"publish": True})
        assert (await listener.one())["sn"] == wire.account["cabinet"]


async def test_bad_requests_for_topics(wires: Callable[[str], Wire]) -> None:
    """Another's client id, an unknown mode, serials of the wrong kind."""
    wire, other = wires("solar_site"), wires("no_sun")
    await wire.sign_in()
    cabinet, part = wire.account["cabinet"], wire.account["meter"]
    path = "/api/v1/dev/topic/{}/{}"
    mine, theirs = wire.account["mqtt_id"], other.account["mqtt_id"]
    assert await wire.status(path.format(theirs, cabinet), mode=1) == 403
    assert await wire.status(path.format(mine, cabinet), mode=3) == 400
    for serial, mode in ((part, 1), (cabinet, 2), (other.account["cabinet"], 1)):
        assert await wire.status(path.format(mine, serial), mode=mode) == 404
    assert len(await wire.get(path.format(mine, cabinet))) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("unavailable", "Server unavailable"),
        ("bad_credentials", "Bad user name or password"),
        ("not_authorised", "Not authorized"),
    ],
)
async def test_refusals(wire: Wire, asked: str, told: str) -> None:
    """All that a broker can say."""
    wire.cloud.apply({"refuse": asked})
    assert await refusal(wire) == told


async def test_mute(wire: Wire) -> None:
    """Connections are accepted, and nothing is answered."""
    wire.cloud.apply({"broker": "mute"})
    await wire.cloud.settle()
    with pytest.raises(MqttError, match="timed out"):
        async with connected(wire, timeout=0.3):
            pass
    wire.cloud.apply({"broker": "up"})
    await wire.cloud.settle()
    assert await refusal(wire) is None


async def test_rotation_without_kick(wire: Wire) -> None:
    """Who is connected may stay with the old password."""
    async with listening(wire) as listener:
        rotation = {"account": "solar_site", "kick": False}
        wire.cloud.apply({"rotate_credentials": rotation})
        wire.cloud.apply({"publish": True})
        assert await listener.one()


async def test_other_protocol(wire: Wire) -> None:
    """Only MQTT 3.1.1 is spoken."""
    with pytest.raises(MqttError):
        async with connected(wire, protocol=ProtocolVersion.V5):
            pass
    with pytest.raises(MqttError, match="protocol"):
        async with connected(wire, protocol=ProtocolVersion.V31):
            pass


@pytest.mark.parametrize(
    "raw", [b"", b"\x10", b"GET / HTTP/1.1\r\n\r\n", b"\x10\x02\x00\x00", b"\xe0\x00"]
)
async def test_rubbish_from_clients(wire: Wire, raw: bytes) -> None:
    """Somebody who speaks something else is hung up on; everybody else is served."""
    context = ssl.create_default_context(cadata=wire.cloud.announcement["ca"])
    reader, writer = await asyncio.open_connection(
        "127.0.0.1",
        wire.cloud.messenger.port,
        ssl=context,
        server_hostname="localhost",
    )
    writer.write(raw)
    if len(raw) < 2:
        writer.close()
    async with asyncio.timeout(60):
        assert await reader.read() == b""
    writer.close()
    assert await refusal(wire) is None


async def test_who_came(wire: Wire) -> None:
    """Connections stand in the request log, with their codes."""
    async with listening(wire):
        pass
    await refusal(wire, password="wrong")
    await refusal(wire, identifier="somebody")
    logged = [
        (each.path, each.account, each.status)
        for each in wire.cloud.requests.entries
        if each.method == "MQTT"
    ]
    assert logged == [
        ("connect", "solar_site", 0),
        ("connect", "solar_site", 5),
        ("connect", None, 5),
    ]


async def test_thief_at_a_closed_door(wire: Wire) -> None:
    """Nobody gets in, no thief either; and it can be called off."""
    wire.cloud.apply({"broker": "down"})
    wire.cloud.apply({"thief": "solar_site"})
    await wire.cloud.settle()
    wire.cloud.apply({"thief": {"account": "solar_site", "present": False}})
    wire.cloud.apply({"thief": {"account": "no_sun", "present": False}})
    wire.cloud.apply({"broker": "up"})
    await wire.cloud.settle()
    async with listening(wire):
        pass


async def test_session_that_stays(wire: Wire) -> None:
    """A client may take up its session again."""
    async with listening(wire) as listener:
        topics = listener.topics
    for _ in "12":
        async with connected(wire, topics, clean_session=False) as listener:
            wire.cloud.apply({"publish": True})
            assert (await listener.one())["sn"] == wire.account["cabinet"]


async def test_sessions_end_at_once(wire: Wire) -> None:
    """Nothing of a client is left at the broker when it has been cut off."""
    broker = wire.cloud.messenger._broker
    assert isinstance(broker, AmqttBroker)
    assert broker._amqtt is not None
    async with listening(wire) as listener:
        assert set(broker._amqtt.subscriptions) == set(listener.topics)
        wire.cloud.apply({"kick": "solar_site"})
        await wire.cloud.settle()
        assert not broker._amqtt.subscriptions
        assert not broker._amqtt.sessions
        await listener.cut_off()
