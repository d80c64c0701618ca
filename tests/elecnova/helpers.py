"""What the tests of this integration have in common."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import CONF_BASE_URL, CONF_MQTT, DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import person_of, published_hours, set_up
from tests.recorded import stored

NOW: Final = datetime(2026, 11, 20, 11, 12, tzinfo=UTC)
"""A little past noon in Brussels."""

POLL: Final = timedelta(minutes=6)
"""A little more than the usual interval, with its jitter."""


def make_entry(
    hass: HomeAssistant, cloud: ElecnovaCloud, name: str = "solar_site", **options: Any
) -> MockConfigEntry:
    """Make an entry as the flow makes it, without setting it up.

    Without live values, unless the options say so.
    """
    person = person_of(cloud, name)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Elecnova {name}",
        unique_id=person["client_id"],
        data={
            "client_id": person["client_id"],
            "client_secret": person["client_secret"],
            CONF_BASE_URL: cloud.hosts["api"],
        },
        options={CONF_MQTT: False, **options},
    )
    entry.add_to_hass(hass)
    return entry


async def add_entry(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    name: str = "solar_site",
    **options: Any,
) -> MockConfigEntry:
    """Add an entry and set it up."""
    entry = make_entry(hass, cloud, name, **options)
    return await set_up(hass, entry)


def inverter_of(cloud: ElecnovaCloud, name: str = "solar_site") -> str:
    """Return the serial of an account's first inverter."""
    return str(person_of(cloud, name)["meter"])


def statistic_of(sn: str) -> str:
    """Return the statistic of an inverter."""
    return f"elecnova:{sn.lower().replace('-', '_')}_pv_energy"


def true_hours(
    cloud: ElecnovaCloud, sn: str, since: datetime, until: datetime
) -> dict[datetime, float]:
    """Return the kWh of the hours that are published wholly."""
    account, name = cloud.customers.account(sn), f"pv_energy/{sn}"
    truth = cloud.truth(account.name, since, until, only=name)
    return published_hours(truth["series"][name], parts=12)


async def assert_statistics_are_true(
    hass: HomeAssistant, cloud: ElecnovaCloud, sn: str, since: datetime
) -> None:
    """Compare the recorder with what the cloud has published."""
    found = await stored(hass, statistic_of(sn))
    truth = true_hours(cloud, sn, since, cloud.clock.now())
    assert truth
    # Power comes in whole watts.
    assert found == pytest.approx(truth, abs=0.001)
