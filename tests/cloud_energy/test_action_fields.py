"""What the fields of all actions take."""

from datetime import date, datetime
from typing import Any

import pytest
import voluptuous as vol

from custom_components.cloud_energy.client.storable import is_sensible
from custom_components.cloud_energy.entry.action_fields import (
    any_day,
    any_text,
    any_time,
    number_up_to,
)
from custom_components.cloud_energy.entry.action_names import action_schema
from custom_components.cloud_energy.entry.actions import Action
from custom_components.cloud_energy.services import ACTIONS as SHARED_ACTIONS
from custom_components.dominion_energy.services import ACTIONS as DOMINION_ACTIONS
from custom_components.elecnova.services import ACTIONS as ELECNOVA_ACTIONS
from custom_components.emporia.services import ACTIONS as EMPORIA_ACTIONS
from custom_components.flowerhub.services import ACTIONS as FLOWERHUB_ACTIONS
from custom_components.iec.services import ACTIONS as IEC_ACTIONS
from tests.odd_actions import ODD_FIELDS, names_of

ALL_ACTIONS: tuple[Action, ...] = (
    *SHARED_ACTIONS,
    *DOMINION_ACTIONS,
    *ELECNOVA_ACTIONS,
    *EMPORIA_ACTIONS,
    *FLOWERHUB_ACTIONS,
    *IEC_ACTIONS,
)


@pytest.mark.parametrize("action", ALL_ACTIONS, ids=lambda action: action.name)
def test_each_field_meets_each_odd_value(action: Action) -> None:
    """It is taken as what can be reckoned with, or refused as a wrong field."""
    schema = action_schema(action.fields, action.earlier_fields)
    for name, _ in names_of(action):
        for odd in ODD_FIELDS:
            try:
                taken = schema({name: odd})[name]
            except vol.MultipleInvalid as err:
                wrong = [each for each in err.errors if each.path == [name]]
                missing = [each for each in err.errors if each.path != [name]]
                assert wrong or missing
                continue
            if isinstance(taken, date):
                assert is_sensible(taken)
            if isinstance(taken, (int, float)):
                assert 0 <= taken <= 1_000_000


@pytest.mark.parametrize(
    ("take", "value", "taken"),
    [
        (any_day, "2026-11-01", date(2026, 11, 1)),
        (any_time, "2026-11-01 10:00:00", datetime(2026, 11, 1, 10)),
        (any_text, "Wärmepumpe", "Wärmepumpe"),
        (any_text, 7, "7"),
        (number_up_to(60), "12.5", 12.5),
        (number_up_to(60), 60, 60),
        (number_up_to(60), 0, 0),
    ],
)
def test_taken(take: Any, value: Any, taken: Any) -> None:
    """What can be meant is taken."""
    assert take(value) == taken


@pytest.mark.parametrize(
    ("take", "value"),
    [
        (any_day, "0001-01-01"),
        (any_day, date(9999, 12, 31)),
        (any_day, "soon"),
        (any_time, "0001-01-01 00:00:00"),
        (any_time, datetime(9999, 12, 31)),
        (any_text, "a\0b"),
        (any_text, "\ud83d"),
        (any_text, None),
        (number_up_to(60), 61),
        (number_up_to(60), -0.1),
        (number_up_to(60), float("nan")),
        (number_up_to(60), float("inf")),
        (number_up_to(60), 10**400),
        (number_up_to(60), "much"),
        (number_up_to(60), None),
        (number_up_to(60), True),
    ],
)
def test_refused(take: Any, value: Any) -> None:
    """What nobody can mean is a wrong field, like a word for a number."""
    with pytest.raises(vol.Invalid):
        take(value)
