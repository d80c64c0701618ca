"""All that the entities of one meter show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custom_components.cloud_energy.readings import local_midnight

from .api.const import SITE_ZONE
from .api.models import (
    Account,
    BilledPeriod,
    BillExtension,
    BillForecast,
    CurrentBill,
    Meter,
)
from .calculations.usage import Amounts, Insight, Usage


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What the energy cost, in USD, by the cost mode of the options."""

    day: float | None
    month: float | None
    period: float | None
    """Of the running billing period so far."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """The running billing period and where it leads."""

    forecast: BillForecast
    costs: Costs | None
    today: date
    budget: float | None
    """What the user wants to spend per period, in USD."""

    @property
    def start(self) -> datetime | None:
        """When the period began."""
        start = self.forecast.start
        return local_midnight(start, SITE_ZONE) if start else None

    @property
    def end(self) -> date | None:
        """The day on which it is likely to end."""
        return self.forecast.expected_end(self.today)

    @property
    def cost(self) -> float | None:
        """The charges so far: the provider's own figure if it has one."""
        if self.forecast.current_charges is not None:
            return self.forecast.current_charges
        return self.costs.period if self.costs else None

    def used_before(self, hour: datetime) -> float:
        """Return the kWh that count towards the tiers of a coming hour."""
        day = hour.astimezone(SITE_ZONE).date()
        is_next = self.end is not None and day > self.end
        return 0.0 if is_next else self.forecast.current_usage or 0.0

    @property
    def projected_usage(self) -> float | None:
        """The whole period's kWh if it continues as it began."""
        return self._project(self.forecast.current_usage)

    @property
    def projected_cost(self) -> float | None:
        """The whole period's USD if it continues as it began."""
        return self._project(self.cost)

    @property
    def budget_left(self) -> float | None:
        """USD of the budget that are not spent."""
        if self.budget is None or self.cost is None:
            return None
        return self.budget - self.cost

    @property
    def over_budget_pace(self) -> bool | None:
        """Whether the period will end above the budget if it continues like this."""
        if self.budget is None or self.projected_cost is None:
            return None
        return self.projected_cost > self.budget

    def _project(self, so_far: float | None) -> float | None:
        start, end = self.forecast.start, self.end
        if so_far is None or start is None or end is None:
            return None
        # Usage is published up to yesterday.
        passed = (self.today - start) / timedelta(days=1)
        if passed < 1:
            return None
        length = max((end - start) / timedelta(days=1) + 1, passed)
        return so_far * length / passed


@dataclass(frozen=True, kw_only=True)
class PricedUsage:
    """Usage with what it cost."""

    usage: Usage
    costs: Costs


@dataclass(frozen=True, kw_only=True)
class ExportingUsage:
    """Usage of a home that exports."""

    usage: Usage
    generation: Amounts


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One meter at one time; what the cloud did not give is None."""

    account: Account | None
    meter: Meter | None
    usage: Usage | None
    costs: Costs | None
    period: Period | None
    bill: CurrentBill | None

    @property
    def forecast(self) -> BillForecast | None:
        """What the provider says of the running period and the last bill."""
        return self.period.forecast if self.period else None

    @property
    def priced_usage(self) -> PricedUsage | None:
        """Usage with its costs."""
        if self.usage is None or self.costs is None:
            return None
        return PricedUsage(usage=self.usage, costs=self.costs)

    @property
    def exporting_usage(self) -> ExportingUsage | None:
        """Usage of a home that is seen to export."""
        if self.usage is None or self.usage.generation is None:
            return None
        return ExportingUsage(usage=self.usage, generation=self.usage.generation)

    @property
    def insight(self) -> Insight | None:
        """What stands out in the last weeks."""
        return self.usage.insight if self.usage else None

    @property
    def last_bill(self) -> BilledPeriod | None:
        """The last period with a bill."""
        return self.forecast.last_bill if self.forecast else None

    @property
    def last_year(self) -> BilledPeriod | None:
        """The same period a year ago."""
        return self.forecast.last_year if self.forecast else None

    @property
    def bill_extension(self) -> BillExtension | None:
        """What the provider adds to the bill that is to be paid."""
        return self.bill.extension if self.bill else None
