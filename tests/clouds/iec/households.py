"""The simulated customers: who they are, where they live, what hangs on their walls."""

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Final

from tests.clouds.household import Home

from .customers import (
    ONE_WAY,
    TWO_WAY,
    Contract,
    Factor,
    Meter,
    MeteringPoint,
    Partner,
    Person,
)
from .numbers import identifier, israeli_id
from .places import DEMO_CITY, EXAMPLE_HILL, SAMPLE_TOWN, Address, City, home

SINCE: Final = date(2025, 9, 21)
"""When the smart meters came."""
EARLIER: Final = date(2024, 9, 22)
"""When that of the first person came."""


class HouseholdMaker:
    """Makes customers up; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        """Start with nobody."""
        self._seed = seed
        self._rng = Random(f"iec/{seed}")

    def people(self) -> list[Person]:
        """Everybody; the first is ordinary and complete."""
        plain = self._plain_home()
        return [
            plain,
            self._solar_home(),
            self._landlord(),
            self._flatmate(plain.contracts[0]),
            self._private_home(),
            self._person("newcomer", "Nir", "New", ("sms",)),
            self._person("unreachable", "Uri", "Unheard", ()),
        ]

    def _plain_home(self) -> Person:
        """One flat with one smart meter; both ways to get a code."""
        person = self._person("plain_home", "Dana", "Demo")
        contract = self._contract(person.partners[0], DEMO_CITY, "3X25", home())
        contract.points[0].meter.since = EARLIER
        return person

    def _solar_home(self) -> Person:
        """A house with solar panels, a two-way meter and monthly bills; codes come as short messages only."""
        person = self._person("solar_home", "Sol", "Sample", ("sms",))
        house = home(solar_kw=6.5, base_kw=0.4)
        contract = self._contract(
            person.partners[0], SAMPLE_TOWN, "3X40", house, code=TWO_WAY
        )
        contract.frequency = 1
        return person

    def _landlord(self) -> Person:
        """Two business partners: a flat, an old meter and an ended contract; a farm with two supplies and time of use.

        MASA shows no accounts of somebody with several business partners (wire 6.3).
        """
        person = self._person("landlord", "Lior", "Owner")
        person.hidden = {"masa_accounts"}
        flats = person.partners[0]
        flat = self._contract(flats, DEMO_CITY, "1X40", home(base_kw=0.2))
        flat.captcha = flat.direct_debit = False
        old = self._contract(flats, EXAMPLE_HILL, "1X25", home(base_kw=0.1))
        old.smart = False
        ended = self._contract(flats, DEMO_CITY, "1X25", home(base_kw=0.15))
        ended.ended = date(2025, 12, 1)
        ended.points[0].meter.until = ended.ended
        person.partners.append(self._partner("Owner Farms"))
        farm = self._contract(
            person.partners[1], EXAMPLE_HILL, "3X63", home(base_kw=0.8)
        )
        farm.points.append(self._point(home(base_kw=0.5, car_kw=7.4), ONE_WAY))
        farm.time_of_use = True
        return person

    def _flatmate(self, contract: Contract) -> Person:
        """Has nothing, but is invited to the first person's contract. The id begins with a zero; codes come by mail only."""
        person = self._person("flatmate", "Fay", "Friend", ("email",), leading="0")
        person.guest_of = [contract]
        return person

    def _private_home(self) -> Person:
        """Buys from a private supplier: meter and grid are the utility's, bills are not."""
        person = self._person("private_home", "Peri", "Private")
        contract = self._contract(
            person.partners[0], SAMPLE_TOWN, "1X40", home(base_kw=0.25)
        )
        contract.private_supplier = True
        return person

    def _person(
        self,
        name: str,
        first: str,
        last: str,
        kinds: Iterable[str] = ("email", "sms"),
        *,
        leading: str = "",
    ) -> Person:
        phone, email = f"050{self._digits(7)}", f"{first}.{last}@example.com".lower()
        user_id = israeli_id(leading + self._digits(8 - len(leading)))
        shown = {
            "sms": f"0...{phone[-1]}@sns.iec.co.il",
            "email": f"{email[0]}...{email.partition('@')[0][-1]}@example.com",
        }
        return Person(
            name=name,
            first_name=first,
            last_name=last,
            user_id=user_id,
            phone=phone,
            email=email,
            code=self._digits(6),
            factors=[
                Factor(f"emf{self._rng.randbytes(8).hex()}", shown[kind])
                for kind in kinds
            ],
            partners=[self._partner(f"{first} {last}")],
        )

    def _partner(self, name: str) -> Partner:
        return Partner(self._digits(9).zfill(10), name)

    def _contract(
        self,
        partner: Partner,
        city: City,
        connection: str,
        home: Home,
        code: str = ONE_WAY,
    ) -> Contract:
        street_code, house = self._digits(4), str(self._rng.randrange(1, 90))
        contract = Contract(
            number=f"34{self._digits(7)}",
            partner=partner,
            address=Address(city, "Sample Street", street_code, house),
            connection=connection,
            points=[self._point(home, code)],
            bill_day=self._rng.randint(5, 24),
        )
        partner.contracts.append(contract)
        return contract

    def _point(self, home: Home, code: str) -> MeteringPoint:
        serial = f"24{self._digits(6)}"
        first = self._rng.randrange(1_000_000, 9_000_000)
        back = self._rng.randrange(100_000, 900_000) if code == TWO_WAY else 0
        meter = Meter(serial, code, SINCE, first_import=first, first_export=back)
        seed = identifier("household", self._seed, serial)
        return MeteringPoint(home, seed, [meter])

    def _digits(self, count: int) -> str:
        """A number that does not start with 0."""
        return str(self._rng.randrange(10 ** (count - 1), 10**count))
