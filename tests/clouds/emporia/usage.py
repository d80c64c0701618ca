"""Energy by bucket: all channels of an instant, and one channel's chart (wire 4.9 to 4.11, 4.14)."""

from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock

from .api import (
    Gate,
    Refused,
    choice,
    own_device,
    own_devices,
    parameter,
    time_parameter,
)
from .buckets import SCALES, Calendar, wire_time
from .customers import Login
from .devices import BALANCE, FROM_GRID, LEGS, MAINS, TO_GRID, TOTAL_USAGE, Device
from .records import Records
from .units import ENERGY_UNITS, Values

CHART_WINDOW: Final = {"1S": 3600, "1MIN": 12 * 3600}
"""Longest window of a chart, in seconds (wire 4.10)."""
LONG_SCALES: Final = ("1D", "1W", "1MON", "1Y")
MODERN_SCALES: Final = {
    "SECOND": "1S",
    "MINUTE": "1MIN",
    "FIFTEEN_MINUTES": "15MIN",
    "HOUR": "1H",
    "DAY": "1D",
    "WEEK": "1W",
    "MONTH": "1MON",
    "YEAR": "1Y",
}
MODERN_UNITS: Final = {
    "KILOWATT_HOURS": "KilowattHours",
    "AMP_HOURS": "AmpHours",
    "DOLLARS": "Dollars",
}
LATE_RESET: Final = 3600
PEAK_LENGTH: Final = 900


class Usage:
    """The calls about energy.

    - `stale`: the bucket that is told lies so many seconds before the one that was asked for
    - `late_reset`: for an hour after midnight every second answer has yesterday's day
    - `repeats_nested`: a nested device that was asked for also stands on its own
    - `charts_balance`: Balance and TotalUsage can be charted
    - `refused_charts`: gid and channel number (each None for any) -> the status that answers their charts
    """

    def __init__(
        self, records: Records, clock: Clock, gate: Gate, *, lenient: bool
    ) -> None:
        """Answer from `records`."""
        self._records = records
        self._clock = clock
        self._gate = gate
        self.stale = 0.0
        self.late_reset = False
        self.repeats_nested = True
        self.charts_balance = lenient
        self.refused_charts: dict[tuple[int | None, str | None], int] = {}
        self._day_answers = 0

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /AppAPI": self._app_api,
            "GET /v1/migrated/app-api/chart-usage": self._chart,
            "GET /v1/customers/devices/usages": self._modern,
        }
        return self._gate.routes(calls)

    async def _app_api(self, request: web.Request, login: Login) -> web.Response:
        match parameter(request, "apiMethod"):
            case "getDeviceListUsages":
                return self._device_list(request, login)
            case "getChartUsage":
                return await self._chart(request, login)
            case "getCurrentMonthPeakDemand":
                return self._peak_demand(request, login)
        raise Refused(400, "apiMethod is unknown")

    def _device_list(self, request: web.Request, login: Login) -> web.Response:
        devices = own_devices(login, parameter(request, "deviceGids"))
        at = time_parameter(request, "instant") - self.stale
        scale = choice(request, "scale", SCALES)
        unit = choice(request, "energyUnit", ENERGY_UNITS)
        if not self.repeats_nested:
            gids = {device.gid for device in devices}
            devices = [
                d for d in devices if d.parent is None or d.parent[0] not in gids
            ]
        self._day_answers += scale == "1D"
        usages = [self._device_usages(device, at, scale, unit) for device in devices]
        answer = {
            "instant": wire_time(at),
            "scale": scale,
            "energyUnit": unit,
            "devices": usages,
        }
        return web.json_response({"deviceListUsages": answer})

    def _device_usages(
        self, device: Device, at: float, scale: str, unit: str
    ) -> dict[str, Any]:
        usages = self._usages(device, at, scale, unit)
        mains = abs(usages.get(MAINS) or 0)
        channels = []
        for channel, value in usages.items():
            share = 100 * abs(value or 0) / mains if mains else 0.0
            channels.append(
                {
                    "name": _usage_name(device, channel),
                    "usage": value,
                    "deviceGid": device.gid,
                    "channelNum": channel,
                    "percentage": round(min(share, 100.0), 2),
                    "nestedDevices": [
                        self._device_usages(child, at, scale, unit)
                        for child in self._children(device, channel)
                    ],
                }
            )
        return {"deviceGid": device.gid, "channelUsages": channels}

    def _usages(
        self, device: Device, at: float, scale: str, unit: str
    ) -> dict[str, float | None]:
        """Channel number -> value of the bucket that holds the time."""
        start, end = self._bucket(device, at, scale)
        missing = self._records.missing_channels[device.gid]
        kept = end > self._records.oldest(scale)
        values = Values(self._records)
        return {
            channel: values.value(device, channel, unit, start, end) if kept else None
            for channel in told_channels(device, scale, unit)
            if channel not in missing
        }

    def _bucket(self, device: Device, at: float, scale: str) -> tuple[float, float]:
        calendar = Calendar(device.location)
        start, end = calendar.bucket(scale, at)
        now = self._clock.timestamp()
        stuck = self.late_reset and scale == "1D" and 0 <= now - start < LATE_RESET
        if stuck and self._day_answers % 2:
            return calendar.bucket(scale, start - 1)
        return start, end

    def _children(self, device: Device, channel: str) -> list[Device]:
        found = device.channel(channel)
        return device.residence.children(device, found) if found else []

    async def _chart(self, request: web.Request, login: Login) -> web.Response:
        device = own_device(login, parameter(request, "deviceGid"))
        channel = self._chartable(device, parameter(request, "channel"), request.path)
        for gid, number in ((device.gid, channel), (device.gid, None), (None, None)):
            if status := self.refused_charts.get((gid, number)):
                raise Refused(status, "the chart is not available")
        start, end = time_parameter(request, "start"), time_parameter(request, "end")
        scale = choice(request, "scale", SCALES)
        unit = choice(request, "energyUnit", ENERGY_UNITS)
        if start >= end or end - start > CHART_WINDOW.get(scale, float("inf")):
            raise Refused(400, f"the window is empty or too long for scale {scale}")
        first = max(start, self._records.oldest(scale))
        until = min(end, self._clock.timestamp())
        buckets = list(Calendar(device.location).buckets(scale, first, until))
        values = Values(self._records)
        told = [values.value(device, channel, unit, *bucket) for bucket in buckets]
        first_instant = wire_time(buckets[0][0]) if buckets else None
        return web.json_response(
            {"firstUsageInstant": first_instant, "usageList": told}
        )

    def _chartable(self, device: Device, name: str, path: str) -> str:
        """The channel number that a chart's parameter means.

        :raises Refused: the device has no such channel, or it cannot be charted
        """
        computed = (BALANCE, TOTAL_USAGE)
        if self.charts_balance and name in computed and device.kind == "vue":
            return name
        modern = path.startswith("/v1/")
        channel = device.channel(name)
        if channel is None or (name.startswith("Branch_") and not modern):
            raise Refused(400, f"channel {name} cannot be charted")
        return channel.num

    async def _modern(self, request: web.Request, login: Login) -> web.Response:
        devices = own_devices(login, parameter(request, "device_gids"))
        at = time_parameter(request, "instant")
        scale = choice(request, "scale", tuple(MODERN_SCALES))
        unit = choice(request, "energy_unit", tuple(MODERN_UNITS))
        return web.json_response(
            {
                "instant": wire_time(at),
                "scale": scale,
                "energy_unit": unit,
                "device_usages": [
                    self._modern_usages(
                        device, at, MODERN_SCALES[scale], MODERN_UNITS[unit]
                    )
                    for device in devices
                ],
            }
        )

    def _modern_usages(
        self, device: Device, at: float, scale: str, unit: str
    ) -> dict[str, Any]:
        usages = self._usages(device, at, scale, unit)
        return {
            "device_gid": device.gid,
            "channel_usages": [
                {"channel_id": found.id if found else name, "usage": value}
                for name, value in usages.items()
                for found in (device.channel(name),)
            ],
        }

    def _peak_demand(self, request: web.Request, login: Login) -> web.Response:
        """The 15 minutes of the running month with the highest mean power."""
        device = own_device(login, parameter(request, "deviceGid"))
        channel = self._chartable(device, parameter(request, "channel"), request.path)
        unit = choice(request, "energyUnit", ENERGY_UNITS)
        now = self._clock.timestamp()
        calendar = Calendar(device.location)
        first, _ = calendar.bucket("1MON", now)
        values = Values(self._records)
        told = [
            (value, start)
            for start, end in calendar.buckets("15MIN", first, now - PEAK_LENGTH)
            if (value := values.value(device, channel, unit, start, end))
        ]
        peak = _peak(*max(told)) if told else None
        return web.json_response({"peakDemand": peak, "peakType": "15 minute peak"})


def told_channels(device: Device, scale: str, unit: str) -> list[str]:
    """The channels that an answer has: without CT they are absent; computed ones come last."""
    channels = [channel.num for channel in device.channels if channel.has_data]
    if device.kind != "vue":
        return channels
    if unit == "AmpHours":
        return [*channels, *LEGS, BALANCE]
    if device.solar:
        channels += [FROM_GRID, TO_GRID]
        if scale in LONG_SCALES:
            channels.append(TOTAL_USAGE)
    return [*channels, BALANCE]


def _usage_name(device: Device, channel: str) -> str | None:
    if channel == MAINS:
        return "Main"
    found = device.channel(channel)
    return found.name if found else channel


def _peak(value: float, start: float) -> dict[str, Any]:
    power = value * 3600 / PEAK_LENGTH
    moment = {"epochSecond": int(start), "nano": 0}
    return {"Timestamp": moment, "Value": power, "value": power}
