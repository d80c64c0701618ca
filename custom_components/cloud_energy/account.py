"""What each account has of its own: session, cookies and request budget."""

from datetime import date
from typing import TypedDict

from aiohttp import ClientSession, CookieJar
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.storage import Store

from .client.budget import BudgetState, RequestBudget
from .client.transport import Transport
from .const import DOMAIN
from .keeper import Keeper

_STORE_VERSION = 1
_SAVE_SECONDS = 300


class _Stored(TypedDict):
    day: str
    used: int


def _store(hass: HomeAssistant, entry_id: str) -> Store[_Stored]:
    return Store(hass, _STORE_VERSION, f"{DOMAIN}.{entry_id}", private=True)


@callback
def async_create_session(hass: HomeAssistant, *, auto_cleanup: bool) -> ClientSession:
    """Create a session whose cookies no other account ever gets to see."""
    # Browsers send a cookie's value as it came, and so must we.
    jar = CookieJar(quote_cookie=False)
    return async_create_clientsession(hass, auto_cleanup=auto_cleanup, cookie_jar=jar)


class Account:
    """The connection of one config entry to its cloud."""

    def __init__(
        self,
        session: ClientSession,
        store: Store[_Stored],
        *,
        daily_requests: int,
        state: BudgetState | None,
    ) -> None:
        """Go on with the budget that an earlier run has left."""
        self._keeper = Keeper(store, self._stored, _SAVE_SECONDS)
        self.session = session
        self.budget = RequestBudget(
            daily_requests, state=state, changed=self._budget_changed
        )
        self.transport = Transport(session, budget=self.budget)

    @classmethod
    async def async_open(
        cls, hass: HomeAssistant, entry: ConfigEntry, *, daily_requests: int
    ) -> Account:
        """Open the account of an entry while it is being set up."""
        store = _store(hass, entry.entry_id)
        stored = await store.async_load()
        state = None
        if stored:
            state = BudgetState(date.fromisoformat(stored["day"]), stored["used"])

        session = async_create_session(hass, auto_cleanup=True)
        account = cls(session, store, daily_requests=daily_requests, state=state)
        entry.async_on_unload(account.async_save)
        return account

    async def async_save(self) -> None:
        """Write at once what would else be written a little later."""
        await self._keeper.async_save()

    @callback
    def _budget_changed(self, _: BudgetState) -> None:
        self._keeper.async_save_later()

    def _stored(self) -> _Stored:
        """Return what has to survive a restart."""
        state = self.budget.state
        return {"day": state.day.isoformat(), "used": state.used}


async def async_forget_account(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry.entry_id).async_remove()
