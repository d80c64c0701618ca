"""Polls one login: its contracts, bills and meters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.models.device import Device
from custom_components.iec.api.models.tariff import TariffPage
from custom_components.iec.api.tariffs import Tariffs, build_tariffs
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.calculations.pricing import Pricing, with_price
from custom_components.iec.const import (
    CONF_CONTRACTS,
    CONF_METERS,
    CONF_PRICES,
    CONF_TIME_OF_USE,
)
from custom_components.iec.snapshot import (
    ContractState,
    MeterState,
    Snapshot,
    TokenTimes,
)
from custom_components.iec.statistics.reader import DayReader

from .contract_source import ContractPoller
from .discovery import Discovery, Supply, async_discover
from .entry_prices import EntryPrices
from .meter_source import MeterPoller

_LOGGER = logging.getLogger(__name__)

_POLL = timedelta(hours=1)
_TARIFFS_EVERY = timedelta(hours=24)


class IecCoordinator(CloudCoordinator[Snapshot]):
    """Reads all that one login may see."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: IecClient,
    ) -> None:
        """Poll the login of an entry."""
        super().__init__(hass, entry, connection, interval=_POLL)
        self.client = client
        self.reader = DayReader(client)
        self.prices = EntryPrices(hass, entry, self.reader)
        self._discovery: Discovery | None = None
        self._time_of_use: dict[str, bool] = dict(entry.data.get(CONF_TIME_OF_USE, {}))
        """What was last reported of each contract."""
        self._contract_source = ContractPoller(client, self.answers)
        self._meter_source = MeterPoller(client, self.answers, self.reader)

    @property
    @override
    def latest_data(self) -> datetime | None:
        if not self.data:
            return None
        return min(
            (m.latest for m in self.data.meters.values() if m.latest), default=None
        )

    @property
    @override
    def own_expiry(self) -> float | None:
        """The seconds until the local day ends: today is yesterday then."""
        now = dt_util.now(SITE_ZONE)
        midnight = local_midnight(now.date() + timedelta(days=1), SITE_ZONE)
        return (midnight - now).total_seconds()

    @property
    def smart_meters(self) -> list[Meter]:
        """The meters whose readings are available."""
        return [state.meter for state in self.data.meters.values()]

    def pricing_of(self, contract: str) -> Pricing:
        """Return the prices of a contract's hours, as they are known now.

        The flat price is only for a contract that is known to have it.
        """
        return self.prices.pricing_of(
            contract, is_flat=self._time_of_use.get(contract) is False
        )

    @property
    def knows_all_tariffs(self) -> bool:
        """Return whether no meter is missing now, nor the tariff of any."""
        contracts = {meter.address.contract for meter in self.smart_meters}
        is_whole = self.data.discovery.is_whole and bool(contracts)
        return is_whole and contracts <= self._time_of_use.keys()

    def has_price(self, contract: str) -> bool:
        """Return whether the user has set a price of a contract that needs one."""
        _, terms = self.pricing_of(contract).terms[-1]
        return terms.fixed is not None or bool(terms.by_class)

    def is_time_of_use(self, contract: str) -> bool:
        """Return whether a contract is known to be billed by the time of use."""
        return self._time_of_use.get(contract, False)

    @callback
    def async_show_latest(self) -> None:
        """Show until when readings are there, once the history has read more."""
        meters = {
            key: replace(
                state,
                latest=self.reader.latest.get(state.meter.stem),
                latest_day=self._meter_source.days.latest(state.meter),
            )
            for key, state in self.data.meters.items()
        }
        if meters != self.data.meters:
            self.data = replace(self.data, meters=meters)
            self.async_update_listeners()

    def day_totals(self, meter: Meter) -> Mapping[date, float]:
        """Return the kWh of days as the month's list has them."""
        return self._meter_source.days.totals(meter)

    @override
    async def _async_fetch(self) -> Snapshot:
        with self.answers.round():
            discovery = await self._async_discover()
            tariffs = await self._async_tariffs()
            contracts: dict[str, ContractState] = {}
            meters: dict[str, MeterState] = {}
            for supply in self._chosen(discovery):
                contract = await self._contract_source.async_read(supply)
                found = await self._async_meters(contract, tariffs)
                contracts[supply.contract] = replace(
                    contract, meters_are_gated=self._meter_source.is_gated(supply)
                )
                meters |= {state.meter.key: state for state in found}
        self.prices.async_keep_classes()
        if not discovery.supplies and not discovery.is_whole:
            raise ProviderError("No source lists any contract")
        return Snapshot(
            discovery=discovery,
            contracts=contracts,
            meters=meters,
            tariffs=tariffs,
            price=self._price(tariffs),
            token_times=self._token_times(),
        )

    async def _async_discover(self) -> Discovery:
        """Find the contracts; what a silent source reported before still counts."""
        found = await async_discover(self.client, self.answers)
        if found.is_whole and not self.answers.is_offline:
            self.whole_lists += 1
        elif self._discovery:
            found = found.completed(self._discovery)
        if self._discovery:
            found = found.with_names_of(self._discovery)
        self._discovery = found
        self._note_tariffs(found)
        return found

    def _note_tariffs(self, found: Discovery) -> None:
        """Keep which contracts are billed by the time of use.

        An answer that leaves it out after a restart would else change their prices.
        """
        told: dict[str, bool] = {}
        for number, supply in found.supplies.items():
            if supply.details and supply.details.is_touz is not None:
                told[number] = supply.details.is_touz
            elif found.is_whole or supply.details:
                # Nobody says, nor will: the usual tariff.
                self._time_of_use.setdefault(number, False)
        self._time_of_use |= told
        known = self.config_entry.data.get(CONF_TIME_OF_USE, {})
        if {**known, **told} != known:
            self.async_store({CONF_TIME_OF_USE: {**known, **told}})

    def _chosen(self, discovery: Discovery) -> Sequence[Supply]:
        """Return the contracts that the user wants to see."""
        wanted = self.config_entry.data.get(CONF_CONTRACTS)
        if wanted is None:
            return discovery.active
        found = discovery.supplies
        return [found[number] for number in wanted if number in found]

    async def _async_tariffs(self) -> Tariffs:
        get, public = self.answers.get, self.client.public
        every = _TARIFFS_EVERY
        calculator = await get("calculator", public.get_usage_calculator, every=every)
        period = await get("period", public.get_period_calculator, every=every)
        page = await get("tariff_page", self._async_tariff_page, every=every)
        tariffs = build_tariffs(calculator, period, page)
        today = dt_util.now(SITE_ZONE).date()
        known = self.config_entry.data.get(CONF_PRICES, [])
        prices = with_price(known, today, tariffs.kwh)
        if prices is not known:
            self.async_store({CONF_PRICES: prices})
        return tariffs

    async def _async_tariff_page(self) -> TariffPage:
        page = await self.client.public.get_tariff_page()
        if build_tariffs(None, None, page) == Tariffs():
            raise Malformed("There is no price on the tariff page")
        return page

    def _price(self, tariffs: Tariffs, contract: str | None = None) -> float | None:
        """Return what any kWh costs now; unknown where that depends on the hour.

        Without a contract it is that of one with the usual tariff.
        """
        fixed = self.pricing_of(contract or "").fixed
        is_flat = contract is None or self._time_of_use.get(contract) is False
        return tariffs.kwh if fixed is None and is_flat else fixed

    async def _async_meters(
        self, contract: ContractState, tariffs: Tariffs
    ) -> list[MeterState]:
        """Return a contract's meters; their answers may show that some are one."""
        states = await self._async_read_meters(contract, tariffs)
        before = self.config_entry.data.get(CONF_METERS, {})
        await self._async_find_meters(contract)
        if self.config_entry.data.get(CONF_METERS, {}) == before:
            return states
        return await self._async_read_meters(contract, tariffs)

    async def _async_read_meters(
        self, contract: ContractState, tariffs: Tariffs
    ) -> list[MeterState]:
        price = self._price(tariffs, contract.supply.contract)
        return [
            await self._meter_source.async_read(contract, meter, device, tariffs, price)
            for meter, device in await self._async_find_meters(contract)
        ]

    async def _async_find_meters(
        self, contract: ContractState
    ) -> Sequence[tuple[Meter, Device]]:
        """Return the meters in place, and store what is known of them."""
        entry = self.config_entry
        stored = entry.data.get(CONF_METERS, {})
        found, known = await self._meter_source.async_find(
            contract, stored, entry.options
        )
        if known is not stored:
            self.async_store({CONF_METERS: known})
        return found

    def _token_times(self) -> TokenTimes | None:
        login = self.client.login
        if login is None:
            return None
        return TokenTimes(issued_at=login.issued_at, expires_at=login.expires_at)
