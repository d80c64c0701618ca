"""Forms that are filled in with anything."""

import socket
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.clouds.elecnova import ElecnovaCloud
from tests.odd_forms import assert_takes_anything
from tests.odd_repairs import assert_repairs_take_anything


@pytest.fixture
def local_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody find other hosts; the plugin takes looking for one for a fault."""
    look_up = socket.getaddrinfo

    def look_up_here(*args: Any, **more: Any) -> Any:
        try:
            return look_up(*args, **more)
        except RuntimeError:
            raise socket.gaierror(socket.EAI_NONAME, "unknown") from None

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)


async def test_each_form(
    local_names: None,
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is taken, or says what is wrong with it; the entry runs in any case."""
    accounts = [{**each, "base_url": cloud.hosts["api"]} for each in cloud.accounts]
    await assert_takes_anything(hass, hass_client, caplog, entry, accounts)


async def test_each_repair(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is carried out once, or says that there is nothing to be repaired."""
    await assert_repairs_take_anything(hass, hass_client, caplog, entry)
