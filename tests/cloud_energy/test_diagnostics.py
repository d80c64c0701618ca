"""Diagnostics of entries that are not loaded: that is when they are needed."""

from importlib import import_module
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client.redact import Redactor
from custom_components.cloud_energy.entry.diagnostics_data import numbers_in

ENTRIES: dict[str, dict[str, Any]] = {
    "iec": {
        "user_id": "123456782",
        "contracts": ["346789012"],
        "meters": {"346789012": [{"stem": "20112233", "serial": "20112233"}]},
        "login": {"id_token": "ey.secret.one", "refresh_token": "secret-two"},
    },
    "dominion_energy": {
        "username": "someone@example.com",
        "password": "secret words",
        "account_number": "123456782",
        "meter_number": "000000000123456789",
        "previous_meter": "000000000987654321",
        "statistics_prefix": "123456782",
        "login": {"tokens": {"access": "secret-one", "refresh": "secret-two"}},
    },
    "flowerhub": {
        "username": "someone@example.com",
        "password": "secret words",
        "asset_id": 654321,
        "asset_owner_id": 123456782,
        "key": "654321",
        "invoiced_key": "654321",
    },
    "emporia": {
        "username": "someone@example.com",
        "password": "secret words",
        "login": {"id_token": "ey.secret.one", "refresh_token": "secret-two"},
    },
    "elecnova": {
        "client_id": "123456782",
        "client_secret": "secret words",
        "base_url": "https://api.example.com",
        "pv_units": {"2556990001": "kw"},
    },
}


@pytest.mark.parametrize("domain", ENTRIES)
async def test_an_entry_that_is_not_loaded(hass: HomeAssistant, domain: str) -> None:
    """What is stored is told, and why it does not work; no number, no secret."""
    entry = MockConfigEntry(
        domain=domain,
        title="someone@example.com",
        unique_id="123456782",
        data={**ENTRIES[domain], "note": "of 123456782 and someone@example.com"},
        options={"cabinets": ["2556990001"]} if domain == "elecnova" else {},
        state=ConfigEntryState.SETUP_RETRY,
        reason="POST api.example.com/123456782 answered 503",
    )
    entry.add_to_hass(hass)
    module = import_module(f"custom_components.{domain}.diagnostics")
    report = await module.async_get_config_entry_diagnostics(hass, entry)
    assert report["entry"]["state"] == "setup_retry"
    assert "answered 503" in report["entry"]["reason"]
    assert set(report["entry"]["data"]) == set(entry.data)
    for secret in (
        *(
            "someone",
            "secret words",
            "secret-",
            ".secret.",
            "123456782",
            "654321",
            "346789012",
            "20112233",
        ),
        *("123456789", "987654321", "2556990001"),
    ):
        assert secret not in str(report), secret


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("monthly_usage", set()),
        ("vehicle_10427", {"10427"}),
        ("devices SN-7b", {"SN-7b"}),
        ("month_346789012_A1_07", {"346789012_A1_07", "346789012", "A1", "07"}),
        ("outages_c0ffee00-dead-4bee", {"c0ffee00-dead-4bee"}),
        ("outages_facade-beef", {"facade-beef"}),
    ],
)
def test_the_numbers_in_names(name: str, numbers: set[str]) -> None:
    """Whatever is no word is the number of something, which reports leave out."""
    assert set(numbers_in([name])) - {""} == numbers


def test_keys_that_differ_in_a_number_only() -> None:
    """None of them takes the place of another."""
    hidden = Redactor(values=["100001", "100002"]).data(
        {"peak_100001": 1, "peak_100002": 2, "day": 3}
    )
    assert hidden == {"peak_**REDACTED**": 1, "peak_**REDACTED** 2": 2, "day": 3}
