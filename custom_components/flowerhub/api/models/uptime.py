"""Uptime of the hub, month by month (wire 4.9 to 4.11)."""

from dataclasses import dataclass, field
from datetime import date

from custom_components.cloud_energy.client.fields import as_text
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_float, as_month


@dataclass(frozen=True, kw_only=True)
class UptimeMonth(WireModel):
    """A month that the portal has figures of."""

    value: str = field(default="", metadata=as_text("value"))
    """`YYYY-MM`."""
    label: str = field(default="", metadata=as_text("label"))


@dataclass(frozen=True, kw_only=True)
class UptimeHistoryEntry(WireModel):
    """The uptime of a month."""

    month: date | None = field(default=None, metadata=as_month("date"))
    """Its first day."""
    uptime: float | None = field(default=None, metadata=as_float("uptime"))
    """In percent."""


@dataclass(frozen=True, kw_only=True)
class UptimeSlice(WireModel):
    """One slice of a month's pie."""

    name: str = field(
        default="", metadata=as_text("name") | known("uptime", "downtime", "noData")
    )
    value: float | None = field(default=None, metadata=as_float("value"))


@dataclass(frozen=True, kw_only=True)
class UptimePie:
    """A month in seconds; what the portal does not say is None."""

    month: date
    """Its first day."""
    uptime: float | None = None
    downtime: float | None = None
    no_data: float | None = None
    """Of the running month also the rest that has not happened yet."""

    @property
    def ratio_total(self) -> float | None:
        """Uptime in percent of the whole month."""
        return self._ratio(self.uptime, self.downtime, self.no_data)

    @property
    def ratio_actual(self) -> float | None:
        """Uptime in percent of the time of which something is known."""
        return self._ratio(self.uptime, self.downtime)

    @staticmethod
    def _ratio(uptime: float | None, *others: float | None) -> float | None:
        whole = (uptime or 0.0) + sum(other or 0.0 for other in others)
        return 100 * (uptime or 0.0) / whole if whole > 0 else None
