"""Reads owner, uptime and bills, each part as often as it changes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, timedelta
from functools import partial
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.flowerhub.api import FlowerhubClient
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import (
    AssetOwnerDetails,
    AssetOwnerProfile,
    ConsumptionRecord,
    ElectricityAgreement,
    Invoice,
    Revenue,
    UptimeHistoryEntry,
    UptimePie,
)
from custom_components.flowerhub.calculations.bill_check import SiteBill
from custom_components.flowerhub.calculations.billing import (
    BilledMonth,
    Bills,
    Earned,
    Settlement,
    billed_months,
    by_site,
    looks_like_index,
    settlement_of,
)
from custom_components.flowerhub.calculations.sites import (
    SiteRole,
    site_roles,
    sites_of,
)
from custom_components.flowerhub.const import (
    CONF_ASSET_ID,
    CONF_INVOICE,
    CONF_SETTLEMENT,
    CONF_SITES,
    CONF_STATISTICS,
    DOMAIN,
)
from custom_components.flowerhub.snapshot import Notice, Snapshot
from custom_components.flowerhub.statistics.series import (
    AccountSeries,
    compensation_batch,
    invoiced_batch,
    uptime_batch,
    volume_batch,
)

from .status import StatusCoordinator

_LOGGER = logging.getLogger(__name__)

_HOURLY = timedelta(hours=1)
_EVERY_6_HOURS = timedelta(hours=6)
_TWICE_A_DAY = timedelta(hours=12)
_DAILY = timedelta(hours=24)
_SEARCH_EVERY = 5

type _Months = dict[str, list[BilledMonth]]


class AccountCoordinator(CloudCoordinator[Snapshot]):
    """Follows the status: after each of its polls, what is due is requested.

    So both share a token, and once the portal is back, what has failed meanwhile is
    requested when it is the entry's turn, as everybody comes back then.
    """

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: FlowerhubClient,
        status: StatusCoordinator,
    ) -> None:
        """Read the account of an entry."""
        super().__init__(hass, entry, connection, interval=_HOURLY)
        self.client = client
        self.feed = StatisticsFeed(hass, entry)
        self.series = AccountSeries.of_entry(entry.title, entry.data)
        self._status = status
        self._status_failed = False
        self._month: date | None = None
        self._months: tuple[Any, _Months] = (None, {})
        self._indices: set[str] = set()

    @callback
    def async_follow(self) -> None:
        """Continue with what is due after each poll of the status."""

        @callback
        def polled() -> None:
            if self._status_failed and not self._status.failures:
                self.answers.put_off()
            self._status_failed = bool(self._status.failures)
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} account"
            )

        remove = self._status.async_add_connection_listener(polled)
        self.config_entry.async_on_unload(remove)

    @override
    async def _async_fetch(self) -> Snapshot:
        today = dt_util.now(SITE_ZONE).date()
        self._make_due(today)
        await self._async_discover()
        details, profile, agreement, pie, history = await self._async_ask_for_owner()
        invoices, records, revenue, flower, zavann = await self._async_ask_for_bills()
        bills = None if invoices is None else Bills(invoices=tuple(invoices))
        consumption, production = self._sites(records, agreement)
        snapshot = Snapshot(
            details=details,
            account_status=profile.account_status if profile else None,
            agreement=agreement,
            bills=bills,
            bill=SiteBill.latest(bills.invoices if bills else (), consumption),
            consumption=_latest(consumption),
            production=_latest(production),
            earned=self._settle(revenue, bills, today),
            uptime=pie,
            history=None if history is None else tuple(history),
            today=today,
            flower_notice=flower,
            zavann_notice=zavann,
        )
        self._status.latest = snapshot.latest_data
        if self.config_entry.options.get(CONF_STATISTICS, True):
            batches = self._batches(snapshot, consumption, production)
            self.feed.async_submit(list(batches))
        return snapshot

    async def _async_ask_for_owner(
        self,
    ) -> tuple[
        AssetOwnerDetails | None,
        AssetOwnerProfile | None,
        ElectricityAgreement | None,
        UptimePie | None,
        list[UptimeHistoryEntry] | None,
    ]:
        ask, client = self._ask, self.client
        return await asyncio.gather(
            ask("details", client.get_asset_owner, _TWICE_A_DAY),
            ask("profile", client.get_asset_owner_profile, _DAILY),
            ask("agreement", client.get_electricity_agreement, _TWICE_A_DAY),
            ask("uptime", client.get_uptime_pie, _HOURLY),
            ask("history", client.get_uptime_history, _TWICE_A_DAY),
        )

    async def _async_ask_for_bills(
        self,
    ) -> tuple[
        list[Invoice] | None,
        list[ConsumptionRecord] | None,
        Revenue | None,
        Notice | None,
        Notice | None,
    ]:
        ask, client = self._ask, self.client
        return await asyncio.gather(
            ask("invoices", client.get_invoices, _EVERY_6_HOURS),
            ask("consumption", client.get_consumption, _TWICE_A_DAY),
            ask("revenue", client.get_revenue, _EVERY_6_HOURS),
            self._ask_for_notice("active-flower"),
            self._ask_for_notice("active-zavann"),
        )

    def _make_due(self, today: date) -> None:
        """Have requested what can't wait for its time."""
        month = today.replace(day=1)
        if month != self._month:
            self._month = month
            self.answers.due("uptime")
        if self._status.hub_is_unknown and self._status.failures % _SEARCH_EVERY == 1:
            self.answers.due("discovery")

    async def _ask[T](
        self,
        name: str,
        fetch: Callable[[], Awaitable[T | None]],
        every: timedelta,
    ) -> T | None:
        """Return one part; an empty answer does not take back an earlier one at once."""

        async def known() -> T | None:
            found = await fetch()
            if found is None and self.answers.last(name) is not None:
                # It counts for its grace, as after any other trouble.
                raise Malformed(f"The portal returned nothing for the {name}")
            return found

        return await self.answers.get(name, known, every=every)

    async def _ask_for_notice(self, slug: str) -> Notice | None:
        async def known() -> Notice:
            return Notice(body=await self.client.get_system_notification(slug))

        return await self.answers.get(slug, known, every=_EVERY_6_HOURS)

    async def _async_discover(self) -> None:
        """Look for the hub; another one continues where the one before it ended."""
        known = self.config_entry.data[CONF_ASSET_ID]
        asset_id = await self._ask("discovery", self.client.get_asset_id, _DAILY)
        # All else is asked of the known hub until the other one has answered.
        self.client.asset_id = known
        if asset_id in (None, known):
            return
        if await self.answers.get("successor", partial(self._async_meet, asset_id)):
            self.logger.info("The hub was replaced; now using its successor")
            self.async_store({CONF_ASSET_ID: asset_id})
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    async def _async_meet(self, asset_id: int) -> bool:
        """Return whether a hub answers as itself: an answer may have named a wrong one.

        :raises CloudError: it does not answer.
        """
        asset = await self.client.get_asset(asset_id)
        return asset.id in (None, asset_id)

    def _sites(
        self,
        records: list[ConsumptionRecord] | None,
        agreement: ElectricityAgreement | None,
    ) -> tuple[_Months, _Months]:
        """Return the months of sites that consume and of those that produce."""
        known = self.config_entry.data.get(CONF_SITES, {})
        roles = site_roles(agreement, known)
        if roles != known:
            self.async_store({CONF_SITES: roles})
        if records is None:
            return {}, {}
        if self._months[0] is not records:
            self._months = (records, self._plausible_months(records))
        months = self._months[1]
        return (
            sites_of(SiteRole.CONSUMPTION, months, roles, agreement),
            sites_of(SiteRole.PRODUCTION, months, roles, agreement),
        )

    def _plausible_months(self, records: Iterable[ConsumptionRecord]) -> _Months:
        months = {site: billed_months(own) for site, own in by_site(records).items()}
        indices = {site for site, own in months.items() if looks_like_index(own)}
        if indices - self._indices:
            self.logger.warning(
                "The volumes of %s sites look like meter readings and are ignored",
                len(indices),
            )
        self._indices = indices
        return {site: own for site, own in months.items() if site not in indices}

    def _batches(
        self, snapshot: Snapshot, consumption: _Months, production: _Months
    ) -> Iterable[Batch]:
        now, series = dt_util.utcnow(), self.series
        batches = [
            volume_batch(series.consumption(site), months, now)
            for site, months in consumption.items()
        ]
        batches += [
            volume_batch(series.production(site), months, now)
            for site, months in production.items()
        ]
        if snapshot.bills:
            batches.append(invoiced_batch(series.invoiced, snapshot.bills, now))
        if snapshot.earned:
            batches.append(
                compensation_batch(series.compensation, snapshot.earned, now)
            )
        if snapshot.history:
            batches.append(uptime_batch(series.uptime, snapshot.history, now))
        return (batch for batch in batches if batch.readings)

    def _settle(
        self, revenue: Revenue | None, bills: Bills | None, today: date
    ) -> Earned | None:
        """Remember which month was settled: the portal only has the last one."""
        if revenue is None or revenue.id is None:
            return None
        known = Settlement.stored(self.config_entry.data.get(CONF_SETTLEMENT))
        is_new = known is None or known.number != revenue.id
        if is_new and bills is None:
            return None  # Its month is told by the invoices
        latest = bills.latest if bills else None
        invoiced = latest.month if latest else None
        settlement = settlement_of(revenue.id, known, invoiced, today)
        if settlement != known:
            self.async_store({CONF_SETTLEMENT: settlement.as_data()})
        return Earned(revenue=revenue, settlement=settlement)

    @callback
    def async_take_new_invoice(self) -> Invoice | None:
        """Return the latest invoice if it hasn't been reported yet.

        The first one that is ever seen is no news.
        """
        latest = self.data.latest_invoice
        if latest is None:
            return None
        known: dict[str, str] = self.config_entry.data.get(CONF_INVOICE) or {}
        found = {"id": latest.id, "written": latest.written.isoformat()}
        if known.get("id") == latest.id or known.get("written", "") > found["written"]:
            return None
        self.async_store({CONF_INVOICE: found})
        return latest if known else None


def _latest(sites: _Months) -> BilledMonth | None:
    months = [month for own in sites.values() for month in own]
    return max(months, key=lambda month: month.month, default=None)
