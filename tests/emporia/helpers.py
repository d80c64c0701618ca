"""What the tests of this integration have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api.login import Login
from custom_components.emporia.const import CONF_STREAM, DOMAIN
from custom_components.emporia.entry_data import entry_data
from tests.clouds.emporia import EmporiaCloud
from tests.entries import person_of, published_hours, set_up

NOW = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
"""Half past noon in Denver."""


def gid_of(cloud: EmporiaCloud, name: str, kind: str) -> int:
    """Return the gid of the first device of a kind."""
    devices = person_of(cloud, name)["devices"]
    return next(int(d["device_gid"]) for d in devices if d["kind"] == kind)


async def make_entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    name: str,
    *,
    store_password: bool = True,
    stream: bool = False,
    days: float = 1,
    plan: Mapping[str, Any] | None = None,
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up."""
    person = person_of(cloud, name)
    # As after a login, whose arithmetic takes longer than all the rest
    login = Login.issued(cloud.tokens.sign_in(cloud.customers.login(name)))
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Account of {name}",
        unique_id=person["account"],
        data=entry_data(person | {"store_password": store_password}, login),
        options={CONF_STREAM: stream, "history_days": days, **(plan or {})},
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    name: str,
    *,
    state: ConfigEntryState = ConfigEntryState.LOADED,
    **options: Any,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = await make_entry(hass, cloud, name, **options)
    return await set_up(hass, entry, state)


def true_hours(
    cloud: EmporiaCloud,
    name: str,
    channel: str,
    start: datetime,
    end: datetime,
    sign: int = 1,
) -> dict[datetime, float]:
    """Return the hours of `GID/CHANNEL` that the cloud has published."""
    series = cloud.truth(name, start, end, only=channel)["series"][channel]
    hours = published_hours(series, parts=1)
    return {hour: sign * kwh for hour, kwh in hours.items()}
