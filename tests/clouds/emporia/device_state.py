"""The switches that act on single devices: cars, chargers, outages, corrections."""

from math import inf
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError

from .charger import MIN_AMPS, Charger
from .controller import KINDS
from .devices import BALANCE, FROM_GRID, MAINS, TO_GRID, TOTAL_USAGE, Device
from .records import Correction, Gap
from .usage import told_channels

if TYPE_CHECKING:
    from .cloud import EmporiaCloud

HOUR: Final = 3600
GID: Final = vol.Any(int, str, None)
NUMBER: Final = vol.Any(int, float)
AMPS: Final = vol.All(int, vol.Range(min=MIN_AMPS, max=80))
CAR: Final = vol.Schema(
    {
        vol.Optional("device_gid", default=None): GID,
        "need": vol.All(NUMBER, vol.Range(min=0)),
        "amps": AMPS,
        vol.Optional("accepts", default=True): bool,
    }
)
ACCEPTS: Final = vol.Schema(
    {vol.Optional("device_gid", default=None): GID, vol.Required("accepts"): bool}
)
FAULT: Final = vol.Schema(
    {
        vol.Optional("device_gid", default=None): GID,
        vol.Required("text"): vol.Any(None, str),
    }
)
APP: Final = vol.Schema(
    {
        vol.Optional("device_gid", default=None): GID,
        "on": bool,
        "amps": AMPS,
        "max_amps": AMPS,
    }
)
CONTROLLER: Final = vol.Schema(
    {
        vol.Optional("device_gid", default=None): GID,
        vol.Required("kind"): vol.Any(None, vol.In(KINDS)),
    }
)
OFFLINE: Final = vol.Schema(
    {vol.Required("device_gid"): GID, vol.Optional("offline", default=True): bool}
)
OWNER: Final = vol.Schema(
    {vol.Required("device_gid"): GID, vol.Required("account"): vol.Any(None, str)}
)
FORBIDDEN: Final = vol.Schema(
    {vol.Required("device_gid"): GID, vol.Optional("forbidden", default=True): bool}
)
CHARTS: Final = vol.Schema(
    {
        vol.Optional("device_gid", default=None): vol.Any(None, GID),
        vol.Optional("channel", default=None): vol.Any(None, str),
        vol.Required("status"): vol.In([None, 400, 403, 404, 405]),
    }
)
GAP: Final = vol.Schema(
    {
        vol.Required("device_gid"): GID,
        vol.Required("start"): moment,
        vol.Required("end"): moment,
        "due": moment,
        "channels": [str],
    }
)
CORRECTION: Final = vol.Schema(
    {
        vol.Required("device_gid"): GID,
        vol.Required("channel"): str,
        vol.Required("start"): moment,
        vol.Required("value"): NUMBER,
    }
)
CHANNELS: Final = vol.Schema(
    {vol.Required("device_gid"): GID, vol.Required("channels"): [str]}
)


class DeviceState:
    """The switches of devices."""

    def __init__(self, cloud: EmporiaCloud) -> None:
        """Act on the parts of one cloud."""
        self._cloud = cloud

    def switches(self) -> dict[str, Switch]:
        """Name of each switch and what it does."""
        return {
            "plug_in": self._plug_in,
            "plug_out": self._plug_out,
            "car_accepts": self._car_accepts,
            "charger_fault": self._charger_fault,
            "charger": self._charger,
            "controller": self._controller,
            "offline": self._offline,
            "move": self._move,
            "forbid": self._forbid,
            "refuse_charts": self._refuse_charts,
            "outage": self._outage,
            "late": self._late,
            "correct": self._correct,
            "null_channels": self._null_channels,
            "missing_channels": self._missing_channels,
        }

    @property
    def _now(self) -> float:
        return self._cloud.clock.timestamp()

    def _of(self, gid: object) -> Charger:
        charger = self._cloud.customers.charger(gid).charger
        assert charger is not None
        return charger

    def _plug_in(self, value: Any) -> None:
        asked = CAR(_with_gid(value))
        charger = self._of(asked["device_gid"])
        car = {key: asked[key] for key in ("need", "amps") if key in asked}
        charger.accepting.set(self._now, asked["accepts"])
        charger.plug_in(self._now, **car)

    def _plug_out(self, value: Any) -> None:
        self._of(vol.Schema(GID)(value)).plug_out(self._now)

    def _car_accepts(self, value: Any) -> None:
        asked = ACCEPTS(value)
        charger = self._of(asked["device_gid"])
        charger.accepting.set(self._now, asked["accepts"])
        charger.forget()

    def _charger_fault(self, value: Any) -> None:
        asked = FAULT(value)
        charger = self._of(asked["device_gid"])
        charger.fault.set(self._now, asked["text"])
        charger.forget()

    def _charger(self, value: Any) -> None:
        """What somebody does in the app, or an installer: at once."""
        asked = APP(value)
        charger = self._of(asked["device_gid"])
        charger.max_amps = asked.get("max_amps", charger.max_amps)
        amps = asked.get("amps", charger.amps.final())
        charger.amps.set(self._now, min(amps, charger.max_amps))
        charger.on.set(self._now, asked.get("on", charger.on.final()))
        charger.forget()

    def _controller(self, value: Any) -> None:
        asked = CONTROLLER(value)
        device = self._cloud.customers.charger(asked["device_gid"])
        self._cloud.status.controllers[device].start(asked["kind"], self._now)

    def _offline(self, value: Any) -> None:
        """Nothing that is measured while a device is offline ever comes."""
        asked = OFFLINE(_with_gid(value))
        device = self._cloud.customers.device(asked["device_gid"])
        gaps = self._cloud.records.gaps[device.gid]
        if asked["offline"] and device.offline_since is None:
            device.offline_since = self._now
            gaps.append(Gap(self._now, inf))
        elif not asked["offline"] and device.offline_since is not None:
            device.offline_since = None
            next(gap for gap in gaps if gap.end == inf).end = self._now

    def _move(self, value: Any) -> None:
        """A device is removed from its account, and perhaps set up in another one."""
        asked, customers = OWNER(value), self._cloud.customers
        device = customers.device(asked["device_gid"])
        for login in customers.logins:
            if device in login.devices:
                login.devices.remove(device)
        if asked["account"] is not None:
            customers.login(asked["account"]).devices.append(device)

    def _forbid(self, value: Any) -> None:
        asked = FORBIDDEN(_with_gid(value))
        device = self._cloud.customers.device(asked["device_gid"])
        device.forbidden = asked["forbidden"]

    def _refuse_charts(self, value: Any) -> None:
        asked = CHARTS(value)
        gid, channel = asked["device_gid"], asked["channel"]
        if gid is not None:
            device = self._cloud.customers.device(gid)
            gid = device.gid
            if channel is not None:
                self._check_channel(device, channel)
        self._cloud.usage.refused_charts[gid, channel] = asked["status"]

    def _outage(self, value: Any) -> None:
        asked = GAP(value)
        if "due" in asked:
            raise ControlError("what is lost has no due time; see `late`")
        self._gap(asked, inf)

    def _late(self, value: Any) -> None:
        asked = GAP(value)
        if "due" not in asked:
            raise ControlError("due is required")
        self._gap(asked, asked["due"].timestamp())

    def _gap(self, asked: dict[str, Any], due: float) -> None:
        device = self._cloud.customers.device(asked["device_gid"])
        channels = asked.get("channels")
        for channel in channels or []:
            self._check_channel(device, channel)
        start, end = asked["start"].timestamp(), asked["end"].timestamp()
        if start >= end:
            raise ControlError("start must lie before end")
        chosen = None if channels is None else frozenset(channels)
        self._cloud.records.gaps[device.gid].append(Gap(start, end, due, chosen))

    def _correct(self, value: Any) -> None:
        """Give an hour another value; its minutes share the difference evenly."""
        asked = CORRECTION(value)
        device = self._cloud.customers.device(asked["device_gid"])
        channel, start = asked["channel"], asked["start"].timestamp()
        self._check_correctable(device, channel)
        if start % HOUR:
            raise ControlError(f"{asked['start'].isoformat()} is no full hour")
        records = self._cloud.records
        energy = records.energy(device, channel, start, start + HOUR)
        added = Correction(start, start + HOUR, asked["value"] - energy)
        records.corrections[device.gid, channel].append(added)

    def _check_correctable(self, device: Device, channel: str) -> None:
        self._check_channel(device, channel)
        if channel in (BALANCE, TOTAL_USAGE) or (channel == MAINS and device.solar):
            text = f"{channel} follows from others: correct a circuit"
            raise ControlError(f"{text}, {FROM_GRID} or {TO_GRID}")

    def _check_channel(self, device: Device, channel: str) -> None:
        known = told_channels(device, "1D", "KilowattHours")
        if channel not in known:
            raise ControlError(f"no channel {channel!r}; there are: {known}")

    def _null_channels(self, value: Any) -> None:
        device, channels = self._channels(value)
        self._cloud.records.null_channels[device.gid] = channels

    def _missing_channels(self, value: Any) -> None:
        device, channels = self._channels(value)
        self._cloud.records.missing_channels[device.gid] = channels

    def _channels(self, value: Any) -> tuple[Device, set[str]]:
        asked = CHANNELS(value)
        device = self._cloud.customers.device(asked["device_gid"])
        for channel in asked["channels"]:
            self._check_channel(device, channel)
        return device, set(asked["channels"])


def _with_gid(value: Any) -> Any:
    """A bare gid, or None, as an object with that gid."""
    return value if isinstance(value, dict) else {"device_gid": value}
