"""The switches of `POST state` about the broker and its messages. The package's docstring lists them."""

from dataclasses import asdict
import json
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.errors import ControlError

from .door import REFUSALS
from .state import LIFE

if TYPE_CHECKING:
    from .cloud import ElecnovaCloud

CONDITIONS: Final = ("up", "down", "mute", "untrusted")
TOPICS: Final = vol.Schema(
    {
        "style": vol.In(["plain", "wildcard", "opaque"]),
        "life": vol.Any(None, LIFE),
        "late": bool,
        "denial": vol.In(["refused", "silent"]),
    }
)
DELIVERY: Final = vol.Schema(
    {
        "interval": vol.Any(None, LIFE),
        "silent": bool,
        "qos": vol.In([0, 1]),
        "retain": bool,
    }
)
SAID: Final = vol.Schema({vol.Required("device"): str, vol.Required("payload"): object})
ALARM: Final = vol.Schema(
    {vol.Required("device"): str, vol.Optional("active", default=True): bool}
)
THIEF: Final = vol.Schema(
    {vol.Required("account"): str, vol.Optional("present", default=True): bool}
)


class MessageState:
    """The switches of this file."""

    def __init__(self, cloud: ElecnovaCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud
        self._messenger = cloud.messenger

    def switches(self) -> dict[str, Switch]:
        """Name of each switch and what it does."""
        return {
            "broker": self._condition,
            "refuse": self._refuse,
            "topics": self._topics,
            "close_topics": self._close_topics,
            "delivery": self._delivery,
            "messages": self._messenger.payloads.look.change,
            "publish": self._publish,
            "say": self._say,
            "alarm": self._alarm,
            "kick": lambda value: self._messenger.kick(
                self._cloud.customers.account(value)
            ),
            "thief": self._thief,
        }

    def _condition(self, value: Any) -> None:
        condition = vol.Schema(vol.In(CONDITIONS))(value)
        self._cloud.door.mute = condition == "mute"
        if condition == "down":
            self._messenger.bring_down()
        else:
            self._messenger.bring_up(trusted=condition != "untrusted")

    def _refuse(self, value: Any) -> None:
        schema = vol.Schema(vol.Any(None, vol.In(sorted(REFUSALS))))
        self._cloud.door.refuses = schema(value)
        self._messenger.update()

    def _topics(self, value: Any) -> None:
        topics, door = self._cloud.topics, self._cloud.door
        targets = {
            "style": (topics, "style"),
            "life": (topics, "life"),
            "late": (door, "late_topics"),
            "denial": (door, "denial"),
        }
        for key, setting in TOPICS(value).items():
            setattr(*targets[key], setting)
        self._messenger.update()

    def _close_topics(self, value: Any) -> None:
        self._cloud.topics.close(self._cloud.customers.account(value).mqtt_id)
        self._messenger.update()

    def _delivery(self, value: Any) -> dict[str, Any]:
        for name, setting in DELIVERY(value).items():
            setattr(self._messenger.delivery, name, setting)
        return asdict(self._messenger.delivery)

    def _publish(self, value: Any) -> None:
        vol.Schema(vol.Equal(True))(value)
        self._messenger.publish()

    def _say(self, value: Any) -> None:
        asked = SAID(value)
        payload = asked["payload"]
        raw = payload if isinstance(payload, str) else json.dumps(payload)
        cabinet, component = self._cloud.customers.place(asked["device"])
        self._messenger.say(cabinet, component, raw.encode())

    def _alarm(self, value: Any) -> None:
        asked = ALARM({"device": value} if isinstance(value, str) else value)
        cabinet, component = self._cloud.customers.place(asked["device"])
        if component is None:
            raise ControlError("only a component raises an alarm")
        self._messenger.alarm(cabinet, component, active=asked["active"])

    def _thief(self, value: Any) -> None:
        asked = THIEF({"account": value} if isinstance(value, str) else value)
        account = self._cloud.customers.account(asked["account"])
        thieves, port = self._cloud.thieves, self._messenger.port
        if asked["present"]:
            self._messenger.ask(lambda: thieves.come(account, port))
        else:
            self._messenger.ask(lambda: thieves.leave(account))
