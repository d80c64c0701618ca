"""Finds the meters of contracts and reads what is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.errors import CaptchaGated
from custom_components.iec.api.models.device import ConnectionSize, Device, DeviceIn
from custom_components.iec.api.models.reading import MeterReport
from custom_components.iec.api.tariffs import Tariffs
from custom_components.iec.calculations.estimate import (
    BillEstimate,
    estimate_bill,
    unbilled_energy,
)
from custom_components.iec.calculations.meters import (
    Meter,
    StoredMeters,
    devices_of_readings,
    is_said_to_be_two_way,
    joined,
    match_meters,
    named_devices,
    stored_devices,
)
from custom_components.iec.const import CONF_SOLAR
from custom_components.iec.snapshot import ContractState, MeterState
from custom_components.iec.statistics.reader import DayReader, DayReadings

from .day_energies import DayEnergies, of_month
from .discovery import Supply
from .months import MonthPoller

_DEVICES_EVERY: Final = timedelta(hours=12)
_KINDS_EVERY: Final = timedelta(days=7)
_TODAY_EVERY: Final = timedelta(hours=2)
_FACTS_EVERY: Final = timedelta(hours=24)
_DAY: Final = timedelta(days=1)


class MeterPoller:
    """Asks for the meters of contracts."""

    def __init__(
        self, client: IecClient, answers: AnswerCache, reader: DayReader
    ) -> None:
        """Ask through the client of an entry."""
        self._client = client
        self._answers = answers
        self._reader = reader
        self._gated: set[str] = set()
        self._unlisted: set[str] = set()
        self._months = MonthPoller(answers, reader)
        self.days = DayEnergies(reader)

    def is_gated(self, supply: Supply) -> bool:
        """Return whether a contract's meters are only listed behind a CAPTCHA."""
        return supply.contract in self._gated & self._unlisted

    async def async_find(
        self, contract: ContractState, stored: StoredMeters, options: Mapping[str, Any]
    ) -> tuple[list[tuple[Meter, Device]], StoredMeters]:
        """Return the smart meters in place, and what to store of them.

        :raises AuthFailed: the user must sign in again.
        """
        supply = contract.supply
        if not supply.may_be_smart:
            return [], stored
        number = supply.contract
        devices = await self._async_devices(contract, stored)
        meters, known = match_meters(number, devices, stored)
        if (united := joined(meters, known, self._reader.life)) is not known:
            meters, known = match_meters(number, devices, united)
        by_serial = {device.serial: device for device in devices}
        found = [(meter, by_serial[meter.address.serial]) for meter in meters]
        for meter, device in found:
            self._reader.wants_two_way[meter.stem] = _wants_two_way(
                options, supply, device
            )
        self._note_billed(contract, meters)
        for meter in meters if stored.get(number) else ():
            if meter.earlier and meter.address.serial not in stored[number]:
                self._months.keep_replaced(meter)
        return found, known

    def _note_billed(self, contract: ContractState, meters: Sequence[Meter]) -> None:
        """Take until when is billed; what runs since then is requested again."""
        number, until = contract.supply.contract, contract.billed_until
        known = self._reader.billed_until.get(number)
        if until is None or until == known:
            return
        self._reader.billed_until[number] = until
        for meter in meters if known else ():
            self._months.due(meter)

    async def async_read(
        self,
        contract: ContractState,
        meter: Meter,
        device: Device,
        tariffs: Tariffs,
        price: float | None,
    ) -> MeterState:
        """Return one meter; what isn't available is None.

        :raises AuthFailed: the user must sign in again.
        """
        now = dt_util.now(SITE_ZONE)
        today = now.date()
        month, reading = await self._async_reports(meter, today)
        running = await self._months.async_running(
            meter, today, month, reading.report if reading else None
        )
        connection = await self._async_connection(contract.supply, meter)
        begin = self._reader.running_from(meter.address.contract)
        state = MeterState(
            meter=meter,
            device=device,
            is_two_way=self._reader.is_two_way(meter),
            today_is=today,
            since=self._reader.since(meter),
            connection=connection,
            running=running,
            billed_until=self._reader.billed_until.get(meter.address.contract),
            running_from=begin,
            today=self.days.of_day(meter, today),
            yesterday=self.days.of_whole_day(meter, today - _DAY),
            month=of_month(month),
            latest=self._reader.latest.get(meter.stem),
            latest_day=self.days.latest(meter),
            load_class=_load_class(reading, now),
        )
        is_alone = not any(self._reader.replaced(meter, begin))
        return _with_estimate(state, contract, tariffs, price, by_register=is_alone)

    async def _async_devices(
        self, contract: ContractState, stored: StoredMeters
    ) -> Sequence[Device]:
        number = contract.supply.contract
        devices = await self._answers.get(
            f"devices_{number}",
            partial(self._client.get_devices, number),
            every=_DEVICES_EVERY,
        )
        kinds = await self._answers.get(
            f"kinds_{number}", partial(self._async_kinds, number), every=_KINDS_EVERY
        )
        by_serial = {device.serial: device for device in kinds.devices} if kinds else {}
        if named := named_devices(number, devices or [], stored):
            self._unlisted.discard(number)
            return [
                replace(device, kind=by_serial[device.serial].kind)
                if device.serial in by_serial
                else device
                for device in named
            ]
        if found := stored_devices(number, stored):
            return found
        found = list(by_serial.values()) or devices_of_readings(contract.readings)
        (self._unlisted.discard if found else self._unlisted.add)(number)
        return found

    async def _async_kinds(self, contract: str) -> DeviceIn | None:
        """Return the meters with their kinds; None behind the captcha."""
        try:
            found = await self._client.get_device_in(contract)
        except CaptchaGated:
            self._gated.add(contract)
            return None
        self._gated.discard(contract)
        return found

    async def _async_reports(
        self, meter: Meter, today: date
    ) -> tuple[MeterReport | None, DayReadings | None]:
        """Return this month and today; the days of both months are noted."""
        this_month = await self._months.async_this(meter, today)
        last_month = await self._months.async_last(meter, today)
        self.days.note(meter, last_month, this_month)
        reading = await self._answers.get(
            f"today_{meter.key}",
            partial(self._reader.read_day, meter, today),
            every=_until_tomorrow,
        )
        return this_month, reading

    async def _async_connection(
        self, supply: Supply, meter: Meter
    ) -> ConnectionSize | None:
        """Return the size of the connection: of the meter, else of the property."""
        address = meter.address
        registers = await self._answers.get(
            f"registers_{meter.key}",
            partial(
                self._client.get_device_registers, address.contract, address.serial
            ),
            every=_FACTS_EVERY,
        )
        if registers and registers.connection:
            return registers.connection
        if not supply.account_id:
            return None
        label = await self._answers.get(
            f"connection_{supply.contract}",
            partial(
                self._client.masa.get_connection_size,
                supply.account_id,
                supply.contract,
            ),
            every=_FACTS_EVERY,
        )
        return ConnectionSize.read(label) if label else None


def _wants_two_way(options: Mapping[str, Any], supply: Supply, device: Device) -> bool:
    choice = options.get(CONF_SOLAR, "auto")
    if choice != "auto":
        return bool(choice == "on")
    return is_said_to_be_two_way(device, is_producer=supply.is_producer)


def _until_tomorrow(_: DayReadings) -> timedelta:
    """Return how long today's reading counts: never longer than today."""
    now = dt_util.now(SITE_ZONE)
    tomorrow = local_midnight(now.date() + _DAY, SITE_ZONE)
    return min(_TODAY_EVERY, tomorrow - now)


def _load_class(reading: DayReadings | None, now: datetime) -> int | None:
    """Return the load class of the running hour."""
    for start, load_class in reading.load_classes if reading else ():
        if start <= now < start + timedelta(hours=1):
            return load_class
    return None


def _with_estimate(
    state: MeterState,
    contract: ContractState,
    tariffs: Tariffs,
    price: float | None,
    *,
    by_register: bool,
) -> MeterState:
    """Add what the next bill would be, if that is known.

    `by_register`: whether the meter in place has counted all that is not billed.
    """
    invoice = contract.last_invoice
    serial = state.meter.address.serial
    last = contract.readings.latest(serial) if contract.readings else None
    billed = invoice.reading_of(serial) if invoice else None
    kwh = unbilled_energy(
        register=state.register if by_register else None,
        billed=billed or (last.reading if last else None),
        running=state.running.consumption if state.running else None,
    )
    estimate: BillEstimate | None = None
    if kwh is not None and price is not None:
        estimate = estimate_bill(
            kwh=kwh,
            price=price,
            tariffs=tariffs,
            connection=state.connection,
            billed_until=state.billed_until,
            today=state.today_is,
        )
    return replace(state, unbilled=kwh, estimate=estimate)
