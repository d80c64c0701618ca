"""A cloud that asks for a pause gets it, and nothing is put off for long."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.const import REQUESTS_PER_DAY, Endpoints
from custom_components.elecnova.api.login import Credentials
from tests.clouds.cloud import running
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import MINUTE, pass_time, person_of, reauths, requests, set_up

from .helpers import add_entry, assert_statistics_are_true, inverter_of, make_entry
from .matrix import availability
from .test_statistics import SINCE, START


@pytest.mark.parametrize("errors", ["status", "body"])
async def test_a_short_pause_holds_up_no_history(
    hass: HomeAssistant, cloud: ElecnovaCloud, errors: str
) -> None:
    """It is waited for, however often: the whole history is there after the start."""
    cloud.apply({"look": {"errors": errors}})
    for endpoint in ("power-cap", "power-gen/monthly"):
        cloud.faults.add(
            endpoint=f"GET /api/v1/dev/pv/{endpoint}/{{sn}}",
            kind="rate_limited",
            retry_after=1,
            times=2,
        )
    await add_entry(hass, cloud, statistics_start=START)
    assert not cloud.faults.entries
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


async def test_a_start_keeps_below_the_limit_per_second(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    """However fast the machine is: time runs here."""
    entry = MockConfigEntry(domain="elecnova")
    account = await CloudConnection.async_open(
        hass, entry, daily_requests=REQUESTS_PER_DAY
    )
    async with running(ElecnovaCloud(seed=1)) as cloud:
        person = person_of(cloud, "solar_site")
        client = ElecnovaClient(
            account.transport,
            credentials=Credentials(person["client_id"], person["client_secret"]),
            endpoints=Endpoints(cloud.hosts["api"]),
        )
        for _ in range(130):
            await client.get_cabinets()
        statuses = [each.status for each in cloud.requests.entries]
    assert len(statuses) == 131
    assert set(statuses) == {200}


async def test_a_pause_outlives_the_set_up(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """An hour of silence is one, however often Home Assistant tries again."""
    cloud.faults.add(endpoint="*", kind="rate_limited", retry_after=3600)
    entry = make_entry(hass, cloud, statistics=False)
    await set_up(hass, entry, ConfigEntryState.SETUP_RETRY)
    assert requests(cloud) == 1
    await pass_time(hass, at_noon, entry, *[MINUTE] * 58)
    assert requests(cloud) == 1
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[MINUTE] * 20)
    assert all(availability(hass, cloud).values())
    assert reauths(hass, entry) == 0
