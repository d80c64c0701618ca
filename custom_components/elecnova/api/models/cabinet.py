"""Cabinets and what is in them.

GET {base}/api/v1/dev?page=1&pageSize=100 (wire 4.1)

    [{"id": "5f0c1b52-0000-4000-8000-000000000001", "sn": "2556990001",
      "name": "1-1 Demo site", "model": "ECO-E215WS", "timeZone": "Europe/Brussels",
      "state": "online", "lastSeen": "2026-11-01T10:15:00Z"}]

GET {base}/api/v1/dev/{sn} (wire 4.2)

    {"sn": "2556990001", "parts": [
      {"id": "c0000000-0000-4000-8000-000000000002", "sn": "BMS2556990001",
       "name": "BMS", "model": "BMS-1", "type": "bms", "state": true,
       "locationCode": "bms_01", "component": "ess.bms", "componentDesc": "BMS"}]}
"""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from custom_components.cloud_energy.client.fields import as_name, as_text, read_by
from custom_components.cloud_energy.client.wire import known
from custom_components.cloud_energy.client.zones import read_zone

from .fields import TwoSpellings, as_online, read_moment

_COMPONENTS: Final = (
    "ess.ems",
    "ess.bms",
    "ess.pcs",
    "pv.inv",
    "ess.meter",
    "ess.battery",
    "ess.fire",
    "ess.ac",
)
"""Those of the provider's document, which ends in "etc." (wire 1)."""


@dataclass(frozen=True, kw_only=True)
class Cabinet(TwoSpellings):
    """A cabinet with batteries."""

    sn: str = field(repr=False, metadata=as_text("sn"))
    id: str = field(default="", repr=False, metadata=as_text("id"))
    name: str = field(default="", metadata=as_name("name"))
    model: str = field(default="", metadata=as_text("model"))
    time_zone: str = field(default="", metadata=as_text("time_zone"))
    online: bool | None = field(default=None, metadata=as_online("state"))
    last_seen: datetime | None = field(
        default=None, metadata=read_by(read_moment, "last_seen")
    )
    created_at: datetime | None = field(
        default=None, metadata=read_by(read_moment, "created_at")
    )
    updated_at: datetime | None = field(
        default=None, metadata=read_by(read_moment, "updated_at")
    )

    @property
    def zone(self) -> tzinfo:
        """Its time zone; UTC where none is reported."""
        return read_zone(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class Component(TwoSpellings):
    """A part of a cabinet."""

    sn: str = field(repr=False, metadata=as_text("sn"))
    id: str = field(default="", repr=False, metadata=as_text("id"))
    name: str = field(default="", metadata=as_name("name"))
    model: str = field(default="", metadata=as_text("model"))
    type: str = field(default="", metadata=as_text("type"))
    online: bool | None = field(default=None, metadata=as_online("state"))
    location_code: str = field(default="", metadata=as_text("location_code"))
    component: str = field(
        default="", metadata=as_text("component") | known(*_COMPONENTS)
    )
    """What it is: `ess.bms`, `pv.inv`..."""
    component_desc: str = field(default="", metadata=as_text("component_desc"))
    cabinet_sn: str = field(default="", repr=False, metadata=as_text("cabinet_sn"))
    """Not on the wire: the cabinet that was asked about."""
