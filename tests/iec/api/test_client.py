"""Every question that the cloud answers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from custom_components.cloud_energy.client.errors import (
    CloudError,
    Malformed,
    NotPermitted,
    ProviderError,
)
from custom_components.iec.api.appliances import estimate
from custom_components.iec.api.consumption import (
    MeterAddress,
    MeterKind,
    last_invoice_day,
)
from custom_components.iec.api.errors import CaptchaGated
from custom_components.iec.api.models.reading import Resolution
from custom_components.iec.api.models.tariff import Appliance, PowerUnit, Rates
from custom_components.iec.api.outages import merge, read_portal, read_sites

from .conftest import NOW, Portal

TODAY = date(2026, 7, 15)
INVOICE = last_invoice_day(TODAY, None)


def address_of(portal: Portal, name: str = "plain_home") -> MeterAddress:
    """Return a person's first meter."""
    person = portal.person(name)
    return MeterAddress(person["contract"], person["meter"], person["meter_code"])


async def test_customer(portal: Portal) -> None:
    """Who is signed in, and the partners."""
    client = await portal.logged_in("landlord")
    person = portal.person("landlord")
    customer = await client.get_customer()
    assert customer.id_number == person["user_id"]
    assert len(customer.bp_numbers) == len(set(customer.bp_numbers)) >= 1
    accounts = await client.get_accounts()
    assert {account.bp_number for account in accounts} >= {person["bp_number"]}
    default = await client.get_default_account()
    assert default
    assert default.id == person["account_id"]
    for secret in (person["user_id"], customer.email, customer.last_name):
        assert secret not in repr(customer)
        assert secret not in repr(accounts)


async def test_contracts(portal: Portal) -> None:
    """All of a partner, the default one, one by its number."""
    client = await portal.logged_in("landlord")
    person = portal.person("landlord")
    found = await client.get_contracts(person["bp_number"])
    assert len(found.contracts) == 3
    assert [contract.is_active for contract in found.contracts].count(False) == 1
    assert found.default == found.contracts[0]
    assert found.contracts[0].id == person["contract"]
    assert await client.get_default_contract(person["bp_number"]) == found.default
    one = await client.get_contracts(
        person["bp_number"], count=1, contract=person["contract"]
    )
    assert [contract.id for contract in one.contracts] == [person["contract"]]
    owner = await client.get_customer_of(person["contract"])
    assert owner.customer
    assert owner.customer.bp_number == person["bp_number"]
    assert owner.contract


async def test_a_contract(portal: Portal) -> None:
    """What belongs to a contract."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    contract, partner = person["contract"], person["bp_number"]
    check = await client.check_contract(contract)
    assert check.device == person["meter"]
    assert check.has_direct_debit is not None
    subscriptions = await client.get_notice_subscriptions(contract)
    assert {each.contract for each in subscriptions} == {contract}
    (planned,) = await client.get_notice_subscriptions(contract, "EFS004")
    assert planned.service == "EFS004"
    assert planned.unsubscribed_on is None
    discount = await client.get_social_discount(partner)
    assert discount.exists is False
    assert discount.start is None
    touz = await client.get_touz_compatibility(contract, partner)
    assert touz.is_compatible is False
    mobility = await client.get_mobility_status(contract, person["meter"])
    assert mobility.request_exists is False


async def test_meters(portal: Portal) -> None:
    """By each of the lists, with the captcha and without."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    contract, partner = person["contract"], person["bp_number"]
    (device,) = await client.get_devices(contract)
    assert (device.serial, device.code) == (person["meter"], "503")
    assert device.is_two_way is None
    with pytest.raises(CaptchaGated):
        await client.get_device_in(contract)
    with_token = await client.get_device_in(contract, "from-a-browser")
    assert with_token.devices[0].is_two_way is False
    registers = await client.get_device_registers(contract, device.serial)
    assert registers.connection
    assert registers.connection.label == "3X25"
    kind = await client.get_device_type(partner, contract)
    assert kind.serial == device.serial
    found = await client.get_device_details(device.serial, device.code)
    assert found
    assert found.serial == device.serial
    assert await client.get_device_details(device.serial, "999") is None
    status = await client.get_service_status(contract, partner)
    assert status.is_active
    assert not status.is_disconnected
    readings = await client.get_last_readings(contract, partner)
    latest = readings.latest(device.serial)
    assert latest
    assert latest.reading
    assert readings.latest("1") is None


@pytest.mark.parametrize("language", ["english", "hebrew"])
async def test_a_meter_for_both_ways(portal: Portal, language: str) -> None:
    """It has no registers to show, which is no error, and its kind in any language."""
    portal.cloud.apply({"meter_kind_language": language})
    client = await portal.logged_in("solar_home")
    address = address_of(portal, "solar_home")
    registers = await client.get_device_registers(address.contract, address.serial)
    assert registers.connection is None
    found = await client.get_device_in(address.contract, "from-a-browser")
    assert found.devices[0].is_two_way is True
    plain = await portal.logged_in("landlord")
    ours = portal.person("landlord")["contract"]
    assert (await plain.get_device_in(ours)).devices[0].is_two_way is False


async def test_other_refusals_by_envelope(portal: Portal) -> None:
    """They are errors with the provider's code."""
    client = await portal.logged_in()
    address = address_of(portal)
    portal.cloud.apply({"fail": {"endpoint": "*/Device/{contract}/*", "code": "99"}})
    with pytest.raises(ProviderError) as caught:
        await client.get_device_registers(address.contract, address.serial)
    assert caught.value.code == "99"
    portal.cloud.faults.add(
        endpoint="GET */DeviceIn/{contract}", kind="status", status=500, times=9
    )
    with pytest.raises(ProviderError):
        await client.get_device_in(address.contract)


async def test_bills(portal: Portal) -> None:
    """What is open, all invoices, one as PDF."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    contract, partner = person["contract"], person["bp_number"]
    bill = await client.billing.get_electric_bill(contract, partner)
    assert bill.open_invoices == 0
    invoices = await client.billing.get_invoices(contract, partner)
    assert any(not each.is_electricity for each in invoices.invoices)
    latest = invoices.latest
    assert latest
    assert latest.end
    assert latest.is_paid
    assert latest.reading_of(person["meter"])
    assert latest.reading_of("1") is None
    opened = await client.billing.get_invoices(contract, partner, only_open=True)
    assert opened.invoices == []
    assert opened.latest is None
    pdf = await client.billing.get_pdf(latest.id, contract, partner)
    assert pdf.startswith(b"%PDF")
    endpoint = "POST */BillingCollection/pdf"
    for kind, error in (("empty", Malformed), ("wrong_types", CloudError)):
        portal.cloud.faults.add(endpoint=endpoint, kind=kind, times=1)
        with pytest.raises(error):
            await client.billing.get_pdf(latest.id, contract, partner)


async def test_a_report_by_mail(portal: Portal) -> None:
    """It is sent once; anything but a yes is a no."""
    client = await portal.logged_in()
    address = address_of(portal)
    send = client.consumption.send_report_by_mail
    assert await send(address, "dana@example.com")
    portal.cloud.faults.add(
        endpoint="POST */SendConsumptionReportToMail/*", kind="empty", times=1
    )
    assert not await send(address, "dana@example.com")


@pytest.mark.parametrize("kind", list(MeterKind))
@pytest.mark.parametrize("name", ["plain_home", "solar_home"])
async def test_readings(portal: Portal, name: str, kind: MeterKind) -> None:
    """A day's quarter hours; the return only where it was asked for and is there."""
    client = await portal.logged_in(name)
    address = address_of(portal, name)
    answer = await client.consumption.get_report(
        address, date(2026, 7, 12), Resolution.DAILY, last_invoice=INVOICE, kind=kind
    )
    report = answer.of(address.serial, address.code)
    assert report
    assert len(report.periods) == 96
    both = name == "solar_home" and kind is not MeterKind.CONSUMPTION
    assert report.is_two_way == both
    assert any(period.return_ for period in report.periods) == both
    assert report.meter_start
    assert report.valid_running


async def test_months_and_weeks(portal: Portal) -> None:
    """The seed's range of readings, month by month and week by week."""
    client = await portal.logged_in()
    address = address_of(portal)
    months = [
        report
        async for report in client.consumption.get_reports(
            address,
            date(2026, 4, 20),
            date(2026, 7, 1),
            Resolution.MONTHLY,
            last_invoice=INVOICE,
        )
    ]
    assert [len(report.periods) for report in months] == [30, 31, 30, 13]
    weeks = [
        report
        async for report in client.consumption.get_reports(
            address,
            date(2026, 6, 7),
            date(2026, 6, 14),
            Resolution.WEEKLY,
            last_invoice=INVOICE,
        )
    ]
    assert [len(report.periods) for report in weeks] == [7, 7]
    days = [
        report
        async for report in client.consumption.get_reports(
            address,
            date(2026, 6, 7),
            date(2026, 6, 8),
            Resolution.DAILY,
            last_invoice=INVOICE,
        )
    ]
    assert len(days) == 2


async def test_refused_readings(portal: Portal) -> None:
    """An invoice that is too old, a contract that is another's."""
    client = await portal.logged_in()
    with pytest.raises(ProviderError) as caught:
        await client.consumption.get_report(
            address_of(portal),
            TODAY,
            Resolution.DAILY,
            last_invoice=TODAY - timedelta(days=130),
        )
    assert caught.value.status == 400
    with pytest.raises(NotPermitted):
        await client.consumption.get_report(
            address_of(portal, "solar_home"),
            TODAY,
            Resolution.DAILY,
            last_invoice=INVOICE,
        )


@pytest.mark.parametrize(
    ("invoice_end", "expected"),
    [
        (date(2026, 6, 10), date(2026, 6, 11)),
        (date(2026, 7, 14), date(2026, 7, 15)),
        (date(2026, 1, 10), date(2026, 6, 30)),
        (date(2026, 8, 1), date(2026, 6, 30)),
        (None, date(2026, 6, 30)),
    ],
)
def test_last_invoice_day(invoice_end: date | None, expected: date) -> None:
    """The day after it; the end of last month where that would be refused."""
    assert last_invoice_day(TODAY, invoice_end) == expected


async def test_outages_of_both_services(portal: Portal) -> None:
    """The past one, told by both, is one."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    account = person["account_id"]
    sites = await client.outages.get_outages(account)
    portal_outages = await client.outages.get_portal_outages(account)
    (outage,) = merge(read_sites(sites), read_portal(portal_outages))
    assert outage.contract == person["contract"]
    assert not outage.is_going_on(NOW)
    assert not outage.is_planned(NOW)
    assert outage.end
    profile = await client.outages.get_portal_profile()
    assert profile.government_id == person["user_id"]
    answer = await client.outages.post_transactions([account])
    assert answer.view_type == 1


async def test_property(portal: Portal) -> None:
    """People, sites on several pages, lists that are asked for once."""
    client = await portal.logged_in("landlord")
    person = portal.person("landlord")
    account = person["account_id"]
    portal.cloud.apply({"largest_page": 2})
    profile = await client.masa.get_user_profile()
    assert profile.government_id == person["user_id"]
    contact = await client.masa.get_contact_profile()
    assert {c.contract.number for c in contact.connections if c.contract} >= {
        person["contract"]
    }
    sites = await client.masa.get_equipment(account)
    assert len(sites) == 3
    assert portal.count("/equipments/get") == 2
    assert await client.masa.get_connection_size(account, person["contract"]) == "40"
    assert await client.masa.get_connection_size(account) == "40"
    assert await client.masa.get_connection_size(account, "1") is None
    assert portal.count("/lookup/all") == 1
    assert await client.masa.get_cities() == await client.masa.get_cities()
    assert portal.count("/cities") == 1
    assert (await client.masa.get_order_titles(account)).orders == []
    assert await client.masa.get_order_categories()
    assert (await client.masa.get_volt_levels())[0].most
    options = await client.masa.get_building_options()
    assert options.residence[0].sizes
    lookup = await client.masa.get_lookup()
    assert lookup.regions
    assert lookup.phone_prefixes


@pytest.mark.parametrize("status", [200, 201])
async def test_sharing(portal: Portal, status: int) -> None:
    """An invitation, who has accepted one, and the end of it."""
    portal.cloud.apply({"created_status": status})
    client = await portal.logged_in()
    profile = await client.masa.get_contact_profile()
    (own,) = [each for each in profile.connections if not each.is_shared]
    assert own.contract
    link = await client.masa.share_contract(profile.id, own.contract.id)
    assert link.startswith("https://")
    shared = await client.masa.get_shared_contract(profile.id, own.contract.id)
    (guest,) = shared.connections
    assert guest.is_shared
    await client.masa.remove_shared_contact(
        guest.id, guest.contact_id, own.contract.id, profile.id
    )
    shared = await client.masa.get_shared_contract(profile.id, own.contract.id)
    assert shared.connections == []
    portal.cloud.faults.add(
        endpoint="POST */createconnectionrequest", kind="empty", times=1
    )
    with pytest.raises(Malformed):
        await client.masa.share_contract(profile.id, own.contract.id)


async def test_prices(portal: Portal) -> None:
    """VAT counts once; nobody has to be signed in."""
    client = await portal.client(None)
    tariffs = await client.public.get_tariffs()
    assert tariffs.kwh == pytest.approx(0.64015)
    assert tariffs.distribution_of(1) == 12.98
    assert tariffs.distribution_of(3) == 18.17
    assert tariffs.delivery_of(2) == 8.74
    assert tariffs.delivery_of(3) == 12.61
    assert tariffs.kva == 6.12
    assert tariffs.power_sizes["3X40"] == 27.71
    (asked,) = {
        each["account"] for each in portal.cloud.requests.as_json() if each["path"]
    }
    assert asked is None


async def test_appliances(portal: Portal) -> None:
    """Duration counts, power is not cut, and VAT is there once."""
    client = await portal.client(None)
    calculator = await client.public.get_usage_calculator()
    washing = await client.public.get_appliance("מכונת כביסה")
    fridge = calculator.appliance("מקרר קטן")
    assert washing
    assert fridge
    assert calculator.appliance("nothing") is None
    assert calculator.rates
    once = estimate(washing, calculator.rates)
    assert once
    assert once.kwh == Decimal("1.500")
    assert once.cost == Decimal("0.96")
    five = estimate(washing, calculator.rates, minutes=300)
    assert five
    assert five.kwh == Decimal("7.500")
    assert five.cost == Decimal("4.80")
    day = estimate(fridge, calculator.rates)
    assert day
    assert day.kwh == Decimal("0.960")
    other = estimate(washing, calculator.rates, power=2000, unit=PowerUnit.WATT)
    assert other
    assert other.kwh == Decimal("2.000")


@pytest.mark.parametrize(
    ("code", "kilowatts"), [(1, 0.736), (2, 0.23), (3, 0.001), (4, 1.0), (9, None)]
)
def test_units(code: int, kilowatts: float | None) -> None:
    """As on the wire; an unknown unit is unknown."""
    appliance = Appliance(name="a", power=1.0, unit_code=code, minutes=60)
    assert appliance.kilowatts == kilowatts
    rates = Rates(home=0.5, vat=18.0)
    assert (estimate(appliance, rates) is None) == (kilowatts is None)
    assert estimate(appliance, Rates()) is None


async def test_unknown_keys_are_counted(portal: Portal) -> None:
    """And do no harm."""
    client = await portal.logged_in()
    assert not client.drift.seen
    portal.cloud.apply({"extra_keys": True})
    await client.get_customer()
    assert client.drift.seen


async def test_known_answers_hold_nothing_new(portal: Portal) -> None:
    """What is known of the wire is in the models."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    contract, partner = person["contract"], person["bp_number"]
    await client.get_customer()
    await client.get_accounts()
    await client.get_contracts(partner)
    await client.get_devices(contract)
    await client.get_device_registers(contract, person["meter"])
    await client.billing.get_invoices(contract, partner)
    await client.billing.get_electric_bill(contract, partner)
    await client.consumption.get_report(
        address_of(portal), TODAY, Resolution.MONTHLY, last_invoice=INVOICE
    )
    assert dict(client.drift.seen) == {}


def test_an_estimate_beyond_all_measure() -> None:
    """There is none: it has more digits than are counted with."""
    appliance = Appliance.read({"name": "Sun", "power": 9e15, "powerUnit": 1})
    rates = Rates(home=9e15, vat=18.0)
    assert estimate(appliance, rates, minutes=9e15) is None
