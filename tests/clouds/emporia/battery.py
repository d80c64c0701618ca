"""A home battery's status (wire 4.4)."""

from datetime import UTC, datetime
from typing import Any, Final

from .devices import Device

SPAN: Final = 60
SETTINGS: Final[dict[str, Any]] = {
    "solarIcon": "Solar",
    "batteryIcon": "Battery",
    "gridIcon": "Grid",
    "powerFlow": [],
    "allowExport": True,
    "peakStatus": "Off",
    "peakRateKW": None,
    "offPeakStatus": "Off",
    "offPeakRateKW": None,
    "offPeakEndChargeDuration": None,
    "offPeakEndChargeRateKW": None,
    "batteryControllable": False,
    "maxGridPowerKW": None,
}
"""What never changes here."""


def battery_status(device: Device, now: float) -> dict[str, Any]:
    """State of charge in percent, powers in kW as the mean of the last minute."""
    household = device.residence.household
    home = household.home

    def kw(series: str) -> float:
        energy = device.residence.energy(series, now - SPAN, now)
        return round(energy * 3600 / SPAN, 3)

    charge, discharge = kw("battery_charge"), kw("battery_discharge")
    soc = household.state_of_charge(datetime.fromtimestamp(now, UTC))
    return SETTINGS | {
        "deviceGid": device.gid,
        "loadGid": device.load_gid,
        "capacityKWh": home.battery_kwh,
        "inverterMaxPowerKW": home.battery_kw,
        "maxActivePowerKW": home.battery_kw,
        "emsSN": device.serial,
        "emsVersion": "1.02",
        "inverterSN": f"{device.serial}I",
        "inverterVersion": "3.1",
        "status": _word(charge, discharge),
        "hasSolar": home.solar_kw > 0,
        "onlyChargeFromExcessSolar": True,
        "reserveStateOfCharge": 10,
        "stateOfCharge": round(soc, 1),
        "batteryPowerKW": round(discharge - charge, 3),
        "chargePowerKW": charge,
        "dischargePowerKW": discharge,
        "inverterPowerKW": round(discharge - charge, 3),
        "gridPowerKW": kw("net"),
        "powerFromGridKW": kw("import"),
        "powerToGridKW": kw("export"),
        "pvPowerKW": kw("solar"),
        "loadPowerKW": kw("usage"),
    }


def _word(charge: float, discharge: float) -> str:
    if charge > discharge:
        return "Charging"
    return "Discharging" if discharge else "Idle"
