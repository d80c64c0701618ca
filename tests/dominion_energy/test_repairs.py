"""What repairs offer, as the page of repairs calls it."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.dominion_energy.const import DOMAIN
from custom_components.dominion_energy.texts import Issue
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import settle
from tests.repairs import confirm_repair

from .helpers import add_entry


async def test_a_closed_account_is_deleted(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """The repair removes the entry, and is gone with it."""
    entry = await add_entry(hass, cloud, "solar_home")
    cloud.apply({"close_account": "solar_home"})
    entry.runtime_data.coordinator.answers.all_due()
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass, entry)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, issue_id_of(entry, Issue.ACCOUNT_CLOSED)
    )
    assert issue
    assert issue.is_fixable
    assert str(issue.learn_more_url).endswith(
        "/docs/dominion_energy.md#repair-account-closed"
    )
    done = await confirm_repair(hass, DOMAIN, issue_id_of(entry, Issue.ACCOUNT_CLOSED))
    assert done["type"] == "create_entry"
    assert not hass.config_entries.async_entries(DOMAIN)
    assert not ir.async_get(hass).issues


async def test_costs_that_differ_open_the_options(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """The repair stays until the options mend it."""
    cloud.apply({"window_days": 68})
    options = {"cost_mode": "fixed", "fixed_rate": 2.0}
    entry = await add_entry(hass, cloud, "plain_home", options=options)
    await entry.runtime_data.bill_checks.async_settled()
    done = await confirm_repair(hass, DOMAIN, issue_id_of(entry, Issue.BILL_DIFFERS, 0))
    assert done["type"] == "abort"
    kind, flow_id = done["next_flow"]
    assert kind == "options_flow"
    assert hass.config_entries.options.async_get(flow_id)["handler"] == entry.entry_id
    assert ir.async_get(hass).async_get_issue(
        DOMAIN, issue_id_of(entry, Issue.BILL_DIFFERS, 0)
    )
