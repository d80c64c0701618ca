"""What the connection of an entry to its cloud has of its own: session, cookies, budget."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession, CookieJar
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from custom_components.cloud_energy.client.budget import RequestBudget, RequestCounter
from custom_components.cloud_energy.client.fields import read_iso, whole
from custom_components.cloud_energy.client.hosts import Hosts
from custom_components.cloud_energy.client.retry import LONGEST_PAUSE
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import number
from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.helpers.keeper import DelayedStore
from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)
from custom_components.cloud_energy.recorder.holes import async_forget_holes
from custom_components.cloud_energy.recorder.safety_net import SafetyNet

from .login_store import async_forget_login
from .stored_answers import StoredAnswers, async_forget_answers

_STORE_VERSION = 1
_SAVE_SECONDS = 300
_PER_SECOND = 40
"""Requests of an account; a start then meets no cloud's limit for a second."""

_HOSTS: HassKey[dict[str, Hosts]] = HassKey("cloud_energy_hosts")
"""By entry: what is known of hosts outlives an entry that is set up again."""


def _store(hass: HomeAssistant, entry_id: str) -> OwnStore:
    return own_store(hass, _STORE_VERSION, f"{DOMAIN}.{entry_id}")


@callback
def async_create_session(hass: HomeAssistant, *, auto_cleanup: bool) -> ClientSession:
    """Create a session whose cookies no other account ever gets to see."""
    # Browsers send a cookie's value as it came, and so must we.
    jar = CookieJar(quote_cookie=False)
    return async_create_clientsession(hass, auto_cleanup=auto_cleanup, cookie_jar=jar)


class CloudConnection:
    """The connection of one config entry to its cloud."""

    def __init__(
        self,
        session: ClientSession,
        store: OwnStore,
        *,
        daily_requests: int,
        state: RequestCounter | None,
        hosts: Hosts,
        answers: StoredAnswers,
    ) -> None:
        """Continue with the budget and the pauses that an earlier run has left."""
        self._keeper = DelayedStore(store, self._stored, _SAVE_SECONDS)
        self.session = session
        self.answers = answers
        self.budget = RequestBudget(
            daily_requests, state=state, changed=self._budget_changed
        )
        hosts.changed = self._keeper.async_save_later
        self.transport = Transport(
            session, budget=self.budget, hosts=hosts, per_second=_PER_SECOND
        )
        self.net = SafetyNet()

    @classmethod
    async def async_open(
        cls, hass: HomeAssistant, entry: ConfigEntry, *, daily_requests: int
    ) -> CloudConnection:
        """Open the connection of an entry while it is being set up."""
        store = _store(hass, entry.entry_id)
        stored = await store.async_load() or {}
        session = async_create_session(hass, auto_cleanup=True)
        known = hass.data.setdefault(_HOSTS, {})
        hosts = known.setdefault(entry.entry_id, Hosts(pauses=_pauses(stored)))
        connection = cls(
            session,
            store,
            daily_requests=daily_requests,
            state=_counter(stored),
            hosts=hosts,
            answers=await StoredAnswers.async_open(hass, entry.entry_id),
        )
        entry.async_on_unload(connection.async_save)
        return connection

    async def async_save(self) -> None:
        """Write at once what would else be written a little later."""
        await self._keeper.async_save()
        await self.answers.async_save()

    @callback
    def _budget_changed(self, _: RequestCounter) -> None:
        self._keeper.async_save_later()

    def _stored(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        state, now = self.budget.state, dt_util.utcnow()
        pauses = {
            base: {
                "until": (now + timedelta(seconds=seconds)).isoformat(),
                "seconds": seconds,
            }
            for base, seconds in self.transport.hosts.pauses.items()
        }
        return {"day": state.day.isoformat(), "used": state.used, "pauses": pauses}


def _counter(stored: Mapping[str, Any]) -> RequestCounter | None:
    """Return what of the budget was used; None where that can't be read."""
    day, used = read_iso(stored.get("day")), whole(stored.get("used"))
    return RequestCounter(day.date(), max(0, used)) if day and used else None


def _pauses(stored: Mapping[str, Any]) -> dict[str, float]:
    """Return the seconds that are left of the stored pauses.

    More than was left when they were stored it can't be, whatever the clock says.
    """
    now = dt_util.utcnow()

    def read(base: str, pause: dict[str, Any]) -> tuple[str, float]:
        left = (datetime.fromisoformat(pause["until"]) - now).total_seconds()
        seconds = number(pause["seconds"]) or 0.0
        return base, min(max(0.0, seconds), left, LONGEST_PAUSE)

    return dict(readable(stored.get("pauses"), read))


async def async_forget_connection(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry that is removed."""
    hass.data.get(_HOSTS, {}).pop(entry.entry_id, None)
    await _store(hass, entry.entry_id).async_remove()
    await async_forget_holes(hass, entry)
    await async_forget_login(hass, entry.entry_id)
    await async_forget_answers(hass, entry.entry_id)
