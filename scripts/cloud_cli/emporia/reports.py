"""What a home has used, and what it costs."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import click

from custom_components.emporia.api.energy import Scale
from custom_components.emporia.api.home import Channel, Device
from custom_components.emporia.api.models import RatePlan
from scripts.cloud_cli.commands import command
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.rows import Choice, chosen, local

from .provider import DEVICE, PROVIDER, EmporiaLink, device_option, group

_CHART: Final = "/AppAPI"
_SCALES: Final = {"quarter": (Scale.QUARTER, 15), "hour": (Scale.HOUR, 60)}
_MAX_DAYS: Final = timedelta(days=7)
_CHANNEL: Final = Choice("channel", "number", "--channel")


@command(PROVIDER, group)
async def accounts(link: EmporiaLink) -> None:
    """List devices and their channels."""
    home = await link.client.get_home()
    rows: list[Row] = [
        {
            "device": device.gid,
            "name": device.name,
            "model": device.model,
            "time_zone": device.time_zone,
            "channel": channel.number,
            "channel_name": channel.name,
            "cents_per_kwh": device.cents_per_kwh,
        }
        for device in home.values()
        for channel in device.channels.values()
    ]
    link.output.show("Devices", rows)


@command(PROVIDER, group)
@device_option
@click.option("-m", "--channel", help="Channel; the mains if left out.")
@range_options
@click.option(
    "--resolution",
    type=click.Choice(sorted(_SCALES)),
    default="hour",
    show_default=True,
)
async def usage(
    link: EmporiaLink,
    device: str | None,
    channel: str | None,
    start: date | None,
    end: date | None,
    resolution: str,
) -> None:
    """Tell what a channel has used, in kWh; what is returned is negative."""
    home = await link.client.get_home()
    found = link.choose(list(home.values()), device, DEVICE)
    which = chosen(list(found.channels.values()), channel, _CHANNEL)
    raw = link.keep_raw(_CHART)
    days = days_of(start, end, found.zone)
    rows = await _buckets(link, found, which, days, resolution)
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
    else:
        link.output.show("Usage", rows)


async def _buckets(
    link: EmporiaLink,
    device: Device,
    channel: Channel,
    days: list[date],
    resolution: str,
) -> list[Row]:
    """Ask for a week at a time: the cloud limits the length of a chart."""
    scale, minutes = _SCALES[resolution]
    begin = datetime.combine(days[0], time(), device.zone)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), device.zone)
    starts = [begin]
    while starts[-1] + _MAX_DAYS < end:
        starts.append(starts[-1] + _MAX_DAYS)
    found: dict[datetime, float] = {}
    for first in link.output.progress(starts, "Reading"):
        last = min(first + _MAX_DAYS, end)
        chart = await link.client.energy.get_chart(
            device.gid, channel.number, first, last, scale
        )
        found |= dict(chart.buckets(timedelta(minutes=minutes)))
    return [
        {"start": local(at, device.zone), "kwh": found[at]}
        for at in sorted(found)
        if begin <= at < end
    ]


@command(PROVIDER, group)
@click.option("-a", "--device", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--scale",
    type=click.Choice([scale.name.lower() for scale in Scale]),
    default="hour",
    show_default=True,
    help="The length of the interval.",
)
@click.option("--at", type=click.DateTime(), help="A moment in it; now if left out.")
async def snapshot(
    link: EmporiaLink, device: tuple[str, ...], scale: str, at: datetime | None
) -> None:
    """Show what each channel of all devices has used in one interval, in kWh."""
    home = await link.client.get_home()
    everything = list(home.values())
    wanted = [chosen(everything, each, DEVICE) for each in device] or everything
    usages = await link.client.energy.get_usages(
        [each.gid for each in wanted],
        at.astimezone() if at else datetime.now(UTC),
        Scale[scale.upper()],
    )
    rows: list[Row] = [
        {
            "device": each.gid,
            "name": each.name,
            "channel": channel.number,
            "channel_name": channel.name,
            "kwh": usages.values.get((each.gid, slug)),
        }
        for each in wanted
        for slug, channel in each.channels.items()
    ]
    link.output.show("Usage of one interval", rows)


@command(PROVIDER, group)
async def rates(link: EmporiaLink) -> None:
    """Show the price of each device, and its plan if it has one by time of use."""
    home = await link.client.get_home()
    planned = (await link.client.get_time_of_use()).devices
    plans = {each.load_gid: each.plan for each in planned if each.plan}
    rows: list[Row] = [
        {"device": device.gid, "name": device.name, **row}
        for device in home.values()
        for row in _rates(device, plans.get(device.load_gid))
    ]
    link.output.show("Rates", rows)


def _rates(device: Device, plan: RatePlan | None) -> list[Row]:
    """Return one price for all hours, or those of a plan's periods."""
    periods = {"weekday": plan.weekday, "weekend": plan.weekend} if plan else {}
    return [
        {
            "plan": plan.name if plan else None,
            "days": days,
            "start": period.start,
            "end": period.end,
            "cents_per_kwh": None if period.cost is None else 100 * period.cost,
        }
        for days, found in periods.items()
        for period in found
    ] or [
        {
            "plan": None,
            "days": None,
            "start": None,
            "end": None,
            "cents_per_kwh": device.cents_per_kwh,
        }
    ]


@command(PROVIDER, group)
@device_option
@click.argument("cents", type=click.FloatRange(0))
async def set_rate(link: EmporiaLink, device: str | None, cents: float) -> None:
    """Set the price of a device to CENTS per kWh."""
    home = await link.client.get_home()
    found = link.choose(list(home.values()), device, DEVICE)
    await link.client.set_rate([found.gid], cents)
    link.output.say(f"{found.name} is charged at {cents:g} cents per kWh.")


@command(PROVIDER, group)
async def preferences(link: EmporiaLink) -> None:
    """Show the preferences of Emporia's app."""
    found = await link.client.get_app_preferences()
    named = found if isinstance(found, dict) else {"all": found}
    rows: list[Row] = [{"name": name, "value": named[name]} for name in named]
    link.output.show("Preferences", rows)
