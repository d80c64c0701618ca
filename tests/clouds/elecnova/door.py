"""Who may come to the broker, and what they may hear there (wire 4.3, 4.7)."""

from dataclasses import dataclass
from typing import Final, Literal

from paho.mqtt.client import topic_matches_sub

from tests.clouds.request_log import RequestLog

from .customers import Customers
from .topics import Topics

ACCEPTED: Final = 0
REFUSALS: Final = {"unavailable": 3, "bad_credentials": 4, "not_authorised": 5}
"""Return codes of MQTT 3.1.1 with which a connection can be refused."""

type Refusal = Literal["unavailable", "bad_credentials", "not_authorised"]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who may come, with the topics that are open to them."""

    client_id: str
    username: str
    password: str
    topics: frozenset[str]


class Door:
    """Lets clients with the handed out credentials in.

    - `refuses`: nobody is let in, with that answer; None = whoever has credentials
    - `mute`: connections are accepted, and nothing is answered
    - `late_topics`: topics that were asked for after connecting count as well
    - `denial`: a subscription that is not allowed is refused, or accepted and `silent`
    """

    def __init__(
        self, customers: Customers, topics: Topics, log: RequestLog, *, lenient: bool
    ) -> None:
        """Ask `topics` what is open, and write into `log` who came."""
        self._customers = customers
        self._log = log
        self._topics = topics
        self._known: dict[str, set[str]] = {}
        self.refuses: Refusal | None = None
        self.mute = False
        self.late_topics = lenient
        self.denial: Literal["refused", "silent"] = "refused"

    def guests(self) -> list[Guest]:
        """Everybody who may come now."""
        return [
            Guest(
                each.mqtt_id,
                each.mqtt_username,
                each.mqtt_password,
                frozenset(self._topics.opened(each.mqtt_id)),
            )
            for each in self._customers.accounts
            if self.refuses is None
        ]

    def is_welcome(
        self, client_id: str | None, username: str | None, password: str | None
    ) -> bool:
        """Whether these are credentials that are good now."""
        given = client_id, username, password
        return any(
            given == (each.client_id, each.username, each.password)
            for each in self.guests()
        )

    def knock(
        self, client_id: str | None, username: str | None, password: str | None
    ) -> int:
        """Let somebody in, or not: the return code of the connection."""
        code = REFUSALS[self.refuses or "not_authorised"]
        if client_id and self.is_welcome(client_id, username, password):
            code = ACCEPTED
            self._known[client_id] = self._topics.opened(client_id)
        accounts = self._customers.accounts
        names = [each.name for each in accounts if each.mqtt_id == client_id]
        self._log.add("MQTT", "connect", names[0] if names else None, code)
        return code

    def may_subscribe(self, client_id: str, topic: str) -> bool:
        """Whether a subscription, which may have wildcards, is accepted."""
        return self.denial == "silent" or self.may_hear(client_id, topic)

    def may_hear(self, client_id: str, topic: str) -> bool:
        """Whether the topic is open to the client."""
        opened = self._topics.opened(client_id)
        if not self.late_topics:
            opened &= self._known.get(client_id, set())
        return topic in opened or any(
            topic_matches_sub(each, topic) and "#" not in topic for each in opened
        )
