"""The installer's forms, filled in with anything, and two of them at once."""

from random import Random

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.odd_forms import ROUNDS, assert_is_well, assert_no_trouble, visitor, walk

from .release import DOMAIN, Release


async def test_each_form(
    hass: HomeAssistant,
    installed: Release,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is taken, or says what is wrong with it; what was placed is whole."""
    user = await visitor(hass, hass_client)
    nobody = MockConfigEntry(domain=DOMAIN)
    for seed in range(4 * ROUNDS):
        page = await walk(user, "user", nobody, {}, Random(f"user {seed}"))
        await assert_is_well(hass, DOMAIN, page)
    entry = MockConfigEntry(domain=DOMAIN, options={"providers": ["alpha"]})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    for seed in range(4 * ROUNDS):
        page = await walk(user, "options", entry, {}, Random(f"options {seed}"))
        await assert_is_well(hass, DOMAIN, page)
        for provider in ("alpha", "beta"):
            ticked = provider in entry.options["providers"]
            assert (installed.version(provider) is not None) == ticked
    assert_no_trouble(caplog)


async def test_two_forms_at_once(
    hass: HomeAssistant, installed: Release, hass_client: ClientSessionGenerator
) -> None:
    """There is one entry in the end, as the form says that was saved last."""
    user = await visitor(hass, hass_client)
    nobody = MockConfigEntry(domain=DOMAIN)
    pages = [await user.open("user", nobody) for _ in range(2)]
    for page, chosen in zip(pages, ("alpha", "beta"), strict=True):
        await user.answer(page, {"providers": [chosen]})
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.state is ConfigEntryState.LOADED
    pages = [await user.open("options", entry) for _ in range(2)]
    for page, chosen in zip(pages, ("alpha", "beta"), strict=True):
        await user.answer(page, {"providers": [chosen]})
    await hass.async_block_till_done()
    assert entry.options["providers"] == ["beta"]
    assert installed.version("alpha") is None
    assert installed.version("beta") is not None
