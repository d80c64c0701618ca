"""Usage, charts, series and peak demand (wire 4.9 to 4.12, 4.14)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from .models import Chart, PeakDemand, Series, Usages
from .models.channels import MAINS_NUMBER
from .models.usage import ChannelKey
from .service import Service

KWH: Final = "KilowattHours"
DOLLARS: Final = "Dollars"

_SECOND: Final = timedelta(seconds=1)


class Scale(StrEnum):
    """The length of a bucket."""

    SECOND = "1S"
    MINUTE = "1MIN"
    QUARTER = "15MIN"
    HOUR = "1H"
    DAY = "1D"
    WEEK = "1W"
    MONTH = "1MON"
    YEAR = "1Y"


class Energy:
    """What the channels of the account have used."""

    def __init__(self, service: Service) -> None:
        """Ask through the account's service."""
        self._service = service

    async def get_usages(
        self,
        gids: Iterable[int],
        instant: datetime,
        scale: Scale,
        unit: str = KWH,
    ) -> Usages:
        """Return the amounts of all channels in the bucket that holds the instant."""
        query = {
            "apiMethod": "getDeviceListUsages",
            "deviceGids": ",".join(map(str, gids)),
            "instant": wire_time(instant),
            "scale": scale.value,
            "energyUnit": unit,
        }
        answer = await self._service.legacy("/AppAPI", query)
        return Usages.read(answer)

    async def get_chart(
        self,
        gid: int,
        channel: str,
        start: datetime,
        end: datetime,
        scale: Scale,
        unit: str = KWH,
    ) -> Chart:
        """Return the amounts of one channel (by its wire number) over time."""
        query = {"apiMethod": "getChartUsage"}
        query |= _chart_query(gid, channel, start, end, scale, unit)
        return Chart.read(await self._service.legacy("/AppAPI", query))

    async def get_migrated_chart(
        self,
        gid: int,
        channel: str,
        start: datetime,
        end: datetime,
        scale: Scale,
        unit: str = KWH,
    ) -> Chart:
        """Return the same by the modern API."""
        query = _chart_query(gid, channel, start, end, scale, unit)
        path = "/v1/migrated/app-api/chart-usage"
        return Chart.read(await self._service.capi(path, query))

    async def get_latest_power(self, gid: int, now: datetime) -> float | None:
        """Return the highest power (W) of the last seconds; None if not known.

        For a single look only: the provider forbids polling it.
        """
        chart = await self.get_chart(
            gid, MAINS_NUMBER, now - 6 * _SECOND, now - _SECOND, Scale.SECOND
        )
        known = [value for value in chart.values if value is not None]
        return max(known) * 3_600_000 if known else None

    async def get_hour_so_far(
        self, gids: Iterable[int], instant: datetime
    ) -> Mapping[ChannelKey, float | None]:
        """Return the kWh of the running hour up to now: no power."""
        usages = await self.get_modern_usages(gids, instant, "HOUR")
        return usages.values

    async def get_modern_usages(
        self,
        gids: Iterable[int],
        instant: datetime,
        scale: str,
        unit: str = "KILOWATT_HOURS",
    ) -> Usages:
        """Return what `get_usages` does, by the modern API."""
        query = {
            "device_gids": ",".join(map(str, gids)),
            "instant": wire_time(instant),
            "scale": scale,
            "energy_unit": unit,
        }
        path = "/v1/customers/devices/usages"
        return Usages.read_modern(await self._service.capi(path, query))

    async def get_series(
        self,
        kind: str,
        serials: Iterable[str],
        start: datetime,
        end: datetime,
        resolution: str,
        *,
        power: bool = False,
        circuits: Iterable[str] = (),
    ) -> Series:
        """Return kWh or kW by serial number.

        `kind`: `energy-monitors/circuits`, `evses`, `outlets` or `batteries`.
        """
        quantity = "power" if power else "energy"
        query = {
            "device_ids": ",".join(serials),
            "start": wire_time(start),
            "end": wire_time(end),
            f"{quantity}_resolution": resolution,
        }
        if wanted := ",".join(circuits):
            query["circuit_ids"] = wanted
        path = f"/v1/devices/{kind}/usages/{quantity}"
        return Series.read(await self._service.capi(path, query))

    async def get_state_of_charge(
        self, serials: Iterable[str], start: datetime, end: datetime, resolution: str
    ) -> Series:
        """Return the per cent of home batteries over time."""
        query = {
            "device_ids": ",".join(serials),
            "start": wire_time(start),
            "end": wire_time(end),
            "state_of_charge_resolution": resolution,
        }
        path = "/v1/devices/batteries/state-of-charge"
        return Series.read(await self._service.capi(path, query))

    async def get_peak_demand(self, gid: int) -> PeakDemand:
        """Return the running month's highest demand."""
        query = {
            "apiMethod": "getCurrentMonthPeakDemand",
            "deviceGid": str(gid),
            "channel": MAINS_NUMBER,
            "energyUnit": KWH,
        }
        return PeakDemand.read(await self._service.legacy("/AppAPI", query))


def _chart_query(
    gid: int, channel: str, start: datetime, end: datetime, scale: Scale, unit: str
) -> dict[str, str]:
    return {
        "deviceGid": str(gid),
        "channel": channel,
        "start": wire_time(start),
        "end": wire_time(end),
        "scale": scale.value,
        "energyUnit": unit,
    }


def wire_time(moment: datetime) -> str:
    """Write a time as the cloud wants it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
