"""Projects, their sites, and the devices there (wire 4.6).

GET {base}/api/v2/projects

    [{"id": "14000000-0000-4000-8000-000000000001", "name": "Demo project",
      "code": "1777000000000", "region": "", "addr": "", "begin_at": "2026-04-27"}]

GET {base}/api/v2/project/{id}/sites?page=1&page_size=100

    {"data": [{"id": "7e000000-0000-4000-8000-000000000001", "name": "Demo site",
               "rated_power": 100, "time_zone": "Europe/Brussels"}],
     "pagination": {"page": 1, "page_size": 100, "total_count": 1}}

GET {base}/api/v2/site/{id}/devices

    [{"id": "5f0c1b52-0000-4000-8000-000000000001", "sn": "2556990001",
      "name": "1-1 Demo site", "model": "ECO-E215WS"}]
"""

from dataclasses import dataclass, field

from custom_components.cloud_energy.client.fields import as_name, as_number, as_text

from .fields import TwoSpellings


@dataclass(frozen=True, kw_only=True)
class Project(TwoSpellings):
    """A customer's project: what sites belong to."""

    id: str = field(repr=False, metadata=as_text("id"))
    name: str = field(default="", metadata=as_name("name"))
    code: str = field(default="", metadata=as_text("code"))
    region: str = field(default="", repr=False, metadata=as_text("region"))
    addr: str = field(default="", repr=False, metadata=as_text("addr"))
    begin_at: str = field(default="", metadata=as_text("begin_at"))
    """A day, `2026-04-27`."""


@dataclass(frozen=True, kw_only=True)
class Site(TwoSpellings):
    """A place with cabinets."""

    id: str = field(repr=False, metadata=as_text("id"))
    name: str = field(default="", metadata=as_name("name"))
    rated_power: float | None = field(default=None, metadata=as_number("rated_power"))
    """kW."""
    rated_capacity: float | None = field(
        default=None, metadata=as_number("rated_capacity")
    )
    """kWh."""
    time_zone: str = field(default="", metadata=as_text("time_zone"))
    begin_at: str = field(default="", metadata=as_text("begin_at"))
    addr: str = field(default="", repr=False, metadata=as_text("addr"))


@dataclass(frozen=True, kw_only=True)
class Device(TwoSpellings):
    """A cabinet, as its site knows it; `id` is the cabinet's."""

    id: str = field(repr=False, metadata=as_text("id"))
    sn: str = field(default="", repr=False, metadata=as_text("sn"))
    name: str = field(default="", metadata=as_name("name"))
    model: str = field(default="", metadata=as_text("model"))
