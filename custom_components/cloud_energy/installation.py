"""Keeps the chosen providers' copies in step with the release that is installed."""

import asyncio
from collections.abc import Iterable, Sequence
from importlib import invalidate_caches
import logging
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS, async_get_custom_components
from homeassistant.util.hass_dict import HassKey

from .bundle import Bundle, Outcome, State
from .const import CONF_PROVIDERS, DOMAIN

_LOGGER = logging.getLogger(__name__)

_LOCK: HassKey[asyncio.Lock] = HassKey("cloud_energy_installation")
_HOME = Path(__file__).parent
_BLOCKED = {State.FOREIGN: "foreign", State.CHANGED: "changed"}


def release() -> Bundle:
    """Return what this installation carries."""
    return Bundle(_HOME)


@callback
def async_setup_installation(hass: HomeAssistant) -> None:
    """Place updates when Home Assistant stops: nothing is loaded then any more.

    Not at the start, when manifests and texts have been read already; the next
    start finds everything new.
    """

    async def place(_: Event) -> None:
        # No issue is raised now: what is wrong is told at the next start.
        await _async_place(hass, chosen_providers(hass))

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, place)


async def async_check_at_start(hass: HomeAssistant) -> None:
    """Make up for a stop at which nothing could be placed, e.g. a power cut.

    What is placed now takes effect in part only, so one more restart is asked for.
    It must never fail: every provider depends on this integration.
    """
    outcome = await async_synchronize(hass)
    for domain in outcome.updated | outcome.placed:
        _create_issue(hass, "restart", domain)


async def async_synchronize(hass: HomeAssistant) -> Outcome:
    """Bring the copies of the chosen providers to this release, and tell of trouble."""
    domains = chosen_providers(hass)
    outcome = await _async_place(hass, domains)
    for domain in domains:
        _tell(hass, outcome, domain)
    if outcome.placed or outcome.updated:
        await _async_make_known(hass)
    return outcome


async def _async_place(hass: HomeAssistant, domains: Sequence[str]) -> Outcome:
    async with hass.data.setdefault(_LOCK, asyncio.Lock()):
        try:
            return await hass.async_add_executor_job(release().synchronize, domains)
        except Exception:
            # Whatever is wrong with the disk, the providers that are there run.
            _LOGGER.exception("The providers could not be brought up to date")
            return Outcome()


async def async_remove_copies(
    hass: HomeAssistant, domains: Iterable[str]
) -> Sequence[str]:
    """Take copies away; returns those that are in use and therefore stay."""
    kept: list[str] = []
    async with hass.data.setdefault(_LOCK, asyncio.Lock()):
        for domain in domains:
            if hass.config_entries.async_entries(domain):
                kept.append(domain)
                continue
            try:
                await hass.async_add_executor_job(release().remove, domain)
            except OSError as err:
                _LOGGER.warning("%s could not be removed: %s", domain, err.strerror)
            for key in ("foreign", "changed", "cannot_write", "in_use"):
                ir.async_delete_issue(hass, DOMAIN, f"{key}_{domain}")
    await _async_make_known(hass)
    return kept


@callback
def async_tell_in_use(hass: HomeAssistant, domains: Iterable[str]) -> None:
    """Say which copies stay although Cloud Energy's own entry is gone."""
    for domain in domains:
        _create_issue(hass, "in_use", domain)


def chosen_providers(hass: HomeAssistant) -> list[str]:
    """Return the providers that the user has picked."""
    entries: list[ConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    return [domain for entry in entries for domain in entry.options[CONF_PROVIDERS]]


async def _async_make_known(hass: HomeAssistant) -> None:
    """Have Home Assistant look at its custom integrations again."""
    invalidate_caches()
    hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
    await async_get_custom_components(hass)


def _tell(hass: HomeAssistant, outcome: Outcome, domain: str) -> None:
    state = outcome.blocked.get(domain)
    for kind, key in _BLOCKED.items():
        if state is kind:
            _create_issue(hass, key, domain)
        else:
            ir.async_delete_issue(hass, DOMAIN, f"{key}_{domain}")
    if reason := outcome.failed.get(domain):
        _create_issue(hass, "cannot_write", domain, reason=reason)
    else:
        ir.async_delete_issue(hass, DOMAIN, f"cannot_write_{domain}")


def _create_issue(hass: HomeAssistant, key: str, domain: str, **more: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}_{domain}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"domain": domain, **more},
    )
