"""Files that an action saves where the user wants them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError


async def async_download(
    hass: HomeAssistant,
    domain: str,
    path: Path,
    fetch: Callable[[], Awaitable[bytes]],
) -> dict[str, Any]:
    """Fetch a file, unless it can't be kept, and save it; return where and how much.

    The provider's translations have `path_not_allowed` and `cannot_write`.

    :raises ServiceValidationError: Home Assistant may not write there.
    :raises HomeAssistantError: it could not.
    """
    allowed = await hass.async_add_executor_job(hass.config.is_allowed_path, str(path))
    if not allowed:
        raise ServiceValidationError(
            translation_domain=domain,
            translation_key="path_not_allowed",
            translation_placeholders={"path": str(path)},
        )
    content = await fetch()
    try:
        await hass.async_add_executor_job(path.write_bytes, content)
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=domain,
            translation_key="cannot_write",
            translation_placeholders={"path": str(path), "error": str(err.strerror)},
        ) from err
    return {"path": str(path), "bytes": len(content)}
