"""The options and their form: what there is to choose depends on the home."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import number

from .api.home import Home
from .calculations.signs import circuit_key, is_reversible
from .charging.options import PLAN_FIELDS
from .const import (
    CONF_HISTORY_DAYS,
    CONF_INVERT_SOLAR,
    CONF_NETTED_PANELS,
    CONF_PRICE_SOURCE,
    CONF_STREAM,
    CONF_TURNED_CIRCUITS,
    DEFAULT_HISTORY_DAYS,
)
from .statistics.energy_sources import is_at_the_grid
from .statistics.series import channel_name

_DAYS: Final = number(1, 730, unit="d")
_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_STREAM, default=True): BooleanSelector(),
        vol.Required(CONF_INVERT_SOLAR, default=True): BooleanSelector(),
        vol.Required(CONF_HISTORY_DAYS, default=DEFAULT_HISTORY_DAYS): _DAYS,
    }
)


def options_schema(
    home: Home, chosen: Mapping[str, Any], *, has_charger: bool = False
) -> vol.Schema:
    """Return the form for a home (empty while it is not known) and its options."""
    schema, panels = _SCHEMA, dict(_panels(home))
    if has_charger or CONF_PRICE_SOURCE in chosen:
        schema = schema.extend(dict(PLAN_FIELDS))
    for key, names in (
        (CONF_TURNED_CIRCUITS, dict(_circuits(home))),
        (CONF_NETTED_PANELS, panels if len(panels) > 1 else {}),
    ):
        before = chosen.get(key, ())
        if names or before:
            choice = {vol.Required(key, default=[]): _choice(names, before)}
            schema = schema.extend(choice)
    return schema


def _circuits(home: Home) -> Iterator[tuple[str, str]]:
    """Yield key and name of the circuits whose clamp may sit the wrong way round."""
    for device in home.values():
        for channel in device.channels.values():
            if is_reversible(channel):
                key = circuit_key(device.gid, channel.slug)
                yield key, channel_name(device, channel)


def _panels(home: Home) -> Iterator[tuple[str, str]]:
    for device in home.values():
        if is_at_the_grid(device):
            yield str(device.gid), device.name or str(device.gid)


def _choice(names: Mapping[str, str], chosen: Iterable[str]) -> SelectSelector:
    """Offer what is there by its name; what has gone can still be taken out."""
    offered = {key: key for key in chosen} | dict(names)
    options = [SelectOptionDict(value=key, label=name) for key, name in offered.items()]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True))
