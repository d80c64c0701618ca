"""Who has an account at the simulated cloud, and what belongs to it; `households` makes them up."""

from dataclasses import dataclass, field
from datetime import date

from tests.clouds.errors import ControlError
from tests.clouds.household import Home

from .numbers import identifier, same_number
from .places import Address

TWO_WAY: str = "504"
ONE_WAY: str = "503"


@dataclass(eq=False, slots=True)
class Meter:
    """One device from `since` to `until` (its first day without service).

    :param first_import: register in Wh when it was installed, :param first_export: the same of the other direction
    """

    serial: str
    code: str
    since: date
    until: date | None = None
    first_import: int = 0
    first_export: int = 0
    stays_listed: bool = False
    """Whether the list of meters keeps it as active once it is replaced."""
    forgotten: bool = False
    """Whether the answers for it hold nothing any more."""

    @property
    def padded(self) -> str:
        """The serial as registers and invoices write it."""
        return self.serial.zfill(18)

    @property
    def two_way(self) -> bool:
        """Whether it measures what flows back, too."""
        return self.code == TWO_WAY

    def serves(self, day: date) -> bool:
        """Whether it was there on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(eq=False, slots=True)
class MeteringPoint:
    """One supply: the home behind it, and the meters that hung there one after another."""

    home: Home
    seed: str
    meters: list[Meter]

    @property
    def meter(self) -> Meter:
        """The device that hangs there now."""
        return self.meters[-1]

    def meter_on(self, day: date) -> Meter | None:
        """The device of a day."""
        return next((meter for meter in self.meters if meter.serves(day)), None)


@dataclass(eq=False, slots=True)
class Contract:
    """A contract: one address with one supply or more.

    :param bill_day: the day of the month on which a billing period begins
    :param captcha: whether `DeviceIn` wants a token (wire 5.12)
    :param itemised: whether invoices tell usage and readings, which they don't for everybody (wire 5.15)
    """

    number: str
    partner: Partner
    address: Address
    connection: str
    points: list[MeteringPoint]
    bill_day: int
    frequency: int = 2
    smart: bool = True
    time_of_use: bool = False
    direct_debit: bool = True
    private_supplier: bool = False
    ended: date | None = None
    captcha: bool = True
    itemised: bool = True

    @property
    def padded(self) -> str:
        """The number as lists write it."""
        return self.number.zfill(12)

    @property
    def producer(self) -> bool:
        """Whether it feeds energy into the grid."""
        return any(point.meter.two_way for point in self.points)

    @property
    def meters(self) -> list[Meter]:
        """Every device there ever was."""
        return [meter for point in self.points for meter in point.meters]

    @property
    def id(self) -> str:
        """The UUID in MASA."""
        return identifier("contract", self.number)

    @property
    def phases(self) -> int:
        """Of the connection: `3X25` has three."""
        return int(self.connection.partition("X")[0])

    def has_ended(self, today: date) -> bool:
        """Whether it is over: such contracts stay in the lists."""
        return self.ended is not None and self.ended <= today

    def point_of(self, serial: object) -> MeteringPoint | None:
        """Where a meter hangs or hung."""
        for point in self.points:
            if any(same_number(meter.serial, serial) for meter in point.meters):
                return point
        return None


@dataclass(eq=False, slots=True)
class Partner:
    """A business partner: who pays.

    :param hides_account: no answer names its account, which is there all the same
    """

    number: str
    name: str
    contracts: list[Contract] = field(default_factory=list)
    social_discount: bool = False
    hides_account: bool = False

    @property
    def account(self) -> str:
        """The UUID of the account, its name in outages and MASA."""
        return identifier("account", self.number)

    @property
    def account_id(self) -> str:
        """The same as answers have it."""
        return "" if self.hides_account else self.account


@dataclass(frozen=True, slots=True)
class Factor:
    """Where one-time codes go; the address as it is shown."""

    id: str
    address: str

    @property
    def kind(self) -> str:
        """Short messages go through a mail gateway (wire 3.1)."""
        return "sms" if self.address.endswith("@sns.iec.co.il") else "email"


@dataclass(eq=False, slots=True)
class Person:
    """Somebody who logs in.

    :param guest_of: contracts that others share with them
    :param hidden: sources that show nothing of this person's: `outages_accounts`, `masa_accounts`, `masa_connections`
    :param locked: how Okta says that the person is locked: `error` or `status` (wire 3.7); None = not locked
    """

    name: str
    first_name: str
    last_name: str
    user_id: str
    phone: str
    email: str
    code: str
    factors: list[Factor]
    partners: list[Partner] = field(default_factory=list)
    guest_of: list[Contract] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    locked: str | None = None

    @property
    def username(self) -> str:
        """The name for Okta."""
        return f"{self.user_id}@iec.co.il"

    @property
    def contact_id(self) -> str:
        """The UUID in MASA."""
        return identifier("contact", self.user_id)

    @property
    def contracts(self) -> list[Contract]:
        """Own ones, then shared ones."""
        own = [each for partner in self.partners for each in partner.contracts]
        return own + self.guest_of

    @property
    def reachable_partners(self) -> list[Partner]:
        """Own ones, then those whose contracts are shared."""
        return list(
            dict.fromkeys([*self.partners, *(each.partner for each in self.guest_of)])
        )

    def connection_id(self, contract: Contract) -> str:
        """The UUID of what binds them to a contract."""
        return identifier("connection", self.contact_id, contract.number)

    def contract(self, number: object) -> Contract | None:
        """Their contract of that number, with leading zeros or without."""
        return next((c for c in self.contracts if same_number(c.number, number)), None)

    def partner(self, number: object) -> Partner | None:
        """The business partner of that number that they may ask for."""
        partners = self.reachable_partners
        return next((p for p in partners if same_number(p.number, number)), None)

    def account(self, account_id: str) -> Partner | None:
        """The business partner of that UUID that they may ask for."""
        partners = self.reachable_partners
        return next((p for p in partners if p.account == account_id), None)


class Customers:
    """Everybody, as control calls name them."""

    def __init__(self, people: list[Person]) -> None:
        """Take the people."""
        self.people = people

    def by_user_id(self, user_id: object) -> Person | None:
        """The person of that id."""
        return next((p for p in self.people if same_number(p.user_id, user_id)), None)

    def person(self, name: object) -> Person:
        """Whom a control call means: by name, id, or a business partner's or own contract's number.

        :raises ControlError: there is nobody
        """
        for person in self.people:
            numbers = [person.user_id]
            for partner in person.partners:
                numbers += [partner.number, *(c.number for c in partner.contracts)]
            if name in (person.name, person.username) or any(
                same_number(number, name) for number in numbers
            ):
                return person
        raise ControlError(f"no such account: {name!r}")

    def contract(self, account: object, number: object = None) -> Contract:
        """Which contract a control call means: that of the number, or the account's first.

        :raises ControlError: there is none
        """
        person = self.person(account)
        found = person.contract(account if number is None else number)
        if found is not None:
            return found
        if number is not None or not person.contracts:
            raise ControlError(f"account {account!r} has no contract {number or ''}")
        return person.contracts[0]

    def point(
        self, account: object, contract: object = None, meter: object = None
    ) -> tuple[Contract, MeteringPoint]:
        """Which supply a control call means: that of the meter, or the contract's first.

        :raises ControlError: there is none
        """
        if meter is None:
            found = self.contract(account, contract)
            return found, found.points[0]
        contracts = self.person(account).contracts
        if contract is not None:
            contracts = [self.contract(account, contract)]
        for found in contracts:
            if (point := found.point_of(meter)) is not None:
                return found, point
        raise ControlError(f"account {account!r} has no meter {meter!r}")
