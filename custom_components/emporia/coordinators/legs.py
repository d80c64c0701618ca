"""The legs of a panel's mains: power, voltage and current (wire 4.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from custom_components.emporia.api.energy import Energy
from custom_components.emporia.api.home import Home
from custom_components.emporia.api.models import IntervalValue, Series
from custom_components.emporia.api.models.usage import ChannelKey

LEGS_EVERY = timedelta(minutes=5)

_LATENESS = timedelta(seconds=30)
_SPAN = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One leg in the latest minute that is known; None for what is not reported."""

    watts: float | None = None
    volts: float | None = None
    amps: float | None = None


async def async_read_legs(energy: Energy, home: Home) -> Series:
    """Request the last minutes of all legs at once.

    :raises CloudError: they can't be fetched now.
    """
    monitors = [device for device in home.values() if device.legs]
    end = (dt_util.utcnow() - _LATENESS).replace(second=0, microsecond=0)
    return await energy.get_series(
        "energy-monitors/circuits",
        [device.serial for device in monitors],
        end - _SPAN,
        end,
        "MINUTES",
        power=True,
        circuits=sorted({leg for device in monitors for leg in device.legs.values()}),
    )


def legs_of(home: Home, series: Series | None) -> Mapping[ChannelKey, Leg]:
    """Return all legs, also those of which nothing is known."""
    values = series.values if series else {}
    return {
        (gid, slug): _latest(values.get((device.serial, circuit), ()))
        for gid, device in home.items()
        for slug, circuit in device.legs.items()
    }


def _latest(values: tuple[IntervalValue, ...]) -> Leg:
    known = [each for each in values if each.value is not None and not each.partial]
    if not known:
        return Leg()
    latest = max(known, key=_start)
    watts = None if latest.value is None else round(latest.value * 1000, 1) + 0.0
    return Leg(watts=watts, volts=latest.volts, amps=latest.amps)


def _start(value: IntervalValue) -> datetime:
    return value.start or datetime.min.replace(tzinfo=dt_util.UTC)
