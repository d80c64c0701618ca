"""Answers what Assist is asked about the energy that was used.

The sentences are triggers like those that users make for their automations, in all
languages: Assist knows them without any file in the configuration folder.
"""

import logging
from typing import Any, Final

from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.translation import async_get_translations
from homeassistant.helpers.trigger import (
    async_initialize_triggers,
    async_validate_trigger_config,
)
from homeassistant.setup import async_when_setup

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.dashboard.sources import ENERGY_KEYS, GridSource
from custom_components.cloud_energy.entry.loaded_entries import (
    CloudEntry,
    loaded_entries,
)
from custom_components.cloud_energy.recorder.jobs import RecorderFailed

from .periods import Length
from .summaries import async_summarize
from .words import LANGUAGES, Words

_LOGGER = logging.getLogger(__name__)

PERIODS: Final = {
    "today": (Length.DAY, 0),
    "yesterday": (Length.DAY, 1),
    "this_week": (Length.WEEK, 0),
    "last_week": (Length.WEEK, 1),
    "this_month": (Length.MONTH, 0),
    "last_month": (Length.MONTH, 1),
}
"""What can be requested: the kind of period, and how many before the running one."""

_CONVERSATION: Final = "conversation"


def async_answer_assist(hass: HomeAssistant) -> None:
    """Have Assist know the sentences as soon as it runs; it may never do."""
    async_when_setup(hass, _CONVERSATION, _async_attach)


async def async_say(hass: HomeAssistant, period: str, language: str) -> str:
    """Return what to say of a period of all homes.

    :raises RecorderFailed: the statistics can't be read now.
    """
    length, ago = PERIODS[period]
    entries = await _async_asked(hass)
    words = await Words.async_of(hass, language)
    if not entries:
        return words.nothing
    found = [await async_summarize(hass, entry, length, ago) for entry in entries]
    if len(found) == 1:
        return found[0].spoken(words)
    return "\n".join(f"{each.name}: {each.spoken(words)}" for each in found)


async def _async_asked(hass: HomeAssistant) -> list[CloudEntry]:
    """Return the entries with a grid connection; if there are any, those on the dashboard.

    A utility and a monitor of the same home are then not both counted.
    """
    manager = await async_get_manager(hass)
    sources = manager.data["energy_sources"] if manager.data else []
    shown = {source.get(key) for source in sources for key in ENERGY_KEYS}
    grids = {
        entry.entry_id: {each.consumption for each in entry_grids}
        for entry in loaded_entries(hass)
        if (entry_grids := _grids(entry))
    }
    on_dashboard = {at for at, ids in grids.items() if ids & shown}
    wanted = on_dashboard or grids.keys()
    return [entry for entry in loaded_entries(hass) if entry.entry_id in wanted]


def _grids(entry: CloudEntry) -> list[GridSource]:
    sources = entry.runtime_data.energy_sources
    return [source for source in sources if isinstance(source, GridSource)]


async def _async_attach(hass: HomeAssistant, _: str) -> None:
    async def answer(
        variables: dict[str, Any], context: Context | None = None
    ) -> ScriptRunResult:
        trigger = variables["trigger"]
        language = trigger["user_input"]["language"]
        try:
            response = await async_say(hass, trigger["id"], language)
        except RecorderFailed as err:
            _LOGGER.debug("The recorder can't be read: %s", err.reason)
            response = (await Words.async_of(hass, language)).unreadable
        return ScriptRunResult(
            conversation_response=response, service_response=None, variables={}
        )

    triggers = await async_validate_trigger_config(hass, await _async_triggers(hass))
    await async_initialize_triggers(
        hass, triggers, answer, DOMAIN, "energy summary", _LOGGER.log
    )


async def _async_triggers(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return a trigger for each kind of question, in all languages."""
    prefix = f"component.{DOMAIN}.selector.assist_sentence.options."
    texts = [
        await async_get_translations(hass, language, "selector", {DOMAIN})
        for language in LANGUAGES
    ]
    return [
        {
            "platform": _CONVERSATION,
            "id": period,
            "command": [text[f"{prefix}{period}"] for text in texts],
        }
        for period in PERIODS
    ]
