"""The options of the plan: where prices come from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.prices.intervals import PriceInterval
from custom_components.cloud_energy.prices.sources import (
    ActionSource,
    EntitySource,
    FlatRate,
    PriceSource,
    TariffSource,
)
from custom_components.emporia.charging.price_source import (
    KnownPrices,
    OwnTariff,
    price_source,
)
from tests.clouds.emporia import EmporiaCloud
from tests.emporia.helpers import add_entry, gid_of
from tests.entries import HOUR, settle

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


async def choose(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    source: str,
    *answers: dict[str, Any],
) -> dict[str, str]:
    """Choose a source and answer what is asked for; return the last form's errors."""
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    first = {"stream": False, "invert_solar": True, "history_days": 1}
    result = await flow.async_configure(
        result["flow_id"], {**first, "price_source": source}
    )
    errors: dict[str, str] = {}
    for answer in answers:
        assert result["step_id"].startswith("price_")
        result = await flow.async_configure(result["flow_id"], answer)
        errors = result.get("errors") or errors
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    return errors


async def test_sources(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """Each asks for what it needs, and no more."""
    gid = gid_of(cloud, "solar_home", "charger")
    other = await add_entry(hass, cloud, "landlord")

    def chosen() -> PriceSource:
        return price_source(entry.options, entry.runtime_data.coordinator, gid)

    assert isinstance(chosen(), OwnTariff)
    await choose(hass, entry, "flat", {"price_rate": 0.25})
    assert chosen() == FlatRate(0.25)
    await choose(hass, entry, "entities", {"price_entities": ["sensor.a", "event.b"]})
    assert chosen() == EntitySource(("sensor.a", "event.b"))
    await choose(hass, entry, "entry", {"price_entry": other.entry_id})
    assert chosen() == TariffSource(other.entry_id)

    async def answer(call: ServiceCall) -> Any:
        return {}

    hass.services.async_register(
        "nordpool", "get_prices", answer, supports_response=SupportsResponse.ONLY
    )
    errors = await choose(
        hass,
        entry,
        "action",
        {"price_action": "nordpool.get", "price_series": "SE3"},
        {"price_action": "nordpool.get_prices", "price_data": {"areas": ["SE3"]}},
    )
    assert errors == {"price_action": "unknown_action"}
    assert chosen() == ActionSource("nordpool.get_prices", {"areas": ["SE3"]}, None)
    await choose(hass, entry, "own")
    assert isinstance(chosen(), OwnTariff)
    assert entry.options["price_rate"] == 0.25


@pytest.mark.parametrize(
    ("source", "step"),
    [
        ("flat", "price_rate"),
        ("entities", "price_entities"),
        ("entry", "price_entry"),
        ("action", "price_action"),
    ],
)
async def test_a_step_is_shown_once_more(
    hass: HomeAssistant, entry: MockConfigEntry, source: str, step: str
) -> None:
    """As for a page that is loaded anew: it asks again."""
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    answer = {"stream": False, "price_source": source}
    result = await flow.async_configure(result["flow_id"], answer)
    for _ in range(2):
        assert result["type"] is FlowResultType.FORM
        assert result["step_id"] == step
        result = await flow.async_configure(result["flow_id"])


@pytest.mark.parametrize("data", ["SE3", ["SE3"], 1])
async def test_data_of_an_action_that_are_no_object(
    hass: HomeAssistant, entry: MockConfigEntry, data: Any
) -> None:
    """The form refuses them; those that it once took count for none."""
    name = "cloud_energy.get_prices"
    options = {"price_action": name, "price_data": data}
    with pytest.raises(InvalidData):
        await choose(hass, entry, "action", options)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "price_source": "action", **options}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    gid, runtime = 1, entry.runtime_data
    assert price_source(entry.options, runtime.coordinator, gid) == ActionSource(name)
    assert not runtime.connection.net.caught


async def test_prices_after_a_clock_that_was_ahead(hass: HomeAssistant) -> None:
    """An action is asked again once the clock is right, and not only days later."""
    asked = []

    def tell(call: ServiceCall) -> dict[str, Any]:
        asked.append(call)
        return {}

    only = SupportsResponse.ONLY
    hass.services.async_register("prices", "get", tell, supports_response=only)
    known = KnownPrices(ActionSource("prices.get", {}, None))
    for now in (NOW + 72 * HOUR, NOW, NOW + HOUR / 6, NOW + HOUR / 2):
        await known.async_read(hass, now, is_due=False)
    assert len(asked) == 3


async def test_what_was_told_stays_known(hass: HomeAssistant) -> None:
    """A source that is lost takes nothing away; what it tells anew counts."""
    row = {"start": NOW, "end": NOW + 3 * HOUR, "price": 1.0}
    hass.states.async_set("sensor.a", "1", {"data": [row], "currency": "SEK"})
    known = KnownPrices(EntitySource(["sensor.a"]))
    await known.async_read(hass, NOW, is_due=False)
    hass.states.async_set("sensor.a", "unavailable")
    await known.async_read(hass, NOW, is_due=True)
    assert known.currency == "SEK"
    assert known.intervals == [PriceInterval(NOW, NOW + 3 * HOUR, 1.0)]
    row = {"start": NOW + HOUR, "end": NOW + 2 * HOUR, "price": 5.0}
    hass.states.async_set("sensor.a", "1", {"data": [row]})
    await known.async_read(hass, NOW + timedelta(minutes=1), is_due=False)
    assert len(known.intervals) == 1
    await known.async_read(hass, NOW + timedelta(minutes=1), is_due=True)
    assert [each.price for each in known.intervals] == [1.0, 5.0, 1.0]
    assert known.currency == "SEK"
    # In another currency it is another price; and none is for five minutes only
    rows = [
        {"start": NOW + 2 * HOUR + n * HOUR / 12, "price": price}
        for n, price in enumerate([7.0, 8.0, 9.0])
    ]
    hass.states.async_set("sensor.a", "1", {"data": rows, "currency": "EUR"})
    await known.async_read(hass, NOW + timedelta(minutes=2), is_due=True)
    assert known.currency == "EUR"
    assert known.intervals == [
        PriceInterval(NOW + 2 * HOUR, NOW + 2.25 * HOUR, 8.0),
    ]


@pytest.mark.parametrize("source", ["flat", "entry", "entities", "action", "odd"])
def test_a_source_without_its_details(source: str) -> None:
    """Options that are not complete mean the own tariff."""
    found = price_source({"price_source": source}, None, 1)  # type: ignore[arg-type]  # not asked
    assert isinstance(found, OwnTariff)


async def test_a_charge_that_began_before_the_plan_has_a_price(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """What the account's own tariff or a flat rate was is known at once."""
    gid = gid_of(cloud, "solar_home", "charger")
    own = OwnTariff(entry.runtime_data.coordinator, gid)
    for source in (own, FlatRate(0.25)):
        prices = KnownPrices(source)
        await prices.async_read(hass, NOW, is_due=True)
        first = prices.intervals[0]
        assert first.start <= NOW - 3 * HOUR, source
