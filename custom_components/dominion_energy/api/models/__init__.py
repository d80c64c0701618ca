"""The answers of the data service (wire 4)."""

from .bill import BilledPeriod, BillExtension, BillForecast, CurrentBill, PastBill
from .customer import Account, Customer, Meter, MeterInfo, ServiceAddress
from .usage import (
    DailyWeather,
    MeteredUsage,
    MonthlyGeneration,
    MonthlyGenerations,
    MonthlyTemperature,
    MonthlyUsage,
    MonthlyUsages,
    UsageReport,
    Weather,
)

__all__ = [
    "Account",
    "BillExtension",
    "BillForecast",
    "BilledPeriod",
    "CurrentBill",
    "Customer",
    "DailyWeather",
    "Meter",
    "MeterInfo",
    "MeteredUsage",
    "MonthlyGeneration",
    "MonthlyGenerations",
    "MonthlyTemperature",
    "MonthlyUsage",
    "MonthlyUsages",
    "PastBill",
    "ServiceAddress",
    "UsageReport",
    "Weather",
]
