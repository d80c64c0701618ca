"""What anybody may read: prices and the appliance calculator (wire 8)."""

from .models.tariff import Appliance, PeriodCalculator, TariffPage, UsageCalculator
from .service import Service
from .tariffs import Tariffs, build_tariffs


class PublicContent:
    """The public pages; no login is needed."""

    def __init__(self, service: Service) -> None:
        """Ask through the service."""
        self._service = service

    async def get_usage_calculator(self) -> UsageCalculator:
        """Return the appliances and the price of a kWh."""
        answer = await self._service.public("/content/he-IL/calculators/gadget")
        return self._service.read(answer, UsageCalculator)

    async def get_period_calculator(self) -> PeriodCalculator:
        """Return the sizes of connections and the price of a kWh."""
        answer = await self._service.public("/content/he-IL/calculators/period")
        return self._service.read(answer, PeriodCalculator)

    async def get_tariff_page(self) -> TariffPage:
        """Return the tariff page."""
        answer = await self._service.public(
            "/content/he-IL/content/tariffs/contentpages/homeelectricitytariff"
        )
        return self._service.read(answer, TariffPage)

    async def get_appliance(self, name: str) -> Appliance | None:
        """Return an appliance by its name."""
        return (await self.get_usage_calculator()).appliance(name)

    async def get_tariffs(self) -> Tariffs:
        """Return all published prices."""
        calculator = await self.get_usage_calculator()
        period = await self.get_period_calculator()
        return build_tariffs(calculator, period, await self.get_tariff_page())
