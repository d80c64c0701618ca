"""Checks the latest bills of an entry against its stored hours.

A bill is checked when it is new, when an import has changed the hours that it is
compared with, or when other prices count. Otherwise nothing is read or calculated.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import logging
from typing import Any, Final, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.prices.bill_check import (
    Bill,
    BillCheck,
    Charges,
    Metered,
    check_bill,
    check_metered,
)
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_hours

from .connection import CloudConnection

_LOGGER = logging.getLogger(__name__)

CONF_BILL_LIMIT: Final = "bill_limit"
"""The option from how many % on a difference is worth a repair; 0 for never."""
DEFAULT_BILL_LIMIT: Final = 10


@dataclass(frozen=True, kw_only=True)
class BillToCheck:
    """A bill, and what it is to be compared with."""

    bill: Bill
    currency: str
    used: tuple[str, ...] = field(default=(), repr=False)
    """The ids of the statistics of what was used."""
    returned: tuple[str, ...] = field(default=(), repr=False)
    """The ids of those of what is set off."""
    volume: float | None = None
    """The kWh of the whole period, where the provider has no hours."""
    charge: Callable[[Metered], Charges | None] = field(compare=False, repr=False)
    optional: frozenset[datetime] = frozenset()
    """Hours that the provider does not publish, whatever was used in them."""
    tariff: object
    """What `charge` depends on, to be compared."""
    has_price_change: bool = False
    """Whether the tariff was changed within the period."""


class CheckedRuntime(Protocol):
    """What is needed of the runtime data of an entry."""

    connection: CloudConnection
    feed: StatisticsFeed

    @property
    def bills_to_check(self) -> Mapping[str, BillToCheck]:
        """The latest bill of each meter, contract or account, by its key."""

    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Listen for changes in what is known of the account."""

    def async_update_entities(self) -> None:
        """Have what is shown looked at again."""


@dataclass(frozen=True)
class CheckedBill:
    """A latest bill with its check."""

    to_check: BillToCheck
    check: BillCheck | None
    """None while it is not done."""


@dataclass(frozen=True)
class _Asked:
    """What a check is of: the same again brings the same result."""

    to_check: BillToCheck
    changes: int
    """How often an import has changed hours of the period."""


class BillChecks:
    """The latest bill of each meter, contract or account, as far as it is checked."""

    def __init__(self, runtime: CheckedRuntime) -> None:
        """Begin with no bill checked."""
        self._runtime = runtime
        self._changes: Counter[str] = Counter()
        self._asked: dict[str, _Asked] = {}
        self._checks: dict[str, BillCheck] = {}
        self._task: asyncio.Task[None] | None = None
        self.texts: Mapping[str, str] = {}
        """What explains a difference, in the language of Home Assistant."""

    @callback
    def async_start(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Check now, and whenever a bill or its hours have changed."""

        @callback
        def look() -> None:
            if (self._task is None or self._task.done()) and next(self._due(), None):
                self._task = entry.async_create_background_task(
                    hass, self._async_work(hass), f"bills of {entry.entry_id}"
                )

        @callback
        def changed(statistic_id: str, start: datetime, end: datetime) -> None:
            for key, each in self._runtime.bills_to_check.items():
                is_near = start < each.bill.end and end > each.bill.start
                if is_near and statistic_id in (*each.used, *each.returned):
                    self._changes[key] += 1
            look()

        entry.async_on_unload(self._runtime.async_add_listener(look))
        entry.async_on_unload(self._runtime.feed.async_add_change_listener(changed))
        look()

    async def async_settled(self) -> None:
        """Wait for the check under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    @property
    def bills(self) -> dict[str, CheckedBill]:
        """The latest bill of each meter, contract or account, by its key."""
        return {
            key: CheckedBill(to_check, self._check_of(key, to_check.bill))
            for key, to_check in self._runtime.bills_to_check.items()
        }

    def _check_of(self, key: str, bill: Bill) -> BillCheck | None:
        check = self._checks.get(key)
        return check if check and check.bill == bill else None

    def _due(self) -> Iterator[tuple[str, _Asked]]:
        for key, to_check in self._runtime.bills_to_check.items():
            asked = _Asked(to_check, self._changes[key])
            if self._asked.get(key) != asked:
                yield key, asked

    async def _async_work(self, hass: HomeAssistant) -> None:
        prefix = f"component.{DOMAIN}.selector.bill_check.options."
        found = await async_get_translations(
            hass, hass.config.language, "selector", {DOMAIN}
        )
        self.texts = {
            key.removeprefix(prefix): text
            for key, text in found.items()
            if key.startswith(prefix)
        }
        while due := next(self._due(), None):
            key, asked = due
            try:
                # One odd tariff costs its own bill only, and is not tried again
                with self._runtime.connection.net.malformed("a bill"):
                    check = await _async_check(hass, asked.to_check)
            except RecorderFailed as err:
                # It stays due: the next poll or import brings another try.
                _LOGGER.debug("Checking a bill later: %s", err.reason)
                return
            except Malformed:
                self._checks.pop(key, None)
            else:
                self._checks[key] = check
            self._asked[key] = asked
            self._runtime.async_update_entities()


async def _async_check(hass: HomeAssistant, to_check: BillToCheck) -> BillCheck:
    """Check a bill.

    :raises RecorderFailed: the stored hours can't be read now.
    """
    bill = to_check.bill
    if to_check.volume is not None:
        metered = Metered(used={bill.start: to_check.volume}, returned={})
        return check_metered(
            bill,
            metered,
            to_check.charge,
            has_price_change=to_check.has_price_change,
        )

    async def hours(ids: tuple[str, ...]) -> list[dict[datetime, float]]:
        return [await async_stored_hours(hass, e, bill.start, bill.end) for e in ids]

    used, returned = await hours(to_check.used), await hours(to_check.returned)
    return await hass.async_add_executor_job(
        lambda: check_bill(
            bill,
            used,
            returned,
            to_check.charge,
            optional=to_check.optional,
            has_price_change=to_check.has_price_change,
        )
    )
