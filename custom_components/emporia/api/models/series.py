"""Amounts over time: charts, series by serial number, charging sessions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import (
    LONGEST_SERIES,
    as_flag,
    as_int,
    as_number,
    as_parts,
    as_text,
    as_time,
    from_timestamp,
    good_members,
    read_by,
    read_list,
    read_time,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, number, text


@dataclass(frozen=True)
class Chart:
    """Amounts of one channel in buckets that follow each other (wire 4.10)."""

    first: datetime | None
    """Start of the first bucket (UTC)."""
    values: tuple[float | None, ...]

    @classmethod
    def read(cls, answer: object) -> Self:
        """Read the answer.

        :raises Malformed: it has another shape.
        """
        if not isinstance(answer, dict):
            raise Malformed("Chart: an object was expected")
        values = answer.get("usageList")
        if values is None:
            values = []
        first = read_time(answer.get("firstUsageInstant"))
        if not isinstance(values, list) or (first is None and any(values)):
            raise Malformed("Chart: a list and its start were expected")
        return cls(first, tuple(number(value) for value in values))

    def buckets(self, length: timedelta) -> Iterator[tuple[datetime, float]]:
        """Yield start and amount of the buckets that have one."""
        if self.first is None:
            return
        for at, value in enumerate(self.values):
            if value is not None:
                yield self.first + at * length, value


@dataclass(frozen=True, kw_only=True)
class Interval(WireModel):
    """A span of time (UTC); the end of a running one may be missing."""

    start: datetime | None = field(default=None, metadata=as_time("start"))
    end: datetime | None = field(default=None, metadata=as_time("end"))


def _read_interval(value: object) -> Interval:
    return Interval() if value is None else Interval.read(value)


@dataclass(frozen=True, kw_only=True)
class IntervalValue:
    """One value of a series: kWh, kW, or per cent, as was requested."""

    start: datetime | None
    end: datetime | None
    value: float | None
    partial: bool
    volts: float | None = None
    amps: float | None = None

    @classmethod
    def read(cls, data: object) -> Self:
        """Read one value in any of the spellings that clients have met."""
        if not isinstance(data, dict):
            raise Malformed("IntervalValue: an object was expected")
        interval = _read_interval(data.get("interval"))
        watts = number(data.get("power_watts"))
        names = ("energy_kwhs", "average_power_kw", "average_state_of_charge")
        known = (number(data.get(name)) for name in names)
        value = next((item for item in known if item is not None), None)
        return cls(
            start=interval.start,
            end=interval.end,
            value=watts / 1000 if value is None and watts is not None else value,
            partial=data.get("partial") is True,
            volts=number(data.get("volts")),
            amps=number(data.get("amps")),
        )


@dataclass(frozen=True)
class Series:
    """Series per device and circuit, and the devices that have none (wire 4.12)."""

    values: Mapping[tuple[str, str], tuple[IntervalValue, ...]] = field(repr=False)
    """By serial number and circuit id; the circuit is empty for a whole device."""
    failed: Mapping[str, str] = field(repr=False)
    """Serial number -> message."""

    @classmethod
    def read(cls, answer: object) -> Self:
        """Read the envelope.

        :raises Malformed: it has another shape.
        """
        values: dict[tuple[str, str], tuple[IntervalValue, ...]] = {}
        for device in good_members(_list(answer, "success"), _read_device, "Series"):
            values |= device
        failed = {
            serial: text(entry.get("message"))
            for serial, entry in _devices(answer, "error")
        }
        return cls(values, failed)


def _read_device(entry: object) -> dict[tuple[str, str], tuple[IntervalValue, ...]]:
    serial, device = _with_serial(entry)
    return {
        (serial, circuit): tuple(
            good_members(
                items, IntervalValue.read, "Series value", maximum=LONGEST_SERIES
            )
        )
        for circuit, items in _circuits(device)
    }


def _circuits(entry: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the values of each circuit, grouped by it or each with its name."""
    for name in ("circuit_usages", "circuit_power", "usages", "power", "values"):
        single: dict[str, list[Any]] = {}
        for item in _members(entry, name):
            circuit = text(item.get("circuit_id"))
            grouped = item.get("usage", item.get("power"))
            if isinstance(grouped, list):
                yield circuit, grouped
            else:
                single.setdefault(circuit, []).append(item)
        yield from single.items()


def _devices(answer: object, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the devices of an answer with their serials; one without is left out."""
    return good_members(_list(answer, name), _with_serial, "Series device")


def _with_serial(entry: object) -> tuple[str, Mapping[str, Any]]:
    serial = entry.get("device_id") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(serial, str):
        raise Malformed("Series: a device has no serial number")
    return serial, entry


def _members(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list; what is none is left out."""
    return good_members(_list(entry, name), _mapping, f"Series {name}", is_part=True)


def _list(answer: object, name: str) -> list[Any]:
    found = _mapping(answer).get(name)
    found = [] if found is None else found
    if not isinstance(found, list):
        raise Malformed("Series: a list was expected")
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("Series: an object was expected")
    return value


@dataclass(frozen=True, kw_only=True)
class DeviceDetails(WireModel):
    """A charger by its serial number (wire 4.12)."""

    unread = keys(
        "breaker_pin charger_on connected connected_changed_time device_gid"
        " energy_management_active evse_model parent_channel_num"
        " partner_schedule_status"
    )

    serial: str = field(default="", repr=False, metadata=as_text("device_id"))
    firmware: str = field(default="", metadata=as_text("firmware"))
    vehicle_connected: bool | None = field(
        default=None, metadata=as_flag("vehicle_connected")
    )
    vehicle_charging: bool | None = field(
        default=None, metadata=as_flag("vehicle_charging")
    )
    rate: int | None = field(default=None, metadata=as_int("charge_rate_amps"))
    max_rate: int | None = field(default=None, metadata=as_int("max_charge_rate_amps"))


@dataclass(frozen=True, kw_only=True)
class ChargingSession(WireModel):
    """A time in which the car charged."""

    unread = keys("end_reason potential_savings savings session_id start_reason")

    interval: Interval = field(
        default_factory=Interval, metadata=read_by(_read_interval, "interval")
    )
    energy: float | None = field(default=None, metadata=as_number("energy_kwhs"))
    """kWh."""
    cost: float | None = field(default=None, metadata=as_number("charging_cost"))


@dataclass(frozen=True, kw_only=True)
class PlugInSession(WireModel):
    """A time in which the car was plugged in, with all its charging (wire 4.13)."""

    unread = keys("session_id")

    plug_in: datetime | None = field(default=None, metadata=as_time("plug_in"))
    plug_out: datetime | None = field(default=None, metadata=as_time("plug_out"))
    interval: Interval | None = field(
        default=None, metadata=read_by(_read_interval, "interval")
    )
    sessions: list[ChargingSession] = field(
        default_factory=list, metadata=as_parts("sessions", ChargingSession)
    )
    charging_sessions: list[ChargingSession] = field(
        default_factory=list, metadata=as_parts("charging_sessions", ChargingSession)
    )

    @property
    def energy(self) -> float | None:
        """The kWh of all its charging; None where that of a part is not known.

        A part that has no end yet may not have any energy yet.
        """
        parts = (*self.sessions, *self.charging_sessions)
        if any(part.energy is None and part.interval.end for part in parts):
            return None
        return sum(part.energy or 0.0 for part in parts)


@dataclass(frozen=True, kw_only=True)
class ChargingReport(WireModel):
    """What charging cost (wire 4.13)."""

    unread = keys(
        "call_to_action_type daily_charging_totals device_id interval"
        " report_description"
    )

    energy: float | None = field(default=None, metadata=as_number("energy_kwhs"))
    cost: float | None = field(default=None, metadata=as_number("charging_cost"))
    sessions: list[PlugInSession] = field(
        default_factory=list, metadata=as_parts("plug_in_sessions", PlugInSession)
    )


def read_sessions(answer: object) -> dict[str, list[PlugInSession]]:
    """Read the sessions of chargers by their serial numbers, oldest first.

    :raises Malformed: the answer has another shape.
    """
    found = {
        serial: read_list(entry.get("sessions"), PlugInSession, is_part=True)
        for serial, entry in _devices(answer, "success")
    }
    earliest = datetime.min.replace(tzinfo=UTC)
    return {
        serial: sorted(sessions, key=lambda item: item.plug_in or earliest)
        for serial, sessions in found.items()
    }


@dataclass(frozen=True)
class PeakDemand:
    """The highest demand of the month (wire 4.14)."""

    kilowatts: float | None
    at: datetime | None

    @classmethod
    def read(cls, answer: object) -> Self:
        """Read the answer, any part of which may be missing.

        :raises Malformed: it has another shape.
        """
        if not isinstance(answer, dict):
            raise Malformed("PeakDemand: an object was expected")
        peak = answer.get("peakDemand") or {}
        if not isinstance(peak, dict):
            raise Malformed("PeakDemand: an object was expected")
        value = number(peak.get("value"))
        stamp = peak.get("Timestamp")
        seconds = number(stamp.get("epochSecond")) if isinstance(stamp, dict) else None
        return cls(
            kilowatts=number(peak.get("Value")) if value is None else value,
            at=from_timestamp(seconds) if seconds else None,
        )
