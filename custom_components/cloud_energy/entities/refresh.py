"""Asking for everything now, because the user wants it."""

from collections.abc import Callable, Iterable, Mapping
import re
import time
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import DeviceInfo

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.texts import Message

_NAME: Final = re.compile(r"[a-z_]*[a-z]", re.IGNORECASE)


class RefreshButton(ButtonEntity):
    """It can be pressed at any time: above all when nothing comes."""

    _attr_has_entity_name = True
    _attr_translation_key = "refresh"
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(
        self, runtime: CloudRuntime[Any], key: str, device: DeviceInfo
    ) -> None:
        """Refresh an entry."""
        self._runtime = runtime
        self._attr_unique_id = f"{key}_refresh"
        self._attr_device_info = device

    @override
    async def async_press(self) -> None:
        await async_refresh(self._runtime)


async def async_refresh(runtime: CloudRuntime[Any]) -> None:
    """Refresh all that is known of an account.

    :raises HomeAssistantError: not everything could be fetched.
    """
    raise_failed(await async_refresh_all(*runtime.coordinators))


async def async_refresh_all(*coordinators: CloudCoordinator[Any]) -> Mapping[str, str]:
    """Refresh coordinators with all their parts; returns what failed, and why.

    :raises HomeAssistantError: the cloud could not be asked.
    """
    began = time.monotonic()
    failed: dict[str, str] = {}
    for coordinator in coordinators:
        coordinator.answers.all_due()
        failures = coordinator.failures
        await coordinator.async_refresh()
        if not coordinator.last_update_success or coordinator.failures > failures:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key=Message.REFRESH_FAILED
            )
        failed |= coordinator.answers.failed_since(began)
    return failed


def raise_failed(
    failed: Mapping[str, str], matters: Callable[[str], bool] = lambda _: True
) -> None:
    """Name the parts that failed, if they matter.

    :raises HomeAssistantError: some do.
    """
    raise_missing(f"{_words(n)} ({why})" for n, why in failed.items() if matters(n))


def raise_missing(missing: Iterable[str]) -> None:
    """Name what could not be fetched, if there is anything.

    :raises HomeAssistantError: there is.
    """
    if failed := sorted(set(missing)):
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=Message.PARTLY_FAILED,
            translation_placeholders={"failed": "; ".join(failed)},
        )


def _words(name: str) -> str:
    """Return the name of a part without the number or serial that it may be of."""
    found = _NAME.match(name)
    return found[0].replace("_", " ") if found else name
