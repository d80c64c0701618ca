"""Repairs that are opened from two windows and sent anything."""

from collections.abc import Iterator, Mapping
import json
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from scripts.stamp import ROOT

from .odd_forms import ODD, assert_no_trouble, visitor


async def assert_repairs_take_anything(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    entry: MockConfigEntry,
) -> None:
    """Carry out each repair, also of an entry that is gone; the home runs on."""
    assert await async_setup_component(hass, "repairs", {})
    user = await visitor(hass, hass_client)
    await hass.async_block_till_done()
    draw = Random(f"{entry.domain} repairs")
    for key in _fixable(entry.domain):
        own = {"entry_id": entry.entry_id, "key": key}
        for data in (None, {}, {"entry_id": "odd", "key": key}, own):
            _raise_issue(hass, entry.domain, key, data)
            pages = [await user.open_repair(entry.domain, key) for _ in range(2)]
            for page in pages:
                await user.answer(page, draw.choice(ODD))
                await user.answer(page, {})
            for flow in hass.config_entries.options.async_progress():
                hass.config_entries.options.async_abort(flow["flow_id"])
            await hass.async_block_till_done()
        if hass.config_entries.async_get_entry(entry.entry_id) is None:
            await hass.config_entries.async_add(entry)
        assert entry.state is ConfigEntryState.LOADED, key
    assert_no_trouble(caplog)


def _fixable(domain: str) -> Iterator[str]:
    """Return the keys of the issues that can be repaired."""
    texts = ROOT / "custom_components" / domain / "translations" / "en.json"
    issues: Mapping[str, Mapping[str, Any]] = json.loads(texts.read_text())["issues"]
    return (key for key, words in issues.items() if "fix_flow" in words)


def _raise_issue(
    hass: HomeAssistant, domain: str, key: str, data: dict[str, Any] | None
) -> None:
    ir.async_create_issue(
        hass,
        domain,
        key,
        data=data,
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
    )
