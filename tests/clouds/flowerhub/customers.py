"""Who has an account at the simulated portal, and what stands in their homes (wire 1, 3.1, 4.2 to 4.4)."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Final

from tests.clouds.errors import ControlError
from tests.clouds.profile import Home

from .dates import Month

HOME: Final = Home(
    time_zone="Europe/Stockholm",
    latitude=59.3,
    longitude=18.1,
    mean_celsius=7.0,
    swing_celsius=10.0,
    climate_kw=4.0,
)
HOME_ROLE: Final = 100
INSTALLER_ROLE: Final = 50


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub with its inverter and battery; powers in kW, energy in kWh, fuse in A."""

    asset_id: int
    serial: str
    inverter: str = "SUN2000 M1"
    inverter_kw: int = 10
    battery: str = "LUNA2000 S0"
    battery_kw: int = 5
    battery_kwh: int = 15
    fuse: int = 20


@dataclass(eq=False, slots=True)
class Owner:
    """An asset owner with an electricity agreement. Without a hub it is not installed yet.

    :param since: the first month of the agreement and of the hub
    :param production_site: of those who have sun on the roof
    """

    owner_id: int
    first_name: str
    last_name: str
    email: str
    home: Home
    since: Month
    consumption_site: int
    production_site: int | None
    hub: Hub | None
    invoice_base: int
    terminated: date | None = None

    @property
    def sites(self) -> dict[str, int]:
        """The household's series by which a site is measured, and its id."""
        sites = {"consumption": self.consumption_site}
        if self.production_site is not None:
            sites["return"] = self.production_site
        return sites


@dataclass(eq=False, slots=True)
class Login:
    """One person who can log in; `owner` is None for an installer."""

    name: str
    email: str
    password: str
    user_id: int
    role: int
    owner: Owner | None
    installer_id: int | None = None

    def as_user(self) -> dict[str, Any]:
        """The user as login and refresh tell it (wire 3.1)."""
        return {
            "id": self.user_id,
            "email": self.email,
            "role": self.role,
            "name": None,
            "distributorId": None,
            "installerId": self.installer_id,
            "assetOwnerId": self.owner.owner_id if self.owner else None,
        }


class Customers:
    """All logins of one simulated portal."""

    def __init__(self, seed: int) -> None:
        """Make the people up; the same seed makes the same ones."""
        maker = _Maker(seed)
        self.logins = [
            maker.login("solar_home", "Test", "Testsson", "2025-06-01", sun=True),
            maker.login("plain_home", "Prov", "Provsson", "2025-11-01"),
            maker.login("newcomer", "Ny", "Nysson", "2026-10-01", hub=False),
            maker.installer(),
        ]

    @property
    def owners(self) -> list[Owner]:
        """All asset owners."""
        return [login.owner for login in self.logins if login.owner]

    def by_username(self, username: object) -> Login | None:
        """The login of an e-mail address."""
        return next((login for login in self.logins if login.email == username), None)

    def login(self, name: object) -> Login:
        """The login that a control call means: by name, e-mail, owner or asset id.

        :raises ControlError: there is none
        """
        for login in self.logins:
            if name in (login.name, login.email) or str(name) in _ids(login.owner):
                return login
        raise ControlError(f"no such account: {name!r}")

    def owner(self, name: object) -> Owner:
        """The asset owner that a control call means.

        :raises ControlError: there is none
        """
        owner = self.login(name).owner
        if owner is None:
            raise ControlError(f"account {name!r} owns nothing")
        return owner


def _ids(owner: Owner | None) -> set[str]:
    if owner is None:
        return set()
    return {str(owner.owner_id)} | ({str(owner.hub.asset_id)} if owner.hub else set())


class _Maker:
    """Makes logins up."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"flowerhub/{seed}")
        self._next = 0

    def login(
        self,
        name: str,
        first: str,
        last: str,
        since: str,
        *,
        sun: bool = False,
        hub: bool = True,
    ) -> Login:
        """A home owner; numbers of different people never meet."""
        self._next += 1
        site = 900_000 + 10 * self._next + self._rng.randrange(5)
        email = f"{first}.{last}{self._number(2)}@example.com".lower()
        owner = Owner(
            owner_id=4_000 + 500 * self._next + self._rng.randrange(500),
            first_name=first,
            last_name=last,
            email=email,
            home=_home(sun=sun),
            since=Month(date.fromisoformat(since)),
            consumption_site=site,
            production_site=site + 5 if sun else None,
            hub=self._hub() if hub else None,
            invoice_base=5_000_000 + 10_000 * self._next,
        )
        return Login(
            name, email, self._password(), 1_000 + self._number(3), HOME_ROLE, owner
        )

    def installer(self) -> Login:
        """Somebody who installs hubs and owns none."""
        email = f"installer{self._number(2)}@example.com"
        number = 1_000 + self._number(3)
        return Login(
            "installer", email, self._password(), number, INSTALLER_ROLE, None, 42
        )

    def _hub(self) -> Hub:
        number = 800 * self._next + self._rng.randrange(800)
        return Hub(asset_id=number, serial=f"FH{self._number(10):010}")

    def _password(self) -> str:
        return f"Pass-{self._number(8):08}!"

    def _number(self, digits: int) -> int:
        return self._rng.randrange(10**digits)


def _home(*, sun: bool) -> Home:
    if not sun:
        return HOME
    return replace(HOME, solar_kw=8.0, battery_kwh=15.0, battery_kw=5.0)
