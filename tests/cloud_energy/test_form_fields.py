"""What the fields of forms take."""

from typing import Any

from homeassistant.helpers.selector import ObjectSelectorConfig
import pytest
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import (
    DAY,
    ObjectList,
    OneObject,
    number,
)


@pytest.mark.parametrize(
    "value",
    ["nan", float("nan"), "inf", 10**400, "1e400", 61, -1, "odd", None, True, []],
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


RIDER = {"since": "2026-11-01", "rate": 0.02}
RIDERS = ObjectList(
    ObjectSelectorConfig(
        multiple=True,
        fields={
            "since": {"required": True, "selector": DAY},
            "rate": {"required": True, "selector": number(-1, 1, "any")},
        },
    )
)


@pytest.mark.parametrize(
    "value",
    [
        *(RIDER, {}, [RIDER, 1], [None], ["odd"], [[RIDER]], "odd", None),
        *([{"since": "2026-11-01"}], [{"since": "2026-11-01", "rate": 0.1, "x": 1}]),
        *([{"since": "0001-01-01", "rate": 0.1}], [{"since": 7, "rate": 0.1}]),
        [{"since": "2026-11-01", "rate": float("nan")}],
        [{"since": "2026-11-01", "rate": True}],
    ],
)
def test_no_objects(value: Any) -> None:
    """They are refused, each by its own field's rules."""
    with pytest.raises(vol.Invalid):
        RIDERS(value)


def test_objects() -> None:
    """They stay what they were, and browsers get to know their fields."""
    taken: list[Any] = [{"since": "2026-11-01", "rate": 0.02}]
    assert RIDERS([]) == []
    assert RIDERS(taken) == taken
    described: Any = RIDERS.serialize()["selector"]
    fields = described["object"]["fields"]
    assert fields["rate"]["selector"]["number"]["max"] == 1
    assert fields["since"]["selector"] == {"date": {}}


@pytest.mark.parametrize("value", ["SE3", "", [], [{}], 0, False])
def test_no_object(value: Any) -> None:
    """It is refused, before somebody looks for keys in it."""
    with pytest.raises(vol.Invalid):
        OneObject()(value)


@pytest.mark.parametrize("value", [{}, {"areas": ["SE3"]}, None])
def test_an_object(value: Any) -> None:
    """It is what it was; what was cleared is none."""
    assert OneObject()(value) == value
