"""Which prices a charger is planned by: the options, and what was known last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.prices.intervals import (
    PriceInterval,
    Prices,
    between,
    by_quarter_hours,
    completed,
)
from custom_components.cloud_energy.prices.sources import (
    ActionSource,
    EntitySource,
    FlatRate,
    PriceSource,
    TariffSource,
)
from custom_components.cloud_energy.readings import floor_hour
from custom_components.emporia.const import (
    CONF_PRICE_ACTION,
    CONF_PRICE_DATA,
    CONF_PRICE_ENTITIES,
    CONF_PRICE_ENTRY,
    CONF_PRICE_RATE,
    CONF_PRICE_SERIES,
    CONF_PRICE_SOURCE,
)
from custom_components.emporia.coordinators.channels import EmporiaCoordinator

OWN: Final = "own"
ENTRY: Final = "entry"
ENTITIES: Final = "entities"
ACTION: Final = "action"
FLAT: Final = "flat"
SOURCES: Final = (OWN, ENTRY, ENTITIES, ACTION, FLAT)

_AHEAD: Final = timedelta(days=2)
_BACK: Final = timedelta(days=1)
_EVERY: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class OwnTariff(PriceSource):
    """The rate plan of a charger, or the rate in the app."""

    knows_all_times = True
    coordinator: EmporiaCoordinator = field(repr=False)
    gid: int = field(repr=False)

    @override
    async def async_read(
        self, hass: HomeAssistant, start: datetime, end: datetime
    ) -> Prices | None:
        return self.coordinator.coming_prices(self.gid, start, end)


def price_source(
    options: Mapping[str, Any], coordinator: EmporiaCoordinator, gid: int
) -> PriceSource:
    """Return what the options name for a charger."""
    kind = options.get(CONF_PRICE_SOURCE, OWN)
    if kind == ENTRY and CONF_PRICE_ENTRY in options:
        return TariffSource(options[CONF_PRICE_ENTRY])
    if kind == ENTITIES and options.get(CONF_PRICE_ENTITIES):
        return EntitySource(tuple(options[CONF_PRICE_ENTITIES]))
    if kind == ACTION and CONF_PRICE_ACTION in options:
        data = options.get(CONF_PRICE_DATA)
        return ActionSource(
            options[CONF_PRICE_ACTION],
            # The form once took anything
            data if isinstance(data, Mapping) else {},
            options.get(CONF_PRICE_SERIES),
        )
    if kind == FLAT and CONF_PRICE_RATE in options:
        return FlatRate(options[CONF_PRICE_RATE])
    return OwnTariff(coordinator, gid)


@dataclass
class KnownPrices:
    """The prices of a source: what it once said of a time stays known.

    By them a charger is switched, so none is for less than a quarter of an hour.
    """

    source: PriceSource
    intervals: Sequence[PriceInterval] = ()
    currency: str | None = None
    name: str | None = None
    _names_currency: bool = field(default=False, repr=False)
    _read_at: datetime | None = field(default=None, repr=False)

    async def async_read(
        self, hass: HomeAssistant, now: datetime, *, is_due: bool
    ) -> None:
        """Ask the source, unless it was asked a short time ago."""
        was_read = self._read_at is not None and is_recent(self._read_at, _EVERY, now)
        knows_all_times = self.source.knows_all_times
        if was_read and not (is_due or knows_all_times):
            return
        self._read_at = now
        # A charge may have begun before there was a plan
        start = now - _BACK if knows_all_times else floor_hour(now)
        end = now + _AHEAD
        prices = await self.source.async_read(hass, start, end)
        older = between(self.intervals, now - _BACK, end)
        if prices and self._is_other_currency(prices):
            # What was given in another one can't be compared
            older = []
        newer = by_quarter_hours(prices.intervals) if prices else ()
        self.intervals = completed(newer, older)
        if prices:
            self._name(prices)

    def _is_other_currency(self, prices: Prices) -> bool:
        are_named = self._names_currency and prices.names_currency
        return are_named and prices.currency != self.currency

    def _name(self, prices: Prices) -> None:
        self.name = prices.source
        if prices.names_currency or not self._names_currency:
            self.currency = prices.currency
            self._names_currency = prices.names_currency
