"""The readings of a smart meter (wire 5.13).

POST Consumption/RemoteReadingRange/{contract}
    {"contractNumber": "340000001", "fromDate": "2026-02-26", "resolution": 1,
     "smartMetersList": [{"meterKind": "Consumption", "meterCode": "503",
                          "meterSerial": "24000001"}],
     "lastInvoiceDate": "2026-02-01"}
answers
    {"reportStatus": 0, "reportStatusText": null, "contractNumber": "340000001",
     "meterList": [{"meterKind": 1, "reportResultStatus": 0,
       "reportResultStatusText": null, "meterSerial": "24000001",
       "meterCode": "503", "futureConsumptionInfo": {"lastInvoiceDate": null,
         "currentDate": "2026-02-27", "futureConsumption": 77.867,
         "totalImport": 10137.364, "totalImportDate": "2026-02-27",
         "futureBackStream": 0.0, "multiplierFactor": 1.0, "totalExport": 0.0},
       "startDate": "2026-02-26", "endDate": "2026-02-26",
       "numberOfPeriodAggregated": 96, "totalConsumptionForPeriod": 41.921,
       "totalBackStreamForPeriod": 0.0, "totalImport": 10095.443,
       "totalExport": 0.0, "totalImportDateForPeriod": "2026-02-26",
       "statusForPeriod": 0, "meterStartDate": "2025-09-21",
       "periodConsumptions": [{"interval": "2026-02-25T22:00:00+00:00",
         "consumption": 0.359, "backStream": 0.0, "status": 1024.0}]}],
     "taozList": [{"interval": "2026-02-25T22:00:00+00:00", "taoz": 3}]}
All amounts are kWh.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Final

from custom_components.cloud_energy.client.fields import (
    as_int,
    as_list,
    as_model,
    as_number,
    as_text,
    read_by,
    read_iso,
)
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_day, as_number_text

_ONE_WAY: Final = 1
_BOTH_WAYS: Final = 2


class Resolution(IntEnum):
    """What is requested: a day's quarter hours, a week's or a month's days."""

    DAILY = 1
    WEEKLY = 2
    MONTHLY = 3


def _read_interval(value: object) -> datetime | None:
    """Read a start as it is sent: one without an offset stays naive."""
    moment = read_iso(value)
    return moment.astimezone(UTC) if moment and moment.tzinfo else moment


@dataclass(frozen=True, kw_only=True)
class Period(WireModel):
    """The energy of one interval."""

    start: datetime | None = field(
        default=None, metadata=read_by(_read_interval, "interval")
    )
    """In UTC, or naive where no offset was sent: see `intervals`."""
    consumption: float | None = field(default=None, metadata=as_number("consumption"))
    return_: float | None = field(default=None, metadata=as_number("backStream"))
    status: int | None = field(
        default=None, metadata=as_int("status") | known(0, 1024, 8192)
    )
    """1024: probably final, 0: probably not yet (not confirmed)."""


@dataclass(frozen=True, kw_only=True)
class RunningPeriod(WireModel):
    """The meter's register now, and what was used since the last invoice."""

    last_invoice: date | None = field(default=None, metadata=as_day("lastInvoiceDate"))
    today: date | None = field(default=None, metadata=as_day("currentDate"))
    consumption: float | None = field(
        default=None, metadata=as_number("futureConsumption")
    )
    return_: float | None = field(default=None, metadata=as_number("futureBackStream"))
    register: float | None = field(default=None, metadata=as_number("totalImport"))
    register_day: date | None = field(default=None, metadata=as_day("totalImportDate"))
    export_register: float | None = field(
        default=None, metadata=as_number("totalExport")
    )
    multiplier: float | None = field(
        default=None, metadata=as_number("multiplierFactor")
    )

    @property
    def is_valid(self) -> bool:
        """Whether it holds anything: often it is there but empty."""
        has_value = (self.consumption or 0) > 0 or (self.register or 0) > 0
        return self.register_day is not None and has_value


@dataclass(frozen=True, kw_only=True)
class MeterReport(WireModel):
    """What one meter has counted in the time requested."""

    kind: int | None = field(
        default=None, metadata=as_int("meterKind") | known(_ONE_WAY, _BOTH_WAYS)
    )
    serial: str = field(default="", repr=False, metadata=as_number_text("meterSerial"))
    code: str = field(default="", metadata=as_text("meterCode"))
    status: int | None = field(default=None, metadata=as_int("reportResultStatus"))
    status_text: str = field(default="", metadata=as_text("reportResultStatusText"))
    running: RunningPeriod | None = field(
        default=None, metadata=as_model("futureConsumptionInfo", RunningPeriod)
    )
    start: date | None = field(default=None, metadata=as_day("startDate"))
    end: date | None = field(default=None, metadata=as_day("endDate"))
    row_count: int | None = field(
        default=None, metadata=as_int("numberOfPeriodAggregated")
    )
    consumption: float | None = field(
        default=None, metadata=as_number("totalConsumptionForPeriod")
    )
    return_: float | None = field(
        default=None, metadata=as_number("totalBackStreamForPeriod")
    )
    register: float | None = field(default=None, metadata=as_number("totalImport"))
    """At the end of the time requested."""
    export_register: float | None = field(
        default=None, metadata=as_number("totalExport")
    )
    register_day: date | None = field(
        default=None, metadata=as_day("totalImportDateForPeriod")
    )
    period_status: int | None = field(default=None, metadata=as_int("statusForPeriod"))
    meter_start: date | None = field(default=None, metadata=as_day("meterStartDate"))
    periods: list[Period] = field(
        default_factory=list, metadata=as_list("periodConsumptions", Period)
    )

    @property
    def is_two_way(self) -> bool:
        """Whether the return in here is real and not just zero."""
        return self.kind == _BOTH_WAYS

    @property
    def last_day(self) -> date | None:
        """The latest day of which the meter has reported anything."""
        running = self.valid_running
        return running.register_day if running else self.register_day

    @property
    def valid_running(self) -> RunningPeriod | None:
        """The running period if it holds anything."""
        return self.running if self.running and self.running.is_valid else None


@dataclass(frozen=True, kw_only=True)
class LoadClass(WireModel):
    """The load class of an hour of the time-of-use tariff."""

    start: datetime | None = field(
        default=None, metadata=read_by(_read_interval, "interval")
    )
    load_class: int | None = field(default=None, metadata=as_int("taoz"))


@dataclass(frozen=True, kw_only=True)
class ReadingReport(WireModel):
    """A meter's readings as the service returns them."""

    status: int | None = field(default=None, metadata=as_int("reportStatus"))
    status_text: str = field(default="", metadata=as_text("reportStatusText"))
    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )
    meters: list[MeterReport] = field(
        default_factory=list, metadata=as_list("meterList", MeterReport)
    )
    load_classes: list[LoadClass] = field(
        default_factory=list, metadata=as_list("taozList", LoadClass)
    )

    def of(self, serial: str, code: str) -> MeterReport | None:
        """Return the report of a meter: the best match there is (wire 5.13)."""
        for matches in (
            lambda each: each.serial == serial and each.code == code,
            lambda each: each.serial == serial,
            lambda each: each.code == code and not each.serial,
        ):
            if found := next(filter(matches, self.meters), None):
                return found
        return self.meters[0] if len(self.meters) == 1 else None
