"""The options of the live half: the way to the broker, and what points mean."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import number
from custom_components.elecnova.const import (
    CONF_BATTERY_POSITIVE,
    CONF_GRID_POSITIVE,
    CONF_LIVE_POWER_UNIT,
    CONF_MQTT,
    CONF_MQTT_HOST,
    CONF_MQTT_PORT,
    CONF_MQTT_VERIFY,
    CONF_ROLES,
)
from custom_components.elecnova.entry_data import AUTOMATIC, broker
from custom_components.elecnova.texts import (
    BrokerError,
    OptionAbort,
    OptionError,
    OptionStep,
)

from .live import Live
from .roles import ROLES
from .values import (
    CHARGING,
    DISCHARGING,
    EXPORTING,
    IMPORTING,
    NO_ROLE,
    POWER_UNITS,
    Assignment,
    point_key,
    units_of,
)

CONF_POINT: Final = "point"
CONF_ROLE: Final = "role"
CONF_INVERTED: Final = "inverted"
CONF_UNIT: Final = "unit"

_HOST: Final = re.compile(r"[^\s/:@]+|[0-9a-fA-F:]+")
"""A name, or an address of either kind: no scheme, no port, no path."""
_UNITS: Final = list(dict.fromkeys(unit for role in ROLES for unit in units_of(role)))

_PORT: Final = number(1, 65535)


def _choice(key: str, *options: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=key)
    )


def connection_schema(
    data: Mapping[str, Any], options: Mapping[str, Any]
) -> vol.Schema:
    """Ask for the way to the broker."""
    host, port = broker(data, options)
    verify = options.get(CONF_MQTT_VERIFY, True)
    return vol.Schema(
        {
            vol.Required(CONF_MQTT, default=options.get(CONF_MQTT, True)): (
                BooleanSelector()
            ),
            vol.Required(CONF_MQTT_HOST, default=host): TextSelector(),
            vol.Required(CONF_MQTT_PORT, default=port): _PORT,
            vol.Required(CONF_MQTT_VERIFY, default=verify): BooleanSelector(),
        }
    )


def connection_errors(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a way to the broker."""
    if _HOST.fullmatch(user_input[CONF_MQTT_HOST].strip()):
        return {}
    return {CONF_MQTT_HOST: BrokerError.INVALID_BROKER_HOST}


def connection_options(
    data: Mapping[str, Any], user_input: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the way to the broker as options.

    What is the same by itself is left out, so that it follows the cloud's host.
    """
    host = user_input[CONF_MQTT_HOST].strip()
    options = {
        **user_input,
        CONF_MQTT_HOST: host,
        CONF_MQTT_PORT: int(user_input[CONF_MQTT_PORT]),
    }
    if host == broker(data, {})[0]:
        del options[CONF_MQTT_HOST]
    return options


def _point_schema(stored: Mapping[str, Any]) -> vol.Schema:
    """Ask what a point means."""
    role, inverted = stored.get(CONF_ROLE), stored.get(CONF_INVERTED, False)
    roles = SelectSelectorConfig(
        options=[AUTOMATIC, NO_ROLE, *ROLES],
        mode=SelectSelectorMode.DROPDOWN,
        translation_key="live_role",
    )
    units = SelectSelectorConfig(options=_UNITS, mode=SelectSelectorMode.DROPDOWN)
    return vol.Schema(
        {
            vol.Required(CONF_ROLE, default=role or AUTOMATIC): SelectSelector(roles),
            vol.Required(CONF_INVERTED, default=inverted): BooleanSelector(),
            vol.Optional(CONF_UNIT): SelectSelector(units),
        }
    )


class LiveOptions(OptionsFlow):
    """How to connect, how to read values, and what points mean."""

    _point: str = ""

    async def async_step_live(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the way to the broker, and for the conventions of its values."""
        entry = self.config_entry
        options = dict(entry.options)
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = connection_errors(user_input)
            if not errors:
                options.pop(CONF_MQTT_HOST, None)
                return self.async_create_entry(
                    data=options | connection_options(entry.data, user_input)
                )
        schema = self.add_suggested_values_to_schema(self._live_schema(), user_input)
        return self.async_show_form(
            step_id=OptionStep.LIVE, data_schema=schema, errors=errors
        )

    def _live_schema(self) -> vol.Schema:
        options = self.config_entry.options
        chosen = {
            key: options.get(key, usual)
            for key, usual in (
                (CONF_LIVE_POWER_UNIT, AUTOMATIC),
                (CONF_BATTERY_POSITIVE, DISCHARGING),
                (CONF_GRID_POSITIVE, IMPORTING),
            )
        }
        choices = {
            CONF_LIVE_POWER_UNIT: tuple(POWER_UNITS),
            CONF_BATTERY_POSITIVE: (DISCHARGING, CHARGING),
            CONF_GRID_POSITIVE: (IMPORTING, EXPORTING),
        }
        return connection_schema(self.config_entry.data, options).extend(
            {
                vol.Required(key, default=chosen[key]): _choice(key, *values)
                for key, values in choices.items()
            }
        )

    async def async_step_points(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user pick a point."""
        if user_input is not None:
            self._point = user_input[CONF_POINT]
            return await self.async_step_point()
        points = dict(self._points())
        if not points:
            return self.async_abort(reason=OptionAbort.NO_POINTS)
        options = [SelectOptionDict(value=key, label=points[key]) for key in points]
        config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
        schema = vol.Schema({vol.Required(CONF_POINT): SelectSelector(config)})
        return self.async_show_form(step_id=OptionStep.POINTS, data_schema=schema)

    async def async_step_point(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the point means."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = self._point_errors(user_input)
            if not errors:
                return self.async_create_entry(data=self._assigned(user_input))
        stored = self._assignments.get(self._point, {})
        unit = {CONF_UNIT: stored[CONF_UNIT]} if stored.get(CONF_UNIT) else {}
        label = dict(self._points()).get(self._point, self._point)
        return self.async_show_form(
            step_id=OptionStep.POINT,
            data_schema=self.add_suggested_values_to_schema(
                _point_schema(stored), user_input or unit
            ),
            description_placeholders={"point": label},
            errors=errors,
        )

    @property
    def _assignments(self) -> Mapping[str, dict[str, Any]]:
        stored: Mapping[str, dict[str, Any]] = self.config_entry.options.get(
            CONF_ROLES, {}
        )
        return stored

    def _assigned(self, user_input: dict[str, Any]) -> dict[str, Any]:
        """Return the options with what was said about the point."""
        roles = dict(self._assignments)
        roles.pop(self._point, None)
        if user_input[CONF_ROLE] != AUTOMATIC:
            roles[self._point] = asdict(
                Assignment(
                    user_input[CONF_ROLE],
                    user_input[CONF_INVERTED],
                    user_input.get(CONF_UNIT, ""),
                )
            )
        return {**self.config_entry.options, CONF_ROLES: roles}

    def _point_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        role, unit = user_input[CONF_ROLE], user_input.get(CONF_UNIT, "")
        if role not in ROLES:
            return {}
        if unit and unit not in units_of(role):
            return {CONF_UNIT: OptionError.WRONG_UNIT}
        owner = self._point.partition("/")[0]
        is_taken = not ROLES[role].several and any(
            key != self._point
            and key.partition("/")[0] == owner
            and each[CONF_ROLE] == role
            for key, each in self._assignments.items()
        )
        return {CONF_ROLE: OptionError.ROLE_TAKEN} if is_taken else {}

    def _points(self) -> Iterator[tuple[str, str]]:
        """Yield key and label of all points: those that nothing is known of first."""
        live = self._live
        if live:
            for owner, _, seen in live.unknown_points():
                label = live.label(owner, seen.name)
                yield point_key(owner, seen.name), label
        for key in self._assignments:
            yield key, self._label(*key.split("/", 1))
        if live:
            for owner, points in live.state.points.items():
                for name in points:
                    yield point_key(owner, name), live.label(owner, name)

    def _label(self, owner: str, name: str) -> str:
        return self._live.label(owner, name) if self._live else f"{owner} {name}"

    @property
    def _live(self) -> Live | None:
        runtime = getattr(self.config_entry, "runtime_data", None)
        live: Live | None = runtime.live if runtime else None
        return live
