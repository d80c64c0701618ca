"""What anybody may read: prices, and what household appliances take."""

import click

from custom_components.iec.api.appliances import estimate
from scripts.cloud_cli.commands import command
from scripts.cloud_cli.failures import Failure
from scripts.cloud_cli.output import Row

from .provider import PROVIDER, IecLink, group


@command(PROVIDER, group, public=True)
async def tariffs(link: IecLink) -> None:
    """Show the prices, in ILS with VAT. No sign-in is needed."""
    prices = await link.client.public.get_tariffs()
    rows: list[Row] = [{"price": "kWh", "ils": prices.kwh}]
    for name in ("distribution", "delivery"):
        rows += [
            {"price": f"{name} a month, {phases} phases", "ils": price}
            for phases, price in getattr(prices, name).items()
        ]
    rows += [{"price": "kVA a year", "ils": prices.kva}]
    link.output.show("Tariffs", rows)


@command(PROVIDER, group, public=True)
@click.argument("name", required=False)
@click.option("--minutes", type=click.FloatRange(0), help="How long it runs.")
@click.option("--power", type=click.FloatRange(0), help="Its power, in its own unit.")
async def appliances(
    link: IecLink, name: str | None, minutes: float | None, power: float | None
) -> None:
    """Show what using appliances takes and costs (kWh, ILS): all, or the one NAME."""
    calculator = await link.client.public.get_usage_calculator()
    found = [each for each in calculator.appliances if name in (None, each.name)]
    if not found:
        raise Failure("There is no such appliance: see the list without a name.")
    rows: list[Row] = []
    for each in found:
        rates = calculator.rates
        use = estimate(each, rates, minutes=minutes, power=power) if rates else None
        rows.append(
            {
                "appliance": each.name,
                "power": each.power if power is None else power,
                "unit": each.unit.name.lower() if each.unit else None,
                "minutes": each.minutes if minutes is None else minutes,
                "kwh": float(use.kwh) if use else None,
                "ils": float(use.cost) if use else None,
            }
        )
    link.output.show("Appliances", rows)
