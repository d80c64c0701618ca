"""Where prices come from: a tariff, an action or entities of Home Assistant, one rate."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Any, ClassVar, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.runtime import CloudRuntime

from .intervals import PriceInterval, Prices, between, in_order
from .reader import read_prices
from .units import Unit, currency_of

_LOGGER = logging.getLogger(__name__)

NORD_POOL: Final = "nordpool.get_prices_for_date"
TIBBER: Final = "tibber.get_prices"

_UNITS: Final = {NORD_POOL: Unit(energy=0.001)}
"""What the answers of actions do not say: Nord Pool's prices are by the MWh."""
_DAY: Final = timedelta(days=1)
_PATIENCE: Final = 60


class PriceSource(ABC):
    """Something that knows coming prices, or did."""

    knows_all_times: ClassVar[bool] = False
    """Whether it costs nothing to ask, and has prices of the past, too."""

    @abstractmethod
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        """Return the prices between two times; None where there are none now."""

    @property
    def entities(self) -> Sequence[str]:
        """What changes when the prices do, if that can be watched."""
        return ()


@dataclass(frozen=True)
class TariffSource(PriceSource):
    """The tariff of another entry of a provider, once it is loaded."""

    knows_all_times = True
    entry_id: str

    @override
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        entry = hass.config_entries.async_get_entry(self.entry_id)
        runtime: object = getattr(entry, "runtime_data", None)
        if not isinstance(runtime, CloudRuntime):
            return None
        prices: Prices | None = runtime.coming_prices(start, end)
        return prices


@dataclass(frozen=True)
class FlatRate(PriceSource):
    """One price at all times, in the currency of Home Assistant."""

    knows_all_times = True
    price: float

    @override
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        only = PriceInterval(start, end, self.price)
        return Prices(
            intervals=[only], currency=hass.config.currency, source="flat rate"
        )


@dataclass(frozen=True)
class EntitySource(PriceSource):
    """Entities with lists of prices in their attributes: together they are one source."""

    entity_ids: Sequence[str]

    @property
    @override
    def entities(self) -> Sequence[str]:
        return self.entity_ids

    @override
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        zone = dt_util.get_default_time_zone()
        found: list[PriceInterval] = []
        currency: str | None = None
        for entity_id in self.entity_ids:
            state = hass.states.get(entity_id)
            if state is None:
                continue
            unit = Unit.of_attributes(state.attributes)
            found += read_prices(dict(state.attributes), zone, unit)
            currency = currency or currency_of(state.attributes)
        return _prices(hass, found, start, end, currency, ", ".join(self.entity_ids))


@dataclass(frozen=True)
class ActionSource(PriceSource):
    """An action that answers with prices."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    series: str | None = None
    """The area or home whose prices count, where the answer has several."""

    @override
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        zone = dt_util.get_default_time_zone()
        found: list[PriceInterval] = []
        for data in self._calls(hass, start, end):
            answer = await self._async_call(hass, data)
            unit = _UNITS.get(self.action, Unit())
            found += read_prices(answer, zone, unit, self.series)
        currency = currency_of(self.data)
        return _prices(hass, found, start, end, currency, self.action)

    async def _async_call(self, hass: HomeAssistant, data: dict[str, Any]) -> Any:
        """Return what the action answers; None if it does not."""
        domain, _, name = self.action.partition(".")
        try:
            async with asyncio.timeout(_PATIENCE):
                return await hass.services.async_call(
                    domain, name, data, blocking=True, return_response=True
                )
        except Exception as err:  # noqa: BLE001  # code of any other integration
            # Tomorrow's prices may be missing: what is there counts
            _LOGGER.debug("%s does not answer: %r", self.action, err)
            return None

    def _calls(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """Return the data of each call that is needed to have all prices."""
        first = dt_util.start_of_local_day(start)
        if self.action == TIBBER:
            asked = {"start": first.isoformat(), "end": (end + _DAY).isoformat()}
            return [asked | dict(self.data)]
        if self.action != NORD_POOL:
            return [dict(self.data)]
        days = (dt_util.as_local(end).date() - first.date()).days
        entries = hass.config_entries.async_loaded_entries("nordpool")
        entry = {"config_entry": entries[0].entry_id} if entries else {}
        return [
            entry | dict(self.data) | {"date": (first.date() + n * _DAY).isoformat()}
            for n in range(days + 1)
        ]


def _prices(
    hass: HomeAssistant,
    found: Sequence[PriceInterval],
    start: datetime,
    end: datetime,
    currency: str | None,
    source: str,
) -> Prices | None:
    intervals = between(in_order(found), start, end)
    if not intervals:
        return None
    return Prices(
        intervals=intervals,
        currency=currency or hass.config.currency,
        source=source,
        names_currency=currency is not None,
    )
