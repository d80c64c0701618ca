"""Polls what the cloud reports by REST: cabinets, their components, solar."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError, ProviderError
from custom_components.cloud_energy.client.zones import find_zone
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.presence import Presence
from custom_components.cloud_energy.helpers.spread import own_delay
from custom_components.elecnova.api.client import ElecnovaClient, is_absent
from custom_components.elecnova.api.const import PV_INVERTER
from custom_components.elecnova.api.models import Cabinet, Component
from custom_components.elecnova.calculations.pv import SLOT, Inverter
from custom_components.elecnova.calculations.pv_totals import POINT_LIFE
from custom_components.elecnova.calculations.units import PowerUnits
from custom_components.elecnova.const import (
    CONF_CABINETS,
    CONF_PV_ROWS,
    CONF_PV_UNITS,
    CONF_ZONES,
)
from custom_components.elecnova.entry_data import chosen_unit, poll_interval
from custom_components.elecnova.snapshot import CabinetState, Snapshot

from .pv_reader import PvReader
from .pv_source import PvPoller
from .tree import Tree, read_tree

_LOGGER = logging.getLogger(__name__)

_ALWAYS: Final = timedelta(0)
_TWICE_A_DAY: Final = timedelta(hours=12)
_KEPT_POLLS: Final = 6
"""Power is about now: after so many missed polls it is too old to show."""
_LONGEST_PAUSE: Final = timedelta(minutes=30)


class ElecnovaCoordinator(CloudCoordinator[Snapshot]):
    """Reads one account; what fails of it costs only its own entities."""

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: ElecnovaClient,
    ) -> None:
        """Poll the account of an entry."""
        interval = poll_interval(entry.options)
        super().__init__(
            hass,
            entry,
            connection,
            interval=interval,
            grace=_KEPT_POLLS * interval,
            answers=AnswerCache(longest_pause=_LONGEST_PAUSE),
        )
        self.client = client
        self.reader = PvReader(client)
        self.units = PowerUnits(
            chosen_unit(entry.options),
            entry.data.get(CONF_PV_UNITS, {}),
            self._keep_units,
        )
        self.error: CloudError | None = None
        """Why the last poll failed; None if it did not."""
        self.owned: Mapping[str, Cabinet] = {}
        """All cabinets by serial, also those that are not followed."""
        self._sun = PvPoller(
            self.reader,
            self.units,
            self.answers,
            self._ask,
            own_delay(entry.entry_id),
        )
        self._has_sites = False
        self._cabinets = Presence[Cabinet](lambda cabinet: cabinet.sn)
        self._components = defaultdict[str, Presence[Component]](
            lambda: Presence(lambda component: component.sn)
        )

    @property
    @override
    def latest_data(self) -> datetime | None:
        times = [pv.latest.time for pv in self.data.pv.values() if pv.latest]
        return max(times) + SLOT if times else None

    @property
    @override
    def own_expiry(self) -> float | None:
        states = self.data.pv.values() if self.data else ()
        latest = [s.latest.time for s in states if s.latest and s.power is not None]
        if not latest:
            return None
        return (min(latest) + POINT_LIFE - dt_util.utcnow()).total_seconds()

    @property
    def inverters(self) -> list[Inverter]:
        """The inverters of all cabinets."""
        return _inverters(self.data.cabinets.values())

    def rows_unit(self, inverter: Inverter) -> str | None:
        """Return the unit that an inverter's statistics were made by."""
        units: Mapping[str, str] = self.config_entry.data.get(CONF_PV_ROWS, {})
        return units.get(inverter.sn)

    @callback
    def async_note_rows(self, inverter: Inverter, unit: str) -> None:
        """Take that all statistics of an inverter are made by a unit."""
        units = self.config_entry.data.get(CONF_PV_ROWS, {})
        self.async_store({CONF_PV_ROWS: {**units, inverter.sn: unit}})

    def _keep_units(self, units: Mapping[str, str]) -> None:
        self.async_store({CONF_PV_UNITS: dict(units)})

    @property
    def token_expires(self) -> datetime | None:
        """When a new token will be needed."""
        login = self.client.login
        return login.expires_at if login else None

    @override
    async def _async_fetch(self) -> Snapshot:
        try:
            snapshot = await self._async_ask_for_all()
        except CloudError as err:
            if not self.answers.is_offline:
                self.error = err
            raise
        if not self.answers.is_offline:
            self.error = None
        return snapshot

    async def _async_ask_for_all(self) -> Snapshot:
        cabinets = self._wanted(
            await self.answers.need("cabinets", self._async_read_cabinets)
        )
        tree = await self._ask("sites", self._async_read_tree, _TWICE_A_DAY) or Tree()
        states = await asyncio.gather(
            *(self._async_read_cabinet(cabinet, tree) for cabinet in cabinets)
        )
        inverters = _inverters(states)
        suns = await asyncio.gather(*map(self._sun.read, inverters))
        sites = {state.site_id for state in states}
        return Snapshot(
            cabinets={state.cabinet.sn: state for state in states},
            sites={key: site for key, site in tree.sites.items() if key in sites},
            pv={each.sn: sun for each, sun in zip(inverters, suns, strict=True)},
        )

    def _wanted(self, cabinets: Sequence[Cabinet]) -> list[Cabinet]:
        self.owned = {cabinet.sn: cabinet for cabinet in cabinets if cabinet.sn}
        chosen = self.config_entry.options.get(CONF_CABINETS)
        return [c for sn, c in self.owned.items() if not chosen or sn in chosen]

    async def _async_read_cabinets(self) -> list[Cabinet]:
        return self._cabinets.take(await self.client.get_all_cabinets())

    async def _async_read_tree(self) -> Tree:
        try:
            projects = await self.client.get_projects()
        except ProviderError as err:
            # Older hosts have no sites; one that had some is out of order.
            if not is_absent(err) or self._has_sites:
                raise
            return Tree()
        tree = await read_tree(self.client, projects)
        self._has_sites = bool(tree.sites)
        return tree

    async def _async_read_cabinet(self, cabinet: Cabinet, tree: Tree) -> CabinetState:
        async def read() -> list[Component]:
            present = await self.client.get_components(cabinet.sn)
            return self._components[cabinet.sn].take(present)

        parts = await self._ask(f"components {cabinet.sn}", read)
        return CabinetState(
            cabinet=self._in_its_zone(cabinet, tree),
            components=None if parts is None else tuple(p for p in parts if p.sn),
            site_id=tree.site_of.get(cabinet.id),
        )

    def _in_its_zone(self, cabinet: Cabinet, tree: Tree) -> Cabinet:
        """Return a cabinet with its time zone, which an answer may leave out.

        In another one all of its days and hours would be others.
        """
        zones = self.config_entry.data.get(CONF_ZONES, {})
        site = tree.sites.get(tree.site_of.get(cabinet.id, ""))
        told = (cabinet.time_zone, zones.get(cabinet.sn), site and site.time_zone)
        name = next((each for each in told if each and find_zone(each)), "")
        if name and zones.get(cabinet.sn) != name:
            self.async_store({CONF_ZONES: {**zones, cabinet.sn: name}})
        return replace(cabinet, time_zone=name)

    async def _ask[T](
        self,
        name: str,
        fetch: Callable[[], Awaitable[T]],
        every: timedelta = _ALWAYS,
    ) -> T | None:
        """Request a part if it is due."""
        return await self.answers.get(name, fetch, every=every)


def _inverters(states: Iterable[CabinetState]) -> list[Inverter]:
    return [
        Inverter(part.sn, state.cabinet.sn, part.name, state.cabinet.zone)
        for state in states
        for part in state.components or ()
        if part.component == PV_INVERTER
    ]
