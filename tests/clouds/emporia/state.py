"""What the simulated cloud can have happen: the switches of `POST state`. The package's docstring lists them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.clouds.cloud import Switch

if TYPE_CHECKING:
    from .cloud import EmporiaCloud


class State:
    """All switches."""

    def __init__(self, cloud: EmporiaCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        return {"plug_in": self._plug_in, "plug_out": self._plug_out}

    def _plug_in(self, value: Any) -> None:
        device = self._cloud.customers.charger(value)
        if device.charger:
            device.charger.plug_in(self._cloud.clock.timestamp())

    def _plug_out(self, value: Any) -> None:
        device = self._cloud.customers.charger(value)
        if device.charger:
            device.charger.plug_out(self._cloud.clock.timestamp())
