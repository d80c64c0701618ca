"""The account's devices, brought together from both APIs (wire 4.2, 4.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from custom_components.cloud_energy.client.zones import read_zone

from .models import ModernChannel, ModernDevice, WireChannel, WireDevice
from .models.channels import MAINS, channel_slug

SOLAR_TYPE = 13
BATTERY_TYPE = 2


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A measured circuit of a device."""

    slug: str
    number: str
    """As the cloud wants it in a query."""
    channel_id: str = ""
    """As the modern inventory calls it, where the legacy tree says so."""
    name: str = ""
    type_gid: int | None = None
    bidirectional: bool = False

    @property
    def is_solar(self) -> bool:
        """Whether it measures what a solar system gives."""
        return self.type_gid == SOLAR_TYPE

    @property
    def is_battery(self) -> bool:
        """Whether it measures what a battery takes and gives."""
        return self.type_gid == BATTERY_TYPE

    @property
    def is_signed(self) -> bool:
        """Whether its sign is a direction."""
        return self.slug == MAINS or self.bidirectional


@dataclass(frozen=True, kw_only=True)
class Device:
    """A monitor, plug, charger or battery."""

    gid: int = field(repr=False)
    serial: str = field(default="", repr=False)
    name: str = ""
    model: str = ""
    firmware: str = ""
    parent_gid: int | None = field(default=None, repr=False)
    """The device that it hangs on: the circuit's, or the Vue it is combined with."""
    is_secondary: bool = False
    """Whether it adds circuits to another Vue, whose mains are those of both."""
    time_zone: str = ""
    billing_day: int = 1
    cents_per_kwh: float | None = None
    solar: bool = False
    """Whether the user has set up solar generation: then the grid is split."""
    is_charger: bool = False
    load_gid: int | None = field(default=None, repr=False)
    is_battery: bool = False
    is_load: bool = False
    """A charger, plug or battery: its mains are what it draws itself."""
    channels: Mapping[str, Channel] = field(default_factory=dict)
    legs: Mapping[str, str] = field(default_factory=dict)
    """The legs of its mains: slug -> id in the modern inventory."""

    @property
    def is_panel(self) -> bool:
        """Whether its mains feed a whole panel: costs and a balance are its own."""
        return not (self.is_load or self.is_secondary)

    @property
    def zone(self) -> tzinfo:
        """Its time zone; the cloud counts in UTC where none is set."""
        return read_zone(self.time_zone)


type Home = Mapping[int, Device]
"""The devices by gid."""


def build_home(
    legacy: Iterable[WireDevice],
    modern: Iterable[ModernDevice],
    names: Iterable[ModernDevice] = (),
) -> Home:
    """Bring the lists together; either of them may lack devices.

    Channels without a current transformer (`has_data` false) are left out.
    """
    home = {device.gid: _from_legacy(device) for device in _flat(legacy)}
    for entry in modern:
        home[entry.gid] = _with_modern(home.get(entry.gid), entry)
    for entry in names:
        if device := home.get(entry.gid):
            home[entry.gid] = _with_names(device, entry.channels)
    return home


def _flat(devices: Iterable[WireDevice]) -> Iterable[WireDevice]:
    """Yield devices with those in them that have a gid of their own."""
    for device in devices:
        yield device
        for nested in _flat(device.devices):
            if nested.gid != device.gid:
                yield replace(nested, parent_gid=nested.parent_gid or device.gid)


def _from_legacy(device: WireDevice) -> Device:
    location = device.location
    primary_gid = None if device.primary_gid == device.gid else device.primary_gid
    return Device(
        gid=device.gid,
        serial=device.serial,
        name=(location.display_name or location.device_name) if location else "",
        model=device.model,
        firmware=device.firmware,
        parent_gid=device.parent_gid or primary_gid,
        is_secondary=bool(primary_gid),
        time_zone=location.time_zone if location else "",
        billing_day=(location.billing_day if location else None) or 1,
        cents_per_kwh=location.cents_per_kwh if location else None,
        solar=bool(location and location.solar and not primary_gid),
        is_charger=device.has_charger,
        is_battery=device.has_battery,
        is_load=device.has_charger or device.has_outlet or device.has_battery,
        channels={
            channel.slug: channel for channel in map(_channel, device.all_channels)
        },
    )


def _channel(wire: WireChannel) -> Channel:
    number = wire.number or wire.channel_id
    return Channel(
        slug=channel_slug(number),
        number=number,
        channel_id=wire.channel_id,
        name=wire.name,
        type_gid=wire.type_gid,
        bidirectional="bidirectional" in wire.type.lower(),
    )


def _with_modern(device: Device | None, entry: ModernDevice) -> Device:
    """Add what only the modern inventory knows."""
    device = device or Device(gid=entry.gid)
    channels, legs = dict(device.channels), {}
    slugs = _slugs_by_id(device)
    for modern in entry.channels:
        slug = slugs.get(modern.channel_id) or channel_slug(modern.channel_id)
        if modern.has_data is False:
            channels.pop(slug, None)
        elif slug.startswith("leg_"):
            legs[slug] = modern.channel_id
        elif slug not in channels:
            channels[slug] = _modern_channel(slug, modern)
    return replace(
        device,
        serial=device.serial or entry.serial,
        name=device.name or entry.name,
        model=device.model or entry.model,
        time_zone=device.time_zone or entry.time_zone,
        is_load=device.is_load or entry.load_gid is not None,
        load_gid=entry.load_gid,
        channels=channels,
        legs=legs if device.is_panel else {},
    )


def _modern_channel(slug: str, modern: ModernChannel) -> Channel:
    number = slug.removeprefix("circuit_").replace("_", ",")
    return Channel(
        slug=slug,
        number="1,2,3" if slug == MAINS else number,
        name=modern.name,
        type_gid=modern.type_gid,
        bidirectional="bidirectional" in modern.classification.lower(),
    )


def _with_names(device: Device, entries: Iterable[ModernChannel]) -> Device:
    channels = dict(device.channels)
    slugs = _slugs_by_id(device)
    for entry in entries:
        slug = slugs.get(entry.channel_id) or channel_slug(entry.channel_id)
        channel = channels.get(slug)
        if channel and entry.name and not channel.name:
            channels[slug] = replace(channel, name=entry.name)
    return replace(device, channels=channels)


def _slugs_by_id(device: Device) -> dict[str, str]:
    """Return the slugs of channels whose modern id says nothing: merged ones."""
    channels = device.channels.values()
    return {c.channel_id: c.slug for c in channels if c.channel_id}
