"""The homes of the simulated customers: which devices hang where, and what they measure."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Final

from tests.clouds.household import Home, Household

from .charger import Charger
from .devices import MAINS, Channel, Device, Kind
from .residence import Residence

DENVER: Final = Home("America/Denver", 39.74, -104.99)
BOSTON: Final = Home("America/New_York", 42.36, -71.06)
LOCATION_INFORMATION: Final = {
    "airConditioning": "true",
    "heatSource": "electricFurnace",
    "locationSqFt": "2000",
    "numElectricCars": "1",
    "locationType": "houseMultiLevel",
    "numPeople": "4",
    "swimmingPool": "false",
    "hotTub": "false",
    "primaryVehicleBrand": None,
}
MERGED: Final = "FiftyAmpMerged"
PREFIXES: Final[dict[Kind, str]] = {
    "vue": "A",
    "charger": "D",
    "outlet": "B",
    "battery": "S",
}


def _main(type_gid: int | None = None, **parts: float) -> Channel:
    return Channel(MAINS, type="Main", type_gid=type_gid, parts=parts)


class HomeMaker:
    """Makes homes up; the same seed makes the same homes."""

    def __init__(self, seed: int, rng: Random) -> None:
        """Take the numbers from `rng`."""
        self._seed = seed
        self._rng = rng
        self._gid = rng.randrange(1000, 9000)
        self._kinds: dict[str, Callable[[], list[Device]]] = {
            "solar": self._solar,
            "plain": self._plain,
            "two_homes": self._two_homes,
            "small": self._small,
            "combined": self._combined,
            "farm": self._farm,
        }

    def devices(self, kind: str) -> list[Device]:
        """The devices of a home."""
        return self._kinds[kind]()

    def vehicles(self, devices: list[Device]) -> list[dict[str, Any]]:
        """A linked car, from the days when cars could be linked (wire 4.18)."""
        charger = next(d for d in devices if d.charger)
        return [
            {
                "vehicleGid": self._next_gid(),
                "vendor": "SmartCar",
                "apiId": self._rng.randbytes(8).hex(),
                "displayName": "My EV",
                "loadGid": str(charger.load_gid),
                "make": "Acme",
                "model": "Volt-Wagon",
                "year": 2022,
            }
        ]

    def _solar(self) -> list[Device]:
        """Ordinary and complete: Vue with circuits and sun, charger, plug, battery."""
        home = replace(DENVER, solar_kw=7.5, battery_kwh=13.5, battery_kw=5.0)
        residence = self._residence(home, plug=True)
        charger = residence.charger = self._charger(residence, pin="0000")
        vue = self._device("vue", "VUE02", "Vue2-434", "Home", residence, solar=True)
        vue.sub_serial = self._serial("SXA")
        vue.channels = [_main(net=1), *_solar_circuits()]
        evse = self._device(
            "charger", "VVDN01", "EVCharger-812", "Garage EV", residence
        )
        evse.channels, evse.parent = [_main(25, charger=1)], (vue.gid, "7")
        evse.charger, evse.load_gid = charger, self._load_gid()
        plug = self._device("outlet", "SSO001", "Outlet-488", "Fridge plug", residence)
        plug.channels = [Channel(MAINS, type_gid=23, parts={"plug": 1})]
        plug.parent, plug.load_gid = (vue.gid, "4"), self._load_gid()
        plug.outlet_on = residence.plug_on
        battery = self._device("battery", "BAT01", "EMS-102", "Battery", residence)
        battery.load_gid = self._load_gid()
        return residence.devices

    def _plain(self) -> list[Device]:
        """No sun; a charger without PIN and with an old firmware; bills from the 31st on."""
        residence = self._residence(BOSTON)
        residence.charger = self._charger(residence, pin="", quirk=True)
        vue = self._device("vue", "VUE03", "Vue3-120", "House", residence, billing=31)
        vue.serial = self._serial("F")
        vue.channels = [
            _main(net=1),
            Channel("1", "Carport", type_gid=12, parts={"always_on": 0.02}),
            Channel("2", "Kitchen", type_gid=16, parts={"kitchen": 1}),
            Channel("3", None, type_gid=18, parts={"climate": 0.98}),
            Channel("4", None, type_gid=18),
        ]
        evse = self._device("charger", "VVDN01", "EVCharger-467", "Carport", residence)
        evse.channels, evse.parent = [_main(25, charger=1)], (vue.gid, "1")
        evse.charger, evse.load_gid = residence.charger, self._load_gid()
        return residence.devices

    def _two_homes(self) -> list[Device]:
        """A Vue with a sub-panel Vue; a second home in a site, without a time zone."""
        residence = self._residence(DENVER)
        vue = self._device("vue", "VUE02", "Vue2-434", "Town house", residence)
        vue.channels = [
            _main(net=1),
            Channel("1", "Sub panel", type_gid=21, parts={"fridge": 0.1}),
            Channel("2", "Heat pump", type_gid=24, parts={"climate": 1}),
        ]
        panel = self._device("vue", "VUE001", "Vue1-77", "Sub panel", residence)
        panel.serial, panel.parent = self._serial("0"), (vue.gid, "1")
        panel.channels = [
            _main(kitchen=1, laundry=1),
            Channel("1", "Kitchen", type_gid=16, parts={"kitchen": 1}),
        ]
        cabin = self._small("Cabin")[0]
        cabin.in_site, cabin.location["timeZone"] = True, None
        return [vue, panel, cabin]

    def _combined(self) -> list[Device]:
        """One panel with two Vues that are combined in the app: only the first one has the mains' clamps."""
        residence = self._residence(DENVER)
        first = self._device("vue", "VUE03", "Vue3-120", "Panel", residence)
        first.channels = [
            _main(net=1),
            Channel("1", "Kitchen", type_gid=16, parts={"kitchen": 1}),
            Channel("2", "Heat pump", type_gid=24, parts={"climate": 1}),
        ]
        second = self._device("vue", "VUE02", "Vue2-434", "Panel 2", residence)
        second.channels = [
            _main(laundry=1, always_on=0.3),
            Channel("1", "Laundry", type_gid=4, merged_into="Merged_1"),
            Channel("2", "Laundry", type_gid=4, merged_into="Merged_1"),
            Channel(
                "97", "Laundry", MERGED, 4, parts={"laundry": 1}, merged_id="Merged_1"
            ),
            Channel("3", "Office", type_gid=20, parts={"always_on": 0.3}),
        ]
        second.primary = first
        return residence.devices

    def _farm(self) -> list[Device]:
        """Two panels behind one meter: a house without sun, a barn with more than it uses."""
        house = self._small("House")
        residence = self._residence(replace(DENVER, solar_kw=9.0))
        barn = self._device("vue", "VUE02", "Vue2-434", "Barn", residence, solar=True)
        barn.channels = [
            _main(net=1),
            Channel("2", "Roof", "FiftyAmpBidirectional", 13, parts={"solar": -1}),
            # Its clamp sits the wrong way round.
            Channel(
                "3", "Workshop", "FiftyAmpBidirectional", 21, parts={"kitchen": -1}
            ),
            Channel("4", "Pump", type_gid=19, parts={"laundry": 1}),
        ]
        return [*house, barn]

    def _small(self, name: str = "Flat") -> list[Device]:
        """One Vue without circuits but the kitchen's."""
        residence = self._residence(DENVER)
        vue = self._device("vue", "VUE02", "Vue2-434", name, residence)
        vue.channels = [
            _main(net=1),
            Channel("1", "Kitchen", type_gid=16, parts={"kitchen": 1}),
        ]
        return residence.devices

    def _residence(self, home: Home, *, plug: bool = False) -> Residence:
        seed = f"{self._seed}/{self._rng.randrange(10**9)}"
        return Residence(Household(home, seed), plug=plug)

    def _charger(
        self, residence: Residence, *, pin: str, quirk: bool = False
    ) -> Charger:
        household = residence.household
        return Charger(household.zone, household.seed, 40, pin, quirk)

    def _device(
        self,
        kind: Kind,
        model: str,
        firmware: str,
        name: str,
        residence: Residence,
        *,
        billing: int = 1,
        solar: bool = False,
    ) -> Device:
        gid = self._next_gid()
        location = _location(gid, name, residence.household.home, billing)
        location["solar"] = solar
        device = Device(
            gid,
            kind,
            self._serial(PREFIXES[kind]),
            model,
            firmware,
            location,
            residence,
            [],
        )
        residence.devices.append(device)
        return device

    def _next_gid(self) -> int:
        self._gid += self._rng.randrange(1, 9)
        return self._gid

    def _load_gid(self) -> int:
        return self._rng.randrange(100_000, 900_000)

    def _serial(self, prefix: str) -> str:
        return prefix + self._rng.randbytes(11).hex().upper()


def _solar_circuits() -> list[Channel]:
    """Branches 5 and 6 are merged into one circuit, 97; 9 has no CT."""
    water = {"water_heater": 1.0}
    return [
        Channel("1", "Dryer", type_gid=4, multiplier=2.0, parts={"laundry": 1}),
        Channel("2", "Solar", "FiftyAmpBidirectional", 13, parts={"solar": -1}),
        Channel("3", "Kitchen", type_gid=16, parts={"kitchen": 1}),
        Channel("4", "Office", type_gid=20, parts={"always_on": 0.3}),
        Channel("5", None, type_gid=22, merged_into="Merged_1"),
        Channel("6", None, type_gid=22, merged_into="Merged_1"),
        Channel("97", "Water heater", MERGED, 22, parts=water, merged_id="Merged_1"),
        Channel("7", "Garage", type_gid=12, parts={"always_on": 0.05}),
        # This CT reads a little too much: the balance can be negative.
        Channel("8", "Heat pump", type_gid=24, multiplier=2.0, parts={"climate": 1.03}),
        Channel("9", None, type_gid=18),
        Channel(
            "10",
            "Battery",
            "FiftyAmpBidirectional",
            2,
            parts={"battery_charge": 1, "battery_discharge": -1},
        ),
    ]


def _location(gid: int, name: str, home: Home, billing: int) -> dict[str, Any]:
    return {
        "deviceGid": gid,
        "deviceName": name,
        "displayName": name,
        "zipCode": "00000",
        "timeZone": home.time_zone,
        "billingCycleStartDay": billing,
        "usageCentPerKwHour": 15.0,
        "peakDemandDollarPerKw": 0.0,
        "utilityRateGid": None,
        "utilityRateMods": None,
        "solar": False,
        "locationInformation": dict(LOCATION_INFORMATION),
        "latitudeLongitude": {"latitude": home.latitude, "longitude": home.longitude},
    }
