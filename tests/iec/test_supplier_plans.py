"""The plans of private suppliers: their data, and what they do to prices."""

from collections.abc import Mapping
from datetime import date, datetime
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from custom_components import iec
from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.calculations import pricing
from custom_components.iec.calculations.discount import Discount
from custom_components.iec.calculations.pricing import PRICE_OPTIONS, Pricing
from custom_components.iec.calculations.supplier_plans import (
    CHECKED,
    SUPPLIER_PLANS,
    SupplierPlan,
)

TEXTS = Path(iec.__file__).parent / "translations"


def priced(options: Mapping[str, object], *earlier: Mapping[str, object]) -> Pricing:
    """Return the prices of options, and of earlier ones until 1 March 2026."""
    stored = [{"until": "2026-03-01", "prices": each} for each in earlier]
    plans = PricePlans.read(options, PRICE_OPTIONS, stored)
    return Pricing.of(plans, [["2020-01-01", 1.0]])


def discounts(prices: Pricing, day: str) -> dict[int, float]:
    """Return the % that are taken off in the hours of a local day."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(SITE_ZONE.key))
    return {
        hour: round(100 * (1 - (prices.at(start.replace(hour=hour)) or 0)), 1)
        for hour in range(24)
    }


@pytest.mark.parametrize("key", SUPPLIER_PLANS)
def test_each_plan_has_its_source_and_says_what_it_takes_off(key: str) -> None:
    """The text of a plan names the percentage and the hours of its latest terms."""
    plan = SUPPLIER_PLANS[key]
    assert plan.page.startswith("https://")
    days = [since for since, _ in plan.terms]
    assert days == sorted(days)
    assert days[0] == CHECKED
    discount = plan.terms[-1][1]
    for language in ("en", "he"):
        texts = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
        text = texts["selector"]["supplier_plan"]["options"][key]
        assert f"{discount.share * 100:g}%" in text
        has_hours = discount.start or discount.end != 24
        window = f"{discount.start}:00–{discount.end}:00"
        assert (window in text) is bool(has_hours)


def test_a_night_of_working_days() -> None:
    """From Sunday evening to Friday morning, and not on Saturday."""
    prices = priced({"supplier_plan": "bezeq_night", "discount": 50})
    night = dict.fromkeys((23, *range(7)), 20.0)
    sunday = discounts(prices, "2026-05-03")
    assert sunday == dict.fromkeys(range(23), 0.0) | {23: 20.0}
    assert discounts(prices, "2026-05-05") == dict.fromkeys(range(24), 0.0) | night
    friday = dict.fromkeys(range(24), 0.0) | dict.fromkeys(range(7), 20.0)
    assert discounts(prices, "2026-05-08") == friday


def test_own_discounts_stay() -> None:
    """Options from before there were plans, and plans that are gone, mean the same."""
    own = {"discount": 7, "discount_start": 8, "discount_end": 10}
    expected = dict.fromkeys(range(24), 0.0) | {8: 7.0, 9: 7.0}
    for options in (own, own | {"supplier_plan": "gone"}):
        assert discounts(priced(options), "2026-05-05") == expected


def test_a_plan_counts_from_its_day_on() -> None:
    """What was chosen before keeps its discount, and its price."""
    prices = priced({"supplier_plan": "super_power", "price": 2.0}, {"discount": 5})
    assert set(discounts(prices, "2026-02-28").values()) == {5.0}
    assert prices.at(datetime(2026, 3, 1, tzinfo=SITE_ZONE)) == pytest.approx(1.87)
    assert prices.changed_on == [date(2026, 3, 1)]


def test_a_supplier_changes_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The new terms count from their day on; a choice that came later knows them."""
    days = [date(2026, 1, 12), date(2026, 2, 1), date(2026, 4, 1)]
    terms = [(day, Discount(share=at / 10)) for at, day in enumerate(days, 1)]
    plan = SupplierPlan(page="https://example.invalid", terms=terms)
    monkeypatch.setattr(pricing, "SUPPLIER_PLANS", {"changing": plan})
    chosen = {"supplier_plan": "changing"}

    def at(prices: Pricing, *days: str) -> list[float]:
        return [discounts(prices, day)[0] for day in days]

    before, since, last = "2025-06-01", "2026-02-01", "2026-04-01"
    assert at(priced(chosen), before, since, last) == [10, 20, 30]
    # Another choice until March
    found = priced(chosen, {"discount": 1})
    assert at(found, before, "2026-02-28", "2026-03-01", last) == [1, 1, 20, 30]
    found = priced({"discount": 1}, chosen)
    assert at(found, before, since, "2026-03-01", last) == [10, 20, 1, 1]
