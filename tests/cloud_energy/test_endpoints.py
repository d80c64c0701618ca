"""Other addresses in the configuration, and what is wrong with them."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.setup import async_setup_component
import pytest

from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.iec.api.const import Endpoints


async def set_up(hass: HomeAssistant, **addresses: str) -> None:
    """Set the foundation up with addresses of a provider."""
    config = {"cloud_energy": {"endpoints": {"iec": addresses}}}
    assert await async_setup_component(hass, "cloud_energy", config)


async def test_other_addresses(
    enable_custom_integrations: None,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They take the place of the usual ones; https is nothing to warn of."""
    await set_up(hass, api="https://gateway.example.com/iec")
    found = endpoints_for(hass, "iec", Endpoints())
    assert found.api == "https://gateway.example.com/iec"
    assert found.okta == Endpoints().okta
    assert "in the configuration are http" not in caplog.text


async def test_open_addresses_are_told_once(
    enable_custom_integrations: None,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """However often they are used."""
    await set_up(hass, api="http://gateway.example.com", masa="https://example.com")
    for _ in range(3):
        endpoints_for(hass, "iec", Endpoints())
    told = [each for each in caplog.messages if "http" in each and "iec" in each]
    assert len(told) == 1
    assert "api" in told[0]
    assert "masa" not in told[0]


async def test_an_unknown_name(
    enable_custom_integrations: None, hass: HomeAssistant
) -> None:
    """It is told in words, with the names that there are."""
    await set_up(hass, data="https://gateway.example.com")
    with pytest.raises(ConfigEntryError) as caught:
        endpoints_for(hass, "iec", Endpoints())
    text = str(caught.value)
    assert "data" in text
    assert "okta, api, masa" in text
