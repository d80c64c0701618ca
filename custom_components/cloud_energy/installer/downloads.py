"""Files that an action saves where the user wants them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.provider_texts import DownloadMessage
from custom_components.cloud_energy.texts import Message

ATTR_PATH: Final = "path"
ATTR_OVERWRITE: Final = "overwrite"

DOWNLOAD_FIELDS: Final[dict[vol.Marker, Any]] = {
    vol.Required(ATTR_PATH): cv.string,
    vol.Optional(ATTR_OVERWRITE, default=False): cv.boolean,
}
"""What every action that saves a file takes."""


async def async_download(
    call: ServiceCall, domain: str, fetch: Callable[[], Awaitable[bytes]]
) -> dict[str, Any]:
    """Fetch a file, unless it can't be kept, and save it; return where and how much.

    The provider's translations have `path_not_allowed` and `cannot_write`.

    :raises ServiceValidationError: Home Assistant may not write there, or something is
        there that is not to be overwritten.
    :raises HomeAssistantError: it could not.
    """
    hass, path = call.hass, Path(call.data[ATTR_PATH])
    overwrite: bool = call.data[ATTR_OVERWRITE]
    target = await hass.async_add_executor_job(allowed_path, hass, path)
    if target is None:
        raise ServiceValidationError(
            translation_domain=domain,
            translation_key=DownloadMessage.PATH_NOT_ALLOWED,
            translation_placeholders={"path": str(path)},
        )
    if not overwrite and await hass.async_add_executor_job(target.exists):
        raise _exists(path)
    content = await fetch()
    try:
        await hass.async_add_executor_job(_write, target, content, overwrite)
    except FileExistsError as err:
        raise _exists(path) from err
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=domain,
            translation_key=DownloadMessage.CANNOT_WRITE,
            translation_placeholders={"path": str(path), "error": str(err.strerror)},
        ) from err
    return {"path": str(path), "bytes": len(content)}


def allowed_path(hass: HomeAssistant, path: Path) -> Path | None:
    """Return where a path really leads; None if Home Assistant may not go there.

    It is for the executor. A link may lead to anywhere, also one whose target is not there yet.
    """
    try:
        target = path.resolve()
    except OSError, RuntimeError, ValueError:  # Links in circles, a NUL
        return None
    return target if hass.config.is_allowed_path(str(target)) else None


def _write(target: Path, content: bytes, overwrite: bool) -> None:
    """Write a file that is there as a whole or not at all."""
    partial = target.with_name(f".{target.name[:64]}.{token_hex(4)}")
    try:
        with partial.open("xb") as file:
            file.write(content)
        if overwrite:
            partial.replace(target)
        else:
            _move_to_free_name(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _move_to_free_name(partial: Path, target: Path) -> None:
    """Take a name that nobody else has taken meanwhile.

    :raises FileExistsError: somebody has.
    """
    target.open("xb").close()
    try:
        partial.replace(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _exists(path: Path) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=Message.FILE_EXISTS,
        translation_placeholders={"path": str(path)},
    )
