"""The tables of entities say what the registries of a home hold."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from custom_components.emporia.statistics import hour_reader
from custom_components.iec.statistics import history as iec_history
from scripts.docs_tables.entities import Row
from tests.clouds.cloud import Cloud, running
from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.emporia import EmporiaCloud
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds.iec import IecCloud
from tests.dominion_energy import helpers as dominion_energy
from tests.elecnova import helpers as elecnova
from tests.emporia import helpers as emporia
from tests.flowerhub import helpers as flowerhub
from tests.iec import helpers as iec
from tests.repository.documentation import entities


@dataclass(frozen=True, kw_only=True)
class Home:
    """A provider's household that has as much as possible."""

    cloud: Callable[[], Cloud]
    add: Callable[..., Awaitable[ConfigEntry]]
    now: datetime
    account: str = "solar_home"
    options: dict[str, Any] = field(default_factory=dict)
    """Such that little history has to be written."""
    devices: dict[str, set[str]]
    """The devices that are meant by each heading of the tables."""
    without: set[str] = field(default_factory=set)
    """Names of the entities that this home does not have."""


LIVE = "Cabinet or component, as its values come"

HOMES = {
    "dominion_energy": Home(
        cloud=lambda: DominionCloud(seed=1),
        add=dominion_energy.add_entry,
        now=dominion_energy.NOW,
        devices={"Meter": {"Home of solar_home"}},
        without={"Budget remaining", "Over budget pace"},
    ),
    "elecnova": Home(
        cloud=lambda: ElecnovaCloud(seed=1),
        add=elecnova.add_entry,
        now=elecnova.NOW,
        account="solar_site",
        options={"statistics": False},
        devices={
            "Site": {"Demo site"},
            "Cabinet": {"1-1 Demo site"},
            "Inverter": {"1-1 Demo site PV inverter"},
            "Component: EMS, BMS, PCS, inverter, meter": {
                f"1-1 Demo site {name}"
                for name in ("EMS", "BMS", "PCS", "PV inverter", "Meter")
            },
            "Any other component": {
                f"1-1 Demo site {name}"
                for name in ("Battery", "Fire Host", "Air Conditioning")
            },
            "Account": {"Elecnova solar_site"},
        },
        # Without live values; the site tells no capacity
        without={row.name for row in entities("elecnova") if row.device == LIVE}
        | {"Live connection", "Last live message", "Rated capacity"},
    ),
    "emporia": Home(
        cloud=lambda: EmporiaCloud(seed=1),
        add=emporia.add_entry,
        now=emporia.NOW,
        devices={
            "Monitor": {"Home"},
            "Charger and smart plug, both": {"Garage EV", "Fridge plug"},
            "Charger": {"Garage EV"},
            "Smart plug": {"Fridge plug"},
            "Battery": {"Battery"},
            "Linked car": {"My EV"},
            "Every device": {"Home", "Garage EV", "Fridge plug", "Battery"},
            "Account": {"Account of solar_home"},
        },
        # Each of its circuits has a name, its rate is a flat one, it has a battery
        without={
            "Mains always-on load",
            "Mains always-on load cost per year",
            "Mains unusual usage",
            "Electricity rate now",
            "Next rate change",
            "Circuit {channel} power",
            "Circuit {channel} energy today",
            "Circuit {channel} energy this billing period",
            "Circuit {channel} always-on load",
            "Circuit {channel} always-on load cost per year",
            "Circuit {channel} unusual usage",
            "Circuit {channel} cost today",
            "Circuit {channel} cost this billing period",
            "Total usage power",
        },
    ),
    "flowerhub": Home(
        cloud=lambda: FlowerhubCloud(seed=1),
        add=flowerhub.add_entry,
        now=flowerhub.NOW,
        devices={
            "Hub": {"Flowerhub 1097"},
            "Inverter": {"Flowerhub 1097 inverter"},
            "Battery": {"Flowerhub 1097 battery"},
            "Electricity account": {"Flowerhub 1097 electricity account"},
        },
    ),
    "iec": Home(
        cloud=lambda: IecCloud(seed=1),
        add=iec.add_entry,
        options={"history_days": 3},
        now=iec.NOW,
        devices={
            "Contract": {"IEC contract"},
            "Meter": {"IEC meter (…0627)"},
            "Meter for both ways": {"IEC meter (…0627)"},
            "Login": {"IEC of solar_home"},
        },
        # Its tariff is a flat one
        without={"Time-of-use period"},
    ),
}


@asynccontextmanager
async def set_up(hass: HomeAssistant, domain: str) -> AsyncIterator[ConfigEntry]:
    """Set the household's entry up at its simulated cloud."""
    home = HOMES[domain]
    async with running(home.cloud()) as cloud:
        if domain == "dominion_energy":
            cloud.apply({"window_days": 14})
        # Elecnova's address is the user's to enter
        endpoints: dict[str, Any] = {domain: cloud.hosts}
        config = {"cloud_energy": {"endpoints": endpoints}}
        if domain == "elecnova":
            config = {}
        assert await async_setup_component(hass, "cloud_energy", config)
        yield await home.add(hass, cloud, home.account, **home.options)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped time would never end a pause between two requests."""
    for module in (hour_reader, iec_history):
        monkeypatch.setattr(module, "PACE", 0)


@pytest.mark.parametrize("domain", HOMES)
@pytest.mark.usefixtures(
    "recorder_mock", "enable_custom_integrations", "socket_enabled", "instant_retries"
)
async def test_registries_hold_what_is_documented(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, domain: str
) -> None:
    """Every entity of the home is in the tables as it is, and every one of them is there."""
    home = HOMES[domain]
    freezer.move_to(home.now)
    async with set_up(hass, domain) as entry:
        registry = er.async_get(hass)
        found = er.async_entries_for_config_entry(registry, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)

    seen: set[Row] = set()
    for entity in found:
        device = device_name(hass, entity)
        rows = {row for row in entities(domain) if facts(row) == facts_of(entity)}
        rows = {row for row in rows if device in home.devices.get(row.device, ())}
        assert rows, (device, facts_of(entity))
        seen |= rows
    missing = {row.name for row in set(entities(domain)) - seen}
    assert missing == home.without


OWN_CURRENCY: Final = "EUR"
"""That of Home Assistant in tests, which no provider charges in."""


def facts(row: Row) -> tuple[object, ...]:
    """Return what the tables say of an entity."""
    return row.platform, row.key, row.unit, row.category, row.enabled


def facts_of(entity: er.RegistryEntry) -> tuple[object, ...]:
    """Return the same of an entity as it is."""
    key = entity.translation_key or entity.original_device_class
    unit, category = entity.unit_of_measurement, entity.entity_category
    if unit == OWN_CURRENCY:
        unit = ""  # The tables can't know it
    return entity.domain, str(key), unit or "", category or "", not entity.disabled_by


def device_name(hass: HomeAssistant, entity: er.RegistryEntry) -> str | None:
    """Return the name of an entity's device."""
    assert entity.device_id
    device = dr.async_get(hass).async_get(entity.device_id)
    assert device
    return device.name
