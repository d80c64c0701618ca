"""Actions that reach others, or cost something, are for administrators."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

ACTIONS: dict[str, dict[str, Any]] = {
    "iec.share_contract": {"confirm": True},
    "iec.remove_shared_contact": {"confirm": True, "connection": "1"},
    "iec.send_consumption_report": {"email": "somebody@example.com"},
    "iec.request_code": {},
    "emporia.set_rate": {"device_id": "none", "cents_per_kwh": 15},
}


@pytest.mark.parametrize("action", ACTIONS)
async def test_who_may_run_it(
    enable_custom_integrations: None,
    hass: HomeAssistant,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
    action: str,
) -> None:
    """Others are told so, before anything else is looked at."""
    domain, name = action.split(".")
    assert await async_setup_component(hass, domain, {})
    response = hass.services.supports_response(domain, name).value == "only"

    async def run(user: MockUser) -> None:
        await hass.services.async_call(
            domain,
            name,
            ACTIONS[action],
            blocking=True,
            context=Context(user_id=user.id),
            return_response=response,
        )

    with pytest.raises(Unauthorized):
        await run(hass_read_only_user)
    # An administrator gets as far as the account, which is not there.
    with pytest.raises(Exception) as caught:
        await run(hass_admin_user)
    assert not isinstance(caught.value, Unauthorized)
