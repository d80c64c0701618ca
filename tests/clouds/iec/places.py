"""Where the simulated customers live. Names and numbers are made up."""

from dataclasses import dataclass
from typing import Final

from tests.clouds.household import Home

TIME_ZONE: Final = "Asia/Jerusalem"


@dataclass(frozen=True, slots=True)
class City:
    """A city as the cloud's records hold it; all codes are unpadded."""

    name: str
    code: str
    area: str
    area_code: int
    region: str
    region_code: int


DEMO_CITY: Final = City("Demo City", "5000", "Haifa", 702, "North", 7)
SAMPLE_TOWN: Final = City("Sample Town", "2054", "Valleys", 704, "North", 7)
EXAMPLE_HILL: Final = City("Example Hill", "778", "Jerusalem", 301, "South", 3)
CITIES: Final = (DEMO_CITY, SAMPLE_TOWN, EXAMPLE_HILL)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contract's meter hangs."""

    city: City
    street: str
    street_code: str
    house: str

    @property
    def text(self) -> str:
        """The address in one line."""
        return f"{self.street} {self.house}, {self.city.name}"


def home(*, solar_kw: float = 0.0, base_kw: float = 0.3, car_kw: float = 0.0) -> Home:
    """A home by the Mediterranean: mild winters, hot summers."""
    return Home(
        TIME_ZONE,
        32.08,
        34.78,
        mean_celsius=20,
        swing_celsius=7,
        base_kw=base_kw,
        solar_kw=solar_kw,
        car_kw=car_kw,
    )
