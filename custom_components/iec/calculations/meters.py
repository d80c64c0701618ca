"""The meters of a contract, and what their successors continue with."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from custom_components.iec.api.consumption import MeterAddress
from custom_components.iec.api.models.device import Device, LastMeterReadings

_TWO_WAY_CODE: Final = "504"
_LONGEST_CHANGE: Final = timedelta(days=3)
"""Between the last day of a meter and the first one of its successor."""
_PROOF: Final = timedelta(days=3)
"""How much longer the successor has to have reported."""

type StoredMeters = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Contract -> serial number -> `stem`, `code`, and the `place` in the stem's line.

Home Assistant sorts the keys of what it stores, so their order says nothing.
"""


@dataclass(frozen=True)
class Life:
    """From when until when a meter is known to have counted; local days."""

    since: date | None = None
    last: date | None = None

    def seen(self, since: date | None, last: date | None) -> Life:
        """Return it with what another answer adds."""
        days = [day for day in (self.last, last) if day]
        return Life(since or self.since, max(days, default=None))

    def follows(self, other: Life) -> bool:
        """Return whether this meter has begun where the other one has ended.

        Readings come days late: it has to have reported some days that the other one
        has not, and to have begun right behind it.
        """
        if not (self.since and self.last and other.since and other.last):
            return False
        return (
            other.since < self.since
            and abs(self.since - other.last) <= _LONGEST_CHANGE
            and self.last - max(self.since, other.last) >= _PROOF
        )


@dataclass(frozen=True, kw_only=True)
class Meter:
    """A meter in its place, with those that were there before."""

    address: MeterAddress = field(repr=False)
    stem: str = field(repr=False)
    """The serial number that the ids of its statistics and entities hold."""
    earlier: tuple[MeterAddress, ...] = field(default=(), repr=False)
    """The ones that it has replaced, the latest first."""

    @property
    def masked(self) -> str:
        """As much of its number as may be shown."""
        return f"(…{self.stem[-4:]})"

    @property
    def key(self) -> str:
        """What distinguishes it from all other meters, permanently."""
        return f"{self.address.contract}_{self.stem}"


def is_said_to_be_two_way(device: Device, *, is_producer: bool) -> bool:
    """Return whether to request both directions; the meter's answer proves it."""
    if device.is_two_way is not None:
        return device.is_two_way
    return is_producer or device.code == _TWO_WAY_CODE


def devices_of_readings(readings: LastMeterReadings | None) -> list[Device]:
    """Return the meters in the last readings, where no list has any."""
    meters = readings.meters if readings else []
    return [
        Device(serial=meter.serial, code=meter.material, is_active=True)
        for meter in meters
        if meter.serial
    ]


def match_meters(
    contract: str, devices: Sequence[Device], stored: StoredMeters
) -> tuple[list[Meter], StoredMeters]:
    """Return the meters that are in place, and what to store of them.

    A new meter continues with the statistics of the one that is gone, if it is clear
    which one that is.
    """
    known = {serial: dict(facts) for serial, facts in stored.get(contract, {}).items()}
    active = [
        device for device in devices if device.serial and device.is_active is not False
    ]
    new = [device for device in active if device.serial not in known]
    gone = _last_of_each_stem(known, {device.serial for device in active})
    for device in new:
        takes_over = len(new) == 1 and len(gone) == 1
        stem = gone[0] if takes_over else device.serial
        place = f"{len(_line(known, stem))}"
        known[device.serial] = {"stem": stem, "code": device.code, "place": place}
    in_place = _in_place(known, {device.serial for device in active})
    meters = [
        _meter(contract, device, known)
        for device in active
        if device.serial in in_place
    ]
    return meters, {**stored, contract: known} if new else stored


def _last_of_each_stem(
    known: Mapping[str, Mapping[str, str]], active: Iterable[str]
) -> list[str]:
    """Return the stems of which no meter is in place any more."""
    alive = {known[serial]["stem"] for serial in active if serial in known}
    return [stem for stem in _stems(known) if stem not in alive]


def _in_place(
    known: Mapping[str, Mapping[str, str]], active: Container[str]
) -> set[str]:
    """Return the latest active meter of each stem.

    A supposed successor that is gone again was none: an answer had named a wrong one.
    """
    lines = [_line(known, stem) for stem in _stems(known)]
    alive = [[serial for serial in line if serial in active] for line in lines]
    return {line[-1] for line in alive if line}


def _stems(known: Mapping[str, Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(facts["stem"] for facts in known.values()))


def _line(known: Mapping[str, Mapping[str, str]], stem: str) -> list[str]:
    """Return the meters that have followed one another, in order of their coming.

    Earlier versions have stored no places: of theirs only the first one is certain,
    whose number is the stem.
    """
    places = {
        serial: int(facts.get("place", serial != stem))
        for serial, facts in known.items()
        if facts["stem"] == stem
    }
    return sorted(places, key=places.__getitem__)


def joined(
    meters: Sequence[Meter], stored: StoredMeters, life: Callable[[MeterAddress], Life]
) -> StoredMeters:
    """Return what to store once readings show that one meter has followed another.

    The list of meters may keep a replaced one for good. Where it is not clear which
    one follows which, all stay.
    """
    pairs = [
        (old, new)
        for old in meters
        for new in meters
        if old.stem != new.stem and life(new.address).follows(life(old.address))
    ]
    if len(pairs) != 1:
        return stored
    ((old, new),) = pairs
    contract = new.address.contract
    known = dict(stored[contract])
    line = [*_line(known, old.stem), *_line(known, new.stem)]
    known |= {
        serial: {**known[serial], "stem": old.stem, "place": f"{place}"}
        for place, serial in enumerate(line)
    }
    return {**stored, contract: known}


def _meter(contract: str, device: Device, known: Mapping[str, Any]) -> Meter:
    stem = known[device.serial]["stem"]
    line = _line(known, stem)
    before = line[: line.index(device.serial)]
    return Meter(
        address=MeterAddress(contract, device.serial, device.code),
        stem=stem,
        earlier=tuple(
            MeterAddress(contract, serial, known[serial]["code"])
            for serial in reversed(before)
        ),
    )


def named_devices(
    contract: str, devices: Sequence[Device], stored: StoredMeters
) -> list[Device]:
    """Return the meters of a list, with those known before for such without a number."""
    named = [device for device in devices if device.serial]
    listed = {device.serial for device in named}
    known = [
        device
        for device in stored_devices(contract, stored)
        if device.serial not in listed
    ]
    return [*named, *known[: len(devices) - len(named)]]


def stored_devices(contract: str, stored: StoredMeters) -> list[Device]:
    """Return the meters that were in place when they were last seen."""
    known = stored.get(contract, {})
    latest = [_line(known, stem)[-1] for stem in _stems(known)]
    return [
        Device(serial=serial, code=known[serial]["code"], is_active=True)
        for serial in latest
    ]
