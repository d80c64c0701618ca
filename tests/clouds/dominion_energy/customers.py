"""Who has an account at the simulated utility: logins, accounts, service points and meters, all made up from the seed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.clouds.errors import ControlError
from tests.clouds.household import Home, Household

ZONE = ZoneInfo("America/New_York")
RICHMOND = (37.54, -77.44)


@dataclass(slots=True)
class Target:
    """Where a one-time code can go: `provider` is `gigyaPhone` or `gigyaEmail`."""

    id: str
    provider: str
    obfuscated: str
    last_method: str = "sms"
    """How a code went to it last: by `sms` or `voice`; for phones only."""
    is_landline: bool = False
    """Whether no SMS arrives there."""


@dataclass(slots=True)
class Register:
    """One meter device; local dates `[since, until)`, None = open. `forgotten`: its data can't be asked for any more."""

    device: str
    since: date | None = None
    until: date | None = None
    forgotten: bool = False

    def serves(self, day: date) -> bool:
        """Whether this device measured on that day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


@dataclass(slots=True, eq=False)
class ServicePoint:
    """A metered connection; its device can be replaced. `closed` is the first local day without service."""

    contract: str
    registers: list[Register]
    household: Household
    ami: bool = True
    net_metering: bool = False
    closed: date | None = None

    @property
    def meter(self) -> str:
        """The device that measures now."""
        return self.registers[-1].device

    @property
    def measured(self) -> tuple[str, ...]:
        """What the meter counts."""
        return ("consumption", "return") if self.net_metering else ("consumption",)

    @property
    def series(self) -> tuple[str, ...]:
        """The interval series that the cloud has of this point."""
        return self.measured if self.ami else ()

    def device_on(self, day: date) -> str | None:
        """The device that measured on a local day; None outside of the service."""
        if self.closed is not None and day >= self.closed:
            return None
        return next((each.device for each in self.registers if each.serves(day)), None)


@dataclass(slots=True, eq=False)
class Account:
    """A contract account with its service points; `read_day` is the day of the month after which a bill is made."""

    number: str
    premise: str
    address: dict[str, str]
    points: list[ServicePoint]
    read_day: int
    nickname: str = ""
    default: bool = False
    ebill: bool = True
    time_of_use: bool = False
    closing: datetime | None = None


@dataclass(slots=True, eq=False)
class Login:
    """One person with credentials. `login_error` and `locked_until` are switches of the control address."""

    name: str
    first_name: str
    last_name: str
    username: str
    password: str
    uid: str
    bp_number: str
    code: str
    targets: list[Target] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    login_error: int | None = None
    locked_until: float = 0
    wrong_passwords: int = 0

    @property
    def uuid(self) -> str:
        """The `Uuid` claim: the Gigya UID written with dashes (wire 3.11)."""
        return str(UUID(self.uid))


class Customers:
    """All logins of one simulated cloud."""

    def __init__(self, seed: int) -> None:
        """Make the people up."""
        maker = _Maker(seed)
        self.logins = [
            maker.solar_home(),
            maker.plain_home(),
            maker.landlord(),
            maker.newcomer(),
        ]

    def by_username(self, username: str) -> Login | None:
        """The login of that e-mail address."""
        wanted = username.strip().casefold()
        return next((each for each in self.logins if each.username == wanted), None)

    def login(self, name: object) -> Login:
        """The login that a control call means: by name, e-mail or account number.

        :raises ControlError: there is none
        """
        for each in self.logins:
            if name in (each.name, each.username, *(a.number for a in each.accounts)):
                return each
        raise ControlError(f"no such account: {name!r}")

    def account(self, name: object) -> Account:
        """The account of that number; of a login's name, its first one.

        :raises ControlError: there is none
        """
        login = self.login(name)
        for account in login.accounts:
            if name in (account.number, login.name, login.username):
                return account
        raise ControlError(f"{name!r} has no accounts")

    def point(self, account: object, meter: object = None) -> ServicePoint:
        """The service point of a meter, also of one that was replaced; without meter the account's first.

        :raises ControlError: there is none
        """
        points = self.account(account).points
        if meter is None:
            return points[0]
        for point in points:
            if meter in [register.device for register in point.registers]:
                return point
        raise ControlError(f"account {account!r} has no meter {meter!r}")


class _Maker:
    """Makes logins up; the same seed makes the same people."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rng = Random(f"dominion_energy/{seed}")

    def solar_home(self) -> Login:
        """Ordinary and complete: both second factors, one smart meter with net metering."""
        login = self._login("solar_home", "Pat", "Sample", ("gigyaEmail", "gigyaPhone"))
        account = self._account("Main St", "Richmond", "23219", solar_kw=6.5)
        account.default, account.nickname = True, "Home"
        login.accounts = [account]
        return login

    def plain_home(self) -> Login:
        """No second factor and no sun."""
        login = self._login("plain_home", "Robin", "Example", ())
        account = self._account("Oak Ave", "Norfolk", "23510")
        account.ebill = False
        login.accounts = [account]
        return login

    def landlord(self) -> Login:
        """Four accounts: two smart meters; time of use; closed; an old meter. Only a phone."""
        login = self._login("landlord", "Sam", "Owner", ("gigyaPhone",))
        double = self._account("Hill Rd", "Fairfax", "22030", solar_kw=4)
        double.default = True
        double.points.append(self._point(car_kw=7.2))
        tariffed = self._account("Lake Dr", "Hampton", "23666")
        tariffed.time_of_use = True
        closed = self._account("Elm Ct", "Suffolk", "23434")
        closed.closing = datetime(2025, 12, 1)  # the cloud writes local wall time
        closed.points[0].closed = closed.closing.date()
        old = self._account("Pine Ln", "Roanoke Rapids", "27870", state="NC")
        old.points[0].ami = False
        login.accounts = [double, tariffed, closed, old]
        return login

    def newcomer(self) -> Login:
        """A login without any account; only an e-mail address."""
        return self._login("newcomer", "Kim", "New", ("gigyaEmail",))

    def digits(self, count: int) -> str:
        """A number that does not start with 0."""
        return str(self._rng.randrange(10 ** (count - 1), 10**count))

    def _login(self, name: str, first: str, last: str, tfa: tuple[str, ...]) -> Login:
        username = f"{first}.{last}{self.digits(2)}@example.com".lower()
        shown = {
            "gigyaPhone": f"+########{self.digits(3)}",
            "gigyaEmail": f"{username[:2]}***{username.split('@')[0][-2:]}@example.com",
        }
        return Login(
            name=name,
            first_name=first,
            last_name=last,
            username=username,
            password=f"Pass-{self.digits(8)}!",
            uid=self._rng.randbytes(16).hex(),
            bp_number=self.digits(7).zfill(10),
            code=self.digits(6),
            targets=[Target(self._rng.randbytes(8).hex(), p, shown[p]) for p in tfa],
        )

    def _account(
        self,
        street: str,
        city: str,
        zip_code: str,
        state: str = "VA",
        solar_kw: float = 0,
    ) -> Account:
        address = {
            "houseNum1": self.digits(3),
            "street": street,
            "city": city,
            "state": state,
            "zipCode": f"{zip_code}-0000",
            "country": "US",
        }
        return Account(
            number=self.digits(12),
            premise=self.digits(10),
            address=address,
            points=[self._point(solar_kw=solar_kw)],
            read_day=self._rng.randint(9, 19),
        )

    def _point(self, *, solar_kw: float = 0, car_kw: float = 0) -> ServicePoint:
        device = self.digits(9).zfill(18)
        home = Home(ZONE.key, *RICHMOND, solar_kw=solar_kw, car_kw=car_kw)
        return ServicePoint(
            contract=self.digits(10),
            registers=[Register(device)],
            household=Household(home, f"{self._seed}/{device}"),
            net_metering=solar_kw > 0,
        )
