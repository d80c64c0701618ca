"""The simulated customers: what they own, and what stands where."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

from tests.clouds.profile import Home

from .customers import Account, Cabinet, Component, Project, Site

BRUSSELS: Final = Home(
    time_zone="Europe/Brussels",
    latitude=50.85,
    longitude=4.35,
    mean_celsius=10.5,
    swing_celsius=8.0,
    base_kw=6.0,
    climate_kw=12.0,
    battery_kwh=215.0,
    battery_kw=100.0,
)
LISBON: Final = replace(
    BRUSSELS,
    time_zone="Europe/Lisbon",
    latitude=38.7,
    longitude=-9.15,
    mean_celsius=17.0,
    base_kw=4.0,
    battery_kwh=107.0,
    battery_kw=50.0,
)
MODELS: Final = {215.0: "ECO-E215WS", 107.0: "ECO-E107WS"}
KINDS: Final = {
    "ems": ("ess.ems", "EMS"),
    "bms": ("ess.bms", "BMS"),
    "pcs": ("ess.pcs", "PCS"),
    "pv": ("pv.inv", "PV inverter"),
    "meter": ("ess.meter", "Meter"),
    "battery": ("ess.battery", "Battery"),
    "fire": ("ess.fire", "Fire Host"),
    "ac": ("ess.ac", "Air Conditioning"),
    "dehumidifier": ("ess.dehum", "Dehumidifier"),
}
"""Kind of a component -> code and name. Nobody has heard of the last one (wire 1: the list is open-ended)."""
COMMON: Final = ("ems", "bms", "pcs", "meter", "battery", "fire", "ac")
SUN: Final = ("ems", "bms", "pcs", "pv", "meter", "battery", "fire", "ac")
FIFTEEN: Final = (*SUN, *("battery",) * 4, "ac", "fire", "dehumidifier")
OFFLINE_SINCE: Final = datetime(2026, 10, 1, tzinfo=UTC)


class FleetMaker:
    """Makes accounts up; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        """Start with nobody."""
        self._seed = seed
        self._rng = Random(f"elecnova/{seed}")
        self._serial = 2_556_000_000 + 1_000 * self._rng.randrange(10, 90)
        self._count = 0

    def accounts(self) -> list[Account]:
        """Everybody; the first is ordinary and complete."""
        return [
            self._solar_site(),
            self._aggregator(),
            self._no_sun(),
            self._account("newcomer"),
        ]

    def _solar_site(self) -> Account:
        """One cabinet with sun, battery and grid, for more than a year."""
        account = self._account("solar_site")
        site = self._site(account, "Demo site", BRUSSELS, date(2025, 10, 20))
        self._cabinet(site, replace(BRUSSELS, solar_kw=60.0), SUN)
        return account

    def _aggregator(self) -> Account:
        """Eight cabinets on two sites of two projects: sunny and not, offline, nameless, without parts, with fifteen."""
        account = self._account("aggregator")
        north = self._site(account, "North site", BRUSSELS, date(2026, 8, 24))
        sunny = replace(BRUSSELS, solar_kw=60.0)
        self._cabinet(north, sunny, FIFTEEN)
        self._cabinet(north, BRUSSELS, COMMON)
        self._cabinet(north, BRUSSELS, ())
        nameless = self._cabinet(north, BRUSSELS, COMMON)
        nameless.name = nameless.model = None
        offline = self._cabinet(north, sunny, SUN)
        offline.offline.append((OFFLINE_SINCE, None))
        south = self._site(account, "South site", LISBON, date(2026, 9, 21))
        for solar_kw in (30.0, 40.0, 0.0):
            home = replace(LISBON, solar_kw=solar_kw)
            self._cabinet(south, home, SUN if solar_kw else COMMON)
        return account

    def _no_sun(self) -> Account:
        """One cabinet without an inverter."""
        account = self._account("no_sun")
        site = self._site(account, "Cellar site", LISBON, date(2026, 9, 1))
        self._cabinet(site, LISBON, COMMON)
        return account

    def _account(self, name: str) -> Account:
        self._count += 1
        number = f"{self._count:04}"
        return Account(
            name=name,
            client_id=f"client-{self._hex(8)}",
            client_secret=self._hex(16),
            mqtt_id=f"mqtt-{number}-{self._hex(2)}",
            mqtt_username=f"mq_user_{number}",
            mqtt_password=f"mq_pass_{self._hex(8)}",
        )

    def _site(self, account: Account, name: str, home: Home, since: date) -> Site:
        """A site in a project of its own."""
        code = str(self._rng.randrange(1_700_000_000_000, 1_780_000_000_000))
        title = f"{name.removesuffix(' site')} project"
        project = Project(self._uuid(), title, code, since)
        account.projects.append(project)
        site = Site(self._uuid(), name, home.time_zone, since, 0, 0)
        project.sites.append(site)
        return site

    def _cabinet(self, site: Site, home: Home, kinds: tuple[str, ...]) -> Cabinet:
        self._serial += 1
        serial = str(self._serial)
        number = len(site.cabinets) + 1
        cabinet = Cabinet(
            cabinet_id=self._uuid(),
            serial=serial,
            name=f"1-{number} {site.name}",
            model=MODELS[home.battery_kwh],
            home=home,
            seed=f"elecnova/{self._seed}/{serial}",
            since=site.since,
        )
        cabinet.components = self._components(serial, kinds)
        site.cabinets.append(cabinet)
        site.rated_power += home.battery_kw
        site.rated_capacity += home.battery_kwh
        return cabinet

    def _components(self, cabinet: str, kinds: tuple[str, ...]) -> list[Component]:
        components = list[Component]()
        for index, kind in enumerate(kinds):
            number = kinds[:index].count(kind) + 1
            code, name = KINDS[kind]
            texts: dict[str, Any] = {"name": name, "model": f"{kind.upper()}-1"}
            if kind == "pv":
                texts["model"] = None
            suffix = "" if number == 1 else f"-{number}"
            components.append(
                Component(
                    component_id=self._uuid(),
                    serial=f"{kind.upper()}{cabinet}{suffix}",
                    kind=kind,
                    code=code,
                    location=f"{kind}_{number:02}",
                    **texts,
                )
            )
        return components

    def _uuid(self) -> str:
        return str(UUID(bytes=self._rng.randbytes(16), version=4))

    def _hex(self, count: int) -> str:
        return self._rng.randbytes(count).hex()
