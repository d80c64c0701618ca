"""Who may come to the broker, and what they hear: the cloud's own, and a real one (wire 4.3, 4.7)."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
import ssl

from aiomqtt import MqttError
import pytest

from tests.clouds.elecnova.amqtt_broker import AmqttBroker
from tests.clouds.elecnova.broker import Broker
from tests.clouds.elecnova.door import Door

from .listener import ask, connected, listening, refusal
from .mosquitto import MosquittoBroker
from .wire import Wire

NOT_AUTHORISED = "Not authorized"


@pytest.fixture(params=["amqtt", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Door], Broker]:
    """Each broker there is."""
    if request.param == "amqtt":
        return AmqttBroker
    return partial(MosquittoBroker, folder=tmp_path)


async def test_messages(wire: Wire) -> None:
    """Who has asked for topics hears what comes there."""
    serial = wire.account["cabinet"]
    async with listening(wire) as listener:
        assert listener.topics == [f"demo/ess/{serial}/{x}" for x in ("data", "alarm")]
        wire.cloud.apply({"publish": True})
        ((topic, payload),) = await listener.take(1)
    assert topic == listener.topics[0]
    assert payload["sn"] == serial


async def test_messages_of_components(wire: Wire) -> None:
    """Each component has topics of its own."""
    async with listening(wire, mode=2) as listener:
        assert len(listener.topics) == 16
        wire.cloud.apply({"publish": True})
        messages = await listener.take(8)
    assert {payload["sn"] for _, payload in messages} == {
        topic.split("/")[3] for topic in listener.topics
    }


async def test_only_what_was_asked_for(signed_in: Wire) -> None:
    """Other topics are silent, though the household goes on there; so are wildcards."""
    wire = signed_in
    serial, inverter = wire.account["cabinet"], wire.account["meter"]
    topics = await ask(wire, serial)
    async with connected(wire, topics) as listener:
        await listener.subscribe("#", f"demo/ess/{serial}/{inverter}/data")
        wire.cloud.apply({"say": {"device": inverter, "payload": "not for you"}})
        wire.cloud.apply({"say": {"device": serial, "payload": "for you"}})
        assert await listener.raw() == (topics[0], b"for you")


async def test_two_accounts(wires: Callable[[str], Wire]) -> None:
    """Each hears of its own cabinets, also if it knows the other's topics."""
    one, other = wires("solar_site"), wires("no_sun")
    async with listening(one) as mine, listening(other) as theirs:
        await theirs.subscribe(*mine.topics)
        one.cloud.apply({"publish": True})
        assert (await mine.one())["sn"] == one.account["cabinet"]
        assert (await theirs.one())["sn"] == other.account["cabinet"]
        for wire in (one, other):
            serial = wire.account["cabinet"]
            one.cloud.apply({"say": {"device": serial, "payload": serial}})
        assert (await mine.one(), await theirs.one()) == (
            int(one.account["cabinet"]),
            int(other.account["cabinet"]),
        )


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"username": "nobody"}, {"username": None}]
)
async def test_wrong_credentials(wire: Wire, changes: dict[str, str]) -> None:
    """Not authorised; and whoever is connected with that id stays."""
    async with listening(wire) as listener:
        assert await refusal(wire, **changes) == NOT_AUTHORISED
        wire.cloud.apply({"publish": True})
        assert await listener.one()


async def test_certificate(wire: Wire) -> None:
    """Who does not know the certificate does not trust it."""
    with pytest.raises(MqttError, match="certificate verify failed"):
        async with connected(wire, tls_context=ssl.create_default_context()):
            pass


async def test_rotated_password(wire: Wire) -> None:
    """Who is connected is cut off; the new password comes with the next token."""
    async with listening(wire) as listener:
        old = wire.cloud.accounts[0]["mqtt_password"]
        wire.cloud.apply({"rotate_credentials": "solar_site"})
        await wire.cloud.settle()
        await listener.cut_off()
    assert await refusal(wire, password=old) == NOT_AUTHORISED
    credentials = await wire.sign_in()
    assert await refusal(wire, password=credentials["password"]) is None


async def test_rotated_identity(wire: Wire) -> None:
    """With another id, topics have to be asked for anew."""
    async with listening(wire) as listener:
        rotation = {"account": "solar_site", "identity": True}
        wire.cloud.apply({"rotate_credentials": rotation})
        await wire.cloud.settle()
        await listener.cut_off()
    old = wire.account
    path = f"/api/v1/dev/topic/{old['mqtt_id']}/{old['cabinet']}"
    assert await wire.status(path, mode=1) == 403
    async with listening(wire) as listener:
        wire.cloud.apply({"publish": True})
        assert await listener.one()
    assert wire.cloud.accounts[0]["mqtt_username"] != old["mqtt_username"]


async def test_password_with_each_token(wire: Wire) -> None:
    """Somebody else's login may rotate the password."""
    wire.cloud.apply({"rotate_passwords": True})
    async with listening(wire) as listener:
        await wire.sign_in()
        await listener.cut_off()
    async with listening(wire):
        pass


async def test_kick(wire: Wire) -> None:
    """A client is cut off, and may come again."""
    async with listening(wire) as listener:
        wire.cloud.apply({"kick": "solar_site"})
        await listener.cut_off()
    assert await refusal(wire) is None


async def test_thief(wire: Wire) -> None:
    """A second client with the id ends the first; either returns the favour until one gives in."""
    async with listening(wire) as listener:
        wire.cloud.apply({"thief": "solar_site"})
        await listener.cut_off()
    await wire.cloud.settle()
    async with connected(wire) as listener:
        await listener.cut_off()
    wire.cloud.apply({"thief": {"account": "solar_site", "present": False}})
    await wire.cloud.settle()
    async with listening(wire) as listener:
        wire.cloud.apply({"publish": True})
        assert await listener.one()


async def test_down_and_up(wire: Wire) -> None:
    """Clients are cut off and refused, then let in at the same address."""
    port = wire.cloud.messenger.port
    async with listening(wire) as listener:
        wire.cloud.apply({"broker": "down"})
        await listener.cut_off()
    await wire.cloud.settle()
    for state in ({"broker": "down"}, {"publish": True}):
        wire.cloud.apply(state)
        await wire.cloud.settle()
    with pytest.raises(MqttError, match="refused"):
        async with connected(wire):
            pass
    wire.cloud.apply({"broker": "up"})
    await wire.cloud.settle()
    assert wire.cloud.messenger.port == port
    async with listening(wire) as listener:
        wire.cloud.apply({"publish": True})
        assert await listener.one()


async def test_topics_while_down(signed_in: Wire) -> None:
    """REST goes on without the broker."""
    wire = signed_in
    wire.cloud.apply({"broker": "down"})
    await wire.cloud.settle()
    topics = await ask(wire, wire.account["cabinet"])
    wire.cloud.apply({"broker": "up"})
    await wire.cloud.settle()
    async with connected(wire, topics) as listener:
        wire.cloud.apply({"publish": True})
        assert await listener.one()


async def test_untrusted(wire: Wire) -> None:
    """A certificate that nobody knows, until the usual one is back."""
    wire.cloud.apply({"broker": "untrusted"})
    await wire.cloud.settle()
    with pytest.raises(MqttError, match="certificate verify failed"):
        async with connected(wire):
            pass
    wire.cloud.apply({"broker": "up"})
    await wire.cloud.settle()
    assert await refusal(wire) is None


async def test_refused(wire: Wire) -> None:
    """Nobody is let in for a while, and who is there has to leave."""
    async with listening(wire) as listener:
        wire.cloud.apply({"refuse": "not_authorised"})
        await listener.cut_off()
    await wire.cloud.settle()
    assert await refusal(wire) == NOT_AUTHORISED
    wire.cloud.apply({"refuse": None})
    await wire.cloud.settle()
    assert await refusal(wire) is None


async def test_silence(wire: Wire) -> None:
    """Connected, subscribed, and nothing comes."""
    async with listening(wire) as listener:
        wire.cloud.apply({"delivery": {"silent": True}})
        wire.cloud.apply({"publish": True})
        await wire.cloud.settle()
        said = {"device": wire.account["cabinet"], "payload": {"a": 1}}
        wire.cloud.apply({"say": said, "delivery": {"silent": False}})
        assert await listener.one() == {"a": 1}


async def test_retained(wire: Wire) -> None:
    """The broker may keep the last message for who comes later."""
    wire.cloud.apply({"delivery": {"retain": True}})
    async with listening(wire) as listener:
        wire.cloud.apply({"publish": True})
        first = await listener.one()
    async with connected(wire, listener.topics) as listener:
        assert await listener.one() == first


@pytest.mark.parametrize("qos", [0, 1])
async def test_quality(wire: Wire, qos: int) -> None:
    """Messages are acknowledged, or not."""
    async with listening(wire) as listener:
        wire.cloud.apply({"delivery": {"qos": qos}, "publish": True})
        async with asyncio.timeout(60):
            message = await anext(listener._messages)
    assert message.qos == qos


async def test_closed_topics(wire: Wire) -> None:
    """They have to be asked for again."""
    serial = wire.account["cabinet"]
    async with listening(wire):
        pass
    wire.cloud.apply({"close_topics": "solar_site"})
    await wire.cloud.settle()
    async with connected(wire, [f"demo/ess/{serial}/data"]) as listener:
        wire.cloud.apply({"say": {"device": serial, "payload": "lost"}})
        await wire.cloud.settle()
        wire.cloud.apply({"topics": {"late": True}})
        await ask(wire, serial)
        await listener.subscribe(f"demo/ess/{serial}/data")
        wire.cloud.apply({"say": {"device": serial, "payload": "heard"}})
        assert (await listener.raw())[1] == b"heard"
