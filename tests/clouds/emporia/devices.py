"""What hangs in a home: devices and their channels (wire 1, 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from .charger import Charger
from .timeline import Timeline

if TYPE_CHECKING:
    from .residence import Residence

MAINS: Final = "1,2,3"
BALANCE: Final = "Balance"
FROM_GRID: Final = "MainsFromGrid"
TO_GRID: Final = "MainsToGrid"
TOTAL_USAGE: Final = "TotalUsage"
LEGS: Final[Mapping[str, float]] = {"Mains_A": 0.55, "Mains_B": 0.45}
"""Share of the mains that flows on each leg."""

type Kind = Literal["vue", "charger", "outlet", "battery"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A measured circuit. `parts` are series of the residence with factors; a channel without a CT measures nothing.

    :param merged_into: `channelId` of the merged circuit that this one is a half of
    """

    num: str
    name: str | None = None
    type: str = "FiftyAmp"
    type_gid: int | None = None
    multiplier: float = 1.0
    parts: Mapping[str, float] = field(default_factory=dict)
    merged_id: str | None = None
    merged_into: str | None = None

    @property
    def id(self) -> str:
        """The c-api's name of the channel."""
        if self.merged_id:
            return self.merged_id
        if self.num == MAINS:
            return "Mains"
        return f"Branch_{self.num}" if self.num.isdigit() else self.num

    @property
    def has_data(self) -> bool:
        """Whether something is measured here."""
        return bool(self.parts) or self.num == MAINS


@dataclass(eq=False, slots=True)
class Device:
    """One device. `parent` is the gid and channel number it hangs on; `location` its locationProperties.

    :param sub_serial: serial of the nested WAT001 that holds the branch channels of a Vue
    :param primary: the Vue that it is combined with in the app, which tells the mains of both
    :param in_site: the device belongs to a site: the legacy list omits it (wire 4.2)
    :param forbidden: the cloud no longer lets the owner read it, though it still lists it
    """

    gid: int
    kind: Kind
    serial: str
    model: str
    firmware: str
    location: dict[str, Any]
    residence: Residence
    channels: list[Channel]
    parent: tuple[int, str] | None = None
    primary: Device | None = None
    sub_serial: str | None = None
    load_gid: int | None = None
    in_site: bool = False
    charger: Charger | None = None
    outlet_on: Timeline[bool] | None = None
    offline_since: float | None = None
    forbidden: bool = False
    cents: Timeline[float] = field(default_factory=lambda: Timeline(15.0))

    @property
    def mains(self) -> Channel:
        """The channel of the whole device."""
        return self.channels[0]

    @property
    def name(self) -> str:
        """The name that the user gave."""
        return str(self.location["deviceName"])

    @property
    def volts(self) -> int:
        """The voltage by which amperes are told."""
        return 120 if self.kind == "outlet" else 240

    @property
    def solar(self) -> bool:
        """Whether the user set up solar in the app."""
        return bool(self.location.get("solar"))

    def channel(self, name: str) -> Channel | None:
        """The channel of that number or c-api id."""
        for channel in self.channels:
            if name == channel.num:
                return channel
        return next((c for c in self.channels if c.id == name), None)
