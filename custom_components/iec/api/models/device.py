"""Meters and their last readings (wire 5.7 to 5.12).

GET Device/LastMeterReading/{contract}/{bp}, in an envelope
    {"contractAccount": "000340000001", "lastMeters": [{"meterReadings": [
      {"reading": 1234, "readingCode": "01", "readingDate": "2026-01-17T00:00:00",
       "usage": "111", "serialNumber": null}],
      "serialNumber": "000000000024000001", "materialNumber": "000000000000000503",
      "registerNumber": "001"}]}

GET Device/{contract}
    [{"isActive": true, "deviceType": 3, "deviceNumber": "24000001",
      "deviceCode": "503", "reportResultStatus": 0}]

GET Device/{contract}/{device}, in an envelope
    {"counterDevices": [{"device": "000000000024000001", "register": "001",
      "lastMR": "00000000000011111", "lastMRDate": "2026-01-11", "lastMRType": "01",
      "lastMRTypeDesc": "system routine reading", "lastMrTypeCode": 1,
      "deviceDigitLength": 5, "connectionSize": {"size": 25, "phase": 3,
      "representativeConnectionSize": "3X25"}}], "mrType": "01"}
    Meters with solar generation get `counterDevices` null: no error.

GET Device/type/{bp}/{contract}/false, in an envelope
    {"deviceNumber": "24000001", "deviceBalance": null, "deviceType": 0,
     "estimatedDaysByWeek": null, "averageUsageCostByWeek": null,
     "estimatedDaysByMonth": null, "averageUsageCostByMonth": null,
     "balanceTime": null, "balanceDate": null, "isActive": true,
     "numberOfDevices": 1, "isElectronic": false, "disconnectReason": "",
     "isDisconnected": false}

GET Tenant/Identify/{device}, in an envelope
    {"devicesDetails": [{"deviceNumber": "24000001", "deviceCode": "503",
      "address": "Demo 22, Demo City", "lastReadingValue": "12345",
      "lastReadingType": "01", "lastReadingDate": "2026-03-01T00:00:00"}],
     "lastDate": "0001-01-01T00:00:00", "privateProducer": false}

GET DeviceIn/{contract}, which wants the token of a captcha
    {"status": 0, "isActive": true, "devices": [{"isActive": true, "deviceType": 3,
      "deviceNumber": "24000001", "deviceCode": "503",
      "meterKind": "Consumption"}]}
"""

from dataclasses import dataclass, field
from datetime import date
import re
from typing import Final

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_number,
    as_text,
    personal,
    read_by,
)
from custom_components.cloud_energy.client.wire import WireModel, known, number

from .fields import as_day, as_number_text, read_number

_THREE_PHASES: Final = 3
_ONE_WAY: Final = ("consumption", "צריכה")
_BOTH_WAYS: Final = ("backstream", "דו כיווני")
_LABEL: Final = re.compile(r"^\s*(?:([13])\s*[xX*]\s*)?(\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, kw_only=True)
class MeterReading(WireModel):
    """What a meter's register showed on a day, in kWh."""

    reading: float | None = field(default=None, metadata=as_number("reading"))
    code: str = field(default="", metadata=as_text("readingCode"))
    day: date | None = field(default=None, metadata=as_day("readingDate"))
    usage: float | None = field(default=None, metadata=as_number("usage"))
    serial: str = field(default="", repr=False, metadata=as_number_text("serialNumber"))
    note: str = field(default="", repr=False, metadata=as_text("noteDescription"))


@dataclass(frozen=True, kw_only=True)
class LastMeter(WireModel):
    """The last readings of one meter."""

    serial: str = field(default="", repr=False, metadata=as_number_text("serialNumber"))
    material: str = field(default="", metadata=as_number_text("materialNumber"))
    register: str = field(default="", metadata=as_text("registerNumber"))
    readings: list[MeterReading] = field(
        default_factory=list, metadata=as_list("meterReadings", MeterReading)
    )


@dataclass(frozen=True, kw_only=True)
class LastMeterReadings(WireModel):
    """The last readings of a contract's meters."""

    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractAccount")
    )
    meters: list[LastMeter] = field(
        default_factory=list, metadata=as_list("lastMeters", LastMeter)
    )

    @property
    def latest_day(self) -> date | None:
        """The day of the latest reading of any meter."""
        days = [
            reading.day
            for meter in self.meters
            for reading in meter.readings
            if reading.day and reading.reading is not None
        ]
        return max(days, default=None)

    def latest(self, serial: str) -> MeterReading | None:
        """Return the latest reading of a meter that has a day and a value."""
        found = [
            reading
            for meter in self.meters
            if meter.serial == serial
            for reading in meter.readings
            if reading.day and reading.reading is not None
        ]
        return max(found, key=lambda each: each.day or date.min, default=None)


@dataclass(frozen=True, kw_only=True)
class Device(WireModel):
    """A meter as it is listed with its contract."""

    serial: str = field(
        default="", repr=False, metadata=read_by(read_number, "deviceNumber")
    )
    """Empty where it is not reported."""
    code: str = field(default="", metadata=as_text("deviceCode") | known(503, 504))
    """503: one way; 504: seen on meters for both ways."""
    device_type: int | None = field(default=None, metadata=as_int("deviceType"))
    is_active: bool | None = field(default=None, metadata=as_flag("isActive"))
    report_status: int | None = field(
        default=None, metadata=as_int("reportResultStatus")
    )
    is_electronic: bool | None = field(default=None, metadata=as_flag("isElectronic"))
    is_disconnected: bool | None = field(
        default=None, metadata=as_flag("isDisconnected")
    )
    disconnect_reason: str = field(default="", metadata=as_text("disconnectReason"))
    kind: str = field(
        default="", metadata=as_text("meterKind") | known(*_ONE_WAY, *_BOTH_WAYS)
    )
    """Only behind the captcha: `Consumption` or a word for both ways."""

    @property
    def is_two_way(self) -> bool | None:
        """Whether it counts both ways; None where that was not reported."""
        if not self.kind:
            return None
        return self.kind.lower() not in _ONE_WAY


@dataclass(frozen=True, kw_only=True)
class DeviceIn(WireModel):
    """A contract's meters with their kinds."""

    status: int | None = field(default=None, metadata=as_int("status"))
    is_active: bool | None = field(default=None, metadata=as_flag("isActive"))
    devices: list[Device] = field(
        default_factory=list, metadata=as_list("devices", Device)
    )


@dataclass(frozen=True)
class ConnectionSize:
    """The size of a connection."""

    phases: int
    ampere: float

    @classmethod
    def read(cls, label: str) -> ConnectionSize | None:
        """Read `3X25`, or `6` which has one phase; None for anything else."""
        found = _LABEL.match(label)
        ampere = number(found[2]) if found else None
        if found is None or ampere is None:
            return None
        return cls(int(found[1] or 1), ampere)

    @property
    def label(self) -> str:
        """How it is written."""
        return f"{self.phases}X{self.ampere:g}"

    @property
    def kva(self) -> float:
        """Its power: 231 V per phase against the neutral, 400 V between phases."""
        volts = 400 * 3**0.5 if self.phases == _THREE_PHASES else 231.0
        return round(volts * self.ampere / 1000, 2)


@dataclass(frozen=True, kw_only=True)
class _WireConnectionSize(WireModel):
    size: float | None = field(default=None, metadata=as_number("size"))
    phases: int | None = field(default=None, metadata=as_int("phase"))
    label: str = field(default="", metadata=as_text("representativeConnectionSize"))


@dataclass(frozen=True, kw_only=True)
class CounterDevice(WireModel):
    """One register of a meter."""

    serial: str = field(default="", repr=False, metadata=as_number_text("device"))
    register: str = field(default="", metadata=as_text("register"))
    last_reading: float | None = field(default=None, metadata=as_number("lastMR"))
    last_reading_day: date | None = field(default=None, metadata=as_day("lastMRDate"))
    last_reading_type: str = field(default="", metadata=as_text("lastMRType"))
    last_reading_description: str = field(
        default="", metadata=as_text("lastMRTypeDesc")
    )
    last_reading_type_code: int | None = field(
        default=None, metadata=as_int("lastMrTypeCode")
    )
    digits: int | None = field(default=None, metadata=as_int("deviceDigitLength"))
    wire_size: _WireConnectionSize | None = field(
        default=None, metadata=as_model("connectionSize", _WireConnectionSize)
    )

    @property
    def connection(self) -> ConnectionSize | None:
        """The size of the connection, if any answer has it."""
        if self.wire_size is None:
            return None
        if found := ConnectionSize.read(self.wire_size.label):
            return found
        size = self.wire_size
        return ConnectionSize(size.phases or 1, size.size) if size.size else None


@dataclass(frozen=True, kw_only=True)
class DeviceRegisters(WireModel):
    """The registers of a meter; none of meters with solar generation."""

    reading_type: str = field(default="", metadata=as_text("mrType"))
    registers: list[CounterDevice] = field(
        default_factory=list, metadata=as_list("counterDevices", CounterDevice)
    )

    @property
    def connection(self) -> ConnectionSize | None:
        """The size of the connection."""
        sizes = (register.connection for register in self.registers)
        return next((size for size in sizes if size), None)


@dataclass(frozen=True, kw_only=True)
class DeviceType(WireModel):
    """What kind of meter a contract has; the balance is that of prepaid ones."""

    serial: str = field(default="", repr=False, metadata=as_number_text("deviceNumber"))
    device_type: int | None = field(default=None, metadata=as_int("deviceType"))
    number_of_devices: int | None = field(
        default=None, metadata=as_int("numberOfDevices")
    )
    is_active: bool | None = field(default=None, metadata=as_flag("isActive"))
    is_electronic: bool | None = field(default=None, metadata=as_flag("isElectronic"))
    is_disconnected: bool | None = field(
        default=None, metadata=as_flag("isDisconnected")
    )
    disconnect_reason: str = field(default="", metadata=as_text("disconnectReason"))
    balance: float | None = field(default=None, metadata=as_number("deviceBalance"))
    balance_day: date | None = field(default=None, metadata=as_day("balanceDate"))
    balance_time: str = field(default="", metadata=as_text("balanceTime"))
    days_left_by_week: float | None = field(
        default=None, metadata=as_number("estimatedDaysByWeek")
    )
    cost_by_week: float | None = field(
        default=None, metadata=as_number("averageUsageCostByWeek")
    )
    days_left_by_month: float | None = field(
        default=None, metadata=as_number("estimatedDaysByMonth")
    )
    cost_by_month: float | None = field(
        default=None, metadata=as_number("averageUsageCostByMonth")
    )


@dataclass(frozen=True, kw_only=True)
class DeviceDetails(WireModel):
    """A meter as it is found by its serial number alone."""

    serial: str = field(default="", repr=False, metadata=as_number_text("deviceNumber"))
    code: str = field(default="", metadata=as_text("deviceCode"))
    address: str = field(default="", repr=False, metadata=personal(as_text("address")))
    last_reading: float | None = field(
        default=None, metadata=as_number("lastReadingValue")
    )
    last_reading_type: str = field(default="", metadata=as_text("lastReadingType"))
    last_reading_day: date | None = field(
        default=None, metadata=as_day("lastReadingDate")
    )


@dataclass(frozen=True, kw_only=True)
class DeviceIdentity(WireModel):
    """The meters that share a serial number; usually one."""

    devices: list[DeviceDetails] = field(
        default_factory=list, metadata=as_list("devicesDetails", DeviceDetails)
    )
    last_day: date | None = field(default=None, metadata=as_day("lastDate"))
    is_producer: bool | None = field(default=None, metadata=as_flag("privateProducer"))

    def with_code(self, code: str) -> DeviceDetails | None:
        """Return the meter of a code; several may have the same number."""
        return next((each for each in self.devices if each.code == code), None)
