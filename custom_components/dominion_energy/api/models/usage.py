"""Usage by day, hour and month, and the weather beside it (wire 4.5)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from custom_components.cloud_energy.client.fields import (
    as_list,
    as_number,
    as_text,
    read_by,
)
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_date, as_flag, as_is, read_time


@dataclass(frozen=True, kw_only=True)
class MeteredUsage(WireModel):
    """The energy of one day or hour in kWh; None is unknown, not zero."""

    read_at: datetime | None = field(
        default=None, metadata=read_by(read_time, "readDate")
    )
    """The start on the wall clock of the site (naive)."""
    consumption: float | None = field(default=None, metadata=as_number("consumption"))
    generation: float | None = field(default=None, metadata=as_number("unitGenerated"))
    net: float | None = field(default=None, metadata=as_number("netUnit"))
    demand: float | None = field(default=None, metadata=as_number("demandKW"))
    """In kW."""


@dataclass(frozen=True, kw_only=True)
class UsageReport(WireModel):
    """Usage by day or by hour."""

    net_metering: bool = field(default=False, metadata=as_flag("nemFlag"))
    usages: list[MeteredUsage] = field(
        default_factory=list, metadata=as_list("electricUsages", MeteredUsage)
    )


@dataclass(frozen=True, kw_only=True)
class MonthlyUsage(WireModel):
    """The energy and the charge of one billed month."""

    account_number: str = field(
        default="", repr=False, metadata=as_text("accountNumber")
    )
    meter_number: str = field(default="", repr=False, metadata=as_text("meterNumber"))
    start: date | None = field(default=None, metadata=as_date("readingFrom"))
    end: date | None = field(default=None, metadata=as_date("readingTo"))
    month: date | None = field(default=None, metadata=as_date("usageAttribute2"))
    consumption: float | None = field(default=None, metadata=as_number("consumption"))
    """In kWh."""
    amount: float | None = field(default=None, metadata=as_number("amount"))
    """In USD."""
    unit: str = field(default="", repr=False, metadata=as_text("uom") | known("kWh"))


@dataclass(frozen=True, kw_only=True)
class MonthlyUsages(WireModel):
    """The answer that holds them."""

    usages: list[MonthlyUsage] = field(
        default_factory=list, metadata=as_list("electricUsages", MonthlyUsage)
    )


@dataclass(frozen=True, kw_only=True)
class MonthlyGeneration(WireModel):
    """The exported energy of one month."""

    month: date | None = field(default=None, metadata=as_date("usageAttribute2"))
    generation: float | None = field(default=None, metadata=as_number("generation"))
    """In kWh."""
    unit: str = field(default="", repr=False, metadata=as_text("uom") | known("kWh"))


@dataclass(frozen=True, kw_only=True)
class MonthlyGenerations(WireModel):
    """The answer that holds them."""

    generations: list[MonthlyGeneration] = field(
        default_factory=list, metadata=as_list("generationUsages", MonthlyGeneration)
    )


@dataclass(frozen=True, kw_only=True)
class DailyWeather(WireModel):
    """The weather of one day at the site; temperatures in degrees Fahrenheit."""

    day: date | None = field(default=None, metadata=as_date("date"))
    high: float | None = field(default=None, metadata=as_number("tempVal_High"))
    low: float | None = field(default=None, metadata=as_number("tempVal_Low"))
    heating_degree_days: float | None = field(
        default=None, metadata=as_number("heatDegDays")
    )
    cooling_degree_days: float | None = field(
        default=None, metadata=as_number("coolDegDays")
    )


@dataclass(frozen=True, kw_only=True)
class MonthlyTemperature(WireModel):
    """The mean temperature of one month in degrees Fahrenheit."""

    month: str = field(default="", repr=False, metadata=as_text("monthName"))
    average: float | None = field(default=None, metadata=as_number("avgTempVal"))


@dataclass(frozen=True, kw_only=True)
class _DailyWeathers(WireModel):
    results: list[DailyWeather] = field(
        default_factory=list, metadata=as_list("results", DailyWeather)
    )


@dataclass(frozen=True, kw_only=True)
class _MonthlyTemperatures(WireModel):
    results: list[MonthlyTemperature] = field(
        default_factory=list, metadata=as_list("results", MonthlyTemperature)
    )


@dataclass(frozen=True, kw_only=True)
class Weather(WireModel):
    """The weather at the site."""

    daily: _DailyWeathers | None = field(default=None, metadata=as_is("zDailyWeather"))
    monthly: _MonthlyTemperatures | None = field(
        default=None, metadata=as_is("zAveTemperature")
    )

    @property
    def days(self) -> list[DailyWeather]:
        """The weather by day."""
        return self.daily.results if self.daily else []

    @property
    def months(self) -> list[MonthlyTemperature]:
        """The temperature by month."""
        return self.monthly.results if self.monthly else []
