"""Where the clouds are, for whoever reaches them by another way.

Every provider knows its cloud's addresses. An installation that goes through a
gateway of its own names other ones in `configuration.yaml`:

    cloud_energy:
      endpoints:
        dominion_energy:
          data: https://gateway.example.com/dominion
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from ipaddress import ip_address
import logging
from typing import TYPE_CHECKING, Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.network import is_ip_address, is_loopback
import voluptuous as vol
from yarl import URL

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import Message

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_LOGGER = logging.getLogger(__name__)

CONF_ENDPOINTS = "endpoints"

ENDPOINTS_SCHEMA = vol.Schema({cv.slug: {cv.slug: cv.url}})

_ENDPOINTS: HassKey[Mapping[str, Mapping[str, str]]] = HassKey("cloud_energy_endpoints")


def async_set_endpoints(
    hass: HomeAssistant, endpoints: Mapping[str, Mapping[str, str]]
) -> None:
    """Take the addresses that stand in the configuration, per provider."""
    hass.data[_ENDPOINTS] = endpoints
    for domain, addresses in endpoints.items():
        open_ones = [name for name, url in addresses.items() if _is_open(URL(url))]
        if open_ones:
            _LOGGER.warning(
                "The addresses of %s for %s in the configuration are http: whoever is "
                "on the way can read passwords and data",
                domain,
                ", ".join(open_ones),
            )


def _is_open(url: URL) -> bool:
    """Return whether what is sent there can be read on the way; on this machine not."""
    host = url.host or ""
    is_here = host == "localhost" or (
        is_ip_address(host) and is_loopback(ip_address(host))
    )
    return url.scheme == "http" and not is_here


def endpoints_for[EndpointsT: DataclassInstance](
    hass: HomeAssistant, domain: str, defaults: EndpointsT
) -> EndpointsT:
    """Return a provider's addresses, with those of the configuration put in.

    :raises ConfigEntryError: the configuration names an address the provider lacks.
    """
    changes: dict[str, Any] = dict(hass.data.get(_ENDPOINTS, {}).get(domain, {}))
    known = [field.name for field in fields(defaults)]
    if unknown := changes.keys() - set(known):
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key=Message.UNKNOWN_ENDPOINT,
            translation_placeholders={
                "names": ", ".join(sorted(unknown)),
                "provider": domain,
                "known": ", ".join(known),
            },
        )
    return replace(defaults, **changes)
