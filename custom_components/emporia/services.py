"""Actions: the charger in one call, the rate, usage and sessions, the history."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import (
    any_text,
    any_time,
    number_up_to,
)
from custom_components.cloud_energy.entry.actions import (
    ENTRY_FIELDS,
    Action,
    Fields,
    Query,
    entry_of,
)

from .api.energy import Scale
from .api.home import Channel, Device
from .api.models import RatePeriod
from .calculations.buckets import bucket_starts
from .calculations.rates import rate_at
from .const import DOMAIN
from .devices import gid_of
from .entities.entity import device_errors
from .runtime import EmporiaConfigEntry
from .texts import Message

ATTR_CENTS: Final = "cents_per_kwh"
ATTR_CHANNEL: Final = "channel"
ATTR_CURRENT: Final = "current"
ATTR_END: Final = "end"
ATTR_ON: Final = "on"
ATTR_SCALE: Final = "scale"
ATTR_START: Final = "start"

_DEVICE: Final[Fields] = {vol.Required(ATTR_DEVICE_ID): any_text}
_RANGE: Final[Fields] = {
    vol.Optional(ATTR_START): any_time,
    vol.Optional(ATTR_END): any_time,
}
_MAX: Final = 1_000_000
"""Amperes, or cents; a charger itself says what is too much for it."""
_USUAL_SESSIONS = timedelta(days=30)
_USUAL_USAGE = timedelta(days=1)


def _device(call: ServiceCall) -> tuple[EmporiaConfigEntry, int]:
    """Return the entry and gid of the device that an action names.

    :raises ServiceValidationError: it is no device of a loaded account.
    """
    device, entry = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    gid = gid_of(device)
    if gid is None or gid not in entry.runtime_data.coordinator.home:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.DEVICE_NOT_FOUND
        )
    return entry, gid


async def _async_set_charger(call: ServiceCall) -> None:
    """Switch a charger and set its rate in one request."""
    entry, gid = _device(call)
    on, rate = call.data.get(ATTR_ON), call.data.get(ATTR_CURRENT)
    if on is None and rate is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NOTHING_TO_SET
        )
    with device_errors(entry):
        await entry.runtime_data.status.async_set_charger(gid, on=on, rate=rate)


async def _async_set_rate(call: ServiceCall) -> None:
    """Set what a kWh costs."""
    entry, gid = _device(call)
    coordinator = entry.runtime_data.coordinator
    with device_errors(entry):
        await entry.runtime_data.client.set_rate([gid], call.data[ATTR_CENTS])
    coordinator.answers.due("devices")
    await coordinator.async_request_refresh()


async def _async_get_usage(call: ServiceCall) -> ServiceResponse:
    """Return the chart of a channel, freshly requested."""
    entry, gid = _device(call)
    runtime = entry.runtime_data
    device = runtime.coordinator.home[gid]
    channel, scale = _channel(device, call), Scale(call.data[ATTR_SCALE])
    start, end = _range(call, _USUAL_USAGE)
    with device_errors(entry):
        chart = await runtime.client.energy.get_chart(
            gid, channel.number, start, end, scale
        )
    values = [None if each is None else round(each, 4) for each in chart.values]
    starts = bucket_starts(chart.first, len(values), scale, device.zone)
    rows: list[Any] = [
        {"start": at.isoformat(), "value": value}
        for at, value in zip(starts, values, strict=False)
    ]
    # The first time and the values alone are what this action returned before.
    first = chart.first.isoformat() if chart.first else None
    return {"unit": "kWh", "rows": rows, "first": first, "values": list(values)}


def _channel(device: Device, call: ServiceCall) -> Channel:
    """Return the channel that an action names, as the user or as the cloud does.

    :raises ServiceValidationError: the device has none of that name, or several.
    """
    wanted = call.data[ATTR_CHANNEL].strip().casefold()
    found = [
        channel
        for slug, channel in device.channels.items()
        if wanted in (slug, channel.name.casefold())
    ]
    if len(found) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=Message.CHANNEL_NOT_FOUND,
            translation_placeholders={
                "channels": ", ".join(
                    each.name or slug for slug, each in device.channels.items()
                )
            },
        )
    return found[0]


async def _async_get_rates(call: ServiceCall) -> ServiceResponse:
    """Return what a kWh costs a device, freshly requested."""
    entry, gid = _device(call)
    runtime = entry.runtime_data
    device = runtime.coordinator.home[gid]
    with device_errors(entry):
        planned = (await runtime.client.get_time_of_use()).devices
    plans = [each.plan for each in planned if each.load_gid == device.load_gid]
    plan = next((plan for plan in plans if plan), None)
    if plan is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.RATES_NOT_FOUND
        )
    rate = rate_at(plan, dt_util.utcnow(), device.zone)
    change = rate and rate.next_change
    return {
        "plan": plan.name,
        "unit": f"{call.hass.config.currency}/kWh",
        "current_rate": rate.cost if rate else None,
        "next_change": change.isoformat() if change else None,
        "weekday": [_period_response(each) for each in plan.weekday],
        "weekend": [_period_response(each) for each in plan.weekend],
    }


def _period_response(period: RatePeriod) -> dict[str, JsonValueType]:
    return {
        "period": period.kind,
        "start": period.start.isoformat("minutes") if period.start else None,
        "end": period.end.isoformat("minutes") if period.end else None,
        "rate": period.cost,
    }


async def _async_get_sessions(call: ServiceCall) -> ServiceResponse:
    """Return the plug-in sessions of a charger."""
    entry, gid = _device(call)
    runtime = entry.runtime_data
    serial = runtime.coordinator.home[gid].serial
    start, end = _range(call, _USUAL_SESSIONS)
    with device_errors(entry):
        found = await runtime.client.charging.get_sessions([serial], start, end)
    sessions: list[Any] = [
        {
            "plug_in": session.plug_in and session.plug_in.isoformat(),
            "plug_out": session.plug_out and session.plug_out.isoformat(),
            "energy": None if session.energy is None else round(session.energy, 4),
            "unit": "kWh",
        }
        for session in found.get(serial, [])
    ]
    return {"sessions": sessions}


def _range(call: ServiceCall, usual: timedelta) -> tuple[datetime, datetime]:
    """Return the times requested; naive ones are local.

    :raises ServiceValidationError: the range ends before it starts.
    """
    end = dt_util.as_utc(call.data.get(ATTR_END, dt_util.utcnow()))
    start = dt_util.as_utc(call.data.get(ATTR_START, end - usual))
    if end <= start:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=Message.RANGE_ENDS_BEFORE_IT_STARTS,
        )
    return start.astimezone(UTC), end


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Compare the recorder with the cloud, and continue with the history.

    :raises HomeAssistantError: the cloud could not be asked.
    """
    entry: EmporiaConfigEntry = entry_of(call)
    history, feed = entry.runtime_data.history, entry.runtime_data.feed
    await history.async_interrupt()
    history.async_read_all_again()
    history.async_work()
    await history.async_settled()
    with device_errors(entry):
        if history.error:
            raise history.error
    failed: list[Any] = sorted({*history.failed, *feed.failed})
    return {"progress": round(100 * feed.share_done), "failed": failed}


ACTIONS: Final = (
    Action(
        name="set_charger",
        handler=_async_set_charger,
        fields={
            **_DEVICE,
            vol.Optional(ATTR_ON): cv.boolean,
            vol.Optional(ATTR_CURRENT): vol.All(number_up_to(_MAX), round),
        },
    ),
    Action(
        name="set_rate",
        handler=_async_set_rate,
        fields={**_DEVICE, vol.Required(ATTR_CENTS): number_up_to(_MAX)},
        # It is what all costs of the account are calculated by.
        is_for_admins=True,
    ),
    Query(
        name="get_usage",
        handler=_async_get_usage,
        fields={
            **_DEVICE,
            **_RANGE,
            vol.Required(ATTR_CHANNEL, default="mains"): any_text,
            vol.Required(ATTR_SCALE, default="1H"): vol.In(list(Scale)[1:]),
        },
    ),
    Query(
        name="get_rates",
        handler=_async_get_rates,
        fields=_DEVICE,
    ),
    Query(
        name="get_sessions",
        handler=_async_get_sessions,
        fields={**_DEVICE, **_RANGE},
    ),
    Action(
        name="import_history",
        handler=_async_import,
        fields=ENTRY_FIELDS,
        response=SupportsResponse.OPTIONAL,
    ),
)
