"""Prices for their time."""

from datetime import date

from custom_components.cloud_energy.prices.price_plans import PricePlans

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
OLD, NEW, NEWEST = {"price": 1.0}, {"price": 2.0}, {"price": 3.0}


def test_a_price_counts_from_its_day_on() -> None:
    """The past keeps its own."""
    plans = PricePlans(current=OLD).changed(NEW, JUNE).changed(NEWEST, JULY)
    assert [plans.at(day) for day in (MAY, JUNE, date(2026, 6, 30), JULY)] == [
        OLD,
        NEW,
        NEW,
        NEWEST,
    ]
    assert plans.spans() == [(date.min, OLD), (JUNE, NEW), (JULY, NEWEST)]


def test_a_price_of_an_earlier_day_replaces_what_came_after_it() -> None:
    """Also all that there is."""
    plans = PricePlans(current=OLD).changed(NEW, JUNE)
    assert plans.changed(NEWEST, MAY).spans() == [(date.min, OLD), (MAY, NEWEST)]
    assert plans.changed(NEWEST, date.min).spans() == [(date.min, NEWEST)]
    assert plans.changed(OLD, MAY).spans() == [(date.min, OLD)]
    assert plans.changed(NEW, JULY) == plans
    assert plans.changed(NEW, MAY).spans() == [(date.min, OLD), (MAY, NEW)]


def test_the_first_change() -> None:
    """From there on costs have to be worked out again."""
    plans = PricePlans(current=OLD)
    dated = plans.changed(NEW, JUNE)
    assert dated.first_change(plans) == JUNE
    assert plans.first_change(dated) == JUNE
    assert dated.changed(NEWEST, JULY).first_change(dated) == JULY
    assert PricePlans(current=NEW).first_change(plans) == date.min
    assert dated.first_change(dated) is None


def test_stored_and_read_again() -> None:
    """Only what makes up a price is taken from the options."""
    plans = PricePlans(current=OLD).changed(NEW, JUNE)
    stored = plans.stored_earlier()
    assert stored == [{"until": "2026-06-01", "prices": OLD}]
    options = {**NEW, "history_days": 3}
    assert PricePlans.read(options, ["price", "discount"], stored) == plans
