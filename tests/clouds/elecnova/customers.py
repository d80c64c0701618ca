"""Who has credentials at the simulated cloud, and what they own (wire 1, 4.1, 4.2, 4.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from tests.clouds.errors import ControlError
from tests.clouds.profile import Home

INVERTER: Final = "pv.inv"


@dataclass(eq=False, slots=True)
class Component:
    """A part of a cabinet.

    :param code: such as `ess.bms`
    :param kind: the older name of the same, free text
    :param location: the key of its points in messages
    """

    component_id: str
    serial: str
    name: str | None
    model: str | None
    kind: str
    code: str
    location: str
    offline: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def is_online(self, at: datetime) -> bool:
        """Whether the cloud could hear it."""
        return _is_online(self.offline, at)


@dataclass(eq=False, slots=True)
class Cabinet:
    """A battery cabinet with what hangs on it; `home` is the household behind it.

    :param since: the first local day with data
    """

    cabinet_id: str
    serial: str
    name: str | None
    model: str | None
    home: Home
    seed: str
    since: date
    components: list[Component] = field(default_factory=list)
    offline: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone where the site stands."""
        return ZoneInfo(self.home.time_zone)

    @property
    def commissioned(self) -> datetime:
        """When its data begin, in UTC."""
        return datetime.combine(self.since, time.min, self.zone).astimezone(UTC)

    @property
    def inverter(self) -> Component | None:
        """What makes electricity from the sun."""
        return next((each for each in self.components if each.code == INVERTER), None)

    def is_online(self, at: datetime) -> bool:
        """Whether the cloud could hear it."""
        return _is_online(self.offline, at)

    def last_seen(self, now: datetime) -> datetime:
        """When the cloud heard of it last."""
        starts = [start for start, end in self.offline if _within(now, start, end)]
        return min([now, *starts])


@dataclass(eq=False, slots=True)
class Site:
    """A place with cabinets; power in kW, capacity in kWh."""

    site_id: str
    name: str
    time_zone: str
    since: date
    rated_power: float
    rated_capacity: float
    cabinets: list[Cabinet] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Project:
    """What belongs to one contract."""

    project_id: str
    name: str
    code: str
    since: date
    sites: list[Site] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Account:
    """Somebody with API credentials; the broker's are handed out with each token (wire 3.2).

    :param whitelist: the addresses from which requests may come; None = from everywhere
    """

    name: str
    client_id: str
    client_secret: str
    mqtt_id: str
    mqtt_username: str
    mqtt_password: str
    projects: list[Project] = field(default_factory=list)
    whitelist: list[str] | None = None

    @property
    def sites(self) -> list[Site]:
        """All sites."""
        return [site for project in self.projects for site in project.sites]

    @property
    def cabinets(self) -> list[Cabinet]:
        """All cabinets, in the order of their serials."""
        cabinets = [each for site in self.sites for each in site.cabinets]
        return sorted(cabinets, key=lambda each: each.serial)

    def parts(self) -> Iterator[tuple[Cabinet, Component]]:
        """All components with their cabinets."""
        for cabinet in self.cabinets:
            for component in cabinet.components:
                yield cabinet, component

    def cabinet(self, serial: object) -> Cabinet | None:
        """The cabinet of a serial."""
        return next((each for each in self.cabinets if each.serial == serial), None)

    def part(self, serial: object) -> tuple[Cabinet, Component] | None:
        """The component of a serial, with its cabinet."""
        return next((each for each in self.parts() if each[1].serial == serial), None)


class Customers:
    """All accounts of one simulated cloud."""

    def __init__(self, accounts: list[Account]) -> None:
        """Take the accounts that there are."""
        self.accounts = accounts

    def by_client_id(self, client_id: str) -> Account | None:
        """The account of a client id."""
        return next((x for x in self.accounts if x.client_id == client_id), None)

    def account(self, name: object) -> Account:
        """The account that a control call means: by name, client id, or the serial of something it owns.

        :raises ControlError: there is none
        """
        for account in self.accounts:
            if name in (account.name, account.client_id, account.mqtt_id):
                return account
            if account.cabinet(name) or account.part(name):
                return account
        raise ControlError(f"no such account: {name!r}")

    def place(self, serial: object) -> tuple[Cabinet, Component | None]:
        """The cabinet that a control call means, with the component if it is one's serial.

        :raises ControlError: there is none
        """
        for account in self.accounts:
            if cabinet := account.cabinet(serial):
                return cabinet, None
            if part := account.part(serial):
                return part
        raise ControlError(f"no such device: {serial!r}")

    def sunny(self, serial: object) -> Cabinet:
        """The cabinet whose inverter a control call means, by its own or the inverter's serial, or by the account (the first one).

        :raises ControlError: there is none
        """
        for account in self.accounts:
            for cabinet in account.cabinets:
                inverter = cabinet.inverter
                names = (account.name, account.client_id, cabinet.serial)
                if inverter and serial in (inverter.serial, *names):
                    return cabinet
        raise ControlError(f"no such inverter: {serial!r}")


def _is_online(offline: list[tuple[datetime, datetime | None]], at: datetime) -> bool:
    return not any(_within(at, start, end) for start, end in offline)


def _within(at: datetime, start: datetime, end: datetime | None) -> bool:
    return start <= at and (end is None or at < end)
