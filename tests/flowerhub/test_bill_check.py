"""The latest invoice against what was metered in its month."""

from datetime import date
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.cloud_energy.prices.bill_check import Metered
from custom_components.flowerhub.api.models import Invoice, InvoiceLine
from custom_components.flowerhub.calculations.bill_check import SiteBill
from custom_components.flowerhub.calculations.billing import BilledMonth
from custom_components.flowerhub.const import DOMAIN
from custom_components.flowerhub.texts import Issue
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds.flowerhub.billing import FEE, PRICE

from .helpers import add_entry, attributes, state

MONTH = date(2026, 10, 1)
SITE = "900001"


def line(price: float, volume: float, **more: Any) -> InvoiceLine:
    """Return a line of an invoice."""
    return InvoiceLine(price=price, volume=volume, amount=price * volume, **more)


def site_bill(
    lines: list[InvoiceLine], metered: float, total: float | None = None
) -> SiteBill | None:
    """Find the bill in a group invoice of one site."""
    amount = sum(each.amount or 0 for each in lines)
    own = Invoice(site_id=SITE, total=amount if total is None else total, lines=lines)
    invoice = Invoice(site_id=SITE, month=MONTH, total=amount, site_invoices=[own])
    months = [BilledMonth(month=MONTH, volume=metered, is_reading=True)]
    return SiteBill.latest([invoice], {SITE: months})


def charged(bill: SiteBill) -> Any:
    """Return what the metered energy costs."""
    return bill.charges(Metered(used={bill.times[0]: bill.metered.volume}, returned={}))


@given(
    volume=st.floats(60, 5000),
    share=st.floats(0.25, 4),
    prices=st.lists(st.floats(0.05, 5), min_size=1, max_size=4),
    fee=st.floats(0, 200),
    kilowatts=st.floats(1, 30),
)
def test_whatever_the_lines_are_called(
    volume: float, share: float, prices: list[float], fee: float, kilowatts: float
) -> None:
    """Lines per kWh count with the metered volume, fees as they are, credits not."""
    lines = [line(price, volume * share) for price in prices]
    lines += [line(fee, 1), line(-50, kilowatts)]
    bill = site_bill(lines, volume)
    assert bill
    assert bill.energy == pytest.approx(volume * share)
    assert bill.amount == pytest.approx(sum(prices) * volume * share + fee, abs=0.02)
    charges = charged(bill)
    assert charges.total == pytest.approx(sum(prices) * volume + fee, abs=0.02)
    assert charges.fixed == pytest.approx(fee)


def test_what_can_not_be_told() -> None:
    """Without energy lines there is no price, without a total or a volume no bill."""
    bill = site_bill([line(49, 1)], 200)
    assert bill
    assert (bill.energy, charged(bill)) == (None, None)
    unnamed = InvoiceLine(price=None, volume=200, amount=None)
    bill = site_bill([unnamed, InvoiceLine()], 200)
    assert bill
    assert charged(bill) is None
    assert SiteBill.latest([], {}) is None
    assert SiteBill.latest([Invoice(site_id=SITE, total=1)], {}) is None
    whole = Invoice(site_id=SITE, month=MONTH, total=1)
    assert SiteBill.latest([whole], {}) is None
    # An invoice of one site only is its own; the price may be in öre
    months = [BilledMonth(month=MONTH, volume=100, is_reading=False)]
    per_hundred = InvoiceLine(price=85, volume=100, amount=85)
    alone = Invoice(site_id=SITE, month=MONTH, total=85, lines=[per_hundred])
    bill = SiteBill.latest([alone], {SITE: months})
    assert bill
    assert charged(bill).total == pytest.approx(85)


def test_several_invoices_of_a_month() -> None:
    """Neither a credit nor a reminder's fee is the bill of the energy."""
    months = [BilledMonth(month=MONTH, volume=100, is_reading=True)]

    def invoice(*lines: InvoiceLine) -> Invoice:
        total = sum(each.amount or 0 for each in lines)
        return Invoice(site_id=SITE, month=MONTH, total=total, lines=[*lines])

    right, wrong = invoice(line(0.8, 100), line(49, 1)), invoice(line(0.8, 300))
    credit, fee = invoice(line(0.8, -300)), invoice(line(60, 1))
    bill = SiteBill.latest([fee, right, credit, wrong], {SITE: months})
    assert bill
    assert (bill.amount, bill.energy) == (129, 100)
    assert charged(bill).total == pytest.approx(129)
    # An older month is not the latest one
    older = Invoice(site_id=SITE, month=date(2026, 9, 1), total=80, lines=right.lines)
    bill = SiteBill.latest([fee, older], {SITE: months})
    assert bill
    assert bill.energy is None


async def checked(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the attributes of the sensor once the latest invoice is checked."""
    account = entry.runtime_data.account_data
    account.answers.all_due()
    await account.async_refresh()
    await entry.runtime_data.bill_checks.async_settled()
    await hass.async_block_till_done()
    return dict(attributes(hass, entry, "bill_difference"))


async def test_a_right_bill_and_wrong_ones(
    hass: HomeAssistant, at_noon: FrozenDateTimeFactory, cloud: FlowerhubCloud
) -> None:
    """The metered energy comes to the bill; what is billed beyond that is told."""
    entry = await add_entry(hass, cloud)
    found = await checked(hass, entry)
    assert abs(float(state(hass, entry, "bill_difference"))) < 0.1
    assert found["period_start"] == MONTH
    assert found["period_end"] == date(2026, 10, 31)
    metered = found["metered_energy"]
    assert found["billed_energy"] == metered > 0
    assert found["fixed_charges"] == FEE
    assert found["billed_amount"] == pytest.approx(PRICE * metered + FEE, abs=0.01)
    assert (found["is_estimated"], found["currency"]) == (False, "SEK")
    registry = ir.async_get(hass)
    issue_id = issue_id_of(entry, Issue.BILL_DIFFERS, 0)
    assert registry.async_get_issue(DOMAIN, issue_id) is None

    month = {"account": "solar_home", "month": "2026-10"}
    cloud.apply({"bill_other_volume": month | {"volume": 3 * metered}})
    found = await checked(hass, entry)
    assert found["difference"] == pytest.approx(PRICE * metered * 2, abs=0.02)
    assert found["metered_energy"] == metered
    issue = registry.async_get_issue(DOMAIN, issue_id)
    assert issue
    assert issue.translation_placeholders
    causes = issue.translation_placeholders["causes"]
    assert f"{3 * metered:.0f} kWh" in causes
    assert f"{metered:.0f} kWh" in causes

    # A month whose volume is gone has nothing to be compared with
    cloud.apply({"withdraw": month})
    found = await checked(hass, entry)
    assert state(hass, entry, "bill_difference") == STATE_UNAVAILABLE
    assert registry.async_get_issue(DOMAIN, issue_id) is None
