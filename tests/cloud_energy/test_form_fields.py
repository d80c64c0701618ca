"""What the fields of forms take."""

from typing import Any

import pytest
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import DAY, number


@pytest.mark.parametrize(
    "value", ["nan", float("nan"), "inf", 10**400, "1e400", 61, -1, "odd", None, []]
)
def test_no_number(value: Any) -> None:
    """It is refused, before a price of it makes a cost of nothing."""
    with pytest.raises(vol.Invalid):
        number(0, 60)(value)


@pytest.mark.parametrize(("value", "taken"), [("1.5", 1.5), (0, 0), (60, 60)])
def test_a_number(value: Any, taken: float) -> None:
    """It is what it was."""
    assert number(0, 60)(value) == taken


@pytest.mark.parametrize(
    "value", ["0001-01-01", "9999-12-31", "2026-11-31", "\ud83d", "soon", None, 7]
)
def test_no_day(value: Any) -> None:
    """It is refused, before it overflows in a time zone."""
    with pytest.raises(vol.Invalid):
        DAY(value)


def test_a_day() -> None:
    """It stays a text."""
    assert DAY("2026-11-01") == "2026-11-01"
