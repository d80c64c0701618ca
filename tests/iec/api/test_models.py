"""Loose answers, identity numbers, sizes, prices that are hard to find."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.iec.api.identity import (
    bare_number,
    is_mobile_number,
    is_valid_id,
    normal_id,
)
from custom_components.iec.api.login import Login
from custom_components.iec.api.models.contract import Contract, ContractList
from custom_components.iec.api.models.customer import Customer
from custom_components.iec.api.models.device import (
    ConnectionSize,
    Device,
    DeviceRegisters,
    LastMeterReadings,
)
from custom_components.iec.api.models.fields import read_day, read_moment
from custom_components.iec.api.models.invoice import Invoice, InvoiceList
from custom_components.iec.api.models.masa_lookup import Cities
from custom_components.iec.api.models.masa_profile import UserProfile
from custom_components.iec.api.models.reading import ReadingReport, RunningPeriod
from custom_components.iec.api.models.tariff import (
    PeriodCalculator,
    TariffPage,
    UsageCalculator,
)
from custom_components.iec.api.outages import Outage, merge
from custom_components.iec.api.pkce import Proof, read_form
from custom_components.iec.api.tariffs import build_tariffs

from .conftest import NOW, Portal


@pytest.mark.parametrize(
    "value",
    [
        "123456782",
        " 123456782 ",
        "18",
        "000000018",
        "000000000",
        "032958787",
        "684038854",
        "713476182",
        "879976249",
    ],
)
def test_valid_ids(value: str) -> None:
    """Check digit, with leading zeros or without."""
    assert is_valid_id(value)
    if int(value):
        assert normal_id(value) == value.strip().zfill(9)


@pytest.mark.parametrize(
    "value", ["123456789", "1234567890", "12345678a", "", " ", "१८", "-18", "1.8"]
)
def test_invalid_ids(value: str) -> None:
    """Anything else, other digits than ASCII's too."""
    assert not is_valid_id(value)
    with pytest.raises(ValueError, match="ID number"):
        normal_id(value)


def test_numbers_and_phones() -> None:
    """Leading zeros do not count; mobile numbers begin in one of two ways."""
    assert bare_number(" 000340000001 ") == "340000001"
    assert bare_number("A1") == "A1"
    assert bare_number("000") == "0"
    assert bare_number("0" + "7" * 10_000) == "7" * 10_000
    assert is_mobile_number("0501234567")
    assert is_mobile_number("+972501234567")
    assert not is_mobile_number("972501234567")
    assert not is_mobile_number("0301234567")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-24", date(2026, 2, 24)),
        ("2026-01-17T00:00:00", date(2026, 1, 17)),
        ("2026-01-16T22:00:00Z", date(2026, 1, 17)),
        ("04/12/2025", date(2025, 12, 4)),
        ("1900-01-01", None),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_days(value: object, expected: date | None) -> None:
    """Local days in every form; sentinels are nothing."""
    assert read_day(value) == expected


def test_moments() -> None:
    """Times without a zone are Israel's."""
    assert read_moment("2026-01-17T00:00:00") == datetime(2026, 1, 16, 22, tzinfo=UTC)
    assert read_moment("2026-01-17T00:00:00Z") == datetime(2026, 1, 17, tzinfo=UTC)
    assert read_moment("0001-01-01T00:00:00Z") is None
    assert read_moment(None) is None


@pytest.mark.parametrize(
    ("label", "phases", "kva"),
    [("3X25", 3, 17.32), ("25", 1, 5.78), ("1x40", 1, 9.24), ("3 X 40", 3, 27.71)],
)
def test_connections(label: str, phases: int, kva: float) -> None:
    """One phase if it is not told; the power can be reckoned."""
    size = ConnectionSize.read(label)
    assert size
    assert (size.phases, size.kva) == (phases, kva)
    assert ConnectionSize.read("big") is None
    assert ConnectionSize.read("3X" + "9" * 400) is None


def test_registers_without_a_label() -> None:
    """Then size and phases count; null is no register."""
    wire = {"connectionSize": {"size": 25, "phase": 3}}
    registers = DeviceRegisters.read({"counterDevices": [{}, wire]})
    assert registers.connection == ConnectionSize(3, 25.0)
    assert DeviceRegisters.read({"counterDevices": None}).connection is None
    empty = {"connectionSize": {"size": None}}
    assert DeviceRegisters.read({"counterDevices": [empty]}).connection is None


def test_contracts() -> None:
    """Without an active one the first counts; without a number it is none."""
    wire = [{"contractId": "0001", "status": 2}, {"contractId": "2", "status": 2}]
    found = ContractList.read({"contracts": wire})
    assert found.default
    assert found.default.id == "1"
    assert ContractList.read({"contracts": None}).default is None
    with pytest.raises(Malformed):
        Contract.read({"status": 1})
    with pytest.raises(Malformed):
        Contract.read({"contractId": None})


def test_customers() -> None:
    """Partners are named once, in whatever order."""
    wire = {"bpNumber": "1", "accounts": [{"bpNumber": "1"}, {"bpNumber": ""}]}
    assert Customer.read(wire).bp_numbers == ["1"]


def test_invoices() -> None:
    """The newest one for electricity; an open period has no end."""
    wire = [
        {"documentID": "1", "fullDate": "2026-05-01T00:00:00", "amountToPay": 1},
        {"documentID": "1", "fullDate": "2026-06-01T00:00:00"},
        {"documentID": "2", "fullDate": "2026-07-01T00:00:00"},
        {"documentID": "1"},
    ]
    found = InvoiceList.read({"invoices": wire})
    assert found.latest
    assert found.latest.month == date(2026, 6, 1)
    assert found.latest.is_paid is None
    assert found.invoices[0].is_paid is False
    assert Invoice.read({"meterReadings": None}).reading_of("1") is None


def test_readings_of_registers() -> None:
    """The newest that has a day and a value."""
    wire = {
        "lastMeters": [
            {
                "serialNumber": "0024",
                "meterReadings": [
                    {"reading": "10", "readingDate": "2026-01-01T00:00:00"},
                    {"reading": 12.5, "readingDate": "2026-03-01T00:00:00"},
                    {"reading": None, "readingDate": "2026-05-01T00:00:00"},
                    {"reading": 99, "readingDate": "0001-01-01T00:00:00"},
                ],
            }
        ]
    }
    latest = LastMeterReadings.read(wire).latest("24")
    assert latest
    assert latest.reading == 12.5
    assert LastMeterReadings.read({"lastMeters": None}).latest("24") is None


def test_reports() -> None:
    """The meter is found by what matches best; another one is not taken for it."""
    wire: dict[str, Any] = {
        "meterList": [
            {"meterSerial": "0024", "meterCode": "503"},
            {"meterSerial": "0024", "meterCode": "504"},
            {"meterSerial": "0025", "meterCode": "503"},
        ]
    }
    report = ReadingReport.read(wire)
    assert report.of("24", "504") is report.meters[1]
    assert report.of("24", "999") is report.meters[0]
    assert report.of("26", "999") is None
    nameless = ReadingReport.read({"meterList": [{"meterCode": "503"}, {}]})
    assert nameless.of("24", "503") is nameless.meters[0]
    single = ReadingReport.read({"meterList": [{"meterSerial": "9"}]})
    assert single.of("24", "503") is single.meters[0]
    assert ReadingReport.read({"meterList": None, "taozList": None}).meters == []


@pytest.mark.parametrize(
    ("wire", "valid"),
    [
        ({"totalImportDate": "2026-07-14", "totalImport": 5}, True),
        ({"totalImportDate": "2026-07-14", "futureConsumption": 5}, True),
        ({"totalImportDate": "2026-07-14", "totalImport": 0}, False),
        ({"totalImportDate": "0001-01-01", "totalImport": 5}, False),
        ({"totalImport": 5}, False),
    ],
)
def test_running_periods(wire: dict[str, Any], *, valid: bool) -> None:
    """Often they are there but empty."""
    assert RunningPeriod.read(wire).is_valid == valid


def test_spelling_of_the_government_id() -> None:
    """The key is read in both of its spellings."""
    for key in ("governmentid", "governmentId"):
        assert UserProfile.read({key: "123456782"}).government_id == "123456782"


def test_kinds_of_meters() -> None:
    """Only the captcha's list tells them."""
    kinds = {"": None, "Consumption": False, "צריכה": False, "דו כיווני": True}
    for kind, expected in kinds.items():
        device = Device.read({"deviceNumber": "024", "meterKind": kind})
        assert device.is_two_way is expected
    assert device.serial == "24"


def outage(**more: Any) -> Outage:
    """Return an interruption of one contract."""
    return Outage(contract="1", **more)


@pytest.mark.parametrize(
    ("given", "going_on", "planned"),
    [
        (outage(start=NOW - timedelta(hours=1)), True, False),
        (outage(start=NOW - timedelta(hours=1), state_code=6), False, False),
        (outage(start=NOW, end=NOW + timedelta(hours=1), state_code=6), True, False),
        (outage(start=NOW - timedelta(hours=1), end=NOW), False, False),
        (outage(start=NOW + timedelta(hours=1)), False, True),
        (outage(), True, False),
    ],
)
def test_outages(given: Outage, *, going_on: bool, planned: bool) -> None:
    """Without an end, or with one to come, there is no power."""
    assert given.is_going_on(NOW) == going_on
    assert given.is_planned(NOW) == planned


def test_merging() -> None:
    """What one service does not know the other one may; keys tell them apart."""
    first = outage(key="a", start=NOW, kind="Fault")
    second = outage(key="a", end=NOW + timedelta(hours=1), kind="Other")
    third = outage(start=NOW - timedelta(days=1))
    merged = merge([first, third], [second, outage()])
    assert [each.identity for each in merged] == ["", third.identity, "a"]
    assert merged[2].end == second.end
    assert merged[2].kind == "Fault"


@pytest.mark.parametrize("look", ["usual", "shifted", "unlabelled"])
@pytest.mark.parametrize("agorot", [True, False])
async def test_tariff_pages(portal: Portal, look: str, *, agorot: bool) -> None:
    """Found by label, else by place."""
    portal.cloud.apply({"tariff_page": look, "kwh_cell_in_agorot": agorot})
    client = await portal.client(None)
    page = await client.public.get_tariff_page()
    tariffs = build_tariffs(None, None, page)
    assert tariffs.kwh == pytest.approx(0.64, abs=0.005)
    assert tariffs.distribution == {1: 12.98, 3: 18.17}
    assert tariffs.delivery == {1: 8.74, 3: 12.61}
    assert tariffs.kva == 6.12


async def test_a_blank_tariff_page(portal: Portal) -> None:
    """Nothing is known then, and nothing breaks."""
    portal.cloud.apply({"tariff_page": "blank"})
    client = await portal.client(None)
    tariffs = build_tariffs(None, None, await client.public.get_tariff_page())
    assert tariffs.kwh is None
    assert tariffs.distribution_of(3) is None
    assert tariffs.kva is None
    portal.cloud.apply({"tariff_page": "no_content"})
    with pytest.raises(Malformed):
        await client.public.get_tariff_page()


def test_odd_tariffs() -> None:
    """Cells that are no cells; a price from whatever tells it."""
    cell = {"rowIndex": 1, "columnIndex": 2, "value": b64encode(b"1,234.50").decode()}
    bad = {"rowIndex": 1, "columnIndex": 0, "value": "%%"}
    table = [[cell, bad, "x", {"value": None}], "y"]
    page = TariffPage.read({"components": [{}, {"table": table}, {"table": None}]})
    assert build_tariffs(None, None, page).kwh == 12.345
    for odd in (-0.5, 0, 54.25, 1e9):
        rates = {"homeRate": odd, "vat": 18}
        answer = UsageCalculator.read({"gadget_Calculator_Rates": rates})
        assert build_tariffs(answer, None, None).kwh is None, odd
        assert build_tariffs(answer, None, page).kwh == 12.345, odd
    period = {"period_Calculator_Rates": {"homeRate": 0.5, "vat": 18}}
    found = build_tariffs(None, PeriodCalculator.read(period), None)
    assert found.kwh == pytest.approx(0.59)
    assert found.power_of(ConnectionSize(3, 25)) == 17.32
    gadget = {"gadget_Calculator_Rates": {"homeRate": 0.5}}
    calculator = UsageCalculator.read(gadget)
    assert calculator.rates
    assert calculator.rates.kwh_price is None
    assert build_tariffs(calculator, None, None).kwh is None
    assert UsageCalculator.read(
        {"gadget_Calculator_Rates": {"homeRate": 0.5, "vat": 18}}
    ).rates.kwh_price == pytest.approx(0.59)  # type: ignore[union-attr]  # it is there


def test_proofs_and_forms() -> None:
    """A challenge of 43 characters; forms in any order and escaping."""
    proof, other = Proof.draw(), Proof.draw()
    assert proof != other
    assert len(proof.verifier) == 128
    assert len(proof.challenge) == 43
    assert proof.verifier not in repr(proof)
    page = "<INPUT value='a\\x2db&amp;c' name=code type=hidden><input name='x'>"
    assert read_form(page) == {"code": "a-b&c"}


def test_logins() -> None:
    """The id token's own life counts; without tokens there is no login."""
    payload = b64encode(json.dumps({"iat": 1000, "exp": 2800}).encode()).decode()
    answer = {
        "id_token": f"h.{payload}.s",
        "refresh_token": "refresh-1",
        "expires_in": 86400,
    }
    login = Login.issued(answer)
    assert login.expires_at - login.issued_at == timedelta(minutes=30)
    payload = b64encode(b'{"sub": "opaque"}').decode()
    silent = {"id_token": f"h.{payload}.s"}
    opaque = Login.issued({**silent, "expires_in": 600}, "kept")
    assert opaque.refresh_token == "kept"
    assert opaque.expires_at - opaque.issued_at == timedelta(minutes=10)
    usual = Login.issued({**silent, "refresh_token": "refresh-1"})
    assert usual.expires_at - usual.issued_at == timedelta(hours=1)
    assert Login.from_dict(usual.to_dict()) == usual
    odd: tuple[object, ...] = (
        {},
        {"id_token": "opaque-1"},
        {"refresh_token": "refresh-1"},
        silent,
    )
    for none in odd:
        with pytest.raises(Malformed):
            Login.issued(none)
    assert payload not in repr(usual)


async def test_envelopes(portal: Portal) -> None:
    """What is there counts; a failure with nothing else is one; the rest is odd."""
    client = await portal.logged_in()
    endpoint = "*/outages/accounts"
    for status in (200, 500):
        portal.cloud.apply(
            {"fail": {"endpoint": endpoint, "code": "26", "status": status}}
        )
        with pytest.raises(ProviderError):
            await client.get_accounts()
    portal.cloud.apply({"fail": None})
    portal.cloud.apply({"null_keys": {"endpoint": endpoint, "keys": ["data"]}})
    assert await client.get_accounts() == []
    assert await client.get_default_account() is None
    portal.cloud.apply(
        {
            "null_keys": {"endpoint": endpoint, "keys": []},
            "omit_keys": {"endpoint": endpoint, "keys": ["data", "reponseDescriptor"]},
        }
    )
    with pytest.raises(Malformed):
        await client.get_accounts()


def test_all_cities() -> None:
    """The longest list that there is: some 1,300 places."""
    region = {"name": "North", "shovalRegionCode": 7, "id": "r"}
    names = [f"City {n}" for n in range(1300)]
    wire = [{"name": name, "id": name, "region": region} for name in names]
    found = Cities.read(parse_json(json.dumps({"dataCollection": wire}))).cities
    assert [city.name for city in found] == names
