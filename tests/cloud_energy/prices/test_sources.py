"""Prices of Home Assistant's own sources."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.prices.intervals import PriceInterval, Prices
from custom_components.cloud_energy.prices.sources import (
    NORD_POOL,
    TIBBER,
    ActionSource,
    EntitySource,
    FlatRate,
    PriceSource,
    TariffSource,
)

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def stockholm(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live somewhere at some time."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Stockholm")
    hass.config.currency = "SEK"


async def read(
    hass: HomeAssistant, source: PriceSource, hours: int = 24
) -> Prices | None:
    """Ask for the coming hours."""
    return await source.async_read(hass, NOW, NOW + hours * HOUR)


def answer(
    hass: HomeAssistant, action: str, handler: Any, calls: list[dict[str, Any]]
) -> None:
    """Have an action answer."""

    async def handle(call: ServiceCall) -> Any:
        calls.append(dict(call.data))
        return handler(call)

    domain, _, name = action.partition(".")
    hass.services.async_register(
        domain, name, handle, supports_response=SupportsResponse.ONLY
    )


async def test_nord_pool(hass: HomeAssistant) -> None:
    """A call for each day; one that is not there yet takes nothing from the other."""
    calls: list[dict[str, Any]] = []

    def prices(call: ServiceCall) -> Any:
        if call.data["date"] != "2026-11-20":
            raise ServiceValidationError("no connection")
        start = NOW - HOUR
        return {
            "SE3": [
                {
                    "start": (start + n * HOUR).isoformat(),
                    "end": (start + (n + 1) * HOUR).isoformat(),
                    "price": 100.0 * n,
                }
                for n in range(3)
            ]
        }

    answer(hass, NORD_POOL, prices, calls)
    found = await read(hass, ActionSource(NORD_POOL, {"currency": "EUR"}))
    assert found
    assert (found.currency, found.source) == ("EUR", NORD_POOL)
    assert found.intervals == [
        PriceInterval(NOW, NOW + HOUR, 0.1),
        PriceInterval(NOW + HOUR, NOW + 2 * HOUR, 0.2),
    ]
    assert [call["date"] for call in calls] == ["2026-11-20", "2026-11-21"]


async def test_tibber(hass: HomeAssistant) -> None:
    """One call reaches to the end."""
    calls: list[dict[str, Any]] = []
    rows = [{"start_time": (NOW + n * HOUR).isoformat(), "price": n} for n in range(2)]
    answer(hass, TIBBER, lambda _: {"prices": {"Home": rows}}, calls)
    found = await read(hass, ActionSource(TIBBER, series="Home"))
    assert found
    assert found.currency == "SEK"
    assert [each.price for each in found.intervals] == [0, 1]
    assert calls == [
        {"start": "2026-11-20T00:00:00+01:00", "end": "2026-11-22T12:00:00+00:00"}
    ]


@pytest.mark.parametrize("error", [KeyError("x"), TimeoutError(), None])
async def test_an_action_that_fails(
    hass: HomeAssistant, error: Exception | None
) -> None:
    """Or is not there, or has nothing: then nothing is known."""

    def fail(_: ServiceCall) -> Any:
        if error:
            raise error
        return {"prices": []}

    answer(hass, "else.get_prices", fail, [])
    assert await read(hass, ActionSource("else.get_prices", {"x": 1})) is None
    assert await read(hass, ActionSource("gone.get_prices")) is None


async def test_entities(hass: HomeAssistant) -> None:
    """Today's event and tomorrow's together are one source."""
    for n, name in enumerate(("event.current_day_rates", "event.next_day_rates")):
        start = NOW + n * HOUR
        rate = {"start": start, "end": start + HOUR, "value_inc_vat": 0.1 * (n + 1)}
        hass.states.async_set(name, "unknown", {"rates": [rate]})
    source = EntitySource(
        ["event.current_day_rates", "event.next_day_rates", "event.x"]
    )
    assert source.entities == source.entity_ids
    found = await read(hass, source)
    assert found
    assert [each.price for each in found.intervals] == [0.1, 0.2]
    hass.states.async_set("event.current_day_rates", "unavailable")
    hass.states.async_remove("event.next_day_rates")
    assert await read(hass, source) is None


async def test_other_sources(hass: HomeAssistant) -> None:
    """One rate for all times; and the tariff of an entry that is not loaded."""
    flat = await read(hass, FlatRate(1.5), 2)
    assert flat == Prices(
        intervals=[PriceInterval(NOW, NOW + 2 * HOUR, 1.5)],
        currency="SEK",
        source="flat rate",
    )
    assert FlatRate(1.5).entities == ()
    entry = MockConfigEntry(domain="iec")
    entry.add_to_hass(hass)
    assert await read(hass, TariffSource(entry.entry_id)) is None
    assert await read(hass, TariffSource("gone")) is None
    naive = NOW.replace(tzinfo=None)
    for start, end, price in (
        (naive, NOW, 1.0),
        (NOW, NOW, 1.0),
        (NOW, NOW + HOUR, float("nan")),
    ):
        with pytest.raises(ValueError, match="price"):
            PriceInterval(start, end, price)
