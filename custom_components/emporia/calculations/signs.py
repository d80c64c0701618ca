"""Which way amounts are counted, as the user has chosen (wire 4.9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from custom_components.emporia.api.home import Channel
from custom_components.emporia.api.models.channels import MAINS
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.const import CONF_INVERT_SOLAR, CONF_TURNED_CIRCUITS
from custom_components.emporia.snapshot import shown


def is_reversible(channel: Channel) -> bool:
    """Return whether a reversed clamp is visible in the readings of a channel."""
    return channel.slug != MAINS and (channel.is_solar or channel.is_signed)


def circuit_key(gid: int, slug: str) -> str:
    """Return what the options call a circuit."""
    return f"{gid}_{slug}"


@dataclass(frozen=True)
class Signs:
    """The signs of one account's amounts."""

    invert_solar: bool = True
    turned: frozenset[str] = field(default=frozenset(), repr=False)
    """Circuits whose clamp is the wrong way round."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read them from the options of an entry."""
        return cls(
            options.get(CONF_INVERT_SOLAR, True),
            frozenset(options.get(CONF_TURNED_CIRCUITS, ())),
        )

    def shown(self, key: ChannelKey, channel: Channel, value: float) -> float:
        """Return an amount of the cloud with the sign that people expect."""
        amount = shown(channel, value, invert_solar=self.invert_solar)
        if is_reversible(channel) and circuit_key(*key) in self.turned:
            return 0.0 - amount
        return amount
